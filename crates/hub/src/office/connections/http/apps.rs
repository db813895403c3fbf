//! `GET /apps`, `GET /apps/{id}`: what could be connected, and how.

use crate::office::page_path::Path;
use wire::id::ClientId;
use wire::scope::Scope;

use super::super::{AppCard, AppPage, AppsPage, Category, Connect};
use super::cards::authorize;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::oauth::clients::{self, Client};
use crate::oauth::connections;
use crate::office::consent::scope_in_words;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageError, PageResult, page};
use crate::office::translations::{Language, Translations};
use crate::office::visitor::AccountMember;
use crate::office::widgets::AppFace;
use crate::users::permissions::Permissions;

/// The kinds of apps, in order, as clients name them.
pub(crate) const CATEGORIES: [&str; 6] = [
    "pos",
    "delivery",
    "order_management",
    "catalog_management",
    "tools",
    "other",
];

/// What a kind of apps is called; what is none of ours is among the others.
pub(crate) fn category_name(words: &Translations, category: &str) -> &'static str {
    let words = &words.connections;
    match category {
        "pos" => words.pos,
        "delivery" => words.delivery,
        "order_management" => words.order_management,
        "catalog_management" => words.catalog_management,
        "tools" => words.tools,
        _ => words.other,
    }
}

fn category_of(client: &Client) -> &'static str {
    let named = client.app.category.as_deref().unwrap_or_default();
    CATEGORIES
        .into_iter()
        .find(|known| *known == named)
        .unwrap_or("other")
}

/// What this reader is offered: what every merchant is, and their own apps.
fn offered_clients(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<Client>> {
    let mut offered_clients = clients::list_for_every_merchant(tx)?;
    for own in clients::list_of_owner(tx, &member.user.id)? {
        if own.is_app() && !offered_clients.iter().any(|client| client.id == own.id) {
            offered_clients.push(own);
        }
    }
    Ok(offered_clients)
}

/// The clients that are connected where the reader stands.
fn connected_clients(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<ClientId>> {
    let all = connections::of_account(tx, &member.at.id)?;
    let here = |location: Option<&_>| {
        member.at.location.is_none() || member.at.location.as_ref() == location
    };
    Ok(all
        .into_iter()
        .filter(|it| here(it.location.as_ref()))
        .filter(|it| member.may_at(Permissions::VIEW, it.location.as_ref()))
        .map(|it| it.client)
        .collect())
}

fn face(client: &Client) -> AppFace {
    AppFace::new(client.name.as_str(), client.app.logo_url.clone())
}

/// `GET /apps`
pub(crate) async fn apps(hub: Hub, member: AccountMember) -> PageResult {
    member.needs_somewhere(Permissions::VIEW)?;
    let who = member.clone();
    let (mut offered_clients, connected) = hub
        .read("office.apps", move |tx| {
            Ok::<_, db::Error>((offered_clients(tx, &who)?, connected_clients(tx, &who)?))
        })
        .await?;
    offered_clients.sort_by(|one, other| one.name.cmp(&other.name));
    let words = member.browser.language.translations();
    let categories = CATEGORIES.into_iter().map(|category| Category {
        name: category_name(words, category).to_owned(),
        apps: offered_clients
            .iter()
            .filter(|client| category_of(client) == category)
            .map(|client| AppCard {
                id: client.id.to_string(),
                app: face(client),
                connected: connected.contains(&client.id),
            })
            .collect(),
    });
    let shown = AppsPage {
        frame: member.frame(MenuEntry::Connections),
        categories: categories.filter(|it| !it.apps.is_empty()).collect(),
    };
    Ok(page(&member.browser, &shown))
}

/// `GET /apps/{id}`
pub(crate) async fn app(hub: Hub, member: AccountMember, Path(id): Path<String>) -> PageResult {
    member.needs_somewhere(Permissions::VIEW)?;
    let who = member.clone();
    let (client, is_connected) = hub
        .read("office.app", move |tx| {
            let client = offered_clients(tx, &who)?
                .into_iter()
                .find(|client| client.id.as_str() == id)
                .ok_or(PageError::NotFound)?;
            let is_connected = connected_clients(tx, &who)?.contains(&client.id);
            Ok::<_, PageError>((client, is_connected))
        })
        .await?;
    let words = member.browser.language.translations();
    let in_french = words.language == Language::French;
    // A text that was written in one language only serves for both.
    let own_text = |(french, english): &(String, String)| {
        let (own, other) = if in_french {
            (french, english)
        } else {
            (english, french)
        };
        if own.is_empty() { other } else { own }.clone()
    };
    let scope = match member.at.location {
        Some(_) => client.app.location_scope.as_deref(),
        None => client.app.account_scope.as_deref(),
    };
    let any = scope
        .or(client.app.location_scope.as_deref())
        .or(client.app.account_scope.as_deref());
    let rights = any
        .and_then(|scope| Scope::parse(scope).ok())
        .map(|scope| scope_in_words(words, &scope, false))
        .unwrap_or_default();
    let lines = |text: Option<&(String, String)>| -> Vec<String> {
        let text = text.map(own_text).unwrap_or_default();
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let shown = AppPage {
        frame: member.frame(MenuEntry::Connections),
        app: face(&client),
        category: category_name(words, category_of(&client)).to_owned(),
        lines: lines(client.app.description.as_ref()),
        rights: rights
            .into_iter()
            .map(|right| right.text.to_owned())
            .collect(),
        connect: connect(words, &member, &client, scope)
            .unwrap_or_else(|| Connect::FromTheApp(lines(client.app.instructions.as_ref()))),
        connected: is_connected,
    };
    Ok(page(&member.browser, &shown))
}

/// How an app is connected from here; none when that is not where it starts.
fn connect(
    words: &Translations,
    member: &AccountMember,
    client: &Client,
    scope: Option<&str>,
) -> Option<Connect> {
    let words = &words.connections;
    let url = client
        .app
        .connect_url
        .as_deref()
        .filter(|_| client.is_app())?;
    let Some(scope) = scope else {
        let reason = match member.at.location {
            Some(_) => words.needs_account,
            None => words.needs_location,
        };
        return Some(Connect::Greyed(reason.to_owned()));
    };
    if !member.may_at(Permissions::CONNECTIONS, member.at.location.as_ref()) {
        return Some(Connect::Greyed(words.needs_right.to_owned()));
    }
    Some(Connect::Here(authorize(&client.id, url, scope)))
}
