//! The first page: an app asks to be let in.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::translations::Translations;
use crate::office::widgets::AppFace;

/// What the app wants to reach.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Level {
    /// One location.
    Location,
    /// A whole account.
    Account,
    /// Only the user's profile.
    Profile,
}

/// A location or account that could be opened to the app.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its id, sent as `target`.
    pub id: String,
    /// `Baker Street z6q31-0`.
    pub label: String,
    /// Why it cannot be chosen, if so.
    pub reason: Option<String>,
    /// Whether it is the chosen one.
    pub chosen: bool,
    /// Whether a list or a catalog is to be picked there, hence **Suivant**.
    pub more: bool,
}

/// Where an app comes from and leads to, which is not its own word.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Name and address of its maker, whose mailbox has answered; `None` when the hub's operator has
    /// registered it.
    pub maker: Option<(String, String)>,
    /// The host to which the user is sent back; `None` when a code is shown instead.
    pub host: Option<String>,
}

impl Origin {
    /// Who made it, in words.
    #[must_use]
    pub fn made_by(&self, frame: &Frame) -> String {
        let words = &frame.words.consent;
        match &self.maker {
            Some((name, email)) => words.made_by(name, email),
            None => words.made_by_house(&frame.brand),
        }
    }

    /// Where it leads, in words.
    #[must_use]
    pub fn leads_to(&self, frame: &Frame) -> String {
        let words = &frame.words.consent;
        match &self.host {
            Some(host) => words.leads_to(host),
            None => words.leads_to_code.to_owned(),
        }
    }
}

/// A right, in words.
#[derive(Clone, Debug)]
pub struct Right {
    /// `Voir et modifier les commandes`.
    pub text: &'static str,
    /// That the list or catalog is chosen on the next page.
    pub later: Option<&'static str>,
}

/// The words for a permission of the scope grammar (API, chapter OAuth 2.0): `resource` such as
/// `orders`, or `profile` and `profile_with_email`; `None` for one that does not exist. `pick` tells
/// whether the list or catalog is still to be chosen.
#[must_use]
pub fn right_in_words(
    words: &Translations,
    resource: &str,
    write: bool,
    pick: bool,
) -> Option<Right> {
    let consent = &words.consent;
    let text = match (resource, write) {
        ("orders", false) => consent.orders_read,
        ("orders", true) => consent.orders_write,
        ("customer_list", false) => consent.customer_list_read,
        ("customer_list", true) => consent.customer_list_write,
        ("all_customer_lists", false) => consent.all_customer_lists_read,
        ("all_customer_lists", true) => consent.all_customer_lists_write,
        ("catalog", false) => consent.catalog_read,
        ("catalog", true) => consent.catalog_write,
        ("all_catalogs", false) => consent.all_catalogs_read,
        ("all_catalogs", true) => consent.all_catalogs_write,
        ("inventory", false) => consent.inventory_read,
        ("inventory", true) => consent.inventory_write,
        ("profile", _) => consent.profile,
        ("profile_with_email", _) => consent.profile_with_email,
        _ => return None,
    };
    let later = match resource {
        "customer_list" if pick => Some(consent.later_list),
        "catalog" if pick => Some(consent.later_catalog),
        _ => None,
    };
    Some(Right { text, later })
}

/// `GET /oauth2/v1/authorize`. Its form posts `target`, the hidden fields, `step` (`next` or
/// `allow`), or `step=deny`.
#[derive(Template)]
#[template(path = "consent/ask.html")]
pub struct AskPage {
    /// The common part.
    pub frame: Frame,
    /// The app.
    pub app: AppFace,
    /// What it wants to reach.
    pub level: Level,
    /// The places to choose from; empty for `Level::Profile`.
    pub targets: Vec<Target>,
    /// What the app may do then.
    pub rights: Vec<Right>,
    /// The device's id, if the app gave one.
    pub device: Option<String>,
    /// Who made it, and where it leads.
    pub origin: Origin,
    /// The host of the return address while the client's list of them is open.
    pub open_host: Option<String>,
    /// Where the form posts to.
    pub action: String,
    /// What the form carries along, as name and value.
    pub hidden: Vec<(String, String)>,
    /// Where a new location can be made; `None` hides the offer.
    pub new_location: Option<String>,
}

impl AskPage {
    /// Who wants what.
    #[must_use]
    pub fn title(&self) -> String {
        let words = &self.frame.words.consent;
        match self.level {
            Level::Location => words.wants_location(&self.app.name),
            Level::Account => words.wants_account(&self.app.name),
            Level::Profile => words.wants_profile(&self.app.name),
        }
    }

    /// The label of the picker.
    #[must_use]
    pub fn choose(&self) -> &'static str {
        let words = &self.frame.words.consent;
        match self.level {
            Level::Account => words.choose_account,
            _ => words.choose_location,
        }
    }

    /// The label of the only place.
    #[must_use]
    pub fn target_label(&self) -> &'static str {
        let words = &self.frame.words.consent;
        match self.level {
            Level::Account => words.account,
            _ => words.location,
        }
    }

    /// Whether there is something the reader may allow.
    #[must_use]
    pub fn may_allow(&self) -> bool {
        self.level == Level::Profile || self.targets.iter().any(|target| target.reason.is_none())
    }

    /// Why nothing may be allowed.
    #[must_use]
    pub fn bar(&self) -> &'static str {
        let words = &self.frame.words.consent;
        let is_suspended = |it: &Target| it.reason.as_deref() == Some(words.suspended);
        if !self.targets.is_empty() && self.targets.iter().all(is_suspended) {
            words.suspended_lead
        } else {
            words.no_right_lead
        }
    }

    /// Whether a place was chosen already.
    #[must_use]
    pub fn has_choice(&self) -> bool {
        self.targets.iter().any(|target| target.chosen)
    }

    /// Whether the button says **Suivant**. Without a script it cannot follow the choice: it says
    /// so as soon as one of the places may ask for more.
    #[must_use]
    pub fn has_next_step(&self) -> bool {
        self.targets
            .iter()
            .any(|target| target.more && target.reason.is_none())
    }

    /// A place that cannot be chosen, with the reason.
    #[must_use]
    pub fn option_label(&self, target: &Target) -> String {
        match &target.reason {
            Some(reason) => self.frame.words.consent.greyed(&target.label, reason),
            None => target.label.clone(),
        }
    }
}
