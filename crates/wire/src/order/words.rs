//! The closed lists of words in orders (API, chapter Orders, enumerations).

use crate::input::FromJson;
use crate::schema::{self, Schema, SchemaGenerator};
use crate::word::words;

words! {
    /// How far an order has come. Any status may follow any other.
    OrderStatus {
        /// Placed, not yet taken by the till.
        New = "new",
        /// The till has it.
        Received = "received",
        /// The store agreed.
        Accepted = "accepted",
        /// Being prepared.
        InPreparation = "in_preparation",
        /// Ready to ship; the older word for ready.
        AwaitingShipment = "awaiting_shipment",
        /// Ready for pick-up.
        AwaitingCollection = "awaiting_collection",
        /// On its way.
        InDelivery = "in_delivery",
        /// Handed over.
        Completed = "completed",
        /// Never reached the store.
        Rejected = "rejected",
        /// Cancelled by customer or store.
        Cancelled = "cancelled",
        /// Could not be delivered.
        DeliveryFailed = "delivery_failed",
    }
}

words! {
    /// How the customer gets the order.
    ServiceType {
        /// Brought to the customer.
        Delivery = "delivery",
        /// Fetched by the customer.
        Collection = "collection",
        /// Eaten on the spot.
        EatIn = "eat_in",
    }
}

words! {
    /// What being in a deal does to the price of an item. Informative: nothing is computed from it.
    DealPricingEffect {
        /// Nothing.
        Unchanged = "unchanged",
        /// The price is `pricing_value`.
        FixedPrice = "fixed_price",
        /// The price is lowered by the amount in `pricing_value`.
        PriceOff = "price_off",
        /// The price is lowered by the percentage in `pricing_value`.
        PercentageOff = "percentage_off",
    }
}

/// What a client says that being in a deal does to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentPricingEffect {
    /// One of the words.
    Effect(DealPricingEffect),
    /// `free`, an older word for 100 percent off.
    Free,
}

impl SentPricingEffect {
    /// The word that is kept.
    pub fn effect(self) -> DealPricingEffect {
        match self {
            Self::Effect(effect) => effect,
            Self::Free => DealPricingEffect::PercentageOff,
        }
    }
}

impl FromJson for SentPricingEffect {
    const EXPECTED: &'static str = DealPricingEffect::EXPECTED;

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        schema::with_aliases(DealPricingEffect::request_schema(generator), &["free"])
    }

    fn from_text(text: &str) -> Result<Self, String> {
        match text {
            "free" => Ok(Self::Free),
            word => DealPricingEffect::from_text(word).map(Self::Effect),
        }
    }
}

words! {
    /// How a discount lowers the price.
    DiscountPricingEffect {
        /// The price is lowered by an amount.
        PriceOff = "price_off",
        /// The price is lowered by the percentage in `pricing_value`.
        PercentageOff = "percentage_off",
    }
}

words! {
    /// What a charge is for.
    ChargeType {
        /// Bringing the order.
        Delivery = "delivery",
        /// The means of payment.
        PaymentFee = "payment_fee",
        /// A tip.
        Tip = "tip",
        /// A tax.
        Tax = "tax",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How a payment is made.
    PaymentType {
        /// Online.
        Online = "online",
        /// In cash.
        Cash = "cash",
        /// With a gift card.
        GiftCard = "gift_card",
    }
}

words! {
    /// Gender of a customer.
    Gender {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
    }
}
