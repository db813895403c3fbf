//! Changes of permissions are told by mail to those who manage the place: nobody comes in, rises or is
//! removed without their hearing of it.

use crate::hub::Hub;
use crate::office::session;
use crate::office::settings::role_name;
use crate::office::translations::Language;
use crate::users::changes::PermissionChange;
use crate::users::permissions::Permissions;

/// Tells those who managed the place before the change, each in their own language.
pub(crate) fn send_permission_mails(hub: &Hub, changed: &PermissionChange) {
    if changed.before == changed.now {
        return;
    }
    let link = format!("{}/settings", hub.config().office_url());
    for (address, locale) in &changed.readers {
        let words = Language::of_tag(locale)
            .unwrap_or(Language::French)
            .translations();
        let role = |held: Permissions| match held {
            Permissions::NONE => words.settings.no_access.to_owned(),
            held => role_name(words, held, changed.is_account),
        };
        let letter = session::permissions_changed(
            words,
            &hub.config().brand,
            &session::PermissionMail {
                who: &changed.name,
                email: &changed.email,
                entity: &changed.entity,
                before: &role(changed.before),
                now: &role(changed.now),
                by: &changed.by,
                link: &link,
            },
        );
        hub.mailer().send_later(address.clone(), letter);
    }
}
