//! Where one was going is not forgotten, and every address leads somewhere.

use std::collections::BTreeSet;
use std::time::Duration;

use super::walk::{Form, Walk, administrator, route};
use crate::support::{Browser, Page, TestHub};

const PASSWORD: &str = "fourchette bleue";

const ASK: &str = "/oauth2/v1/authorize?client_id=shop.clients.test\
    &redirect_uri=https://app.example/back&scope=location[catalog.write]";

fn in_english(browser: &Browser, page: &Page) -> Page {
    browser.fill(page, "/language", &[("locale", "en-GB")])
}

#[test]
fn the_second_page_of_the_consent_knows_what_is_asked_for() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let first = browser.open(ASK);
    let typed = [("step", "next"), ("target", hub.location.as_str())];
    let second = browser.send_form(&first, "/oauth2/v1/authorize", &typed);
    second.says("Une autre carte");
    let english = in_english(&browser, &second);
    assert_eq!(english.status(), 200);
    english.says("Ma boutique would like to access a location");
    // The session ends meanwhile.
    hub.pass(Duration::from_secs(200 * 86_400));
    let out = browser.send_form(&second, "/oauth2/v1/authorize", &[("step", "allow")]);
    let back: String = form_urlencoded::byte_serialize(ASK.as_bytes()).collect();
    assert_eq!(out.location(), Some(format!("/login?back={back}").as_str()));
}

#[test]
fn a_wrong_password_and_another_language_do_not_forget_the_app() {
    let hub = TestHub::start();
    let _walk = Walk::new(&hub);
    hub.sign_up(&Browser::new(&hub), "Ana", "ana@example.com", PASSWORD);
    let browser = Browser::new(&hub);
    let form = browser.open(ASK);
    let right = [("email", "ana@example.com"), ("password", PASSWORD)];
    let wrong = [("email", "ana@example.com"), ("password", "autre chose")];
    let page = browser.fill(&form, "/login", &wrong);
    assert_eq!(page.status(), 422);
    let page = in_english(&browser, &page);
    page.says("Ma boutique");
    let entered = browser.send_form(&page, "/login", &right);
    assert_eq!(entered.location(), Some(ASK));
}

#[test]
fn signing_up_and_a_first_account_do_not_forget_the_app() {
    let hub = TestHub::start();
    let _walk = Walk::new(&hub);
    let browser = Browser::new(&hub);
    let form = browser.open(ASK);
    let form = browser.open(&form.all("a[href^='/signup']", "href")[0]);
    let page = browser.fill(&form, "/signup", &[("email", "ana")]);
    assert_eq!(page.status(), 422);
    let page = in_english(&browser, &page);
    let page = browser.fill(&page, "/language", &[("locale", "fr-FR")]);
    let form = hub.sign_up_on(&browser, &page, "Ana", "ana@example.com", PASSWORD);
    assert_eq!(form.status(), 200);
    let page = browser.fill(&form, "/accounts/new", &[("account_name", "")]);
    assert_eq!(page.status(), 422);
    let page = in_english(&browser, &page);
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    let page = browser.fill(&page, "/accounts/new", &typed);
    page.says("Ma boutique would like to access a location");
}

#[test]
fn every_page_knows_an_address_at_which_it_can_be_opened() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let mut count = 0;
    for form in walk.forms(&browser) {
        let page = form.get("page");
        let answer = browser.get(page);
        assert_eq!(answer.status(), 200, "{page}, of {}", form.action);
        count += 1;
    }
    assert!(count > 30, "{count}");
}

#[test]
fn a_language_in_the_address_does_not_win_over_the_switch() {
    let hub = TestHub::start();
    let browser = Browser::new(&hub);
    let page = browser.open("/login?locale=fr-FR&back=%2Fprofile");
    page.says("Connexion");
    let page = in_english(&browser, &page);
    assert_eq!(page.path, "/login?back=%2Fprofile");
    page.says("Lost your password?");
}

#[test]
fn a_form_for_strangers_leads_on_whoever_has_signed_in_meanwhile() {
    let hub = TestHub::start();
    hub.sign_up(&Browser::new(&hub), "Ana", "ana@example.com", PASSWORD);
    let typed = [
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", PASSWORD),
    ];
    for (path, action, goes) in [
        ("/login", "/login", "/"),
        ("/login?back=%2Fprofile", "/login", "/profile"),
        ("/signup", "/signup", "/"),
    ] {
        let browser = Browser::new(&hub);
        let left_open = browser.open(path);
        let form = browser.open("/login");
        browser.fill(&form, "/login", &typed[1..]);
        let answer = browser.send_form(&left_open, action, &typed);
        assert_eq!(answer.location(), Some(goes), "{path}");
    }
}

/// What of a page leads to the attacker, as browsers read addresses.
fn outside(page: &Page) -> Vec<String> {
    let here = url::Url::parse("http://hub.test/some/page").expect("an address");
    let links = page.all("a", "href").into_iter();
    let hidden = page.all("input[name=page], input[name=back]", "value");
    let all = links
        .chain(hidden)
        .chain(page.location().map(str::to_owned));
    all.filter(|link| {
        here.join(link)
            .is_ok_and(|url| url.host_str() != here.host_str())
    })
    .filter(|link| link.contains("attacker"))
    .chain(page.all("[href^='javascript:']", "href"))
    .collect()
}

#[test]
fn nothing_that_a_visitor_brings_along_leads_elsewhere() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    let all = everybody.iter();
    let forms = all.flat_map(|(who, forms)| forms.iter().map(move |it| (who, it)));
    let forms: Vec<(&Browser, &Form)> = forms.collect();
    let browser = &everybody[0].0;
    let evil = [
        "//attacker.example/phish",
        "/\\attacker.example/phish",
        "https://attacker.example/phish",
        "javascript:attacker()",
        "/\n/attacker.example",
        "/\t/attacker.example",
        "\t//attacker.example",
        " //attacker.example",
        "/\u{85}/attacker.example",
        "\\\\attacker.example",
        "attacker.example",
        "///attacker.example",
    ];
    let mut count = 0;
    for bad in evil {
        for (sender, form) in &forms {
            if form.action == "/logout" {
                continue;
            }
            // Too old, so that it is answered with a way back; and as it is, where it says the way.
            let too_old = [("csrf", "made-up"), ("page", bad), ("back", bad)];
            let answer = form.send_with(sender, &too_old);
            assert_eq!(outside(&answer), Vec::<String>::new(), "{}", form.action);
            count += 1;
        }
        let page = browser.open("/profile");
        let answer = browser.send_form(&page, "/language", &[("back", bad), ("page", bad)]);
        assert_eq!(outside(&answer), Vec::<String>::new());
        assert_eq!(answer.location(), Some("/"), "{bad}");
    }
    for referer in [
        "http://hub.test//attacker.example/phish",
        "http://attacker.example//attacker.example/phish",
    ] {
        let headers = [("Referer", referer)];
        let answer = hub.anybody().send("POST", "/settings", &headers, "");
        assert!(!answer.text.contains("attacker"), "{}", answer.text);
        let answer = hub.anybody().send("POST", "/logout", &headers, "");
        assert_eq!(answer.status, 403);
        assert!(!answer.text.contains("attacker"), "{}", answer.text);
        let answer = hub.anybody().send("POST", "/profile", &headers, "");
        assert_eq!(answer.header("location"), Some("/login?back=%2F"));
    }
    for bad in evil {
        let once: String = form_urlencoded::byte_serialize(bad.as_bytes()).collect();
        let twice: String = form_urlencoded::byte_serialize(once.as_bytes()).collect();
        for sent in [once, twice] {
            for path in ["/login", "/signup", "/accounts/new", "/locations/new"] {
                let page = browser.get(&format!("{path}?back={sent}"));
                assert_eq!(outside(&page), Vec::<String>::new(), "{path} {sent}");
            }
        }
    }
    let lost = browser.get("//attacker.example/phish");
    assert_eq!(outside(&lost), Vec::<String>::new());
    eprintln!("{count} forms with a bad way back");
}

/// An address with something where an id stands.
fn some(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        id if id.starts_with('{') => "abc",
        name => name,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn every_address_leads_somewhere_however_it_is_asked() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let browser = administrator(&walk);
    let paths = hub::office::paths();
    let here = browser.last_place().expect("a place");
    let mut redirected = Vec::new();
    for path in &paths {
        let path = some(path);
        let page = browser.get(&path);
        assert_ne!(page.status(), 405, "GET {path}");
        if let Some(next) = page.location().filter(|next| next.starts_with('/')) {
            assert_eq!(browser.open(next).status(), 200, "{path} leads to {next}");
            redirected.push(path.clone());
        }
        for method in ["PUT", "PATCH", "DELETE", "POST", "OPTIONS", "PROPFIND"] {
            let answer = browser.ask(method, &here.to(&path));
            if answer.status() == 405 {
                assert!(answer.has("main a[href='/']"), "{method} {path}");
                answer.says("Cette adresse n'accepte pas ce type de requête");
                assert!(answer.answer.header("allow").is_some(), "{method} {path}");
            } else {
                assert_eq!(method, "POST", "{path} {}", answer.status());
            }
        }
    }
    for only in [
        "/logout",
        "/language",
        "/settings/permissions",
        "/profile/password",
    ] {
        assert!(
            redirected.contains(&only.to_owned()),
            "{only}: {redirected:?}"
        );
    }
    eprintln!("{} addresses", paths.len());
    assert!(paths.len() > 45, "{}", paths.len());
}

/// Whatever holds for every form is tried with those that are found.
#[test]
fn every_address_that_takes_forms_has_one_that_is_found() {
    let hub = TestHub::start();
    let walk = Walk::new(&hub);
    let everybody = walk.everybody();
    let found: Vec<&Form> = everybody.iter().flat_map(|(_, forms)| forms).collect();
    let actions: BTreeSet<&str> = found.iter().map(|form| route(&form.action)).collect();
    let browser = &everybody[0].0;
    let here = browser.last_place().expect("a place");
    let takes = |path: &&str| browser.ask("POST", &here.to(&some(path))).status() != 405;
    let all: BTreeSet<&str> = hub::office::paths().into_iter().filter(takes).collect();
    assert_eq!(actions, all);
    eprintln!("{} forms of {} kinds", found.len(), all.len());
    let chosen = found.iter().any(|form| !form.get("catalog").is_empty());
    assert!(chosen, "the second page of the consent");
}
