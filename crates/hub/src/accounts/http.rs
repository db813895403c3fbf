//! What the API tells of accounts: admission has read it already.

use wire::account::Account;

use crate::http::caller::AtAccount;
use crate::http::response::{ApiResult, Reply};

fn view(at: AtAccount) -> Account {
    Account {
        id: at.account,
        name: at.account_name,
        currency: at.currency,
    }
}

/// Answers the token's account.
pub(super) async fn find(at: AtAccount) -> ApiResult {
    Reply::of(&view(at))
}

/// Answers a list of one: an old client library asks so.
pub(super) async fn list(at: AtAccount) -> ApiResult {
    Reply::of(&[view(at)])
}
