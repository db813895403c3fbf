//! A user's own page, with the data. It needs no account: whoever is signed in has one.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::http::{StatusCode, header};
use axum::response::Response;
use wire::time::zone;

use super::address::request_change;
use super::second_factor::http::state_text;
use super::sessions::session_lines;
use super::{AccessLine, InvitationLine, ProfilePage};
use crate::db;
use crate::http::call::FormCall;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::browser_request::SESSION;
use crate::office::confirm::ConfirmPage;
use crate::office::current_password::check_current_password;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::{Frame, Notice};
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::http::{
    locales, new_password_field, required, send_password_changed_mail,
};
use crate::office::session::store as sessions;
use crate::office::settings::http::{refusal_text, send_permission_mails};
use crate::office::settings::role_name;
use crate::office::translations::{Language, isolated};
use crate::office::visitor::SignedIn;
use crate::office::widgets::{Field, Severity};
use crate::users::changes::{self, ActingUser};
use crate::users::invitations::{self, Invitation};
use crate::users::mailbox::{is_address, normalize_address};
use crate::users::second_factor;
use crate::users::store::{self as users, Membership, User};

pub(super) fn frame(signed_in: &SignedIn) -> Frame {
    let mut frame = signed_in.office_frame(None);
    "/profile".clone_into(&mut frame.path);
    frame
}

/// The page as it is when nothing was typed.
async fn load_page(hub: &Hub, signed_in: &SignedIn) -> db::Result<ProfilePage> {
    let (user, longest) = (signed_in.user.clone(), signed_in.browser.longest);
    let (waiting, invited, all, factor) = hub
        .read("office.waiting", move |tx| {
            let invited = invitations::of_address(tx, &user.email)?;
            let all = sessions::list(tx, &user.id, longest)?;
            let factor = second_factor::find_state(tx, &user.id)?;
            let waiting = sessions::requested_address(tx, &user.id)?;
            Ok::<_, db::Error>((waiting, invited, all, factor))
        })
        .await?;
    let mut page = profile_page(signed_in, waiting, &invited);
    page.sessions = session_lines(signed_in, &all);
    page.second_factor = factor.map(|factor| state_text(signed_in, factor));
    Ok(page)
}

fn profile_page(
    signed_in: &SignedIn,
    waiting: Option<String>,
    invited: &[Invitation],
) -> ProfilePage {
    let words = signed_in.browser.language.translations();
    let access = signed_in.memberships.iter().map(|held| AccessLine {
        id: key(held).to_owned(),
        account: format!("{} - {}", isolated(&held.account_name), held.account),
        location: match (&held.location, &held.location_name) {
            (None, _) => words.profile.all_locations.to_owned(),
            (Some(id), None) => id.to_string(),
            (Some(id), Some(name)) => format!("{} - {id}", isolated(name)),
        },
        role: role_name(words, held.permissions, held.location.is_none()),
    });
    let zone = zone(&signed_in.user.timezone);
    let invitations = invited.iter().map(|it| {
        let role = role_name(words, it.permissions, it.location.is_none());
        let until = it.expires_at.to_zoned(zone.clone());
        let until = format::date(signed_in.browser.language, &until);
        let by = it.by.as_deref().unwrap_or_default();
        InvitationLine {
            id: it.entity_id().to_owned(),
            entity: it.entity_name().to_owned(),
            about: words.profile.invited(by, &role, &until),
        }
    });
    ProfilePage {
        frame: frame(signed_in),
        name: Field::of(signed_in.user.name.as_str()),
        email: Field::of(signed_in.user.email.as_str()),
        waiting,
        locales: locales(signed_in.browser.language),
        current: Field::default(),
        confirm: Field::default(),
        password: Field::default(),
        second_factor: None,
        again: Field::default(),
        invitations: invitations.collect(),
        access: access.collect(),
        sessions: Vec::new(),
    }
}

/// What names a membership in addresses: a location's id holds its account's.
fn key(held: &Membership) -> &str {
    held.location
        .as_ref()
        .map_or(held.account.as_str(), |location| location.as_str())
}

fn show_again(signed_in: &SignedIn, form: &ProfilePage) -> Response {
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &signed_in.browser, form)
}

/// `GET /profile`
pub(crate) async fn show(hub: Hub, signed_in: SignedIn, RawQuery(query): RawQuery) -> PageResult {
    let mut form = load_page(&hub, &signed_in).await?;
    let words = signed_in.browser.language.translations();
    let (words, factor_words) = (&words.profile, &words.second_factor);
    let done = Query::parse(query.as_deref().unwrap_or_default());
    let text = match done.get("done") {
        Some("saved") => Some(words.saved.to_owned()),
        Some("password") => Some(words.password_saved.to_owned()),
        Some("wished") => form.waiting.as_deref().map(|it| words.wish_sent(it)),
        Some("session") => Some(words.session_ended.to_owned()),
        Some("second_factor") => Some(factor_words.disabled.to_owned()),
        Some("others") => Some(words.others_ended.to_owned()),
        Some("declined") => Some(words.declined.to_owned()),
        Some("address") => Some(words.address_saved(&signed_in.user.email)),
        _ => None,
    };
    let notice = text.map(|text| Notice::new(Severity::Good, text));
    form.frame.notices.extend(notice);
    Ok(page(&signed_in.browser, &form))
}

/// `POST /profile`
pub(crate) async fn save(call: FormCall, signed_in: SignedIn, fields: FormFields) -> PageResult {
    let language = signed_in.browser.language;
    let mut form = load_page(call.hub(), &signed_in).await?;
    form.name = required(&fields, "name", language);
    form.email = required(&fields, "email", language);
    if form.email.error.is_none() && !is_address(&form.email.value) {
        form.email = form
            .email
            .wrong(language.translations().session.email_invalid);
    }
    let chosen = Language::of_tag(fields.get("locale")).unwrap_or(language);
    form.locales = locales(chosen);
    // Whoever holds the e-mail can ask for a new password: changing it takes the present one.
    let who = signed_in.user.email.as_str();
    let wished = Some(normalize_address(&form.email.value)).filter(|wished| wished != who);
    if form.email.error.is_none() && wished.is_some() {
        let typed = fields.get("confirm");
        form.confirm = check_current_password(call.hub(), &signed_in, typed).await?;
    }
    let inputs = [&form.name, &form.email, &form.confirm];
    if inputs.iter().any(|field| field.error.is_some()) {
        return Ok(show_again(&signed_in, &form));
    }
    let user = User {
        name: form.name.value.clone(),
        locale: chosen.tag().to_owned(),
        ..signed_in.user.clone()
    };
    call.write("office.profile", move |tx| users::update(tx, &user))
        .await?;
    let mut response = match wished {
        None => to("/profile?done=saved"),
        Some(wished) => {
            if !request_change(&call, &signed_in, wished).await? {
                let words = &language.translations().settings;
                form.email = form.email.wrong(words.too_many_mails);
                return Ok(show_again(&signed_in, &form));
            }
            to("/profile?done=wished")
        }
    };
    if let Some(cookie) = signed_in.browser.language_cookie(chosen) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `POST /profile/password`: every other session ends.
pub(crate) async fn password(
    call: FormCall,
    signed_in: SignedIn,
    fields: FormFields,
) -> PageResult {
    let words = signed_in.browser.language.translations();
    let mut form = load_page(call.hub(), &signed_in).await?;
    let who = signed_in.user.email.as_str();
    let typed = fields.get("current");
    form.current = check_current_password(call.hub(), &signed_in, typed).await?;
    let new = fields.get("password").to_owned();
    form.password = new_password_field(call.hub(), words, &new, who);
    if form.password.error.is_none() && new != fields.get("again") {
        form.again = form.again.wrong(words.session.new_differs);
    }
    let inputs = [&form.current, &form.password, &form.again];
    if inputs.iter().any(|field| field.error.is_some()) {
        return Ok(show_again(&signed_in, &form));
    }
    let hash = call.hub().passwords().hash(new).await;
    let hash = hash.ok_or_else(|| db::Error::Unavailable("no thread".to_owned()))?;
    let user = User {
        password_hash: Some(hash.clone()),
        ..signed_in.user.clone()
    };
    let id = user.id.clone();
    let origin = signed_in.browser.session_origin();
    let token = call
        .write("office.password", move |tx| {
            sessions::change_password(tx, &id, &hash)?;
            sessions::begin(tx, &id, &origin)
        })
        .await?;
    send_password_changed_mail(call.hub(), signed_in.browser.language, &user);
    let mut response = to("/profile?done=password");
    let cookies = [
        signed_in.browser.session_cookie(&token),
        signed_in.browser.known_cookie(call.hub(), &user),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// `GET /profile/log_out_everywhere`
pub(crate) async fn confirm_log_out_everywhere(signed_in: SignedIn) -> PageResult {
    let confirm_page = ConfirmPage::log_out_everywhere(frame(&signed_in));
    Ok(page(&signed_in.browser, &confirm_page))
}

/// `POST /profile/log_out_everywhere`
pub(crate) async fn log_out_everywhere(
    call: FormCall,
    signed_in: SignedIn,
    _: FormFields,
) -> PageResult {
    let user = signed_in.user.id.clone();
    call.write("office.everywhere", move |tx| sessions::end_all(tx, &user))
        .await?;
    let mut response = to("/login");
    if let Some(cookie) = signed_in.browser.cookie(SESSION, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn find_membership<'a>(signed_in: &'a SignedIn, id: &str) -> Result<&'a Membership, PageError> {
    signed_in
        .memberships
        .iter()
        .find(|held| key(held) == id)
        .ok_or(PageError::NotFound)
}

/// `GET /profile/permissions/{id}/delete`
pub(crate) async fn confirm_leave(signed_in: SignedIn, Path(id): Path<String>) -> PageResult {
    let held = find_membership(&signed_in, &id)?;
    let entity = held.location_name.as_ref().unwrap_or(&held.account_name);
    let confirm_page = ConfirmPage::leave(frame(&signed_in), &id, entity);
    Ok(page(&signed_in.browser, &confirm_page))
}

/// `POST /profile/permissions/{id}/delete`
pub(crate) async fn leave(
    call: FormCall,
    signed_in: SignedIn,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    let held = find_membership(&signed_in, &id)?;
    let at = ActingUser {
        account: held.account.clone(),
        location: held.location.clone(),
        user: signed_in.user.id.clone(),
        audit: signed_in.audit_actor(),
    };
    let done = call
        .write("office.leave", move |tx| changes::leave(tx, &at))
        .await;
    match done {
        Ok(changed) => {
            send_permission_mails(call.hub(), &changed);
            Ok(to("/profile"))
        }
        Err(refusal) => {
            let text = refusal_text(&signed_in, refusal)?;
            let mut form = load_page(call.hub(), &signed_in).await?;
            form.frame.notices.push(Notice::new(Severity::Bad, text));
            Ok(show_again(&signed_in, &form))
        }
    }
}
