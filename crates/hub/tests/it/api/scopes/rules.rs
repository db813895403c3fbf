//! What every scope must be answered everywhere (API, chapters OAuth 2.0, and 401, 403 or 404).

use std::fmt;

use super::calls::ScopedCall;
use super::table::Row;

/// How far a scope reaches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Location,
    Account,
}

/// What a caller holds.
#[derive(Clone)]
pub struct HeldScope {
    pub level: Option<Level>,
    /// Such as `orders.read`.
    pub permissions: Vec<String>,
    pub profile: Option<&'static str>,
}

impl fmt::Display for HeldScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = self.permissions.join(",");
        let access = self.level.map(|level| match level {
            Level::Location => format!("location[{list}]"),
            Level::Account => format!("account[{list}]"),
        });
        let parts: Vec<String> = access
            .into_iter()
            .chain(self.profile.map(str::to_owned))
            .collect();
        f.write_str(&parts.join(","))
    }
}

const RESOURCES: [&str; 6] = [
    "orders",
    "customer_list",
    "all_customer_lists",
    "catalog",
    "all_catalogs",
    "inventory",
];

impl HeldScope {
    /// Every permission alone at both levels, all together to read and to write, profiles alone, and
    /// beside permissions.
    pub fn every() -> Vec<Self> {
        let mut every = Vec::new();
        for level in [Level::Location, Level::Account] {
            let mut add = |permissions: Vec<String>, profile| {
                every.push(Self {
                    level: Some(level),
                    permissions,
                    profile,
                });
            };
            let all = |right: &str| RESOURCES.map(|resource| format!("{resource}.{right}"));
            for permission in all("read").into_iter().chain(all("write")) {
                add(vec![permission], None);
            }
            add(all("read").to_vec(), None);
            add(all("write").to_vec(), Some("profile_with_email"));
            add(vec!["orders.read".to_owned()], Some("profile"));
        }
        every.extend(["profile", "profile_with_email"].map(|profile| Self {
            level: None,
            permissions: Vec::new(),
            profile: Some(profile),
        }));
        every
    }

    /// The scope as a failure shows it.
    pub fn name(&self) -> String {
        let shown = self.to_string();
        ["read", "write"].iter().fold(shown, |shown, right| {
            let all = RESOURCES.map(|resource| format!("{resource}.{right}"));
            shown.replace(&all.join(","), &format!("everything.{right}"))
        })
    }

    /// Writing includes reading; everything else is exactly what it says.
    pub fn has(&self, permission: &str) -> bool {
        let more = permission.replace(".read", ".write");
        self.permissions
            .iter()
            .any(|it| it == permission || *it == more)
    }

    fn may(&self, wanted: &str) -> bool {
        match wanted {
            "any" => true,
            "any write" => self.permissions.iter().any(|it| it.ends_with(".write")),
            "profile" => self.profile.is_some(),
            list => list.split(' ').any(|permission| self.has(permission)),
        }
    }
}

/// Whose a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The location's that location tokens are for.
    Own,
    /// The account's; chosen when tokens for one catalog or list were granted.
    Chosen,
    /// Another location's of the same account.
    Sibling,
    /// Another account's.
    Foreign,
    /// Nobody's: there is no such thing.
    Unknown,
}

/// The status that a call must be answered with.
pub fn expected(row: &Row, call: ScopedCall, held: &HeldScope) -> u16 {
    let refusal = wrong_place(row, call, held)
        .or_else(|| (!held.may(row.permission)).then_some(403))
        .or_else(|| out_of_reach(row, call, held))
        .or_else(|| (call.part.is_some() && call.part != call.thing).then_some(404));
    refusal.unwrap_or(row.done)
}

/// What of another account or of nobody is not there; what of the same account but of another place
/// is forbidden.
fn wrong_place(row: &Row, call: ScopedCall, held: &HeldScope) -> Option<u16> {
    use Whose::{Foreign, Own, Unknown};
    let first = call.path.split('/').nth(1);
    let wanted = if call.path.contains("/locations/{}") {
        match (call.entity, held.level) {
            (Some(Foreign | Unknown), _) | (_, None) => return Some(404),
            (Some(Own), _) => None,
            _ => Some(Level::Account),
        }
    } else if call.path.split('/').any(|word| word == "location") {
        Some(Level::Location)
    } else if call.path.starts_with("/accounts/{}") {
        match (call.entity, held.level) {
            (Some(Own), Some(_)) => Some(Level::Account),
            _ => return Some(404),
        }
    } else if matches!(first, Some("account" | "locations")) {
        Some(Level::Account)
    } else {
        let needs_account = row.permission != "profile";
        return (needs_account && held.level.is_none()).then_some(403);
    };
    (wanted.is_some() && wanted != held.level).then_some(403)
}

/// Whether the order, catalog, list or event is within reach.
fn out_of_reach(row: &Row, call: ScopedCall, held: &HeldScope) -> Option<u16> {
    let thing = call.thing?;
    match call.path {
        path if path.ends_with("/inventory") => inventory(row, call, thing, held),
        path if path.starts_with("/catalogs") => {
            one_or_all(row, thing, held, "catalog", "all_catalogs")
        }
        path if path.starts_with("/customer_lists") => {
            one_or_all(row, thing, held, "customer_list", "all_customer_lists")
        }
        // An order is at the place that the path speaks of, or is not there; an event is the
        // connection's own.
        _ => (thing != call.entity.unwrap_or(Whose::Own)).then_some(404),
    }
}

fn right(row: &Row) -> &str {
    let (_, right) = row.permission.rsplit_once('.').expect("a right");
    right
}

/// With a permission for one, the chosen one; with one for all, those of the place, where a
/// location changes none that is the account's.
fn one_or_all(row: &Row, thing: Whose, held: &HeldScope, one: &str, all: &str) -> Option<u16> {
    if matches!(thing, Whose::Foreign | Whose::Unknown) {
        return Some(404);
    }
    let right = right(row);
    let (one, all) = (format!("{one}.{right}"), format!("{all}.{right}"));
    let is_enough = |permission: &str| {
        held.has(permission) && row.permission.split(' ').any(|it| it == permission)
    };
    let as_one = is_enough(&one) && thing == Whose::Chosen;
    let as_all = is_enough(&all)
        && match (held.level, thing) {
            (Some(Level::Account), _) | (_, Whose::Own) => true,
            (_, Whose::Chosen) => right == "read",
            _ => false,
        };
    (!as_one && !as_all).then_some(403)
}

/// An inventory is seen through any catalog that is seen at its location.
fn inventory(row: &Row, call: ScopedCall, thing: Whose, held: &HeldScope) -> Option<u16> {
    if matches!(thing, Whose::Foreign | Whose::Unknown) {
        return Some(404);
    }
    let entity = call.entity.unwrap_or(Whose::Own);
    if thing != Whose::Chosen && thing != entity {
        // To an account both are there, but not together.
        return Some(if held.level == Some(Level::Account) {
            404
        } else {
            403
        });
    }
    let right = right(row);
    let has = |resource: &str| held.has(&format!("{resource}.{right}"));
    let may = has("inventory") || has("all_catalogs") || (has("catalog") && thing == Whose::Chosen);
    (!may).then_some(403)
}
