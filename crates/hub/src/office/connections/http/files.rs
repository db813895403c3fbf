//! What the logs show, as files.

use crate::office::page_path::Path;
use wire::id::EventId;

use super::super::store;
use super::find_viewable;
use crate::db;
use crate::events::store as events;
use crate::hub::Hub;
use crate::journal::store as journal;
use crate::office::response::{PageError, PageResult, attachment};
use crate::office::visitor::AccountMember;

/// `GET /connections/{id}/requests/{request}/{request|response}`: one body as a JSON file.
pub(crate) async fn body(
    hub: Hub,
    member: AccountMember,
    Path((id, request, side)): Path<(String, String, String)>,
) -> PageResult {
    let (connection, _) = find_viewable(&hub, &member, &id).await?;
    let (account, wanted) = (member.at.id.clone(), request.clone());
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.connections.body", move |tx| {
            journal::find(tx, &account, &wanted)
        })
        .await?
        .filter(|found| found.connection == connection.id)
        .ok_or(PageError::NotFound)?;
    let text = match side.as_str() {
        "request" => found.request,
        "response" => found.response,
        _ => return Err(PageError::NotFound),
    };
    Ok(attachment(&format!("{request}-{side}"), text))
}

/// `GET /connections/{id}/callbacks/{event}/{part}`: what the app was told, when the part is
/// `event`; else what it answered to the attempt of that number.
pub(crate) async fn callback(
    hub: Hub,
    member: AccountMember,
    Path((id, event, part)): Path<(String, String, String)>,
) -> PageResult {
    let (connection, _) = find_viewable(&hub, &member, &id).await?;
    let event = EventId::parse(&event).map_err(|_| PageError::NotFound)?;
    let name = format!("event-{event}-{part}");
    let number = match part.as_str() {
        "event" => None,
        number => Some(number.parse::<u32>().map_err(|_| PageError::NotFound)?),
    };
    let account = member.at.id.clone();
    let text = hub
        .read::<_, db::Error, _>("office.connections.callback", move |tx| match number {
            None => store::body(tx, &account, &connection, &event),
            Some(number) => {
                let found = events::attempt(tx, &account, &connection.id, &event, number)?;
                Ok(found.map(|attempt| attempt.answer))
            }
        })
        .await?;
    Ok(attachment(&name, text.ok_or(PageError::NotFound)?))
}
