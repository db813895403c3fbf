//! Another address for a user: it waits until a link that was sent there is used, by who asked for it.
//! Until then everything goes by the old one, whose reader is told.

use crate::office::page_path::Path;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::http::frame;
use crate::db;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::confirm::ConfirmPage;
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::session::store as sessions;
use crate::office::session::{self, ExpiredLinkPage};
use crate::office::visitor::SignedIn;
use crate::rate_limits::CountedMail;
use crate::users::mailbox::VerifiedEmail;
use crate::users::store as users;

/// Keeps the wish and writes to both addresses, unless there were enough such mails today. Whether
/// somebody has the wished one already is told to its reader only.
pub(super) async fn request_change(
    call: &FormCall,
    signed_in: &SignedIn,
    new_address: String,
) -> Result<bool, PageError> {
    let (user, address) = (signed_in.user.id.clone(), new_address.clone());
    let budgets = call.hub().mail_budgets();
    let found = call
        .write("office.wish", move |tx| {
            let mail = CountedMail {
                kind: "wish",
                to: &address,
                user: Some(&user),
                account: None,
            };
            if !budgets.take(tx, &mail)? {
                return Ok(None);
            }
            let token = sessions::request_address(tx, &user, &address)?;
            let is_free = users::find_by_email(tx, &address)?.is_none();
            Ok::<_, db::Error>(Some((token, is_free)))
        })
        .await?;
    let Some((token, is_free)) = found else {
        return Ok(false);
    };
    let (words, brand) = (
        signed_in.browser.language.translations(),
        call.hub().config().brand.as_str(),
    );
    let office = call.hub().config().office_url();
    let email = if is_free {
        let link = format!("{office}/profile/email/{token}");
        session::confirm_address(words, brand, &link, sessions::ADDRESS_REQUEST_HOURS)
    } else {
        session::address_taken(words, brand)
    };
    call.hub().mailer().send_later(new_address.clone(), email);
    let reset = format!("{office}/reset_password/new");
    let notice = session::address_requested(words, brand, &new_address, &reset);
    call.hub()
        .mailer()
        .send_later(signed_in.user.email.clone(), notice);
    Ok(true)
}

/// The address that a link stands for.
async fn find_requested(
    hub: &Hub,
    signed_in: &SignedIn,
    token: &str,
) -> db::Result<Option<String>> {
    let (user, token) = (signed_in.user.id.clone(), token.to_owned());
    hub.read("office.wished", move |tx| {
        sessions::find_requested_address(tx, &user, &token)
    })
    .await
}

fn expired_page(signed_in: &SignedIn) -> Response {
    let shown = ExpiredLinkPage::of_an_address(signed_in.plain_frame());
    page_with(StatusCode::NOT_FOUND, &signed_in.browser, &shown)
}

/// `GET /profile/email/{token}`: the link in the mail.
pub(crate) async fn confirm_page(
    hub: Hub,
    signed_in: SignedIn,
    Path(token): Path<String>,
) -> PageResult {
    Ok(match find_requested(&hub, &signed_in, &token).await? {
        Some(address) => {
            let confirm_page = ConfirmPage::new_address(frame(&signed_in), &token, &address);
            page(&signed_in.browser, &confirm_page)
        }
        None => expired_page(&signed_in),
    })
}

/// `POST /profile/email/{token}`: the address is theirs. Every other session ends.
pub(crate) async fn confirm(
    call: FormCall,
    signed_in: SignedIn,
    Path(token): Path<String>,
    _: FormFields,
) -> PageResult {
    let user = signed_in.user.id.clone();
    let origin = signed_in.browser.session_origin();
    let changed = call
        .write("office.new_address", move |tx| {
            let Some(address) = sessions::find_requested_address(tx, &user, &token)? else {
                return Ok(None);
            };
            if !sessions::change_address(tx, &user, &VerifiedEmail::by_link(&address))? {
                return Ok(None);
            }
            Ok::<_, db::Error>(Some((address, sessions::begin(tx, &user, &origin)?)))
        })
        .await?;
    let Some((address, token)) = changed else {
        return Ok(expired_page(&signed_in));
    };
    let config = call.hub().config();
    let words = signed_in.browser.language.translations();
    let notice = session::address_changed(words, &config.brand, &address, &config.support);
    call.hub()
        .mailer()
        .send_later(signed_in.user.email.clone(), notice);
    let mut response = to("/profile?done=address");
    if let Some(cookie) = signed_in.browser.session_cookie(&token) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
