//! What orders are made of (API, chapter Orders), and all that is needed to make them: a
//! [`NewOrder`] for [`create_order`](crate::Connection::create_order), an [`OrderPatch`] for
//! [`patch_order`](crate::Connection::patch_order), and the [`Order`] that both answer.
//!
//! ```
//! use client::order::{
//!     Currency, CustomerDetails, Money, NewDeal, NewDealLine, NewItem, NewOrder, NewPayment,
//!     OrderStatus, ServiceType,
//! };
//!
//! # fn example() -> Result<NewOrder, Box<dyn std::error::Error>> {
//! let dessert = NewItem::new("Tiramisu", Money::parse("2.50 EUR")?, 1).sku_ref("TIRA");
//! let duo = NewDeal::new("Duo du soir")
//!     .line(NewItem::new("Margherita", Money::parse("9.50 EUR")?, 1).sku_ref("MAR"))
//!     .line(NewDealLine::new(dessert).label("Dessert").percentage_off(50));
//! let order = NewOrder::new(OrderStatus::New)
//!     .service_type(ServiceType::Collection)
//!     .deal(duo)
//!     .item(NewItem::new("Limonade", Money::parse("3.00 EUR")?, 1).sku_ref("LIMO"))
//!     .guest(CustomerDetails::default().first_name("Ada").phone("+33600000000"));
//! // Mistakes that need no hub to be found, such as amounts of two currencies, are named here.
//! let total = order.check(Currency::EUR)?;
//! let order = order.payment(NewPayment::new(total).name("Carte en ligne"));
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
pub use wire::problem::Problems;
pub use wire::time::{Date, Time};
