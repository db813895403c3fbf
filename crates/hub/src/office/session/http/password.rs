//! Lost passwords.

use crate::office::page_path::Path;
use axum::http::StatusCode;

use super::super::{
    AskResetPage, ExpiredLinkPage, NewPasswordPage, ResetSentPage, password_changed, reset, store,
};
use super::login::enter;
use super::{new_password_field, required};
use crate::db;
use crate::http::call::FormCall;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, page, page_with};
use crate::office::translations::Language;
use crate::office::widgets::Field;
use crate::rate_limits::CountedMail;
use crate::users::mailbox::{is_address, normalize_address};
use crate::users::store::{self as users, User};

pub(crate) async fn reset_form(browser: BrowserRequest) -> PageResult {
    let frame = browser.plain_frame();
    Ok(page(
        &browser,
        &AskResetPage {
            frame,
            email: Field::default(),
        },
    ))
}

pub(crate) async fn ask_reset(
    call: FormCall,
    browser: BrowserRequest,
    peer: ClientIp,
    fields: FormFields,
) -> PageResult {
    let words = &browser.language.translations().session;
    let mut email = required(&fields, "email", browser.language);
    let whose = normalize_address(&email.value);
    if email.error.is_none() && !is_address(&email.value) {
        email = email.wrong(words.email_invalid);
    } else if !call.hub().check_attempt(peer, "reset", &whose).await? {
        email = email.wrong(words.too_many);
    }
    if email.error.is_some() {
        let form = AskResetPage {
            frame: browser.plain_frame(),
            email,
        };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &browser, &form));
    }
    send_reset(&call, browser.language, email.value.clone());
    let frame = browser.plain_frame();
    Ok(page(
        &browser,
        &ResetSentPage {
            frame,
            email: email.value,
        },
    ))
}

/// Sends the link, if there is such a user; apart from the answer, so that neither its text nor
/// its time tells.
fn send_reset(call: &FormCall, language: Language, email: String) {
    let (call, budgets) = (call.clone(), call.hub().mail_budgets());
    tokio::spawn(async move {
        let token = call
            .write("office.reset", move |tx| {
                let Some(user) = users::find_by_email(tx, &email)? else {
                    return Ok(None);
                };
                let mail = CountedMail {
                    kind: "reset",
                    to: &user.email,
                    user: None,
                    account: None,
                };
                if !budgets.take(tx, &mail)? {
                    // The links that are there already work on.
                    tracing::warn!("mail held back, daily limit of the address reached");
                    return Ok(None);
                }
                let token = store::begin_reset(tx, &user.id)?;
                Ok(Some((user.email, token)))
            })
            .await;
        match token {
            Ok(None) => {}
            // To the address that was found, which may be written otherwise than what was typed.
            Ok(Some((email, token))) => {
                let link = format!(
                    "{}/reset_password/{token}",
                    call.hub().config().office_url()
                );
                let brand = &call.hub().config().brand;
                let letter = reset(language.translations(), brand, &link, store::RESET_HOURS);
                call.hub().mailer().send_later(email, letter);
            }
            // The same form once more.
            Err(db::Error::Condition) => {}
            Err(error) => {
                tracing::error!(%error, "creating password link failed");
            }
        }
    });
}

pub(crate) async fn new_password_form(
    hub: Hub,
    browser: BrowserRequest,
    Path(token): Path<String>,
) -> PageResult {
    let wanted = token.clone();
    let user = hub
        .read("office.reset.find", move |tx| {
            store::find_reset(tx, &wanted)
        })
        .await?;
    let frame = browser.plain_frame();
    Ok(match user {
        None => page_with(
            StatusCode::NOT_FOUND,
            &browser,
            &ExpiredLinkPage::of_a_password(frame),
        ),
        Some(_) => {
            let (password, again) = (Field::default(), Field::default());
            page(
                &browser,
                &NewPasswordPage {
                    frame,
                    token,
                    password,
                    again,
                },
            )
        }
    })
}

pub(crate) async fn new_password(
    call: FormCall,
    browser: BrowserRequest,
    Path(token): Path<String>,
    fields: FormFields,
) -> PageResult {
    let words = &browser.language.translations().session;
    let frame = browser.plain_frame();
    let wanted = token.clone();
    let found = call
        .hub()
        .read("office.reset.find", move |tx| {
            match store::find_reset(tx, &wanted)? {
                Some(user) => users::find(tx, &user),
                None => Ok(None),
            }
        })
        .await?;
    let Some(user) = found else {
        let expired = ExpiredLinkPage::of_a_password(frame);
        return Ok(page_with(StatusCode::NOT_FOUND, &browser, &expired));
    };
    let typed = fields.get("password");
    let password = new_password_field(
        call.hub(),
        browser.language.translations(),
        typed,
        &user.email,
    );
    let mut again = Field::default();
    if password.error.is_none() && typed != fields.get("again") {
        again = again.wrong(words.new_differs);
    }
    if password.error.is_some() || again.error.is_some() {
        let form = NewPasswordPage {
            frame,
            token,
            password,
            again,
        };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &browser, &form));
    }
    let Some(hash) = call
        .hub()
        .passwords()
        .hash(fields.get("password").to_owned())
        .await
    else {
        return Err(PageError::Database(db::Error::Unavailable(
            "no thread".to_owned(),
        )));
    };
    let done = call
        .write("office.reset.finish", move |tx| {
            let Some(user) = store::find_reset(tx, &token)? else {
                return Ok(None);
            };
            store::change_password(tx, &user, &hash)?;
            users::find(tx, &user)
        })
        .await?;
    match done {
        None => Ok(page_with(
            StatusCode::NOT_FOUND,
            &browser,
            &ExpiredLinkPage::of_a_password(frame),
        )),
        Some(user) => {
            send_password_changed_mail(call.hub(), browser.language, &user);
            enter(&call, &browser, &user, "/").await
        }
    }
}

/// Tells a user that their password is another one now.
pub(crate) fn send_password_changed_mail(hub: &Hub, language: Language, user: &User) {
    let link = format!("{}/reset_password/new", hub.config().office_url());
    let letter = password_changed(language.translations(), &hub.config().brand, &link);
    hub.mailer().send_later(user.email.clone(), letter);
}
