//! The pages where a user lets an app in: who asks, for what, and where.
//!
//! The first page names the app and its rights. When the chosen place has several customer lists or
//! catalogs, **Suivant** leads to a second one that asks which. The form's `step` tells the hub
//! what the button said: only `allow` may grant, `next` always shows the second page.

mod ask;
mod choose;
mod code;
mod error;
pub(crate) mod http;

pub use ask::{AskPage, Level, Origin, Right, Target, right_in_words};
pub use choose::{ChoosePage, Picker};
pub use code::CodePage;
pub(crate) use http::scope_in_words;

pub use error::{ConsentError, ConsentErrorPage};
