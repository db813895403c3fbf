//! What an app asks for: read, checked, and answered at the app's own address.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use wire::id::{ClientId, ConnectionId, MAX_REF_CHARS};
use wire::problem::too_long;
use wire::scope::Scope;

use super::super::{ConsentError, Origin};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::oauth::clients::{self, Client, may_be_redirected};
use crate::office::widgets::AppFace;
use crate::users::store::{self as users, User};

/// Instead of an address: the code is shown, and the user carries it over.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// An address as browsers send it, with what no header can carry encoded.
fn encode_address(address: &str) -> String {
    // Of ASCII. All that is beyond is encoded anyway.
    const SPACES: &AsciiSet = &CONTROLS.add(b' ');
    utf8_percent_encode(address, SPACES).to_string()
}

/// What an app asks for, as it came.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub raw: String,
    pub query: Query,
}

/// What an app asks for, checked.
#[derive(Clone, Debug)]
pub(super) struct AuthorizeRequest {
    pub client: Client,
    /// Who manages the client; none is the hub's operator.
    pub maker: Option<User>,
    pub redirect_uri: String,
    pub state: Option<String>,
    pub device: String,
    pub challenge: Option<String>,
    /// None: the app only asks whether the user may open this instance.
    pub scope: Option<Scope>,
    pub instance: Option<ConnectionId>,
}

/// A request that cannot be answered with a redirection.
pub(super) struct AuthorizeRefusal {
    pub error: ConsentError,
    pub detail: String,
}

impl Request {
    pub fn of(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            query: Query::parse(raw),
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.non_empty(name)
    }

    pub fn check(&self, tx: &mut Tx<'_>) -> db::Result<Result<AuthorizeRequest, AuthorizeRefusal>> {
        let refused = |error, detail: String| Ok(Err(AuthorizeRefusal { error, detail }));
        let id = self.get("client_id").unwrap_or_default();
        let client = match ClientId::parse(id) {
            Ok(id) => clients::find(tx, &id)?,
            Err(_) => None,
        };
        let Some(client) = client else {
            return refused(ConsentError::Client, format!("client_id: {id}"));
        };
        let redirect_uri = self.get("redirect_uri").unwrap_or_default().to_owned();
        let is_known = redirect_uri == OUT_OF_BAND || client.allows_redirect(&redirect_uri);
        if !is_known || !may_be_redirected(&redirect_uri) {
            return refused(
                ConsentError::Redirect,
                format!("redirect_uri: {redirect_uri}"),
            );
        }
        let instance = self
            .get("app_instance_id")
            .map(ConnectionId::parse)
            .and_then(Result::ok);
        let has_instance = self.get("app_instance_id").is_some();
        let scope = match self.get("scope") {
            None if has_instance => None,
            None => return refused(ConsentError::Scope, "scope: can't be blank".to_owned()),
            Some(text) => match Scope::parse(text) {
                Ok(scope) => Some(scope),
                Err(error) => return refused(ConsentError::Scope, format!("scope: {error}")),
            },
        };
        let challenge = match (
            self.get("code_challenge"),
            self.get("code_challenge_method"),
        ) {
            (Some(challenge), Some("S256")) => Some(challenge.to_owned()),
            (Some(_), _) => {
                let detail = "code_challenge_method: only S256 is supported";
                return refused(ConsentError::Scope, detail.to_owned());
            }
            (None, _) => None,
        };
        let device: String = self
            .get("device_id")
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        // Refused rather than cut: two devices would be taken for one.
        if device.chars().count() > MAX_REF_CHARS {
            let detail = format!("device_id: {}", too_long(MAX_REF_CHARS));
            return refused(ConsentError::Device, detail);
        }
        let maker = match &client.owner {
            Some(owner) => users::find(tx, owner)?,
            None => None,
        };
        Ok(Ok(AuthorizeRequest {
            client,
            maker,
            redirect_uri,
            state: self
                .raw
                .split('&')
                .find_map(|pair| pair.strip_prefix("state="))
                .map(str::to_owned),
            device,
            challenge,
            scope,
            instance,
        }))
    }
}

impl AuthorizeRequest {
    pub fn is_out_of_band(&self) -> bool {
        self.redirect_uri == OUT_OF_BAND
    }

    /// Back to the app. Its address is kept byte for byte, with its own query.
    pub fn redirect_back(&self, name: &str, value: &str) -> Response {
        let mut pairs = format!("{name}={value}");
        if let Some(state) = &self.state {
            // As it came, byte for byte: some apps compare it before they decode it.
            pairs.push_str("&state=");
            pairs.push_str(state);
        }
        let (address, fragment) = match self.redirect_uri.split_once('#') {
            Some((address, fragment)) => (address, format!("#{fragment}")),
            None => (self.redirect_uri.as_str(), String::new()),
        };
        let join = if address.contains('?') { '&' } else { '?' };
        let location = format!("{address}{join}{pairs}{fragment}");
        match HeaderValue::try_from(encode_address(&location)) {
            Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        }
    }

    /// Whether the address is the app's own beyond doubt: declared, or on the host of one of its
    /// declared addresses. Only there may somebody be sent without having been asked.
    pub fn is_own_address(&self) -> bool {
        if self.is_out_of_band() {
            return false;
        }
        let app = &self.client.app;
        let declared = [&app.connect_url, &app.open_url, &app.disconnect_url];
        let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin());
        let here = origin(&self.redirect_uri).filter(url::Origin::is_tuple);
        app.redirect_uris.contains(&self.redirect_uri)
            || here.is_some()
                && declared
                    .into_iter()
                    .flatten()
                    .any(|declared| origin(declared) == here)
    }

    pub fn face(&self) -> AppFace {
        AppFace::new(self.client.name.as_str(), self.client.app.logo_url.clone())
    }

    pub fn origin(&self) -> Origin {
        let maker = self.maker.as_ref();
        Origin {
            maker: maker.map(|user| (user.name.clone(), user.email.clone())),
            host: (!self.is_out_of_band()).then(|| self.host()),
        }
    }

    /// The host to which the user will be sent while the app has not said which addresses are its own.
    /// Its connect URL is one that it has declared.
    pub fn open_host(&self) -> Option<String> {
        let is_connect_url = self.client.app.connect_url.as_deref() == Some(&*self.redirect_uri);
        let open = self.client.is_open() && !self.is_out_of_band() && !is_connect_url;
        open.then(|| self.host())
    }

    fn host(&self) -> String {
        url::Url::parse(&self.redirect_uri)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            // As it will be sent: what cannot be seen, or turns the text round, is written out.
            .unwrap_or_else(|| encode_address(&self.redirect_uri))
    }
}
