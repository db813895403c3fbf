//! Connections: a client bound to a location, an account or a user's profile. Each owns one access
//! token, one budget and one callback (API, chapter OAuth 2.0).
//!
//! The same client at the same place with the same device is the same connection: authorising again
//! gives the same token, perhaps bound to another catalog or list. A revoked connection stays for
//! its journal; what comes after it is a new one.

use const_format::formatcp;
use jiff::Timestamp;
use wire::event::EventResource;
use wire::id::{
    AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, EventId, LocationId, UserId,
};
use wire::scope::{Resource, Right, Scope};
use wire::token::TokenResponse;

use super::codes;
use crate::db::page::{Cursor, Page};
use crate::db::{self, NoneIfEmpty, Tx};
use crate::events;
use crate::events::store::lanes;
use crate::secret::{self, MasterKey};
use crate::{args, row, statements};

statements! {
    SELECT_BY_BINDING = "SELECT id FROM connections
        WHERE place = $1 AND client_id = $2 AND device_id = $3";
    INSERT = "INSERT INTO connections (account_id, id, client_id, place, location_id, device_id,
            scope, catalog_id, customer_list_id, user_id, token_hash, blocked_at, revoked_at,
            created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, $12)
        ON CONFLICT DO NOTHING";
    BIND_AGAIN = "UPDATE connections SET scope = $3, catalog_id = $4, customer_list_id = $5,
            user_id = $6, blocked_at = NULL
        WHERE account_id = $1 AND id = $2";
    FIND = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.id = $2");
    OF_ACCOUNT = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.revoked_at IS NULL
        ORDER BY c.location_id IS NOT NULL, c.location_id, c.created_at, c.id");
    ENDED = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.revoked_at IS NOT NULL
            AND (c.revoked_at, c.id) < ($2, $3) AND c.id <> ''
        ORDER BY c.revoked_at DESC, c.id DESC LIMIT $4");
    ENDED_AT = formatcp!("{SELECT} WHERE c.account_id = $1 AND c.revoked_at IS NOT NULL
            AND (c.revoked_at, c.id) < ($2, $3) AND c.location_id = $5
        ORDER BY c.revoked_at DESC, c.id DESC LIMIT $4");
    OF_CLIENT = "SELECT account_id, id FROM connections
        WHERE client_id = $1 AND revoked_at IS NULL";
    BY_TOKEN = "SELECT account_id, id, client_id FROM connections
        WHERE token_hash = $1 AND revoked_at IS NULL";
    BY_INSTANCE = "SELECT account_id, id FROM connections
        WHERE id = $1 AND client_id = $2 AND revoked_at IS NULL";
    BLOCK = "UPDATE connections SET blocked_at = $3 WHERE account_id = $1 AND id = $2";
    SET_SENDING = "UPDATE connections SET retry_seconds = $3, fires_orders = $4
        WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL";
    FIRE_ORDERS = "UPDATE callbacks SET fires_orders = $3
        WHERE account_id = $1 AND connection_id = $2";
    SET_REF_WINDOW = "UPDATE connections SET ref_window = $3
        WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL";
    REVOKE = "UPDATE connections SET revoked_at = $3, place = NULL
        WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL";
    /// A subquery keeps planners from beginning with the events, of which there are many.
    PENDING_OF_RESOURCE = "SELECT p.event_id FROM pending_dispatches p
        WHERE p.account_id = $1 AND p.connection_id = $2 AND (SELECT e.resource FROM events e
            WHERE e.account_id = p.account_id AND e.id = p.event_id) = $3";
    PENDING_OF_OTHER_LISTS = "SELECT p.event_id FROM pending_dispatches p
        WHERE p.account_id = $1 AND p.connection_id = $2
            AND (SELECT e.resource FROM events e
                WHERE e.account_id = p.account_id AND e.id = p.event_id) = 'customer'
            AND ((SELECT c.customer_list_id FROM customers c
                WHERE c.account_id = p.account_id AND c.id = p.subject_id) <> $3 OR $3 IS NULL)";
    PENDING_OF_OTHER_CATALOGS = "SELECT p.event_id FROM pending_dispatches p
        WHERE p.account_id = $1 AND p.connection_id = $2
            AND (SELECT e.resource FROM events e
                WHERE e.account_id = p.account_id AND e.id = p.event_id) = 'catalog'
            AND (p.subject_id <> $3 OR $3 IS NULL)";
    DELETE_CALLBACK = "DELETE FROM callbacks WHERE account_id = $1 AND connection_id = $2";
}

/// The longest time for which a ref may be refused when it comes again, in minutes: a week.
pub const MAX_REF_WINDOW_MINUTES: u32 = 7 * 24 * 60;

/// What a user has granted to a client.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Grant {
    /// The client.
    pub client: ClientId,
    /// The account; none when only the profile was asked for.
    pub account: Option<AccountId>,
    /// The location, with a location scope.
    pub location: Option<LocationId>,
    /// What makes this instance one of several at the same place; empty for none.
    pub device: String,
    /// What may be done, as text of the scope grammar.
    pub scope: String,
    /// The catalog that was chosen.
    pub catalog: Option<CatalogId>,
    /// The customer list that was chosen.
    pub customer_list: Option<CustomerListId>,
    /// Who granted it.
    pub user: Option<UserId>,
}

impl Grant {
    /// What the connection is bound to: the location, the account, or the user.
    pub(super) fn binding(&self) -> String {
        match (&self.location, &self.account) {
            (Some(location), _) => location.to_string(),
            (None, Some(account)) => account.to_string(),
            (None, None) => {
                format!("user:{}", self.user.as_ref().map_or("", UserId::as_str))
            }
        }
    }
}

row! {
    /// A connection with the names that people read.
    #[derive(Clone, Debug)]
    pub struct Connection {
        /// The account; none for a profile.
        pub account: Option<AccountId> as NoneIfEmpty = "c.account_id",
        /// The account's name.
        pub account_name: Option<String> = "a.name",
        /// The connection, which is also the `app_instance_id`.
        pub id: ConnectionId = "c.id",
        /// The client.
        pub client: ClientId = "c.client_id",
        /// The client's name.
        pub client_name: String = "k.name",
        /// The location, of a location-level connection.
        pub location: Option<LocationId> = "c.location_id",
        /// The location's name.
        pub location_name: Option<String> = "l.name",
        /// The device; empty for none.
        pub device: String = "c.device_id",
        /// What was granted.
        pub scope: Scope = "c.scope",
        /// The catalog that was chosen.
        pub catalog: Option<CatalogId> = "c.catalog_id",
        /// Its name.
        pub catalog_name: Option<String> = "g.name",
        /// The customer list that was chosen.
        pub customer_list: Option<CustomerListId> = "c.customer_list_id",
        /// Its name.
        pub customer_list_name: Option<String> = "t.name",
        /// Who granted it.
        pub user: Option<UserId> = "c.user_id",
        /// Since when it is blocked.
        pub blocked_at: Option<Timestamp> = "c.blocked_at",
        /// When it was made.
        pub created_at: Timestamp = "c.created_at",
        /// When it was revoked.
        pub revoked_at: Option<Timestamp> = "c.revoked_at",
        /// For how many minutes a ref of its orders may not come again; none for no such rule.
        pub ref_window: Option<u32> = "c.ref_window",
        /// The seconds before each new attempt to send something to it, separated by commas; none for those
        /// of the settings.
        pub retry_seconds: Option<String> = "c.retry_seconds",
        /// Whether new orders that are wanted later are sent when they are to be prepared.
        pub fires_orders: bool = "c.fires_orders",
    }
}

const SELECT: &str = formatcp!(
    "SELECT {} FROM connections c JOIN clients k ON k.id = c.client_id
        LEFT JOIN accounts a ON a.id = c.account_id
        LEFT JOIN locations l ON l.account_id = c.account_id AND l.id = c.location_id
        LEFT JOIN catalogs g ON g.account_id = c.account_id AND g.id = c.catalog_id
        LEFT JOIN customer_lists t ON t.account_id = c.account_id AND t.id = c.customer_list_id",
    Connection::COLUMNS
);

impl Connection {
    /// What the token endpoint answers (API, chapter OAuth 2.0).
    pub fn token_response(&self, key: &MasterKey) -> TokenResponse {
        let mut response = TokenResponse::new(key.access_token(self.id.as_str()));
        response.account_id = self.account.clone();
        response.account_name = self.account_name.clone();
        response.location_id = self.location.clone();
        response.location_name = self.location_name.clone();
        response.catalog_id = self.catalog.clone();
        response.catalog_name = self.catalog_name.clone();
        response.customer_list_id = self.customer_list.clone();
        response.customer_list_name = self.customer_list_name.clone();
        response.app_instance_id = Some(self.id.clone());
        response.user_id = self.user.clone().filter(|_| self.scope.profile.is_some());
        response
    }
}

fn account_key(account: Option<&AccountId>) -> &str {
    account.map_or("", AccountId::as_str)
}

/// Makes the connection of a grant, or binds the one that is there anew. A block is lifted: whoever
/// authorises again wants it to work.
pub fn connect(tx: &mut Tx<'_>, key: &MasterKey, grant: &Grant) -> db::Result<ConnectionId> {
    let (account, binding) = (account_key(grant.account.as_ref()), grant.binding());
    let look = args![binding.as_str(), &grant.client, grant.device.as_str()];
    let (catalog, list) = (grant.catalog.as_ref(), grant.customer_list.as_ref());
    let user = grant.user.as_ref();
    for _ in 0..2 {
        let found: Option<(ConnectionId,)> = tx.first_locked(SELECT_BY_BINDING, look)?;
        if let Some((id,)) = found {
            tx.write(
                BIND_AGAIN,
                args![account, &id, grant.scope.as_str(), catalog, list, user],
            )?;
            events::followers::refresh(tx, account, &id)?;
            cancel_unreachable_dispatches(tx, account, &id, grant)?;
            return Ok(id);
        }
        let id = ConnectionId::from_generated(tx.fresh_id()?);
        let token = secret::hash(&key.access_token(id.as_str()));
        let now = tx.now();
        let values = args![
            account,
            &id,
            &grant.client,
            binding.as_str(),
            grant.location.as_ref(),
            grant.device.as_str(),
            grant.scope.as_str(),
            catalog,
            list,
            user,
            token,
            now
        ];
        if tx.execute(INSERT, values)? == 1 {
            return Ok(id);
        }
        // Somebody else made it in the same moment: find it.
    }
    Err(db::Error::Broken(
        "a connection came and went at once".to_owned(),
    ))
}

/// The connection to which a grant belongs, if it is there already.
pub(super) fn find_by_grant(tx: &mut Tx<'_>, grant: &Grant) -> db::Result<Option<Connection>> {
    let look = args![grant.binding(), &grant.client, grant.device.as_str()];
    let found: Option<(ConnectionId,)> = tx.first_locked(SELECT_BY_BINDING, look)?;
    match found {
        Some((id,)) => find(tx, grant.account.as_ref(), &id),
        None => Ok(None),
    }
}

/// What is owed but no longer permitted, or of a list or a catalog that is no longer the
/// connection's, is not told any more.
fn cancel_unreachable_dispatches(
    tx: &mut Tx<'_>,
    account: &str,
    id: &ConnectionId,
    grant: &Grant,
) -> db::Result<()> {
    let Ok(scope) = Scope::parse(&grant.scope) else {
        return Ok(());
    };
    let mut unreachable: Vec<(EventId,)> = Vec::new();
    for resource in EventResource::ALL {
        if !events::permits(&scope, *resource) {
            let resource = resource.as_str();
            unreachable.extend(tx.all(PENDING_OF_RESOURCE, args![account, id, resource])?);
        }
    }
    if !scope.allows(Resource::AllCustomerLists, Right::Read) {
        let list = grant.customer_list.as_ref();
        unreachable.extend(tx.all(PENDING_OF_OTHER_LISTS, args![account, id, list])?);
    }
    if !scope.allows(Resource::AllCatalogs, Right::Read) {
        let catalog = grant.catalog.as_ref();
        unreachable.extend(tx.all(PENDING_OF_OTHER_CATALOGS, args![account, id, catalog])?);
    }
    let Some(account) = &grant.account else {
        return Ok(());
    };
    for (event,) in &unreachable {
        events::store::delete(tx, account, id, event)?;
    }
    Ok(())
}

/// One connection of an account (none for a profile), revoked or not.
pub fn find(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    id: &ConnectionId,
) -> db::Result<Option<Connection>> {
    tx.first(FIND, args![account_key(account), id])
}

/// The connections of an account: its own first, then location by location.
pub fn of_account(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Vec<Connection>> {
    tx.all(OF_ACCOUNT, args![account])
}

/// The connections of an account, or of one location, that have ended, after a cursor: those that ended last first.
pub fn list_ended(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    after: &Cursor,
    count: u32,
) -> db::Result<Page<Connection>> {
    let after = after.or_newest();
    let (key, id, most) = (after.key.as_str(), after.id.as_str(), count + 1);
    let found: Vec<Connection> = match location {
        None => tx.all(ENDED, args![account, key, id, most])?,
        Some(location) => tx.all(ENDED_AT, args![account, key, id, most, location])?,
    };
    let rows = found.into_iter().map(|it| {
        let ended_at = it.revoked_at.unwrap_or(it.created_at);
        (Cursor::of(ended_at, &it.id), it)
    });
    Ok(Page::cut(rows.collect(), count))
}

/// The connections of a client, as (account or none, connection).
pub fn of_client(
    tx: &mut Tx<'_>,
    client: &ClientId,
) -> db::Result<Vec<(Option<AccountId>, ConnectionId)>> {
    let rows: Vec<(NoneIfEmpty<AccountId>, ConnectionId)> = tx.all(OF_CLIENT, args![client])?;
    let rows = rows
        .into_iter()
        .map(|(NoneIfEmpty(account), id)| (account, id));
    Ok(rows.collect())
}

/// The connection that a token belongs to, and its client.
pub fn by_token(
    tx: &mut Tx<'_>,
    token: &str,
) -> db::Result<Option<(Option<AccountId>, ConnectionId, ClientId)>> {
    let row: Option<(NoneIfEmpty<AccountId>, ConnectionId, ClientId)> =
        tx.first(BY_TOKEN, args![secret::hash(token)])?;
    Ok(row.map(|(NoneIfEmpty(account), id, client)| (account, id, client)))
}

/// The connection of a client by its `app_instance_id`.
pub fn by_instance(
    tx: &mut Tx<'_>,
    id: &ConnectionId,
    client: &ClientId,
) -> db::Result<Option<Connection>> {
    let row: Option<(NoneIfEmpty<AccountId>, ConnectionId)> =
        tx.first(BY_INSTANCE, args![id, client])?;
    match row {
        None => Ok(None),
        Some((NoneIfEmpty(account), id)) => find(tx, account.as_ref(), &id),
    }
}

/// Blocks or unblocks: a blocked connection hears 401 and nothing is sent to it; what it is owed
/// waits. Codes that were approved before a block are void.
pub fn set_blocked(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &ConnectionId,
    blocked: bool,
) -> db::Result<()> {
    let now = blocked.then(|| tx.now());
    if blocked {
        codes::cancel_pending(tx, account.as_str(), id)?;
    }
    tx.write(BLOCK, args![account, id, now])?;
    if !blocked {
        tx.wake_dispatch();
    }
    Ok(())
}

/// Sets for how many minutes (1 to [`MAX_REF_WINDOW_MINUTES`]) a ref of its orders may not come again;
/// none lifts the rule. Says whether there is such a connection.
pub fn set_ref_window(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &ConnectionId,
    minutes: Option<u32>,
) -> db::Result<bool> {
    let minutes = minutes.map(|it| it.min(MAX_REF_WINDOW_MINUTES));
    Ok(tx.execute(SET_REF_WINDOW, args![account, id, minutes])? == 1)
}

/// Sets how events are sent to a connection: the waits before new attempts, as seconds separated by commas, and
/// whether orders are held back until they are to be prepared. What is held back and is to be no longer is
/// sent now. Says whether there is such a connection.
pub fn set_sending(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &ConnectionId,
    retry_seconds: Option<&str>,
    fires_orders: bool,
) -> db::Result<bool> {
    let values = args![account, id, retry_seconds, fires_orders];
    if tx.execute(SET_SENDING, values)? == 0 {
        return Ok(false);
    }
    tx.write(FIRE_ORDERS, args![account, id, fires_orders])?;
    if !fires_orders {
        lanes::fire_all(tx, account, id)?;
    }
    Ok(true)
}

/// Ends a connection: its token is dead at once, its callback is gone, what it was owed is marked as
/// deleted, codes that were approved before are void. Says whether there was anything to end.
pub fn revoke(tx: &mut Tx<'_>, account: Option<&AccountId>, id: &ConnectionId) -> db::Result<bool> {
    codes::cancel_pending(tx, account_key(account), id)?;
    end(tx, account, id)
}

/// Ends a connection whose app gives its token back. Codes that a user has approved since stay
/// valid, unlike in [`revoke`].
pub(super) fn end(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    id: &ConnectionId,
) -> db::Result<bool> {
    let (account, now) = (account_key(account), tx.now());
    let ended = tx.execute(REVOKE, args![account, id, now])? == 1;
    tx.write(DELETE_CALLBACK, args![account, id])?;
    events::followers::unsubscribe(tx, account, id)?;
    events::store::cancel(tx, account, id)?;
    Ok(ended)
}
