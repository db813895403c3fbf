//! **DONNÉES**: orders, and what happened to each of them.

mod journey;
mod order;
mod orders;

pub use journey::{Attempt, Delivery, Journey, Outcome, State, Step};
pub use order::{Customer, Item, ItemOption, Loyalty, MoneyLine, OrderPage, Rejection, Settlement};
pub use orders::{OrderFilter, OrderLine, OrdersPage, order_badge};
