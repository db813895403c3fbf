//! The present password, which is asked of whoever changes how a user signs in, or touches what concerns security: a
//! session that was left open is not enough for that.

use crate::db;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::visitor::SignedIn;
use crate::office::widgets::Field;
use crate::users::store::User;

/// Looks at what was typed as the present password of a user. Answers what is wrong with it, in words.
pub(super) async fn find_password_error(
    hub: &Hub,
    browser: &BrowserRequest,
    user: &User,
    typed: &str,
) -> db::Result<Option<&'static str>> {
    let words = browser.language.translations();
    let (peer, who) = (ClientIp(browser.address), user.email.as_str());
    let is_allowed = hub
        .check_password_attempt(peer, "present", who, false)
        .await?;
    if !is_allowed {
        return Ok(Some(words.session.too_many));
    }
    let (typed, stored) = (typed.to_owned(), user.password_hash.clone());
    if !hub.passwords().check(typed, stored).await {
        return Ok(Some(words.profile.wrong_current));
    }
    hub.give_back_attempt(peer, "present", who, false).await?;
    Ok(None)
}

/// Looks at what was typed as the present password. Answers its field, with what is wrong with it.
pub(super) async fn check_current_password(
    hub: &Hub,
    signed_in: &SignedIn,
    typed: &str,
) -> db::Result<Field> {
    let error = find_password_error(hub, &signed_in.browser, &signed_in.user, typed).await?;
    Ok(match error {
        Some(error) => Field::default().wrong(error),
        None => Field::default(),
    })
}
