//! The connections' pages, with the data.
//!
//! Whoever may view a place sees its connections; managing them takes *Manage Connections and
//! Resources* there. A connection of another account, or of a place that the reader may not view,
//! does not exist for them.

mod activity;
mod apps;
mod cards;
mod ended;
mod files;
mod lines;
mod logs;
mod notices;
mod repeats;
mod resend;
mod sending;

use wire::id::ConnectionId;

use super::super::confirm::ConfirmPage;
use super::super::form::FormFields;
use super::super::frame::MenuEntry;
use super::super::response::{PageError, PageResult, page, to};
use super::super::visitor::AccountMember;
use crate::db::{self, Tx};
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::oauth::changes;
use crate::oauth::clients::{self, Client};
use crate::oauth::connections::{self, Connection};
use crate::office::page_path::Path;
use crate::users::permissions::Permissions;

pub(crate) use activity::activity;
pub(crate) use apps::{CATEGORIES, app, apps, category_name};
pub(crate) use cards::list;
pub(crate) use ended::{EndedRow, end_text, ended, list_ended_at};
pub(crate) use files::{body, callback};
pub(crate) use lines::request as exchange;
pub(crate) use logs::{METHODS, logs, show_token};
pub(crate) use repeats::{duplicate_orders, set_repeats};
pub(crate) use resend::{resend_events, resend_form, stop_resend};
pub(crate) use sending::{sending, set_sending};

/// A connection that the reader may see, also one that has ended, and its client while it is registered.
async fn find_viewable(
    hub: &Hub,
    member: &AccountMember,
    id: &str,
) -> Result<(Connection, Option<Client>), PageError> {
    let id = ConnectionId::parse(id).map_err(|_| PageError::NotFound)?;
    let member = member.clone();
    hub.read("office.connection", move |tx| find(tx, &member, &id))
        .await
}

fn find(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    id: &ConnectionId,
) -> Result<(Connection, Option<Client>), PageError> {
    let connection = connections::find(tx, Some(&member.at.id), id)?
        .filter(|it| member.may_at(Permissions::VIEW, it.location.as_ref()))
        .ok_or(PageError::NotFound)?;
    member.needs_location_of_object(connection.location.as_ref())?;
    let client = clients::find(tx, &connection.client)?;
    Ok((connection, client))
}

/// A connection that the reader may manage, and that has not ended.
async fn find_manageable(
    hub: &Hub,
    member: &AccountMember,
    id: &str,
) -> Result<(Connection, Option<Client>), PageError> {
    let found = find_viewable(hub, member, id).await?;
    if found.0.revoked_at.is_some() {
        return Err(PageError::NotFound);
    }
    member.needs_at(Permissions::CONNECTIONS, found.0.location.as_ref())?;
    Ok(found)
}

/// An app's address with the connection it should speak of.
pub(crate) fn with_instance(url: &str, id: &ConnectionId) -> String {
    let (address, fragment) = match url.split_once('#') {
        Some((address, fragment)) => (address, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let sign = if address.contains('?') { '&' } else { '?' };
    crate::outbound::in_ascii(&format!("{address}{sign}app_instance_id={id}{fragment}"))
}

async fn set_blocked(
    call: &FormCall,
    member: &AccountMember,
    id: &str,
    blocked: bool,
) -> PageResult {
    let (connection, _) = find_manageable(call.hub(), member, id).await?;
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let by = member.audit_actor();
    call.write("office.block", move |tx| {
        changes::set_blocked(tx, &account, &id, blocked, &by)
    })
    .await?;
    let what = if blocked { "blocked" } else { "unblocked" };
    Ok(to(&format!("/connections?{what}={}", connection.id)))
}

/// `POST /connections/{id}/block`
pub(crate) async fn block(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    set_blocked(&call, &member, &id, true).await
}

/// `POST /connections/{id}/unblock`
pub(crate) async fn unblock(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    set_blocked(&call, &member, &id, false).await
}

/// `GET /connections/{id}/disconnect`
pub(crate) async fn ask_disconnect(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let (connection, _) = find_manageable(&hub, &member, &id).await?;
    let frame = member.frame(MenuEntry::Connections);
    let asked = ConfirmPage::disconnect(frame, connection.id.as_str(), &connection.client_name);
    Ok(page(&member.browser, &asked))
}

/// `POST /connections/{id}/disconnect`: the token dies first, then the app is told.
pub(crate) async fn disconnect(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    let (connection, client) = find_manageable(call.hub(), &member, &id).await?;
    let (at, by) = (member.at.id.clone(), member.audit_actor());
    let (ending, user) = (connection.clone(), member.user.id.clone());
    let budgets = call.hub().mail_budgets();
    let (ended, readers) = call
        .write::<_, db::Error, _>("office.disconnect", move |tx| {
            let ended = changes::disconnect(tx, Some(&at), &ending.id, &by)?;
            // Beyond the budget it ends all the same, and nobody is written to.
            let readers = match ended && budgets.take_change(tx, &user)? {
                true => notices::readers(tx, &at, ending.location.as_ref())?,
                false => Vec::new(),
            };
            Ok((ended, readers))
        })
        .await?;
    notices::send_end_mails(call.hub(), &member, &connection, &readers);
    let url = client.and_then(|client| client.app.disconnect_url);
    if let (true, Some(url)) = (ended, url) {
        super::farewell(call.hub(), with_instance(&url, &connection.id));
    }
    Ok(to(&format!("/connections?disconnected={}", connection.id)))
}
