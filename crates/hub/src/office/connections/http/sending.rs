//! `/connections/{id}/sending`: when events are sent again, and when new orders.

use crate::office::page_path::Path;
use axum::http::StatusCode;

use super::super::SendingPage;
use super::find_manageable;
use crate::callbacks;
use crate::db;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::oauth::changes;
use crate::oauth::connections::{self, Connection};
use crate::office::form::FormFields;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::visitor::AccountMember;
use crate::office::widgets::Field;

/// Waits of a connection at most.
const MAX_WAITS: usize = 60;

/// Seconds of a wait at most.
const MAX_WAIT_SECONDS: u32 = 24 * 3_600;

/// Reads waits as people write them: `5 s, 1 min, 2 h`. A number without a unit is in seconds.
fn parse_waits(text: &str) -> Option<Vec<u32>> {
    let waits: Option<Vec<u32>> = text.split([',', ';']).map(parse_wait).collect();
    waits.filter(|waits| waits.len() <= MAX_WAITS)
}

fn parse_wait(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase();
    let digits = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let (number, unit) = text.split_at(text.len() - digits.len());
    let seconds = match unit.trim() {
        "" | "s" => 1,
        "min" | "m" => 60,
        "h" => 3_600,
        _ => return None,
    };
    let wait = number.parse::<u32>().ok()?.checked_mul(seconds)?;
    (1..=MAX_WAIT_SECONDS).contains(&wait).then_some(wait)
}

/// Waits as people read them.
fn show_waits(waits: impl IntoIterator<Item = u32>) -> String {
    let shown = waits.into_iter().map(|wait| match wait {
        0 => "0 s".to_owned(),
        wait if wait % 3_600 == 0 => format!("{} h", wait / 3_600),
        wait if wait % 60 == 0 => format!("{} min", wait / 60),
        wait => format!("{wait} s"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

async fn form(
    hub: &Hub,
    member: &AccountMember,
    connection: &Connection,
    waits: Field,
    fires_orders: bool,
) -> Result<SendingPage, PageError> {
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let callback = hub
        .read::<_, db::Error, _>("office.sending", move |tx| {
            callbacks::store::find(tx, &account, &id)
        })
        .await?;
    let defaults = hub.config().events.order_retry_seconds.iter().copied();
    Ok(SendingPage {
        frame: member.frame(MenuEntry::Connections),
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        is_sent: callback.is_some_and(|callback| callback.url.is_some()),
        waits,
        default_waits: show_waits(defaults),
        fires_orders,
    })
}

/// `GET /connections/{id}/sending`
pub(crate) async fn sending(hub: Hub, member: AccountMember, Path(id): Path<String>) -> PageResult {
    let (connection, _) = find_manageable(&hub, &member, &id).await?;
    let stored = connection.retry_seconds.as_deref().unwrap_or_default();
    let waits = show_waits(stored.split(',').filter_map(|wait| wait.parse().ok()));
    let fires_orders = connection.fires_orders;
    let shown = form(&hub, &member, &connection, Field::of(waits), fires_orders).await?;
    Ok(page(&member.browser, &shown))
}

/// `POST /connections/{id}/sending`
pub(crate) async fn set_sending(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    let (connection, _) = find_manageable(call.hub(), &member, &id).await?;
    let fires_orders = fields.get("fires_orders") == "yes";
    let typed = fields.text("waits");
    let waits = typed.as_deref().map(parse_waits);
    if waits == Some(None) {
        let wrong = member
            .browser
            .language
            .translations()
            .connections
            .sending_wrong;
        let field = Field::of(typed.unwrap_or_default()).wrong(wrong);
        let again = form(call.hub(), &member, &connection, field, fires_orders).await?;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(page_with(status, &member.browser, &again));
    }
    let stored = waits.flatten().map(|waits| {
        let waits = waits.iter().map(u32::to_string);
        waits.collect::<Vec<_>>().join(",")
    });
    let (account, at) = (member.at.id.clone(), connection.id.clone());
    let by = member.audit_actor();
    call.write("office.sending", move |tx| {
        changes::set(tx, &account, &at, &by, |tx| {
            connections::set_sending(tx, &account, &at, stored.as_deref(), fires_orders)
        })
    })
    .await?;
    Ok(to(&format!("/connections?sending={}", connection.id)))
}
