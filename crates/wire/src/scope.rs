//! What a connection may do.
//!
//! A scope is written `location[orders.write,catalog.read],profile` (API, chapter OAuth 2.0). It
//! is read with the tolerance that clients need and printed in one canonical form.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::{Text, quotable};
use crate::word::words;

words! {
    /// How far a connection reaches.
    Level {
        /// One location.
        Location = "location",
        /// An account with all its locations.
        Account = "account",
    }
}

words! {
    /// A kind of data that permissions are given for.
    Resource {
        /// Orders and deliveries.
        Orders = "orders",
        /// The customer list picked at authorisation.
        CustomerList = "customer_list",
        /// Every customer list of the location or account.
        AllCustomerLists = "all_customer_lists",
        /// The catalog picked at authorisation.
        Catalog = "catalog",
        /// Every catalog of the location or account.
        AllCatalogs = "all_catalogs",
        /// Stock.
        Inventory = "inventory",
    }
}

words! {
    /// What may be done with it. Writing includes reading.
    Right {
        /// Reading.
        Read = "read",
        /// Reading and changing.
        Write = "write",
    }
}

words! {
    /// Access to the person who authorises.
    Profile {
        /// Without the e-mail address.
        WithoutEmail = "profile",
        /// With the e-mail address.
        WithEmail = "profile_with_email",
    }
}

/// A right on a kind of data, such as `orders.write`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// The kind of data.
    pub resource: Resource,
    /// The right on it.
    pub right: Right,
}

/// The permissions on a location or an account. Each resource is there once at most, in the order
/// of [`Resource::ALL`], and there is at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccessSet {
    /// Location or account.
    pub level: Level,
    /// The permissions.
    pub permissions: Vec<Permission>,
}

/// A scope: an access set, a profile part, or both.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// What may be done with a location or an account.
    pub access: Option<AccessSet>,
    /// What may be known of the user.
    pub profile: Option<Profile>,
}

/// Why a text is not a scope; the message can be shown to the person who is authorising.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Nothing in it.
    #[error("The scope is empty")]
    Empty,
    /// Brackets that do not match, or empty parts.
    #[error("The scope is malformed")]
    Malformed,
    /// A word that is neither a level nor a profile permission.
    #[error("Unknown scope '{0}'")]
    UnknownWord(String),
    /// A permission that does not exist.
    #[error("Unknown permission '{0}'")]
    UnknownPermission(String),
    /// The same permission twice.
    #[error("Resource type '{0}' specified more than once")]
    Repeated(Resource),
    /// Two access sets.
    #[error("Only one of 'location' and 'account' can be requested, and only once")]
    TwoAccessSets,
    /// Two profile permissions.
    #[error("Only one profile permission can be requested")]
    TwoProfiles,
}

/// The most bytes of a scope; each of its characters is one byte.
const MAX_SCOPE_BYTES: usize = 1_000;

impl Scope {
    /// Reads a scope: the parts in either order, spaces ignored. `orders.read,orders.write` is
    /// taken as `orders.write`; the very same permission twice is refused.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError::Malformed);
        }
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        let mut scope = Scope {
            access: None,
            profile: None,
        };
        let mut rest = text.as_str();
        loop {
            let end = rest.find(['[', ',']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let after = if let Some(list) = after.strip_prefix('[') {
                let (list, after) = list.split_once(']').ok_or(ScopeError::Malformed)?;
                let level =
                    Level::parse(word).ok_or_else(|| ScopeError::UnknownWord(quotable(word)))?;
                if scope.access.is_some() {
                    return Err(ScopeError::TwoAccessSets);
                }
                scope.access = Some(AccessSet {
                    level,
                    permissions: permissions(list)?,
                });
                after
            } else {
                let profile =
                    Profile::parse(word).ok_or_else(|| ScopeError::UnknownWord(quotable(word)))?;
                if scope.profile.replace(profile).is_some() {
                    return Err(ScopeError::TwoProfiles);
                }
                after
            };
            if after.is_empty() {
                return Ok(scope);
            }
            rest = after.strip_prefix(',').ok_or(ScopeError::Malformed)?;
        }
    }

    /// Location or account, if the scope has an access set.
    pub fn level(&self) -> Option<Level> {
        self.access.as_ref().map(|access| access.level)
    }

    /// The right on exactly that resource (`all_catalogs` is not `catalog`), if there is any.
    pub fn right_on(&self, resource: Resource) -> Option<Right> {
        let access = self.access.as_ref()?;
        access
            .permissions
            .iter()
            .find(|p| p.resource == resource)
            .map(|p| p.right)
    }

    /// Whether the scope gives the right on exactly that resource. Writing includes reading.
    pub fn allows(&self, resource: Resource, right: Right) -> bool {
        self.right_on(resource).is_some_and(|held| held >= right)
    }

    /// Whether anything may be written.
    pub fn has_any_write(&self) -> bool {
        self.access
            .as_ref()
            .is_some_and(|access| access.permissions.iter().any(|p| p.right == Right::Write))
    }

    /// Whether the other scope gives all that this one gives, at the same level.
    pub fn is_subset_of(&self, other: &Scope) -> bool {
        let access = self.access.as_ref().is_none_or(|mine| {
            other.level() == Some(mine.level)
                && mine
                    .permissions
                    .iter()
                    .all(|p| other.allows(p.resource, p.right))
        });
        access && self.profile <= other.profile
    }
}

fn permissions(list: &str) -> Result<Vec<Permission>, ScopeError> {
    if list.is_empty() {
        return Err(ScopeError::Malformed);
    }
    let mut named = Vec::new();
    for text in list.split(',') {
        let permission = text
            .split_once('.')
            .and_then(|(resource, right)| {
                Some(Permission {
                    resource: Resource::parse(resource)?,
                    right: Right::parse(right)?,
                })
            })
            .ok_or_else(|| ScopeError::UnknownPermission(quotable(text)))?;
        if named.contains(&permission) {
            return Err(ScopeError::Repeated(permission.resource));
        }
        named.push(permission);
    }
    // The higher right of a resource comes first and is the one that stays.
    named.sort_by(|a, b| a.resource.cmp(&b.resource).then(b.right.cmp(&a.right)));
    named.dedup_by_key(|permission| permission.resource);
    Ok(named)
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(access) = &self.access {
            write!(f, "{}[", access.level)?;
            for (index, permission) in access.permissions.iter().enumerate() {
                let comma = if index == 0 { "" } else { "," };
                write!(f, "{comma}{}.{}", permission.resource, permission.right)?;
            }
            f.write_str("]")?;
        }
        match self.profile {
            Some(profile) if self.access.is_some() => write!(f, ",{profile}"),
            Some(profile) => write!(f, "{profile}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        Self::parse(text)
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Self::parse(text.as_str()).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn printed(text: &str) -> Result<String, String> {
        Scope::parse(text)
            .map(|scope| scope.to_string())
            .map_err(|refusal| refusal.to_string())
    }

    #[test]
    fn scopes_print_in_one_canonical_form() {
        for (text, expected) in [
            ("profile", "profile"),
            ("location[orders.write]", "location[orders.write]"),
            (
                "account[customer_list.read],profile",
                "account[customer_list.read],profile",
            ),
            (
                "profile_with_email, location[ catalog.read , orders.write ]",
                "location[orders.write,catalog.read],profile_with_email",
            ),
            (
                "location[orders.read,orders.write]",
                "location[orders.write]",
            ),
        ] {
            assert_eq!(printed(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn a_permission_given_twice_is_refused_by_name() {
        let expected = Err("Resource type 'orders' specified more than once".to_owned());
        assert_eq!(printed("location[orders.write,orders.write]"), expected);
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for bad in [
            "",
            " ",
            ",",
            "location",
            "location[]",
            "location[orders]",
            "location[orders.delete]",
            "location[orders.read",
            "location[orders.read]]",
            "location[orders.read],",
            "location[orders.read]profile",
            "location[orders.read],account[orders.read]",
            "profile,profile",
            "orders.read",
            "brand[orders.read]",
            "location[orders.read,]",
        ] {
            assert!(Scope::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn writing_includes_reading() {
        let scope = Scope::parse("location[orders.write,catalog.read]").unwrap();
        assert!(scope.allows(Resource::Orders, Right::Read));
        assert!(!scope.allows(Resource::Catalog, Right::Write));
        assert!(!scope.allows(Resource::AllCatalogs, Right::Read));
        assert!(scope.has_any_write());
    }

    #[test]
    fn a_smaller_scope_is_part_of_a_larger_one_of_its_level() {
        let part_of = |small: &str, large: &str| {
            Scope::parse(small)
                .unwrap()
                .is_subset_of(&Scope::parse(large).unwrap())
        };
        assert!(part_of(
            "location[orders.read]",
            "location[orders.write],profile"
        ));
        assert!(part_of("profile", "profile_with_email"));
        assert!(!part_of("location[orders.read]", "account[orders.write]"));
        assert!(!part_of("profile_with_email", "profile"));
        assert!(!part_of("location[orders.write]", "location[orders.read]"));
    }

    fn any_scope() -> impl Strategy<Value = Scope> {
        let right = prop_oneof![
            Just(None),
            Just(Some(Right::Read)),
            Just(Some(Right::Write))
        ];
        let rights = proptest::collection::vec(right, Resource::ALL.len());
        (rights, any::<bool>(), 0_usize..3).prop_map(|(rights, account, profile)| {
            let permissions: Vec<Permission> = Resource::ALL
                .iter()
                .zip(rights)
                .filter_map(|(&resource, right)| {
                    Some(Permission {
                        resource,
                        right: right?,
                    })
                })
                .collect();
            let level = if account {
                Level::Account
            } else {
                Level::Location
            };
            let access = (!permissions.is_empty()).then_some(AccessSet { level, permissions });
            let profile = Profile::ALL.get(profile).copied();
            let profile = if access.is_none() {
                Some(Profile::WithEmail)
            } else {
                profile
            };
            Scope { access, profile }
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(scope in any_scope()) {
            prop_assert_eq!(Scope::parse(&scope.to_string()), Ok(scope.clone()));
            prop_assert!(scope.is_subset_of(&scope));
        }

        #[test]
        fn reading_never_panics(text in "[a-z_.,\\[\\] ]{0,60}") {
            let _ = Scope::parse(&text);
        }
    }
}
