//! Customer lists, customers and loyalty cards (API, chapter Customer lists, customers, loyalty).

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::id::CustomerId;

use crate::connection::{Connection, path_segment};
use crate::error::Error;
use crate::pages::{Pages, query_pairs};

/// Which customers a list has. A customer must match all fields that are set; `*` stands for any text
/// in an e-mail address or phone number.
#[derive(Clone, Debug, Default)]
pub struct CustomerFilter {
    /// The caller's own private ref.
    pub private_ref: Option<String>,
    /// E-mail address, such as `ada@clients.example` or `*@clients.example`. Capitals do not matter.
    pub email: Option<String>,
    /// Phone number, such as `+33601020304` or `+336*`. It is escaped as it must be.
    pub phone: Option<String>,
}

/// Which loyalty cards a list has. A card must match all fields that are set.
#[derive(Clone, Debug, Default)]
pub struct LoyaltyCardFilter {
    /// Whose cards.
    pub customer_id: Option<CustomerId>,
    /// Marketing name.
    pub name: Option<String>,
    /// The card's code among the customer's.
    pub reference: Option<String>,
}

fn list_path(list: &str) -> String {
    format!("/customer_lists/{}", path_segment(list))
}

fn customer_path(list: &str, customer: &str) -> String {
    format!("{}/customers/{}", list_path(list), path_segment(customer))
}

fn card_path(list: &str, card: &str) -> String {
    format!("{}/loyalty_cards/{}", list_path(list), path_segment(card))
}

/// Customer lists.
impl Connection {
    /// The lists that can be reached from the location: its own, and those of its account.
    pub fn customer_lists<T: DeserializeOwned>(&self) -> Pages<T> {
        let path = format!("{}/customer_lists", self.location);
        Pages::new(self, path, Vec::new())
    }

    /// The lists of the account itself, for an account-level connection.
    pub fn account_customer_lists<T: DeserializeOwned>(&self) -> Pages<T> {
        Pages::new(self, "/account/customer_lists".into(), Vec::new())
    }

    /// One list.
    ///
    /// # Errors
    /// 404 when there is none, 403 when the connection is not for it.
    pub async fn customer_list<T: DeserializeOwned>(&self, id: &str) -> Result<T, Error> {
        self.get(&list_path(id), &[]).await
    }

    /// Makes a list at the location, with a `name`.
    ///
    /// # Errors
    /// 422 when the name is taken.
    pub async fn create_customer_list<T: DeserializeOwned>(
        &self,
        list: &impl Serialize,
    ) -> Result<T, Error> {
        let path = format!("{}/customer_lists", self.location);
        self.post(&path, list).await
    }

    /// Makes a list of the whole account, with a `name`.
    ///
    /// # Errors
    /// 403 for a location-level token, 422 when the name is taken.
    pub async fn create_account_customer_list<T: DeserializeOwned>(
        &self,
        list: &impl Serialize,
    ) -> Result<T, Error> {
        self.post("/account/customer_lists", list).await
    }

    /// Changes the `name` of a list.
    ///
    /// # Errors
    /// 422 when the name is taken.
    pub async fn patch_customer_list<T: DeserializeOwned>(
        &self,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&list_path(id), change).await
    }

    /// Deletes a list with its customers and their loyalty cards.
    pub async fn delete_customer_list(&self, id: &str) -> Result<(), Error> {
        self.delete(&list_path(id)).await
    }
}

/// Customers of a list.
impl Connection {
    /// The customers of a list, oldest first. A heavy query: ten a minute.
    pub fn customers<T: DeserializeOwned>(&self, list: &str, filter: CustomerFilter) -> Pages<T> {
        let filters = query_pairs([
            ("private_ref", filter.private_ref),
            ("email", filter.email),
            ("phone", filter.phone),
        ]);
        Pages::new(self, format!("{}/customers", list_path(list)), filters)
    }

    /// Adds a customer to a list; no field is mandatory. After [`Error::may_have_been_applied`], look for the
    /// `private_ref` before sending it again.
    ///
    /// # Errors
    /// 422 with field errors, such as a private ref that is taken.
    pub async fn create_customer<T: DeserializeOwned>(
        &self,
        list: &str,
        customer: &impl Serialize,
    ) -> Result<T, Error> {
        let path = format!("{}/customers", list_path(list));
        self.post(&path, customer).await
    }

    /// One customer.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn customer<T: DeserializeOwned>(&self, list: &str, id: &str) -> Result<T, Error> {
        self.get(&customer_path(list, id), &[]).await
    }

    /// Changes the fields of a customer that are sent; `null` clears a field.
    ///
    /// # Errors
    /// 422 with field errors.
    pub async fn patch_customer<T: DeserializeOwned>(
        &self,
        list: &str,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&customer_path(list, id), change).await
    }

    /// Erases the personal data of a customer, also in all orders and events. It cannot be undone.
    pub async fn anonymise_customer<T: DeserializeOwned>(
        &self,
        list: &str,
        id: &str,
    ) -> Result<T, Error> {
        let path = format!("{}/anonymise", customer_path(list, id));
        self.post(&path, &serde_json::Map::new()).await
    }
}

/// Loyalty cards and the operations on them.
impl Connection {
    /// The loyalty cards of a list, oldest first.
    pub fn loyalty_cards<T: DeserializeOwned>(
        &self,
        list: &str,
        filter: LoyaltyCardFilter,
    ) -> Pages<T> {
        let filters = query_pairs([
            ("customer_id", filter.customer_id.map(|it| it.to_string())),
            ("name", filter.name),
            ("ref", filter.reference),
        ]);
        Pages::new(self, format!("{}/loyalty_cards", list_path(list)), filters)
    }

    /// Gives a customer a card: `customer_id`, and perhaps `name` and `ref`.
    ///
    /// # Errors
    /// 422 when there is no such customer, or the customer has another card with that ref.
    pub async fn create_loyalty_card<T: DeserializeOwned>(
        &self,
        list: &str,
        card: &impl Serialize,
    ) -> Result<T, Error> {
        let path = format!("{}/loyalty_cards", list_path(list));
        self.post(&path, card).await
    }

    /// One loyalty card.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn loyalty_card<T: DeserializeOwned>(
        &self,
        list: &str,
        id: &str,
    ) -> Result<T, Error> {
        self.get(&card_path(list, id), &[]).await
    }

    /// Changes `name` and `ref` of a card. The balance changes through operations alone.
    ///
    /// # Errors
    /// 422 when the customer has another card with that ref.
    pub async fn patch_loyalty_card<T: DeserializeOwned>(
        &self,
        list: &str,
        id: &str,
        change: &impl Serialize,
    ) -> Result<T, Error> {
        self.patch(&card_path(list, id), change).await
    }

    /// The operations on a card, newest first.
    pub fn loyalty_operations<T: DeserializeOwned>(&self, list: &str, card: &str) -> Pages<T> {
        let path = format!("{}/operations", card_path(list, card));
        Pages::new(self, path, Vec::new())
    }

    /// Adds points to a card, or takes them away: `delta`, and perhaps `reason` and `order_id`. Only
    /// the opposite operation takes it back: after [`Error::may_have_been_applied`], look among
    /// [`Connection::loyalty_operations`] before sending it again.
    ///
    /// # Errors
    /// 422 with field errors.
    pub async fn create_loyalty_operation<T: DeserializeOwned>(
        &self,
        list: &str,
        card: &str,
        operation: &impl Serialize,
    ) -> Result<T, Error> {
        let path = format!("{}/operations", card_path(list, card));
        self.post(&path, operation).await
    }

    /// One operation on a card.
    ///
    /// # Errors
    /// 404 when there is none.
    pub async fn loyalty_operation<T: DeserializeOwned>(
        &self,
        list: &str,
        card: &str,
        id: &str,
    ) -> Result<T, Error> {
        let path = format!("{}/operations/{}", card_path(list, card), path_segment(id));
        self.get(&path, &[]).await
    }
}
