//! The present password, which is asked of whoever changes how a user signs in: a session that was left open is
//! not enough for that.

use crate::db;
use crate::http::client_ip::ClientIp;
use crate::hub::Hub;
use crate::office::visitor::SignedIn;
use crate::office::widgets::Field;

/// Looks at what was typed as the present password. Answers its field, with what is wrong with it.
pub(super) async fn check_current_password(
    hub: &Hub,
    signed_in: &SignedIn,
    peer: ClientIp,
    typed: &str,
) -> db::Result<Field> {
    let words = signed_in.browser.language.translations();
    let who = signed_in.user.email.as_str();
    let is_allowed = hub
        .check_password_attempt(peer, "present", who, false)
        .await?;
    if !is_allowed {
        return Ok(Field::default().wrong(words.session.too_many));
    }
    let stored = signed_in.user.password_hash.clone();
    if !hub.passwords().check(typed.to_owned(), stored).await {
        return Ok(Field::default().wrong(words.profile.wrong_current));
    }
    hub.give_back_attempt(peer, "present", who, false).await?;
    Ok(Field::default())
}
