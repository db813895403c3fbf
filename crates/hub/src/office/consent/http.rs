//! `/oauth2/v1/authorize`: a user lets an app in, or does not (API, chapter OAuth 2.0).
//!
//! The request travels in the form as it came, and is checked anew at every step: nothing is kept
//! until the user allows. Then a code is made; the connection comes with its exchange.

use axum::extract::RawQuery;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, LocationId};
use wire::scope::{Level as ScopeLevel, Resource, Right as ScopeRight, Scope};

use super::{
    AskPage, ChoosePage, CodePage, Fault, FaultPage, Level, Picker, Right, Target, right_in_words,
};
use crate::accounts::store::{self as accounts, Choice as Named};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::locations;
use crate::oauth::clients::{self, Client};
use crate::oauth::codes::{self, Approval};
use crate::oauth::connections::{self, Connection, Grant};
use crate::office::answer::{Shown, page, page_with};
use crate::office::parts::{AppFace, Choice};
use crate::office::posted::Posted;
use crate::office::visitor::Visitor;
use crate::office::words::Words;
use crate::users::permissions::Permissions;

/// Where this page is.
const PATH: &str = "/oauth2/v1/authorize";

/// Instead of an address: the code is shown, and the user carries it over.
const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// Characters of a device id (as installers type them).
const LONGEST_DEVICE: usize = 100;

/// What an app asks for, as it came.
#[derive(Clone, Debug)]
struct Request {
    raw: String,
    query: Query,
}

/// What an app asks for, checked.
#[derive(Clone, Debug)]
struct Asked {
    client: Client,
    redirect_uri: String,
    state: Option<String>,
    device: String,
    challenge: Option<String>,
    /// None: the app only asks whether the user may open this instance.
    scope: Option<Scope>,
    instance: Option<ConnectionId>,
}

/// A request that cannot be answered with a redirection.
struct Refused {
    fault: Fault,
    detail: String,
}

impl Request {
    fn of(raw: &str) -> Self {
        Self {
            raw: raw.to_owned(),
            query: Query::parse(raw),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.query.get(name).filter(|value| !value.is_empty())
    }

    fn check(&self, tx: &mut Tx<'_>) -> db::Result<Result<Asked, Refused>> {
        let refused = |fault, detail: String| Ok(Err(Refused { fault, detail }));
        let id = self.get("client_id").unwrap_or_default();
        let client = match ClientId::parse(id) {
            Ok(id) => clients::find(tx, &id)?,
            Err(_) => None,
        };
        let Some(client) = client else {
            return refused(Fault::Client, format!("client_id: {id}"));
        };
        let redirect_uri = self.get("redirect_uri").unwrap_or_default().to_owned();
        let is_known = redirect_uri == OUT_OF_BAND || client.allows_redirect(&redirect_uri);
        if !is_known || !may_be_redirected(&redirect_uri) {
            return refused(Fault::Redirect, format!("redirect_uri: {redirect_uri}"));
        }
        let instance = self
            .get("app_instance_id")
            .map(ConnectionId::parse)
            .and_then(Result::ok);
        let has_instance = self.get("app_instance_id").is_some();
        let scope = match self.get("scope") {
            None if has_instance => None,
            None => return refused(Fault::Scope, "scope: can't be blank".to_owned()),
            Some(text) => match Scope::parse(text) {
                Ok(scope) => Some(scope),
                Err(error) => return refused(Fault::Scope, format!("scope: {error}")),
            },
        };
        let challenge = match (
            self.get("code_challenge"),
            self.get("code_challenge_method"),
        ) {
            (Some(challenge), Some("S256")) => Some(challenge.to_owned()),
            (Some(_), _) => {
                let detail = "code_challenge_method: only S256 is supported";
                return refused(Fault::Scope, detail.to_owned());
            }
            (None, _) => None,
        };
        Ok(Ok(Asked {
            client,
            redirect_uri,
            state: self
                .raw
                .split('&')
                .find_map(|pair| pair.strip_prefix("state="))
                .map(str::to_owned),
            device: self
                .get("device_id")
                .unwrap_or_default()
                .chars()
                .filter(|c| !c.is_control())
                .take(LONGEST_DEVICE)
                .collect(),
            challenge,
            scope,
            instance,
        }))
    }
}

/// Addresses that a browser may be sent to: anything with a scheme that does not run code here.
pub(crate) fn may_be_redirected(uri: &str) -> bool {
    let lower = uri.to_ascii_lowercase();
    let Some((scheme, rest)) = lower.split_once(':') else {
        return false;
    };
    let plain = !uri
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii());
    let runs = ["javascript", "data", "vbscript", "file", "blob", "about"].contains(&scheme);
    plain && !runs && !rest.is_empty()
}

impl Asked {
    fn is_out_of_band(&self) -> bool {
        self.redirect_uri == OUT_OF_BAND
    }

    /// Back to the app. Its address is kept byte for byte, with its own query.
    fn back(&self, name: &str, value: &str) -> Response {
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
        match HeaderValue::try_from(location) {
            Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        }
    }

    /// Whether the address is the app's own beyond doubt: declared, or on the host of one of its
    /// declared addresses. Only there may somebody be sent without having been asked.
    fn is_own_address(&self) -> bool {
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

    fn face(&self) -> AppFace {
        AppFace::new(self.client.name.as_str(), self.client.app.logo_url.clone())
    }

    fn host(&self) -> Option<String> {
        let open = self.client.is_open() && !self.is_out_of_band();
        open.then(|| {
            url::Url::parse(&self.redirect_uri)
                .ok()
                .and_then(|url| url.host_str().map(str::to_owned))
                .unwrap_or_else(|| self.redirect_uri.clone())
        })
    }
}

/// A place that the user could open, with what there is to choose.
#[derive(Clone, Debug)]
struct Spot {
    account: AccountId,
    location: Option<LocationId>,
    label: String,
    may: bool,
    catalogs: Vec<Named>,
    lists: Vec<Named>,
}

impl Spot {
    fn id(&self) -> &str {
        self.location
            .as_ref()
            .map_or(self.account.as_str(), LocationId::as_str)
    }

    fn has_choice(&self) -> bool {
        self.catalogs.len() > 1 || self.lists.len() > 1
    }
}

/// The places of a level, for a user; with catalogs and lists only as far as the scope asks.
fn spots(tx: &mut Tx<'_>, visitor: &Visitor, scope: &Scope) -> db::Result<Vec<Spot>> {
    let wants_catalog = scope.allows(Resource::Catalog, ScopeRight::Read);
    let wants_list = scope.allows(Resource::CustomerList, ScopeRight::Read);
    let mut accounts_seen: Vec<AccountId> = Vec::new();
    let mut spots = Vec::new();
    for membership in &visitor.memberships {
        if accounts_seen.contains(&membership.account) {
            continue;
        }
        accounts_seen.push(membership.account.clone());
        let account = &membership.account;
        let places: Vec<(Option<LocationId>, String)> = match scope.level() {
            Some(ScopeLevel::Location) => locations::store::all(tx, account)?
                .into_iter()
                .map(|stored| stored.location)
                .filter(|location| {
                    visitor.memberships.iter().any(|held| {
                        held.account == *account
                            && held.location.as_ref().is_none_or(|at| *at == location.id)
                    })
                })
                .map(|location| {
                    let label = format!("{} {}", location.name, location.id);
                    (Some(location.id), label)
                })
                .collect(),
            _ => vec![(None, format!("{} {account}", membership.account_name))],
        };
        for (location, label) in places {
            let at = location.as_ref();
            let catalogs = if wants_catalog {
                accounts::catalogs(tx, account, at)?
            } else {
                Vec::new()
            };
            let lists = if wants_list {
                accounts::customer_lists(tx, account, at)?
            } else {
                Vec::new()
            };
            let may = visitor.may(Permissions::CONNECTIONS, account, at);
            spots.push(Spot {
                account: account.clone(),
                location,
                label,
                may,
                catalogs,
                lists,
            });
        }
    }
    Ok(spots)
}

/// What one look at the database tells about a request.
enum Found {
    Refused(Refused),
    /// The app asks about an instance: the connection, if the user has anything to do with it.
    Instance(Box<Asked>, Option<Box<Connection>>),
    Ask(Box<Asked>, Scope, Vec<Spot>),
}

async fn find(hub: &Hub, visitor: &Visitor, request: &Request) -> db::Result<Found> {
    let (visitor, request) = (visitor.clone(), request.clone());
    hub.read("oauth.authorize", move |tx| {
        let asked = match request.check(tx)? {
            Ok(asked) => asked,
            Err(refused) => return Ok(Found::Refused(refused)),
        };
        match asked.scope.clone() {
            None => {
                let connection = match &asked.instance {
                    Some(id) => connections::by_instance(tx, id, &asked.client.id)?,
                    None => None,
                };
                let known = connection.filter(|connection| {
                    visitor.memberships.iter().any(|held| {
                        Some(&held.account) == connection.account.as_ref()
                            && (held.location.is_none() || held.location == connection.location)
                    })
                });
                Ok(Found::Instance(Box::new(asked), known.map(Box::new)))
            }
            Some(scope) => {
                let spots = match scope.level() {
                    None => Vec::new(),
                    Some(_) => spots(tx, &visitor, &scope)?,
                };
                Ok(Found::Ask(Box::new(asked), scope, spots))
            }
        }
    })
    .await
}

/// Shows who asks for what; or, for an instance that the user may open, goes back at once.
pub(crate) async fn ask(hub: Hub, visitor: Visitor, RawQuery(query): RawQuery) -> Shown {
    let request = Request::of(query.as_deref().unwrap_or_default());
    match find(&hub, &visitor, &request).await? {
        Found::Refused(refused) => Ok(fault(&visitor, refused)),
        Found::Instance(asked, None) => Ok(unknown_instance(&visitor, &asked)),
        Found::Instance(asked, Some(connection)) if asked.is_own_address() => {
            let grant = again(&visitor, &connection);
            finish(&hub, &visitor, &asked, grant, Some(connection.id)).await
        }
        Found::Instance(asked, Some(connection)) => {
            let spot = spot_of(&connection);
            let scope = connection.scope.clone();
            Ok(ask_page(&visitor, &request, &asked, &scope, &[spot]))
        }
        Found::Ask(asked, scope, spots) => {
            if scope.level().is_some() && visitor.account.is_none() {
                let back: String =
                    form_urlencoded::byte_serialize(visitor.visit.path.as_bytes()).collect();
                return Ok(crate::office::answer::to(&format!(
                    "/accounts/new?back={back}"
                )));
            }
            Ok(ask_page(&visitor, &request, &asked, &scope, &spots))
        }
    }
}

/// An instance that is not there, or not this user's: the app is told, if the address is its own.
fn unknown_instance(visitor: &Visitor, asked: &Asked) -> Response {
    if asked.is_own_address() {
        return asked.back("error", "access_denied");
    }
    let detail = "app_instance_id: access_denied".to_owned();
    let fault_told = Refused {
        fault: Fault::Redirect,
        detail,
    };
    fault(visitor, fault_told)
}

/// The place of a connection, with nothing left to choose.
fn spot_of(connection: &Connection) -> Spot {
    let account = connection.account.clone();
    let label = match (&connection.location, &connection.location_name) {
        (Some(id), Some(name)) => format!("{name} {id}"),
        _ => connection.account_name.clone().unwrap_or_default(),
    };
    Spot {
        account: account.unwrap_or_else(|| AccountId::from_generated("0".to_owned())),
        location: connection.location.clone(),
        label,
        may: true,
        catalogs: Vec::new(),
        lists: Vec::new(),
    }
}

/// Takes what the user decided.
pub(crate) async fn decide(hub: Hub, visitor: Visitor, posted: Posted) -> Shown {
    let request = Request::of(posted.get("request"));
    let (asked, scope, spots) = match find(&hub, &visitor, &request).await? {
        Found::Refused(refused) => return Ok(fault(&visitor, refused)),
        Found::Instance(asked, None) => return Ok(unknown_instance(&visitor, &asked)),
        Found::Instance(asked, Some(connection)) if posted.get("step") == "allow" => {
            let grant = again(&visitor, &connection);
            return finish(&hub, &visitor, &asked, grant, Some(connection.id)).await;
        }
        Found::Instance(asked, Some(_)) => {
            return Ok(if asked.is_out_of_band() {
                crate::office::answer::to("/")
            } else {
                asked.back("error", "access_denied")
            });
        }
        Found::Ask(asked, scope, spots) => (asked, scope, spots),
    };
    if posted.get("step") == "deny" {
        return Ok(if asked.is_out_of_band() {
            crate::office::answer::to("/")
        } else {
            asked.back("error", "access_denied")
        });
    }
    if scope.level().is_none() {
        let grant = Grant {
            client: asked.client.id.clone(),
            account: None,
            location: None,
            device: asked.device.clone(),
            scope: scope.to_string(),
            catalog: None,
            customer_list: None,
            user: Some(visitor.user.id.clone()),
        };
        return finish(&hub, &visitor, &asked, grant, None).await;
    }
    let target = posted.get("target");
    let Some(spot) = spots.iter().find(|spot| spot.id() == target && spot.may) else {
        return Ok(ask_page(&visitor, &request, &asked, &scope, &spots));
    };
    let catalog = picked(&spot.catalogs, posted.get("catalog"));
    let list = picked(&spot.lists, posted.get("customer_list"));
    let (Some(catalog), Some(list), "allow") = (catalog, list, posted.get("step")) else {
        return Ok(choose_page(&hub, &visitor, &request, &asked, spot).await?);
    };
    let grant = Grant {
        client: asked.client.id.clone(),
        account: Some(spot.account.clone()),
        location: spot.location.clone(),
        device: asked.device.clone(),
        scope: scope.to_string(),
        catalog: catalog.and_then(|id| CatalogId::parse(id).ok()),
        customer_list: list.and_then(|id| CustomerListId::parse(id).ok()),
        user: scope.profile.map(|_| visitor.user.id.clone()),
    };
    finish(&hub, &visitor, &asked, grant, None).await
}

/// The one that was picked; the only one needs no picking. None: still to be picked.
fn picked<'a>(choices: &'a [Named], id: &str) -> Option<Option<&'a str>> {
    match choices {
        [] => Some(None),
        [(only, ..)] => Some(Some(only)),
        many => many
            .iter()
            .find(|(it, ..)| it == id)
            .map(|(it, ..)| Some(it.as_str())),
    }
}

/// The grant of a connection as it stands.
fn again(visitor: &Visitor, connection: &Connection) -> Grant {
    Grant {
        client: connection.client.clone(),
        account: connection.account.clone(),
        location: connection.location.clone(),
        device: connection.device.clone(),
        scope: connection.scope.to_string(),
        catalog: connection.catalog.clone(),
        customer_list: connection.customer_list.clone(),
        user: connection
            .user
            .clone()
            .or_else(|| connection.scope.profile.map(|_| visitor.user.id.clone())),
    }
}

/// Makes the code and hands it over: to the app, or to the user's eyes.
async fn finish(
    hub: &Hub,
    visitor: &Visitor,
    asked: &Asked,
    grant: Grant,
    instance: Option<ConnectionId>,
) -> Shown {
    let (user, challenge) = (visitor.user.id.clone(), asked.challenge.clone());
    let approval = Approval {
        grant,
        challenge,
        instance,
    };
    let code = hub
        .write("oauth.approve", move |tx| codes::make(tx, &user, &approval))
        .await?;
    if !asked.is_out_of_band() {
        return Ok(asked.back("code", &code));
    }
    let (frame, app) = (visitor.plain_frame(), asked.face());
    Ok(page(&visitor.visit, &CodePage { frame, app, code }))
}

fn fault(visitor: &Visitor, refused: Refused) -> Response {
    let frame = visitor.plain_frame();
    let told = FaultPage {
        frame,
        fault: refused.fault,
        detail: refused.detail,
    };
    page_with(StatusCode::BAD_REQUEST, &visitor.visit, &told)
}

fn rights(visitor: &Visitor, scope: &Scope, spots: &[Spot]) -> Vec<Right> {
    let words = visitor.visit.language.words();
    scope_in_words(words, scope, spots.iter().any(Spot::has_choice))
}

/// What a scope allows, in words; `picks` when a list or a catalog is chosen on the next page.
pub(crate) fn scope_in_words(words: &Words, scope: &Scope, picks: bool) -> Vec<Right> {
    let permissions = scope.access.iter().flat_map(|access| &access.permissions);
    let mut rights: Vec<Right> = permissions
        .filter_map(|permission| {
            let write = permission.right == ScopeRight::Write;
            right_in_words(words, permission.resource.as_str(), write, picks)
        })
        .collect();
    let profile = scope.profile.map(|profile| profile.as_str());
    rights.extend(profile.and_then(|word| right_in_words(words, word, false, false)));
    rights
}

fn ask_page(
    visitor: &Visitor,
    request: &Request,
    asked: &Asked,
    scope: &Scope,
    spots: &[Spot],
) -> Response {
    let words = &visitor.visit.language.words().consent;
    let at = visitor.account.as_ref();
    let here = at.and_then(|at| at.location.as_ref());
    let targets = spots
        .iter()
        .map(|spot| Target {
            id: spot.id().to_owned(),
            label: spot.label.clone(),
            reason: (!spot.may).then(|| words.no_right.to_owned()),
            chosen: spot.may
                && match &spot.location {
                    Some(location) => here == Some(location),
                    None => at.is_some_and(|at| at.id == spot.account),
                },
            more: spot.has_choice(),
        })
        .collect();
    let level = match scope.level() {
        Some(ScopeLevel::Location) => Level::Location,
        Some(ScopeLevel::Account) => Level::Account,
        None => Level::Profile,
    };
    let may_grow = level == Level::Location
        && visitor
            .memberships
            .iter()
            .any(|held| held.location.is_none() && held.permissions.has(Permissions::ENTITY));
    let back: String =
        form_urlencoded::byte_serialize(format!("{PATH}?{}", request.raw).as_bytes()).collect();
    let shown = AskPage {
        frame: visitor.plain_frame(),
        app: asked.face(),
        level,
        targets,
        rights: rights(visitor, scope, spots),
        device: Some(asked.device.clone()).filter(|device| !device.is_empty()),
        open_host: asked.host(),
        action: PATH.to_owned(),
        hidden: vec![("request".to_owned(), request.raw.clone())],
        new_location: may_grow.then(|| format!("/locations/new?back={back}")),
    };
    page(&visitor.visit, &shown)
}

async fn choose_page(
    hub: &Hub,
    visitor: &Visitor,
    request: &Request,
    asked: &Asked,
    spot: &Spot,
) -> db::Result<Response> {
    // Whoever connects again starts from what is connected now.
    let (account, location) = (spot.account.clone(), spot.location.clone());
    let (client, device) = (asked.client.id.clone(), asked.device.clone());
    let now = hub
        .read("oauth.choose", move |tx| {
            let all = connections::of_account(tx, &account)?;
            Ok::<_, db::Error>(all.into_iter().find(|connection| {
                connection.client == client
                    && connection.location == location
                    && connection.device == device
            }))
        })
        .await?;
    let words = &visitor.visit.language.words().consent;
    let picker = |name: &str, label: &str, choices: &[Named], bound: Option<&str>| {
        (choices.len() > 1).then(|| Picker {
            name: name.to_owned(),
            label: label.to_owned(),
            choices: choices
                .iter()
                .map(|(id, title, _)| {
                    Choice::new(
                        id.as_str(),
                        format!("{title} - {id}"),
                        bound == Some(id.as_str()),
                    )
                })
                .collect(),
        })
    };
    let bound_list = now
        .as_ref()
        .and_then(|it| it.customer_list.as_ref())
        .map(|id| id.as_str());
    let bound_catalog = now
        .as_ref()
        .and_then(|it| it.catalog.as_ref())
        .map(|id| id.as_str());
    let pickers = [
        picker(
            "customer_list",
            words.customer_list,
            &spot.lists,
            bound_list,
        ),
        picker("catalog", words.catalog, &spot.catalogs, bound_catalog),
    ];
    let shown = ChoosePage {
        frame: visitor.plain_frame(),
        app: asked.face(),
        target: spot.label.clone(),
        account_level: spot.location.is_none(),
        pickers: pickers.into_iter().flatten().collect(),
        action: PATH.to_owned(),
        hidden: vec![
            ("request".to_owned(), request.raw.clone()),
            ("target".to_owned(), spot.id().to_owned()),
        ],
        back: format!("{PATH}?{}", request.raw),
    };
    Ok(page(&visitor.visit, &shown))
}
