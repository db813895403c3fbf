//! Authorisation codes: what a user has granted and the client has not yet fetched. A code works
//! once, for ten minutes, for its own client.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use wire::id::{ClientId, ConnectionId, UserId};

use super::changes;
use super::connections::{self, Grant};
use crate::audit::AuditActor;
use crate::db::{self, Tx, json};
use crate::secret::{self, MasterKey};
use crate::{args, statements};

statements! {
    INSERT = "INSERT INTO codes (hash, client_id, place, device_id, user_id, document, expires_at,
            used_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    /// A code that was not used, or used by a request with this key.
    FIND = "SELECT document, user_id, connection_id FROM codes
        WHERE hash = $1 AND client_id = $2 AND expires_at > $3
            AND (used_at IS NULL OR used_key = $4)";
    USE = "UPDATE codes SET used_at = $2, used_key = $3 WHERE hash = $1 AND used_at IS NULL";
    GAVE = "UPDATE codes SET connection_id = $2 WHERE hash = $1";
    /// The subselects find one row each: the connection's.
    VOID = "DELETE FROM codes
        WHERE client_id = (SELECT c.client_id FROM connections c
                WHERE c.account_id = $1 AND c.id = $2)
            AND place = (SELECT c.place FROM connections c
                WHERE c.account_id = $1 AND c.id = $2)
            AND device_id = (SELECT c.device_id FROM connections c
                WHERE c.account_id = $1 AND c.id = $2)";
    FORGET = "DELETE FROM codes WHERE expires_at < $1";
}

/// How long a code may wait.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// What a code stands for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingGrant {
    /// What was granted.
    pub grant: Grant,
    /// PKCE (S256): what the verifier must hash to.
    pub challenge: Option<String>,
    /// The connection that the user may open, when nothing new was granted: it stays as it is.
    #[serde(default)]
    pub instance: Option<ConnectionId>,
    /// Who has approved it, for the audit log.
    #[serde(default)]
    pub approved_by: ApprovedBy,
}

/// The user who has approved a grant, as the audit log will name them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ApprovedBy {
    /// The name.
    pub name: String,
    /// The address of the browser.
    pub address: Option<std::net::IpAddr>,
}

/// What a code gave.
#[derive(Clone, Debug)]
pub struct Redemption {
    /// What was granted.
    pub grant: Grant,
    /// The connection.
    pub connection: ConnectionId,
    /// Who had the code made: perhaps not the user who granted the connection.
    pub user: UserId,
    /// Whether it had given this before, to a request with the same key.
    pub is_again: bool,
}

/// Why a code gave no token.
#[derive(Debug)]
pub enum CodeError {
    /// Unknown, used, expired, or somebody else's.
    NoSuchCode,
    /// The verifier does not belong to the challenge.
    WrongVerifier,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for CodeError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// Makes a code: 32 hexadecimal characters.
pub fn make(tx: &mut Tx<'_>, user: &UserId, approval: &PendingGrant) -> db::Result<String> {
    let code = tx.entropy().hex::<16>();
    let document = json::text(approval)?;
    let expires_at = tx.now() + LIFETIME;
    let Grant { client, device, .. } = &approval.grant;
    let (hash, binding) = (secret::hash(&code), approval.grant.binding());
    tx.write(
        INSERT,
        args![hash, client, binding, device, user, document, expires_at],
    )?;
    Ok(code)
}

/// What a client shows for a token.
#[derive(Clone)]
pub struct ClientProof {
    /// The code.
    pub code: String,
    /// PKCE: what the challenge was made of.
    pub verifier: Option<String>,
    /// The `Idempotency-Key` of the request: with the same one the code gives the same again.
    pub request_key: Option<String>,
}

/// Prints no field: a code is a secret until it is used.
impl fmt::Debug for ClientProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientProof").finish_non_exhaustive()
    }
}

/// Exchanges a code for its connection, which is made or bound anew in this moment, or only opened.
pub fn redeem(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    client: &ClientId,
    proof: &ClientProof,
) -> Result<Redemption, CodeError> {
    let (hash, now) = (secret::hash(&proof.code), tx.now());
    let used_key = proof.request_key.as_deref().map(secret::hash);
    let verifier = proof.verifier.as_deref();
    let look = args![hash.as_str(), client, now, used_key.as_deref()];
    let found: Option<(String, UserId, Option<ConnectionId>)> = tx.first_locked(FIND, look)?;
    let (document, user, given) = found.ok_or(CodeError::NoSuchCode)?;
    let approval: PendingGrant = json::read(&document, "a code's document")?;
    // A verifier without a challenge means that somebody took the challenge out of the request.
    let is_met = match (&approval.challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            secret::constant_time_eq(&pkce_challenge(verifier), challenge)
        }
        _ => false,
    };
    if !is_met {
        return Err(CodeError::WrongVerifier);
    }
    if let Some(connection) = given {
        return Ok(Redemption {
            grant: approval.grant,
            connection,
            user,
            is_again: true,
        });
    }
    if tx.execute(USE, args![hash.as_str(), now, used_key.as_deref()])? != 1 {
        return Err(CodeError::NoSuchCode);
    }
    let connection = match &approval.instance {
        None => {
            let ApprovedBy { name, address } = &approval.approved_by;
            let by = AuditActor::user(&user, name, *address);
            changes::connect(tx, key, &approval.grant, &by)?
        }
        Some(id) => connections::by_instance(tx, id, client)?
            .map(|connection| connection.id)
            .ok_or(CodeError::NoSuchCode)?,
    };
    tx.write(GAVE, args![hash, &connection])?;
    Ok(Redemption {
        grant: approval.grant,
        connection,
        user,
        is_again: false,
    })
}

/// Makes void what was approved for a connection and not fetched yet: whoever blocks or ends it does
/// not want it back in a moment. Comes before the connection is changed, in the order in which
/// [`redeem`] locks the two.
pub(super) fn cancel_pending(
    tx: &mut Tx<'_>,
    account: &str,
    connection: &ConnectionId,
) -> db::Result<()> {
    tx.write(VOID, args![account, connection])
}

/// The challenge that a verifier must give (PKCE, method S256).
pub fn pkce_challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Deletes codes that nobody can use any more.
pub(crate) fn delete_expired(tx: &mut Tx<'_>) -> db::Result<()> {
    let until = tx.earliest();
    tx.write(FORGET, args![until])
}
