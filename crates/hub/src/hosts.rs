//! Several public hosts: the API, OAuth and the back office, each on its own, as the settings say.
//!
//! With one address for everything (the default) nothing is looked at. Otherwise a host answers what
//! is its own, and what is asked of the wrong host is
//! - not there (404), for a program: the API or the back office says so as of anything it lacks;
//! - redirected to the right host, for a page that a browser asks for.
//!
//! The host of OAuth also has the pages that letting an app in may need on the way: signing in and
//! up, a lost password, a first account or one more location.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Redirect, Response};
use url::Url;

use crate::config::Config;
use crate::http::middleware;
use crate::hub::Hub;

/// What a path belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Api,
    OAuth,
    /// Pages that both the host of OAuth and that of the back office have.
    Door,
    Office,
    /// Documents that describe several faces, and lie at every host.
    Everywhere,
}

/// Paths of [`Face::Door`]: these, and what is below them.
const DOOR: [&str; 8] = [
    "/assets",
    "/language",
    "/login",
    "/logout",
    "/signup",
    "/reset_password",
    "/accounts/new",
    "/locations/new",
];

impl Face {
    fn of(path: &str) -> Self {
        let is_below = |root: &str| {
            let rest = path.strip_prefix(root);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if is_below("/v1") {
            Self::Api
        } else if ["/openapi.json", "/postman.json"].contains(&path) {
            Self::Everywhere
        } else if is_below("/oauth2") {
            Self::OAuth
        } else if DOOR.into_iter().any(is_below) {
            Self::Door
        } else {
            Self::Office
        }
    }
}

/// A public address: what browsers and programs say in `Host`, and how links begin.
#[derive(Clone, Debug)]
struct PublicHost {
    host: String,
    url: String,
}

impl PublicHost {
    fn of(url: String) -> Option<Self> {
        let parsed = Url::parse(&url).ok()?;
        let host = parsed.host_str()?.to_owned();
        Some(Self {
            host: match parsed.port() {
                Some(port) => format!("{host}:{port}"),
                None => host,
            },
            url,
        })
    }

    /// Whether it is the host that a request names. The usual ports need not be said.
    fn is(&self, named: &str) -> bool {
        let usual = if self.url.starts_with("https:") {
            ":443"
        } else {
            ":80"
        };
        let named = named.strip_suffix(usual).unwrap_or(named);
        named.eq_ignore_ascii_case(&self.host)
    }
}

/// How what is asked of the wrong host is answered.
#[derive(Debug)]
enum WrongHost {
    /// As the API answers where nothing is.
    Api,
    /// As the back office answers where nothing is.
    Page,
    /// With the address at the right host.
    To(String),
}

/// The hosts, when there are several.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    api: PublicHost,
    oauth: PublicHost,
    office: PublicHost,
}

impl Hosts {
    /// None when everything is at one address.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        let hosts = Self {
            api: PublicHost::of(config.api_url())?,
            oauth: PublicHost::of(config.oauth_url())?,
            office: PublicHost::of(config.office_url())?,
        };
        let is_one = hosts.api.host == hosts.oauth.host && hosts.api.host == hosts.office.host;
        (!is_one).then_some(hosts)
    }

    /// What becomes of a request to the wrong host; none at the right one.
    fn wrong_host(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<WrongHost> {
        let named = uri
            .authority()
            .map(|authority| authority.as_str())
            .or_else(|| headers.get(header::HOST)?.to_str().ok())
            .unwrap_or_default();
        let (is_api, is_oauth) = (self.api.is(named), self.oauth.is(named));
        let is_office = self.office.is(named);
        let face = Face::of(uri.path());
        let is_own = match face {
            Face::Api => is_api,
            Face::OAuth => is_oauth,
            Face::Door => is_oauth || is_office,
            Face::Office => is_office,
            Face::Everywhere => is_api || is_oauth || is_office,
        };
        if is_own {
            return None;
        }
        let right = match face {
            Face::OAuth => &self.oauth,
            _ => &self.office,
        };
        // Whoever reads pages is shown the way; where they were going is kept.
        let reads = matches!(*method, Method::GET | Method::HEAD) && (is_oauth || is_office);
        if reads && face != Face::Api {
            let path = uri.path_and_query().map_or("/", |path| path.as_str());
            return Some(WrongHost::To(format!("{}{path}", right.url)));
        }
        Some(match is_api || face == Face::Api {
            true => WrongHost::Api,
            false => WrongHost::Page,
        })
    }
}

/// Who answers what is asked of the wrong host.
struct HostRouter {
    hosts: Hosts,
    api: Router,
    pages: Router,
}

/// Puts the hosts in front of everything else, if there are several. What is asked of the wrong host is
/// answered by `api` and `pages`, which have nothing.
pub(crate) fn with_host_routing(hub: &Hub, router: Router, api: Router, pages: Router) -> Router {
    let Some(hosts) = Hosts::of(hub.config()) else {
        return router;
    };
    let hosts = HostRouter { hosts, api, pages };
    router.layer(from_fn_with_state(Arc::new(hosts), route_by_host))
}

async fn route_by_host(
    State(router): State<Arc<HostRouter>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, uri, headers) = (request.method(), request.uri(), request.headers());
    match router.hosts.wrong_host(method, uri, headers) {
        None => next.run(request).await,
        Some(WrongHost::To(url)) => Redirect::temporary(&url).into_response(),
        Some(WrongHost::Api) => middleware::route(router.api.clone(), request).await,
        Some(WrongHost::Page) => middleware::route(router.pages.clone(), request).await,
    }
}
