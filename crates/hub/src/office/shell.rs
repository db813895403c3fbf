//! What belongs to no section: assets, the language switch, the choice of account and location.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::assets;
use super::browser_request::{BrowserRequest, SELECTION, SIX_MONTHS};
use super::form::FormFields;
use super::response::{PageError, PageResult, local, section, to};
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
    Ok(to(if views {
        "/dashboard"
    } else if member.may_use_apps() {
        super::portal::PATH
    } else {
        "/profile"
    }))
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

/// Chooses an account, or a location of the chosen account; what is not the user's is not chosen.
pub(super) async fn selection(
    call: FormCall,
    signed_in: SignedIn,
    fields: FormFields,
) -> PageResult {
    let at = signed_in.account.clone().ok_or(PageError::NoAccount)?;
    let is_own = |id: &str| {
        signed_in
            .memberships
            .iter()
            .any(|it| it.account.as_str() == id)
    };
    // The choices of a page are those of its account, whatever another tab has chosen meanwhile.
    let opened = fields.get("place").split('/').next().unwrap_or_default();
    let from = if is_own(opened) {
        opened
    } else {
        at.id.as_str()
    };
    let account = fields.text("account");
    let mut back = local(fields.get("back"));
    // What the page is about may not be there at the new place; its section is.
    let is_elsewhere = account.as_deref().is_some_and(|id| id != from);
    if is_elsewhere || back.starts_with("/settings/permissions") {
        back = section(back);
    }
    // Who sees the back office of one account may only use apps of the other, or the reverse.
    let sees = |id: &str| signed_in.may_view_in(id);
    let own = account.as_deref().filter(|id| is_own(id));
    if own.is_some_and(|id| sees(id) != sees(from)) {
        back = "/";
    }
    let account = account.as_deref().unwrap_or(from);
    let selection = match fields.text("location") {
        Some(location) => format!("{account}/{location}"),
        None => account.to_owned(),
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'/';
    let mut response = to(back);
    if selection.bytes().all(plain)
        && let Some(cookie) = signed_in.browser.cookie(SELECTION, &selection, SIX_MONTHS)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
        let user = signed_in.user.id.clone();
        call.write("office.place", move |tx| {
            users::set_selection(tx, &user, &selection)
        })
        .await?;
    }
    Ok(response)
}
