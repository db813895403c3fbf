//! The page of a suspended account: what still works, what does not, and who to contact.
//!
//! A suspended account can be looked at, but for its dashboard, which gives way to this page. What
//! would change something leads here too. The API refuses its apps (API, chapter Protocol, errors).

use askama::Template;

use super::format;
use super::frame::{Frame, MenuEntry};
use super::response::{PageResult, page, to};
use super::translations::isolated;
use super::visitor::{AccountMember, zone_of};
use crate::db;
use crate::hub::Hub;
use crate::users::permissions::Permissions;
use crate::users::store as users;

/// Where it is.
pub(crate) const PATH: &str = "/suspended";

/// `GET /suspended`.
#[derive(Template)]
#[template(path = "suspended.html")]
pub struct SuspendedPage {
    /// The common part.
    pub frame: Frame,
    /// `Fast Pizza (zed91)`.
    pub account: String,
    /// The day it was suspended.
    pub since: String,
    /// Who lifts the suspension; none when the settings do not say.
    pub contact: Option<Contact>,
    /// Who manages the account, by name and e-mail; whoever pays for it first.
    pub people: Vec<(String, String)>,
}

/// Somebody to write to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Contact {
    /// As people read it: an address of e-mail or of the web.
    pub label: String,
    /// As a link.
    pub href: String,
}

impl Contact {
    /// From the setting `support`; none when it is empty.
    #[must_use]
    pub fn of(setting: &str) -> Option<Contact> {
        let setting = setting.trim();
        if setting.is_empty() {
            return None;
        }
        let is_web = setting.starts_with("https://") || setting.starts_with("http://");
        let href = if is_web {
            setting.to_owned()
        } else {
            format!("mailto:{setting}")
        };
        Some(Contact {
            label: setting.to_owned(),
            href,
        })
    }
}

/// `GET /suspended`
pub(crate) async fn show(hub: Hub, member: AccountMember) -> PageResult {
    let Some(since) = member.at.suspended_at else {
        return Ok(to("/dashboard"));
    };
    let account = member.at.id.clone();
    let (zone, mut people) = hub
        .read::<_, db::Error, _>("office.suspended", move |tx| {
            let zone = zone_of(tx, &account, None)?;
            Ok((zone, users::of_account(tx, &account)?))
        })
        .await?;
    let pays = |held: Permissions| held.has(Permissions::BILLING);
    people.retain(|held| {
        let manages = pays(held.permissions) || held.permissions.has(Permissions::ENTITY);
        held.location.is_none() && manages
    });
    people.sort_by_key(|held| !pays(held.permissions));
    let people = people.into_iter().map(|it| (it.user_name, it.user_email));
    let shown = SuspendedPage {
        frame: member.frame(MenuEntry::Dashboard),
        account: format!("{} ({})", isolated(&member.at.name), member.at.id),
        since: format::date(member.browser.language, &since.to_zoned(zone)),
        contact: Contact::of(&hub.config().support),
        people: people.collect(),
    };
    Ok(page(&member.browser, &shown))
}
