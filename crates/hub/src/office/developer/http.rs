//! A developer's clients: made, described, renewed, deleted by the user who owns them.

use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::Response;
use url::Url;
use wire::id::ClientId;
use wire::scope::{Level, Scope};

use super::{ClientLine, ClientPage, ClientsPage, NewClientPage, SecretPage};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::clients::{self, AppFields, Client, NewClient};
use crate::oauth::connections;
use crate::office::answer::{Mishap, Shown, page, page_with, to};
use crate::office::confirm::ConfirmPage;
use crate::office::connections::{CATEGORIES, category_name};
use crate::office::consent::may_be_redirected;
use crate::office::format;
use crate::office::frame::{Frame, Notice, Place};
use crate::office::parts::{Choice, Fact, Field, Tone};
use crate::office::posted::Posted;
use crate::office::session::http::required;
use crate::office::visitor::{Member, zone_of};
use crate::users::permissions::Permissions;

/// Characters of an address at most.
const LONGEST_URL: usize = 2_000;

/// Return addresses of a client at most.
const MOST_REDIRECTS: usize = 50;

/// Refuses whoever may see no back office at all.
fn admit(member: &Member) -> Result<(), Mishap> {
    if member.may_anywhere(Permissions::VIEW) {
        Ok(())
    } else {
        Err(member.lacks(Permissions::VIEW))
    }
}

/// The frame, with what was just done.
fn frame(member: &Member, path: &str, query: Option<&str>) -> Frame {
    let mut frame = member.frame(Place::Developer);
    path.clone_into(&mut frame.path);
    let words = &member.visit.language.words().developer;
    let done = Query::parse(query.unwrap_or_default());
    let text = match done.get("done") {
        Some("saved") => words.saved,
        Some("deleted") => words.deleted,
        _ => return frame,
    };
    frame.notices.push(Notice::new(Tone::Good, text));
    frame
}

/// A client of this user.
fn own(tx: &mut Tx<'_>, member: &Member, id: &str) -> Result<Client, Mishap> {
    let id = ClientId::parse(id).map_err(|_| Mishap::NotFound)?;
    clients::find(tx, &id)?
        .filter(|client| client.owner.as_ref() == Some(&member.user.id))
        .ok_or(Mishap::NotFound)
}

/// `GET /developer`
pub(crate) async fn list(hub: Hub, member: Member, RawQuery(query): RawQuery) -> Shown {
    admit(&member)?;
    let who = member.clone();
    let (mut found, zone) = hub
        .read("office.clients", move |tx| {
            let mut found = Vec::new();
            for client in clients::owned(tx, &who.user.id)? {
                let count = connections::of_client(tx, &client.id)?.len();
                found.push((client, count));
            }
            Ok::<_, db::Error>((found, zone_of(tx, &who.at.id, None)?))
        })
        .await?;
    found.sort_by(|(one, _), (other, _)| one.name.cmp(&other.name));
    let language = member.visit.language;
    let words = &language.words().developer;
    let clients = found.into_iter().map(|(client, count)| ClientLine {
        created: format::date(language, &client.created_at.to_zoned(zone.clone())),
        kind: if client.is_app() {
            words.app
        } else {
            words.plain_client
        }
        .to_owned(),
        connections: words.connection_count(count as u64),
        open: client.is_open(),
        id: client.id.to_string(),
        name: client.name,
    });
    let shown = ClientsPage {
        frame: frame(&member, "/developer", query.as_deref()),
        clients: clients.collect(),
    };
    Ok(page(&member.visit, &shown))
}

/// `GET /developer/clients/new`
pub(crate) async fn new_form(member: Member) -> Shown {
    admit(&member)?;
    let frame = member.frame(Place::Developer);
    let name = Field::default();
    Ok(page(&member.visit, &NewClientPage { frame, name }))
}

/// `POST /developer/clients/new`: the answer shows the secret, this once.
pub(crate) async fn create(hub: Hub, member: Member, posted: Posted) -> Shown {
    admit(&member)?;
    let name = required(&posted, "name", member.visit.language);
    if name.error.is_some() {
        let frame = member.frame(Place::Developer);
        let again = NewClientPage { frame, name };
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &member.visit,
            &again,
        ));
    }
    let new = NewClient {
        id: None,
        secret: None,
        name: name.value.clone(),
        owner: Some(member.user.id.clone()),
        is_listed: false,
        app: AppFields::default(),
    };
    let key = hub.key().clone();
    let (id, secret) = hub
        .write("office.new_client", move |tx| {
            let made = clients::insert(tx, &key, &new)?;
            made.ok_or_else(|| db::Error::Broken("a client's id is taken".to_owned()))
        })
        .await?;
    Ok(secret_page(&member, &id, name.value, secret))
}

fn secret_page(member: &Member, id: &ClientId, name: String, secret: String) -> Response {
    let frame = frame(member, &format!("/developer/clients/{id}"), None);
    let shown = SecretPage {
        frame,
        id: id.to_string(),
        name,
        secret,
    };
    page(&member.visit, &shown)
}

/// `GET /developer/clients/{id}`
pub(crate) async fn show(
    hub: Hub,
    member: Member,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Shown {
    admit(&member)?;
    let (client, facts) = with_facts(&hub, &member, &id).await?;
    let app = client.app.clone();
    let filled = |value: Option<String>| Field::of(value.unwrap_or_default());
    let form = Form {
        name: Field::of(client.name.as_str()),
        redirects: Field::of(app.redirect_uris.join("\n")),
        location_scope: filled(app.location_scope),
        account_scope: filled(app.account_scope),
        connect_url: filled(app.connect_url),
        open_url: filled(app.open_url),
        disconnect_url: filled(app.disconnect_url),
        logo_url: filled(app.logo_url),
        category: app.category.unwrap_or_default(),
    };
    let shown = form.page(&member, &client, facts, query.as_deref());
    Ok(page(&member.visit, &shown))
}

async fn with_facts(hub: &Hub, member: &Member, id: &str) -> Result<(Client, Vec<Fact>), Mishap> {
    let (who, id) = (member.clone(), id.to_owned());
    let (client, count, zone) = hub
        .read("office.client", move |tx| {
            let client = own(tx, &who, &id)?;
            let count = connections::of_client(tx, &client.id)?.len();
            Ok::<_, Mishap>((client, count, zone_of(tx, &who.at.id, None)?))
        })
        .await?;
    let language = member.visit.language;
    let words = &language.words().developer;
    let created = format::date(language, &client.created_at.to_zoned(zone));
    let facts = vec![
        Fact::new(words.created, created),
        Fact::new(words.connections, words.connection_count(count as u64)),
    ];
    Ok((client, facts))
}

/// `POST /developer/clients/{id}`
pub(crate) async fn save(
    hub: Hub,
    member: Member,
    Path(id): Path<String>,
    posted: Posted,
) -> Shown {
    admit(&member)?;
    let form = Form::of(&posted, &member);
    if !form.is_good() {
        let (client, facts) = with_facts(&hub, &member, &id).await?;
        let again = form.page(&member, &client, facts, None);
        return Ok(page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &member.visit,
            &again,
        ));
    }
    let who = member.clone();
    let client = hub
        .write("office.save_client", move |tx| {
            let mut client = own(tx, &who, &id)?;
            form.fill(&mut client);
            clients::update(tx, &client)?;
            Ok::<_, Mishap>(client.id)
        })
        .await?;
    Ok(to(&format!("/developer/clients/{client}?done=saved")))
}

/// What the form of a client holds.
#[derive(Clone)]
struct Form {
    name: Field,
    redirects: Field,
    location_scope: Field,
    account_scope: Field,
    connect_url: Field,
    open_url: Field,
    disconnect_url: Field,
    logo_url: Field,
    category: String,
}

impl Form {
    fn of(posted: &Posted, member: &Member) -> Self {
        let language = member.visit.language;
        let words = &language.words().developer;
        let scope = |name: &str, level: Level| {
            let field = Field::of(posted.get(name).trim());
            let is_good = field.value.is_empty()
                || Scope::parse(&field.value).is_ok_and(|scope| scope.level() == Some(level));
            if is_good {
                field
            } else {
                field.wrong(words.scope_invalid)
            }
        };
        let url = |name: &str| {
            let field = Field::of(posted.get(name).trim());
            if field.value.is_empty() || is_web(&field.value) {
                field
            } else {
                field.wrong(words.url_invalid)
            }
        };
        let typed: Vec<&str> = posted.get("redirects").lines().map(str::trim).collect();
        let lines: Vec<&str> = typed.into_iter().filter(|line| !line.is_empty()).collect();
        let redirects = Field::of(lines.join("\n"));
        let wrong = lines.iter().find(|line| !is_return_address(line));
        Self {
            name: required(posted, "name", language),
            redirects: match wrong {
                Some(line) => redirects.wrong(format!("{} {line}", words.url_invalid)),
                None if lines.len() > MOST_REDIRECTS => redirects.wrong(words.url_invalid),
                None => redirects,
            },
            location_scope: scope("location_scope", Level::Location),
            account_scope: scope("account_scope", Level::Account),
            connect_url: url("connect_url"),
            open_url: url("open_url"),
            disconnect_url: url("disconnect_url"),
            logo_url: url("logo_url"),
            category: posted.get("category").to_owned(),
        }
    }

    fn is_good(&self) -> bool {
        [
            &self.name,
            &self.redirects,
            &self.location_scope,
            &self.account_scope,
            &self.connect_url,
            &self.open_url,
            &self.disconnect_url,
            &self.logo_url,
        ]
        .iter()
        .all(|field| field.error.is_none())
    }

    /// Puts what was typed into the client; what the form does not show stays.
    fn fill(&self, client: &mut Client) {
        let filled = |field: &Field| Some(field.value.clone()).filter(|text| !text.is_empty());
        client.name.clone_from(&self.name.value);
        let app = &mut client.app;
        app.redirect_uris = self.redirects.value.lines().map(str::to_owned).collect();
        app.location_scope = filled(&self.location_scope);
        app.account_scope = filled(&self.account_scope);
        app.connect_url = filled(&self.connect_url);
        app.open_url = filled(&self.open_url);
        app.disconnect_url = filled(&self.disconnect_url);
        app.logo_url = filled(&self.logo_url);
        app.category = CATEGORIES
            .iter()
            .find(|known| **known == self.category)
            .map(|known| (*known).to_owned());
    }

    fn page(
        &self,
        member: &Member,
        client: &Client,
        facts: Vec<Fact>,
        query: Option<&str>,
    ) -> ClientPage {
        let words = member.visit.language.words();
        let mut categories = vec![Choice::new("", words.shell.none, self.category.is_empty())];
        categories.extend(CATEGORIES.into_iter().map(|category| {
            let label = category_name(words, category);
            Choice::new(category, label, self.category == category)
        }));
        let form = self.clone();
        ClientPage {
            frame: frame(member, &format!("/developer/clients/{}", client.id), query),
            id: client.id.to_string(),
            title: client.name.clone(),
            facts,
            name: form.name,
            redirects: form.redirects,
            open: client.is_open(),
            location_scope: form.location_scope,
            account_scope: form.account_scope,
            connect_url: form.connect_url,
            open_url: form.open_url,
            disconnect_url: form.disconnect_url,
            logo_url: form.logo_url,
            categories,
        }
    }
}

/// Whether an address can be opened in a browser and called by the hub.
fn is_web(text: &str) -> bool {
    text.len() <= LONGEST_URL
        && may_be_redirected(text)
        && Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// Whether a browser may be sent there with a code: programs on a device have schemes of their own.
fn is_return_address(text: &str) -> bool {
    text.len() <= LONGEST_URL
        && may_be_redirected(text)
        && Url::parse(text)
            .is_ok_and(|url| !matches!(url.scheme(), "http" | "https") || url.has_host())
}

/// `GET /developer/clients/{id}/rotate`
pub(crate) async fn ask_rotate(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    admit(&member)?;
    let (client, _) = with_facts(&hub, &member, &id).await?;
    let frame = member.frame(Place::Developer);
    let asked = ConfirmPage::rotate(frame, client.id.as_str(), &client.name);
    Ok(page(&member.visit, &asked))
}

/// `POST /developer/clients/{id}/rotate`: the answer shows the new secret, this once.
pub(crate) async fn rotate(hub: Hub, member: Member, Path(id): Path<String>, _: Posted) -> Shown {
    admit(&member)?;
    let (who, key) = (member.clone(), hub.key().clone());
    let (client, secret) = hub
        .write("office.rotate", move |tx| {
            let mut client = own(tx, &who, &id)?;
            let secret = clients::rotate(tx, &key, &mut client)?;
            Ok::<_, Mishap>((client, secret))
        })
        .await?;
    Ok(secret_page(&member, &client.id, client.name, secret))
}

/// `GET /developer/clients/{id}/delete`
pub(crate) async fn ask_delete(hub: Hub, member: Member, Path(id): Path<String>) -> Shown {
    admit(&member)?;
    let (client, _) = with_facts(&hub, &member, &id).await?;
    let frame = member.frame(Place::Developer);
    let asked = ConfirmPage::delete_client(frame, client.id.as_str(), &client.name);
    Ok(page(&member.visit, &asked))
}

/// `POST /developer/clients/{id}/delete`: its connections end with it.
pub(crate) async fn delete(hub: Hub, member: Member, Path(id): Path<String>, _: Posted) -> Shown {
    admit(&member)?;
    let who = member.clone();
    hub.write("office.delete_client", move |tx| {
        let client = own(tx, &who, &id)?;
        for (account, connection) in connections::of_client(tx, &client.id)? {
            connections::revoke(tx, account.as_ref(), &connection)?;
        }
        Ok::<_, Mishap>(clients::delete(tx, &client.id)?)
    })
    .await?;
    Ok(to("/developer?done=deleted"))
}
