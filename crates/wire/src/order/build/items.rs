//! Making items and their options.

use super::deals::DealPosition;
use super::sent;
use crate::decimal::Decimal;
use crate::money::Money;

sent! {
    /// An item to be ordered. What it costs with its options is computed by the hub.
    pub struct NewItem;
    /// So many of a product, at that price for one without options. For one that is part of a deal
    /// ([`NewDealLine`](super::NewDealLine)), it is the price that the deal left.
    new(product_name: String = "product_name", price: Money = "price", quantity: Decimal = "quantity");
    says {
        /// Under this identifier of the sender's own, which nobody else sees.
        private_ref: String = "private_ref",
        /// In this size or colour.
        sku_name: String = "sku_name",
        /// With this code of the till, which the catalog has as the ref of the sku.
        sku_ref: String = "sku_ref",
        /// Taxed at this rate, in percent; nothing is computed from it.
        tax_rate: Decimal = "tax_rate",
        /// A text that some older clients use. It is stored and returned as it is.
        subset: String = "subset",
        /// Notes of the customer.
        customer_notes: String = "customer_notes",
        /// Points earned with it. Informative: no card changes.
        points_earned: Decimal = "points_earned",
        /// Points it was paid with. Informative: no card changes.
        points_used: Decimal = "points_used",
    }
    adds {
        /// With this chosen, or left out.
        option: NewOption => options,
    }
    holds {
        #[serde(skip_serializing_if = "Option::is_none")]
        deal_line: Option<DealPosition>,
    }
}

impl NewItem {
    /// Puts the item into its place in a deal.
    pub(super) fn at(self, position: DealPosition) -> Self {
        Self {
            deal_line: Some(position),
            ..self
        }
    }
}

sent! {
    /// What was chosen with an item, or left out. It is free unless it has a price.
    pub struct NewOption;
    /// An option of that name, chosen once from the list of that name.
    new(option_list_name: String = "option_list_name", name: String = "name");
    says {
        /// With this code of the till.
        reference: String = "ref",
        /// One of it costs this.
        price: Money = "price",
        /// Chosen so many times for each single item.
        quantity: i64 = "quantity",
    }
    holds {
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        removed: bool,
    }
}

impl NewOption {
    /// Left out; a price then is that of leaving it out.
    #[must_use]
    pub fn removed(self) -> Self {
        Self {
            removed: true,
            ..self
        }
    }
}
