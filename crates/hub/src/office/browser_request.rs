//! One request of a browser: its cookies, language and form token, signed in or not.
//!
//! The form token is bound to a random value in a cookie: the session's, or, before anybody has
//! signed in, one that only serves this purpose. Cookies are `HttpOnly` and `SameSite=Lax`, and
//! `Secure` as soon as the hub is reached over https.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

use super::form::RawForm;
use super::frame::Frame;
use super::response::local;
use super::session::store::SessionOrigin;
use super::session::{PENDING_LOG_IN, PENDING_SECONDS, PendingLogIn};
use super::translations::Language;
use crate::entropy::hex;
use crate::http::client_ip::client_address;
use crate::hub::Hub;
use crate::secret;
use crate::users::store::User;

/// The cookie that holds the token of the session.
pub(crate) const SESSION: &str = "passeplat_session";
/// The cookie to which form tokens are bound before there is a session.
const VISIT: &str = "passeplat_visit";
/// The cookie that holds the language that the reader has chosen.
const LANGUAGE: &str = "passeplat_language";
/// The cookie that holds where the user was last, as `account` or `account/location`.
pub(crate) const SELECTION: &str = "passeplat_place";

/// The cookie that says that a user has signed in with this browser before.
const KNOWN: &str = "passeplat_known";

/// Six months, in seconds: a session without activity ends then.
pub(crate) const SIX_MONTHS: i64 = 183 * 86_400;

/// Characters at most that are stored of what a browser says of itself.
const MAX_USER_AGENT_CHARS: usize = 300;

/// One request of a browser.
#[derive(Clone)]
pub struct BrowserRequest {
    /// The language to answer in.
    pub language: Language,
    /// Path and query of the page: the one that was asked for, or the one whose form was sent.
    pub path: String,
    /// The token that this browser's forms must carry.
    pub csrf: String,
    /// The number of the forms of this answer, see [`form_deduplication`](super::form_deduplication).
    number: String,
    /// The address from which it comes, if it is known.
    pub address: Option<IpAddr>,
    /// What the browser says of itself, cut.
    user_agent: String,
    pub(crate) session: Option<String>,
    /// Where the user of this browser was last.
    pub(crate) selection: Option<String>,
    /// Whether that is news to the browser.
    pub(crate) is_new_place: bool,
    known: Option<String>,
    pending_log_in: Option<String>,
    fresh: Option<String>,
    /// How long a session lasts at most.
    pub(crate) longest: SignedDuration,
    is_secure: bool,
    domain: String,
    brand: String,
}

/// Prints no field: the token of a session is one of them.
impl fmt::Debug for BrowserRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserRequest").finish_non_exhaustive()
    }
}

impl BrowserRequest {
    /// Reads what a browser sent along; the same for as long as a request is being answered.
    pub(crate) fn of(hub: &Hub, parts: &Parts) -> Self {
        if let Some(browser) = parts.extensions.get::<Self>() {
            return browser.clone();
        }
        let (headers, path) = (&parts.headers, page(parts));
        let config = hub.config();
        let is_secure = [config.office_url(), config.oauth_url()]
            .iter()
            .all(|url| url.starts_with("https://"));
        let domain = config.server.cookie_domain.clone();
        let prefix = prefix(is_secure, &domain);
        let cookie = |headers, name: &str| cookie(headers, &format!("{prefix}{name}"));
        let session = cookie(headers, SESSION);
        let (anchor, fresh) = match session.clone().or_else(|| cookie(headers, VISIT)) {
            Some(anchor) => (anchor, None),
            None => {
                let anchor = hub.entropy().hex::<16>();
                (anchor.clone(), Some(anchor))
            }
        };
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let parameter = path.split_once('?').and_then(|(_, query)| {
            let query = crate::http::paging::Query::parse(query);
            query.get("locale").and_then(Language::of_tag)
        });
        let language = parameter
            .or_else(|| cookie(headers, LANGUAGE).and_then(|tag| Language::of_tag(&tag)))
            .unwrap_or_else(|| Language::of_header(accepted.unwrap_or_default()));
        Self {
            language,
            path,
            number: hub.entropy().hex::<16>(),
            csrf: hex(&hub.key().mac("form token", &[&anchor])[..16]),
            address: client_address(hub, parts),
            user_agent: user_agent(headers),
            session,
            selection: cookie(headers, SELECTION),
            is_new_place: false,
            known: cookie(headers, KNOWN),
            pending_log_in: cookie(headers, PENDING_LOG_IN),
            fresh,
            longest: SignedDuration::from_hours(24 * i64::from(config.server.session_days)),
            is_secure,
            domain,
            brand: config.brand.clone(),
        }
    }

    /// A frame without a menu.
    pub fn plain_frame(&self) -> Frame {
        Frame {
            number: self.number.clone(),
            ..Frame::plain(self.language, &self.brand, &self.path, &self.csrf)
        }
    }

    /// The cookie that must go with the first page.
    pub(crate) fn fresh_cookie(&self) -> Option<HeaderValue> {
        self.fresh
            .as_deref()
            .and_then(|anchor| self.cookie(VISIT, anchor, SIX_MONTHS))
    }

    /// The cookie that keeps where the user is now, if it keeps another place.
    pub(crate) fn place_cookie(&self) -> Option<HeaderValue> {
        let place = self.selection.as_deref().filter(|_| self.is_new_place)?;
        self.cookie(SELECTION, place, SIX_MONTHS)
    }

    /// From where a session is used with it.
    pub(crate) fn session_origin(&self) -> SessionOrigin {
        SessionOrigin {
            address: self.address,
            user_agent: self.user_agent.clone(),
        }
    }

    /// A cookie for this browser, for so many seconds; 0 removes it.
    pub(crate) fn cookie(&self, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let domain = match self.domain.as_str() {
            "" => String::new(),
            domain => format!("; Domain={domain}"),
        };
        let prefix = prefix(self.is_secure, &self.domain);
        let text = format!(
            "{prefix}{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{domain}{secure}"
        );
        HeaderValue::try_from(text).ok()
    }

    /// The cookie of a session.
    pub(crate) fn session_cookie(&self, token: &str) -> Option<HeaderValue> {
        self.cookie(SESSION, token, SIX_MONTHS)
    }

    /// Whether this user has signed in with this browser, with the password that they still have.
    pub(crate) fn knows(&self, hub: &Hub, user: &User) -> bool {
        let known = self.known.as_deref().unwrap_or_default();
        secret::constant_time_eq(known, &known_by(hub, user))
    }

    /// The cookie by which this browser is known as this user's.
    pub(crate) fn known_cookie(&self, hub: &Hub, user: &User) -> Option<HeaderValue> {
        self.cookie(KNOWN, &known_by(hub, user), SIX_MONTHS)
    }

    /// The log-in of this browser whose code is still to come.
    pub(crate) fn pending_log_in(&self) -> Option<PendingLogIn> {
        PendingLogIn::parse(self.pending_log_in.as_deref()?)
    }

    /// The cookie of a log-in whose code is still to come.
    pub(crate) fn pending_log_in_cookie(&self, hub: &Hub, user: &User) -> Option<HeaderValue> {
        let text = PendingLogIn::text(hub.key(), user, hub.clock().now());
        self.cookie(PENDING_LOG_IN, &text, PENDING_SECONDS)
    }

    /// What takes that cookie away, if the browser has one.
    pub(crate) fn pending_log_in_end(&self) -> Option<HeaderValue> {
        self.pending_log_in.as_ref()?;
        self.cookie(PENDING_LOG_IN, "", 0)
    }

    /// The cookie that keeps a language.
    pub(crate) fn language_cookie(&self, language: Language) -> Option<HeaderValue> {
        self.cookie(LANGUAGE, language.tag(), SIX_MONTHS)
    }
}

/// `__Host-` where a browser holds to it: such a cookie is set over https, by this host alone, so that
/// no other host below the same domain can plant one. Not over plain http, as on one's own machine, nor
/// where two hosts share their cookies.
fn prefix(is_secure: bool, domain: &str) -> &'static str {
    if is_secure && domain.is_empty() {
        "__Host-"
    } else {
        ""
    }
}

/// What a browser of a user is known by, until their password changes.
fn known_by(hub: &Hub, user: &User) -> String {
    let password = user.password_hash.as_deref().unwrap_or_default();
    let mac = hub
        .key()
        .mac("known browser", &[user.id.as_str(), password]);
    hex(&mac[..16])
}

/// The page to come back to: the one that was asked for, or the one whose form was sent, which says so
/// itself; else the browser does.
fn page(parts: &Parts) -> String {
    let own = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    if parts.method.is_safe() {
        return local(own).to_owned();
    }
    let form = parts.extensions.get::<Arc<RawForm>>();
    if let Some(page) = form.and_then(|form| form.find("page")) {
        return local(page).to_owned();
    }
    let referer = parts
        .headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok())
        .and_then(|referer| url::Url::parse(referer).ok());
    match referer {
        None => local(own).to_owned(),
        Some(url) => local(&url[url::Position::BeforePath..url::Position::AfterQuery]).to_owned(),
    }
}

/// What a browser says of itself, in plain characters and not endless.
fn user_agent(headers: &HeaderMap) -> String {
    let value = headers.get(header::USER_AGENT);
    let text = value.and_then(|value| value.to_str().ok());
    let plain = text.unwrap_or_default().chars();
    plain.take(MAX_USER_AGENT_CHARS).collect()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

impl FromRequestParts<Hub> for BrowserRequest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Self::Rejection> {
        Ok(Self::of(hub, parts))
    }
}
