//! The settings' pages, with the data. Permissions are for those who hold *Manage Entity* at the
//! chosen place; everybody else who may see the back office sees the facts.

mod account;
mod facts;
mod invited;
mod location;
mod notices;
mod people;
mod resources;

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use wire::id::LocationId;

use super::{
    AccountLine, AccountsPage, LocationLine, LocationSection, PeopleSection, Person, ResourceLine,
    SettingsPage,
};
use super::{role_choices, role_name};
use crate::accounts::store as accounts;
use crate::catalogs::browse::{self, CatalogSummary};
use crate::customer_lists::owner_changes::{self, CustomerListSummary};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::locations;
use crate::office::format;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::response::{PageError, PageResult, page, page_with};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{Field, Severity};
use crate::users::invitations::{self, Invitation};
use crate::users::permissions::Permissions;
use crate::users::store::{self as users, Membership};

pub(crate) use account::{account_form, update_account};
pub(crate) use invited::{accept, answer_here, invitation, resend};
pub(crate) use location::{hours_form, location_form, update_hours, update_location};
pub(crate) use notices::send_permission_mails;
pub(crate) use people::{add, confirm_remove, form, refusal_text, remove, set};
pub(crate) use resources::routes as resource_routes;

/// `GET /settings/accounts`
pub(crate) async fn accounts(member: AccountMember) -> PageResult {
    if !member.may_anywhere(Permissions::VIEW) {
        return Err(member.lacks(Permissions::VIEW));
    }
    let words = member.browser.language.translations();
    let mut lines: Vec<AccountLine> = Vec::new();
    for held in &member.memberships {
        let role = role_name(words, held.permissions, held.location.is_none());
        match lines
            .iter_mut()
            .find(|line| line.id == held.account.as_str())
        {
            // Roles at several locations: one of each.
            Some(line) if !line.role.contains(&role) => {
                line.role.push_str(", ");
                line.role.push_str(&role);
            }
            Some(_) => {}
            None => lines.push(AccountLine {
                id: held.account.to_string(),
                name: held.account_name.clone(),
                role,
                chosen: held.account == member.at.id,
            }),
        }
    }
    let shown = AccountsPage {
        frame: member.frame(MenuEntry::Accounts),
        accounts: lines,
    };
    Ok(page(&member.browser, &shown))
}

/// `GET /settings`
pub(crate) async fn show(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    let done = Query::parse(query.as_deref().unwrap_or_default());
    let words = member.browser.language.translations();
    let (changed, words) = (&words.location_settings, &words.settings);
    let notice = match done.get("done") {
        Some("account") => Some(changed.account_saved.to_owned()),
        Some("location" | "hours") => Some(changed.location_saved.to_owned()),
        Some("added") => Some(changed.location_added.to_owned()),
        Some("set") => Some(words.set_done.to_owned()),
        Some("removed") => Some(words.removed.to_owned()),
        Some(done)
            if resources::done_notice(member.browser.language.translations(), done).is_some() =>
        {
            let words = member.browser.language.translations();
            resources::done_notice(words, done).map(str::to_owned)
        }
        // The address is only repeated while it waits here.
        Some("invited") => invited_notice(&hub, &member, done.get("who")).await?,
        _ => None,
    };
    let notice = notice.map(|text| Notice::new(Severity::Good, text));
    settings_page(&hub, &member, StatusCode::OK, Field::default(), "", notice).await
}

async fn invited_notice(
    hub: &Hub,
    member: &AccountMember,
    key: Option<&str>,
) -> Result<Option<String>, PageError> {
    let (account, location) = (member.at.id.clone(), member.at.location.clone());
    let all = hub
        .read("office.invited", move |tx| {
            invitations::list_at(tx, &account, location.as_ref())
        })
        .await?;
    let words = &member.browser.language.translations().settings;
    Ok(all
        .iter()
        .find(|it| Some(it.key().as_str()) == key)
        .filter(|_| member.may_at(Permissions::ENTITY, member.at.location.as_ref()))
        .map(|it| words.invited(&it.email)))
}

/// What the page is made of.
struct SettingsData {
    account: accounts::AccountRow,
    locations: Vec<locations::store::VersionedLocation>,
    catalogs: Vec<CatalogSummary>,
    lists: Vec<(CustomerListSummary, u32)>,
    people: Vec<Membership>,
    invited: Vec<Invitation>,
    zone: jiff::tz::TimeZone,
}

fn find(tx: &mut Tx<'_>, member: &AccountMember) -> Result<SettingsData, PageError> {
    let (account, here) = (&member.at.id, member.at.location.as_ref());
    let mut people = users::of_account(tx, account)?;
    people.retain(|held| held.location.as_ref() == here);
    let mut locations = locations::store::all(tx, account)?;
    locations.retain(|stored| {
        let id = &stored.location.id;
        member.at.locations.iter().any(|(own, _)| own == id) && here.is_none_or(|at| at == id)
    });
    let mut catalogs = browse::list(tx, account, here)?;
    catalogs.retain(|it| member.may_view_what_belongs_to(it.location.as_ref()));
    let mut lists = Vec::new();
    for list in owner_changes::list(tx, account, here)? {
        if member.may_view_what_belongs_to(list.location.as_ref()) {
            let count = owner_changes::count_customers(tx, account, &list.id)?;
            lists.push((list, count));
        }
    }
    Ok(SettingsData {
        account: accounts::find(tx, account)?.ok_or(PageError::NotFound)?,
        catalogs,
        lists,
        people,
        invited: invitations::list_at(tx, account, here)?,
        zone: zone_of(tx, account, here)?,
        locations,
    })
}

/// The settings; `email` and `role` are what was typed, `notice` what was done or refused.
async fn settings_page(
    hub: &Hub,
    member: &AccountMember,
    status: StatusCode,
    email: Field,
    role: &str,
    notice: Option<Notice>,
) -> Result<Response, PageError> {
    let here = member.at.location.clone();
    match &here {
        Some(location) => member.needs_at(Permissions::VIEW, Some(location))?,
        None => member.needs_somewhere(Permissions::VIEW)?,
    }
    let who = member.clone();
    let found = hub
        .read("office.settings", move |tx| find(tx, &who))
        .await?;
    let language = member.browser.language;
    let words = language.translations();
    let mut frame = member.frame(MenuEntry::Settings);
    "/settings".clone_into(&mut frame.path);
    frame.notices.extend(notice);
    let own = member.held_at(here.as_ref());
    let permissions = own.has(Permissions::ENTITY).then(|| {
        let users = found.people.iter().map(|held| Person {
            id: held.user.to_string(),
            name: held.user_name.clone(),
            email: held.user_email.clone(),
            role: role_name(words, held.permissions, here.is_none()),
            may_change: own.has(held.permissions),
            pending: None,
            by: None,
        });
        let invited = found.invited.iter().map(|it| Person {
            id: it.key(),
            name: String::new(),
            email: it.email.clone(),
            role: role_name(words, it.permissions, here.is_none()),
            may_change: own.has(it.permissions),
            pending: Some(words.settings.until(&format::date(
                language,
                &it.expires_at.to_zoned(found.zone.clone()),
            ))),
            by: it.by.as_deref().map(|name| words.settings.invited_by(name)),
        });
        PeopleSection {
            people: users.chain(invited).collect(),
            email,
            roles: role_choices(words, here.is_none(), role, own),
        }
    });
    let shown = SettingsPage {
        frame,
        account_level: here.is_none(),
        facts: facts::facts(member, &found),
        may_manage: own.has(Permissions::ENTITY),
        location: location_section(hub, member, &found),
        locations: location_lines(member, &found),
        catalogs: catalog_lines(member, &found)?,
        customer_lists: list_lines(member, &found),
        may_add: own.has(Permissions::CONNECTIONS),
        permissions,
    };
    Ok(page_with(status, &member.browser, &shown))
}

/// How the chosen location works.
fn location_section(
    hub: &Hub,
    member: &AccountMember,
    found: &SettingsData,
) -> Option<LocationSection> {
    member.at.location.as_ref()?;
    let location = &found.locations.first()?.location;
    let words = member.browser.language.translations();
    Some(LocationSection {
        id: location.id.to_string(),
        facts: facts::service_facts(words, location, hub.clock().now()),
    })
}

/// The locations, for the whole account.
fn location_lines(member: &AccountMember, found: &SettingsData) -> Vec<LocationLine> {
    let line = |stored: &locations::store::VersionedLocation| LocationLine {
        id: stored.location.id.to_string(),
        name: stored.location.name.clone(),
        city: stored.location.city.clone().unwrap_or_default(),
        may_change: member.may_at(Permissions::ENTITY, Some(&stored.location.id)),
    };
    match member.at.location {
        None => found.locations.iter().map(line).collect(),
        Some(_) => Vec::new(),
    }
}

/// A catalog or customer list without what is counted in it.
fn resource_line(
    member: &AccountMember,
    zone: &jiff::tz::TimeZone,
    (id, name): (&str, &str),
    owner: Option<&LocationId>,
    created_at: jiff::Timestamp,
) -> ResourceLine {
    let language = member.browser.language;
    let is_elsewhere = owner != member.at.location.as_ref();
    let owner_name = match owner {
        Some(location) => member.location_name(location),
        None => language.translations().settings.account.to_owned(),
    };
    ResourceLine {
        id: id.to_owned(),
        name: name.to_owned(),
        owner: is_elsewhere.then_some(owner_name),
        created: format::date(language, &created_at.to_zoned(zone.clone())),
        count: None,
        may_change: member.may_at(Permissions::CONNECTIONS, owner),
    }
}

fn catalog_lines(member: &AccountMember, found: &SettingsData) -> db::Result<Vec<ResourceLine>> {
    let mut lines = Vec::with_capacity(found.catalogs.len());
    for it in &found.catalogs {
        let (named, owner) = ((it.id.as_str(), it.name.as_str()), it.location.as_ref());
        let counts = it.counts()?;
        let count = counts.map(|it| format::whole(member.browser.language, it.products as u64));
        let line = resource_line(member, &found.zone, named, owner, it.created_at);
        lines.push(ResourceLine { count, ..line });
    }
    Ok(lines)
}

fn list_lines(member: &AccountMember, found: &SettingsData) -> Vec<ResourceLine> {
    let language = member.browser.language;
    let words = &language.translations().settings;
    let most = owner_changes::MAX_COUNTED_CUSTOMERS;
    let line = |(it, count): &(CustomerListSummary, u32)| {
        let (named, owner) = ((it.id.as_str(), it.name.as_str()), it.location.as_ref());
        let whole = |count: u32| format::whole(language, u64::from(count));
        let count = match *count > most {
            true => words.more_than(&whole(most)),
            false => whole(*count),
        };
        let line = resource_line(member, &found.zone, named, owner, it.created_at);
        ResourceLine {
            count: Some(count),
            ..line
        }
    };
    found.lists.iter().map(line).collect()
}

/// A user, or somebody invited, at the chosen place.
enum MemberRow {
    User(Membership),
    Invited(Invitation),
}

impl MemberRow {
    fn find(tx: &mut Tx<'_>, member: &AccountMember, id: &str) -> db::Result<Option<Self>> {
        let (account, here) = (&member.at.id, member.at.location.as_ref());
        let invited = invitations::list_at(tx, account, here)?;
        if let Some(found) = invited.into_iter().find(|it| it.key() == id) {
            return Ok(Some(Self::Invited(found)));
        }
        let people = users::of_account(tx, account)?;
        Ok(people
            .into_iter()
            .find(|held| held.user.as_str() == id && held.location.as_ref() == here)
            .map(Self::User))
    }

    /// The one with an address.
    fn with_address(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        email: &str,
    ) -> db::Result<Option<Self>> {
        let (account, here) = (&member.at.id, member.at.location.as_ref());
        let invited = invitations::list_at(tx, account, here)?;
        if let Some(found) = invited.into_iter().find(|it| it.email == email) {
            return Ok(Some(Self::Invited(found)));
        }
        let people = users::of_account(tx, account)?;
        Ok(people
            .into_iter()
            .find(|held| held.user_email == email && held.location.as_ref() == here)
            .map(Self::User))
    }

    /// What names them in addresses.
    fn key(&self) -> String {
        match self {
            Self::User(held) => held.user.to_string(),
            Self::Invited(invitation) => invitation.key(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::User(held) => &held.user_name,
            Self::Invited(invitation) => &invitation.email,
        }
    }

    fn permissions(&self) -> Permissions {
        match self {
            Self::User(held) => held.permissions,
            Self::Invited(invitation) => invitation.permissions,
        }
    }
}

/// Somebody at the chosen place, for a reader who manages it.
async fn find_member(hub: &Hub, member: &AccountMember, id: &str) -> Result<MemberRow, PageError> {
    member.needs(Permissions::ENTITY)?;
    let (who, id) = (member.clone(), id.to_owned());
    hub.read("office.somebody", move |tx| {
        MemberRow::find(tx, &who, &id)?.ok_or(PageError::NotFound)
    })
    .await
}
