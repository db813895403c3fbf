//! Who may do what: add, set, remove.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::{PermissionGroup, SetPermissionsPage, Tick, role_choices};
use super::{Somebody, settings_page, somebody};
use crate::db;
use crate::hub::Hub;
use crate::office::answer::{Mishap, Shown, page, page_with, to};
use crate::office::confirm::ConfirmPage;
use crate::office::frame::{Notice, Place};
use crate::office::parts::{Field, Tone};
use crate::office::posted::Posted;
use crate::office::session::http::required;
use crate::office::visitor::Member;
use crate::office::words::Words;
use crate::users::changes::{self, Refusal};
use crate::users::invitations;
use crate::users::mailbox::is_address;
use crate::users::permissions::{Permissions as Held, Role};
use crate::users::store::{self as users, User};

/// The permissions as forms name them.
const NAMES: [(Held, &str); 6] = [
    (Held::VIEW, "view_back_office"),
    (Held::CONNECTIONS, "manage_connections"),
    (Held::ENTITY, "manage_entity"),
    (Held::BILLING, "manage_billing"),
    (Held::ORDER_LINE, "use_orderline"),
    (Held::CATALOG_MANAGER, "use_catalog_manager"),
];

/// What was chosen: a role, or ticks. None when nothing was.
fn chosen(posted: &Posted, is_account: bool) -> Option<Held> {
    let role =
        Role::parse(posted.get("role")).filter(|role| is_account || *role != Role::CatalogManager);
    if let Some(role) = role {
        return Some(role.permissions(is_account));
    }
    let ticked = posted.all("permission");
    let held = NAMES
        .iter()
        .filter(|(_, name)| ticked.contains(name))
        .fold(Held::NONE, |all, (one, _)| all.and(*one))
        .completed(is_account);
    (held != Held::NONE).then_some(held)
}

fn groups(words: &Words, held: Held, is_account: bool) -> Vec<PermissionGroup> {
    let words = &words.settings;
    let tick = |permission: Held, label: &str, gives: &str| Tick {
        value: NAMES
            .iter()
            .find(|(one, _)| *one == permission)
            .map_or("", |(_, name)| name)
            .to_owned(),
        label: label.to_owned(),
        gives: gives.to_owned(),
        ticked: held.has(permission),
    };
    let office = vec![
        tick(
            Held::VIEW,
            words.view_back_office,
            words.view_back_office_gives,
        ),
        tick(
            Held::CONNECTIONS,
            words.manage_connections,
            words.manage_connections_gives,
        ),
        tick(Held::ENTITY, words.manage_entity, words.manage_entity_gives),
        tick(
            Held::BILLING,
            words.manage_billing,
            words.manage_billing_gives,
        ),
    ];
    let mut apps = vec![tick(
        Held::ORDER_LINE,
        words.use_orderline,
        words.use_orderline_gives,
    )];
    if is_account {
        apps.push(tick(
            Held::CATALOG_MANAGER,
            words.use_catalog_manager,
            words.use_catalog_manager_gives,
        ));
    }
    vec![
        PermissionGroup {
            name: words.back_office_group.to_owned(),
            ticks: office,
        },
        PermissionGroup {
            name: words.apps_group.to_owned(),
            ticks: apps,
        },
    ]
}

/// The page that sets permissions, for somebody who is added or changed.
struct Setting<'a> {
    who: &'a str,
    email: &'a str,
    unknown: bool,
    action: String,
    held: Held,
    role: &'a str,
    error: Option<&'static str>,
}

impl Setting<'_> {
    fn page(self, member: &Member) -> Response {
        let words = member.visit.language.words();
        let is_account = member.at.location.is_none();
        let mut frame = member.frame(Place::Settings);
        if self.email.is_empty() {
            frame.path.clone_from(&self.action);
        } else {
            "/settings".clone_into(&mut frame.path);
        }
        let status = match self.error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let shown = SetPermissionsPage {
            frame,
            who: self.who.to_owned(),
            email: self.email.to_owned(),
            unknown: self.unknown,
            action: self.action,
            roles: role_choices(words, is_account, self.role),
            groups: groups(words, self.held, is_account),
            error: self.error.map(str::to_owned),
        };
        page_with(status, &member.visit, &shown)
    }
}

/// `POST /settings/permissions`: adds somebody. Without a role, asks for the permissions first.
pub(crate) async fn add(hub: Hub, member: Member, posted: Posted) -> Shown {
    member.needs(Held::ENTITY)?;
    let language = member.visit.language;
    let words = language.words();
    let mut email = required(&posted, "email", language);
    if email.error.is_none() && !is_address(&email.value) {
        email = email.wrong(words.session.email_invalid);
    }
    let role = posted.get("role").to_owned();
    if email.error.is_some() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return settings_page(&hub, &member, status, email, &role, None).await;
    }
    let wanted = email.value.clone();
    let user = hub
        .read("office.who", move |tx| users::find_by_email(tx, &wanted))
        .await?;
    let is_account = member.at.location.is_none();
    let Some(held) = chosen(&posted, is_account) else {
        let who = user
            .as_ref()
            .map_or(email.value.as_str(), |user| &user.name);
        let asked = Setting {
            who,
            email: &email.value,
            unknown: user.is_none(),
            action: "/settings/permissions".to_owned(),
            held: Held::NONE,
            role: if role.is_empty() { "" } else { "custom" },
            error: None,
        };
        return Ok(asked.page(&member));
    };
    match user {
        Some(user) => grant(&hub, &member, &user, held, email, &role).await,
        None => super::invited::invite(&hub, &member, &email.value, held).await,
    }
}

async fn grant(
    hub: &Hub,
    member: &Member,
    user: &User,
    held: Held,
    email: Field,
    role: &str,
) -> Shown {
    match change(hub, member, user, held).await {
        Ok(()) => {
            let words = &member.visit.language.words().settings;
            let notice = Notice::new(Tone::Good, words.added(&user.name));
            // Whoever is added twice may be the reader, with other rights than before.
            if user.id == member.user.id {
                return Ok(to("/settings?done=set"));
            }
            let (status, none) = (StatusCode::OK, Field::default());
            settings_page(hub, member, status, none, "", Some(notice)).await
        }
        Err(Refusal::LastHolder) => last_holder(hub, member, email, role).await,
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

async fn change(hub: &Hub, member: &Member, user: &User, held: Held) -> Result<(), Refusal> {
    let (account, location) = (member.at.id.clone(), member.at.location.clone());
    let user = user.id.clone();
    hub.write("office.permissions", move |tx| {
        changes::set(tx, &account, location.as_ref(), &user, held)
    })
    .await
}

async fn last_holder(hub: &Hub, member: &Member, email: Field, role: &str) -> Shown {
    let words = &member.visit.language.words().settings;
    let notice = Notice::new(Tone::Bad, words.last_holder);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    settings_page(hub, member, status, email, role, Some(notice)).await
}

fn role_of(held: Held, is_account: bool) -> &'static str {
    match Role::of(held, is_account) {
        Some(Role::OrderLineOperator) => "orderline_operator",
        Some(role) => role.as_str(),
        None => "custom",
    }
}

/// `GET /settings/permissions/{id}`
pub(crate) async fn form(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    let found = somebody(&hub, &member, &id).await?;
    let held = found.permissions();
    let asked = Setting {
        who: found.name(),
        email: "",
        unknown: false,
        action: format!("/settings/permissions/{id}"),
        held,
        role: role_of(held, member.at.location.is_none()),
        error: None,
    };
    Ok(asked.page(&member))
}

/// `POST /settings/permissions/{id}`
pub(crate) async fn set(hub: Hub, member: Member, Path(id): Path<String>, posted: Posted) -> Shown {
    let found = somebody(&hub, &member, &id).await?;
    let words = &member.visit.language.words().settings;
    let is_account = member.at.location.is_none();
    let again = |held: Held, role: &str, error: &'static str| {
        let asked = Setting {
            who: found.name(),
            email: "",
            unknown: false,
            action: format!("/settings/permissions/{id}"),
            held,
            role,
            error: Some(error),
        };
        asked.page(&member)
    };
    let Some(held) = chosen(&posted, is_account) else {
        return Ok(again(Held::NONE, "custom", words.choose_role));
    };
    let (who, key) = (member.clone(), id.clone());
    let done = hub
        .write("office.set_permissions", move |tx| {
            match Somebody::find(tx, &who, &key)? {
                None => Ok(false),
                Some(Somebody::Invited(invitation)) => {
                    invitations::change(tx, &invitation, held)?;
                    Ok(true)
                }
                Some(Somebody::User(old)) => {
                    let at = old.location.as_ref();
                    changes::set(tx, &old.account, at, &old.user, held)?;
                    Ok(true)
                }
            }
        })
        .await;
    match done {
        Ok(true) => Ok(to("/settings?done=set")),
        Ok(false) => Err(Mishap::NotFound),
        Err(Refusal::LastHolder) => Ok(again(held, role_of(held, is_account), words.last_holder)),
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

/// `GET /settings/permissions/{id}/delete`
pub(crate) async fn ask_remove(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    let found = somebody(&hub, &member, &id).await?;
    let frame = member.frame(Place::Settings);
    let asked = ConfirmPage::remove_user(frame, &id, found.name());
    Ok(page(&member.visit, &asked))
}

/// `POST /settings/permissions/{id}/delete`
pub(crate) async fn remove(hub: Hub, member: Member, Path(id): Path<String>, _: Posted) -> Shown {
    let found = somebody(&hub, &member, &id).await?;
    let is_reader = matches!(&found, Somebody::User(held) if held.user == member.user.id);
    let who = member.clone();
    let done = hub
        .write("office.remove", move |tx| {
            match Somebody::find(tx, &who, &id)? {
                None => Ok(()),
                Some(Somebody::Invited(invitation)) => {
                    Ok::<_, db::Error>(invitations::withdraw(tx, &invitation)?)
                        .map_err(Refusal::from)
                }
                Some(Somebody::User(old)) => {
                    let at = old.location.as_ref();
                    changes::set(tx, &old.account, at, &old.user, Held::NONE)
                }
            }
        })
        .await;
    match done {
        Ok(()) if is_reader => Ok(to("/")),
        Ok(()) => Ok(to("/settings?done=removed")),
        Err(Refusal::LastHolder) => last_holder(&hub, &member, Field::default(), "").await,
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}
