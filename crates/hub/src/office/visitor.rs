//! Somebody who is signed in: who they are, where they stand, what they may do there.
//!
//! Where they stand is said by the address of a page at a [`Place`], and checked against the user's
//! memberships at every request: a place that is not (or no longer) theirs is not there. For pages
//! without a place it is where they were last, which a cookie says, and the user's row in a new browser.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::Timestamp;
use wire::id::{AccountId, LocationId};

use super::browser_request::BrowserRequest;
use super::frame::{Frame, MenuEntry, Notice};
use super::live;
use super::place::Place;
use super::response::PageError;
use super::suspended::PATH as SUSPENDED;
use super::translations::{Language, isolated};
use super::widgets::{SelectOption, Severity};
pub(crate) use crate::accounts::store::zone_of;
use crate::audit::AuditActor;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::locations;
use crate::secret;
use crate::users::permissions::Permissions;
use crate::users::store::{self as users, Membership, User};

/// A user who is signed in, with the request of their browser.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The request of the browser.
    pub browser: BrowserRequest,
    /// The user whose session it is.
    pub user: User,
    /// The permissions of the user, for each account or location.
    pub memberships: Vec<Membership>,
    /// The account of the address, or where they were last; none while they have none.
    pub account: Option<ChosenAccount>,
}

/// The account that the reader looks at.
#[derive(Clone, Debug)]
pub struct ChosenAccount {
    /// The account.
    pub id: AccountId,
    /// Its name.
    pub name: String,
    /// The locations of it that this user may see: id and name.
    pub locations: Vec<(LocationId, String)>,
    /// The chosen location; none means all of them.
    pub location: Option<LocationId>,
    /// Since when it is suspended, if it is: then it can be looked at, and nothing changed.
    pub suspended_at: Option<Timestamp>,
}

/// A user who is signed in and has chosen an account: what most pages ask for.
#[derive(Clone, Debug)]
pub struct AccountMember {
    /// The user who is signed in.
    pub signed_in: SignedIn,
    /// The account that the user has chosen.
    pub at: ChosenAccount,
}

impl std::ops::Deref for AccountMember {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl SignedIn {
    /// The user of a session, with what the menu needs, and whether the session should be marked
    /// as seen.
    fn find(
        tx: &mut Tx<'_>,
        browser: &BrowserRequest,
        asked: Option<&Place>,
    ) -> db::Result<Option<(Self, bool)>> {
        let Some(session) = &browser.session else {
            return Ok(None);
        };
        let Some((user, is_stale)) =
            super::session::store::user(tx, &secret::hash(session), browser.longest)?
        else {
            return Ok(None);
        };
        let memberships = users::of_user(tx, &user.id)?;
        let account = match asked {
            Some(place) => account_at(tx, place, &memberships)?,
            None => last_account(tx, browser, &user, &memberships)?,
        };
        let mut browser = browser.clone();
        if let Some(language) = Language::of_tag(&user.locale) {
            browser.language = language;
        }
        let signed_in = Self {
            browser,
            user,
            memberships,
            account,
        };
        Ok(Some((signed_in, is_stale)))
    }

    /// The user as the audit log names them.
    pub(crate) fn audit_actor(&self) -> AuditActor {
        AuditActor::user(&self.user.id, &self.user.name, self.browser.address)
    }

    /// Whether the user may do all of `wanted` at a location, or in the whole account.
    pub fn may(
        &self,
        wanted: Permissions,
        account: &AccountId,
        location: Option<&LocationId>,
    ) -> bool {
        self.held(account, location).has(wanted)
    }

    /// All that the user may do at a location, or in the whole account.
    fn held(&self, account: &AccountId, location: Option<&LocationId>) -> Permissions {
        self.memberships
            .iter()
            .filter(|membership| membership.account == *account)
            .filter(|membership| {
                membership.location.is_none() || membership.location.as_ref() == location
            })
            .fold(Permissions::NONE, |held, membership| {
                held.and(membership.permissions)
            })
    }

    /// Where the user stands; none while they have no account.
    pub(crate) fn place(&self) -> Option<Place> {
        let at = self.account.as_ref()?;
        Some(Place::of(&at.id, at.location.as_ref()))
    }

    /// Compares where the user stands with what the address says. Whoever may see one location only
    /// stands there also when all of them were asked for, and is led there.
    fn check_place(&self, asked: &Place, parts: &Parts) -> Result<(), PageError> {
        let found = self.place().ok_or(PageError::NotFound)?;
        if found == *asked {
            return Ok(());
        }
        let is_within = found.account == asked.account && asked.location.is_none();
        if !is_within || !parts.method.is_safe() {
            return Err(PageError::NotFound);
        }
        let path = parts.uri.path_and_query();
        let (_, page) = Place::split(path.map_or("/", |path| path.as_str()));
        Err(PageError::Elsewhere(found.to(page)))
    }

    /// Keeps the place for addresses that name none, in this browser and for others.
    async fn remember(&mut self, hub: &Hub, place: &Place) {
        let text = place.text();
        if self.browser.selection.as_ref() == Some(&text) {
            return;
        }
        self.browser.selection = Some(text.clone());
        self.browser.is_new_place = true;
        let user = self.user.id.clone();
        let result = hub
            .write("office.place", move |tx| {
                users::set_selection(tx, &user, &text)
            })
            .await;
        // The page can be shown all the same.
        if let Err(error) = result {
            let error: db::Error = error;
            tracing::warn!(%error, "saving last place of user failed");
        }
    }

    /// A frame without a menu that shows who is signed in.
    pub fn plain_frame(&self) -> Frame {
        Frame {
            user: Some(self.user.name.clone()),
            place: self.place(),
            ..self.browser.plain_frame()
        }
    }

    /// The frame of a page in the menu.
    pub fn frame(&self, here: MenuEntry) -> Frame {
        self.office_frame(Some(here))
    }

    /// The frame of a page beside the menu, which no entry of it leads to.
    pub(crate) fn office_frame(&self, here: Option<MenuEntry>) -> Frame {
        let mut frame = self.plain_frame();
        frame.here = here;
        let Some(at) = &self.account else {
            return frame;
        };
        let views = self.may_somewhere(Permissions::VIEW, at);
        if views {
            frame.entries = vec![
                MenuEntry::Dashboard,
                MenuEntry::Connections,
                MenuEntry::Orders,
                MenuEntry::Customers,
                MenuEntry::Catalogs,
                MenuEntry::Inventory,
                MenuEntry::Alarms,
                MenuEntry::Settings,
                MenuEntry::Accounts,
            ];
            if self.may(Permissions::ENTITY, &at.id, at.location.as_ref()) {
                frame.entries.push(MenuEntry::Audit);
            }
            frame.entries.push(MenuEntry::Developer);
        } else if self.may_use_apps() {
            frame.entries = vec![MenuEntry::Portal];
        }
        let mut accounts: Vec<SelectOption> = Vec::new();
        for membership in &self.memberships {
            let id = membership.account.as_str();
            if !accounts.iter().any(|choice| choice.value == id) {
                if !self.may_view_in(id) {
                    frame.apps_only.push(id.to_owned());
                }
                let label = format!("{} ({id})", isolated(&membership.account_name));
                accounts.push(SelectOption::new(id, label, membership.account == at.id));
            }
        }
        frame.accounts = accounts;
        if at.suspended_at.is_some() && Place::split(&self.browser.path).1 != SUSPENDED {
            let words = &frame.words.shell;
            let notice =
                Notice::new(Severity::Bad, words.suspended).with_link(words.more, SUSPENDED);
            frame.notices.push(notice);
        }
        let all = self.may_in_whole(at);
        if all || at.locations.len() > 1 {
            let label = frame.words.shell.all_locations;
            frame
                .locations
                .push(SelectOption::new("", label, at.location.is_none()));
        }
        for (id, name) in &at.locations {
            let chosen = at.location.as_ref() == Some(id);
            let label = format!("{} {id}", isolated(name));
            frame
                .locations
                .push(SelectOption::new(id.as_str(), label, chosen));
        }
        frame
    }

    fn may_in_whole(&self, at: &ChosenAccount) -> bool {
        self.memberships
            .iter()
            .any(|membership| membership.account == at.id && membership.location.is_none())
    }

    /// Whether the user may do `wanted` in any account.
    pub(crate) fn may_anywhere(&self, wanted: Permissions) -> bool {
        self.memberships
            .iter()
            .any(|membership| membership.permissions.has(wanted))
    }

    /// Whether the user may use apps of the chosen account, whatever else they may not.
    pub(crate) fn may_use_apps(&self) -> bool {
        let apps = [Permissions::ORDER_LINE, Permissions::CATALOG_MANAGER];
        self.account
            .as_ref()
            .is_some_and(|at| apps.into_iter().any(|app| self.may_somewhere(app, at)))
    }

    /// Whether the user sees the back office of an account, or at some place of it.
    pub(crate) fn may_view_in(&self, account: &str) -> bool {
        self.memberships
            .iter()
            .filter(|held| held.account.as_str() == account)
            .any(|held| held.permissions.has(Permissions::VIEW))
    }

    /// The error of lacking a right.
    pub(crate) fn lacks(&self, wanted: Permissions) -> PageError {
        let words = self.browser.language.translations();
        PageError::Forbidden(super::settings::permission_label(words, wanted))
    }

    fn may_somewhere(&self, wanted: Permissions, at: &ChosenAccount) -> bool {
        self.memberships
            .iter()
            .any(|membership| membership.account == at.id && membership.permissions.has(wanted))
    }
}

impl AccountMember {
    /// The user as they are by now, at the same place; none when their session has ended, or the place is
    /// not theirs any longer.
    pub(crate) async fn reload(&self, hub: &Hub) -> db::Result<Option<Self>> {
        let (browser, place) = (self.browser.clone(), self.place());
        let wanted = place.clone();
        let found = hub
            .read("office.visitor.reload", move |tx| {
                SignedIn::find(tx, &browser, wanted.as_ref())
            })
            .await?;
        let found = found.map(|(signed_in, _)| signed_in);
        let found = found.filter(|signed_in| signed_in.place() == place);
        Ok(found.and_then(|signed_in| {
            let at = signed_in.account.clone()?;
            Some(Self { signed_in, at })
        }))
    }

    /// Refuses unless the user may do `wanted` at the chosen location, or in the whole account when
    /// all locations are chosen.
    pub fn needs(&self, wanted: Permissions) -> Result<(), PageError> {
        self.needs_at(wanted, self.at.location.as_ref())
    }

    /// Refuses unless the user may do `wanted` at a location, or in the whole account.
    pub fn needs_at(
        &self,
        wanted: Permissions,
        location: Option<&LocationId>,
    ) -> Result<(), PageError> {
        if self.may(wanted, &self.at.id, location) {
            return Ok(());
        }
        Err(self.lacks(wanted))
    }

    /// Refuses unless the user may do `wanted` at some place of the chosen account: enough to open
    /// a page that shows each place's own.
    pub fn needs_somewhere(&self, wanted: Permissions) -> Result<(), PageError> {
        if self.may_somewhere(wanted, &self.at) {
            Ok(())
        } else {
            Err(self.lacks(wanted))
        }
    }

    /// Refuses unless the user may see something where they stand: the chosen location, or with all of
    /// them some place of the account.
    pub(crate) fn needs_to_view(&self) -> Result<(), PageError> {
        match &self.at.location {
            Some(location) => self.needs_at(Permissions::VIEW, Some(location)),
            None => self.needs_somewhere(Permissions::VIEW),
        }
    }

    /// Leads to the location of an object whoever stands at another one.
    pub(crate) fn needs_location_of_object(
        &self,
        owner: Option<&LocationId>,
    ) -> Result<(), PageError> {
        let (Some(here), Some(owner)) = (&self.at.location, owner) else {
            return Ok(());
        };
        if here == owner {
            return Ok(());
        }
        let place = Place::of(&self.at.id, Some(owner));
        let (_, page) = Place::split(&self.browser.path);
        Err(PageError::Elsewhere(place.to(page)))
    }

    /// The locations of the chosen account that the user may look at, wherever they stand: none for the
    /// whole account.
    pub(crate) fn viewable_locations(&self) -> Option<Vec<LocationId>> {
        if self.may_at(Permissions::VIEW, None) {
            return None;
        }
        let own = self.at.locations.iter().map(|(id, _)| id);
        let viewable = own.filter(|id| self.may_at(Permissions::VIEW, Some(id)));
        Some(viewable.cloned().collect())
    }

    /// Whether the user may look at a catalog or customer list of the chosen account: what belongs to
    /// one location is for those who see that, the account's own for whoever sees any.
    pub(crate) fn may_view_what_belongs_to(&self, owner: Option<&LocationId>) -> bool {
        match owner {
            Some(location) => self.may_at(Permissions::VIEW, Some(location)),
            None => self.needs_somewhere(Permissions::VIEW).is_ok(),
        }
    }

    /// What a location of the chosen account is called; its id, if the user does not see it.
    pub(crate) fn location_name(&self, id: &LocationId) -> String {
        let known = self.at.locations.iter().find(|(known, _)| known == id);
        known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
    }

    /// All that the user may do at a place of the chosen account.
    pub(crate) fn held_at(&self, location: Option<&LocationId>) -> Permissions {
        self.held(&self.at.id, location)
    }

    /// Whether the user may do `wanted` at a place of the chosen account.
    pub fn may_at(&self, wanted: Permissions, location: Option<&LocationId>) -> bool {
        self.may(wanted, &self.at.id, location)
    }
}

/// A place, if it is the user's.
fn account_at(
    tx: &mut Tx<'_>,
    place: &Place,
    memberships: &[Membership],
) -> db::Result<Option<ChosenAccount>> {
    let held = memberships
        .iter()
        .find(|held| held.account == place.account);
    match held {
        Some(held) => chosen_account(tx, held, place.location.as_ref(), memberships).map(Some),
        None => Ok(None),
    }
}

/// Where the user was last in this browser, if it is still theirs; else where they were last in any
/// other; else the account that they have been in for longest. Never by a name, which others choose.
fn last_account(
    tx: &mut Tx<'_>,
    browser: &BrowserRequest,
    user: &User,
    memberships: &[Membership],
) -> db::Result<Option<ChosenAccount>> {
    let known = [&browser.selection, &user.selection]
        .into_iter()
        .flatten()
        .filter_map(|text| Place::parse(text))
        .find_map(|place| {
            let mut held = memberships.iter();
            let held = held.find(|held| held.account == place.account)?;
            Some((held, place.location))
        });
    let oldest = memberships
        .iter()
        .min_by_key(|held| (held.since, held.account.as_str()));
    match known.or_else(|| oldest.map(|held| (held, None))) {
        Some((held, location)) => {
            chosen_account(tx, held, location.as_ref(), memberships).map(Some)
        }
        None => Ok(None),
    }
}

/// An account of the user's, with the locations that they may see and the chosen one if it is among
/// them.
fn chosen_account(
    tx: &mut Tx<'_>,
    held: &Membership,
    location: Option<&LocationId>,
    memberships: &[Membership],
) -> db::Result<ChosenAccount> {
    let of_account = || memberships.iter().filter(|it| it.account == held.account);
    let is_whole = of_account().any(|membership| membership.location.is_none());
    let locations: Vec<(LocationId, String)> = locations::store::all(tx, &held.account)?
        .into_iter()
        .map(|stored| (stored.location.id, stored.location.name))
        .filter(|(id, _)| is_whole || of_account().any(|it| it.location.as_ref() == Some(id)))
        .collect();
    let mut ids = locations.iter().map(|(id, _)| id);
    let selected = ids.find(|id| Some(*id) == location).cloned();
    // Whoever may see one location only stands there.
    let only = match locations.as_slice() {
        [(only, _)] if !is_whole => Some(only.clone()),
        _ => None,
    };
    Ok(ChosenAccount {
        id: held.account.clone(),
        name: held.account_name.clone(),
        suspended_at: held.suspended_at,
        location: selected.or(only),
        locations,
    })
}

impl FromRequestParts<Hub> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, PageError> {
        let browser = match BrowserRequest::from_request_parts(parts, hub).await {
            Ok(browser) => browser,
            Err(never) => match never {},
        };
        let back = browser.path.clone();
        let asked = Place::of_path(parts.uri.path())?;
        let place = asked.clone();
        let found = hub
            .read("office.visitor", move |tx| {
                Self::find(tx, &browser, place.as_ref())
            })
            .await
            .map_err(PageError::Database)?;
        let (mut signed_in, is_stale) = found.ok_or(PageError::NotSignedIn(back))?;
        if let (true, Some(session)) = (is_stale, &signed_in.browser.session) {
            let hash = secret::hash(session);
            let origin = signed_in.browser.session_origin();
            let touched = hub
                .write("office.seen", move |tx| {
                    super::session::store::touch(tx, &hash, &origin)
                })
                .await;
            // The page can be shown all the same.
            if let Err(error) = touched {
                let error: db::Error = error;
                tracing::warn!(%error, "updating session failed");
            }
        }
        if let Some(asked) = &asked {
            signed_in.check_place(asked, parts)?;
            if parts.method.is_safe() && !live::is_of_script(&parts.headers) {
                signed_in.remember(hub, asked).await;
            }
        }
        Ok(signed_in)
    }
}

impl FromRequestParts<Hub> for AccountMember {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, PageError> {
        let signed_in = SignedIn::from_request_parts(parts, hub).await?;
        let at = signed_in.account.clone().ok_or(PageError::NoAccount)?;
        if at.suspended_at.is_some() && !parts.method.is_safe() {
            return Err(PageError::Suspended);
        }
        Ok(Self { signed_in, at })
    }
}
