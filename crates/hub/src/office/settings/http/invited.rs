//! Invitations: sent from the settings, accepted through the link in the mail.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::Response;
use wire::id::LocationId;

use super::{Somebody, somebody};
use crate::db;
use crate::hub::Hub;
use crate::office::answer::{Mishap, Shown, page_with, to};
use crate::office::format;
use crate::office::parts::Field;
use crate::office::posted::Posted;
use crate::office::session::http::{SHORTEST_PASSWORD, at_place, enter, required};
use crate::office::session::{self, ExpiredLinkPage, InvitationPage};
use crate::office::visit::Visit;
use crate::office::visitor::{Member, Visitor, zone_of};
use crate::users::changes::{self, Refusal};
use crate::users::invitations::{self, Invitation};
use crate::users::mailbox::{Proven, folded};
use crate::users::permissions::Permissions as Held;
use crate::users::store::{self as users, NewUser};

/// Invites an address to the chosen place, and says so.
pub(super) async fn invite(hub: &Hub, member: &Member, email: &str, held: Held) -> Shown {
    let (account, location) = (member.at.id.clone(), member.at.location.clone());
    let address = folded(email);
    let (wanted, by) = (address.clone(), member.user.id.clone());
    let (token, until, invitation) = hub
        .write("office.invite", move |tx| {
            let at = location.as_ref();
            let (token, until) = invitations::put(tx, &account, at, &wanted, held, &by)?;
            let zone = zone_of(tx, &account, at)?;
            let found = invitations::find(tx, &token)?;
            Ok::<_, db::Error>((token, until.to_zoned(zone), found))
        })
        .await?;
    let invitation = invitation.ok_or(Mishap::NotFound)?;
    let language = member.visit.language;
    let letter = session::invitation(
        language.words(),
        &hub.config().brand,
        &member.user.name,
        invitation.place_name(),
        &format!("{}/invitations/{token}", hub.config().office_url()),
        &format::date(language, &until),
    );
    hub.post().send_later(address, letter);
    Ok(to(&format!(
        "/settings?done=invited&who={}",
        invitation.key()
    )))
}

/// `POST /settings/permissions/{id}/resend`: a new link, which makes the older one void.
pub(crate) async fn resend(hub: Hub, member: Member, Path(id): Path<String>, _: Posted) -> Shown {
    match somebody(&hub, &member, &id).await? {
        Somebody::User(_) => Err(Mishap::NotFound),
        Somebody::Invited(invitation) => {
            invite(&hub, &member, &invitation.email, invitation.permissions).await
        }
    }
}

/// What a link leads to.
enum Link {
    /// It does not work (any more).
    Dead,
    /// Its address has a user already.
    Known(Invitation),
    /// Somebody new.
    New(Invitation),
}

async fn link(hub: &Hub, token: &str) -> db::Result<Link> {
    let token = token.to_owned();
    hub.read("office.invitation", move |tx| {
        let Some(invitation) = invitations::find(tx, &token)? else {
            return Ok(Link::Dead);
        };
        Ok(match users::find_by_email(tx, &invitation.email)? {
            Some(_) => Link::Known(invitation),
            None => Link::New(invitation),
        })
    })
    .await
}

fn expired(visit: &Visit) -> Response {
    let frame = visit.plain_frame();
    page_with(
        StatusCode::NOT_FOUND,
        visit,
        &ExpiredLinkPage::of_an_invitation(frame),
    )
}

fn form(
    visit: &Visit,
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
    let mut frame = visit.plain_frame();
    frame.path = format!("/invitations/{token}");
    let shown = InvitationPage {
        by: invitation.by.clone().unwrap_or_else(|| frame.brand.clone()),
        frame,
        token: token.to_owned(),
        place: invitation.place_name().to_owned(),
        email: invitation.email.clone(),
        name,
        password,
    };
    page_with(status, visit, &shown)
}

/// `GET /invitations/{token}`. Whoever has a user already only has to be signed in as that user.
pub(crate) async fn invitation(
    hub: Hub,
    visit: Visit,
    visitor: Result<Visitor, Mishap>,
    Path(token): Path<String>,
) -> Shown {
    let invitation = match link(&hub, &token).await? {
        Link::Dead => return Ok(expired(&visit)),
        Link::New(invitation) => {
            let (name, password) = (Field::default(), Field::default());
            return Ok(form(&visit, &token, &invitation, name, password));
        }
        Link::Known(invitation) => invitation,
    };
    let visitor = match visitor {
        Ok(visitor) if visitor.user.email == invitation.email => visitor,
        _ => return Err(Mishap::NotSignedIn(format!("/invitations/{token}"))),
    };
    let place = place_of(&invitation);
    let accepted = hub
        .write("office.accept", move |tx| {
            let Some(invitation) = invitations::find(tx, &token)? else {
                return Ok(());
            };
            let at = invitation.location.as_ref();
            let held = invitation.permissions;
            changes::set(tx, &invitation.account, at, &visitor.user.id, held)?;
            invitations::withdraw(tx, &invitation)?;
            Ok(())
        })
        .await;
    match accepted {
        // Whoever is the last holder keeps what they have.
        Ok(()) | Err(Refusal::LastHolder) => Ok(at_place(&visit, &place, "/dashboard")),
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

fn place_of(invitation: &Invitation) -> String {
    match invitation.location.as_ref().map(LocationId::as_str) {
        Some(location) => format!("{}/{location}", invitation.account),
        None => invitation.account.to_string(),
    }
}

/// `POST /invitations/{token}`: makes the user, lets them in, and begins their session.
pub(crate) async fn accept(
    hub: Hub,
    visit: Visit,
    Path(token): Path<String>,
    posted: Posted,
) -> Shown {
    let invitation = match link(&hub, &token).await? {
        Link::Dead => return Ok(expired(&visit)),
        Link::Known(_) => return Ok(to(&format!("/invitations/{token}"))),
        Link::New(invitation) => invitation,
    };
    let name = required(&posted, "name", visit.language);
    let mut password = Field::default();
    if posted.get("password").chars().count() < SHORTEST_PASSWORD {
        password = password.wrong(visit.language.words().session.password_short);
    }
    if name.error.is_some() || password.error.is_some() {
        return Ok(form(&visit, &token, &invitation, name, password));
    }
    let hash = hub
        .passwords()
        .hash(posted.get("password").to_owned())
        .await;
    let new = NewUser {
        email: Proven::by_link(&invitation.email),
        name: name.value,
        locale: visit.language.tag().to_owned(),
        timezone: "Europe/Paris".to_owned(),
        password_hash: hash,
    };
    let place = place_of(&invitation);
    let wanted = token.clone();
    let user = hub
        .write("office.accept_new", move |tx| {
            let Some(invitation) = invitations::find(tx, &wanted)? else {
                return Ok(None);
            };
            let Some(user) = users::made(tx, &new)? else {
                return Ok(None);
            };
            let (at, now) = (invitation.location.as_ref(), tx.now());
            let held = invitation.permissions;
            users::grant(tx, &invitation.account, at, &user.id, held, now)?;
            invitations::withdraw(tx, &invitation)?;
            Ok::<_, db::Error>(Some(user))
        })
        .await?;
    let Some(user) = user else {
        return Ok(to(&format!("/invitations/{token}")));
    };
    let mut response = enter(&hub, &visit, &user, "/dashboard").await?;
    let chosen = at_place(&visit, &place, "/dashboard");
    for cookie in chosen.headers().get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    Ok(response)
}
