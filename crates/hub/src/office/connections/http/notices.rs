//! Who ends a connection is told by mail to those who manage its place: no till goes without their hearing of it.

use wire::id::{AccountId, LocationId};

use crate::accounts::store as accounts;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::connections::Connection;
use crate::office::place::Place;
use crate::office::session::{self, ConnectionEndMail};
use crate::office::translations::Language;
use crate::office::visitor::AccountMember;
use crate::users::permissions::Permissions;
use crate::users::store as users;

/// Somebody who manages a place.
pub(super) struct MailReader {
    email: String,
    locale: String,
    /// The name of the place.
    entity: String,
}

/// Those who manage a location or its account.
pub(super) fn readers(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<MailReader>> {
    let entity = accounts::entity_name(tx, account, location)?;
    let mut managers: Vec<(String, String)> = users::of_account(tx, account)?
        .into_iter()
        .filter(|held| held.location.is_none() || held.location.as_ref() == location)
        .filter(|held| held.permissions.has(Permissions::ENTITY))
        .map(|held| (held.user_email, held.user_locale))
        .collect();
    managers.sort();
    managers.dedup();
    let managers = managers.into_iter().map(|(email, locale)| MailReader {
        email,
        locale,
        entity: entity.clone(),
    });
    Ok(managers.collect())
}

/// Tells them that a user has ended a connection, each in their own language.
pub(super) fn send_end_mails(
    hub: &Hub,
    member: &AccountMember,
    connection: &Connection,
    readers: &[MailReader],
) {
    let place = Place::of(&member.at.id, connection.location.as_ref());
    let office = hub.config().office_url();
    let link = format!("{office}{}", place.to("/connections/ended"));
    for reader in readers {
        let words = Language::of_tag(&reader.locale)
            .unwrap_or(Language::French)
            .translations();
        let letter = session::connection_ended(
            words,
            &hub.config().brand,
            &ConnectionEndMail {
                app: &connection.client_name,
                entity: &reader.entity,
                by: &member.user.name,
                link: &link,
            },
        );
        hub.mailer().send_later(reader.email.clone(), letter);
    }
}
