//! Saying who ordered: a guest, or a customer of a list and what happens to the loyalty cards.

use serde::Serialize;

use super::sent;
use crate::customer::CustomerDetails;
use crate::decimal::Decimal;
use crate::id::{CustomerId, CustomerListId};

/// The forms of a customer, which exclude each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Customer {
    /// A guest.
    Guest {
        /// The customer's details.
        customer: Box<CustomerDetails>,
    },
    /// A customer of a list.
    Attached(AttachedCustomer),
}

/// A customer of a customer list, as the one who placed an order. The hub copies the details into
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachedCustomer {
    #[serde(flatten)]
    named: CustomerReference,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    loyalty_operations: Vec<NewLoyaltyOperation>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum CustomerReference {
    Id {
        customer_id: CustomerId,
    },
    PrivateRef {
        customer_list_id: CustomerListId,
        customer_private_ref: String,
    },
}

impl AttachedCustomer {
    fn with(named: CustomerReference) -> Self {
        Self {
            named,
            loyalty_operations: Vec::new(),
        }
    }

    /// The customer of that id.
    pub fn by_id(id: CustomerId) -> Self {
        Self::with(CustomerReference::Id { customer_id: id })
    }

    /// The customer of that list who has this private ref of the sending client.
    pub fn by_private_ref(list: CustomerListId, private_ref: impl Into<String>) -> Self {
        Self::with(CustomerReference::PrivateRef {
            customer_list_id: list,
            customer_private_ref: private_ref.into(),
        })
    }

    /// And this happens to a loyalty card of the customer.
    #[must_use]
    pub fn loyalty_operation(mut self, operation: NewLoyaltyOperation) -> Self {
        self.loyalty_operations.push(operation);
        self
    }
}

sent! {
    /// What an order does to a loyalty card of its customer.
    pub struct NewLoyaltyOperation;
    /// So many points added, or taken when negative: to or from the card without ref, unless
    /// another is named.
    new(delta: Decimal = "delta");
    says {
        /// On the card of this ref, which is made if there is none.
        reference: String = "ref",
        /// The card is called so from now on.
        name: String = "name",
        /// For this reason.
        reason: String = "reason",
    }
}
