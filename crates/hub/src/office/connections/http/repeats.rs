//! `/connections/{id}/repeats`: whether a ref that comes again is refused.

use crate::office::page_path::Path;
use axum::http::StatusCode;

use super::super::RepeatsPage;
use super::find_manageable;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::oauth::changes;
use crate::oauth::connections::{self, Connection, MAX_REF_WINDOW_MINUTES};
use crate::office::form::FormFields;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageResult, page, page_with, to};
use crate::office::visitor::AccountMember;
use crate::office::widgets::Field;

fn form(member: &AccountMember, connection: &Connection, minutes: Field) -> RepeatsPage {
    RepeatsPage {
        frame: member.frame(MenuEntry::Connections),
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        minutes,
    }
}

/// `GET /connections/{id}/repeats`
pub(crate) async fn duplicate_orders(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let (connection, _) = find_manageable(&hub, &member, &id).await?;
    let minutes = connection
        .ref_window
        .map_or_else(String::new, |it| it.to_string());
    let shown = form(&member, &connection, Field::of(minutes));
    Ok(page(&member.browser, &shown))
}

/// `POST /connections/{id}/repeats`
pub(crate) async fn set_repeats(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    let (connection, _) = find_manageable(call.hub(), &member, &id).await?;
    let typed = fields.text("minutes");
    let minutes = match &typed {
        None => Some(0),
        Some(text) => text
            .parse()
            .ok()
            .filter(|minutes| *minutes <= MAX_REF_WINDOW_MINUTES),
    };
    let Some(minutes) = minutes else {
        let wrong = member
            .browser
            .language
            .translations()
            .connections
            .repeats_wrong;
        let field = Field::of(typed.unwrap_or_default()).wrong(wrong);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let again = form(&member, &connection, field);
        return Ok(page_with(status, &member.browser, &again));
    };
    let (account, at) = (member.at.id.clone(), connection.id.clone());
    let by = member.audit_actor();
    let minutes = Some(minutes).filter(|it| *it > 0);
    call.write("office.repeats", move |tx| {
        changes::set(tx, &account, &at, &by, |tx| {
            connections::set_ref_window(tx, &account, &at, minutes)
        })
    })
    .await?;
    Ok(to(&format!("/connections?repeats={}", connection.id)))
}
