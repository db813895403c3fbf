//! What the API does with customers.

use wire::customer::{OrderCustomer, RawCustomer};
use wire::id::{CustomerId, CustomerListId};
use wire::patch::Patch;
use wire::problem::TAKEN;
use wire::scope::Right;

use super::cards::{self, CustomerCard, card_views};
use super::search::{self, SearchFilter};
use super::{Customer, store};
use crate::customer_lists::{self, find_permitted};
use crate::db::Tx;
use crate::db::page::PageRequest;
use crate::events::Actor;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtAccount;
use crate::http::etag::IfMatch;
use crate::http::paging::Query;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// List and customer of a path.
pub(crate) struct CustomerPath {
    pub list: CustomerListId,
    pub customer: CustomerId,
}

impl CustomerPath {
    pub(crate) fn of(ids: &PathIds) -> Result<Self, ApiError> {
        Ok(Self {
            list: ids.id("customer_list_id")?,
            customer: ids.id("customer_id")?,
        })
    }

    /// The customer, kept from others, with its cards.
    pub(crate) fn lock(
        &self,
        tx: &mut Tx<'_>,
        at: &AtAccount,
    ) -> Result<(Customer, Vec<CustomerCard>), ApiError> {
        find_permitted(tx, at, &self.list, Right::Write)?;
        let client = &at.caller.client;
        let found = store::lock_in_list(tx, &at.account, client, &self.list, &self.customer)?;
        let customer = found.ok_or(ApiError::NotFound)?;
        let cards = cards::of_customer(tx, &at.account, &customer.id)?;
        Ok((customer, cards))
    }
}

/// Answers the customers of a list, oldest first.
pub(super) async fn list(
    hub: Hub,
    at: AtAccount,
    ids: PathIds,
    query: Query,
    wanted: PageRequest,
) -> ApiResult {
    let list: CustomerListId = ids.id("customer_list_id")?;
    let filter = SearchFilter::read(&query)?;
    hub.read("customers.list", move |tx| {
        find_permitted(tx, &at, &list, Right::Read)?;
        let client = &at.caller.client;
        let page = search::page(tx, &at.account, client, &list, &filter, &wanted)?;
        let ids: Vec<&str> = page.items.iter().map(|it| it.id.as_str()).collect();
        let mut cards = cards::of_customers(tx, &at.account, &ids)?;
        Reply::page_of(page.map(|customer| {
            let own = cards.remove(&customer.id).unwrap_or_default();
            customer.client_view(at.currency, card_views(&own))
        }))
    })
    .await
}

/// Answers one customer.
pub(super) async fn find(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let ids_in_path = CustomerPath::of(&ids)?;
    hub.read("customers.find", move |tx| {
        find_permitted(tx, &at, &ids_in_path.list, Right::Read)?;
        let (account, client) = (&at.account, &at.caller.client);
        let found = store::find_in_list(
            tx,
            account,
            client,
            &ids_in_path.list,
            &ids_in_path.customer,
        )?;
        let customer = found.ok_or(ApiError::NotFound)?;
        let cards = cards::of_customer(tx, account, &customer.id)?;
        Reply::of(&customer.client_view(at.currency, card_views(&cards)))
    })
    .await
}

/// Adds a customer to a list and tells every other client.
pub(super) async fn create(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    body: Body,
) -> ApiResult {
    let list: CustomerListId = ids.id("customer_list_id")?;
    let raw = body.parse_deferred::<RawCustomer>(call.hub()).await?;
    call.write("customers.create", move |tx| {
        lock_list(tx, &at, &list)?;
        find_permitted(tx, &at, &list, Right::Write)?;
        let new = raw.clone()?.check(&OrderCustomer::default())?;
        refuse_taken(tx, &at, &list, None, &new.private_ref)?;
        let mut customer = store::add(tx, &at.account, &list, new.person)?;
        set_private_ref(tx, &at, &mut customer, &new.private_ref)?;
        let state = customer.event_view(at.currency, Vec::new());
        store::record_create(tx, &at.account, &customer, &state, &by)?;
        Reply::of(&customer.client_view(at.currency, Vec::new()))
    })
    .await
}

/// Changes what was sent of a customer and tells every other client what they can see of it.
pub(super) async fn update(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    let ids_in_path = CustomerPath::of(&ids)?;
    let raw = body.parse_deferred::<RawCustomer>(call.hub()).await?;
    call.write("customers.update", move |tx| {
        let (before, cards) = ids_in_path.lock(tx, &at)?;
        if_match.check(|| Reply::of(&before.client_view(at.currency, card_views(&cards))))?;
        let checked = raw.clone()?.check(&before.person)?;
        if checked.private_ref.value().is_some() {
            lock_list(tx, &at, &ids_in_path.list)?;
        }
        refuse_taken(
            tx,
            &at,
            &ids_in_path.list,
            Some(&before),
            &checked.private_ref,
        )?;
        let mut after = before.clone();
        set_private_ref(tx, &at, &mut after, &checked.private_ref)?;
        if checked.person != before.person {
            after.person = checked.person;
            after.version = tx.version_after(after.version);
            store::update(tx, &at.account, (&before, &after))?;
            let states = (
                &before.event_view(at.currency, card_views(&cards)),
                &after.event_view(at.currency, card_views(&cards)),
            );
            store::record_update(tx, &at.account, &after, states, &by)?;
        }
        Reply::of(&after.client_view(at.currency, card_views(&cards)))
    })
    .await
}

/// The old name for a change.
pub(super) async fn update_as_put(
    call: ApiCall,
    at: AtAccount,
    ids: PathIds,
    by: Actor,
    if_match: IfMatch,
    body: Body,
) -> ApiResult {
    update(call, at, ids, by, if_match, body).await
}

/// Keeps a list as it is: nobody is added to one that is being deleted, and its names are given out
/// one at a time.
fn lock_list(tx: &mut Tx<'_>, at: &AtAccount, list: &CustomerListId) -> Result<(), ApiError> {
    if customer_lists::store::lock(tx, &at.account, list)? {
        Ok(())
    } else {
        Err(ApiError::NotFound)
    }
}

/// A client gives each of its names to one customer of a list at most. The list is locked.
fn refuse_taken(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    list: &CustomerListId,
    own: Option<&Customer>,
    private_ref: &Patch<String>,
) -> Result<(), ApiError> {
    let Some(value) = private_ref.value() else {
        return Ok(());
    };
    if own.is_some_and(|own| own.private_ref.as_ref() == Some(value)) {
        return Ok(());
    }
    let found = store::find_by_private_ref(tx, &at.account, &at.caller.client, list, value)?;
    match found {
        Some(_) => Err(ApiError::field("private_ref", TAKEN)),
        None => Ok(()),
    }
}

fn set_private_ref(
    tx: &mut Tx<'_>,
    at: &AtAccount,
    customer: &mut Customer,
    private_ref: &Patch<String>,
) -> Result<(), ApiError> {
    let before = customer.private_ref.clone();
    private_ref.clone().apply_to(&mut customer.private_ref);
    if customer.private_ref != before {
        let value = customer.private_ref.as_deref();
        store::set_private_ref(tx, &at.account, &at.caller.client, &customer.id, value)?;
    }
    Ok(())
}
