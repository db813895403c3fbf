//! The sessions of a user: which there are, and how one ends them.

use crate::office::page_path::Path;
use wire::time::zone;

use super::SessionLine;
use super::browser_name::browser_name;
use crate::http::call::FormCall;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::response::{PageError, PageResult, to};
use crate::office::session::store::{self as sessions, StoredSession};
use crate::office::visitor::SignedIn;

/// Sessions as their user's page shows them.
pub(super) fn session_lines(signed_in: &SignedIn, all: &[StoredSession]) -> Vec<SessionLine> {
    let language = signed_in.browser.language;
    let words = &language.translations().profile;
    let zone = zone(&signed_in.user.timezone);
    let token = signed_in.browser.session.as_deref().unwrap_or_default();
    let lines = all.iter().map(|session| {
        let began = format::date(language, &session.created_at.to_zoned(zone.clone()));
        let last = format::date_time(language, &session.seen_at.to_zoned(zone.clone()));
        let is_current = session.is_of(token);
        let browser = session.user_agent.as_deref().and_then(browser_name);
        SessionLine {
            id: session.key().to_owned(),
            browser: browser.unwrap_or_else(|| words.unknown_browser.to_owned()),
            address: session.address.clone().unwrap_or_default(),
            about: match is_current {
                true => words.session_began(&began),
                false => words.session_used(&last, &began),
            },
            is_current,
        }
    });
    let (mut own, others): (Vec<_>, Vec<_>) = lines.partition(|line| line.is_current);
    own.extend(others);
    own
}

/// `POST /profile/sessions/{id}`: ends one session of the user.
pub(crate) async fn end(
    call: FormCall,
    signed_in: SignedIn,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    let user = signed_in.user.id.clone();
    let was_there = call
        .write("office.end_session", move |tx| {
            sessions::end_one(tx, &user, &id)
        })
        .await?;
    match was_there {
        true => Ok(to("/profile?done=session")),
        false => Err(PageError::NotFound),
    }
}

/// `POST /profile/log_out_others`: ends every session of the user but this one.
pub(crate) async fn end_others(call: FormCall, signed_in: SignedIn, _: FormFields) -> PageResult {
    let user = signed_in.user.id.clone();
    let token = signed_in.browser.session.clone().unwrap_or_default();
    call.write("office.end_other_sessions", move |tx| {
        sessions::end_others(tx, &user, &token)
    })
    .await?;
    Ok(to("/profile?done=others"))
}
