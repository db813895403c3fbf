//! Who may see an app's screens. The apps know no users: on this machine whoever sits in front of it
//! is the user. Beyond it a password is asked for, and without one an app does not start there.
//!
//! The password travels in every request (HTTP Basic, any user name), so the app belongs behind a
//! proxy that speaks https. What the hub calls is not asked for it: it has its own proof.

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

use super::clock::Clock;
use super::settings::Settings;
use super::{Failure, chance};

/// Characters of a password at least.
const SHORTEST: usize = 12;

/// Wrong passwords in a minute, from wherever they come, before nobody is listened to.
const MOST_WRONG: u32 = 20;

/// Refuses to be reached from elsewhere without a password, and any password that is too short.
pub(crate) fn check(address: SocketAddr, password: Option<&Secret>) -> Result<(), Failure> {
    match password {
        None if !address.ip().is_loopback() => Err(Failure::Open(address)),
        Some(password) if password.expose().chars().count() < SHORTEST => {
            Err(Failure::WeakPassword(SHORTEST))
        }
        _ => Ok(()),
    }
}

struct Door {
    app: &'static str,
    password: Secret,
    clock: Clock,
    /// Paths that the hub calls.
    open: &'static [&'static str],
    /// Wrong passwords, since when.
    wrong: Mutex<(Timestamp, u32)>,
}

/// Puts the door in front of an app, if the settings have a password.
pub(crate) fn closed(
    router: Router,
    app: &'static str,
    settings: &Settings,
    open: &'static [&'static str],
) -> Router {
    let Some(password) = settings.password.clone() else {
        return router;
    };
    let door = Door {
        app,
        password,
        clock: settings.clock.clone(),
        open,
        wrong: Mutex::new((settings.clock.now(), 0)),
    };
    router.layer(from_fn_with_state(Arc::new(door), ask))
}

async fn ask(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    if door.open.contains(&request.uri().path()) {
        return next.run(request).await;
    }
    let now = door.clock.now();
    if door.is_tired(now) {
        return StatusCode::TOO_MANY_REQUESTS.into_response();
    }
    match told(request.headers()) {
        Some(password) if chance::same(&password, door.password.expose()) => {
            next.run(request).await
        }
        Some(_) => {
            door.note_wrong();
            door.please()
        }
        None => door.please(),
    }
}

impl Door {
    fn please(&self) -> Response {
        let mut response = StatusCode::UNAUTHORIZED.into_response();
        let asks = format!("Basic realm=\"{}\", charset=\"UTF-8\"", self.app);
        if let Ok(asks) = HeaderValue::try_from(asks) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, asks);
        }
        response
    }

    fn is_tired(&self, now: Timestamp) -> bool {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(wrong.0) >= SignedDuration::from_mins(1) {
            *wrong = (now, 0);
        }
        wrong.1 >= MOST_WRONG
    }

    fn note_wrong(&self) {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        wrong.1 += 1;
        tracing::warn!(app = self.app, "a wrong password");
    }
}

/// The password of a request.
fn told(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    text.split_once(':')
        .map(|(_, password)| password.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_an_app_needs_a_good_password() {
        let at = |text: &str, password: Option<&str>| {
            let password = password.map(Secret::new);
            text.parse()
                .is_ok_and(|address| check(address, password.as_ref()).is_ok())
        };
        let good = Some("fourchette bleue");
        for here in ["127.0.0.1:8101", "[::1]:8101"] {
            assert!(at(here, None) && at(here, good), "{here}");
        }
        for elsewhere in ["0.0.0.0:8101", "192.168.1.4:80", "[::]:8101"] {
            assert!(!at(elsewhere, None) && at(elsewhere, good), "{elsewhere}");
            assert!(!at(elsewhere, Some("court")), "{elsewhere}");
        }
    }
}
