//! Deliveries and delivery quotes (API, chapter Deliveries and delivery quotes).

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, path_segment};
use crate::error::Error;

/// Deliveries and delivery quotes (API, chapter Deliveries and delivery quotes).
impl Connection {
    /// Attaches a delivery to an order; the answer is the delivery. After
    /// [`Error::may_have_been_applied`], look for it with [`Connection::delivery`] before sending it again.
    ///
    /// # Errors
    /// 422 when the order has one already or is not for delivery, and with field errors.
    pub async fn create_delivery<T: DeserializeOwned>(
        &self,
        order_id: &str,
        delivery: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&self.order_part_path(order_id, "delivery"), delivery)
            .await
    }

    /// The delivery of an order.
    ///
    /// # Errors
    /// 404 when the order has none.
    pub async fn delivery<T: DeserializeOwned>(&self, order_id: &str) -> Result<T, Error> {
        self.get(&self.order_part_path(order_id, "delivery"), &[])
            .await
    }

    /// Changes the delivery of an order: status, times, driver, position.
    ///
    /// # Errors
    /// 404 when the order has none, 422 with field errors.
    pub async fn patch_delivery<T: DeserializeOwned>(
        &self,
        order_id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&self.order_part_path(order_id, "delivery"), change)
            .await
    }

    /// Offers to deliver an order; the answer is the quote. After [`Error::may_have_been_applied`],
    /// look for it among [`Connection::delivery_quotes`] before sending it again.
    ///
    /// # Errors
    /// 422 when the order is not for delivery, and with field errors.
    pub async fn create_delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        quote: &impl Serialize,
    ) -> Result<T, Error> {
        self.post(&self.order_part_path(order_id, "delivery_quotes"), quote)
            .await
    }

    /// What carriers ask for the delivery of an order, oldest first.
    ///
    /// # Errors
    /// 404 when there is no such order.
    pub async fn delivery_quotes<T: DeserializeOwned>(
        &self,
        order_id: &str,
    ) -> Result<Vec<T>, Error> {
        self.get(&self.order_part_path(order_id, "delivery_quotes"), &[])
            .await
    }

    /// One quote of an order: how a carrier learns whether it was accepted.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        id: &str,
    ) -> Result<T, Error> {
        let quotes = self.order_part_path(order_id, "delivery_quotes");
        self.get(&format!("{quotes}/{}", path_segment(id)), &[])
            .await
    }

    /// Accepts a quote. It stays accepted; accepting it again changes nothing.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn accept_delivery_quote<T: DeserializeOwned>(
        &self,
        order_id: &str,
        id: &str,
    ) -> Result<T, Error> {
        let quotes = self.order_part_path(order_id, "delivery_quotes");
        let accept = format!("{quotes}/{}/accept", path_segment(id));
        self.post(&accept, &BTreeMap::<&str, &str>::new()).await
    }

    /// The path of a resource that belongs to an order.
    fn order_part_path(&self, order_id: &str, part: &str) -> String {
        format!("{}/orders/{}/{part}", self.location, path_segment(order_id))
    }
}
