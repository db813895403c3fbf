//! Signing in and out.

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::super::{LoginPage, store};
use super::login_code::ask_code;
use super::{app_behind, for_strangers, posted_return_path, return_path};
use crate::http::call::FormCall;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::browser_request::{BrowserRequest, SESSION};
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, local, page, page_with, to};
use crate::office::translations::Language;
use crate::office::visitor::SignedIn;
use crate::secret;
use crate::users::mailbox::normalize_address;
use crate::users::second_factor;
use crate::users::store::{self as users, User};

pub(crate) async fn login_form(hub: Hub, browser: BrowserRequest, query: RawQuery) -> PageResult {
    let back = return_path(query);
    let for_app = app_behind(&hub, &back).await?;
    let frame = browser.plain_frame();
    Ok(page(
        &browser,
        &LoginPage {
            frame,
            for_app,
            email: String::new(),
            error: None,
            back,
        },
    ))
}

pub(crate) async fn login(
    call: FormCall,
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    peer: ClientIp,
    fields: Result<FormFields, PageError>,
) -> PageResult {
    let fields = match for_strangers(&browser, &signed_in, fields)? {
        Ok(fields) => fields,
        Err(onward) => return Ok(onward),
    };
    let (email, back) = (fields.get("email").to_owned(), posted_return_path(&fields));
    let words = &browser.language.translations().session;
    let who = normalize_address(&email);
    let wanted = email.clone();
    let user = call
        .hub()
        .read("office.login", move |tx| users::find_by_email(tx, &wanted))
        .await?;
    let is_known = user
        .as_ref()
        .is_some_and(|user| browser.knows(call.hub(), user));
    let error = if !call
        .hub()
        .check_password_attempt(peer, "log-in", &who, is_known)
        .await?
    {
        words.too_many
    } else {
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let right = call
            .hub()
            .passwords()
            .check(fields.get("password").to_owned(), hash)
            .await;
        if let (true, Some(user)) = (right, user) {
            call.hub()
                .give_back_attempt(peer, "log-in", &who, is_known)
                .await?;
            return enter(&call, &browser, &user, &back).await;
        }
        words.wrong
    };
    let for_app = app_behind(call.hub(), &back).await?;
    let frame = browser.plain_frame();
    let form = LoginPage {
        frame,
        for_app,
        email,
        error: Some(error.to_owned()),
        back,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &browser, &form))
}

/// Begins a session and goes where the reader was going; whoever has a second factor is asked for it first.
pub(crate) async fn enter(
    call: &FormCall,
    browser: &BrowserRequest,
    user: &User,
    path: &str,
) -> PageResult {
    let id = user.id.clone();
    let asked = id.clone();
    let has_second_factor = call
        .hub()
        .read("office.second_factor", move |tx| {
            second_factor::is_enabled(tx, &asked)
        })
        .await?;
    if has_second_factor {
        return Ok(ask_code(call.hub(), browser, user, path));
    }
    // One browser, one session: whoever sat here before is signed out.
    let former = browser.session.as_deref().map(secret::hash);
    let origin = browser.session_origin();
    let token = call
        .write("office.enter", move |tx| {
            store::replace(tx, former.as_deref(), &id, &origin)
        })
        .await?;
    Ok(welcome(call.hub(), browser, user, &token, path))
}

/// Hands a session over to the browser, and goes where the reader was going.
pub(super) fn welcome(
    hub: &Hub,
    browser: &BrowserRequest,
    user: &User,
    token: &str,
    path: &str,
) -> Response {
    let mut response = to(local(path));
    // What cannot know the user, such as an error page, speaks their language too.
    let language = Language::of_tag(&user.locale).unwrap_or(browser.language);
    if let Some(cookie) = browser.language_cookie(language) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    let cookies = [
        browser.session_cookie(token),
        browser.known_cookie(hub, user),
        browser.pending_log_in_end(),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

pub(crate) async fn logout(
    call: FormCall,
    browser: BrowserRequest,
    _posted: FormFields,
) -> PageResult {
    if let Some(session) = browser.session.clone() {
        let hash = secret::hash(&session);
        call.write("office.logout", move |tx| store::end(tx, &hash))
            .await?;
    }
    let mut response = to("/login");
    if let Some(cookie) = browser.cookie(SESSION, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
