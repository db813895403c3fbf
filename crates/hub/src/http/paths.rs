//! The paths of endpoints, and which tokens may take each of them.

use wire::scope::Level;

/// A path of an endpoint, and which tokens may take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path {
    /// What follows `/v1`, with `{…_id}` for ids.
    pub template: &'static str,
    pub(super) level: PathLevel,
}

impl Path {
    /// The levels of the tokens that may take it; none if any token may.
    pub fn levels(self) -> &'static [Level] {
        match self.level {
            PathLevel::NamedLocation => &[Level::Location, Level::Account],
            PathLevel::OwnLocation => &[Level::Location],
            PathLevel::NamedAccount | PathLevel::OwnAccount => &[Level::Account],
            PathLevel::Anywhere => &[],
        }
    }
}

/// The paths of an endpoint: one, or a long one and a short one.
#[derive(Clone, Copy, Debug)]
pub struct Paths {
    first: Path,
    short: Option<Path>,
}

impl Paths {
    /// At a location: `long` names it in `{location_id}`, and an account token may take that path, too;
    /// `short` is for the token's own location.
    pub const fn of_location(long: &'static str, short: &'static str) -> Self {
        Self::both(
            (long, PathLevel::NamedLocation),
            (short, PathLevel::OwnLocation),
        )
    }

    /// At an account, which `long` names in `{account_id}`; for account tokens.
    pub const fn of_account(long: &'static str, short: &'static str) -> Self {
        Self::both(
            (long, PathLevel::NamedAccount),
            (short, PathLevel::OwnAccount),
        )
    }

    /// Names neither, and is for account tokens.
    pub const fn of_account_token(template: &'static str) -> Self {
        Self {
            first: Path {
                template,
                level: PathLevel::OwnAccount,
            },
            short: None,
        }
    }

    /// For any token: the handler finds out where the token leads.
    pub const fn of_any_token(template: &'static str) -> Self {
        Self {
            first: Path {
                template,
                level: PathLevel::Anywhere,
            },
            short: None,
        }
    }

    const fn both(long: (&'static str, PathLevel), short: (&'static str, PathLevel)) -> Self {
        Self {
            first: Path {
                template: long.0,
                level: long.1,
            },
            short: Some(Path {
                template: short.0,
                level: short.1,
            }),
        }
    }

    /// The long one, or the only one.
    pub fn first(self) -> Path {
        self.first
    }

    /// All of them, the long one first.
    pub fn iter(self) -> impl Iterator<Item = Path> {
        std::iter::once(self.first).chain(self.short)
    }
}

/// What a path says about where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathLevel {
    /// `/locations/{location_id}…`
    NamedLocation,
    /// `/location…`, also in the middle of a path: the token's own location.
    OwnLocation,
    /// `/accounts/{account_id}…`
    NamedAccount,
    /// `/account…` and other paths for account tokens only.
    OwnAccount,
    /// Wherever the token leads.
    Anywhere,
}
