//! Where a page is: an account, and one location of it or all of them.
//!
//! The address of every page that is about a place begins with it, as in `/accounts/z6q31/orders` or
//! `/accounts/z6q31/locations/z6q31-0/orders`. So two tabs are two places, a link leads a colleague
//! to the same one, and a form acts where its page was opened. Pages and handlers name an address
//! without its place, as `/orders`: [`Place::to`] adds it.

use wire::id::{AccountId, LocationId};

use super::response::{PageError, section};

/// How the addresses of all places begin.
const ACCOUNTS: &str = "/accounts/";

/// What stands between the account and the location in an address.
const LOCATIONS: &str = "/locations/";

/// A page beside the places, although its address begins as theirs do.
const NEW_ACCOUNT: &str = "/accounts/new";

/// What an address says of a position in a list, which is another list at another place, or of what
/// was just done.
const POSITIONS: [&str; 4] = ["after", "cursor", "done", "newer"];

/// What an address says of objects of an account.
const OBJECTS: [&str; 4] = ["catalog", "list", "object", "who"];

/// An account, and one location of it or all of them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Place {
    /// The account.
    pub account: AccountId,
    /// The location; none means all of them.
    pub location: Option<LocationId>,
}

impl Place {
    /// All locations of an account.
    #[must_use]
    pub fn whole(account: &AccountId) -> Place {
        Place {
            account: account.clone(),
            location: None,
        }
    }

    /// An account, or a location of it.
    #[must_use]
    pub fn of(account: &AccountId, location: Option<&LocationId>) -> Place {
        Place {
            account: account.clone(),
            location: location.cloned(),
        }
    }

    /// From `account` or `account/location`, as it is remembered.
    #[must_use]
    pub fn parse(text: &str) -> Option<Place> {
        let (account, location) = match text.split_once('/') {
            Some((account, location)) => (account, Some(location)),
            None => (text, None),
        };
        Self::read(account, location)
    }

    fn read(account: &str, location: Option<&str>) -> Option<Place> {
        let account = AccountId::parse(account).ok()?;
        let location = match location {
            Some(text) => Some(LocationId::parse(text).ok()?),
            None => None,
        };
        let is_of_account = |it: &LocationId| it.account() == account;
        if !location.as_ref().is_none_or(is_of_account) {
            return None;
        }
        Some(Place { account, location })
    }

    /// As it is remembered: `account` or `account/location`.
    #[must_use]
    pub fn text(&self) -> String {
        match &self.location {
            None => self.account.to_string(),
            Some(location) => format!("{}/{location}", self.account),
        }
    }

    /// The place that an address names, and the address without it.
    #[must_use]
    pub fn split(path: &str) -> (Option<Place>, &str) {
        let found = path.strip_prefix(ACCOUNTS).and_then(|rest| {
            let (account, _) = rest.split_once('/')?;
            let rest = &rest[account.len()..];
            let Some(behind) = rest.strip_prefix(LOCATIONS) else {
                return Some((Self::read(account, None)?, rest));
            };
            let (location, _) = behind.split_once('/')?;
            let place = Self::read(account, Some(location))?;
            Some((place, &behind[location.len()..]))
        });
        match found {
            Some((place, rest)) => (Some(place), rest),
            None => (None, path),
        }
    }

    /// The place that an address names, if it is that of a page at a place. What looks like one and names
    /// none leads nowhere.
    pub(crate) fn of_path(path: &str) -> Result<Option<Place>, PageError> {
        match Self::split(path).0 {
            None if path.starts_with(ACCOUNTS) && path != NEW_ACCOUNT => Err(PageError::NotFound),
            found => Ok(found),
        }
    }

    /// The address of a page, here. What is at no place, or names its own, stays as it is.
    #[must_use]
    pub fn to(&self, page: &str) -> String {
        if !super::is_at_a_place(section(page)) {
            return page.to_owned();
        }
        match &self.location {
            None => format!("{ACCOUNTS}{}{page}", self.account),
            Some(location) => format!("{ACCOUNTS}{}{LOCATIONS}{location}{page}", self.account),
        }
    }

    /// The address at which a reader goes on here who was at `path`, at a place or not: the same page of
    /// the same choices, but of no object and no position in a list; none when that page is nobody's.
    #[must_use]
    pub(crate) fn same_page(&self, path: &str) -> Option<String> {
        let (from, page) = Self::split(path);
        let (own, query) = page.split_once('?').unwrap_or((page, ""));
        let kind = section(own);
        if !super::is_at_a_place(kind) {
            return None;
        }
        if own != kind && !super::is_page_without_object(own) {
            return Some(self.to(kind));
        }
        let is_other_account = from.is_none_or(|from| from.account != self.account);
        let is_kept = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default();
            !(POSITIONS.contains(&name) || is_other_account && OBJECTS.contains(&name))
        };
        let query: Vec<&str> = query.split('&').filter(is_kept).collect();
        Some(match query.join("&").as_str() {
            "" => self.to(own),
            query => self.to(&format!("{own}?{query}")),
        })
    }
}
