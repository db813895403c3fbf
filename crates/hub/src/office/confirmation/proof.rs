//! The password of a user who is signed in, or a code of their second factor.

use super::guard::SessionIdentity;
use crate::audit::AuditActor;
use crate::db;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::current_password::find_password_error;
use crate::office::session::http::send_recovery_mail;
use crate::office::session::store as sessions;
use crate::users::second_factor::{self, CodeCheck};

/// What somebody typed to show who they are.
#[derive(Clone, Copy)]
pub(super) struct TypedProof<'a> {
    pub password: &'a str,
    pub code: &'a str,
}

/// Looks at what the user of a session typed, and notes in the session that it was right. Otherwise what is wrong,
/// in words.
pub(super) async fn prove(
    hub: &Hub,
    browser: &BrowserRequest,
    identity: &SessionIdentity,
    typed: TypedProof<'_>,
) -> db::Result<Option<&'static str>> {
    let words = browser.language.translations();
    if typed.password.is_empty() && typed.code.is_empty() {
        return Ok(Some(words.session.identity_needed));
    }
    if typed.password.is_empty() {
        return Ok(
            match check_code(hub, browser, identity, typed.code).await? {
                CodeCheck::Right(proven) => {
                    send_recovery_mail(hub, &identity.user, proven);
                    None
                }
                CodeCheck::Wrong => Some(words.second_factor.wrong),
                CodeCheck::TooMany => Some(words.second_factor.too_many),
            },
        );
    }
    let error = find_password_error(hub, browser, &identity.user, typed.password).await?;
    if error.is_none() {
        let session = identity.session.clone();
        hub.write("office.confirm", move |tx| sessions::confirm(tx, &session))
            .await?;
    }
    Ok(error)
}

async fn check_code(
    hub: &Hub,
    browser: &BrowserRequest,
    identity: &SessionIdentity,
    typed: &str,
) -> db::Result<CodeCheck> {
    let (user, session) = (identity.user.clone(), identity.session.clone());
    let by = AuditActor::user(&user.id, &user.name, browser.address);
    let (key, typed) = (hub.key().clone(), typed.to_owned());
    hub.write("office.confirm_by_code", move |tx| {
        let checked = second_factor::check(tx, &key, &by, &user, &typed)?;
        if let CodeCheck::Right(_) = checked {
            sessions::confirm(tx, &session)?;
        }
        Ok(checked)
    })
    .await
}
