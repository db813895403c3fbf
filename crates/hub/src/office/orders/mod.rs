//! **DONNÉES**: orders, and what happened to each of them.

mod filled;
pub(super) mod http;
mod journey;
mod list;
mod order;
mod store;
mod told;

pub use journey::{Journey, Step};
pub use list::{OrderFilter, OrderLine, OrdersPage, order_badge};
pub use order::{Customer, Item, ItemOption, Loyalty, MoneyLine, OrderPage, Rejection, Settlement};
pub use store::ALL as STATEMENTS;
