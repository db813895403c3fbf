//! The calls by name. Each answers as the type the caller names: `serde_json::Value`, a type of
//! `wire`, or one's own.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::id::CustomerId;
use wire::order::OrderStatus;
use wire::time::Time;

use crate::connection::{Connection, segment};
use crate::error::Error;
use crate::events::{Callback, Event, EventHead};
use crate::key::IdempotencyKey;
use crate::pages::{Pages, query, text};

/// What narrows a list of orders (API, chapter Orders). All that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct OrderFilter {
    /// The caller's own private ref.
    pub private_ref: Option<String>,
    /// How far they have come.
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
        query([
            ("private_ref", self.private_ref),
            ("status", self.status.map(text)),
            ("created_by", self.created_by),
            ("after", self.after.map(text)),
            ("before", self.before.map(text)),
            ("customer_id", self.customer_id.map(text)),
        ])
    }
}

/// Account, location and user (API, chapter Locations, accounts, user).
impl Connection {
    /// The account of an account-level connection.
    ///
    /// # Errors
    /// 403 for a location-level token; else as every call: [`Error`].
    pub async fn account<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("/account", &[]).await
    }

    /// The location of this connection, or the one named with [`Connection::at`].
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn location<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get(&self.location, &[]).await
    }

    /// All locations of an account-level connection.
    ///
    /// # Errors
    /// 403 for a location-level token; else as every call: [`Error`].
    pub async fn locations<T: DeserializeOwned>(&self) -> Result<Vec<T>, Error> {
        self.get("/locations", &[]).await
    }

    /// Changes opening hours, preparation time, order acceptance, cut-off or custom fields.
    ///
    /// # Errors
    /// 422 for a key that cannot be changed; else as every call: [`Error`].
    pub async fn patch_location<T: DeserializeOwned>(
        &self,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.location, change).await
    }

    /// The user who granted a `profile` permission.
    ///
    /// # Errors
    /// 403 without that permission; else as every call: [`Error`].
    pub async fn user<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.get("/user", &[]).await
    }
}

/// Orders (API, chapter Orders).
impl Connection {
    /// Places an order, such as a [`NewOrder`](crate::order::NewOrder); the answer is the whole
    /// order, such as an [`Order`](crate::order::Order). It is placed once, even if the line breaks
    /// and it is sent again ([`crate::Repeat`]); to be sure of that after [`Error::is_uncertain`] or
    /// a restart too, use [`Connection::create_order_once`].
    ///
    /// # Errors
    /// 422 with field errors, most of which [`check`](crate::order::NewOrder::check) finds before;
    /// else as every call: [`Error`].
    pub async fn create_order<T: DeserializeOwned>(
        &self,
        order: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&format!("{}/orders", self.location), order).await
    }

    /// The same under a key that the caller keeps beside the order: sent again with it within 24
    /// hours, the answer of a hub that knows keys is that of the first time.
    ///
    /// # Errors
    /// 422 with field errors, or when the key was used for another order; else as every call:
    /// [`Error`].
    pub async fn create_order_once<T: DeserializeOwned>(
        &self,
        key: &IdempotencyKey,
        order: &impl Serialize,
    ) -> Result<T, Error> {
        self.post_once(key, &format!("{}/orders", self.location), order)
            .await
    }

    /// One order.
    ///
    /// # Errors
    /// 404 when there is none; else as every call: [`Error`].
    pub async fn order<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&format!("{}/orders/{}", self.location, segment(id)), &[])
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

    /// Orders of all locations of an account-level connection, oldest first. As heavy a query.
    pub fn account_orders<T: DeserializeOwned>(&self, filter: OrderFilter) -> Pages<T> {
        Pages::new(self, "/account/orders".into(), filter.into_query())
    }

    /// Changes an order: status, confirmed time, notes, elements added or deleted. Such as with an
    /// [`OrderPatch`](crate::order::OrderPatch).
    ///
    /// # Errors
    /// 422 with field errors, which [`check`](crate::order::OrderPatch::check) finds before; else as
    /// every call: [`Error`].
    pub async fn patch_order<T: DeserializeOwned>(
        &self,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&format!("{}/orders/{}", self.location, segment(id)), change)
            .await
    }
}

/// Deliveries and delivery quotes (API, chapter of that name).
impl Connection {
    /// Attaches a delivery to an order; the answer is the delivery. After
    /// [`Error::is_uncertain`], look for it with [`Connection::delivery`] before sending it again.
    ///
    /// # Errors
    /// 422 when the order has one already or is not for delivery, and with field errors; else as
    /// every call: [`Error`].
    pub async fn create_delivery<T: DeserializeOwned>(
        &self,
        order_id: &str,
        delivery: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&self.of_order(order_id, "delivery"), delivery)
            .await
    }

    /// The delivery of an order.
    ///
    /// # Errors
    /// 404 when the order has none; else as every call: [`Error`].
    pub async fn delivery<T: DeserializeOwned>(&self, order_id: &str) -> Result<T, Error> {
        self.get(&self.of_order(order_id, "delivery"), &[]).await
    }

    /// Changes the delivery of an order: status, times, driver, position.
    ///
    /// # Errors
    /// 404 when the order has none, 422 with field errors; else as every call: [`Error`].
    pub async fn patch_delivery<T: DeserializeOwned>(
        &self,
        order_id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.of_order(order_id, "delivery"), change)
            .await
    }

    /// Offers to deliver an order; the answer is the quote. After [`Error::is_uncertain`],
    /// look for it among [`Connection::delivery_quotes`] before sending it again.
    ///
    /// # Errors
    /// 422 when the order is not for delivery, and with field errors; else as every call: [`Error`].
    pub async fn create_delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        quote: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&self.of_order(order_id, "delivery_quotes"), quote)
            .await
    }

    /// What carriers ask for the delivery of an order, oldest first.
    ///
    /// # Errors
    /// 404 when there is no such order; else as every call: [`Error`].
    pub async fn delivery_quotes<T: DeserializeOwned>(
        &self,
        order_id: &str,
    ) -> Result<Vec<T>, Error> {
        self.get(&self.of_order(order_id, "delivery_quotes"), &[])
            .await
    }

    /// One quote of an order: how a carrier learns whether it was accepted.
    ///
    /// # Errors
    /// 404 when there is none; else as every call: [`Error`].
    pub async fn delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        id: &str,
    ) -> Result<T, Error> {
        let quotes = self.of_order(order_id, "delivery_quotes");
        self.get(&format!("{quotes}/{}", segment(id)), &[]).await
    }

    /// Accepts a quote, for ever; doing it again changes nothing.
    ///
    /// # Errors
    /// 404 when there is none; else as every call: [`Error`].
    pub async fn accept_delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        id: &str,
    ) -> Result<T, Error> {
        let quotes = self.of_order(order_id, "delivery_quotes");
        let accept = format!("{quotes}/{}/accept", segment(id));
        self.post(&accept, &BTreeMap::<&str, &str>::new()).await
    }

    /// The path of what belongs to an order.
    fn of_order(&self, order_id: &str, part: &str) -> String {
        format!("{}/orders/{}/{part}", self.location, segment(order_id))
    }
}

/// Callback and events (API, chapter Callbacks and events).
impl Connection {
    /// The callback of this connection; none set looks like [`Callback::default`].
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn callback(&self) -> Result<Callback, Error> {
        self.get("/callback", &[]).await
    }

    /// Sets or replaces the callback.
    ///
    /// # Errors
    /// 422 when the scope does not cover an event; else as every call: [`Error`].
    pub async fn set_callback(&self, callback: &Callback) -> Result<Callback, Error> {
        self.post("/callback", callback).await
    }

    /// Removes the callback, and with it the waiting events.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn delete_callback(&self) -> Result<(), Error> {
        self.delete("/callback").await
    }

    /// Events not yet acknowledged, oldest first, without states. Ask no faster than every 30 s.
    pub fn events(&self) -> Pages<EventHead> {
        Pages::new(self, "/callback/events".into(), Vec::new())
    }

    /// One event with its states.
    ///
    /// # Errors
    /// 404 once acknowledged; else as every call: [`Error`].
    pub async fn event(&self, id: &str) -> Result<Event, Error> {
        self.get(&format!("/callback/events/{}", segment(id)), &[])
            .await
    }

    /// Acknowledges an event: it is gone.
    ///
    /// # Errors
    /// 404 once acknowledged; else as every call: [`Error`].
    pub async fn delete_event(&self, id: &str) -> Result<(), Error> {
        self.delete(&format!("/callback/events/{}", segment(id)))
            .await
    }
}
