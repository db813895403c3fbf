//! Making discounts, charges and payments.

use serde_json::Value;

use super::sent;
use crate::decimal::Decimal;
use crate::free::FreeObject;
use crate::money::Money;
use crate::order::{ChargeType, PaymentType};

sent! {
    /// A reduction of a whole order.
    pub struct NewDiscount;
    /// So much off, which is not negative.
    new(name: String = "name", price_off: Money = "price_off");
    says {
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// With this code of the till.
        reference: String = "ref",
    }
}

sent! {
    /// An additional cost of an order.
    pub struct NewCharge;
    /// So much on top.
    new(name: String = "name", price: Money = "price");
    says {
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// For this; [`ChargeType::Other`] unless said otherwise.
        kind: ChargeType = "type",
        /// With this code of the till.
        reference: String = "ref",
        /// Taxed at this rate, in percent; nothing is computed from it.
        tax_rate: Decimal = "tax_rate",
    }
}

sent! {
    /// A payment of an order, or of a part of it.
    pub struct NewPayment;
    /// So much is paid.
    new(amount: Money = "amount");
    says {
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// In this way; [`PaymentType::Online`] unless said otherwise.
        kind: PaymentType = "type",
        /// With this name, which people see.
        name: String = "name",
        /// With this code of the till.
        reference: String = "ref",
    }
    holds {
        #[serde(skip_serializing_if = "FreeObject::is_empty")]
        info: FreeObject,
    }
}

impl NewPayment {
    /// With this free content under that key, beside what other keys have.
    #[must_use]
    pub fn info(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.info.insert(key, value);
        self
    }
}
