//! The six permissions, the predefined roles, and the rules between them.

use crate::db::Scalar;

/// A set of permissions. Stored as a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(i64);

impl Scalar for Permissions {
    type Stored<'r> = i64;

    fn from_stored(bits: i64) -> Result<Self, String> {
        Ok(Self::from_bits(bits))
    }
}

impl Permissions {
    /// Dashboard, connections and data can be seen.
    pub const VIEW: Self = Self(1);
    /// Connections, catalogs and customer lists can be made and managed.
    pub const CONNECTIONS: Self = Self(2);
    /// Users, permissions and locations can be managed.
    pub const ENTITY: Self = Self(4);
    /// Invoices and payment.
    pub const BILLING: Self = Self(8);
    /// OrderLine.
    pub const ORDER_LINE: Self = Self(16);
    /// Catalog Manager; on accounts only.
    pub const CATALOG_MANAGER: Self = Self(32);
    /// None at all.
    pub const NONE: Self = Self(0);

    /// The permissions of both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether every permission of `other` is held.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Each permission of the set.
    pub fn each(self) -> impl Iterator<Item = Self> {
        let all = (0..6).map(|bit| Self(1 << bit));
        all.filter(move |one| self.has(*one))
    }

    /// Each permission with the name that forms, commands and the audit log have for it.
    pub const NAMES: [(Self, &str); 6] = [
        (Self::VIEW, "view_back_office"),
        (Self::CONNECTIONS, "manage_connections"),
        (Self::ENTITY, "manage_entity"),
        (Self::BILLING, "manage_billing"),
        (Self::ORDER_LINE, "use_orderline"),
        (Self::CATALOG_MANAGER, "use_catalog_manager"),
    ];

    /// The names of the permissions of the set.
    pub fn names(self) -> Vec<&'static str> {
        let held = Self::NAMES.iter().filter(|(one, _)| self.has(*one));
        held.map(|(_, name)| *name).collect()
    }

    /// The permissions with these names; unknown ones are dropped.
    pub fn of_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |name: &str| Self::NAMES.iter().find(|(_, known)| *known == name);
        let all = names.into_iter().filter_map(known);
        all.fold(Self::NONE, |held, (one, _)| held.and(*one))
    }

    /// How it is stored.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// From how it is stored; unknown bits are dropped.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits & 63)
    }

    /// With what follows from it: any other back-office permission needs [`Self::VIEW`], any of
    /// them grants OrderLine, and at account level also Catalog Manager, which exists only there.
    pub fn with_implied(self, is_account: bool) -> Self {
        let office = Self(self.0 & 15);
        let mut all = self;
        if office != Self::NONE {
            all = all.and(Self::VIEW).and(Self::ORDER_LINE);
            if is_account {
                all = all.and(Self::CATALOG_MANAGER);
            }
        }
        if is_account {
            all
        } else {
            Self(all.0 & !Self::CATALOG_MANAGER.0)
        }
    }
}

/// A predefined set of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Everything.
    FullAdministrator,
    /// Everything but billing. Older texts say "Manager".
    TechnicalPartner,
    /// Sees, changes nothing.
    BackOfficeViewer,
    /// Sees, and pays.
    BillingManager,
    /// OrderLine only.
    OrderLineOperator,
    /// Catalog Manager only.
    CatalogManager,
}

impl Role {
    /// All of them, the mightiest first.
    pub const ALL: [Self; 6] = [
        Self::FullAdministrator,
        Self::TechnicalPartner,
        Self::BackOfficeViewer,
        Self::BillingManager,
        Self::OrderLineOperator,
        Self::CatalogManager,
    ];

    /// What it may do on an account or a location.
    pub fn permissions(self, is_account: bool) -> Permissions {
        use Permissions as P;
        let plain = match self {
            Self::FullAdministrator => P::CONNECTIONS.and(P::ENTITY).and(P::BILLING),
            Self::TechnicalPartner => P::CONNECTIONS.and(P::ENTITY),
            Self::BackOfficeViewer => P::VIEW,
            Self::BillingManager => P::BILLING,
            Self::OrderLineOperator => P::ORDER_LINE,
            Self::CatalogManager => P::CATALOG_MANAGER,
        };
        plain.with_implied(is_account)
    }

    /// The role that has exactly these permissions; none is a custom role.
    pub fn of(permissions: Permissions, is_account: bool) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.permissions(is_account) == permissions)
    }

    /// How forms and commands call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FullAdministrator => "full_administrator",
            Self::TechnicalPartner => "technical_partner",
            Self::BackOfficeViewer => "back_office_viewer",
            Self::BillingManager => "billing_manager",
            Self::OrderLineOperator => "order_line_operator",
            Self::CatalogManager => "catalog_manager",
        }
    }

    /// Reads what a form sends; `manager` is the old name of the technical partner, and OrderLine is
    /// written in one word on screens.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "manager" => return Some(Self::TechnicalPartner),
            "orderline_operator" => return Some(Self::OrderLineOperator),
            _ => {}
        }
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}
