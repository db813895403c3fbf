//! Users, their permissions and their sessions in the database.

use std::fmt;

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, LocationId, UserId};

use super::mailbox::{VerifiedEmail, normalize_address};
use super::permissions::Permissions;
use crate::db::{self, NoneIfEmpty, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO users (id, email, name, locale, timezone, password_hash, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
    FIND = formatcp!("SELECT {} FROM users WHERE id = $1", User::COLUMNS);
    FIND_BY_EMAIL = formatcp!("SELECT {} FROM users WHERE email = $1", User::COLUMNS);
    UPDATE = "UPDATE users SET name = $2, locale = $3 WHERE id = $1";
    SET_SELECTION = "UPDATE users SET place = $2 WHERE id = $1";
    SET_EMAIL = "UPDATE users SET email = $2 WHERE id = $1";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
    GRANT = "INSERT INTO memberships (account_id, user_id, location_id, permissions, created_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_id, user_id, location_id)
        DO UPDATE SET permissions = excluded.permissions";
    WITHDRAW = "DELETE FROM memberships WHERE account_id = $1 AND user_id = $2 AND location_id = $3";
    OF_USER = formatcp!("{SELECT} WHERE m.user_id = $1 ORDER BY a.name, a.id, m.location_id");
    OF_ACCOUNT = formatcp!("{SELECT} WHERE m.account_id = $1
        ORDER BY m.location_id, u.name, u.id");
}

row! {
    /// A person.
    #[derive(Clone)]
    pub struct User {
        /// Identifier.
        pub id: UserId = "id",
        /// E-mail, folded: this is how a user signs in.
        pub email: String = "email",
        /// Full name.
        pub name: String = "name",
        /// BCP 47, such as `fr-FR`.
        pub locale: String = "locale",
        /// IANA name.
        pub timezone: String = "timezone",
        /// argon2id; none until a password is chosen.
        pub password_hash: Option<String> = "password_hash",
        /// Where they were last, as account or account/location.
        pub selection: Option<String> = "place",
    }
}

/// Prints no field: one of them is the hash of a password.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}

row! {
    /// What somebody may do on an account (no location) or one location.
    #[derive(Clone, Debug)]
    pub struct Membership {
        /// The account.
        pub account: AccountId = "m.account_id",
        /// Its name.
        pub account_name: String = "a.name",
        /// The one location; none means the account with all of them.
        pub location: Option<LocationId> as NoneIfEmpty = "m.location_id",
        /// The location's name.
        pub location_name: Option<String> = "l.name",
        /// What may be done.
        pub permissions: Permissions = "m.permissions",
        /// Since when the account is suspended, if it is.
        pub suspended_at: Option<Timestamp> = "a.suspended_at",
        /// The user who has the permissions.
        pub user: UserId = "m.user_id",
        /// The name of the user.
        pub user_name: String = "u.name",
        /// The e-mail address of the user.
        pub user_email: String = "u.email",
        /// The language of the user.
        pub user_locale: String = "u.locale",
        /// Since when they have been there.
        pub since: Timestamp = "m.created_at",
    }
}

const SELECT: &str = formatcp!(
    "SELECT {} FROM memberships m
        JOIN accounts a ON a.id = m.account_id JOIN users u ON u.id = m.user_id
        LEFT JOIN locations l ON l.account_id = m.account_id AND l.id = m.location_id",
    Membership::COLUMNS
);

/// What a user is made with.
#[derive(Clone)]
pub struct NewUser {
    /// E-mail.
    pub email: VerifiedEmail,
    /// Full name.
    pub name: String,
    /// BCP 47.
    pub locale: String,
    /// IANA name.
    pub timezone: String,
    /// argon2id, if a password was chosen already.
    pub password_hash: Option<String>,
}

/// Prints no field: one of them is the hash of a password.
impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser").finish_non_exhaustive()
    }
}

/// Adds a user; none when the e-mail is taken.
pub fn insert(tx: &mut Tx<'_>, new: &NewUser) -> db::Result<Option<UserId>> {
    let id = UserId::from_generated(tx.fresh_id()?);
    let (email, now) = (new.email.as_str(), tx.now());
    let hash = new.password_hash.as_deref();
    let values = args![&id, email, &new.name, &new.locale, &new.timezone, hash, now];
    Ok((tx.execute(INSERT, values)? == 1).then_some(id))
}

/// Adds a user and finds them again; none when the e-mail is taken.
pub fn insert_and_find(tx: &mut Tx<'_>, new: &NewUser) -> db::Result<Option<User>> {
    match insert(tx, new)? {
        Some(id) => find(tx, &id),
        None => Ok(None),
    }
}

/// One user.
pub fn find(tx: &mut Tx<'_>, id: &UserId) -> db::Result<Option<User>> {
    tx.first(FIND, args![id])
}

/// The user who signs in with an e-mail.
pub fn find_by_email(tx: &mut Tx<'_>, email: &str) -> db::Result<Option<User>> {
    tx.first(FIND_BY_EMAIL, args![normalize_address(email)])
}

/// Keeps a new name and language.
pub fn update(tx: &mut Tx<'_>, user: &User) -> db::Result<()> {
    tx.write(UPDATE, args![&user.id, &user.name, &user.locale])
}

/// Keeps where a user is, as account or account/location.
pub(crate) fn set_selection(tx: &mut Tx<'_>, id: &UserId, selection: &str) -> db::Result<()> {
    tx.write(SET_SELECTION, args![id, selection])
}

/// Keeps a new e-mail; whether it is free is for the caller to see.
pub(crate) fn set_email(tx: &mut Tx<'_>, id: &UserId, email: &VerifiedEmail) -> db::Result<()> {
    tx.write(SET_EMAIL, args![id, email.as_str()])
}

/// Keeps a new password hash.
pub fn set_password(tx: &mut Tx<'_>, id: &UserId, hash: &str) -> db::Result<()> {
    tx.write(SET_PASSWORD, args![id, hash])
}

/// Grants permissions on an account, or on one location, in place of what was granted there.
pub fn grant(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    user: &UserId,
    permissions: Permissions,
    now: Timestamp,
) -> db::Result<()> {
    let location_key = location.map_or("", LocationId::as_str);
    let permissions = permissions.with_implied(location.is_none());
    tx.write(
        GRANT,
        args![account, user, location_key, permissions.bits(), now],
    )
}

/// Takes back what was granted on an account or a location.
pub fn revoke(
    tx: &mut Tx<'_>,
    account: &AccountId,
    location: Option<&LocationId>,
    user: &UserId,
) -> db::Result<()> {
    tx.write(
        WITHDRAW,
        args![account, user, location.map_or("", LocationId::as_str)],
    )
}

/// Where a user may do what.
pub fn of_user(tx: &mut Tx<'_>, user: &UserId) -> db::Result<Vec<Membership>> {
    tx.all(OF_USER, args![user])
}

/// Who may do what in an account: those of the account first, then location by location.
pub fn of_account(tx: &mut Tx<'_>, account: &AccountId) -> db::Result<Vec<Membership>> {
    tx.all(OF_ACCOUNT, args![account])
}
