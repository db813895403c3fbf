//! **DONNÉES**: orders, and what happened to each of them.

mod context;
mod dispatch_actions;
pub(super) mod http;
mod journey;
mod journey_view;
mod list;
mod order;
pub(super) mod order_view;
mod store;

pub(crate) use http::order_line;
pub use journey::{Journey, JourneyStep};
pub use list::{OrderFilterForm, OrderLine, OrdersPage, order_badge, service_mark};
pub use order::{
    CustomerView, ItemOption, ItemView, Loyalty, MoneyLine, OrderPage, Rejection, RelatedLine,
    Settlement,
};
pub(crate) use order_view::full_name;
pub use store::ALL as STATEMENTS;
