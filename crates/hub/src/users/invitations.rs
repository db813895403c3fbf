//! Invitations: permissions that wait until who is meant accepts them. Whoever has no user yet shows by
//! the link in the mail that the address is theirs; whoever has one is signed in by it. Only the link's
//! hash is kept, and a new link makes the older one void.

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::{AccountId, LocationId, UserId};

use super::permissions::Permissions;
use crate::db::{self, NoneIfEmpty, Tx};
use crate::secret;
use crate::{args, row, statements};

statements! {
    PUT = "INSERT INTO invitations (account_id, email, location_id, hash, permissions, expires_at,
            created_at, invited_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, email, location_id) DO UPDATE
        SET hash = excluded.hash, permissions = excluded.permissions,
            expires_at = excluded.expires_at, invited_by = excluded.invited_by";
    CHANGE = "UPDATE invitations SET permissions = $4, invited_by = $5
        WHERE account_id = $1 AND email = $2 AND location_id = $3";
    AT = formatcp!("{SELECT} WHERE i.account_id = $1 AND i.location_id = $2 ORDER BY i.email");
    FIND = formatcp!("{SELECT} WHERE i.hash = $1 AND i.expires_at > $2");
    OF_ADDRESS = formatcp!("{SELECT} WHERE i.email = $1 AND i.expires_at > $2
        ORDER BY i.created_at, i.account_id, i.location_id");
    FORGET = "DELETE FROM invitations WHERE expires_at < $1";
    WITHDRAW = "DELETE FROM invitations
        WHERE account_id = $1 AND email = $2 AND location_id = $3";
}

/// How long a link works.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How long one whose link has ended is still shown, to be sent again.
const SHOWN: SignedDuration = SignedDuration::from_hours(30 * 24);

row! {
    /// Somebody who may come in.
    #[derive(Clone, Debug)]
    pub struct Invitation {
        /// To which account.
        pub account: AccountId = "i.account_id",
        /// E-mail, folded.
        pub email: String = "i.email",
        /// To one location; none means the account with all of them.
        pub location: Option<LocationId> as NoneIfEmpty = "i.location_id",
        /// What they may do then.
        pub permissions: Permissions = "i.permissions",
        /// Until when the link works.
        pub expires_at: Timestamp = "i.expires_at",
        /// The account's name.
        pub account_name: String = "a.name",
        /// The location's name.
        pub location_name: Option<String> = "l.name",
        /// The name of who invited them, or invited them again.
        pub by: Option<String> = "u.name",
        /// Who that is.
        pub invited_by: Option<UserId> = "i.invited_by",
    }
}

const SELECT: &str = formatcp!(
    "SELECT {} FROM invitations i JOIN accounts a ON a.id = i.account_id
        LEFT JOIN users u ON u.id = i.invited_by
        LEFT JOIN locations l ON l.account_id = i.account_id AND l.id = i.location_id",
    Invitation::COLUMNS
);

impl Invitation {
    /// What names it in addresses: no secret, and the same for every link.
    pub fn key(&self) -> String {
        format!("invited-{}", &secret::hash(&self.email)[..16])
    }

    /// What it opens, as account or account/location.
    pub fn selection(&self) -> String {
        match &self.location {
            Some(location) => format!("{}/{location}", self.account),
            None => self.account.to_string(),
        }
    }

    /// What names it among those of one address: a location's id holds its account's.
    pub fn entity_id(&self) -> &str {
        self.location
            .as_ref()
            .map_or(self.account.as_str(), LocationId::as_str)
    }

    /// The name of what it opens.
    pub fn entity_name(&self) -> &str {
        self.location_name.as_deref().unwrap_or(&self.account_name)
    }
}

fn location_key(location: Option<&LocationId>) -> &str {
    location.map_or("", LocationId::as_str)
}

/// Invites, or invites again: the token of the only link that works from now on.
pub(crate) fn put(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    email: &str,
    permissions: Permissions,
    by: &UserId,
) -> db::Result<String> {
    let token = tx.entropy().hex::<16>();
    let now = tx.now();
    let until = now + LIFETIME;
    let bits = permissions.with_implied(location.is_none()).bits();
    let hash = secret::hash(&token);
    tx.write(
        PUT,
        args![
            account,
            email,
            location_key(location),
            hash,
            bits,
            until,
            now,
            by
        ],
    )?;
    Ok(token)
}

/// Changes what somebody invited may do, by the word of `by`; the link stays as it is.
pub(crate) fn change(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    permissions: Permissions,
    by: &UserId,
) -> db::Result<()> {
    let at = invitation.location.as_ref();
    let bits = permissions.with_implied(at.is_none()).bits();
    let (account, email) = (&invitation.account, &invitation.email);
    tx.write(CHANGE, args![account, email, location_key(at), bits, by])
}

/// Who is invited to an account, or to one location.
pub(crate) fn list_at(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
) -> db::Result<Vec<Invitation>> {
    tx.all(AT, args![account, location_key(location)])
}

/// What an address is invited to, the oldest first.
pub(crate) fn of_address(tx: &mut Tx<'_>, email: &str) -> db::Result<Vec<Invitation>> {
    tx.all(OF_ADDRESS, args![email, tx.now()])
}

/// What a link opens, while it works.
pub(crate) fn find(tx: &mut Tx<'_>, token: &str) -> db::Result<Option<Invitation>> {
    tx.first(FIND, args![secret::hash(token), tx.now()])
}

/// Takes an invitation back, or away once it has been accepted.
pub(crate) fn revoke(tx: &mut Tx<'_>, invitation: &Invitation) -> db::Result<()> {
    let at = location_key(invitation.location.as_ref());
    tx.write(WITHDRAW, args![&invitation.account, &invitation.email, at])
}

/// Deletes invitations whose link ended long ago.
pub(crate) fn delete_expired(tx: &mut Tx<'_>) -> db::Result<()> {
    let until = tx.earliest() - SHOWN;
    tx.write(FORGET, args![until])
}
