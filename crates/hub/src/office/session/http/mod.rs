//! Signing in and up, lost password, first account: what their forms share.

mod account;
mod login;
mod login_code;
mod password;
mod signup;

use axum::extract::RawQuery;
use axum::response::Response;
use wire::id::ClientId;

use crate::db;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::clients;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::{FormFields, is_visible, one_line};
use crate::office::response::{PageError, local, to};
use crate::office::translations::{Language, Translations};
use crate::office::visitor::SignedIn;
use crate::office::widgets::{Field, SelectOption};
use crate::users::passwords::{WeakPasswordError, weakness};

pub(crate) use account::{
    account_form, create_account, create_location, location_form, redirect_with_selection,
};
pub(crate) use login::{enter, login, login_form, logout};
pub(crate) use login_code::{code_form, give_code, send_recovery_mail};
pub(crate) use password::{
    ask_reset, new_password, new_password_form, reset_form, send_password_changed_mail,
};
pub(crate) use signup::{confirm, confirm_form, sign_up, sign_up_form};

/// Characters of a path at most that is kept for somebody who is not signed in.
const MAX_RETURN_PATH_BYTES: usize = 2_000;

/// The name of the app that somebody is on their way to let in, if that is where `back` leads.
pub(super) async fn app_behind(hub: &Hub, back: &str) -> Result<Option<String>, db::Error> {
    let Some(query) = back.strip_prefix("/oauth2/v1/authorize?") else {
        return Ok(None);
    };
    let query = Query::parse(query);
    let Some(id) = query
        .get("client_id")
        .and_then(|id| ClientId::parse(id).ok())
    else {
        return Ok(None);
    };
    let client = hub
        .read("office.session.app", move |tx| clients::find(tx, &id))
        .await?;
    Ok(client.map(|client| client.name))
}

pub(crate) fn return_path(query: RawQuery) -> String {
    return_path_in(query.0.as_deref().unwrap_or_default())
}

fn return_path_in(query: &str) -> String {
    let query = Query::parse(query);
    query
        .get("back")
        .map(|back| local(back).to_owned())
        .unwrap_or_default()
}

/// Where a form goes on; nowhere in particular if it did not say, or not well.
pub(crate) fn posted_return_path(fields: &FormFields) -> String {
    Some(fields.get("back"))
        .filter(|back| !back.is_empty())
        .map(|back| local(back).to_owned())
        .unwrap_or_default()
}

/// Where a form goes on, to be stored for later; a long address is dropped.
pub(super) fn return_path_to_keep(fields: &FormFields) -> String {
    Some(posted_return_path(fields))
        .filter(|back| back.len() <= MAX_RETURN_PATH_BYTES)
        .unwrap_or_default()
}

/// A form for strangers. Who has signed in meanwhile, in another tab, needs it no longer and goes on.
pub(super) fn for_strangers(
    browser: &BrowserRequest,
    signed_in: &Result<SignedIn, PageError>,
    fields: Result<FormFields, PageError>,
) -> Result<Result<FormFields, Response>, PageError> {
    match (fields, signed_in) {
        (Ok(fields), _) => Ok(Ok(fields)),
        (Err(PageError::Expired), Ok(_)) => {
            let query = browser.path.split_once('?').map_or("", |(_, query)| query);
            Ok(Err(to(local(&return_path_in(query)))))
        }
        (Err(error), _) => Err(error),
    }
}

pub(crate) fn locales(chosen: Language) -> Vec<SelectOption> {
    Language::ALL
        .into_iter()
        .map(|language| SelectOption::new(language.tag(), language.name(), language == chosen))
        .collect()
}

/// A field for a new password of the user with this address; never with what was typed.
pub(crate) fn new_password_field(
    hub: &Hub,
    words: &Translations,
    typed: &str,
    address: &str,
) -> Field {
    let field = Field::default();
    match weakness(typed, address, &hub.config().brand) {
        None => field,
        Some(WeakPasswordError::Short) => field.wrong(words.session.password_short),
        Some(WeakPasswordError::Common) => field.wrong(words.session.password_common),
    }
}

/// A field that must be filled in, with something that can be read in one line. What cannot is shown
/// without it, to be looked at before it is sent again.
pub(crate) fn required(fields: &FormFields, name: &str, language: Language) -> Field {
    let words = &language.translations().session;
    let typed = fields.get(name).trim();
    let value = one_line(typed);
    let is_changed = value != typed;
    if !is_visible(&value) {
        Field::default().wrong(words.required)
    } else if is_changed {
        Field::of(value).wrong(words.unseen)
    } else {
        Field::of(value)
    }
}
