//! Customers as the back office looks at them: newest first, whoever added them, and without private
//! refs, which are the clients' own.

use const_format::formatcp;
use wire::id::{AccountId, ClientId, CustomerId, CustomerListId};

use super::search::{self, SearchFilter};
use super::store::{self, COLUMNS_OF_LIST as COLUMNS, Customer};
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::{args, statements};

statements! {
    NEWEST = formatcp!("SELECT {COLUMNS} FROM customers c
        WHERE c.account_id = $1 AND c.customer_list_id = $3 AND (c.created_at, c.id) < ($4, $5)
        ORDER BY c.created_at DESC, c.id DESC LIMIT $6");
}

/// The reader of a page, who has given no customer a private ref.
fn no_client() -> ClientId {
    ClientId::from_generated("0".to_owned())
}

/// A page of the customers of a list, newest first.
pub(crate) fn newest(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    wanted: &PageRequest,
) -> db::Result<Page<Customer>> {
    let after = wanted.after.or_newest();
    let (key, id) = (after.key.as_str(), after.id.as_str());
    let arguments = args![account, &no_client(), list, key, id, wanted.count + 1];
    let rows: Vec<Customer> = tx.all(NEWEST, arguments)?;
    let rows = rows
        .into_iter()
        .map(|it| (Cursor::of(it.created_at, &it.id), it));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// A page of the customers of a list whose e-mail address or phone number has this text in it, oldest
/// first.
pub(crate) fn matching(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
    text: &str,
    wanted: &PageRequest,
) -> db::Result<Page<Customer>> {
    let filter = SearchFilter::of_text(text);
    search::page(tx, account, &no_client(), list, &filter, wanted)
}

/// One customer of an account.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &CustomerId,
) -> db::Result<Option<Customer>> {
    store::find(tx, account, &no_client(), customer)
}
