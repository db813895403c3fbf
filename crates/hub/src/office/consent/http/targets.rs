//! The places that a user could open to an app, and what else a request finds in the database.

use wire::id::{AccountId, LocationId};
use wire::scope::{Level as ScopeLevel, Resource, Right as ScopeRight, Scope};

use super::request::{AuthorizeRefusal, AuthorizeRequest, Request};
use crate::accounts::store::{self as accounts, Choice};
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::locations;
use crate::oauth::connections::{self, Connection};
use crate::office::translations::isolated;
use crate::office::visitor::SignedIn;
use crate::users::permissions::Permissions;

/// A place that the user could open, with what there is to choose.
#[derive(Clone, Debug)]
pub(super) struct GrantTarget {
    pub account: AccountId,
    pub location: Option<LocationId>,
    pub label: String,
    pub bar: Option<TargetObstacle>,
    pub catalogs: Vec<Choice>,
    pub lists: Vec<Choice>,
}

/// Why a user cannot open a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetObstacle {
    /// They lack the right.
    NoRight,
    /// The account is suspended.
    Suspended,
}

impl GrantTarget {
    pub fn is_open(&self) -> bool {
        self.bar.is_none()
    }

    pub fn id(&self) -> &str {
        self.location
            .as_ref()
            .map_or(self.account.as_str(), LocationId::as_str)
    }

    pub fn has_choice(&self) -> bool {
        self.catalogs.len() > 1 || self.lists.len() > 1
    }
}

/// The places of a level, for a user; with catalogs and lists only as far as the scope asks.
pub(super) fn targets(
    tx: &mut Tx<'_>,
    signed_in: &SignedIn,
    scope: &Scope,
) -> db::Result<Vec<GrantTarget>> {
    let wants_catalog = scope.allows(Resource::Catalog, ScopeRight::Read);
    let wants_list = scope.allows(Resource::CustomerList, ScopeRight::Read);
    let mut accounts_seen: Vec<AccountId> = Vec::new();
    let mut targets = Vec::new();
    for membership in &signed_in.memberships {
        if accounts_seen.contains(&membership.account) {
            continue;
        }
        accounts_seen.push(membership.account.clone());
        let account = &membership.account;
        let locations: Vec<(Option<LocationId>, String)> = match scope.level() {
            Some(ScopeLevel::Location) => locations::store::all(tx, account)?
                .into_iter()
                .map(|stored| stored.location)
                .filter(|location| {
                    signed_in.memberships.iter().any(|held| {
                        held.account == *account
                            && held.location.as_ref().is_none_or(|at| *at == location.id)
                    })
                })
                .map(|location| {
                    let label = format!("{} {}", isolated(&location.name), location.id);
                    (Some(location.id), label)
                })
                .collect(),
            _ => vec![(
                None,
                format!("{} {account}", isolated(&membership.account_name)),
            )],
        };
        for (location, label) in locations {
            let at = location.as_ref();
            let catalogs = if wants_catalog {
                accounts::catalogs(tx, account, at)?
            } else {
                Vec::new()
            };
            let lists = if wants_list {
                accounts::customer_lists(tx, account, at)?
            } else {
                Vec::new()
            };
            let bar = if membership.suspended_at.is_some() {
                Some(TargetObstacle::Suspended)
            } else if signed_in.may(Permissions::CONNECTIONS, account, at) {
                None
            } else {
                Some(TargetObstacle::NoRight)
            };
            targets.push(GrantTarget {
                account: account.clone(),
                location,
                label,
                bar,
                catalogs,
                lists,
            });
        }
    }
    Ok(targets)
}

/// The place of a connection, with nothing left to choose.
pub(super) fn target_of(connection: &Connection) -> GrantTarget {
    let account = connection.account.clone();
    let label = match (&connection.location, &connection.location_name) {
        (Some(id), Some(name)) => format!("{} {id}", isolated(name)),
        _ => connection.account_name.clone().unwrap_or_default(),
    };
    GrantTarget {
        account: account.unwrap_or_else(|| AccountId::from_generated("0".to_owned())),
        location: connection.location.clone(),
        label,
        bar: None,
        catalogs: Vec::new(),
        lists: Vec::new(),
    }
}

/// What one look at the database tells about a request.
pub(super) enum ConsentLookup {
    Refused(AuthorizeRefusal),
    /// The app asks about an instance: the connection, if the user has anything to do with it.
    Instance(Box<AuthorizeRequest>, Option<Box<Connection>>),
    Ask(Box<AuthorizeRequest>, Scope, Vec<GrantTarget>),
}

pub(super) async fn find(
    hub: &Hub,
    signed_in: &SignedIn,
    request: &Request,
) -> db::Result<ConsentLookup> {
    let (signed_in, request) = (signed_in.clone(), request.clone());
    hub.read("oauth.authorize", move |tx| {
        let auth = match request.check(tx)? {
            Ok(auth) => auth,
            Err(refused) => return Ok(ConsentLookup::Refused(refused)),
        };
        match auth.scope.clone() {
            None => {
                let connection = match &auth.instance {
                    Some(id) => connections::by_instance(tx, id, &auth.client.id)?,
                    None => None,
                };
                let known = connection.filter(|connection| {
                    signed_in.memberships.iter().any(|held| {
                        Some(&held.account) == connection.account.as_ref()
                            && (held.location.is_none() || held.location == connection.location)
                    })
                });
                Ok(ConsentLookup::Instance(Box::new(auth), known.map(Box::new)))
            }
            Some(scope) => {
                let targets = match scope.level() {
                    None => Vec::new(),
                    Some(_) => targets(tx, &signed_in, &scope)?,
                };
                Ok(ConsentLookup::Ask(Box::new(auth), scope, targets))
            }
        }
    })
    .await
}
