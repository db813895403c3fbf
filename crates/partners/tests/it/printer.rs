//! The printer, and what the kit does for it.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use partners::AppSettings;
use partners::kezia::PollOutcome;
use partners::kit::clock::Clock;
use partners::printer::Printer;
use serde_json::json;

use crate::browser::{Browser, serve};
use crate::fake::Fake;

struct Place {
    fake: Fake,
    settings: AppSettings,
    output: PathBuf,
    printer: Printer,
    browser: Browser,
}

impl Place {
    async fn start() -> Place {
        let fake = Fake::start().await;
        let settings = fake.settings("printer");
        let output = settings.store_file.with_extension("txt");
        let _ = std::fs::remove_file(&output);
        let printer = Printer::open(settings.clone(), output.clone()).unwrap();
        let browser = Browser::new(serve(printer.router()).await);
        Place {
            fake,
            settings,
            output,
            printer,
            browser,
        }
    }

    async fn connected() -> Place {
        let mut place = Place::start().await;
        place
            .browser
            .post("/connect/code", &[("code", "good-code")])
            .await;
        place
    }

    fn printed(&self) -> String {
        std::fs::read_to_string(&self.output).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_new_order_is_printed_received_and_acknowledged() {
    let place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    assert_eq!(place.printer.poll_once().await, PollOutcome::Fetched(1));
    let text = place.printed();
    for words in ["COMMANDE LIVP-pjkg2k", "x Regina", "TOTAL 12,50"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(place.fake.status_of("pjkg2k"), "received");
    assert!(place.fake.inner().events.is_empty());
}

#[tokio::test]
async fn an_event_that_comes_twice_is_printed_once() {
    let place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    let again = place.fake.event_again("pjkg2k");
    place.fake.inner().events.push(again);
    assert_eq!(place.printer.poll_once().await, PollOutcome::Fetched(0));
    assert_eq!(place.printed().matches("COMMANDE").count(), 1);
}

#[tokio::test]
async fn the_redirect_flow_connects_too() {
    let mut place = Place::start().await;
    let away = place.browser.get("/connect").await;
    let (_, state) = away.location.split_once("&state=").unwrap();
    let back = format!("/oauth/callback?code=good-code&state={state}");
    let answer = place.browser.get(&back).await;
    let page = place.browser.follow(answer).await;
    assert!(page.says("Connexion établie") && page.says("Versailles"));
}

#[tokio::test]
async fn a_code_can_be_fetched_in_a_new_tab() {
    let mut place = Place::start().await;
    let page = place.browser.get("/").await;
    assert!(page.text.contains("urn%3Aietf%3Awg%3Aoauth%3A2.0%3Aoob"));
    assert!(page.text.contains(r#"href="/connect" target="_blank""#));
}

#[tokio::test]
async fn disconnecting_revokes_and_forgets() {
    let mut place = Place::connected().await;
    let answer = place
        .browser
        .post("/connections/inst1/disconnect", &[])
        .await;
    let page = place.browser.follow(answer).await;
    assert!(page.says("Aucun point de vente n'est connecté"));
    assert_eq!(place.fake.inner().revoked, ["t0ken"]);
}

#[tokio::test]
async fn an_end_that_the_hub_decides_is_shown() {
    let mut place = Place::connected().await;
    let message = "The access token is invalid or the connection has been revoked";
    place.fake.inner().refuse = Some((401, message.into()));
    assert_eq!(place.printer.poll_once().await, PollOutcome::Failed);
    let page = place.browser.get("/").await;
    assert!(page.says("Connexion terminée") && page.says("depuis 19:57"));
    assert_eq!(place.printer.poll_once().await, PollOutcome::Idle);
}

#[tokio::test]
async fn a_temporary_failure_is_tried_again() {
    let place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    place.fake.inner().broken = Some("PATCH".into());
    assert_eq!(place.printer.poll_once().await, PollOutcome::Failed);
    place.fake.inner().broken = None;
    assert_eq!(place.printer.poll_once().await, PollOutcome::Fetched(0));
    assert_eq!(place.fake.status_of("pjkg2k"), "received");
}

#[tokio::test]
async fn the_alarm_is_stopped_by_name() {
    let mut place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    let page = place.browser.get("/").await;
    assert!(page.text.contains("data-alarm") && page.says("Arrêter l'alarme"));
    let fields = [("by", "Camille"), ("back", "//elsewhere.example")];
    let answer = place.browser.post("/alarm/silence", &fields).await;
    assert_eq!(answer.location, "/");
    let page = place.browser.follow(answer).await;
    assert!(!page.text.contains("data-alarm"));
    assert!(page.says("Dernière alarme arrêtée à 19:57 par Camille"));
}

#[tokio::test]
async fn looking_at_the_ticket_stops_the_alarm() {
    let mut place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    assert!(place.browser.get("/tickets/pjkg2k").await.says("Regina"));
    assert!(!place.browser.get("/").await.text.contains("data-alarm"));
}

#[tokio::test]
async fn a_second_print_says_that_it_is_a_copy() {
    let mut place = Place::connected().await;
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    place.browser.post("/tickets/pjkg2k/print", &[]).await;
    place.printer.poll_once().await;
    let text = place.printed();
    assert_eq!(text.matches("COMMANDE").count(), 2);
    assert_eq!(text.matches("*** COPIE ***").count(), 1);
}

#[tokio::test]
async fn a_printer_that_cannot_print_keeps_its_tickets() {
    let mut place = Place::connected().await;
    std::fs::create_dir(&place.output).unwrap();
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    assert!(place.browser.get("/").await.says("pas encore imprimé"));
    std::fs::remove_dir(&place.output).unwrap();
    place.printer.poll_once().await;
    assert!(place.printed().contains("COMMANDE LIVP-pjkg2k"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_ticket_that_the_device_did_not_take_is_not_printed() {
    let mut place = Place::connected().await;
    std::os::unix::fs::symlink("/dev/full", &place.output).unwrap();
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    assert!(place.browser.get("/").await.says("pas encore imprimé"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_device_prints_a_ticket_once() {
    let mut place = Place::connected().await;
    std::os::unix::fs::symlink("/dev/null", &place.output).unwrap();
    place.fake.place_order("pjkg2k", json!({}));
    place.printer.poll_once().await;
    assert!(!place.browser.get("/").await.says("pas encore imprimé"));
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let place = Place::connected().await;
    let file = place.settings.store_file.clone();
    drop(place);
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE;
    let store = rusqlite::Connection::open_with_flags(&file, flags).unwrap();
    store.pragma_update(None, "user_version", 999_000).unwrap();
    let mut settings = Fake::start().await.settings("printer");
    settings.store_file = file;
    let refused = Printer::open(settings, "printer.txt".into());
    assert!(refused.is_err_and(|error| error.to_string().contains("newer version")));
}

#[tokio::test]
async fn the_token_of_the_settings_connects() {
    let mut place = Place::start().await;
    place.settings.access_token = Some("t0ken".into());
    let printer = Printer::open(place.settings.clone(), place.output.clone()).unwrap();
    let running = tokio::spawn(async move { printer.run().await });
    while !place.browser.get("/").await.says("Versailles") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    running.abort();
}

#[tokio::test]
async fn what_is_wrong_keeps_its_beginning() {
    let mut place = Place::connected().await;
    let Clock::Manual(seconds) = place.settings.clock.clone() else {
        panic!("tests move the clock");
    };
    place.fake.inner().broken = Some("GET".into());
    place.printer.poll_once().await;
    seconds.fetch_add(600, Ordering::SeqCst);
    place.printer.poll_once().await;
    assert!(
        place
            .browser
            .get("/")
            .await
            .says("injoignable depuis 19:57")
    );
    let page = place.browser.get("/?lang=en").await;
    assert!(page.says("Hub unreachable since 19:57"), "{}", page.text);
}
