//! A browser as far as our pages need one: cookies, links, and forms with what they carry.
//!
//! Addresses are told and compared without their place, as `/orders` for
//! `/accounts/q7h2d/orders`; [`Page::address`] has the whole of it.
#![expect(clippy::expect_used, reason = "a test says by panicking what is wrong")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use hub::args;
use hub::db;
use hub::office::place::Place;
use hub::users::mailbox::VerifiedEmail;
use hub::users::permissions::Permissions;
use hub::users::store::{self as users, NewUser};
use scraper::{ElementRef, Html, Selector};
use wire::id::{AccountId, LocationId, UserId};

use super::{Answer, Anybody, EventStream, TestHub};

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser {
    anybody: Anybody,
    language: &'static str,
    host: &'static str,
    user_agent: &'static str,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// What it shows.
pub struct Page {
    /// Path and query, without the place.
    pub path: String,
    /// Path and query.
    pub address: String,
    pub answer: Answer,
}

/// A page with the addresses in it without their places.
fn without_places(html: &str) -> String {
    let mut parts = html.split("\"/accounts/");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find('"').unwrap_or(part.len());
        let address = format!("/accounts/{}", &part[..end]);
        text.push('"');
        text.push_str(Place::split(&address).1);
        text.push_str(&part[end..]);
    }
    text
}

fn select(css: &str) -> Selector {
    Selector::parse(css).expect("a selector")
}

impl Page {
    pub fn status(&self) -> u16 {
        self.answer.status
    }

    /// Where it leads, if it is a redirection.
    pub fn location(&self) -> Option<&str> {
        self.target().map(|target| Place::split(target).1)
    }

    /// The same with the place.
    pub fn target(&self) -> Option<&str> {
        self.answer.header("location")
    }

    /// Where it is.
    pub fn place(&self) -> Option<Place> {
        Place::split(&self.address).0
    }

    fn html(&self) -> Html {
        Html::parse_document(&without_places(&self.answer.text))
    }

    /// The address to which the form with this action is sent.
    fn form_address(&self, action: &str) -> String {
        let html = Html::parse_document(&self.answer.text);
        let css = select("form[method=post]");
        let mut forms = html.select(&css).filter_map(|form| form.attr("action"));
        let found = forms.find(|address| Place::split(address).1 == action);
        found.unwrap_or(action).to_owned()
    }

    /// The readable text of the main part, with every kind of blank as a plain one.
    pub fn text(&self) -> String {
        let html = Html::parse_document(&self.answer.text);
        let main = html.select(&select("main")).next();
        let words: Vec<&str> = main
            .unwrap_or_else(|| html.root_element())
            .text()
            .flat_map(str::split_whitespace)
            .collect();
        words.join(" ")
    }

    #[track_caller]
    pub fn says(&self, text: &str) {
        let all = self.text();
        assert!(
            all.contains(text),
            "{} {text:?} is not in: {all}",
            self.status()
        );
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) {
        let all = self.text();
        assert!(!all.contains(text), "{text:?} is in: {all}");
    }

    /// An attribute of everything that a selector finds.
    pub fn all(&self, css: &str, attribute: &str) -> Vec<String> {
        let html = self.html();
        html.select(&select(css))
            .filter_map(|element| element.attr(attribute).map(str::to_owned))
            .collect()
    }

    /// The addresses within the hub that it links to, whole.
    pub fn links(&self) -> Vec<String> {
        let html = Html::parse_document(&self.answer.text);
        html.select(&select("a[href^='/']"))
            .filter_map(|link| link.attr("href").map(str::to_owned))
            .collect()
    }

    /// Whether a selector finds anything.
    pub fn has(&self, css: &str) -> bool {
        let html = self.html();
        html.select(&select(css)).next().is_some()
    }

    /// What the form with this action sends when nothing is typed.
    pub fn fields(&self, action: &str) -> Vec<(String, String)> {
        let html = Html::parse_document(&self.answer.text);
        let form = html
            .select(&select("form[method=post]"))
            .find(|form| form.attr("action").map(|it| Place::split(it).1) == Some(action))
            .unwrap_or_else(|| panic!("{} has no form for {action}: {}", self.path, self.text()));
        let mut fields = Vec::new();
        for field in form.select(&select("input, select, textarea")) {
            let Some(name) = field.attr("name") else {
                continue;
            };
            let value = match field.value().name() {
                "select" => chosen(field),
                "textarea" => field.text().collect(),
                _ if field.attr("type") == Some("checkbox") && field.attr("checked").is_none() => {
                    continue;
                }
                _ => field.attr("value").unwrap_or_default().to_owned(),
            };
            fields.push((name.to_owned(), value));
        }
        fields
    }
}

fn chosen(field: ElementRef<'_>) -> String {
    let mut options: Vec<ElementRef<'_>> = field.select(&select("option")).collect();
    options.sort_by_key(|option| option.attr("selected").is_none());
    let first = options.first().and_then(|option| option.attr("value"));
    first.unwrap_or_default().to_owned()
}

impl Browser {
    /// A browser that nobody has used, of somebody who reads French.
    pub fn new(test: &TestHub) -> Self {
        Self::speaking(test, "fr-FR,fr;q=0.9")
    }

    /// A browser that asks for another language.
    pub fn speaking(test: &TestHub, language: &'static str) -> Self {
        Self {
            anybody: Anybody::new(test),
            language,
            host: "hub.test",
            user_agent: "",
            cookies: RefCell::default(),
        }
    }

    /// Opens pages at another of the hub's hosts.
    pub fn at(self, host: &'static str) -> Self {
        Self { host, ..self }
    }

    /// Says of itself that it is another program.
    pub fn called(self, user_agent: &'static str) -> Self {
        Self { user_agent, ..self }
    }

    /// Opens pages of another hub.
    pub fn to(self, hub: &hub::Hub) -> Self {
        Self {
            anybody: self.anybody.at(hub),
            ..self
        }
    }

    /// Comes from another address.
    pub fn from(self, address: &str) -> Self {
        Self {
            anybody: self.anybody.from(address),
            ..self
        }
    }

    /// A cookie.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.borrow().get(name).cloned()
    }

    /// The names of all cookies.
    pub fn names(&self) -> Vec<String> {
        self.cookies.borrow().keys().cloned().collect()
    }

    /// Keeps a cookie.
    pub fn keep(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.borrow_mut();
        cookies.insert(name.to_owned(), value.to_owned());
    }

    fn cookies(&self) -> String {
        let cookies = self.cookies.borrow().clone();
        let cookies: Vec<String> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
        cookies.join("; ")
    }

    /// Sends the same fields as often as there are hubs, at the same moment: to its own one, and to
    /// these.
    pub fn post_at_once(
        &self,
        others: &[Anybody],
        action: &str,
        fields: &[(&str, &str)],
    ) -> Vec<Answer> {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let cookies = self.cookies();
        let headers = [
            ("Cookie", cookies.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let own = &self.anybody;
        own.send_at_once(others, "POST", action, &headers, &body)
    }

    /// Whoever can reach the hub that this browser speaks to.
    pub fn anybody(&self) -> &Anybody {
        &self.anybody
    }

    fn send(&self, method: &str, path: &str, body: String) -> Page {
        let cookies = self.cookies();
        let headers = [
            ("Cookie", cookies.as_str()),
            ("Accept-Language", self.language),
            ("Host", self.host),
            ("User-Agent", self.user_agent),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let answer = self.anybody.send(method, path, &headers, body);
        for cookie in answer.headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie");
            let (pair, rest) = text.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            if rest.contains("Max-Age=0;") {
                self.cookies.borrow_mut().remove(name);
            } else {
                self.keep(name, value);
            }
        }
        Page {
            path: Place::split(path).1.to_owned(),
            address: path.to_owned(),
            answer,
        }
    }

    /// Any other request.
    pub fn ask(&self, method: &str, path: &str) -> Page {
        self.send(method, path, String::new())
    }

    /// Opens a stream of what happens, as the script of a page does.
    pub fn stream(&self, address: &str) -> EventStream {
        let cookies = self.cookies();
        let headers = self.stream_headers(&cookies);
        self.anybody.stream(address, &headers)
    }

    /// What such a script gets that is refused a stream.
    pub fn refused_stream(&self, address: &str) -> Answer {
        let cookies = self.cookies();
        let headers = self.stream_headers(&cookies);
        self.anybody.send("GET", address, &headers, String::new())
    }

    fn stream_headers<'a>(&self, cookies: &'a str) -> [(&'static str, &'a str); 3] {
        let accept = ("Accept", "text/event-stream");
        [accept, ("Cookie", cookies), ("Host", self.host)]
    }

    /// A page, without following where it leads; but to the place of an address that does not say one.
    pub fn get(&self, path: &str) -> Page {
        let page = self.send("GET", path, String::new());
        match page.target() {
            Some(target) if target != path && Place::split(target).1 == path => {
                self.send("GET", target, String::new())
            }
            _ => page,
        }
    }

    /// Where an address without a place leads to.
    pub fn last_place(&self) -> Option<Place> {
        let asked = self.send("GET", "/settings", String::new());
        Place::split(asked.target()?).0
    }

    /// Follows a link of the selectors of a page.
    fn choose(&self, page: &Page, is_wanted: impl Fn(&Place) -> bool) -> Page {
        let html = Html::parse_document(&page.answer.text);
        let css = select(".selectors a");
        let mut links = html.select(&css).filter_map(|link| link.attr("href"));
        let found = links.find(|link| Place::split(link).0.is_some_and(|place| is_wanted(&place)));
        self.open(found.unwrap_or_else(|| panic!("{} has no such choice", page.address)))
    }

    /// Chooses an account on a page.
    pub fn choose_account(&self, page: &Page, account: &AccountId) -> Page {
        self.choose(page, |place| place.account == *account)
    }

    /// Chooses a location on a page, or all of them.
    pub fn choose_location(&self, page: &Page, location: Option<&LocationId>) -> Page {
        let chosen = page.place().expect("a page at a place").account;
        self.choose(page, |place| {
            place.account == chosen && place.location.as_ref() == location
        })
    }

    /// A page, or where it leads to within the back office.
    pub fn open(&self, path: &str) -> Page {
        self.followed(self.get(path))
    }

    fn followed(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            match page.target().map(str::to_owned) {
                Some(next) if next.starts_with('/') => page = self.get(&next),
                _ => break,
            }
        }
        page
    }

    /// Sends a form of a page with what was typed, without following where the answer leads.
    pub fn send_form(&self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        let mut fields = page.fields(action);
        fields.retain(|(name, _)| !typed.iter().any(|(other, _)| other == name));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .extend_pairs(typed)
            .finish();
        self.send("POST", &page.form_address(action), body)
    }

    /// Sends a form, and goes where the answer leads.
    pub fn fill(&self, page: &Page, action: &str, typed: &[(&str, &str)]) -> Page {
        self.followed(self.send_form(page, action, typed))
    }

    /// Sends a form to an address that no page on the screen has a form for, with the right token, where
    /// the browser was last.
    pub fn forge(&self, action: &str, typed: &[(&str, &str)]) -> Page {
        let profile = self.get("/profile");
        let token = profile.all("input[name=csrf]", "value");
        let token = token.first().map_or("", String::as_str);
        let address = match self.last_place() {
            Some(place) => place.to(action),
            None => action.to_owned(),
        };
        self.post(&address, &[&[("csrf", token)], typed].concat())
    }

    /// Sends exactly these fields.
    pub fn post(&self, action: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.send("POST", action, body)
    }
}

/// The token of the session of a user made by [`TestHub::user`].
fn session_token(name: &str) -> String {
    format!("session of {name}").replace(' ', "-")
}

impl TestHub {
    /// The browser of a user who may do something in the account, or at one location of it, signed
    /// in and reading French.
    pub fn user(&self, name: &str, held: Permissions, location: Option<&LocationId>) -> Browser {
        self.user_of(&self.account, name, held, location).1
    }

    /// Notes that a user made by [`TestHub::user`], who has no password to type, has just shown who they are.
    pub fn confirm_identity(&self, name: &str) {
        let hash = hub::secret::hash(&session_token(name));
        let noted = self.hub.write("test.confirm", move |tx| {
            let now = tx.now();
            tx.execute(
                "UPDATE sessions SET confirmed_at = $2 WHERE hash = $1",
                args![&hash, now],
            )
        });
        self.wait(noted)
            .unwrap_or_else(|error: db::Error| panic!("{error}"));
    }

    /// A user with permissions in any account, with the user's id.
    pub fn user_of(
        &self,
        account: &AccountId,
        name: &str,
        held: Permissions,
        location: Option<&LocationId>,
    ) -> (UserId, Browser) {
        let token = session_token(name);
        let hash = hub::secret::hash(&token);
        let new = NewUser {
            email: VerifiedEmail::by_operator(&format!("{}@example.com", name.to_lowercase())),
            name: name.to_owned(),
            locale: "fr-FR".to_owned(),
            timezone: "Europe/Paris".to_owned(),
            password_hash: None,
        };
        let (account, location) = (account.clone(), location.cloned());
        let user: UserId = self
            .wait(self.hub.write("test.user", move |tx| {
                let now = tx.now();
                let user = users::insert(tx, &new)?.expect("a new user");
                if held != Permissions::NONE {
                    users::grant(tx, &account, location.as_ref(), &user, held, now)?;
                }
                tx.execute(
                    "INSERT INTO sessions (hash, user_id, created_at, seen_at)
                        VALUES ($1, $2, $3, $3)",
                    args![&hash, &user, now],
                )?;
                Ok(user)
            }))
            .unwrap_or_else(|error: db::Error| panic!("no user: {error}"));
        let browser = Browser::new(self);
        browser.keep("passeplat_session", &token);
        (user, browser)
    }

    /// Signs somebody up, over the link in the mail.
    pub fn sign_up(&self, browser: &Browser, name: &str, email: &str, password: &str) -> Page {
        self.sign_up_on(browser, &browser.open("/signup"), name, email, password)
    }

    /// Signs up from a form that is open already.
    pub fn sign_up_on(
        &self,
        browser: &Browser,
        form: &Page,
        name: &str,
        email: &str,
        password: &str,
    ) -> Page {
        let typed = [("name", name), ("email", email), ("password", password)];
        browser
            .fill(form, "/signup", &typed)
            .says("Un message vient d'être envoyé");
        let link = self.sign_up_link(&email.to_lowercase());
        let form = browser.open(&link);
        browser.fill(&form, &link, &[("password", password)])
    }

    /// The path of the link that finishes a sign-up.
    pub fn sign_up_link(&self, email: &str) -> String {
        format!("/signup/{}", token_in(&self.mails(email, 1)[0], "/signup/"))
    }

    /// The texts of the mails to an address, as soon as there are `count` of them.
    pub fn mails(&self, to: &str, count: usize) -> Vec<String> {
        let folder = self.hub.config().mail.folder.clone();
        let look = async {
            loop {
                let files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
                let mut mails: Vec<String> = files
                    .filter_map(|file| std::fs::read_to_string(file.path()).ok())
                    .map(|text| text.replace("=\r\n", "").replace("=3D", "="))
                    .filter(|text| text.contains(&format!("To: {to}")) && text.ends_with('\n'))
                    .collect();
                if mails.len() >= count {
                    mails.sort();
                    return mails;
                }
                tokio::task::yield_now().await;
            }
        };
        let limit = std::time::Duration::from_secs(20);
        self.wait(async { tokio::time::timeout(limit, look).await })
            .expect("the mails")
    }
}

/// The token of the link in a mail.
pub fn token_in(mail: &str, before: &str) -> String {
    let (_, rest) = mail.split_once(before).expect("a link");
    rest.chars().take_while(char::is_ascii_hexdigit).collect()
}
