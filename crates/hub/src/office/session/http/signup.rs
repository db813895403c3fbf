//! Signing up.

use axum::extract::RawQuery;
use axum::http::StatusCode;

use super::super::{ResetSentPage, SignUpPage};
use super::login::enter;
use super::password::send_reset;
use super::{SHORTEST_PASSWORD, app_behind, back_of, is_email, locales, required};
use crate::db::{self, Tx};
use crate::http::peer::Peer;
use crate::hub::Hub;
use crate::office::answer::{Shown, local, page, page_with};
use crate::office::parts::Field;
use crate::office::posted::Posted;
use crate::office::visit::Visit;
use crate::office::words::Language;
use crate::users::store::{self as users, NewUser, User};

pub(crate) async fn sign_up_form(hub: Hub, visit: Visit, query: RawQuery) -> Shown {
    let back = back_of(query);
    let for_app = app_behind(&hub, &back).await?;
    let form = SignUpPage {
        frame: visit.plain_frame(),
        for_app,
        name: Field::default(),
        email: Field::default(),
        password: Field::default(),
        locales: locales(visit.language),
        back,
    };
    Ok(page(&visit, &form))
}

/// Adds a user and finds them again; none when the e-mail is taken.
pub(crate) fn made(tx: &mut Tx<'_>, new: &NewUser) -> db::Result<Option<User>> {
    match users::insert(tx, new)? {
        Some(id) => users::find(tx, &id),
        None => Ok(None),
    }
}

pub(crate) async fn sign_up(hub: Hub, visit: Visit, peer: Peer, posted: Posted) -> Shown {
    let language = visit.language;
    let words = &language.words().session;
    let back = posted.get("back").to_owned();
    let name = required(&posted, "name", language);
    let mut email = required(&posted, "email", language);
    if email.error.is_none() && !is_email(&email.value) {
        email = email.wrong(words.email_invalid);
    }
    let password = posted.get("password");
    let mut secret = Field::default();
    if password.chars().count() < SHORTEST_PASSWORD {
        secret = secret.wrong(words.password_short);
    }
    // Every sign-up counts, so that addresses cannot be tried out in numbers.
    if !hub.may_guess(peer, "sign-up", "").await? {
        secret = Field::default().wrong(words.too_many);
    }
    let locale = Language::of_tag(posted.get("locale"))
        .unwrap_or(language)
        .tag()
        .to_owned();
    if [&name, &email, &secret]
        .iter()
        .all(|field| field.error.is_none())
    {
        let address = email.value.clone();
        let hash = hub.passwords().hash(password.to_owned()).await;
        let new = NewUser {
            email: email.value.clone(),
            name: name.value.clone(),
            locale: locale.clone(),
            timezone: "Europe/Paris".to_owned(),
            password_hash: hash,
        };
        let made = hub
            .write("office.sign_up", move |tx| made(tx, &new))
            .await?;
        if let Some(user) = made {
            return enter(&hub, &visit, &user, local(&back)).await;
        }
        // The address is taken. Only its owner may learn so: by mail.
        send_reset(&hub, language, address.clone());
        let frame = visit.plain_frame();
        return Ok(page(
            &visit,
            &ResetSentPage {
                frame,
                email: address,
            },
        ));
    }
    let form = SignUpPage {
        frame: visit.plain_frame(),
        for_app: app_behind(&hub, &back).await?,
        name,
        email,
        password: secret,
        locales: locales(Language::of_tag(&locale).unwrap_or(language)),
        back,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &visit, &form))
}
