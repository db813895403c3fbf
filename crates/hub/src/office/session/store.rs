//! Sessions and password resets in the database: hashes only. What a form was answered, which may be the
//! cookie of a session, is kept beside them for 24 hours, sealed with the master key
//! ([`form_deduplication`](crate::office::form_deduplication)).

use std::fmt;
use std::net::IpAddr;

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use wire::id::UserId;

use crate::db::{self, Tx};
use crate::office::browser_request::SIX_MONTHS;
use crate::secret;
use crate::users::mailbox::{VerifiedEmail, normalize_address};
use crate::users::store::{self as users, NewUser, User};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO sessions (hash, user_id, created_at, seen_at, address, user_agent)
        VALUES ($1, $2, $3, $3, $4, $5)";
    OF_USER = formatcp!("SELECT {} FROM sessions WHERE user_id = $1
        ORDER BY seen_at DESC, hash LIMIT $2", StoredSession::COLUMNS);
    END_ONE = "DELETE FROM sessions WHERE user_id = $1 AND substr(hash, 1, 16) = $2";
    END_OTHERS = "DELETE FROM sessions WHERE user_id = $1 AND hash <> $2";
    FIND = "SELECT user_id, seen_at, created_at FROM sessions WHERE hash = $1";
    TOUCH = "UPDATE sessions SET seen_at = $2, address = $3, user_agent = $4 WHERE hash = $1";
    END = "DELETE FROM sessions WHERE hash = $1";
    CONFIRMED_AT = "SELECT COALESCE(confirmed_at, created_at) FROM sessions WHERE hash = $1";
    CONFIRM = "UPDATE sessions SET confirmed_at = $2 WHERE hash = $1";
    END_ALL = "DELETE FROM sessions WHERE user_id = $1";
    FORGET = "DELETE FROM sessions WHERE seen_at < $1";
    INSERT_RESET = "INSERT INTO password_resets (hash, user_id, expires_at) VALUES ($1, $2, $3)";
    FIND_RESET = "SELECT user_id FROM password_resets WHERE hash = $1 AND expires_at > $2";
    FORGET_RESETS = "DELETE FROM password_resets WHERE expires_at < $1";
    INSERT_SIGN_UP = "INSERT INTO sign_ups (hash, email, name, locale, password_hash, back, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FIND_SIGN_UP = formatcp!("SELECT {} FROM sign_ups WHERE hash = $1 AND expires_at > $2",
        SignUp::COLUMNS);
    /// Whoever signs up need not be anybody: there are only so many who have not followed their link.
    CROWD_SIGN_UPS = "DELETE FROM sign_ups WHERE expires_at <
        (SELECT expires_at FROM sign_ups ORDER BY expires_at DESC LIMIT 1 OFFSET $1)";
    CROWD_OF_ADDRESS = "DELETE FROM sign_ups WHERE email = $1 AND expires_at <
        (SELECT expires_at FROM sign_ups WHERE email = $1
        ORDER BY expires_at DESC LIMIT 1 OFFSET $2)";
    /// The first to show that an address is theirs ends every other attempt at it.
    USE_SIGN_UPS = "DELETE FROM sign_ups WHERE email = $1";
    FORGET_SIGN_UPS = "DELETE FROM sign_ups WHERE expires_at < $1";
    USE_RESETS = "DELETE FROM password_resets WHERE user_id = $1";
    INSERT_ADDRESS_REQUEST = "INSERT INTO wished_addresses (user_id, email, hash, expires_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (user_id) DO UPDATE
        SET email = excluded.email, hash = excluded.hash, expires_at = excluded.expires_at";
    FIND_ADDRESS_REQUEST = "SELECT email FROM wished_addresses
        WHERE user_id = $1 AND hash = $2 AND expires_at > $3";
    REQUESTED_ADDRESS = "SELECT email FROM wished_addresses WHERE user_id = $1 AND expires_at > $2";
    END_WISH = "DELETE FROM wished_addresses WHERE user_id = $1";
    FORGET_WISHES = "DELETE FROM wished_addresses WHERE expires_at < $1";
}

/// How long a link for a new password works.
pub(crate) const RESET_HOURS: u64 = 2;

/// How long a link to finish signing up works.
pub(crate) const SIGN_UP_HOURS: u64 = 24;

/// A session is marked as seen at most this often, so that reading a page rarely writes.
const TOUCH_INTERVAL: SignedDuration = SignedDuration::from_mins(10);

/// Sessions of a user that are listed at most.
const MAX_LISTED_SESSIONS: u32 = 100;

/// Sign-ups that wait for their link to be followed at most, beside the one that is being made; the
/// oldest give way.
const MAX_WAITING_SIGN_UPS: u32 = 10_000;

/// Sign-ups of one e-mail address that wait for their link to be followed, at most.
const MAX_WAITING_SIGN_UPS_PER_ADDRESS: u32 = 5;

/// From where a session is used.
#[derive(Clone, Debug)]
pub(crate) struct SessionOrigin {
    /// The address of the browser, if it is known.
    pub address: Option<IpAddr>,
    /// What the browser says of itself.
    pub user_agent: String,
}

impl SessionOrigin {
    fn address(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }
}

row! {
    /// A session of a user.
    #[derive(Clone)]
    pub(crate) struct StoredSession {
        hash: String = "hash",
        /// When it began.
        pub created_at: Timestamp = "created_at",
        /// When it was used last, give or take some minutes.
        pub seen_at: Timestamp = "seen_at",
        /// From which address.
        pub address: Option<String> = "address",
        /// With which browser.
        pub user_agent: Option<String> = "user_agent",
    }
}

/// Prints no field: one of them is the hash of a session.
impl fmt::Debug for StoredSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredSession").finish_non_exhaustive()
    }
}

impl StoredSession {
    /// What names it in addresses: no secret, and too little of the hash to find the session by it.
    pub fn key(&self) -> &str {
        self.hash.get(..16).unwrap_or_default()
    }

    /// Whether it is the session with this token.
    pub fn is_of(&self, token: &str) -> bool {
        secret::constant_time_eq(&self.hash, &secret::hash(token))
    }
}

/// The sessions of a user that are still good, the last used first.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    user: &UserId,
    longest: SignedDuration,
) -> db::Result<Vec<StoredSession>> {
    let found: Vec<StoredSession> = tx.all(OF_USER, args![user, MAX_LISTED_SESSIONS])?;
    let until = tx.earliest();
    let idle = SignedDuration::from_secs(SIX_MONTHS);
    let good = found
        .into_iter()
        .filter(|it| it.seen_at + idle > until && it.created_at + longest > until);
    Ok(good.collect())
}

/// Ends the session of a user that has this key, and says whether there was one.
pub(crate) fn end_one(tx: &mut Tx<'_>, user: &UserId, key: &str) -> db::Result<bool> {
    Ok(tx.execute(END_ONE, args![user, key])? > 0)
}

/// Ends every session of a user but the one with this token.
pub(crate) fn end_others(tx: &mut Tx<'_>, user: &UserId, token: &str) -> db::Result<()> {
    tx.write(END_OTHERS, args![user, secret::hash(token)])
}

/// Begins a session and answers its token.
pub(crate) fn begin(tx: &mut Tx<'_>, user: &UserId, origin: &SessionOrigin) -> db::Result<String> {
    let token = tx.entropy().hex::<16>();
    let (address, user_agent) = (origin.address(), origin.user_agent.as_str());
    let values = args![secret::hash(&token), user, tx.now(), address, user_agent];
    tx.write(INSERT, values)?;
    Ok(token)
}

/// Begins a session in the place of the one that the browser had before: one browser, one session.
pub(crate) fn replace(
    tx: &mut Tx<'_>,
    former: Option<&str>,
    user: &UserId,
    origin: &SessionOrigin,
) -> db::Result<String> {
    if let Some(former) = former {
        end(tx, former)?;
    }
    begin(tx, user, origin)
}

/// The user of a session that is still good, and whether it should be marked as [`touch`]. It ends
/// `longest` after it began, and six months after it was used.
pub(crate) fn user(
    tx: &mut Tx<'_>,
    hash: &str,
    longest: SignedDuration,
) -> db::Result<Option<(User, bool)>> {
    let found: Option<(UserId, Timestamp, Timestamp)> = tx.first(FIND, args![hash])?;
    let until = tx.earliest();
    let idle = SignedDuration::from_secs(SIX_MONTHS);
    match found {
        Some((user, last_seen, began)) if last_seen + idle > until && began + longest > until => {
            let is_stale = is_stale(last_seen, tx.now());
            Ok(users::find(tx, &user)?.map(|user| (user, is_stale)))
        }
        _ => Ok(None),
    }
}

/// Whether it was last seen long ago, or by a clock that was ahead.
fn is_stale(last_seen: Timestamp, now: Timestamp) -> bool {
    last_seen + TOUCH_INTERVAL < now || last_seen > now + TOUCH_INTERVAL
}

/// Keeps a session alive; most of the time there is nothing to write.
pub(crate) fn touch(tx: &mut Tx<'_>, hash: &str, origin: &SessionOrigin) -> db::Result<()> {
    let found: Option<(UserId, Timestamp, Timestamp)> = tx.first(FIND, args![hash])?;
    let now = tx.now();
    match found {
        Some((_, last_seen, _)) if is_stale(last_seen, now) => {
            let (address, user_agent) = (origin.address(), origin.user_agent.as_str());
            tx.write(TOUCH, args![hash, now, address, user_agent])
        }
        _ => Ok(()),
    }
}

/// Whether the user of a session has shown within so long who they are.
pub(crate) fn is_confirmed(
    tx: &mut Tx<'_>,
    hash: &str,
    within: SignedDuration,
) -> db::Result<bool> {
    let found: Option<(Timestamp,)> = tx.first(CONFIRMED_AT, args![hash])?;
    let now = tx.now();
    // What a clock that was ahead has noted does not count for longer.
    Ok(found.is_some_and(|(at,)| at + within > now && at < now + within))
}

/// Notes that the user of a session has shown who they are.
pub(crate) fn confirm(tx: &mut Tx<'_>, hash: &str) -> db::Result<()> {
    tx.write(CONFIRM, args![hash, tx.now()])
}

/// Ends one session.
pub(crate) fn end(tx: &mut Tx<'_>, hash: &str) -> db::Result<()> {
    tx.write(END, args![hash])
}

/// Ends every session of a user.
pub(crate) fn end_all(tx: &mut Tx<'_>, user: &UserId) -> db::Result<()> {
    tx.write(END_ALL, args![user])
}

/// Deletes sessions that nobody has used for six months, sign-ups that came to nothing,
/// and links that work no longer.
pub(crate) fn delete_expired(tx: &mut Tx<'_>) -> db::Result<()> {
    let until = tx.earliest();
    tx.write(FORGET_SIGN_UPS, args![until])?;
    tx.write(FORGET_RESETS, args![until])?;
    tx.write(FORGET_WISHES, args![until])?;
    let before = until - SignedDuration::from_secs(SIX_MONTHS);
    tx.write(FORGET, args![before])
}

row! {
    /// Somebody who has signed up and not yet followed the link in the mail.
    #[derive(Clone)]
    pub(crate) struct SignUp {
        /// Folded.
        pub email: String = "email",
        pub name: String = "name",
        pub locale: String = "locale",
        /// argon2id.
        pub password_hash: String = "password_hash",
        /// Where they were going.
        pub back: String = "back",
    }
}

/// Prints no field: one of them is the hash of a password.
impl fmt::Debug for SignUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignUp").finish_non_exhaustive()
    }
}

/// Keeps a sign-up until its address is shown to be theirs: the token of the link.
pub(crate) fn begin_sign_up(tx: &mut Tx<'_>, new: &SignUp) -> db::Result<String> {
    let token = tx.entropy().hex::<16>();
    let until = tx.now() + SignedDuration::from_hours(SIGN_UP_HOURS as i64);
    tx.write(CROWD_SIGN_UPS, args![MAX_WAITING_SIGN_UPS - 1])?;
    tx.write(
        CROWD_OF_ADDRESS,
        args![&new.email, MAX_WAITING_SIGN_UPS_PER_ADDRESS - 1],
    )?;
    let (hash, password) = (secret::hash(&token), &new.password_hash);
    let values = args![
        hash,
        &new.email,
        &new.name,
        &new.locale,
        password,
        &new.back,
        until
    ];
    tx.write(INSERT_SIGN_UP, values)?;
    Ok(token)
}

/// Who follows a link to finish signing up, while it works.
pub(crate) fn find_sign_up(tx: &mut Tx<'_>, token: &str) -> db::Result<Option<SignUp>> {
    tx.first(FIND_SIGN_UP, args![secret::hash(token), tx.now()])
}

/// Makes the user; none when the address has one meanwhile. The link ends either way.
pub(crate) fn finish_sign_up(tx: &mut Tx<'_>, found: &SignUp) -> db::Result<Option<User>> {
    tx.write(USE_SIGN_UPS, args![&found.email])?;
    let new = NewUser {
        email: VerifiedEmail::by_link(&found.email),
        name: found.name.clone(),
        locale: found.locale.clone(),
        timezone: "Europe/Paris".to_owned(),
        password_hash: Some(found.password_hash.clone()),
    };
    users::insert_and_find(tx, &new)
}

/// Makes a link's token for a new password.
pub(crate) fn begin_reset(tx: &mut Tx<'_>, user: &UserId) -> db::Result<String> {
    let token = tx.entropy().hex::<16>();
    let until = tx.now() + SignedDuration::from_hours(RESET_HOURS as i64);
    tx.write(INSERT_RESET, args![secret::hash(&token), user, until])?;
    Ok(token)
}

/// Whose password a link may set.
pub(crate) fn find_reset(tx: &mut Tx<'_>, token: &str) -> db::Result<Option<UserId>> {
    let found: Option<(UserId,)> = tx.first(FIND_RESET, args![secret::hash(token), tx.now()])?;
    Ok(found.map(|(user,)| user))
}

/// Sets the password. Whatever stood for the old one ends with it.
pub(crate) fn change_password(tx: &mut Tx<'_>, user: &UserId, hash: &str) -> db::Result<()> {
    users::set_password(tx, user, hash)?;
    end_sessions_and_links(tx, user)
}

/// Sets the address, unless somebody has it meanwhile. Whatever was sent to the old one ends with it.
pub(crate) fn change_address(
    tx: &mut Tx<'_>,
    user: &UserId,
    address: &VerifiedEmail,
) -> db::Result<bool> {
    if users::find_by_email(tx, address.as_str())?.is_some() {
        return Ok(false);
    }
    users::set_email(tx, user, address)?;
    end_sessions_and_links(tx, user)?;
    Ok(true)
}

/// Ends every session of a user, and every link by which their password or address could be changed.
fn end_sessions_and_links(tx: &mut Tx<'_>, user: &UserId) -> db::Result<()> {
    tx.write(USE_RESETS, args![user])?;
    tx.write(END_WISH, args![user])?;
    end_all(tx, user)
}

/// How long a link to another address works.
pub(crate) const ADDRESS_REQUEST_HOURS: u64 = 24;

/// Keeps the address that a user would like to have: the token of the link to be sent there. An earlier
/// wish ends.
pub(crate) fn request_address(tx: &mut Tx<'_>, user: &UserId, address: &str) -> db::Result<String> {
    let token = tx.entropy().hex::<16>();
    let until = tx.now() + SignedDuration::from_hours(ADDRESS_REQUEST_HOURS as i64);
    let (hash, address) = (secret::hash(&token), normalize_address(address));
    tx.write(INSERT_ADDRESS_REQUEST, args![user, address, hash, until])?;
    Ok(token)
}

/// The address that a link of this user stands for, while it works.
pub(crate) fn find_requested_address(
    tx: &mut Tx<'_>,
    user: &UserId,
    token: &str,
) -> db::Result<Option<String>> {
    let found: Option<(String,)> = tx.first(
        FIND_ADDRESS_REQUEST,
        args![user, secret::hash(token), tx.now()],
    )?;
    Ok(found.map(|(email,)| email))
}

/// The address that a user waits for.
pub(crate) fn requested_address(tx: &mut Tx<'_>, user: &UserId) -> db::Result<Option<String>> {
    let found: Option<(String,)> = tx.first(REQUESTED_ADDRESS, args![user, tx.now()])?;
    Ok(found.map(|(email,)| email))
}
