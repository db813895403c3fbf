//! What belongs to no section: the first page, assets, the language switch.

use crate::office::page_path::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::assets;
use super::browser_request::BrowserRequest;
use super::form::FormFields;
use super::place::Place;
use super::response::{PageError, PageResult, local, to};
use super::translations::Language;
use super::visitor::{AccountMember, SignedIn};
use crate::http::call::FormCall;
use crate::users::permissions::Permissions;
use crate::users::store as users;

/// Where one begins: the dashboard; the portal for those who only use apps; else one's own page.
pub(super) async fn home(member: Result<AccountMember, PageError>) -> PageResult {
    let member = match member {
        Ok(member) => member,
        Err(PageError::NotSignedIn(_)) => return Ok(to("/login")),
        Err(error) => return Err(error),
    };
    let views = member.needs_somewhere(Permissions::VIEW).is_ok();
    let first = if views {
        "/dashboard"
    } else if member.may_use_apps() {
        super::portal::PATH
    } else {
        "/profile"
    };
    Ok(to(
        &Place::of(&member.at.id, member.at.location.as_ref()).to(first)
    ))
}

/// Stylesheet, script and icon; their address changes with their content.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::find(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    (headers, asset.text).into_response()
}

/// Switches the language, for good when somebody is signed in.
pub(super) async fn language(
    call: FormCall,
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    fields: FormFields,
) -> PageResult {
    let language = Language::of_tag(fields.get("locale")).unwrap_or(browser.language);
    if let Ok(signed_in) = signed_in {
        let user = users::User {
            locale: language.tag().to_owned(),
            ..signed_in.user
        };
        call.write("office.language", move |tx| users::update(tx, &user))
            .await?;
    }
    let mut response = to(&without_language(local(fields.get("back"))));
    if let Some(cookie) = browser.language_cookie(language) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// A path that does not name a language: one was chosen since.
fn without_language(path: &str) -> String {
    let Some((page, query)) = path.split_once('?') else {
        return path.to_owned();
    };
    let parameters: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.starts_with("locale="))
        .collect();
    match parameters.join("&").as_str() {
        "" => page.to_owned(),
        query => format!("{page}?{query}"),
    }
}
