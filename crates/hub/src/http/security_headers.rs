//! What every answer of the hub tells a browser, whatever it is: to take it for what it says it is, and to
//! come by https only where the hub is reached so.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;

use crate::config::Config;
use crate::hub::Hub;

/// A year. Hosts below this one are their owners' to speak for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Other hosts learn from which host somebody comes, and never from which address: links in mails are
/// secrets.
const REFERRER: HeaderValue = HeaderValue::from_static("strict-origin-when-cross-origin");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// The security headers that the settings ask for. Over plain http browsers ignore `Strict-Transport-Security`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SecurityHeaders {
    is_https: bool,
}

impl SecurityHeaders {
    pub(crate) fn of(config: &Config) -> Self {
        let urls = [config.api_url(), config.oauth_url(), config.office_url()];
        Self {
            is_https: urls.iter().any(|url| url.starts_with("https://")),
        }
    }

    pub(crate) fn mark(self, headers: &mut HeaderMap) {
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        headers.entry(header::REFERRER_POLICY).or_insert(REFERRER);
        if self.is_https {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
    }
}

/// Adds the security headers to every response of `routes`.
pub(crate) fn with_security_headers(hub: &Hub, routes: Router) -> Router {
    let security_headers = SecurityHeaders::of(hub.config());
    routes.layer(map_response(move |mut response: Response| async move {
        security_headers.mark(response.headers_mut());
        response
    }))
}
