//! Who may see an app's screens. The apps know no users: on this machine whoever sits in front of it
//! is the user. Beyond it a password is asked for, and without one an app does not start there.
//!
//! The password travels in every request (HTTP Basic, any user name), so the app belongs behind a
//! proxy that speaks https. The hub's own requests need no password: they are verified otherwise.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use client::Secret;
use jiff::{SignedDuration, Timestamp};

use super::AppError;
use super::clock::Clock;
use super::settings::AppSettings;

/// Characters that a password must have.
const MIN_PASSWORD_CHARS: usize = 12;

/// Wrong passwords in a minute, from all addresses together, after which every request is refused.
const MAX_FAILURES_PER_MINUTE: u32 = 20;

/// Refuses an address or a public URL that other machines can reach when there is no password, and refuses
/// any password that is too short.
pub(crate) fn check_password(
    address: SocketAddr,
    public_url: &str,
    password: Option<&Secret>,
) -> Result<(), AppError> {
    match password {
        None if !address.ip().is_loopback() => Err(AppError::PasswordRequired(address.to_string())),
        None if !is_of_this_machine(public_url) => {
            Err(AppError::PasswordRequired(public_url.into()))
        }
        Some(password) if password.expose().chars().count() < MIN_PASSWORD_CHARS => {
            Err(AppError::PasswordTooShort(MIN_PASSWORD_CHARS))
        }
        _ => Ok(()),
    }
}

/// Whether only this machine can reach a URL.
fn is_of_this_machine(url: &str) -> bool {
    let url = url::Url::parse(url);
    match url.as_ref().ok().and_then(url::Url::host) {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

struct PasswordGate {
    app_name: &'static str,
    password: Secret,
    clock: Clock,
    public_paths: &'static [&'static str],
    failures: Mutex<Failures>,
}

/// The wrong passwords of the present minute.
struct Failures {
    since: Timestamp,
    count: u32,
}

/// Asks for the password of the settings, if they have one, on all but the public paths.
pub(crate) fn require_password(
    router: Router,
    app_name: &'static str,
    settings: &AppSettings,
    public_paths: &'static [&'static str],
) -> Router {
    let Some(password) = settings.password.clone() else {
        return router;
    };
    let gate = PasswordGate {
        app_name,
        password,
        clock: settings.clock.clone(),
        public_paths,
        failures: Mutex::new(Failures {
            since: settings.clock.now(),
            count: 0,
        }),
    };
    router.layer(from_fn_with_state(Arc::new(gate), password_middleware))
}

async fn password_middleware(
    State(gate): State<Arc<PasswordGate>>,
    request: Request,
    next: Next,
) -> Response {
    if gate.public_paths.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    if gate.is_locked_out(gate.clock.now()) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    match basic_password(request.headers()) {
        Some(password) if password == gate.password => next.run(request).await,
        Some(_) => {
            gate.record_failure();
            gate.challenge()
        }
        None => gate.challenge(),
    }
}

impl PasswordGate {
    /// The response that makes a browser ask for the password.
    fn challenge(&self) -> Response {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        let scheme = format!("Basic realm=\"{}\", charset=\"UTF-8\"", self.app_name);
        if let Ok(scheme) = HeaderValue::try_from(scheme) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }

    fn is_locked_out(&self, now: Timestamp) -> bool {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(failures.since) >= SignedDuration::from_mins(1) {
            *failures = Failures {
                since: now,
                count: 0,
            };
        }
        failures.count >= MAX_FAILURES_PER_MINUTE
    }

    fn record_failure(&self) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.count += 1;
        tracing::warn!(app = self.app_name, "a wrong password");
    }
}

/// The password in the `Authorization` header of a request.
fn basic_password(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    text.split_once(':')
        .map(|(_, password)| Secret::from(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_an_app_needs_a_good_password() {
        let reached_at = |address: &str, url: &str, password: Option<&str>| {
            let (address, password) = (address.parse(), password.map(Secret::new));
            address.is_ok_and(|address| check_password(address, url, password.as_ref()).is_ok())
        };
        let accepts =
            |address: &str, password| reached_at(address, "http://localhost:8101", password);
        let good = Some("fourchette bleue");
        for here in ["127.0.0.1:8101", "[::1]:8101"] {
            assert!(accepts(here, None) && accepts(here, good), "{here}");
        }
        for elsewhere in ["0.0.0.0:8101", "192.168.1.4:80", "[::]:8101"] {
            assert!(
                !accepts(elsewhere, None) && accepts(elsewhere, good),
                "{elsewhere}"
            );
            assert!(!accepts(elsewhere, Some("court")), "{elsewhere}");
        }
        // Behind a proxy of this machine.
        for url in ["https://till.example", "http://192.168.1.4", "till"] {
            let accepts = |password| reached_at("127.0.0.1:8101", url, password);
            assert!(!accepts(None) && accepts(good), "{url}");
        }
    }
}
