//! The settings of an app.

use std::path::PathBuf;
use std::time::Duration;

use client::{HubClient, RetryChanges, RetryPolicy, Secret, TokenResponse};

use super::AppError;
use super::clock::Clock;

/// The settings of one app. Its secrets are [`Secret`]s, so that `Debug` shows none.
#[derive(Clone, Debug)]
pub struct AppSettings {
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
    /// The SQLite file of the app. It holds tokens: it is made with mode 0600.
    pub store_file: PathBuf,
    /// The most pages of 4 KiB that the store may have; none: as many as the disk has.
    pub max_store_pages: Option<u32>,
    /// The hub's name on screens.
    pub hub_name: String,
    /// How often waiting events are fetched, and live pages refreshed. 30 s is what the API asks
    /// of real apps.
    pub poll_interval: Duration,
    /// The password of the app's screens. Only an app that no other machine can reach may have none.
    pub password: Option<Secret>,
    /// The token of a connection that was made elsewhere, as `passeplat admin connection create` does.
    pub access_token: Option<Secret>,
    /// Connections that were made elsewhere, with all that the hub says of them.
    pub granted: Vec<TokenResponse>,
    /// The source of the present moment.
    pub clock: Clock,
}

impl AppSettings {
    /// Settings for a hub of the name `Passeplat`, a poll every 30 s and the real clock.
    pub fn new(
        hub: &HubUrls,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
        public_url: impl Into<String>,
        store_file: impl Into<PathBuf>,
    ) -> AppSettings {
        AppSettings {
            api_url: hub.api.clone(),
            oauth_url: hub.oauth.clone(),
            back_office_url: hub.back_office.clone(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            public_url: public_url.into(),
            store_file: store_file.into(),
            max_store_pages: None,
            hub_name: "Passeplat".into(),
            poll_interval: Duration::from_secs(30),
            password: None,
            access_token: None,
            granted: Vec::new(),
            clock: Clock::Real,
        }
    }

    /// The hub, with bounds for calls that a person waits for.
    pub(crate) fn hub_client(&self) -> Result<HubClient, AppError> {
        let retry = RetryPolicy {
            // A Passeplat hub is known to support keys.
            retry_changes: RetryChanges::Always,
            ..RetryPolicy::interactive()
        };
        Ok(HubClient::new(&self.api_url, &self.oauth_url)?.with_retry_policy(retry))
    }

    /// The URL of a path of the app.
    pub(crate) fn own_url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }

    /// Seconds between refreshes of a live page, at least one.
    pub(crate) fn refresh_secs(&self) -> u64 {
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
    /// The usual addresses of a hub that is reached at one URL, such as `http://127.0.0.1:8080`.
    pub fn from_base(url: &str) -> HubUrls {
        let url = url.trim_end_matches('/');
        HubUrls {
            api: format!("{url}/v1"),
            oauth: format!("{url}/oauth2/v1"),
            back_office: url.into(),
        }
    }
}
