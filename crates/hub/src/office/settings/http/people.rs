//! Who may do what: add, set, remove.

use crate::office::page_path::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::{PermissionGroup, SetPermissionsPage, Tick, role_choices, role_name};
use super::{MemberRow, find_member, notices, settings_page};
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::confirm::ConfirmPage;
use crate::office::form::FormFields;
use crate::office::frame::{MenuEntry, Notice};
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::http::required;
use crate::office::translations::Translations;
use crate::office::visitor::{AccountMember, SignedIn};
use crate::office::widgets::{Field, Severity};
use crate::users::changes::{self, ActingUser, PermissionChange, PermissionError};
use crate::users::mailbox::{is_address, normalize_address};
use crate::users::permissions::{Permissions, Role};

/// What was chosen: a role, or ticks. None when nothing was.
fn chosen_permissions(fields: &FormFields, is_account: bool) -> Option<Permissions> {
    let role =
        Role::parse(fields.get("role")).filter(|role| is_account || *role != Role::CatalogManager);
    if let Some(role) = role {
        return Some(role.permissions(is_account));
    }
    let ticked = fields.all("permission");
    let held = Permissions::of_names(ticked).with_implied(is_account);
    (held != Permissions::NONE).then_some(held)
}

/// The permissions to tick: those that the reader may give.
fn groups(
    words: &Translations,
    held: Permissions,
    is_account: bool,
    may: Permissions,
) -> Vec<PermissionGroup> {
    let words = &words.settings;
    let tick = |permission: Permissions, label: &str, gives: &str| Tick {
        value: Permissions::NAMES
            .iter()
            .find(|(one, _)| *one == permission)
            .map_or("", |(_, name)| name)
            .to_owned(),
        label: label.to_owned(),
        gives: gives.to_owned(),
        ticked: held.has(permission),
        given: may.has(permission),
    };
    let office = vec![
        tick(
            Permissions::VIEW,
            words.view_back_office,
            words.view_back_office_gives,
        ),
        tick(
            Permissions::CONNECTIONS,
            words.manage_connections,
            words.manage_connections_gives,
        ),
        tick(
            Permissions::ENTITY,
            words.manage_entity,
            words.manage_entity_gives,
        ),
        tick(
            Permissions::BILLING,
            words.manage_billing,
            words.manage_billing_gives,
        ),
    ];
    let mut apps = vec![tick(
        Permissions::ORDER_LINE,
        words.use_orderline,
        words.use_orderline_gives,
    )];
    if is_account {
        apps.push(tick(
            Permissions::CATALOG_MANAGER,
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
    /// The address when the person is being added.
    email: &'a str,
    /// What somebody who is there may do now, when that is to be looked at first.
    now: Option<Permissions>,
    action: String,
    held: Permissions,
    role: &'a str,
    error: Option<&'static str>,
}

impl Setting<'_> {
    fn page(self, member: &AccountMember) -> Response {
        let words = member.browser.language.translations();
        let is_account = member.at.location.is_none();
        let mut frame = member.frame(MenuEntry::Settings);
        if self.email.is_empty() {
            frame.path.clone_from(&self.action);
        } else {
            "/settings".clone_into(&mut frame.path);
        }
        let status = match self.error {
            Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
            None => StatusCode::OK,
        };
        let may = member.held_at(member.at.location.as_ref());
        let shown = SetPermissionsPage {
            frame,
            who: self.who.to_owned(),
            email: self.email.to_owned(),
            now: self.now.map(|now| {
                let role = role_name(words, now, is_account);
                words.settings.already_there(self.who, &role)
            }),
            action: self.action,
            roles: role_choices(words, is_account, self.role, may),
            groups: groups(words, self.held, is_account, may),
            error: self.error.map(str::to_owned),
        };
        page_with(status, &member.browser, &shown)
    }
}

/// Who changes something at the chosen place.
pub(super) fn actor(member: &AccountMember) -> ActingUser {
    ActingUser {
        account: member.at.id.clone(),
        location: member.at.location.clone(),
        user: member.user.id.clone(),
        audit: member.audit_actor(),
    }
}

/// Why something is not changed, in words; what one may not do at all is an error.
pub(crate) fn refusal_text(
    member: &SignedIn,
    refusal: PermissionError,
) -> Result<&'static str, PageError> {
    let words = &member.browser.language.translations().settings;
    match refusal {
        PermissionError::TooMany => Ok(words.too_many_mails),
        PermissionError::LastHolder => Ok(words.last_holder),
        PermissionError::LastAdministrator => Ok(words.last_administrator),
        PermissionError::Lacks(permission) => Err(member.lacks(permission)),
        PermissionError::Database(error) => Err(error.into()),
    }
}

/// Refuses whoever does not hold at the chosen place what somebody else does.
fn require_permissions(member: &AccountMember, held: Permissions) -> Result<(), PageError> {
    let own = member.held_at(member.at.location.as_ref());
    match held.each().find(|one| !own.has(*one)) {
        Some(lacking) => Err(member.lacks(lacking)),
        None => Ok(()),
    }
}

/// `POST /settings/permissions`: adds somebody, which is an invitation, whether or not the address is
/// known here. Without a role, asks for the permissions first; for somebody who is there already, shows
/// what would change.
pub(crate) async fn add(call: FormCall, member: AccountMember, fields: FormFields) -> PageResult {
    member.needs(Permissions::ENTITY)?;
    let language = member.browser.language;
    let words = language.translations();
    let mut email = required(&fields, "email", language);
    if email.error.is_none() && !is_address(&email.value) {
        let (none, invalid) = (words.settings.not_found, words.session.email_invalid);
        email = email.wrong(format!("{none}. {invalid}"));
    }
    let role = fields.get("role").to_owned();
    if email.error.is_some() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return settings_page(call.hub(), &member, status, email, &role, None).await;
    }
    let is_account = member.at.location.is_none();
    let wished = chosen_permissions(&fields, is_account);
    let (who, address) = (member.clone(), normalize_address(&email.value));
    let there = call
        .hub()
        .read("office.who", move |tx| {
            MemberRow::with_address(tx, &who, &address)
        })
        .await?;
    if let Some(there) = there {
        require_permissions(&member, there.permissions())?;
        let held = wished.unwrap_or_else(|| there.permissions());
        let setting = Setting {
            who: there.name(),
            email: "",
            now: Some(there.permissions()),
            action: format!("/settings/permissions/{}", there.key()),
            held,
            role: role_of(held, is_account),
            error: None,
        };
        return Ok(setting.page(&member));
    }
    let Some(held) = wished else {
        let setting = Setting {
            who: &email.value,
            email: &email.value,
            now: None,
            action: "/settings/permissions".to_owned(),
            held: Permissions::NONE,
            role: if role.is_empty() { "" } else { "custom" },
            error: None,
        };
        return Ok(setting.page(&member));
    };
    super::invited::invite(&call, &member, &email.value, held).await
}

fn role_of(held: Permissions, is_account: bool) -> &'static str {
    match Role::of(held, is_account) {
        Some(Role::OrderLineOperator) => "orderline_operator",
        Some(role) => role.as_str(),
        None => "custom",
    }
}

/// `GET /settings/permissions/{id}`
pub(crate) async fn form(hub: Hub, member: AccountMember, Path(id): Path<String>) -> PageResult {
    let found = find_member(&hub, &member, &id).await?;
    let held = found.permissions();
    require_permissions(&member, held)?;
    let setting = Setting {
        who: found.name(),
        email: "",
        now: None,
        action: format!("/settings/permissions/{id}"),
        held,
        role: role_of(held, member.at.location.is_none()),
        error: None,
    };
    Ok(setting.page(&member))
}

/// Gives somebody at the chosen place these permissions, or none; says what changed, if they are a user.
async fn change(
    call: &FormCall,
    member: &AccountMember,
    id: &str,
    held: Permissions,
) -> Result<Option<PermissionChange>, PermissionError> {
    let (who, key, by) = (member.clone(), id.to_owned(), actor(member));
    let budgets = call.hub().mail_budgets();
    let changed = call
        .write("office.set_permissions", move |tx| {
            match MemberRow::find(tx, &who, &key)? {
                None => Ok(None),
                Some(MemberRow::Invited(invitation)) => {
                    changes::set_invited(tx, &by, &invitation, held)?;
                    Ok(None)
                }
                Some(MemberRow::User(old)) => {
                    changes::set(tx, &by, budgets, &old.user, held).map(Some)
                }
            }
        })
        .await?;
    if let Some(changed) = &changed {
        notices::send_permission_mails(call.hub(), changed);
    }
    Ok(changed)
}

/// `POST /settings/permissions/{id}`
pub(crate) async fn set(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    let found = find_member(call.hub(), &member, &id).await?;
    let words = &member.browser.language.translations().settings;
    let is_account = member.at.location.is_none();
    let again = |held: Permissions, role: &str, error: &'static str| {
        let setting = Setting {
            who: found.name(),
            email: "",
            now: None,
            action: format!("/settings/permissions/{id}"),
            held,
            role,
            error: Some(error),
        };
        setting.page(&member)
    };
    let Some(held) = chosen_permissions(&fields, is_account) else {
        return Ok(again(Permissions::NONE, "custom", words.choose_role));
    };
    match change(&call, &member, &id, held).await {
        Ok(_) => Ok(to("/settings?done=set")),
        Err(refusal) => {
            let why = refusal_text(&member, refusal)?;
            Ok(again(held, role_of(held, is_account), why))
        }
    }
}

/// `GET /settings/permissions/{id}/delete`
pub(crate) async fn confirm_remove(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let found = find_member(&hub, &member, &id).await?;
    require_permissions(&member, found.permissions())?;
    let frame = member.frame(MenuEntry::Settings);
    let confirm_page = ConfirmPage::remove_user(frame, &id, found.name());
    Ok(page(&member.browser, &confirm_page))
}

/// `POST /settings/permissions/{id}/delete`
pub(crate) async fn remove(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    let found = find_member(call.hub(), &member, &id).await?;
    let is_reader = matches!(&found, MemberRow::User(held) if held.user == member.user.id);
    match change(&call, &member, &id, Permissions::NONE).await {
        Ok(_) if is_reader => Ok(to("/")),
        Ok(_) => Ok(to("/settings?done=removed")),
        Err(refusal) => {
            let notice = Notice::new(Severity::Bad, refusal_text(&member, refusal)?);
            let (status, none) = (StatusCode::UNPROCESSABLE_ENTITY, Field::default());
            settings_page(call.hub(), &member, status, none, "", Some(notice)).await
        }
    }
}
