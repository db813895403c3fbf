//! What an app is told when it starts.

use std::path::PathBuf;
use std::time::Duration;

use client::{HubClient, RetryChanges, RetryPolicy, Secret};

use super::Failure;
use super::clock::Clock;

/// Settings of one app. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The hub's API, such as `http://127.0.0.1:8080/v1`.
    pub api_url: String,
    /// The hub's OAuth server, such as `http://127.0.0.1:8080/oauth2/v1`.
    pub oauth_url: String,
    /// The hub's back office, where links to the hub lead.
    pub back_office_url: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret.
    pub client_secret: Secret,
    /// Where browsers and the hub reach this app, such as `http://127.0.0.1:8101`.
    pub public_url: String,
    /// The JSON file where the app keeps its connections. Holds tokens: created with mode 0600.
    pub state_file: PathBuf,
    /// The hub's name on screens.
    pub brand: String,
    /// How often waiting events are fetched, and live pages refreshed. 30 s is what the API asks
    /// of real apps.
    pub poll_interval: Duration,
    /// What whoever opens the app's screens is asked for. None only on this machine.
    pub password: Option<Secret>,
    /// What time it is.
    pub clock: Clock,
}

impl Settings {
    /// Settings with the brand `Passeplat`, a poll every 30 s and the real clock.
    pub fn new(
        hub: &HubUrls,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        public_url: impl Into<String>,
        state_file: impl Into<PathBuf>,
    ) -> Settings {
        Settings {
            api_url: hub.api.clone(),
            oauth_url: hub.oauth.clone(),
            back_office_url: hub.back_office.clone(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            public_url: public_url.into(),
            state_file: state_file.into(),
            brand: "Passeplat".into(),
            poll_interval: Duration::from_secs(30),
            password: None,
            clock: Clock::Real,
        }
    }

    /// The hub, for calls somebody waits for.
    pub(crate) fn hub(&self) -> Result<HubClient, Failure> {
        let retry = RetryPolicy {
            // Of our own hub it is known that it knows keys.
            retry_changes: RetryChanges::Always,
            ..RetryPolicy::interactive()
        };
        Ok(HubClient::new(&self.api_url, &self.oauth_url)?.with_retry_policy(retry))
    }

    /// A path below the app's own address.
    pub(crate) fn own_url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }

    /// Seconds between refreshes of a live page, at least one.
    pub(crate) fn refresh_seconds(&self) -> u64 {
        self.poll_interval.as_secs().max(1)
    }
}

/// The three addresses of a hub.
#[derive(Clone, Debug)]
pub struct HubUrls {
    /// Such as `http://127.0.0.1:8080/v1`.
    pub api: String,
    /// Such as `http://127.0.0.1:8080/oauth2/v1`.
    pub oauth: String,
    /// Such as `http://127.0.0.1:8080`.
    pub back_office: String,
}

impl HubUrls {
    /// The usual paths below one address, such as `http://127.0.0.1:8080`.
    pub fn below(address: &str) -> HubUrls {
        let address = address.trim_end_matches('/');
        HubUrls {
            api: format!("{address}/v1"),
            oauth: format!("{address}/oauth2/v1"),
            back_office: address.into(),
        }
    }
}
