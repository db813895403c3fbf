//! Invitations: sent from the settings, accepted through the link in the mail, or on one's own page.

use crate::office::page_path::Path;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::people::{actor, refusal_text};
use super::{MemberRow, find_member, notices, settings_page};
use crate::audit::AuditActor;
use crate::db;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::Notice;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::http::{enter, new_password_field, redirect_with_selection, required};
use crate::office::session::{self, ExpiredLinkPage, InvitationPage, JoinPage};
use crate::office::settings::role_name;
use crate::office::visitor::{AccountMember, SignedIn, zone_of};
use crate::office::widgets::{Field, Severity};
use crate::users::changes::{self, PermissionChange, PermissionError};
use crate::users::invitations::{self, Invitation};
use crate::users::mailbox::{VerifiedEmail, normalize_address};
use crate::users::permissions::Permissions;
use crate::users::store::{self as users, NewUser};

/// Invites an address to the chosen place, and says so. Whether the address has a user is nobody's to
/// know before its reader has accepted.
pub(super) async fn invite(
    call: &FormCall,
    member: &AccountMember,
    email: &str,
    held: Permissions,
) -> PageResult {
    let (by, address, budgets) = (
        actor(member),
        normalize_address(email),
        call.hub().mail_budgets(),
    );
    let wanted = address.clone();
    let made = call
        .write("office.invite", move |tx| {
            let token = changes::invite(tx, &by, budgets, &wanted, held)?;
            let zone = zone_of(tx, &by.account, by.location.as_ref())?;
            let found = invitations::find(tx, &token)?;
            Ok::<_, PermissionError>((token, found.map(|it| (it.expires_at.to_zoned(zone), it))))
        })
        .await;
    let (token, found) = match made {
        Ok(made) => made,
        Err(refusal) => {
            let notice = Notice::new(Severity::Bad, refusal_text(member, refusal)?);
            let (status, none) = (StatusCode::UNPROCESSABLE_ENTITY, Field::default());
            return settings_page(call.hub(), member, status, none, "", Some(notice)).await;
        }
    };
    let (until, invitation) = found.ok_or(PageError::NotFound)?;
    let language = member.browser.language;
    let letter = session::invitation(
        language.translations(),
        &call.hub().config().brand,
        &member.user.name,
        invitation.entity_name(),
        &format!("{}/invitations/{token}", call.hub().config().office_url()),
        &format::date(language, &until),
    );
    call.hub().mailer().send_later(address, letter);
    Ok(to(&format!(
        "/settings?done=invited&who={}",
        invitation.key()
    )))
}

/// `POST /settings/permissions/{id}/resend`: a new link, which makes the older one void.
pub(crate) async fn resend(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    _: FormFields,
) -> PageResult {
    match find_member(call.hub(), &member, &id).await? {
        MemberRow::User(_) => Err(PageError::NotFound),
        MemberRow::Invited(invitation) => {
            invite(&call, &member, &invitation.email, invitation.permissions).await
        }
    }
}

/// What a link leads to.
enum LinkTarget {
    /// It does not work (any more).
    Dead,
    /// Its address has a user already.
    Known(Invitation),
    /// Somebody new.
    New(Invitation),
}

async fn link(hub: &Hub, token: &str) -> db::Result<LinkTarget> {
    let token = token.to_owned();
    hub.read("office.invitation", move |tx| {
        let Some(invitation) = invitations::find(tx, &token)? else {
            return Ok(LinkTarget::Dead);
        };
        Ok(match users::find_by_email(tx, &invitation.email)? {
            Some(_) => LinkTarget::Known(invitation),
            None => LinkTarget::New(invitation),
        })
    })
    .await
}

fn expired_page(browser: &BrowserRequest) -> Response {
    let shown = ExpiredLinkPage::of_an_invitation(browser.plain_frame());
    page_with(StatusCode::NOT_FOUND, browser, &shown)
}

/// What an invitation gives, in words.
fn role_of(browser: &BrowserRequest, invitation: &Invitation) -> String {
    let is_account = invitation.location.is_none();
    role_name(
        browser.language.translations(),
        invitation.permissions,
        is_account,
    )
}

fn form(
    browser: &BrowserRequest,
    token: &str,
    invitation: &Invitation,
    name: Field,
    password: Field,
) -> Response {
    let is_wrong = name.error.is_some() || password.error.is_some();
    let status = if is_wrong {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let mut frame = browser.plain_frame();
    frame.path = format!("/invitations/{token}");
    let shown = InvitationPage {
        by: invitation.by.clone().unwrap_or_else(|| frame.brand.clone()),
        frame,
        token: token.to_owned(),
        entity: invitation.entity_name().to_owned(),
        role: role_of(browser, invitation),
        email: invitation.email.clone(),
        name,
        password,
    };
    page_with(status, browser, &shown)
}

/// The user to whom an invitation was sent, signed in; anybody else has to sign in as them.
fn invited_user(
    signed_in: Result<SignedIn, PageError>,
    invitation: &Invitation,
    token: &str,
) -> Result<SignedIn, PageError> {
    match signed_in {
        Ok(signed_in) if signed_in.user.email == invitation.email => Ok(signed_in),
        _ => Err(PageError::NotSignedIn(format!("/invitations/{token}"))),
    }
}

/// `GET /invitations/{token}`. Whoever has a user already only has to be signed in as that user, and
/// to say yes.
pub(crate) async fn invitation(
    hub: Hub,
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    Path(token): Path<String>,
) -> PageResult {
    let invitation = match link(&hub, &token).await? {
        LinkTarget::Dead => return Ok(expired_page(&browser)),
        LinkTarget::New(invitation) => {
            let (name, password) = (Field::default(), Field::default());
            return Ok(form(&browser, &token, &invitation, name, password));
        }
        LinkTarget::Known(invitation) => invitation,
    };
    let signed_in = invited_user(signed_in, &invitation, &token)?;
    let frame = signed_in.plain_frame();
    let shown = JoinPage {
        by: invitation.by.clone().unwrap_or_else(|| frame.brand.clone()),
        frame,
        action: format!("/invitations/{token}"),
        entity: invitation.entity_name().to_owned(),
        role: role_of(&signed_in.browser, &invitation),
    };
    Ok(page(&signed_in.browser, &shown))
}

/// `POST /profile/invitations/{id}`: the same from one's own page, where no link is needed.
pub(crate) async fn answer_here(
    call: FormCall,
    signed_in: SignedIn,
    Path(id): Path<String>,
    fields: FormFields,
) -> PageResult {
    let email = signed_in.user.email.clone();
    let found = call
        .hub()
        .read("office.invitations", move |tx| {
            invitations::of_address(tx, &email)
        })
        .await?;
    let found = found.into_iter().find(|it| it.entity_id() == id);
    respond_to(
        &call,
        &signed_in,
        found.ok_or(PageError::NotFound)?,
        &fields,
    )
    .await
}

/// Does what a user says to an invitation of theirs: yes, or no.
async fn respond_to(
    call: &FormCall,
    signed_in: &SignedIn,
    invitation: Invitation,
    fields: &FormFields,
) -> PageResult {
    if fields.get("step") != "accept" {
        let (user, by) = (signed_in.user.id.clone(), signed_in.audit_actor());
        call.write("office.decline", move |tx| {
            changes::decline(tx, &invitation, &user, &by)
        })
        .await?;
        return Ok(to("/profile?done=declined"));
    }
    let selection = invitation.selection();
    match accept_invitation(call, invitation, signed_in).await? {
        Some(changed) => {
            notices::send_permission_mails(call.hub(), &changed);
            Ok(redirect_with_selection(
                &signed_in.browser,
                &selection,
                "/dashboard",
            ))
        }
        None => Ok(expired_page(&signed_in.browser)),
    }
}

async fn accept_invitation(
    call: &FormCall,
    invitation: Invitation,
    signed_in: &SignedIn,
) -> Result<Option<PermissionChange>, PageError> {
    let (user, by) = (signed_in.user.clone(), signed_in.audit_actor());
    let done = call
        .write("office.accept", move |tx| {
            // It may have been changed or taken back since it was read.
            let here = invitations::of_address(tx, &invitation.email)?;
            let same = |it: &Invitation| it.entity_id() == invitation.entity_id();
            match here.into_iter().find(same) {
                Some(now) => changes::accept(tx, &now, &user, &by),
                None => Ok(None),
            }
        })
        .await;
    match done {
        Ok(changed) => Ok(changed),
        Err(PermissionError::Database(error)) => Err(error.into()),
        // Nothing is taken from anybody, and who invited was looked at.
        Err(_) => Ok(None),
    }
}

/// `POST /invitations/{token}`: lets in a user who is signed in; or makes the user, lets them in, and
/// begins their session.
pub(crate) async fn accept(
    call: FormCall,
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    Path(token): Path<String>,
    fields: FormFields,
) -> PageResult {
    let invitation = match link(call.hub(), &token).await? {
        LinkTarget::Dead => return Ok(expired_page(&browser)),
        LinkTarget::Known(invitation) => {
            let signed_in = invited_user(signed_in, &invitation, &token)?;
            return respond_to(&call, &signed_in, invitation, &fields).await;
        }
        LinkTarget::New(invitation) => invitation,
    };
    let name = required(&fields, "name", browser.language);
    let (words, typed) = (browser.language.translations(), fields.get("password"));
    let password = new_password_field(call.hub(), words, typed, &invitation.email);
    if name.error.is_some() || password.error.is_some() {
        return Ok(form(&browser, &token, &invitation, name, password));
    }
    let hash = call
        .hub()
        .passwords()
        .hash(fields.get("password").to_owned())
        .await;
    let new = NewUser {
        email: VerifiedEmail::by_link(&invitation.email),
        name: name.value,
        locale: browser.language.tag().to_owned(),
        timezone: "Europe/Paris".to_owned(),
        password_hash: hash,
    };
    let selection = invitation.selection();
    let (wanted, address) = (token.clone(), browser.address);
    let made = call
        .write("office.accept_new", move |tx| {
            let Some(invitation) = invitations::find(tx, &wanted)? else {
                return Ok(None);
            };
            let Some(user) = users::insert_and_find(tx, &new)? else {
                return Ok(None);
            };
            let by = AuditActor::user(&user.id, &user.name, address);
            let changed = changes::accept(tx, &invitation, &user, &by)?;
            Ok::<_, PermissionError>(Some((user, changed)))
        })
        .await;
    let (user, changed) = match made {
        Ok(Some(made)) => made,
        Ok(None) => return Ok(to(&format!("/invitations/{token}"))),
        Err(PermissionError::Database(error)) => return Err(error.into()),
        Err(_) => return Ok(expired_page(&browser)),
    };
    let Some(changed) = changed else {
        // A user, but nowhere: who invited them may not let them in any more.
        return enter(&call, &browser, &user, "/profile").await;
    };
    notices::send_permission_mails(call.hub(), &changed);
    let mut response = enter(&call, &browser, &user, "/dashboard").await?;
    let chosen = redirect_with_selection(&browser, &selection, "/dashboard");
    for cookie in chosen.headers().get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}
