//! Who calls, and where they stand: from a token to a connection, its rights and its location.
//!
//! One question to the database answers all of it. Handlers get the outcome as values that cannot
//! be had otherwise: [`AtLocation`] and [`AtAccount`] are the proof that the check was made, and
//! what `store` functions ask for.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use const_format::formatcp;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, LocationId, UserId};
use wire::order::OrderContext;
use wire::scope::{Level, Resource, Right, Scope};
use wire::time::Time;

use super::client_ip::ClientIp;
use super::problem::ApiError;
use crate::audit::AuditActor;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::secret;
use crate::{args, row, statements};

statements! {
    /// The connection of a token, with its client, its account and the location it speaks of.
    ADMIT = formatcp!("SELECT {} FROM connections c
        JOIN clients k ON k.id = c.client_id
        LEFT JOIN accounts a ON a.id = c.account_id
        LEFT JOIN locations l ON l.account_id = c.account_id AND l.id = COALESCE($2, c.location_id)
        WHERE c.token_hash = $1 AND c.revoked_at IS NULL", AdmissionRow::COLUMNS);
}

/// A connection that may call.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The connection, which is also the `app_instance_id`.
    pub connection: ConnectionId,
    /// The program behind it.
    pub client: ClientId,
    /// The program's name: `created_by` of its orders.
    pub client_name: String,
    /// What was granted.
    pub scope: Scope,
    /// The one location of a location-level connection.
    pub location: Option<LocationId>,
    /// The catalog that was chosen.
    pub catalog: Option<CatalogId>,
    /// The customer list that was chosen.
    pub customer_list: Option<CustomerListId>,
    /// Who granted it, when the profile was asked for.
    pub user: Option<UserId>,
    /// For how many minutes a ref of its orders may not come again; none for no such rule.
    pub ref_window: Option<u32>,
}

impl Caller {
    /// The app as the audit log names it.
    pub(crate) fn audit_actor(&self, peer: ClientIp) -> AuditActor {
        AuditActor::app(&self.client, &self.client_name, peer.0)
    }

    /// Whether the permission for all things of a kind, `all`, includes one of the caller's account
    /// that belongs to the location `owner`, or to the account itself. Who stands at a location
    /// reads what is its account's, and leaves it as it is.
    pub fn reaches_all(&self, all: Resource, owner: Option<&LocationId>, right: Right) -> bool {
        let is_near = match (self.scope.level(), owner) {
            (Some(Level::Account), _) => true,
            (_, Some(owner)) => self.location.as_ref() == Some(owner),
            (_, None) => right == Right::Read,
        };
        is_near && self.scope.allows(all, right)
    }
}

/// An account, and the caller's right to be there.
#[derive(Clone, Debug)]
pub struct AtAccount {
    /// The connection that makes the request.
    pub caller: Arc<Caller>,
    /// The account to which the request belongs.
    pub account: AccountId,
    /// The name of the account.
    pub account_name: String,
    /// The currency of every amount of the account.
    pub currency: Currency,
    /// Whether anybody is sent its orders when they are to be prepared.
    pub holds_orders: bool,
}

/// A location, and the caller's right to be there.
#[derive(Clone, Debug)]
pub struct AtLocation {
    /// The account with the caller.
    pub at: AtAccount,
    /// The location to which the request belongs.
    pub location: LocationId,
    /// The name of the location.
    pub location_name: String,
    /// Its timezone, in which its times are shown.
    pub zone: TimeZone,
}

impl std::ops::Deref for AtLocation {
    type Target = AtAccount;

    fn deref(&self) -> &AtAccount {
        &self.at
    }
}

impl AtLocation {
    /// What a check of its money and times needs to know.
    pub fn context(&self) -> OrderContext<'_> {
        OrderContext {
            currency: self.currency,
            zone: &self.zone,
        }
    }

    /// A moment as clocks there show it.
    pub fn time(&self, at: Timestamp) -> Time {
        Time::new(at, &self.zone)
    }

    /// What orders say of the connection that created them: the client and where it stands.
    pub fn connection_name(&self) -> String {
        format!("{} - {}", self.caller.client_name, self.location_name)
    }
}

/// What admission found; kept in the request for the extractors and the journal.
#[derive(Clone, Debug)]
pub(crate) struct Authenticated {
    pub caller: Arc<Caller>,
    pub account: Option<AtAccount>,
    pub location: Option<AtLocation>,
    pub is_blocked: bool,
    pub is_suspended: bool,
}

row! {
    struct AdmissionRow {
        connection: ConnectionId = "c.id",
        client: ClientId = "c.client_id",
        client_name: String = "k.name",
        scope: Scope = "c.scope",
        catalog: Option<CatalogId> = "c.catalog_id",
        customer_list: Option<CustomerListId> = "c.customer_list_id",
        user: Option<UserId> = "c.user_id",
        ref_window: Option<u32> = "c.ref_window",
        is_blocked: bool = "c.blocked_at IS NOT NULL",
        // None of a profile.
        account: Option<AccountId> = "a.id",
        account_name: Option<String> = "a.name",
        currency: Option<Currency> = "a.currency",
        is_suspended: bool = "a.suspended_at IS NOT NULL",
        holds_orders: bool = "EXISTS (SELECT 1 FROM callbacks b
            WHERE b.account_id = c.account_id AND b.fires_orders)",
        // The one that the connection is for.
        own_location: Option<LocationId> = "c.location_id",
        // The one that the path speaks of, or else the connection's own.
        location: Option<LocationId> = "l.id",
        location_name: Option<String> = "l.name",
        zone: Option<TimeZone> = "l.timezone",
    }
}

impl From<AdmissionRow> for Authenticated {
    fn from(row: AdmissionRow) -> Self {
        let caller = Arc::new(Caller {
            connection: row.connection,
            client: row.client,
            client_name: row.client_name,
            scope: row.scope,
            location: row.own_location,
            catalog: row.catalog,
            customer_list: row.customer_list,
            user: row.user,
            ref_window: row.ref_window,
        });
        let account = match (row.account, row.account_name, row.currency) {
            (Some(account), Some(account_name), Some(currency)) => Some(AtAccount {
                caller: Arc::clone(&caller),
                account,
                account_name,
                currency,
                holds_orders: row.holds_orders,
            }),
            _ => None,
        };
        let location = match (&account, row.location, row.location_name, row.zone) {
            (Some(at), Some(location), Some(location_name), Some(zone)) => Some(AtLocation {
                at: at.clone(),
                location,
                location_name,
                zone,
            }),
            _ => None,
        };
        Self {
            caller,
            account,
            location,
            is_blocked: row.is_blocked,
            is_suspended: row.is_suspended,
        }
    }
}

/// Finds the connection of `token`, looking at `location` if the path names one.
pub(crate) fn find(
    tx: &mut Tx<'_>,
    token: &str,
    location: Option<&LocationId>,
) -> db::Result<Option<Authenticated>> {
    let row: Option<AdmissionRow> = tx.first(ADMIT, args![secret::hash(token), location])?;
    Ok(row.map(Authenticated::from))
}

/// Whether the connection of `token` may still call: it is not blocked, nor its account suspended.
pub(crate) fn may_call(tx: &mut Tx<'_>, token: &str) -> db::Result<bool> {
    let found = find(tx, token, None)?;
    Ok(found.is_some_and(|found| !found.is_blocked && !found.is_suspended))
}

macro_rules! from_admission {
    ($type:ty, |$admitted:ident| $take:expr) => {
        impl FromRequestParts<Hub> for $type {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, _: &Hub) -> Result<Self, ApiError> {
                let $admitted = parts
                    .extensions
                    .get::<Arc<Authenticated>>()
                    .ok_or(ApiError::UnknownToken)?;
                $take.ok_or(ApiError::WrongLevel)
            }
        }
    };
}
from_admission!(Arc<Caller>, |admitted| Some(Arc::clone(&admitted.caller)));
from_admission!(AtAccount, |admitted| admitted.account.clone());
from_admission!(AtLocation, |admitted| admitted.location.clone());
