//! Who hears of what: one row per connection and kind of event, worked out from the connection's
//! callback and its grant whenever one of them changes.
//!
//! Changes are recorded far more often than callbacks are set. With the answer at hand, recording
//! needs no look at scopes and subscriptions, and no question to the database.

use const_format::formatcp;
use wire::callback::Subscriptions;
use wire::event::EventResource;
use wire::id::{CatalogId, ClientId, ConnectionId, CustomerListId, LocationId};
use wire::scope::{Resource, Right, Scope};

use crate::db::{self, Json, Tx};
use crate::{args, row, statements};

statements! {
    /// The grant, kept from changes: whoever works this out for a connection does so alone.
    GRANT = formatcp!("SELECT {} FROM connections
        WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL", GrantRow::COLUMNS);
    SUBSCRIPTIONS = "SELECT events FROM callbacks WHERE account_id = $1 AND connection_id = $2";
    FORGET = "DELETE FROM followers WHERE account_id = $1 AND connection_id = $2";
    INSERT = "INSERT INTO followers (account_id, resource, kind, connection_id, client_id,
            location_id, catalog_id, customer_list_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

row! {
    /// What a connection may see.
    struct GrantRow {
        client: ClientId = "client_id",
        location: Option<LocationId> = "location_id",
        catalog: Option<CatalogId> = "catalog_id",
        customer_list: Option<CustomerListId> = "customer_list_id",
        scope: Scope = "scope",
    }
}

impl GrantRow {
    /// The one catalog whose events are heard, or none: all of them. Without a chosen one it is that
    /// of no name.
    fn only_catalog(&self) -> Option<&str> {
        let chosen = || self.catalog.as_ref().map_or("", CatalogId::as_str);
        (!self.scope.allows(Resource::AllCatalogs, Right::Read)).then(chosen)
    }

    /// The one customer list whose events the connection receives; see [`Self::only_catalog`].
    fn only_list(&self) -> Option<&str> {
        let chosen = || {
            self.customer_list
                .as_ref()
                .map_or("", CustomerListId::as_str)
        };
        (!self.scope.allows(Resource::AllCustomerLists, Right::Read)).then(chosen)
    }
}

/// Works out anew what a connection hears of, after its callback or its grant has changed.
/// `account` is empty for a profile, which hears of nothing.
pub(crate) fn refresh(tx: &mut Tx<'_>, account: &str, connection: &ConnectionId) -> db::Result<()> {
    let grant: Option<GrantRow> = tx.first_locked(GRANT, args![account, connection])?;
    let callback: Option<(Json<Subscriptions>,)> =
        tx.first(SUBSCRIPTIONS, args![account, connection])?;
    unsubscribe(tx, account, connection)?;
    let (Some(grant), Some((Json(events),))) = (grant, callback) else {
        return Ok(());
    };
    for (resource, kinds) in &events {
        if !permits(&grant.scope, *resource) {
            continue;
        }
        for kind in kinds {
            tx.write(
                INSERT,
                args![
                    account,
                    resource.as_str(),
                    kind.as_str(),
                    connection,
                    &grant.client,
                    grant.location.as_ref(),
                    grant.only_catalog(),
                    grant.only_list()
                ],
            )?;
        }
    }
    Ok(())
}

/// The connection hears of nothing any longer.
pub(crate) fn unsubscribe(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(FORGET, args![account, connection])
}

/// Whether a scope permits events of a resource (API, chapter Callbacks and events).
pub(crate) fn permits(scope: &Scope, resource: EventResource) -> bool {
    let any = |resources: &[Resource]| {
        resources
            .iter()
            .any(|resource| scope.allows(*resource, Right::Read))
    };
    match resource {
        EventResource::Order | EventResource::Delivery | EventResource::DeliveryQuote => {
            any(&[Resource::Orders])
        }
        EventResource::Customer => any(&[Resource::CustomerList, Resource::AllCustomerLists]),
        EventResource::Catalog => any(&[Resource::Catalog, Resource::AllCatalogs]),
        EventResource::Inventory => any(&[
            Resource::Inventory,
            Resource::Catalog,
            Resource::AllCatalogs,
        ]),
        EventResource::Location | EventResource::CustomerList | EventResource::Account => true,
    }
}
