//! The endpoints that erase personal data.

use wire::id::CustomerListId;
use wire::scope::Right;

use super::{anonymise, delete_list};
use crate::customer_lists;
use crate::customers::cards::card_views;
use crate::customers::http::CustomerPath;
use crate::events::Actor;
use crate::http::call::ApiCall;
use crate::http::caller::AtAccount;
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};

/// Erases the personal data of a customer, in its list and in everything that was stored before, and
/// tells every other client.
pub(super) async fn anonymise_customer(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
) -> ApiResult {
    let ids_in_path = CustomerPath::of(&ids)?;
    let (account, customer) = (at.account.clone(), ids_in_path.customer.clone());
    let reply = call
        .write("customers.anonymise", move |tx| {
            let (before, cards) = ids_in_path.lock(tx, &at)?;
            if_match.check(|| Reply::of(&before.client_view(at.currency, card_views(&cards))))?;
            let after = anonymise::begin(tx, &at, &before, card_views(&cards), &by)?;
            Reply::of(&after.client_view(at.currency, card_views(&cards)))
        })
        .await?;
    // A crash in the middle of this leaves the rest to the chores.
    anonymise::resume(call.hub(), &account, &customer).await?;
    Ok(reply)
}

/// Deletes a list with its customers and their loyalty cards. Nobody is told.
pub(super) async fn delete_list(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    if_match: IfMatch,
) -> ApiResult {
    let id: CustomerListId = ids.id("customer_list_id")?;
    let account = at.account.clone();
    let list = id.clone();
    let reply = call
        .write("customer_lists.delete", move |tx| {
            customer_lists::store::lock(tx, &at.account, &list)?;
            let found = customer_lists::find_permitted_by_all(tx, &at, &list, Right::Write)?;
            if_match.check(|| Reply::of(&found.view(&at.account)))?;
            customer_lists::store::delete(tx, &at.account, &list)?;
            delete_list::begin(tx, &at.account, &list)?;
            Ok::<_, ApiError>(Reply::empty())
        })
        .await?;
    // Small lists are gone when the answer comes; the rest of a long one goes with the chores, and so
    // does what cannot go now: the list itself is deleted, whatever comes of this.
    if let Err(error) = delete_list::resume(call.hub(), &account, &id).await {
        tracing::warn!(%error, "erasing customers of a deleted list failed, will be retried");
    }
    Ok(reply)
}
