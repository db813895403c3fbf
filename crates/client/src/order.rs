//! What orders are made of (API, chapter Orders), and all that is needed to make them: a
//! [`NewOrder`] for [`create_order`](crate::Connection::create_order), an [`OrderPatch`] for
//! [`patch_order`](crate::Connection::patch_order), and the [`Order`] that both answer.
//!
//! ```
//! use client::order::{
//!     CustomerDetails, Money, NewItem, NewOrder, NewPayment, OrderStatus, ServiceType,
//! };
//!
//! # fn example() -> Result<NewOrder, Box<dyn std::error::Error>> {
//! let price = Money::parse("9.50 EUR")?;
//! let order = NewOrder::new(OrderStatus::New)
//!     .service_type(ServiceType::Collection)
//!     .item(NewItem::new("Margherita", price, 1).sku_ref("MAR"))
//!     .payment(NewPayment::new(price).name("Carte en ligne"))
//!     .guest(CustomerDetails::default().first_name("Ada").phone("+33600000000"));
//! # Ok(order) }
//! ```

pub use wire::currency::Currency;
pub use wire::custom_fields::CustomFields;
pub use wire::decimal::Decimal;
pub use wire::id::{CustomerId, CustomerListId, ElementId, LocationId, OrderId};
pub use wire::money::Money;
pub use wire::order::{
    AttachedCustomer, ChargeType, CustomerDetails, CustomerLoyaltyCard, DealLine,
    DealPricingEffect, Deals, DiscountPricingEffect, Gender, NewCharge, NewDeal, NewDealLine,
    NewDiscount, NewItem, NewLoyaltyOperation, NewOption, NewOrder, NewPayment, Order, OrderCharge,
    OrderCustomer, OrderDeal, OrderDiscount, OrderItem, OrderLoyaltyOperation, OrderOption,
    OrderPatch, OrderPayment, OrderStatus, PaymentType, ServiceType,
};
pub use wire::time::{Date, Time};
