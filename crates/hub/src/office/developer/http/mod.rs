//! A developer's clients: made, described, renewed, deleted by the user who owns them.

mod form;

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use wire::id::ClientId;

use super::{ClientLine, ClientsPage, NewClientPage, SecretPage};
use crate::audit::{self, AuditFilter};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::http::call::FormCall;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::changes;
use crate::oauth::clients::{self, AppFields, CallbackOptions, Client, NewClient};
use crate::oauth::connections;
use crate::office::audit::AuditView;
use crate::office::confirm::ConfirmPage;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::{Frame, MenuEntry, Notice};
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::http::required;
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{Field, LabelledValue, Severity};
use crate::secret::webhook_secret;
use crate::users::permissions::Permissions;
use form::ClientForm;

/// Entries of the history of a client that its page shows.
const MAX_SHOWN_HISTORY: u32 = 20;

/// Refuses whoever may see no back office at all.
fn require_view(member: &AccountMember) -> Result<(), PageError> {
    if member.may_anywhere(Permissions::VIEW) {
        Ok(())
    } else {
        Err(member.lacks(Permissions::VIEW))
    }
}

/// The frame, with what was just done.
fn frame(member: &AccountMember, path: &str, query: Option<&str>) -> Frame {
    let mut frame = member.frame(MenuEntry::Developer);
    path.clone_into(&mut frame.path);
    let words = &member.browser.language.translations().developer;
    let done = Query::parse(query.unwrap_or_default());
    let text = match done.get("done") {
        Some("saved") => words.saved,
        Some("deleted") => words.deleted,
        Some("rotated") => words.rotation_ended,
        _ => return frame,
    };
    frame.notices.push(Notice::new(Severity::Good, text));
    frame
}

/// A client of this user.
fn own(tx: &mut Tx<'_>, member: &AccountMember, id: &str) -> Result<Client, PageError> {
    let id = ClientId::parse(id).map_err(|_| PageError::NotFound)?;
    clients::find(tx, &id)?
        .filter(|client| client.owner.as_ref() == Some(&member.user.id))
        .ok_or(PageError::NotFound)
}

/// `GET /developer`
pub(crate) async fn list(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    require_view(&member)?;
    let who = member.clone();
    let (mut found, zone) = hub
        .read("office.clients", move |tx| {
            let mut found = Vec::new();
            for client in clients::list_of_owner(tx, &who.user.id)? {
                let count = connections::of_client(tx, &client.id)?.len();
                found.push((client, count));
            }
            Ok::<_, db::Error>((found, zone_of(tx, &who.at.id, None)?))
        })
        .await?;
    found.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let language = member.browser.language;
    let words = &language.translations().developer;
    let clients = found.into_iter().map(|(client, count)| ClientLine {
        created: format::date(language, &client.created_at.to_zoned(zone.clone())),
        kind: if client.is_app() {
            words.app
        } else {
            words.plain_client
        }
        .to_owned(),
        connections: words.connection_count(count as u64),
        open: client.is_open(),
        id: client.id.to_string(),
        name: client.name,
    });
    let shown = ClientsPage {
        frame: frame(&member, "/developer", query.as_deref()),
        clients: clients.collect(),
    };
    Ok(page(&member.browser, &shown))
}

/// `GET /developer/clients/new`
pub(crate) async fn new_form(member: AccountMember) -> PageResult {
    require_view(&member)?;
    let frame = member.frame(MenuEntry::Developer);
    let name = Field::default();
    Ok(page(&member.browser, &NewClientPage { frame, name }))
}

/// `POST /developer/clients/new`: the answer shows the secret, this once.
pub(crate) async fn create(
    call: FormCall,
    member: AccountMember,
    fields: FormFields,
) -> PageResult {
    require_view(&member)?;
    let name = required(&fields, "name", member.browser.language);
    if name.error.is_some() {
        let frame = member.frame(MenuEntry::Developer);
        let again = NewClientPage { frame, name };
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &member.browser,
            &again,
        ));
    }
    let new = NewClient {
        id: None,
        secret: None,
        name: name.value.clone(),
        owner: Some(member.user.id.clone()),
        is_listed: false,
        app: AppFields::default(),
        callbacks: CallbackOptions::default(),
    };
    let (key, by) = (call.hub().key().clone(), member.audit_actor());
    let (id, secret) = call
        .write("office.new_client", move |tx| {
            let made = changes::create_client(tx, &key, &new, &by)?;
            made.ok_or_else(|| db::Error::Broken("a client's id is taken".to_owned()))
        })
        .await?;
    Ok(secret_page(&member, &id, name.value, secret))
}

fn secret_page(member: &AccountMember, id: &ClientId, name: String, secret: String) -> Response {
    let frame = frame(member, &format!("/developer/clients/{id}"), None);
    let shown = SecretPage {
        frame,
        id: id.to_string(),
        name,
        webhook_secret: webhook_secret(&secret),
        secret,
    };
    page(&member.browser, &shown)
}

/// `GET /developer/clients/{id}`
pub(crate) async fn show(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    require_view(&member)?;
    let (client, facts) = with_facts(&hub, &member, &id).await?;
    let form = ClientForm::of_client(&client);
    let mut shown = form.page(&hub, &member, &client, facts, query.as_deref());
    let (account, of) = (member.at.id.clone(), client.id.to_string());
    let (zone, history) = hub
        .read::<_, db::Error, _>("office.client.history", move |tx| {
            let filter = AuditFilter {
                subject: Some(of.clone()),
                ..AuditFilter::default()
            };
            // Clients belong to no account.
            let history = audit::page(tx, None, &filter, &Cursor::start(), MAX_SHOWN_HISTORY)?;
            Ok((zone_of(tx, &account, None)?, history.items))
        })
        .await?;
    let now = hub.clock().now();
    let words = member.browser.language.translations();
    let view = AuditView {
        words,
        zone: &zone,
        locations: &[],
        path: None,
    };
    shown.history = history.iter().map(|entry| view.line(entry)).collect();
    shown.zone = format::utc_offset(&now.to_zoned(zone.clone()));
    if let Some(until) = client.previous_secret_until(now) {
        let until = until.to_zoned(zone);
        shown.previous_until = Some(format::date_time(words.language, &until));
    }
    Ok(page(&member.browser, &shown))
}

async fn with_facts(
    hub: &Hub,
    member: &AccountMember,
    id: &str,
) -> Result<(Client, Vec<LabelledValue>), PageError> {
    let (who, id) = (member.clone(), id.to_owned());
    let (client, count, zone) = hub
        .read("office.client", move |tx| {
            let client = own(tx, &who, &id)?;
            let count = connections::of_client(tx, &client.id)?.len();
            Ok::<_, PageError>((client, count, zone_of(tx, &who.at.id, None)?))
        })
        .await?;
    let language = member.browser.language;
    let words = &language.translations().developer;
    let created = format::date(language, &client.created_at.to_zoned(zone));
    let facts = vec![
        LabelledValue::new(words.created, created),
        LabelledValue::new(words.connections, words.connection_count(count as u64)),
    ];
    Ok((client, facts))
}

/// `POST /developer/clients/{id}`
pub(crate) async fn save(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    require_view(&member)?;
    let form = ClientForm::of(&fields, &member);
    if !form.is_good() {
        let (client, facts) = with_facts(call.hub(), &member, &id).await?;
        let again = form.page(call.hub(), &member, &client, facts, None);
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &member.browser,
            &again,
        ));
    }
    let (who, may_list) = (member.clone(), call.hub().config().developers.may_publish);
    let (wanted, filled) = (id.clone(), form.clone());
    let client = call
        .write("office.save_client", move |tx| {
            let mut client = own(tx, &who, &wanted)?;
            filled.fill(&mut client, may_list);
            if client.is_listed && clients::is_name_taken(tx, &client)? {
                return Ok(None);
            }
            changes::update_client(tx, &client, &who.audit_actor())?;
            Ok::<_, PageError>(Some(client.id))
        })
        .await?;
    let Some(client) = client else {
        let form = form.with_taken_name(member.browser.language.translations());
        let (client, facts) = with_facts(call.hub(), &member, &id).await?;
        let again = form.page(call.hub(), &member, &client, facts, None);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page_with(status, &member.browser, &again));
    };
    Ok(to(&format!("/developer/clients/{client}?done=saved")))
}

/// `GET /developer/clients/{id}/rotate`
pub(crate) async fn ask_rotate(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    require_view(&member)?;
    let (client, _) = with_facts(&hub, &member, &id).await?;
    let frame = member.frame(MenuEntry::Developer);
    let confirm_page = ConfirmPage::rotate(frame, client.id.as_str(), &client.name);
    Ok(page(&member.browser, &confirm_page))
}

/// `POST /developer/clients/{id}/rotate`: the answer shows the new secret, this once.
pub(crate) async fn rotate(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    require_view(&member)?;
    let (who, key) = (member.clone(), call.hub().key().clone());
    let (client, secret) = call
        .write("office.rotate", move |tx| {
            let client = own(tx, &who, &id)?;
            let secret = changes::rotate_client(tx, &key, &client, &who.audit_actor())?;
            Ok::<_, PageError>((client, secret))
        })
        .await?;
    Ok(secret_page(&member, &client.id, client.name, secret))
}

/// `GET /developer/clients/{id}/end_rotation`
pub(crate) async fn ask_end_rotation(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    require_view(&member)?;
    let (client, _) = with_facts(&hub, &member, &id).await?;
    let frame = member.frame(MenuEntry::Developer);
    let confirm_page = ConfirmPage::end_rotation(frame, client.id.as_str(), &client.name);
    Ok(page(&member.browser, &confirm_page))
}

/// `POST /developer/clients/{id}/end_rotation`: the secret before is worth nothing any longer.
pub(crate) async fn end_rotation(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    require_view(&member)?;
    let who = member.clone();
    let client = call
        .write("office.end_rotation", move |tx| {
            let client = own(tx, &who, &id)?;
            changes::end_rotation(tx, &client, &who.audit_actor())?;
            Ok::<_, PageError>(client.id)
        })
        .await?;
    Ok(to(&format!("/developer/clients/{client}?done=rotated")))
}

/// `GET /developer/clients/{id}/delete`
pub(crate) async fn ask_delete(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    require_view(&member)?;
    let (client, _) = with_facts(&hub, &member, &id).await?;
    let frame = member.frame(MenuEntry::Developer);
    let confirm_page = ConfirmPage::delete_client(frame, client.id.as_str(), &client.name);
    Ok(page(&member.browser, &confirm_page))
}

/// `POST /developer/clients/{id}/delete`: its connections end with it.
pub(crate) async fn delete(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    require_view(&member)?;
    let who = member.clone();
    call.write("office.delete_client", move |tx| {
        let client = own(tx, &who, &id)?;
        Ok::<_, PageError>(changes::delete_client(tx, &client, &who.audit_actor())?)
    })
    .await?;
    Ok(to("/developer?done=deleted"))
}
