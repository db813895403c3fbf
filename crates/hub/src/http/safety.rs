//! What every answer of the hub tells a browser, whatever it is: to take it for what it says it is, and to
//! come by https only where the hub is reached so.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;

use crate::hub::Hub;

/// A year. Hosts below this one are their owners' to speak for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");

/// `routes` with these headers. Over plain http browsers ignore the second one.
pub(crate) fn told(hub: &Hub, routes: Router) -> Router {
    let config = hub.config();
    let urls = [config.api_url(), config.oauth_url(), config.office_url()];
    let is_secure = urls.iter().any(|url| url.starts_with("https://"));
    routes.layer(map_response(move |mut response: Response| async move {
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
        if is_secure {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
        response
    }))
}
