//! Names of which each is one word, as long as it may be, on a screen of 320 pixels: no page is wider
//! than the screen, and everything that can be pressed or filled in has a name for whoever cannot see
//! it.

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

use client::{Connection, HubClient};
use serde_json::{Value, json};

use super::screen::Screen;
use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

/// What scripts of the page do with it.
const LINKS: &str = "return [...document.querySelectorAll('a[href^=\"/\"]')]
    .map((a) => a.getAttribute('href'))";

/// Opens what is folded, and says how wide the page is, then with each menu open.
const WIDTHS: &str = "
    const width = () => document.documentElement.scrollWidth;
    for (const it of document.querySelectorAll('details:not(.drop)')) it.open = true;
    const all = [width()];
    for (const it of document.querySelectorAll('details.drop')) {
        it.open = true;
        all.push(width());
        it.open = false;
    }
    return all";

/// What reaches beyond the screen.
const WIDE: &str = "
    return [...document.querySelectorAll('body *')]
        .filter((it) => it.getBoundingClientRect().right > 320.5)
        .map((it) => it.outerHTML.replaceAll(/m{20,}/g, 'm…m').slice(0, 160)).slice(0, 12)";

/// What can be pressed or filled in and says nothing to whoever hears the page.
const NAMELESS: &str = "
    const said = (it) => {
        if (it.nodeType === Node.TEXT_NODE) return it.data;
        if (!(it instanceof Element) || it.getAttribute('aria-hidden') === 'true') return '';
        if (it.getAttribute('aria-label')) return it.getAttribute('aria-label');
        const style = getComputedStyle(it);
        if (style.display === 'none' || style.visibility === 'hidden') return '';
        return [...it.childNodes].map(said).join(' ');
    };
    const name = (it) =>
        it.title + said(it) + [...(it.labels || [])].map(said).join(' ');
    return [...document.querySelectorAll('a[href], button, summary, input, select, textarea')]
        .filter((it) => it.type !== 'hidden' && it.getClientRects().length > 0)
        .filter((it) => name(it).trim() === '')
        .map((it) => it.outerHTML.slice(0, 160))";

const PASSWORD: &str = "fourchette bleue";

fn word() -> String {
    "m".repeat(300)
}

/// The longest of what the API takes in a field that is looked for.
fn sought() -> String {
    "m".repeat(255)
}

const ORDERS_SCOPE: &str = "location[orders.write]";
const ALL_SCOPE: &str = "location[orders.write,all_catalogs.write,all_customer_lists.write]";

/// Makes a connection; answers its id and its calls.
async fn connect(
    hub: &HubProcess,
    client: &str,
    location: &str,
    device: &str,
    scope: &str,
) -> (String, Connection) {
    let make = ["connection", "create", "--client", client];
    let at = ["--location", location, "--scope", scope];
    let device = ["--device-id", device];
    let arguments = [&make[..], &at[..], &device[..]].concat();
    let made = hub.admin(&arguments).await.unwrap();
    let oauth = format!("{}/oauth2/v1", hub.url);
    let api = HubClient::new(&format!("{}/v1", hub.url), &oauth).unwrap();
    let token = text_field(&made, "access_token").unwrap();
    (
        text_field(&made, "connection_id").unwrap(),
        api.connection(token),
    )
}

/// A hub where everything that has a name has that one.
struct Shop {
    hub: HubProcess,
    client: String,
    connections: [String; 2],
    order: String,
}

impl Shop {
    async fn open(files: &HubFiles) -> Self {
        let hub = HubProcess::start(Path::new(PROGRAM), files, &[])
            .await
            .unwrap();
        let word = word();
        // The longest that is taken for a name.
        let name = &word[..200];
        for (email, locale) in [("fr@example.com", "fr-FR"), ("en@example.com", "en-GB")] {
            let user = ["user", "create", "--email", email, "--name", name];
            let rest = ["--password", PASSWORD, "--locale", locale];
            hub.admin(&[&user[..], &rest[..]].concat()).await.unwrap();
        }
        let address = ["--name", name, "--address", name, "--postal-code", name];
        let account = ["account", "create", "--location-name", name];
        let city = ["--city", name, "--owner", "fr@example.com"];
        let account = [&account[..], &address[..], &city[..]].concat();
        let made = hub.admin(&account).await.unwrap();
        let (account, location) = (
            text_field(&made, "account_id"),
            text_field(&made, "location_id"),
        );
        let (account, location) = (account.unwrap(), location.unwrap());
        let second = ["location", "create", "--account", &account];
        let second = [&second[..], &address[..], &city[..2]].concat();
        hub.admin(&second).await.unwrap();
        let grant = ["user", "grant", "--email", "en@example.com"];
        let grant = [&grant[..], &["--account", &account]].concat();
        let role = ["--role", "full_administrator"];
        hub.admin(&[&grant[..], &role[..]].concat()).await.unwrap();

        let client = ["client", "create", "--name", name];
        let owner = ["--owner", "en@example.com"];
        let app = ["--location-scope", "location[orders.write]"];
        let urls = ["--connect-url", "http://127.0.0.1:9/connect"];
        let back = ["--redirect-uri", "http://127.0.0.1:9/back"];
        let client = [&client[..], &owner[..], &app[..], &urls[..], &back[..]].concat();
        let client = text_field(&hub.admin(&client).await.unwrap(), "client_id").unwrap();
        let (first, first_api) = connect(&hub, &client, &location, "two", ORDERS_SCOPE).await;
        let callback = json!({"url": "http://127.0.0.1:9/mmm", "events": {"order": ["create"]}});
        first_api
            .post::<Value>("/callback", &callback)
            .await
            .unwrap();
        let (second, second_api) = connect(&hub, &client, &location, "one", ALL_SCOPE).await;
        let order = fill(&second_api).await;
        Self {
            hub,
            client,
            connections: [first, second],
            order,
        }
    }

    /// Where the walk begins: what links do not lead to is named.
    fn beginnings(&self) -> Vec<String> {
        let ask = format!(
            "/oauth2/v1/authorize?client_id={}&redirect_uri=http://127.0.0.1:9/back&scope=",
            self.client
        );
        let mut all = vec![
            "/".to_owned(),
            "/portal".to_owned(),
            "/apps".to_owned(),
            "/developer".to_owned(),
            "/settings".to_owned(),
            "/settings/accounts".to_owned(),
            "/accounts/new".to_owned(),
            "/locations/new".to_owned(),
            "/nowhere".to_owned(),
            "/accounts/new?name=".to_owned() + &word(),
            "/orders?search=".to_owned() + &word(),
            format!("/apps/{}", self.client),
            format!("/orders/{}", self.order),
            format!("{ask}location[orders.write]"),
            format!("{ask}location[catalog.write,customer_list.write]"),
            format!("{ask}account[all_catalogs.write]"),
            format!("{ask}profile"),
            format!("{ask}{}", word()),
        ];
        for connection in &self.connections {
            for part in ["logs", "activity", "repeats", "sending", "disconnect"] {
                all.push(format!("/connections/{connection}/{part}"));
            }
        }
        all
    }
}

/// Catalogs, customers and an order; answers the order's id.
async fn fill(api: &Connection) -> String {
    let (word, sought) = (word(), sought());
    for number in 0..2 {
        let catalog = json!({"name": format!("{word}{number}"), "data": {"products": []}});
        api.post::<Value>("/location/catalogs", &catalog)
            .await
            .unwrap();
        let list = json!({ "name": format!("{number}{}", &sought[1..]) });
        api.post::<Value>("/location/customer_lists", &list)
            .await
            .unwrap();
    }
    let customer = json!({
        "first_name": sought, "last_name": sought, "company_name": word, "email": sought,
        "phone": sought, "address_1": word, "address_2": word, "postal_code": word, "city": word,
        "state": word, "delivery_notes": word,
    });
    let option = json!({"option_list_name": word, "name": word, "ref": word, "price": "1.00 EUR"});
    let item = json!({
        "product_name": word, "sku_name": word, "sku_ref": word, "price": "12.50 EUR",
        "quantity": "1", "customer_notes": word, "options": [option],
    });
    let order = json!({
        "ref": word, "status": "new", "channel": word, "service_type": "delivery",
        "service_type_ref": word, "customer_notes": word, "seller_notes": word,
        "coupon_codes": [word], "items": [item, item],
        "discounts": [{"name": word, "ref": word, "price_off": "1.00 EUR"}],
        "charges": [{"type": "delivery", "name": word, "ref": word, "price": "2.00 EUR"}],
        "payments": [{"type": "online", "name": word, "ref": word, "amount": "3.00 EUR"}],
        "customer": customer,
        "custom_fields": {"mmm": {"m": word}},
    });
    let made: Value = api.post("/location/orders", &order).await.unwrap();
    let id = made["id"].as_str().unwrap().to_owned();
    let cause = json!({"epos": {"rejection": {"cause": word}}});
    let refused = json!({"status": "rejected", "custom_fields": cause});
    let path = format!("/location/orders/{id}");
    api.patch::<Value>(&path, &refused).await.unwrap();
    id
}

/// Looks at every page that can be reached by links from these; says how many there were.
async fn walk(screen: &Screen, url: &str, beginnings: Vec<String>) -> usize {
    let mut waiting: VecDeque<String> = beginnings.into();
    let mut known = BTreeSet::new();
    let mut wide = Vec::new();
    while let Some(path) = waiting.pop_front() {
        let is_page = !["/docs", "/assets", "/openapi"]
            .iter()
            .any(|other| path.starts_with(other));
        let is_file =
            path.contains(".json") || path.ends_with("/request") || path.ends_with("/response");
        if !is_page || is_file || path.contains("/callbacks/") || !known.insert(path.clone()) {
            continue;
        }
        screen.go(&format!("{url}{path}")).await;
        wide.extend(find_wide_or_unnamed(screen, &path).await);
        let links = screen.run(LINKS).await;
        let links = links.as_array().unwrap().iter().filter_map(Value::as_str);
        // The pages of each location are those of the account once more.
        let links = links.filter(|link| !link.contains("/locations/"));
        waiting.extend(links.map(str::to_owned));
    }
    assert_eq!(wide, Vec::<String>::new());
    known.len()
}

/// What is wrong with the page.
async fn find_wide_or_unnamed(screen: &Screen, path: &str) -> Option<String> {
    let widths = screen.run(WIDTHS).await;
    let widths = widths.as_array().unwrap().iter().filter_map(Value::as_u64);
    let most = widths.max().unwrap();
    let nameless = screen.run(NAMELESS).await;
    let path = path.replace(&word(), "m…m");
    if most > 320 {
        return Some(format!("{path} needs {most}: {:#}", screen.run(WIDE).await));
    }
    (nameless != json!([])).then(|| format!("{path} has what has no name: {nameless:#}"))
}

/// Sends the form of the page twice, to nowhere; says whether the second time was held back.
const TWICE: &str = "
    const form = document.querySelector('main form[method=post]');
    const send = () => {
        const event = new Event('submit', { cancelable: true });
        form.dispatchEvent(event);
        return event.defaultPrevented;
    };
    return [send(), send()]";

#[tokio::test]
async fn an_address_that_is_badly_encoded_does_not_stop_the_guard_against_a_second_press() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
        .await
        .unwrap();
    let screen = Screen::open("hash").await;
    for end in ["", "#%C3%A9", "#100%", "#%", "#%E9"] {
        screen.go("about:blank").await;
        screen.go(&format!("{}/signup{end}", hub.url)).await;
        assert_eq!(screen.run(TWICE).await, json!([false, true]), "{end}");
    }
}

#[tokio::test]
async fn no_page_is_wider_than_the_screen_and_everything_has_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let files = HubFiles::in_folder(folder.path(), None);
    let shop = Shop::open(&files).await;
    let url = shop.hub.url.clone();
    for (locale, email, login, next) in [
        (
            "fr-FR",
            "fr@example.com",
            ["Mot de passe", "Connexion"],
            "Suivant",
        ),
        ("en-GB", "en@example.com", ["Password", "Login"], "Next"),
    ] {
        let screen = Screen::open_in_language(locale, "narrow").await;
        screen.size(320, 700).await;
        screen.go(&format!("{url}/login")).await;
        screen.fill("E-mail", email).await;
        screen.fill(login[0], PASSWORD).await;
        screen.click(login[1]).await;
        screen.expect_text("mmmm").await;
        // The second page of the consent has no address of its own.
        let ask = format!(
            "{url}/oauth2/v1/authorize?client_id={}&redirect_uri=http://127.0.0.1:9/back\
            &scope=location[catalog.write,customer_list.write]",
            shop.client
        );
        screen.go(&ask).await;
        screen
            .run("document.querySelector('#target').selectedIndex = 1")
            .await;
        screen
            .run("document.querySelector('#target').dispatchEvent(new Event('change'))")
            .await;
        screen.click(next).await;
        assert_eq!(
            find_wide_or_unnamed(&screen, "the choice of catalogs").await,
            None
        );
        let count = walk(&screen, &url, shop.beginnings()).await;
        println!("{count} pages in {locale}");
        assert!(count > 30, "{count}");
        for (path, name) in [
            (format!("/orders/{}", shop.order), "order"),
            ("/settings".to_owned(), "settings"),
            ("/connections".to_owned(), "connections"),
            ("/profile".to_owned(), "profile"),
        ] {
            screen.go(&format!("{url}{path}")).await;
            for scheme in ["light", "dark"] {
                screen.colours(scheme).await;
                screen.picture(&format!("{name}-{locale}-{scheme}")).await;
            }
            screen.colours("light").await;
        }
    }
}
