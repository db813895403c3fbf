//! The portal: where people land who may use OrderLine or Catalog Manager and see nothing of the back
//! office. A card per app, which opens it.
//!
//! An app is OrderLine's kind by its category, order management; Catalog Manager's by catalog
//! management. The first is open to whoever may use it where it is connected; the second is an
//! account's.

use std::collections::BTreeMap;

use askama::Template;
use wire::id::ClientId;

use super::connections::with_instance;
use super::frame::{Frame, MenuEntry};
use super::response::{PageError, PageResult, page, to};
use super::visitor::AccountMember;
use super::widgets::AppFace;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::clients::{self, Client};
use crate::oauth::connections::{self, Connection};
use crate::users::permissions::Permissions;

/// Where it is.
pub(crate) const PATH: &str = "/portal";

/// An app to open.
#[derive(Clone, Debug)]
pub struct PortalCard {
    /// The app.
    pub app: AppFace,
    /// The location or account that it is connected to.
    pub entity: String,
    /// Where it opens; none when the app did not say.
    pub open: Option<String>,
}

/// `GET /portal`.
#[derive(Template)]
#[template(path = "portal.html")]
pub struct PortalPage {
    /// The common part.
    pub frame: Frame,
    /// The apps.
    pub cards: Vec<PortalCard>,
}

/// What opens apps of a kind.
fn opens(category: Option<&str>) -> Option<Permissions> {
    match category? {
        "order_management" => Some(Permissions::ORDER_LINE),
        "catalog_management" => Some(Permissions::CATALOG_MANAGER),
        _ => None,
    }
}

fn find(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<(Connection, Client)>> {
    let mut clients: BTreeMap<ClientId, Option<Client>> = BTreeMap::new();
    let mut found = Vec::new();
    for connection in connections::of_account(tx, &member.at.id)? {
        let location = connection.location.as_ref();
        if member.at.location.is_some()
            && location.is_some()
            && member.at.location.as_ref() != location
        {
            continue;
        }
        if !clients.contains_key(&connection.client) {
            let client = clients::find(tx, &connection.client)?;
            clients.insert(connection.client.clone(), client);
        }
        let Some(Some(client)) = clients.get(&connection.client) else {
            continue;
        };
        let needed = opens(client.app.category.as_deref());
        if connection.blocked_at.is_none() && needed.is_some_and(|it| member.may_at(it, location)) {
            found.push((connection, client.clone()));
        }
    }
    Ok(found)
}

/// `GET /portal`
pub(crate) async fn show(hub: Hub, member: AccountMember) -> PageResult {
    if member.needs_somewhere(Permissions::VIEW).is_ok() {
        return Ok(to("/dashboard"));
    }
    if !member.may_use_apps() {
        return Ok(to("/profile"));
    }
    if member.at.suspended_at.is_some() {
        return Err(PageError::Suspended);
    }
    let who = member.clone();
    let found = hub.read("office.portal", move |tx| find(tx, &who)).await?;
    let cards = found.into_iter().map(|(connection, client)| PortalCard {
        app: AppFace::new(client.name.as_str(), client.app.logo_url.clone()),
        entity: match (&connection.location, &connection.location_name) {
            (Some(id), Some(name)) => format!("{name} {id}"),
            _ => member.at.name.clone(),
        },
        open: client
            .app
            .open_url
            .as_deref()
            .map(|url| with_instance(url, &connection.id)),
    });
    let shown = PortalPage {
        frame: member.frame(MenuEntry::Portal),
        cards: cards.collect(),
    };
    Ok(page(&member.browser, &shown))
}
