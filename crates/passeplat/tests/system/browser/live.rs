//! Open pages that follow what happens: an order appears without reload and moves nothing that is read, and
//! a hub that starts again is found again.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use client::{Connection, HubClient};
use serde_json::{Value, json};
use tokio::process::Child;

use super::screen::Screen;
use crate::PROGRAM;
use crate::tools::hub_process::{HubFiles, HubProcess, text_field};

const PASSWORD: &str = "fourchette bleue";

/// How long the page may take to follow.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A hub with an account of one user, and a program that sends orders to it.
struct Shop {
    hub: HubProcess,
    files: HubFiles,
    url: String,
    api: Connection,
}

impl Shop {
    async fn open(folder: &Path) -> Self {
        let files = HubFiles::in_folder(folder, None);
        let hub = HubProcess::start(Path::new(PROGRAM), &files, &[])
            .await
            .unwrap();
        let user = ["user", "create", "--email", "ana@example.com"];
        let rest = ["--name", "Ana", "--password", PASSWORD, "--locale", "fr-FR"];
        hub.admin(&[&user[..], &rest[..]].concat()).await.unwrap();
        let account = ["account", "create", "--name", "Les Trois Gourmands"];
        let rest = ["--location-name", "Lyon", "--owner", "ana@example.com"];
        let made = hub.admin(&[&account[..], &rest[..]].concat()).await;
        let location = text_field(&made.unwrap(), "location_id").unwrap();
        let client = hub.admin(&["client", "create", "--name", "Livraisons"]);
        let client = text_field(&client.await.unwrap(), "client_id").unwrap();
        let connection = ["connection", "create", "--client", &client];
        let scope = "location[orders.write]";
        let rest = ["--location", &location, "--scope", scope];
        let made = hub.admin(&[&connection[..], &rest[..]].concat()).await;
        let token = text_field(&made.unwrap(), "access_token").unwrap();
        let oauth = format!("{}/oauth2/v1", hub.url);
        let api = HubClient::new(&format!("{}/v1", hub.url), &oauth).unwrap();
        Self {
            url: hub.url.clone(),
            api: api.connection(token),
            files,
            hub,
        }
    }

    async fn order(&self, reference: &str) -> String {
        let item = json!({ "product_name": "Pizza", "price": "12.00 EUR", "quantity": "1" });
        let order = json!({ "status": "new", "ref": reference, "items": [item] });
        let made: Value = self.api.post("/location/orders", &order).await.unwrap();
        made["id"].as_str().unwrap().to_owned()
    }

    async fn set_status(&self, order: &str, status: &str) {
        let path = format!("/location/orders/{order}");
        let patch = json!({ "status": status });
        self.api.patch::<Value>(&path, &patch).await.unwrap();
    }

    /// The browser of the user, signed in.
    async fn screen(&self, name: &'static str) -> Screen {
        let screen = Screen::open(name).await;
        screen.go(&format!("{}/login", self.url)).await;
        screen.fill("E-mail", "ana@example.com").await;
        screen.fill("Mot de passe", PASSWORD).await;
        screen.click("Connexion").await;
        screen.expect_text("Les Trois Gourmands").await;
        screen
    }
}

/// Waits until a script of the page returns true.
async fn expect(screen: &Screen, condition: &str) {
    let until = Instant::now() + TIMEOUT;
    let script = format!("return !!({condition})");
    while screen.run_if_loaded(&script).await != json!(true) {
        if Instant::now() > until {
            screen.picture("failed").await;
            panic!("not so: {condition}\n{}", screen.text().await);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Says of the page that it must not be loaded anew.
const REMEMBER: &str = "window.isSamePage = true";

/// Lets the third order have the focus, as somebody does who goes through the list by keyboard.
const FOCUS: &str = "
    const link = document.querySelectorAll('tbody .row')[2];
    link.focus({ preventScroll: true });
    window.focused = link";

#[tokio::test]
async fn an_order_appears_without_reload_and_moves_nothing_that_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path()).await;
    for number in 0..30 {
        shop.order(&format!("OLD-{number}")).await;
    }
    let screen = shop.screen("live").await;
    screen.go(&format!("{}/orders", shop.url)).await;
    screen.run(REMEMBER).await;
    screen.run(FOCUS).await;

    let first = shop.order("LIVE-1").await;
    expect(
        &screen,
        "document.querySelector('tbody tr').innerText.includes('LIVE-1')",
    )
    .await;
    expect(&screen, "isSamePage && scrollY === 0").await;
    expect(
        &screen,
        "document.activeElement === focused && focused.isConnected",
    )
    .await;
    expect(
        &screen,
        "document.querySelector('tbody tr').matches('[data-fresh]')",
    )
    .await;
    let status = "document.querySelector('[role=status]').innerText === '1 nouvelle commande'";
    expect(&screen, status).await;

    screen.run("scrollTo(0, 500)").await;
    shop.order("LIVE-2").await;
    screen.expect_text("1 nouvelle commande").await;
    expect(&screen, "document.title.startsWith('(1) ')").await;
    expect(
        &screen,
        "scrollY === 500 && !document.body.innerText.includes('LIVE-2')",
    )
    .await;
    screen.picture("sign").await;
    shop.set_status(&first, "accepted").await;
    let row = format!("document.getElementById('order-{first}').innerText");
    expect(&screen, &format!("{row}.includes('Acceptée')")).await;
    expect(&screen, "isSamePage && scrollY === 500").await;
    expect(&screen, "document.activeElement === focused").await;

    screen.run("scrollTo(0, 0)").await;
    screen.expect_text("LIVE-2").await;
    expect(&screen, "isSamePage && !document.title.startsWith('(')").await;
    screen.pictures("list").await;
}

#[tokio::test]
async fn a_sound_is_for_those_who_switch_it_on() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path()).await;
    shop.order("OLD-1").await;
    let screen = shop.screen("live-sound").await;
    screen.go(&format!("{}/orders", shop.url)).await;
    screen.run(COUNT_TONES).await;
    shop.order("LIVE-1").await;
    screen.expect_text("LIVE-1").await;
    expect(&screen, "tones === 0").await;
    screen.click("Sonner à chaque commande").await;
    expect(&screen, "tones === 2").await;
    let second = shop.order("LIVE-2").await;
    screen.expect_text("LIVE-2").await;
    expect(&screen, "tones === 4").await;
    shop.set_status(&second, "accepted").await;
    screen.expect_text("Acceptée").await;
    expect(&screen, "tones === 4").await;
    screen.go(&format!("{}/orders", shop.url)).await;
    expect(
        &screen,
        "document.querySelector('[data-sound][aria-pressed=true]')",
    )
    .await;
}

/// Counts the tones that the page plays.
const COUNT_TONES: &str = "
    window.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
        window.tones += 1;
        return start.apply(this, when);
    }";

#[tokio::test]
async fn the_page_of_an_order_follows_it_and_keeps_open_what_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path()).await;
    let order = shop.order("LIVE-1").await;
    let screen = shop.screen("live-order").await;
    screen.go(&format!("{}/orders/{order}", shop.url)).await;
    screen.run(REMEMBER).await;
    let open = "
        window.unfolded = document.querySelector('.folds details:last-child');
        unfolded.open = true;
        unfolded.querySelector('summary').focus()";
    screen.run(open).await;
    shop.set_status(&order, "accepted").await;
    expect(
        &screen,
        "document.querySelector('.head .badge').innerText === 'Acceptée'",
    )
    .await;
    screen.expect_text("Nouvelle → Acceptée").await;
    expect(
        &screen,
        "isSamePage && unfolded.isConnected && unfolded.open",
    )
    .await;
    expect(
        &screen,
        "document.activeElement === unfolded.querySelector('summary')",
    )
    .await;
    let raw = "unfolded.textContent.includes('accepted')";
    expect(&screen, raw).await;
    screen.picture("order").await;
}

#[tokio::test]
async fn logs_say_how_many_lines_are_new_and_stay_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path()).await;
    shop.order("OLD-1").await;
    let screen = shop.screen("live-logs").await;
    let page = format!("{}/data/logs?resource=order", shop.url);
    screen.go(&page).await;
    expect(
        &screen,
        "document.querySelectorAll('.log > details').length === 1",
    )
    .await;
    screen.run(REMEMBER).await;
    let order = shop.order("LIVE-1").await;
    shop.set_status(&order, "accepted").await;
    screen.expect_text("2 nouvelles requêtes").await;
    let lines = "document.querySelectorAll('.log > details').length";
    expect(&screen, &format!("isSamePage && {lines} === 1")).await;
    screen.picture("sign").await;
    screen.click("2 nouvelles requêtes").await;
    expect(&screen, &format!("!window.isSamePage && {lines} === 3")).await;
}

/// Starts the hub of these files once more, at its former address.
async fn start_again(files: &HubFiles, url: &str) -> Child {
    let listen = url.strip_prefix("http://").unwrap();
    let mut command = files.serve_command(Path::new(PROGRAM), listen, &[]);
    let (out, log) = (Stdio::null(), Stdio::null());
    let child = command.stdout(out).stderr(log).spawn().unwrap();
    while tokio::net::TcpStream::connect(listen).await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    child
}

#[tokio::test]
async fn a_page_says_that_the_hub_is_gone_and_catches_up_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(folder.path()).await;
    shop.order("OLD-1").await;
    let screen = shop.screen("live-restart").await;
    screen.go(&format!("{}/orders", shop.url)).await;
    screen.run(REMEMBER).await;
    shop.order("LIVE-1").await;
    screen.expect_text("LIVE-1").await;
    let Shop {
        hub,
        files,
        url,
        api,
        ..
    } = shop;
    hub.terminate().await.unwrap();
    screen
        .expect_text("Hors ligne : la liste n'est plus à jour depuis")
        .await;
    screen.pictures("offline").await;
    let _child = start_again(&files, &url).await;
    let order = json!({ "status": "new", "ref": "LIVE-2" });
    api.post::<Value>("/location/orders", &order).await.unwrap();
    expect(&screen, "document.body.innerText.includes('LIVE-2')").await;
    expect(
        &screen,
        "isSamePage && !document.body.innerText.includes('Hors ligne')",
    )
    .await;
}
