//! An app, and how a merchant connects it to the hub (API, chapter OAuth 2.0).

use base64::Engine as _;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::hub_client::HubClient;
use crate::idempotency::IdempotencyKey;
use crate::secret::Secret;
use crate::transport::{HttpRequest, HttpResponse, IDEMPOTENCY_KEY_HEADER};

/// The redirect URI of programs without a web address: the merchant copies the code by hand.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// A registered program: what identifies it when it exchanges codes and revokes tokens.
#[derive(Clone, Debug)]
pub struct App {
    hub: HubClient,
    client_id: String,
    client_secret: Secret,
}

/// What the merchant is asked on the authorise page.
#[derive(Clone, Debug, Default)]
pub struct AuthorizeRequest {
    /// Such as `location[orders.write,catalog.read]`. `None` only when access to a known
    /// `app_instance_id` is checked again.
    pub scope: Option<String>,
    /// Where the browser goes afterwards, or [`OUT_OF_BAND`].
    pub redirect_uri: String,
    /// Comes back unchanged; compare it, so that nobody can slip in a code of their own.
    pub state: Option<String>,
    /// Makes a connection of its own for each device of a location.
    pub device_id: Option<String>,
    /// The known connection whose access is checked again.
    pub app_instance_id: Option<String>,
    /// Two letters, to fill in the sign-up form.
    pub country: Option<String>,
    /// Fills in the sign-up form.
    pub account_name: Option<String>,
    /// Fills in the sign-up form.
    pub location_name: Option<String>,
}

impl AuthorizeRequest {
    /// Asks for a scope, to be answered at a redirect URI.
    pub fn new(scope: impl Into<String>, redirect_uri: impl Into<String>) -> AuthorizeRequest {
        AuthorizeRequest {
            scope: Some(scope.into()),
            redirect_uri: redirect_uri.into(),
            ..AuthorizeRequest::default()
        }
    }

    /// With a `state` that must come back.
    pub fn with_state(mut self, state: impl Into<String>) -> AuthorizeRequest {
        self.state = Some(state.into());
        self
    }
}

/// The answer of `POST /token`. Fields that do not apply are `None`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// To be sent with every call. Never expires; dies by revocation.
    pub access_token: Secret,
    /// `Bearer`.
    #[serde(default)]
    pub token_type: Option<String>,
    /// Account of the connection.
    #[serde(default)]
    pub account_id: Option<String>,
    /// Its name when the code was exchanged.
    #[serde(default)]
    pub account_name: Option<String>,
    /// Location, for a scope that begins with `location[`.
    #[serde(default)]
    pub location_id: Option<String>,
    /// Its name when the code was exchanged.
    #[serde(default)]
    pub location_name: Option<String>,
    /// Catalog, when the merchant picked one.
    #[serde(default)]
    pub catalog_id: Option<String>,
    /// Its name when the code was exchanged.
    #[serde(default)]
    pub catalog_name: Option<String>,
    /// Customer list, when the merchant picked one.
    #[serde(default)]
    pub customer_list_id: Option<String>,
    /// Its name when the code was exchanged.
    #[serde(default)]
    pub customer_list_name: Option<String>,
    /// The connection as the hub names it to the app. Not a secret, hence no proof of identity.
    #[serde(default)]
    pub app_instance_id: Option<String>,
    /// The user, when a profile permission was granted.
    #[serde(default)]
    pub user_id: Option<String>,
}

impl App {
    pub(crate) fn new(hub: HubClient, client_id: String, client_secret: Secret) -> App {
        App {
            hub,
            client_id,
            client_secret,
        }
    }

    /// The app's own id.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The page where the merchant allows or refuses (API, chapter OAuth 2.0: authorize).
    pub fn authorize_url(&self, request: &AuthorizeRequest) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.client_id);
        query.append_pair("redirect_uri", &request.redirect_uri);
        let optional = [
            ("scope", &request.scope),
            ("state", &request.state),
            ("device_id", &request.device_id),
            ("app_instance_id", &request.app_instance_id),
            ("country", &request.country),
            ("account_name", &request.account_name),
            ("location_name", &request.location_name),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        format!("{}/authorize?{}", self.hub.base_oauth_url, query.finish())
    }

    /// Exchanges a code for a token. A code works once, within ten minutes. Each call has an
    /// `Idempotency-Key` of its own, so that a hub that supports keys can be asked again after a lost
    /// response, and answers the same. Whoever finds a code that was used does not have that key: the
    /// same code in another call is refused.
    ///
    /// # Errors
    /// [`Error::Api`] with 400 for an unknown, used or expired code, with 401 for a wrong client.
    /// After [`Error::Interrupted`] the code may be spent at a hub that does not support keys.
    pub async fn exchange(&self, code: &str) -> Result<TokenResponse, Error> {
        let key = IdempotencyKey::random()?;
        let answer = self.post("token", "code", code, Some(&key)).await?;
        serde_json::from_slice(&answer.body).map_err(|error| Error::Decode(error.to_string()))
    }

    /// Ends a connection: its token, its callback and its waiting events are gone.
    ///
    /// # Errors
    /// [`Error::Api`] with 401 for a wrong client or a token of another one. Revoking twice is
    /// fine.
    pub async fn revoke(&self, token: &Secret) -> Result<(), Error> {
        self.post("revoke", "token", token.expose(), None)
            .await
            .map(|_| ())
    }

    async fn post(
        &self,
        path: &str,
        name: &str,
        value: &str,
        key: Option<&IdempotencyKey>,
    ) -> Result<HttpResponse, Error> {
        let pair = format!("{}:{}", self.client_id, self.client_secret.expose());
        let basic = base64::engine::general_purpose::STANDARD.encode(pair);
        let mut authorization = HeaderValue::from_str(&format!("Basic {basic}"))
            .map_err(|error| Error::Encode(error.to_string()))?;
        authorization.set_sensitive(true);
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, authorization);
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY_HEADER, key.header());
        }
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(header::CONTENT_TYPE, form);
        // Built in one expression: the serializer must not live across the await.
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        let request = HttpRequest {
            method: Method::POST,
            url: format!("{}/{path}", self.hub.base_oauth_url),
            headers,
            body: Bytes::from(body),
        };
        self.hub.transport.send(&request, &self.hub.retry).await
    }
}
