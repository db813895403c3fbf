//! Every page that somebody can reach by its links, and every form on them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hub::args;
use hub::audit::AuditActor;
use hub::db;
use hub::oauth::clients::{self, AppFields, CallbackOptions, NewClient};
use hub::office::place::Place;
use hub::users::permissions::{Permissions, Role};
use hub::users::second_factor;
use hub::users::store as users;
use scraper::{Html, Selector};
use wire::id::{AccountId, ClientId, LocationId, UserId};

use crate::support::{Browser, Caller, Page, TestHub, json, token_in};

const APP: &str = "shop.clients.test";

/// A form of a page.
#[derive(Clone, Debug)]
pub struct Form {
    /// The address of its page, without the place.
    pub page: String,
    /// Where it is sent, without the place.
    pub action: String,
    /// Where it is sent.
    pub address: String,
    /// What it sends when nothing is typed.
    pub fields: Vec<(String, String)>,
    /// The fields for a line or more of text, with the most characters that the page lets one type.
    pub typed: Vec<(String, Option<String>)>,
}

impl Form {
    /// What is asked for at an address, as if it were a form without fields.
    pub fn at_address(address: &str) -> Self {
        let path = Place::split(address).1.to_owned();
        Self {
            page: path.clone(),
            action: path,
            address: address.to_owned(),
            fields: Vec::new(),
            typed: Vec::new(),
        }
    }

    pub fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// What tells it from other forms, on whichever page.
    pub fn key(&self) -> String {
        let step = ["step", "permission", "email"].map(|name| self.get(name));
        format!("{} {step:?}", self.action)
    }

    pub fn send(&self, browser: &Browser) -> Page {
        self.send_with(browser, &[])
    }

    pub fn send_with(&self, browser: &Browser, typed: &[(&str, &str)]) -> Page {
        let own_fields = self.fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
        let own_fields =
            own_fields.filter(|(name, _)| !typed.iter().any(|(other, _)| other == name));
        let all: Vec<(&str, &str)> = own_fields.chain(typed.iter().copied()).collect();
        browser.post(&self.address, &all)
    }

    /// The same form of another place.
    pub fn at(&self, place: &Place) -> Self {
        Self {
            address: place.to(&self.action),
            ..self.clone()
        }
    }
}

/// The address of the back office that a path is, with `{…}` where an id stands.
pub fn route(path: &str) -> &'static str {
    let path = Place::split(path).1;
    let fits = |route: &&str| {
        let (own, asked) = (route.split('/'), path.split('/'));
        own.clone().count() == asked.clone().count()
            && own
                .zip(asked)
                .all(|(own, asked)| own == asked || own.starts_with('{'))
    };
    let mut all: Vec<&str> = hub::office::paths().into_iter().filter(fits).collect();
    all.sort_by_key(|route| route.matches('{').count());
    all.first().unwrap_or_else(|| panic!("no route {path}"))
}

/// The forms of a page that change something, with one entry per button.
pub fn forms(page: &Page) -> Vec<Form> {
    let html = Html::parse_document(&page.answer.text);
    let select = |css: &str| Selector::parse(css).expect("a selector");
    let mut all = Vec::new();
    for form in html.select(&select("form[method=post]")) {
        let address = form.attr("action").expect("an action").to_owned();
        let action = Place::split(&address).1.to_owned();
        let mut typed = Vec::new();
        for field in form.select(&select("input, textarea")) {
            let kind = field.attr("type").unwrap_or("text");
            let is_typed = !["hidden", "checkbox"].contains(&kind);
            if let (true, Some(name)) = (is_typed, field.attr("name")) {
                let most = field.attr("maxlength").map(str::to_owned);
                typed.push((name.to_owned(), most));
            }
        }
        let fields = page.fields(&action);
        let buttons: Vec<_> = form.select(&select("button")).collect();
        for button in buttons {
            let mut fields = fields.clone();
            if let Some(name) = button.attr("name") {
                let value = button.attr("value").unwrap_or_default();
                fields.push((name.to_owned(), value.to_owned()));
            }
            all.push(Form {
                page: page.path.clone(),
                action: action.clone(),
                address: address.clone(),
                fields,
                typed: typed.clone(),
            });
        }
    }
    all
}

/// Two accounts with something of everything, and somebody who has the same role in both.
pub struct Walk<'a> {
    pub hub: &'a TestHub,
    pub other: AccountId,
    till: Caller,
    /// A connection to the whole account.
    pub maker: Caller,
    /// The pages to which links in mails lead.
    links: RefCell<Vec<String>>,
}

impl<'a> Walk<'a> {
    pub fn new(hub: &'a TestHub) -> Self {
        let other = hub.another_account().account;
        let till = hub.client("till");
        let blocked = hub.client("blocked");
        let follow = json!({ "url": null, "events": { "order": ["create"] } });
        till.post("/callback", follow).ok();
        let order = json!({
            "status": "new",
            "ref": "LUM-1",
            "items": [{ "product_name": "Tiramisu", "price": "5.00 EUR", "quantity": "1" }],
        });
        let site = hub.client("site");
        // One that the till has acknowledged, and one that waits for it.
        site.post("/location/orders", order.clone()).ok();
        let events = till.get("/callback/events").ok();
        let event = events[0]["id"].as_str().expect("an event");
        till.delete(&format!("/callback/events/{event}")).ok();
        site.post("/location/orders", order).ok();
        // One that is held back until its preparation begins.
        let kitchen = hub.client("kitchen");
        hub.wait(hub.hub.write("test.kitchen", {
            let (account, id) = (hub.account.clone(), kitchen.connection.clone());
            move |tx| hub::oauth::connections::set_sending(tx, &account, &id, None, true)
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
        let url = "http://127.0.0.1:9/kitchen";
        let follow = json!({ "url": url, "events": { "order": ["create"] } });
        kitchen.post("/callback", follow).ok();
        let later = json!({ "status": "new", "expected_time": "2026-03-08T20:00:00+01:00" });
        site.post("/location/orders", later).ok();
        hub.wait(hub.hub.journal().flush()).expect("a journal");
        let maker = hub.connect("maker", "account[all_catalogs.write]", None);
        let catalog = json!({ "name": "Une autre carte", "data": { "products": [] } });
        maker.post("/account/catalogs", catalog).ok();
        let account = hub.account.clone();
        let (connection, key) = (blocked.connection, hub.hub.key().clone());
        // What an app asks for that must be chosen on a second page.
        let new = NewClient {
            id: Some(ClientId::from_generated(APP.to_owned())),
            secret: Some("s3cret".to_owned()),
            name: "Ma boutique".to_owned(),
            owner: None,
            is_listed: true,
            app: AppFields {
                redirect_uris: vec!["https://app.example/back".to_owned()],
                connect_url: Some("https://app.example/connect".to_owned()),
                location_scope: Some("location[orders.write]".to_owned()),
                ..AppFields::default()
            },
            callbacks: CallbackOptions::default(),
        };
        hub.wait(hub.hub.write("test.walk", move |tx| {
            hub::oauth::connections::set_blocked(tx, &account, &connection, true)?;
            clients::insert(tx, &key, &new).map(drop)
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
        // One for which a job runs.
        let late = hub.client("late");
        let follow = json!({ "url": null, "events": { "order": ["create"] } });
        late.post("/callback", follow).ok();
        let missed = json!({ "what": "missed", "since": "2026-03-01T00:00:00Z" });
        late.post("/callback/events/resend", missed).ok();
        Self {
            hub,
            other,
            till,
            maker,
            links: RefCell::default(),
        }
    }

    /// A full administrator, somebody who has no account, and a stranger, each with every form that
    /// they can reach, also by the links of mails.
    pub fn everybody(&self) -> Vec<(Browser, Vec<Form>)> {
        let ana = administrator(self);
        let lea = Browser::new(self.hub);
        self.hub
            .sign_up(&lea, "Lea", "lea@example.com", "fourchette bleue");
        self.send_links(&ana, &lea);
        // Ana has begun to set up a second factor. Lea has one, and a stranger knows her password.
        self.begin_second_factor("ana@example.com");
        self.enable_second_factor("lea@example.com");
        let stranger = Browser::new(self.hub);
        let form = stranger.open("/login");
        let typed = [
            ("email", "lea@example.com"),
            ("password", "fourchette bleue"),
        ];
        stranger.fill(&form, "/login", &typed);
        let all = [ana, lea, stranger];
        let all = all.into_iter().map(|browser| {
            let forms = self.forms(&browser);
            (browser, forms)
        });
        all.collect()
    }

    fn begin_second_factor(&self, email: &'static str) {
        let key = self.hub.hub.key().clone();
        self.change(move |tx| {
            let user = users::find_by_email(tx, email)?.expect("a user");
            second_factor::begin(tx, &key, &user.id)
        });
    }

    fn enable_second_factor(&self, email: &'static str) {
        self.begin_second_factor(email);
        let key = self.hub.hub.key().clone();
        self.change(move |tx| {
            let user = users::find_by_email(tx, email)?.expect("a user");
            let pending = second_factor::find_pending(tx, &key, &user.id)?;
            let code = pending.expect("a secret").code(tx.now());
            let by = AuditActor::user(&user.id, &user.name, None);
            second_factor::enable(tx, &key, &by, &user, &code).map(drop)
        });
    }

    fn change(&self, change: impl Fn(&mut db::Tx<'_>) -> db::Result<()> + Send + 'static) {
        self.hub
            .wait(self.hub.hub.write("test.change", change))
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
    }

    /// Lets every kind of link be sent; walks begin at them, too.
    fn send_links(&self, ana: &Browser, lea: &Browser) {
        let hub = self.hub;
        let role = ("role", "technical_partner");
        ana.forge(
            "/settings/permissions",
            &[("email", "new@example.com"), role],
        );
        let third = hub.another_account().account;
        let held = Role::FullAdministrator.permissions(true);
        let (_, zoe) = hub.user_of(&third, "Zoe", held, None);
        zoe.forge(
            "/settings/permissions",
            &[("email", "ana@example.com"), role],
        );
        let page = lea.open("/profile");
        let wish = [
            ("email", "lea.b@example.com"),
            ("confirm", "fourchette bleue"),
        ];
        lea.fill(&page, "/profile", &wish);
        let stranger = Browser::new(hub);
        let page = stranger.open("/reset_password/new");
        let whose = [("email", "zoe@example.com")];
        stranger.fill(&page, "/reset_password/new", &whose);
        let page = stranger.open("/signup");
        let typed = [
            ("name", "Max"),
            ("email", "max@example.com"),
            ("password", "fourchette bleue"),
        ];
        stranger.fill(&page, "/signup", &typed);
        for (who, path) in [
            ("new@example.com", "/invitations/"),
            ("ana@example.com", "/invitations/"),
            ("lea.b@example.com", "/profile/email/"),
            ("zoe@example.com", "/reset_password/"),
            ("max@example.com", "/signup/"),
        ] {
            let mail = &hub.mails(who, 1)[0];
            let link = format!("{path}{}", token_in(mail, path));
            self.links.borrow_mut().push(link);
        }
    }

    /// Somebody with a role in both accounts, or at a location of the first, who stands in the first.
    pub fn user(&self, name: &str, role: Role, location: Option<&LocationId>) -> Browser {
        let held = role.permissions(location.is_none());
        let (user, browser) = self.hub.user_of(&self.hub.account, name, held, location);
        let everywhere = role.permissions(true);
        let other = self.other.clone();
        let (owner, key) = (user.clone(), self.hub.hub.key().clone());
        self.hub
            .wait(self.hub.hub.write("test.both", move |tx| {
                let now = tx.now();
                users::grant(tx, &other, None, &owner, everywhere, now)?;
                // In another browser.
                let elsewhere = hub::secret::hash(&format!("another session of {owner}"));
                tx.execute(
                    "INSERT INTO sessions (hash, user_id, created_at, seen_at)
                        VALUES ($1, $2, $3, $3)",
                    args![elsewhere, &owner, now],
                )?;
                own_client(tx, &key, &owner)
            }))
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
        self.stand(&browser, location);
        browser
    }

    /// Goes to the first account, or a location of it, as another tab would.
    pub fn stand(&self, browser: &Browser, location: Option<&LocationId>) {
        let place = Place::of(&self.hub.account, location);
        browser.keep("passeplat_place", &place.text());
    }

    /// Goes to the other account, as another tab would.
    pub fn stand_elsewhere(&self, browser: &Browser) {
        let page = browser.get(&Place::whole(&self.other).to("/orders"));
        assert!(page.status() < 400, "{}", page.status());
    }

    /// Every page that can be reached by links, and the forms on it and on what answers some of them;
    /// one per kind of address.
    pub fn forms(&self, browser: &Browser) -> Vec<Form> {
        self.walk(browser, |_| {})
    }

    /// The same; `look` is shown every page. The walk stays where the browser was last.
    pub fn walk(&self, browser: &Browser, mut look: impl FnMut(&Page)) -> Vec<Form> {
        let mut found = BTreeMap::new();
        let mut known = BTreeSet::new();
        let here = browser.last_place();
        let is_here = |path: &str| match Place::split(path).0 {
            Some(place) => Some(place) == here,
            None => true,
        };
        let at_place = |path: String| here.as_ref().map_or(path.clone(), |it| it.to(&path));
        let beginnings = self.beginnings().into_iter().map(at_place);
        let mut waiting: VecDeque<String> = beginnings.collect();
        while let Some(path) = waiting.pop_front() {
            if !known.insert(path.clone()) {
                continue;
            }
            let page = browser.get(&path);
            if let Some(next) = page.target() {
                let next = Some(next.to_owned()).filter(|next| next.starts_with('/'));
                waiting.extend(next.filter(|next| is_here(next)));
                continue;
            }
            let is_page = page.answer.header("content-type");
            if !is_page.is_some_and(|kind| kind.starts_with("text/html")) {
                continue;
            }
            look(&page);
            let links = page.links().into_iter().filter(|link| is_here(link));
            waiting.extend(links.filter(|link| !link.starts_with("/docs")));
            self.keep(&mut found, forms(&page));
            for asked in self.answers(browser, &page) {
                self.keep(&mut found, forms(&asked));
            }
        }
        found.into_values().collect()
    }

    fn keep(&self, found: &mut BTreeMap<String, Form>, forms: Vec<Form>) {
        for form in forms {
            let key = format!("{} on {}", form.key(), form.get("page"));
            found.entry(key).or_insert(form);
        }
    }

    fn beginnings(&self) -> Vec<String> {
        let ask = |scope: &str| {
            format!(
                "/oauth2/v1/authorize?client_id={APP}&redirect_uri=https://app.example/back\
                &scope={scope}"
            )
        };
        let mut paths = [
            "/",
            "/dashboard",
            "/portal",
            "/profile",
            "/login",
            "/login/code",
            "/confirm",
            "/signup",
            "/reset_password/new",
            "/accounts/new",
            "/locations/new",
        ]
        .map(str::to_owned)
        .to_vec();
        paths.push(format!("/connections/{}/logs", self.till.connection));
        paths.push(format!(
            "/connections/{}/resend?what=matching&since=2026-03-01T00:00",
            self.till.connection
        ));
        paths.push(ask("location[orders.write]"));
        paths.push(ask("location[catalog.write]"));
        paths.push(ask("profile"));
        paths.extend(self.links.borrow().iter().cloned());
        paths
    }

    /// What answers a form without changing anything: pages that have no address of their own.
    fn answers(&self, browser: &Browser, page: &Page) -> Vec<Page> {
        let mut answers = Vec::new();
        for form in forms(page) {
            let typed: &[(&str, &str)] = match form.action.as_str() {
                "/settings/permissions" => &[("email", "new@example.com"), ("role", "")],
                "/oauth2/v1/authorize" => {
                    &[("step", "next"), ("target", self.hub.location.as_str())]
                }
                "/login" => &[("email", "nobody@example.com"), ("password", "wrong")],
                "/signup" | "/accounts/new" | "/locations/new" | "/developer/clients/new" => &[],
                action if action.ends_with("/logs") => &[("token", "show")],
                _ => continue,
            };
            let answer = form.send_with(browser, typed);
            if answer.location().is_none() && answer.status() < 500 {
                answers.push(answer);
            }
        }
        answers
    }
}

fn own_client(tx: &mut db::Tx<'_>, key: &hub::secret::MasterKey, owner: &UserId) -> db::Result<()> {
    let new = NewClient {
        id: None,
        secret: None,
        name: "À moi".to_owned(),
        owner: Some(owner.clone()),
        is_listed: false,
        app: AppFields::default(),
        callbacks: CallbackOptions::default(),
    };
    let (id, _) = clients::insert(tx, key, &new)?.expect("a fresh id");
    let client = clients::find(tx, &id)?.expect("a client");
    // Its secret before is still valid.
    clients::rotate(tx, key, &client).map(drop)
}

/// How many rows there are of what a form could make.
pub fn count(hub: &TestHub, table: &'static str) -> i64 {
    hub.wait(hub.hub.read("test.count", move |tx| {
        let sql = match table {
            "accounts" => "SELECT COUNT(*) FROM accounts",
            "locations" => "SELECT COUNT(*) FROM locations",
            "clients" => "SELECT COUNT(*) FROM clients WHERE owner_id IS NOT NULL",
            "invitations" => "SELECT COUNT(*) FROM invitations",
            "sign_ups" => "SELECT COUNT(*) FROM sign_ups",
            "sessions" => "SELECT COUNT(*) FROM sessions",
            _ => "SELECT COUNT(*) FROM idempotency_keys",
        };
        let found: Option<(i64,)> = tx.first(sql, args![])?;
        Ok::<_, db::Error>(found.map_or(0, |(count,)| count))
    }))
    .expect("a count")
}

/// Roles, each with a name.
pub fn roles() -> impl Iterator<Item = (String, Role)> {
    let all = Role::ALL.into_iter().enumerate();
    all.map(|(index, role)| (format!("User{index}"), role))
}

/// A full administrator of both accounts.
pub fn administrator(walk: &Walk<'_>) -> Browser {
    let browser = walk.user("Ana", Role::FullAdministrator, None);
    assert!(
        Role::FullAdministrator
            .permissions(true)
            .has(Permissions::ENTITY)
    );
    browser
}
