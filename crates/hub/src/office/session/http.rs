//! Signing in and up, lost password, first account.

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::http::{StatusCode, header};
use axum::response::Response;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::ClientId;

use super::{
    AskResetPage, ExpiredLinkPage, FirstAccountPage, LoginPage, NewLocationPage, NewPasswordPage,
    ResetSentPage, SignUpPage, reset, store,
};
use crate::accounts::store::{self as accounts, NewAccount, NewLocation};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::http::peer::Peer;
use crate::hub::Hub;
use crate::oauth::clients;
use crate::office::answer::{Mishap, Shown, local, page, page_with, to};
use crate::office::parts::{Choice, Field};
use crate::office::posted::Posted;
use crate::office::visit::{PLACE, SESSION, SIX_MONTHS, Visit};
use crate::office::visitor::Visitor;
use crate::office::words::Language;
use crate::office::world;
use crate::secret;
use crate::users::permissions::{Permissions, Role};
use crate::users::store::{self as users, NewUser, User};

/// Characters of a password at least.
pub(crate) const SHORTEST_PASSWORD: usize = 10;

/// Characters of any other field at most.
const LONGEST_FIELD: usize = 200;

/// The name of the app that somebody is on their way to let in, if that is where `back` leads.
async fn app_behind(hub: &Hub, back: &str) -> Result<Option<String>, db::Error> {
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

pub(crate) fn back_of(query: RawQuery) -> String {
    let query = Query::parse(query.0.as_deref().unwrap_or_default());
    query
        .get("back")
        .map(|back| local(back).to_owned())
        .unwrap_or_default()
}

pub(crate) async fn login_form(hub: Hub, visit: Visit, query: RawQuery) -> Shown {
    let back = back_of(query);
    let for_app = app_behind(&hub, &back).await?;
    let frame = visit.plain_frame();
    Ok(page(
        &visit,
        &LoginPage {
            frame,
            for_app,
            email: String::new(),
            error: None,
            back,
        },
    ))
}

pub(crate) async fn login(hub: Hub, visit: Visit, peer: Peer, posted: Posted) -> Shown {
    let (email, back) = (
        posted.get("email").to_owned(),
        posted.get("back").to_owned(),
    );
    let words = &visit.language.words().session;
    let who = users::folded(&email);
    let error = if !hub.may_guess(peer, "log-in", &who).await? {
        words.too_many
    } else {
        let wanted = email.clone();
        let user = hub
            .read("office.login", move |tx| users::find_by_email(tx, &wanted))
            .await?;
        let hash = user.as_ref().and_then(|user| user.password_hash.clone());
        let right = hub
            .passwords()
            .check(posted.get("password").to_owned(), hash)
            .await;
        if let (true, Some(user)) = (right, user) {
            hub.guessed_right(peer, "log-in", &who).await?;
            return enter(&hub, &visit, &user, local(&back)).await;
        }
        words.wrong
    };
    let for_app = app_behind(&hub, &back).await?;
    let frame = visit.plain_frame();
    let form = LoginPage {
        frame,
        for_app,
        email,
        error: Some(error.to_owned()),
        back,
    };
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &visit, &form))
}

/// Begins a session and goes where the reader was going.
pub(crate) async fn enter(hub: &Hub, visit: &Visit, user: &User, path: &str) -> Shown {
    let id = user.id.clone();
    let token = hub
        .write("office.enter", move |tx| store::begin(tx, &id))
        .await?;
    let path = if path.is_empty() { "/" } else { path };
    let mut response = to(path);
    // What cannot know the user, such as the page of a mishap, speaks their language too.
    let language = Language::of_tag(&user.locale).unwrap_or(visit.language);
    if let Some(cookie) = visit.language_cookie(language) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    if let Some(cookie) = visit.session_cookie(&token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(crate) async fn logout(hub: Hub, visit: Visit, _posted: Posted) -> Shown {
    if let Some(session) = visit.session.clone() {
        let hash = secret::hash(&session);
        hub.write("office.logout", move |tx| store::end(tx, &hash))
            .await?;
    }
    let mut response = to("/login");
    if let Some(cookie) = visit.cookie(SESSION, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

pub(crate) fn locales(chosen: Language) -> Vec<Choice> {
    Language::ALL
        .into_iter()
        .map(|language| Choice::new(language.tag(), language.name(), language == chosen))
        .collect()
}

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

/// A field that must be filled in and is not absurdly long.
pub(crate) fn required(posted: &Posted, name: &str, language: Language) -> Field {
    let words = &language.words().session;
    let value = posted.get(name).trim();
    let field = Field::of(value.chars().take(LONGEST_FIELD).collect::<String>());
    if value.is_empty() {
        field.wrong(words.required)
    } else {
        field
    }
}

/// Whether an address can be one: somebody, at, a host.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
    })
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

pub(crate) async fn reset_form(visit: Visit) -> Shown {
    let frame = visit.plain_frame();
    Ok(page(
        &visit,
        &AskResetPage {
            frame,
            email: Field::default(),
        },
    ))
}

pub(crate) async fn ask_reset(hub: Hub, visit: Visit, peer: Peer, posted: Posted) -> Shown {
    let words = &visit.language.words().session;
    let mut email = required(&posted, "email", visit.language);
    let whose = users::folded(&email.value);
    if email.error.is_none() && !is_email(&email.value) {
        email = email.wrong(words.email_invalid);
    } else if !hub.may_guess(peer, "reset", &whose).await? {
        email = email.wrong(words.too_many);
    }
    if email.error.is_some() {
        let form = AskResetPage {
            frame: visit.plain_frame(),
            email,
        };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &visit, &form));
    }
    send_reset(&hub, visit.language, email.value.clone());
    let frame = visit.plain_frame();
    Ok(page(
        &visit,
        &ResetSentPage {
            frame,
            email: email.value,
        },
    ))
}

/// Sends the link, if there is such a user; apart from the answer, so that neither its text nor
/// its time tells.
fn send_reset(hub: &Hub, language: Language, email: String) {
    let hub = hub.clone();
    tokio::spawn(async move {
        let wanted = email.clone();
        let token = hub
            .write("office.reset", move |tx| {
                let Some(user) = users::find_by_email(tx, &wanted)? else {
                    return Ok(None);
                };
                store::begin_reset(tx, &user.id).map(Some)
            })
            .await;
        match token {
            Ok(None) => {}
            Ok(Some(token)) => {
                let link = format!("{}/reset_password/{token}", hub.config().office_url());
                let brand = &hub.config().brand;
                let letter = reset(language.words(), brand, &link, store::RESET_HOURS);
                hub.post().send_later(email, letter);
            }
            Err(error) => {
                let error: db::Error = error;
                tracing::error!(%error, "a link for a new password was not made");
            }
        }
    });
}

pub(crate) async fn new_password_form(hub: Hub, visit: Visit, Path(token): Path<String>) -> Shown {
    let wanted = token.clone();
    let user = hub
        .read("office.reset.find", move |tx| {
            store::find_reset(tx, &wanted)
        })
        .await?;
    let frame = visit.plain_frame();
    Ok(match user {
        None => page_with(StatusCode::NOT_FOUND, &visit, &ExpiredLinkPage { frame }),
        Some(_) => {
            let (password, again) = (Field::default(), Field::default());
            page(
                &visit,
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
    hub: Hub,
    visit: Visit,
    Path(token): Path<String>,
    posted: Posted,
) -> Shown {
    let words = &visit.language.words().session;
    let frame = visit.plain_frame();
    let (mut password, mut again) = (Field::default(), Field::default());
    if posted.get("password").chars().count() < SHORTEST_PASSWORD {
        password = password.wrong(words.password_short);
    } else if posted.get("password") != posted.get("again") {
        again = again.wrong(words.new_differs);
    }
    if password.error.is_some() || again.error.is_some() {
        let form = NewPasswordPage {
            frame,
            token,
            password,
            again,
        };
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &visit, &form));
    }
    let Some(hash) = hub
        .passwords()
        .hash(posted.get("password").to_owned())
        .await
    else {
        return Err(Mishap::Database(db::Error::Unavailable(
            "no thread".to_owned(),
        )));
    };
    let done = hub
        .write("office.reset.finish", move |tx| {
            let Some(user) = store::find_reset(tx, &token)? else {
                return Ok(None);
            };
            store::finish_reset(tx, &user, &hash)?;
            users::find(tx, &user)
        })
        .await?;
    match done {
        None => Ok(page_with(
            StatusCode::NOT_FOUND,
            &visit,
            &ExpiredLinkPage { frame },
        )),
        Some(user) => enter(&hub, &visit, &user, "/").await,
    }
}

pub(crate) async fn account_form(visitor: Visitor, query: RawQuery) -> Shown {
    let back = back_of(query);
    // An app may know the names already (API, chapter OAuth 2.0).
    let asked = Query::parse(back.split_once('?').map_or("", |(_, query)| query));
    let told = |name: &str| Field::of(asked.get(name).unwrap_or_default());
    let country = asked
        .get("country")
        .unwrap_or_default()
        .to_ascii_uppercase();
    let form = FirstAccountPage {
        frame: visitor.plain_frame(),
        account_name: told("account_name"),
        location_name: told("location_name"),
        countries: world::countries(&country, visitor.visit.language),
        timezones: world::timezones(&visitor.user.timezone),
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        currencies: world::currencies("EUR"),
        cancel: visitor.account.is_some().then(|| "/profile".to_owned()),
        back,
    };
    Ok(page(&visitor.visit, &form))
}

pub(crate) async fn create_account(hub: Hub, visitor: Visitor, posted: Posted) -> Shown {
    let language = visitor.visit.language;
    let account_name = required(&posted, "account_name", language);
    let location_name = required(&posted, "location_name", language);
    let currency = Currency::parse(posted.get("currency"));
    let place = new_location(&posted, &location_name.value);
    if account_name.error.is_none()
        && location_name.error.is_none()
        && let (Ok(currency), Some(location)) = (currency, place)
    {
        let new = NewAccount {
            name: account_name.value,
            currency,
            location,
        };
        let user = visitor.user.id.clone();
        let made = hub
            .write("office.create_account", move |tx| {
                let made = accounts::create(tx, &new)?;
                let (permissions, now) = (Role::FullAdministrator.permissions(true), tx.now());
                users::grant(tx, &made.account, None, &user, permissions, now)?;
                Ok::<_, db::Error>(made)
            })
            .await?;
        let place = format!("{}/{}", made.account, made.location);
        return Ok(at_place(&visitor.visit, &place, posted.get("back")));
    }
    let form = FirstAccountPage {
        frame: visitor.plain_frame(),
        account_name,
        location_name,
        countries: world::countries(posted.get("country"), language),
        timezones: world::timezones(posted.get("timezone")),
        address: Field::of(posted.get("address")),
        postal_code: Field::of(posted.get("postal_code")),
        city: Field::of(posted.get("city")),
        currencies: world::currencies(posted.get("currency")),
        back: posted.get("back").to_owned(),
        cancel: visitor.account.is_some().then(|| "/profile".to_owned()),
    };
    Ok(page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &visitor.visit,
        &form,
    ))
}

/// Goes on, with the new place chosen.
pub(crate) fn at_place(visit: &Visit, place: &str, back: &str) -> Response {
    let back = local(back);
    let mut response = to(if back.is_empty() { "/" } else { back });
    if let Some(cookie) = visit.cookie(PLACE, place, SIX_MONTHS) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The place that a form describes; none when country or timezone are not from our lists.
fn new_location(posted: &Posted, name: &str) -> Option<NewLocation> {
    let timezone = posted.get("timezone");
    TimeZone::get(timezone).ok()?;
    Some(NewLocation {
        name: name.to_owned(),
        address: posted.text("address"),
        postal_code: posted.text("postal_code"),
        city: posted.text("city"),
        country: world::is_country(posted.get("country"))
            .then(|| posted.get("country").to_owned())?,
        timezone: timezone.to_owned(),
    })
}

/// The accounts to which this user may add a location.
fn growing(visitor: &Visitor, chosen: &str) -> Vec<Choice> {
    visitor
        .memberships
        .iter()
        .filter(|held| held.location.is_none() && held.permissions.has(Permissions::ENTITY))
        .map(|held| {
            let id = held.account.as_str();
            Choice::new(id, format!("{} ({id})", held.account_name), id == chosen)
        })
        .collect()
}

pub(crate) async fn location_form(visitor: Visitor, query: RawQuery) -> Shown {
    let at = visitor.account.clone().ok_or(Mishap::NoAccount)?;
    let accounts = growing(&visitor, at.id.as_str());
    if accounts.is_empty() {
        return Err(visitor.lacks(Permissions::ENTITY));
    }
    let form = NewLocationPage {
        frame: visitor.plain_frame(),
        accounts,
        location_name: Field::default(),
        countries: world::countries("", visitor.visit.language),
        timezones: world::timezones(&visitor.user.timezone),
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        back: back_of(query),
        cancel: Some("/settings".to_owned()),
    };
    Ok(page(&visitor.visit, &form))
}

pub(crate) async fn create_location(hub: Hub, visitor: Visitor, posted: Posted) -> Shown {
    let language = visitor.visit.language;
    let account = posted.get("account_id").to_owned();
    let accounts = growing(&visitor, &account);
    let chosen = visitor
        .memberships
        .iter()
        .map(|held| &held.account)
        .find(|id| id.as_str() == account && accounts.iter().any(|it| it.value == account))
        .cloned()
        .ok_or_else(|| visitor.lacks(Permissions::ENTITY))?;
    let location_name = required(&posted, "location_name", language);
    if location_name.error.is_none()
        && let Some(new) = new_location(&posted, &location_name.value)
    {
        let (id, new) = (chosen.clone(), Arc::new(new));
        let made = hub
            .write("office.create_location", move |tx| {
                let found = accounts::find(tx, &id)?.ok_or(Mishap::NotFound)?;
                Ok::<_, Mishap>(accounts::add_location(tx, &found.account, &new)?)
            })
            .await?;
        return Ok(at_place(
            &visitor.visit,
            &format!("{chosen}/{made}"),
            posted.get("back"),
        ));
    }
    let form = NewLocationPage {
        frame: visitor.plain_frame(),
        accounts,
        location_name,
        countries: world::countries(posted.get("country"), language),
        timezones: world::timezones(posted.get("timezone")),
        address: Field::of(posted.get("address")),
        postal_code: Field::of(posted.get("postal_code")),
        city: Field::of(posted.get("city")),
        back: posted.get("back").to_owned(),
        cancel: Some("/settings".to_owned()),
    };
    Ok(page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &visitor.visit,
        &form,
    ))
}
