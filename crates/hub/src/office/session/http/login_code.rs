//! The second step of signing in: a code of the second factor, for whoever has one.

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::super::{LoginCodePage, second_factor_recovered, store};
use super::login::welcome;
use super::{for_strangers, posted_return_path, return_path};
use crate::audit::AuditActor;
use crate::db;
use crate::http::call::FormCall;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::translations::Language;
use crate::office::visitor::SignedIn;
use crate::secret;
use crate::users::second_factor::{self, CodeCheck, ProvenCode};
use crate::users::store::{self as users, User};

/// Where the code is asked for.
fn code_path(page: &str, back: &str) -> String {
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("{page}?back={back}")
}

/// Leads whoever has shown their password to the page that asks for the code.
pub(super) fn ask_code(hub: &Hub, browser: &BrowserRequest, user: &User, path: &str) -> Response {
    let mut response = to(&code_path("/login/code", path));
    if let Some(cookie) = browser.pending_log_in_cookie(hub, user) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What is said to a user is said in their language.
fn in_language_of(user: &User, browser: &BrowserRequest) -> BrowserRequest {
    let mut browser = browser.clone();
    browser.language = Language::of_tag(&user.locale).unwrap_or(browser.language);
    browser
}

/// The user who has shown their password in this browser just now.
async fn find_pending(hub: &Hub, browser: &BrowserRequest) -> db::Result<Option<User>> {
    let Some(pending) = browser.pending_log_in() else {
        return Ok(None);
    };
    let (key, now) = (hub.key().clone(), hub.clock().now());
    hub.read("office.login.pending", move |tx| {
        let found = users::find(tx, &pending.user)?;
        Ok(found.filter(|user| pending.is_of(&key, user, now)))
    })
    .await
}

/// `GET /login/code`
pub(crate) async fn code_form(hub: Hub, browser: BrowserRequest, query: RawQuery) -> PageResult {
    let back = return_path(query);
    let Some(user) = find_pending(&hub, &browser).await? else {
        return Ok(to(&code_path("/login", &back)));
    };
    let browser = in_language_of(&user, &browser);
    let form = LoginCodePage {
        frame: browser.plain_frame(),
        error: None,
        asks_recovery: false,
        back,
    };
    Ok(page(&browser, &form))
}

/// What came of a code: a session, or none.
enum CodeOutcome {
    Session(String, ProvenCode),
    Wrong,
    TooMany,
}

/// `POST /login/code`
pub(crate) async fn give_code(
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
    let back = posted_return_path(&fields);
    let Some(user) = find_pending(call.hub(), &browser).await? else {
        return Ok(to(&code_path("/login", &back)));
    };
    let browser = in_language_of(&user, &browser);
    let asks_recovery = !fields.get("recovery_code").is_empty();
    let typed = match asks_recovery {
        true => fields.get("recovery_code"),
        false => fields.get("code"),
    };
    let is_allowed = call
        .hub()
        .check_password_attempt(peer, "code", &user.email, false)
        .await?;
    let outcome = match is_allowed {
        true => try_code(&call, &browser, &user, typed).await?,
        false => CodeOutcome::TooMany,
    };
    let translations = browser.language.translations();
    let error = match outcome {
        CodeOutcome::Session(token, proven) => {
            call.hub()
                .give_back_attempt(peer, "code", &user.email, false)
                .await?;
            send_recovery_mail(call.hub(), &user, proven);
            return Ok(welcome(call.hub(), &browser, &user, &token, &back));
        }
        CodeOutcome::Wrong => translations.second_factor.wrong,
        CodeOutcome::TooMany => translations.second_factor.too_many,
    };
    let form = LoginCodePage {
        frame: browser.plain_frame(),
        error: Some(error.to_owned()),
        asks_recovery,
        back,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &browser, &form))
}

/// Looks at the code and begins the session, in one transaction: a code is not used up for nothing.
async fn try_code(
    call: &FormCall,
    browser: &BrowserRequest,
    user: &User,
    typed: &str,
) -> db::Result<CodeOutcome> {
    let (user, typed) = (user.clone(), typed.to_owned());
    let by = AuditActor::user(&user.id, &user.name, browser.address);
    let key = call.hub().key().clone();
    let former = browser.session.as_deref().map(secret::hash);
    let origin = browser.session_origin();
    call.write("office.login.code", move |tx| {
        Ok(match second_factor::check(tx, &key, &by, &user, &typed)? {
            CodeCheck::Wrong => CodeOutcome::Wrong,
            CodeCheck::TooMany => CodeOutcome::TooMany,
            CodeCheck::Right(proven) => {
                let token = store::replace(tx, former.as_deref(), &user.id, &origin)?;
                CodeOutcome::Session(token, proven)
            }
        })
    })
    .await
}

/// Tells a user that one of their recovery codes was used, if one was.
pub(crate) fn send_recovery_mail(hub: &Hub, user: &User, proven: ProvenCode) {
    let ProvenCode::Recovery { left } = proven else {
        return;
    };
    let words = Language::of_tag(&user.locale)
        .unwrap_or(Language::English)
        .translations();
    let link = format!("{}/profile/second_factor", hub.config().office_url());
    let left = u64::try_from(left).unwrap_or_default();
    let letter = second_factor_recovered(words, &hub.config().brand, left, &link);
    hub.mailer().send_later(user.email.clone(), letter);
}
