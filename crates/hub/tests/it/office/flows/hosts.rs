//! The API, OAuth and the back office, each on a host of its own.

use hub::config::Config;
use hub::users::permissions::Role;

use crate::support::{Answer, Browser, TestHub};

const HOSTS: [(&str, &str); 3] = [
    ("server.api_public_url", "https://api.hub.test"),
    ("server.oauth_public_url", "https://oauth.hub.test"),
    ("server.office_public_url", "https://manager.hub.test"),
];

const ASK: &str = "/oauth2/v1/authorize?client_id=till.clients.test&scope=location[orders.read]\
    &redirect_uri=https://till.example/back";

fn get(hub: &TestHub, host: &str, path: &str) -> Answer {
    hub.anybody().send("GET", path, &[("Host", host)], "")
}

fn leads(hub: &TestHub, host: &str, path: &str) -> String {
    let answer = get(hub, host, path);
    assert_eq!(answer.status, 307, "{host}{path}: {}", answer.text);
    answer.header("location").unwrap().to_owned()
}

#[test]
fn each_host_answers_what_is_its_own() {
    let hub = TestHub::start_with(&HOSTS);
    let till = hub.client("till");
    let ask = |host: &str| {
        let headers = [("X-Access-Token", till.token.as_str()), ("Host", host)];
        hub.anybody()
            .send("GET", "/v1/location", &headers, "")
            .status
    };
    assert_eq!(ask("api.hub.test"), 200);
    assert_eq!(ask("API.hub.test:443"), 200);
    for host in ["manager.hub.test", "oauth.hub.test", "127.0.0.1:8080", ""] {
        assert_eq!(ask(host), 404, "{host}");
    }
    for (path, oauth, office) in [
        ("/login", 200, 200),
        ("/signup", 200, 200),
        ("/assets/office.css", 200, 200),
        ("/reset_password/new", 200, 200),
        ("/connections", 307, 303),
        (ASK, 303, 307),
    ] {
        assert_eq!(get(&hub, "api.hub.test", path).status, 404, "{path}");
        assert_eq!(get(&hub, "oauth.hub.test", path).status, oauth, "{path}");
        assert_eq!(get(&hub, "manager.hub.test", path).status, office, "{path}");
        assert_eq!(get(&hub, "elsewhere.test", path).status, 404, "{path}");
    }
}

#[test]
fn a_page_asked_of_the_wrong_host_leads_to_the_right_one() {
    let hub = TestHub::start_with(&HOSTS);
    let right = format!("https://oauth.hub.test{ASK}");
    assert_eq!(leads(&hub, "manager.hub.test", ASK), right);
    let right = "https://manager.hub.test/orders?status=new";
    assert_eq!(leads(&hub, "oauth.hub.test", "/orders?status=new"), right);
    assert_eq!(
        leads(&hub, "oauth.hub.test", "/"),
        "https://manager.hub.test/"
    );
}

#[test]
fn a_program_at_the_wrong_host_is_told_in_json_that_nothing_is_there() {
    let hub = TestHub::start_with(&HOSTS);
    let answer = get(&hub, "api.hub.test", "/dashboard");
    assert!(answer.json().is_object(), "{answer:?}");
    let post = |host: &str| {
        let body = "client_id=x&client_secret=y&token=z";
        let headers = [("Host", host)];
        hub.anybody()
            .send("POST", "/oauth2/v1/revoke", &headers, body)
            .status
    };
    assert_eq!(post("oauth.hub.test"), 401);
    assert_eq!((post("api.hub.test"), post("manager.hub.test")), (404, 404));
}

#[test]
fn a_program_at_the_wrong_host_gets_a_request_id_and_the_headers_of_cors() {
    let hub = TestHub::start_with(&HOSTS);
    for (host, path) in [
        ("api.hub.test", "/dashboard"),
        ("manager.hub.test", "/v1/location"),
    ] {
        let answer = get(&hub, host, path);
        assert_eq!(answer.status, 404, "{host}{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        let id = answer.header("x-request-id").unwrap_or_default();
        assert_eq!(id.len(), 16, "{host}{path}: {answer:?}");
    }
}

#[test]
fn a_page_that_no_host_has_is_refused_with_a_page() {
    let hub = TestHub::start_with(&HOSTS);
    for (host, method, path) in [
        ("elsewhere.test", "GET", "/login"),
        ("manager.hub.test", "POST", "/oauth2/v1/revoke"),
    ] {
        let headers = [("Host", host), ("Accept-Language", "en")];
        let answer = hub.anybody().send(method, path, &headers, "");
        assert_eq!(answer.status, 404, "{host}{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.is_some(), "{host}{path}: {answer:?}");
        assert!(answer.text.contains("<html lang=\"en-GB\">"), "{answer:?}");
    }
}

#[test]
fn an_app_is_let_in_on_the_host_of_oauth_from_the_log_in_on() {
    let hub = TestHub::start_with(&HOSTS);
    hub.client("till");
    let office = Browser::new(&hub).at("manager.hub.test");
    hub.sign_up(&office, "Ana", "ana@example.com", "fourchette bleue");
    let browser = Browser::new(&hub).at("oauth.hub.test");
    let form = browser.open(ASK);
    form.says("Connectez-vous à Passeplat pour continuer vers till.");
    let typed = [
        ("email", "ana@example.com"),
        ("password", "fourchette bleue"),
    ];
    let form = browser.fill(&form, "/login", &typed);
    // Without an account yet, one is made on the way.
    let typed = [("account_name", "Chez Ana"), ("location_name", "Lille")];
    let page = browser.fill(&form, "/accounts/new", &typed);
    page.says("till souhaite accéder à un point de vente");
    let answer = browser.send_form(&page, "/oauth2/v1/authorize", &[("step", "allow")]);
    let location = answer.location().unwrap();
    assert!(
        location.starts_with("https://till.example/back?code="),
        "{location}"
    );
}

#[test]
fn a_shared_domain_makes_one_log_in_serve_both_hosts() {
    let with = |domain: &str| {
        let settings = [HOSTS.as_slice(), &[("server.cookie_domain", domain)]].concat();
        let hub = TestHub::start_with(&settings);
        let browser = hub.user("Ana", Role::FullAdministrator.permissions(true), None);
        // Without a shared domain a session is its host's own.
        browser.keep("__Host-passeplat_session", "session-of-Ana");
        let page = browser.at("manager.hub.test").get("/connections");
        let answer = get(&hub, "oauth.hub.test", "/login");
        assert_eq!(page.status(), 200);
        answer.header("set-cookie").unwrap().to_owned()
    };
    assert!(with("hub.test").ends_with("; SameSite=Lax; Domain=hub.test; Secure"));
    assert!(with("").ends_with("; SameSite=Lax; Secure"));
}

#[test]
fn with_one_address_every_host_name_answers_everything() {
    let hub = TestHub::start();
    for host in ["hub.test", "127.0.0.1:8080", "anything.test"] {
        assert_eq!(get(&hub, host, "/login").status, 200);
        assert_eq!(get(&hub, host, "/v1/location").status, 401);
    }
}

#[test]
fn an_address_that_cannot_be_a_host_is_refused_at_the_start() {
    let read = |key, text: &str| Config::read(None, [], &[(key, text.to_owned())]).is_ok();
    assert!(read("server.api_public_url", "https://api.example.com/"));
    assert!(!read("server.api_public_url", "https://example.com/api"));
    assert!(!read("server.public_url", "hub.example.com"));
    let with = |domain: &str| {
        let flags = [
            ("server.public_url", "https://example.com"),
            ("server.office_public_url", "https://manager.example.com"),
            ("server.cookie_domain", domain),
        ];
        Config::read(None, [], &flags.map(|(key, text)| (key, text.to_owned()))).is_ok()
    };
    assert!(with("example.com"));
    assert!(!with("ample.com") && !with("other.com") && !with("example.com; Secure"));
}
