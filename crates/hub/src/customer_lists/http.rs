//! What the API does with customer lists.

use wire::customer::RawCustomerList;
use wire::id::{CustomerListId, LocationId};
use wire::problem::TAKEN;
use wire::scope::Right;

use super::{rules, store};
use crate::accounts;
use crate::db::Tx;
use crate::db::page::PageRequest;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::{AtAccount, AtLocation};
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

const ID: &str = "customer_list_id";

/// Answers the lists that can be reached from a location, oldest first.
pub(super) async fn list(hub: Hub, at: AtLocation, wanted: PageRequest) -> ApiResult {
    hub.read("customer_lists.list", move |tx| {
        page(tx, &at, Some(&at.location), &wanted)
    })
    .await
}

/// Answers the lists of the account itself, oldest first.
pub(super) async fn list_of_account(hub: Hub, at: AtAccount, wanted: PageRequest) -> ApiResult {
    hub.read("customer_lists.list_of_account", move |tx| {
        page(tx, &at, None, &wanted)
    })
    .await
}

fn page(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    location: Option<&LocationId>,
    wanted: &PageRequest,
) -> ApiResult {
    let chosen_list_id = rules::chosen_list_id(&at.caller);
    let page = store::page(tx, &at.account, location, chosen_list_id, wanted)?;
    Reply::page_of(page.map(|list| list.view(&at.account)))
}

/// Makes a list at a location.
pub(super) async fn create(call: ApiCall, at: AtLocation, body: Body) -> ApiResult {
    let name = body.parse::<RawCustomerList>(call.hub()).await?.check()?;
    call.write("customer_lists.create", move |tx| {
        make(tx, &at, Some(&at.location), &name)
    })
    .await
}

/// Makes a list of the whole account.
pub(super) async fn create_in_account(call: ApiCall, at: AtAccount, body: Body) -> ApiResult {
    let name = body.parse::<RawCustomerList>(call.hub()).await?.check()?;
    call.write("customer_lists.create_in_account", move |tx| {
        make(tx, &at, None, &name)
    })
    .await
}

fn make(tx: &mut Tx<'_>, at: &AtAccount, location: Option<&LocationId>, name: &str) -> ApiResult {
    refuse_taken(tx, at, location, name, None)?;
    let id = store::insert(tx, &at.account, location, name)?;
    let made = store::find(tx, &at.account, &id)?.ok_or(ApiError::NotFound)?;
    Reply::of(&made.view(&at.account))
}

/// Names are given out one at a time in an account.
fn refuse_taken(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    location: Option<&LocationId>,
    name: &str,
    except: Option<&CustomerListId>,
) -> Result<(), ApiError> {
    accounts::store::lock(tx, &at.account)?;
    if store::is_taken(tx, &at.account, location, name, except)? {
        return Err(ApiError::field("name", TAKEN));
    }
    Ok(())
}

/// Answers one list.
pub(super) async fn find(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let id: CustomerListId = ids.id(ID)?;
    hub.read("customer_lists.find", move |tx| {
        let list = rules::find_permitted(tx, &at, &id, Right::Read)?;
        Reply::of(&list.view(&at.account))
    })
    .await
}

/// Gives a list another name.
pub(super) async fn rename(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let id: CustomerListId = ids.id(ID)?;
    let raw = body.parse_deferred::<RawCustomerList>(call.hub()).await?;
    call.write("customer_lists.rename", move |tx| {
        store::lock(tx, &at.account, &id)?;
        let mut list = rules::find_permitted(tx, &at, &id, Right::Write)?;
        if_match.check(|| Reply::of(&list.view(&at.account)))?;
        if let Some(name) = raw.clone()?.check_change()? {
            refuse_taken(tx, &at, list.location.as_ref(), &name, Some(&id))?;
            store::rename(tx, &at.account, &id, &name)?;
            list.name = name;
        }
        Reply::of(&list.view(&at.account))
    })
    .await
}
