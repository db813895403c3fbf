//! A hub, as a program reaches it.

use url::Url;

use crate::connection::Connection;
use crate::error::Error;
use crate::oauth::App;
use crate::retry::RetryPolicy;
use crate::secret::Secret;
use crate::transport::Transport;

/// A hub: where its API and its OAuth server are. It is cheap to clone, and clones share their pool of
/// HTTP connections.
#[derive(Clone)]
pub struct HubClient {
    base_api_url: String,
    pub(crate) base_oauth_url: String,
    pub(crate) retry: RetryPolicy,
    pub(crate) transport: Transport,
}

impl std::fmt::Debug for HubClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubClient")
            .field("base_api_url", &self.base_api_url)
            .field("base_oauth_url", &self.base_oauth_url)
            .finish_non_exhaustive()
    }
}

impl HubClient {
    /// A hub by the addresses of its API (`https://hub.example/v1`) and of its OAuth server
    /// (`https://hub.example/oauth2/v1`), with or without a slash at the end.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] when one of them is not an `http` or `https` URL.
    pub fn new(base_api_url: &str, base_oauth_url: &str) -> Result<HubClient, Error> {
        Ok(HubClient {
            base_api_url: base_url(base_api_url)?,
            base_oauth_url: base_url(base_oauth_url)?,
            retry: RetryPolicy::default(),
            transport: Transport::new()?,
        })
    }

    /// The same hub, with other bounds for its calls.
    pub fn with_retry_policy(mut self, retry: RetryPolicy) -> HubClient {
        self.retry = retry;
        self
    }

    /// Base of API paths, without a slash at the end.
    pub fn base_api_url(&self) -> &str {
        &self.base_api_url
    }

    /// An app registered in this hub.
    pub fn app(&self, client_id: impl Into<String>, client_secret: impl Into<Secret>) -> App {
        App::new(self.clone(), client_id.into(), client_secret.into())
    }

    /// What a merchant allows the program to do, by its access token.
    pub fn connection(&self, access_token: impl Into<Secret>) -> Connection {
        Connection::new(self.clone(), access_token.into())
    }
}

fn base_url(text: &str) -> Result<String, Error> {
    let url = Url::parse(text).map_err(|error| Error::InvalidUrl(format!("{text} ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::InvalidUrl(text.into()));
    }
    Ok(text.trim_end_matches('/').into())
}
