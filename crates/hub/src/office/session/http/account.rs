//! The first account, and one more location.

use std::sync::Arc;

use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::Response;
use jiff::tz::TimeZone;
use wire::currency::Currency;

use super::super::{FirstAccountPage, NewLocationPage};
use super::{posted_return_path, required, return_path};
use crate::accounts::store as accounts;
use crate::db;
use crate::http::call::FormCall;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::browser_request::{BrowserRequest, SELECTION, SIX_MONTHS};
use crate::office::country_lists;
use crate::office::form::FormFields;
use crate::office::frame::Notice;
use crate::office::place::Place;
use crate::office::response::{PageError, PageResult, local, page, page_with, to};
use crate::office::translations::isolated;
use crate::office::visitor::SignedIn;
use crate::office::widgets::{Field, SelectOption, Severity};
use crate::provision::{self, NewAccount, NewLocation};
use crate::users::changes;
use crate::users::invitations;
use crate::users::permissions::{Permissions, Role};
use crate::users::store as users;

pub(crate) async fn account_form(hub: Hub, signed_in: SignedIn, query: RawQuery) -> PageResult {
    let back = return_path(query);
    // An app may know the names already (API, chapter OAuth 2.0).
    let query = Query::parse(back.split_once('?').map_or("", |(_, query)| query));
    let prefilled = |name: &str| Field::of(query.get(name).unwrap_or_default());
    let country = query
        .get("country")
        .unwrap_or_default()
        .to_ascii_uppercase();
    let mut frame = signed_in.plain_frame();
    let email = signed_in.user.email.clone();
    let invited = hub
        .read("office.invited", move |tx| {
            invitations::of_address(tx, &email)
        })
        .await?;
    if !invited.is_empty() {
        let words = &frame.words.session;
        let notice = Notice::new(Severity::Plain, words.invited_already);
        let notice = notice.with_link(frame.words.shell.more, "/profile");
        frame.notices.push(notice);
    }
    let form = FirstAccountPage {
        frame,
        account_name: prefilled("account_name"),
        location_name: prefilled("location_name"),
        countries: country_lists::countries(&country, signed_in.browser.language),
        timezones: country_lists::timezones(&signed_in.user.timezone),
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        currencies: country_lists::currencies("EUR"),
        cancel: signed_in.account.is_some().then(|| "/profile".to_owned()),
        back,
    };
    Ok(page(&signed_in.browser, &form))
}

pub(crate) async fn create_account(
    call: FormCall,
    signed_in: SignedIn,
    fields: FormFields,
) -> PageResult {
    let language = signed_in.browser.language;
    let account_name = required(&fields, "account_name", language);
    let location_name = required(&fields, "location_name", language);
    let currency = Currency::parse(fields.get("currency"));
    let selection = new_location(&fields, &location_name.value);
    if account_name.error.is_none()
        && location_name.error.is_none()
        && let (Ok(currency), Some(location)) = (currency, selection)
    {
        let new = NewAccount {
            name: account_name.value,
            currency,
            location,
        };
        let (user, by) = (signed_in.user.clone(), signed_in.audit_actor());
        let made = call
            .write("office.create_account", move |tx| {
                let made = provision::create_account(tx, &new)?;
                provision::record_account(tx, &by, &made, &new)?;
                let permissions = Role::FullAdministrator.permissions(true);
                changes::grant(tx, &by, (&made.account, None), &user, permissions)?;
                users::set_selection(tx, &user.id, &format!("{}/{}", made.account, made.location))?;
                Ok::<_, db::Error>(made)
            })
            .await?;
        let selection = format!("{}/{}", made.account, made.location);
        return Ok(redirect_with_selection(
            &signed_in.browser,
            &selection,
            fields.get("back"),
        ));
    }
    let form = FirstAccountPage {
        frame: signed_in.plain_frame(),
        account_name,
        location_name,
        countries: country_lists::countries(fields.get("country"), language),
        timezones: country_lists::timezones(fields.get("timezone")),
        address: Field::of(fields.get("address")),
        postal_code: Field::of(fields.get("postal_code")),
        city: Field::of(fields.get("city")),
        currencies: country_lists::currencies(fields.get("currency")),
        back: posted_return_path(&fields),
        cancel: signed_in.account.is_some().then(|| "/profile".to_owned()),
    };
    Ok(page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &signed_in.browser,
        &form,
    ))
}

/// Goes on, with the new place chosen.
pub(crate) fn redirect_with_selection(
    browser: &BrowserRequest,
    selection: &str,
    back: &str,
) -> Response {
    let back = local(back);
    let place = Place::parse(selection);
    let back = place.map_or_else(|| back.to_owned(), |place| place.to(back));
    let mut response = to(&back);
    if let Some(cookie) = browser.cookie(SELECTION, selection, SIX_MONTHS) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The place that a form describes; none when country or timezone are not from our lists.
fn new_location(fields: &FormFields, name: &str) -> Option<NewLocation> {
    let timezone = fields.get("timezone");
    TimeZone::get(timezone).ok()?;
    Some(NewLocation {
        name: name.to_owned(),
        address: fields.text("address"),
        postal_code: fields.text("postal_code"),
        city: fields.text("city"),
        country: country_lists::is_country(fields.get("country"))
            .then(|| fields.get("country").to_owned())?,
        timezone: timezone.to_owned(),
    })
}

/// The accounts to which this user may add a location.
fn growing(signed_in: &SignedIn, chosen: &str) -> Vec<SelectOption> {
    signed_in
        .memberships
        .iter()
        .filter(|held| held.suspended_at.is_none() && held.location.is_none())
        .filter(|held| held.permissions.has(Permissions::ENTITY))
        .map(|held| {
            let id = held.account.as_str();
            let label = format!("{} ({id})", isolated(&held.account_name));
            SelectOption::new(id, label, id == chosen)
        })
        .collect()
}

pub(crate) async fn location_form(signed_in: SignedIn, query: RawQuery) -> PageResult {
    let at = signed_in.account.clone().ok_or(PageError::NoAccount)?;
    let asked = Query::parse(query.0.as_deref().unwrap_or_default());
    let chosen = asked.get("account").unwrap_or(at.id.as_str());
    let accounts = growing(&signed_in, chosen);
    if accounts.is_empty() {
        return Err(signed_in.lacks(Permissions::ENTITY));
    }
    let form = NewLocationPage {
        frame: signed_in.plain_frame(),
        accounts,
        location_name: Field::default(),
        countries: country_lists::countries("", signed_in.browser.language),
        timezones: country_lists::timezones(&signed_in.user.timezone),
        address: Field::default(),
        postal_code: Field::default(),
        city: Field::default(),
        back: return_path(query),
        cancel: Some("/settings".to_owned()),
    };
    Ok(page(&signed_in.browser, &form))
}

pub(crate) async fn create_location(
    call: FormCall,
    signed_in: SignedIn,
    fields: FormFields,
) -> PageResult {
    let language = signed_in.browser.language;
    let account = fields.get("account_id").to_owned();
    let accounts = growing(&signed_in, &account);
    let chosen = signed_in
        .memberships
        .iter()
        .map(|held| &held.account)
        .find(|id| id.as_str() == account && accounts.iter().any(|it| it.value == account))
        .cloned()
        .ok_or_else(|| signed_in.lacks(Permissions::ENTITY))?;
    let location_name = required(&fields, "location_name", language);
    if location_name.error.is_none()
        && let Some(new) = new_location(&fields, &location_name.value)
    {
        let (id, new) = (chosen.clone(), Arc::new(new));
        let (user, by) = (signed_in.user.id.clone(), signed_in.audit_actor());
        let made = call
            .write("office.create_location", move |tx| {
                let found = accounts::find(tx, &id)?.ok_or(PageError::NotFound)?;
                let made = provision::add_location(tx, &found.into(), &new)?;
                provision::record_location(tx, &by, &made, &new)?;
                users::set_selection(tx, &user, &format!("{id}/{made}"))?;
                Ok::<_, PageError>(made)
            })
            .await?;
        return Ok(redirect_with_selection(
            &signed_in.browser,
            &format!("{chosen}/{made}"),
            fields.get("back"),
        ));
    }
    let form = NewLocationPage {
        frame: signed_in.plain_frame(),
        accounts,
        location_name,
        countries: country_lists::countries(fields.get("country"), language),
        timezones: country_lists::timezones(fields.get("timezone")),
        address: Field::of(fields.get("address")),
        postal_code: Field::of(fields.get("postal_code")),
        city: Field::of(fields.get("city")),
        back: posted_return_path(&fields),
        cancel: Some("/settings".to_owned()),
    };
    Ok(page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &signed_in.browser,
        &form,
    ))
}
