//! Signing up.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::store::{self, SignUp};
use super::super::{ConfirmSignUpPage, ExpiredSignUpPage, SignUpPage, SignUpSentPage};
use super::login::enter;
use super::{app_behind, for_strangers, return_path, return_path_to_keep};
use super::{locales, new_password_field, required};
use crate::db;
use crate::http::call::FormCall;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, page, page_with};
use crate::office::session;
use crate::office::translations::Language;
use crate::office::visitor::SignedIn;
use crate::office::widgets::Field;
use crate::rate_limits::CountedMail;
use crate::users::mailbox::{is_address, normalize_address};
use crate::users::store as users;

pub(crate) async fn sign_up_form(hub: Hub, browser: BrowserRequest, query: RawQuery) -> PageResult {
    let back = return_path(query);
    let for_app = app_behind(&hub, &back).await?;
    let form = SignUpPage {
        frame: browser.plain_frame(),
        for_app,
        name: Field::default(),
        email: Field::default(),
        password: Field::default(),
        locales: locales(browser.language),
        back,
    };
    Ok(page(&browser, &form))
}

/// `POST /signup`. Whether the address is free or taken, the answer is the same page after the same
/// work; what differs is in the mail, which only the owner of the address reads.
pub(crate) async fn sign_up(
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
    let language = browser.language;
    let words = &language.translations().session;
    let back = return_path_to_keep(&fields);
    let name = required(&fields, "name", language);
    let mut email = required(&fields, "email", language);
    if email.error.is_none() && !is_address(&email.value) {
        email = email.wrong(words.email_invalid);
    }
    let password = fields.get("password");
    let mut secret =
        new_password_field(call.hub(), language.translations(), password, &email.value);
    // Every sign-up counts, so that addresses cannot be tried out in numbers.
    if !call.hub().check_attempt(peer, "sign-up", "").await? {
        secret = Field::default().wrong(words.too_many);
    }
    let locale = Language::of_tag(fields.get("locale")).unwrap_or(language);
    let inputs = [&name, &email, &secret];
    if inputs.iter().all(|field| field.error.is_none()) {
        let hash = call.hub().passwords().hash(password.to_owned()).await;
        let Some(password_hash) = hash else {
            return Err(PageError::Database(db::Error::Unavailable(
                "no thread".to_owned(),
            )));
        };
        let new = SignUp {
            email: normalize_address(&email.value),
            name: name.value.clone(),
            locale: locale.tag().to_owned(),
            password_hash,
            back,
        };
        write_to(&call, locale, new);
        let (frame, email) = (browser.plain_frame(), email.value);
        return Ok(page(&browser, &SignUpSentPage { frame, email }));
    }
    let form = SignUpPage {
        frame: browser.plain_frame(),
        for_app: app_behind(call.hub(), &back).await?,
        name,
        email,
        password: secret,
        locales: locales(locale),
        back,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &browser, &form))
}

/// What a sign-up leads to.
enum SignUpOutcome {
    /// A link, with this token.
    New(String),
    /// The address has a user.
    Known,
    /// Enough mails of this kind to this address today.
    Enough,
}

/// Keeps the sign-up and sends the link that finishes it; or says to the owner of a taken address
/// that they have a user. Apart from the answer, so that its time does not tell either.
fn write_to(call: &FormCall, language: Language, new: SignUp) {
    let call = call.clone();
    tokio::spawn(async move {
        let (email, back) = (new.email.clone(), new.back.clone());
        let budgets = call.hub().mail_budgets();
        let token = call
            .write("office.sign_up", move |tx| {
                let mail = CountedMail {
                    kind: "sign-up",
                    to: &new.email,
                    user: None,
                    account: None,
                };
                if !budgets.take(tx, &mail)? {
                    return Ok(SignUpOutcome::Enough);
                }
                Ok(match users::find_by_email(tx, &new.email)? {
                    Some(_) => SignUpOutcome::Known,
                    None => SignUpOutcome::New(store::begin_sign_up(tx, &new)?),
                })
            })
            .await;
        let config = call.hub().config();
        let (words, brand) = (language.translations(), config.brand.as_str());
        // Whoever is on the way to let an app in goes on where they were signed out.
        let host = if back.starts_with("/oauth2/") {
            config.oauth_url()
        } else {
            config.office_url()
        };
        let letter = match token {
            Ok(SignUpOutcome::New(token)) => {
                let link = format!("{host}/signup/{token}");
                session::sign_up(words, brand, &link, store::SIGN_UP_HOURS)
            }
            // Where the visitor was going is the visitor's word, and is not for this reader.
            Ok(SignUpOutcome::Known) => {
                session::already_registered(words, brand, &format!("{host}/login"))
            }
            Ok(SignUpOutcome::Enough) => {
                tracing::warn!("mail held back, daily limit of the address reached");
                return;
            }
            // The same form once more.
            Err(db::Error::Condition) => return,
            Err(error) => {
                tracing::error!(%error, "saving sign-up failed");
                return;
            }
        };
        call.hub().mailer().send_later(email, letter);
    });
}

async fn find_sign_up(hub: &Hub, token: &str) -> db::Result<Option<SignUp>> {
    let token = token.to_owned();
    hub.read("office.sign_up.find", move |tx| {
        store::find_sign_up(tx, &token)
    })
    .await
}

fn expired_page(browser: &BrowserRequest) -> Response {
    let frame = browser.plain_frame();
    page_with(StatusCode::NOT_FOUND, browser, &ExpiredSignUpPage { frame })
}

fn confirm_page(browser: &BrowserRequest, token: &str, email: String, password: Field) -> Response {
    let status = match password.error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = ConfirmSignUpPage {
        frame: browser.plain_frame(),
        token: token.to_owned(),
        email,
        password,
    };
    page_with(status, browser, &shown)
}

/// `GET /signup/{token}`: the link in the mail. Whoever follows it proves that the address is
/// theirs; the password, that it was they who signed up.
pub(crate) async fn confirm_form(
    hub: Hub,
    browser: BrowserRequest,
    Path(token): Path<String>,
) -> PageResult {
    Ok(match find_sign_up(&hub, &token).await? {
        Some(sign_up) => confirm_page(&browser, &token, sign_up.email, Field::default()),
        None => expired_page(&browser),
    })
}

/// `POST /signup/{token}`: makes the user, begins the session and goes on.
pub(crate) async fn confirm(
    call: FormCall,
    browser: BrowserRequest,
    peer: ClientIp,
    Path(token): Path<String>,
    fields: FormFields,
) -> PageResult {
    let words = &browser.language.translations().session;
    let Some(sign_up) = find_sign_up(call.hub(), &token).await? else {
        return Ok(expired_page(&browser));
    };
    if !call
        .hub()
        .check_password_attempt(peer, "confirm", &sign_up.email, false)
        .await?
    {
        let field = Field::default().wrong(words.too_many);
        return Ok(confirm_page(&browser, &token, sign_up.email, field));
    }
    let typed = fields.get("password").to_owned();
    let stored = Some(sign_up.password_hash.clone());
    if !call.hub().passwords().check(typed, stored).await {
        let field = Field::default().wrong(words.confirm_wrong);
        return Ok(confirm_page(&browser, &token, sign_up.email, field));
    }
    let back = sign_up.back.clone();
    let made = call
        .write("office.sign_up.finish", move |tx| {
            // Read again: the link may have been followed twice at once.
            match store::find_sign_up(tx, &token)? {
                Some(found) => store::finish_sign_up(tx, &found),
                None => Ok(None),
            }
        })
        .await?;
    match made {
        Some(user) => enter(&call, &browser, &user, &back).await,
        None => Ok(expired_page(&browser)),
    }
}
