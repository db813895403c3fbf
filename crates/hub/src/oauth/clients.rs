//! Clients: the registered programs.
//!
//! One client serves many accounts. Its secret is sealed with the master key, since it signs
//! callbacks and must come back. An *app* is a client that also says which scopes it asks for and
//! where it is connected, opened and disconnected; a listed one is offered to every merchant.

use std::fmt;

use const_format::formatcp;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use wire::id::{ClientId, UserId};

use super::names;
use crate::db::{self, Json, Tx, json};
use crate::secret::{KeyError, MasterKey};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO clients (id, name, owner_id, secret, is_listed, document, created_at,
            listed_name, has_standard_webhooks, is_strict, coalesces_updates)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING";
    FIND = formatcp!("{SELECT} WHERE id = $1 AND deleted_at IS NULL");
    OWNED = formatcp!("{SELECT} WHERE owner_id = $1 AND deleted_at IS NULL ORDER BY created_at, id");
    LISTED = formatcp!("{SELECT} WHERE is_listed AND deleted_at IS NULL ORDER BY name, id");
    UPDATE = "UPDATE clients SET name = $2, is_listed = $3, document = $4, listed_name = $5,
            has_standard_webhooks = $6, is_strict = $7, coalesces_updates = $8
        WHERE id = $1";
    ROTATE = "UPDATE clients SET previous_secret = secret, previous_secret_until = $3, secret = $2
        WHERE id = $1";
    FORGET_PREVIOUS = "UPDATE clients SET previous_secret = NULL, previous_secret_until = NULL
        WHERE id = $1";
    DELETE = "UPDATE clients SET deleted_at = $2, listed_name = NULL WHERE id = $1 AND deleted_at IS NULL";
}

/// Bytes of an address at most.
pub const MAX_URL_BYTES: usize = 2_000;

/// Whether an address can be opened in a browser and called by the hub: http or https, with a host,
/// in plain characters.
pub fn is_web_address(text: &str) -> bool {
    text.len() <= MAX_URL_BYTES
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && url::Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether a browser may be sent there with a code: programs on a device have schemes of their own.
pub fn is_return_address(text: &str) -> bool {
    text.len() <= MAX_URL_BYTES
        && may_be_redirected(text)
        && url::Url::parse(text)
            .is_ok_and(|url| !matches!(url.scheme(), "http" | "https") || url.has_host())
}

/// Addresses that a browser may be sent to: anything with a scheme that does not run code here.
pub(crate) fn may_be_redirected(uri: &str) -> bool {
    let lower = uri.to_ascii_lowercase();
    let Some((scheme, rest)) = lower.split_once(':') else {
        return false;
    };
    let plain = !uri.chars().any(char::is_control);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let runs = ["javascript", "data", "vbscript", "file", "blob", "about"].contains(&scheme);
    plain && is_scheme && !runs && !rest.is_empty()
}

/// What an app says of itself; all of it is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppFields {
    /// The scope asked for when connecting a whole account.
    pub account_scope: Option<String>,
    /// The scope asked for when connecting a location.
    pub location_scope: Option<String>,
    /// Where a connection that starts in the back office leads, with `?code=`.
    pub connect_url: Option<String>,
    /// Where **Open** leads, with `?app_instance_id=`.
    pub open_url: Option<String>,
    /// What is called, with `?app_instance_id=`, after a merchant has disconnected.
    pub disconnect_url: Option<String>,
    /// A picture.
    pub logo_url: Option<String>,
    /// The heading under which it is listed.
    pub category: Option<String>,
    /// What it does, in a sentence: French, English.
    pub description: Option<(String, String)>,
    /// How to connect from the app's own screen, when that is where it starts: French, English.
    pub instructions: Option<(String, String)>,
    /// Redirect URIs that are allowed. Empty: any, as the API has always permitted.
    pub redirect_uris: Vec<String>,
}

row! {
    /// How the callbacks of a client are sent. All of it is off unless its developer wishes it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct CallbackOptions {
        /// With the headers of Standard Webhooks, beside those of the API.
        pub has_standard_webhooks: bool = "has_standard_webhooks",
        /// Only a status from 200 to 299 acknowledges.
        pub is_strict: bool = "is_strict",
        /// Of several updates of one catalog, inventory or location that wait, only the newest is sent.
        pub coalesces_updates: bool = "coalesces_updates",
    }
}

row! {
    /// A registered program.
    #[derive(Clone, Debug)]
    pub struct Client {
        /// `….clients.` and so on: an opaque text.
        pub id: ClientId = "id",
        /// What merchants read: `created_by` of its orders.
        pub name: String = "name",
        /// Who manages it on the developer page.
        pub owner: Option<UserId> = "owner_id",
        sealed: Vec<u8> = "secret",
        previous_sealed: Option<Vec<u8>> = "previous_secret",
        previous_until: Option<Timestamp> = "previous_secret_until",
        /// Whether it is offered to every merchant.
        pub is_listed: bool = "is_listed",
        /// What it says of itself.
        pub app: AppFields as Json = "document",
        /// When it was registered.
        pub created_at: Timestamp = "created_at",
        /// How its callbacks are sent.
        pub callbacks: CallbackOptions,
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM clients", Client::COLUMNS);

impl Client {
    /// The client's secret: whoever holds it may fetch tokens and check signatures.
    pub fn secret(&self, key: &MasterKey) -> Result<String, KeyError> {
        open_secret(key, &self.id, &self.sealed)
    }

    /// Until when the secret before it is valid; none when it is not at `now`.
    pub fn previous_secret_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.previous_until.filter(|until| now < *until)
    }

    /// The secret before it, while that is valid at `now`.
    pub fn previous_secret(
        &self,
        key: &MasterKey,
        now: Timestamp,
    ) -> Result<Option<String>, KeyError> {
        let sealed = self.previous_sealed.as_deref();
        let valid = sealed.filter(|_| self.previous_secret_until(now).is_some());
        valid
            .map(|sealed| open_secret(key, &self.id, sealed))
            .transpose()
    }

    /// Whether the browser may be sent to `uri`: a declared redirect URI, or the connect URL.
    pub fn allows_redirect(&self, uri: &str) -> bool {
        let is_declared = self.app.redirect_uris.iter().any(|allowed| allowed == uri);
        self.is_open() || is_declared || self.app.connect_url.as_deref() == Some(uri)
    }

    /// Whether it can be connected from the back office, rather than only from its own screen.
    pub fn is_app(&self) -> bool {
        let has_scope = self.app.location_scope.is_some() || self.app.account_scope.is_some();
        has_scope && self.app.connect_url.is_some()
    }

    /// Whether any redirect URI is allowed.
    pub fn is_open(&self) -> bool {
        self.app.redirect_uris.is_empty()
    }
}

/// The secret of a client, which is stored sealed.
pub(crate) fn open_secret(
    key: &MasterKey,
    client: &ClientId,
    sealed: &[u8],
) -> Result<String, KeyError> {
    key.open(client.as_str(), sealed)
}

/// What a client is registered with.
#[derive(Clone)]
pub struct NewClient {
    /// An id of one's own; none makes one.
    pub id: Option<ClientId>,
    /// A secret of one's own; none makes one.
    pub secret: Option<String>,
    /// Its name.
    pub name: String,
    /// Who manages it.
    pub owner: Option<UserId>,
    /// Whether every merchant sees it.
    pub is_listed: bool,
    /// What it says of itself.
    pub app: AppFields,
    /// How its callbacks are sent.
    pub callbacks: CallbackOptions,
}

/// Prints no field: one of them is the secret of the client.
impl fmt::Debug for NewClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewClient").finish_non_exhaustive()
    }
}

/// Registers a client and answers it with its secret; none when the id is taken, or the name of one that
/// is to be listed.
pub fn insert(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    new: &NewClient,
) -> db::Result<Option<(ClientId, String)>> {
    let id = new.id.clone().unwrap_or_else(|| {
        let number = 100_000_000_000 + tx.entropy().below(900_000_000_000);
        ClientId::from_generated(format!("{number}.clients.passeplat"))
    });
    let secret = new
        .secret
        .clone()
        .unwrap_or_else(|| tx.entropy().hex::<32>());
    let sealed = seal_secret(tx, key, &id, &secret)?;
    let (document, now) = (json::text(&new.app)?, tx.now());
    let owner = new.owner.as_ref();
    let list_for_every_merchant = listed_name(new.is_listed, &new.name);
    let values = args![
        &id,
        &new.name,
        owner,
        sealed,
        new.is_listed,
        document,
        now,
        list_for_every_merchant,
        new.callbacks.has_standard_webhooks,
        new.callbacks.is_strict,
        new.callbacks.coalesces_updates
    ];
    Ok((tx.execute(INSERT, values)? == 1).then_some((id, secret)))
}

fn seal_secret(tx: &Tx<'_>, key: &MasterKey, id: &ClientId, secret: &str) -> db::Result<Vec<u8>> {
    key.seal(id.as_str(), secret, tx.entropy())
        .map_err(|error| db::Error::Broken(error.to_string()))
}

/// One client.
pub fn find(tx: &mut Tx<'_>, id: &ClientId) -> db::Result<Option<Client>> {
    tx.first(FIND, args![id])
}

/// The clients that a user manages.
pub fn list_of_owner(tx: &mut Tx<'_>, owner: &UserId) -> db::Result<Vec<Client>> {
    tx.all(OWNED, args![owner])
}

/// The clients that every merchant is offered.
pub fn list_for_every_merchant(tx: &mut Tx<'_>) -> db::Result<Vec<Client>> {
    tx.all(LISTED, &[])
}

fn listed_name(is_listed: bool, name: &str) -> Option<String> {
    is_listed.then(|| names::normalize_name(name))
}

/// Whether another client that every merchant is offered has a name that looks like this one's.
pub fn is_name_taken(tx: &mut Tx<'_>, client: &Client) -> db::Result<bool> {
    let folded = names::normalize_name(&client.name);
    let mut others = list_for_every_merchant(tx)?
        .into_iter()
        .filter(|it| it.id != client.id);
    Ok(others.any(|it| names::normalize_name(&it.name) == folded))
}

/// Keeps name, app fields and callback options. The name of a listed one must not be taken: see [`is_name_taken`].
pub fn update(tx: &mut Tx<'_>, client: &Client) -> db::Result<()> {
    let document = json::text(&client.app)?;
    let list_for_every_merchant = listed_name(client.is_listed, &client.name);
    let (id, name) = (&client.id, &client.name);
    let CallbackOptions {
        has_standard_webhooks,
        is_strict,
        coalesces_updates,
    } = client.callbacks;
    tx.write(
        UPDATE,
        args![
            id,
            name,
            client.is_listed,
            document,
            list_for_every_merchant,
            has_standard_webhooks,
            is_strict,
            coalesces_updates
        ],
    )
}

/// For how long the secret that was replaced is still valid: an app has to be told of the new one.
pub const PREVIOUS_SECRET_LIFETIME: SignedDuration = SignedDuration::from_hours(24);

/// Gives the client a new secret. The one before it is valid for [`PREVIOUS_SECRET_LIFETIME`] more; one
/// before that no longer is.
pub fn rotate(tx: &mut Tx<'_>, key: &MasterKey, client: &Client) -> db::Result<String> {
    let secret = tx.entropy().hex::<32>();
    let sealed = seal_secret(tx, key, &client.id, &secret)?;
    let until = tx.now() + PREVIOUS_SECRET_LIFETIME;
    tx.write(ROTATE, args![&client.id, sealed, until])?;
    Ok(secret)
}

/// The secret that was replaced is worth nothing from this moment on.
pub fn forget_previous_secret(tx: &mut Tx<'_>, id: &ClientId) -> db::Result<()> {
    tx.write(FORGET_PREVIOUS, args![id])
}

/// Removes the client; its connections are to be revoked by the caller.
pub fn delete(tx: &mut Tx<'_>, id: &ClientId) -> db::Result<()> {
    tx.write(DELETE, args![id, tx.now()])
}
