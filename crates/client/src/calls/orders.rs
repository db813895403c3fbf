//! Orders (API, chapter Orders).

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::id::CustomerId;
use wire::order::OrderStatus;
use wire::time::Time;

use crate::connection::{Connection, path_segment};
use crate::error::Error;
use crate::idempotency::IdempotencyKey;
use crate::pages::{Pages, query_pairs};

/// Which orders a list has (API, chapter Orders). An order must match all fields that are set.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// The caller's own private ref.
    pub private_ref: Option<String>,
    /// Their status.
    pub status: Option<OrderStatus>,
    /// Name of the client that sent them.
    pub created_by: Option<String>,
    /// Created then or later, such as `created_at` of the last order seen, which is then among them.
    pub after: Option<Time>,
    /// Created before then.
    pub before: Option<Time>,
    /// The customer of a list who ordered.
    pub customer_id: Option<CustomerId>,
}

impl OrderFilter {
    fn into_query(self) -> Vec<(String, String)> {
        query_pairs([
            ("private_ref", self.private_ref),
            ("status", self.status.map(|it| it.to_string())),
            ("created_by", self.created_by),
            ("after", self.after.map(|it| it.to_string())),
            ("before", self.before.map(|it| it.to_string())),
            ("customer_id", self.customer_id.map(|it| it.to_string())),
        ])
    }
}

/// Orders (API, chapter Orders).
impl Connection {
    /// Places an order, such as a [`NewOrder`](crate::order::NewOrder); the answer is the whole
    /// order, such as an [`Order`](crate::order::Order). It is placed once, even if the line breaks and
    /// it is sent again ([`crate::RetryChanges`]). To be sure of that after a restart of the program or
    /// after [`Error::may_have_been_applied`], too, use [`Connection::create_order_with_key`].
    ///
    /// # Errors
    /// 422 with field errors, most of which [`check`](crate::order::NewOrder::check) finds before.
    pub async fn create_order<T: DeserializeOwned>(
        &self,
        order: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&format!("{}/orders", self.location), order).await
    }

    /// Places an order under a key that the caller stores beside the order: when both are sent again
    /// within 24 hours, a hub that supports keys gives the answer of the first time.
    ///
    /// # Errors
    /// 422 with field errors, or when the key was used for another order.
    pub async fn create_order_with_key<T: DeserializeOwned>(
        &self,
        key: &IdempotencyKey,
        order: &impl Serialize,
    ) -> Result<T, Error> {
        self.post_with_key(key, &format!("{}/orders", self.location), order)
            .await
    }

    /// One order.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn order<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(
            &format!("{}/orders/{}", self.location, path_segment(id)),
            &[],
        )
        .await
    }

    /// Orders of the location, oldest first. A heavy query: ten a minute. To learn of new orders
    /// use a callback.
    pub fn orders<T: DeserializeOwned>(&self, filter: OrderFilter) -> Pages<T> {
        Pages::new(
            self,
            format!("{}/orders", self.location),
            filter.into_query(),
        )
    }

    /// Orders of all locations of an account-level connection, oldest first. A heavy query: ten a
    /// minute.
    pub fn account_orders<T: DeserializeOwned>(&self, filter: OrderFilter) -> Pages<T> {
        Pages::new(self, "/account/orders".into(), filter.into_query())
    }

    /// Changes an order, such as with an [`OrderPatch`](crate::order::OrderPatch): its status, confirmed
    /// time or notes, or which elements it has.
    ///
    /// # Errors
    /// 422 with field errors, which [`check`](crate::order::OrderPatch::check) finds before.
    pub async fn patch_order<T: DeserializeOwned>(
        &self,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(
            &format!("{}/orders/{}", self.location, path_segment(id)),
            change,
        )
        .await
    }
}
