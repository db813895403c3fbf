//! The second factor: a code of an authenticator app, or a recovery code, beside the password.

use std::time::Duration;

use hub::audit::{self, AuditFilter};
use hub::db;
use hub::db::page::Cursor;
use hub::users::second_factor::TotpSecret;

use crate::engine::apply;
use crate::support::{Browser, Page, TestHub, token_in};

const ANA: &str = "ana@example.com";
const PASSWORD: &str = "fourchette bleue";
const PAGE: &str = "/profile/second_factor";
const RENEW: &str = "/profile/second_factor/recovery_codes";

/// Ana, with the secret of her authenticator app and her recovery codes.
struct Ana<'a> {
    hub: &'a TestHub,
    browser: Browser,
    app: TotpSecret,
    codes: Vec<String>,
}

fn set_up(hub: &TestHub, browser: &Browser) -> (Page, TotpSecret) {
    let page = browser.open(PAGE);
    let page = browser.fill(&page, "/profile/second_factor/new", &[]);
    let secret = &page.all("#secret", "value")[0];
    let app = TotpSecret::parse(secret).expect("a secret");
    assert!(page.has("svg.qr-code path"), "{}", hub.account);
    (page, app)
}

/// What enables the second factor.
fn confirmed(code: &str) -> [(&str, &str); 2] {
    [("code", code), ("current", PASSWORD)]
}

impl<'a> Ana<'a> {
    /// Signs up and enables the second factor.
    fn of(hub: &'a TestHub) -> Self {
        let browser = Browser::new(hub);
        hub.sign_up(&browser, "Ana", ANA, PASSWORD);
        let (page, app) = set_up(hub, &browser);
        let code = app.code(hub.hub.clock().now());
        let page = browser.send_form(&page, PAGE, &confirmed(&code));
        page.says("Notez ces codes maintenant");
        let codes = recovery_codes(&page);
        // That code is used up.
        hub.pass(Duration::from_secs(30));
        Self {
            hub,
            browser,
            app,
            codes,
        }
    }

    fn code(&self) -> String {
        self.app.code(self.hub.hub.clock().now())
    }

    /// Gives the password in a new browser: the page that comes then.
    fn log_in(&self) -> (Browser, Page) {
        let browser = Browser::new(self.hub);
        let page = log_in(&browser);
        (browser, page)
    }
}

fn log_in(browser: &Browser) -> Page {
    let form = browser.open("/login?back=/profile");
    let typed = [("email", ANA), ("password", PASSWORD)];
    browser.fill(&form, "/login", &typed)
}

fn recovery_codes(page: &Page) -> Vec<String> {
    let text = page.text();
    let is_code = |word: &&str| word.len() == 14 && word.split('-').all(|part| part.len() == 4);
    let words = text.split_whitespace().filter(is_code);
    words.map(str::to_owned).collect()
}

/// What is recorded of users, the newest first.
fn recorded(hub: &TestHub) -> Vec<String> {
    let entries = hub.wait(hub.hub.read("test.audit", |tx| {
        audit::page(tx, None, &AuditFilter::default(), &Cursor::default(), 50)
    }));
    let entries = entries.unwrap_or_else(|error: db::Error| panic!("{error}"));
    let entries = entries.items.into_iter();
    let mut actions: Vec<String> = entries.map(|entry| entry.action).collect();
    actions.retain(|action| action.starts_with("second_factor."));
    actions
}

#[apply(each_engine!)]
fn whoever_has_one_gives_a_code_after_the_password(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (browser, page) = ana.log_in();
    assert_eq!(page.path, "/login/code?back=%2Fprofile");
    let page = browser.fill(&page, "/login/code", &[("code", &ana.code())]);
    assert_eq!((page.status(), page.path.as_str()), (200, "/profile"));
    assert!(page.text().contains("Activée"));
}

#[apply(each_engine!)]
fn the_password_alone_opens_nothing(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (browser, page) = ana.log_in();
    assert!(browser.cookie("passeplat_session").is_none());
    for path in [
        "/profile",
        "/dashboard",
        "/developer",
        "/accounts/new",
        PAGE,
    ] {
        let answer = browser.get(path);
        assert!(
            answer.location().unwrap().starts_with("/login?back="),
            "{path}"
        );
    }
    let consent = "/oauth2/v1/authorize?client_id=x&scope=profile";
    assert!(
        browser
            .get(consent)
            .location()
            .unwrap()
            .starts_with("/login?back=")
    );
    let refused = browser.send_form(&page, "/login/code", &[("code", "000000")]);
    assert_eq!(refused.status(), 422);
    refused.says("Ce code est faux");
    assert!(browser.cookie("passeplat_session").is_none());
}

#[apply(each_engine!)]
fn the_code_must_be_given_within_ten_minutes(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (browser, page) = ana.log_in();
    hub.pass(Duration::from_secs(601));
    let answer = browser.send_form(&page, "/login/code", &[("code", &ana.code())]);
    assert_eq!(answer.location(), Some("/login?back=%2Fprofile"));
    assert!(browser.cookie("passeplat_session").is_none());
}

#[apply(each_engine!)]
fn a_code_is_taken_once_and_neither_is_one_before_it(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (before, code) = (ana.code(), {
        hub.pass(Duration::from_secs(30));
        ana.code()
    });
    let (browser, page) = ana.log_in();
    let page = browser.fill(&page, "/login/code", &[("code", &code)]);
    assert_eq!(page.path, "/profile");
    for used in [&code, &before] {
        let (browser, page) = ana.log_in();
        let page = browser.send_form(&page, "/login/code", &[("code", used)]);
        assert_eq!(page.status(), 422, "{used}");
    }
}

#[test]
fn a_clock_may_be_one_step_off_and_no_more() {
    let hub = TestHub::start();
    let ana = Ana::of(&hub);
    hub.pass(Duration::from_secs(300));
    let now = hub.hub.clock().now();
    for (seconds, status) in [(-60, 422), (60, 422), (-30, 303), (30, 303)] {
        let code = ana.app.code(now + jiff::SignedDuration::from_secs(seconds));
        let (browser, page) = ana.log_in();
        let answer = browser.send_form(&page, "/login/code", &[("code", &code)]);
        assert_eq!(answer.status(), status, "{seconds}");
    }
}

#[apply(each_engine!)]
fn a_recovery_code_stands_once_for_the_app_and_its_owner_is_told(hub: TestHub) {
    let ana = Ana::of(&hub);
    assert_eq!(ana.codes.len(), 10);
    let code = ana.codes[3].to_uppercase().replace('-', " ");
    let (browser, page) = ana.log_in();
    let page = browser.fill(&page, "/login/code", &[("recovery_code", &code)]);
    assert_eq!(page.path, "/profile");
    page.says("9 codes de récupération restants");
    let (browser, page) = ana.log_in();
    let again = browser.send_form(&page, "/login/code", &[("recovery_code", &code)]);
    assert_eq!(again.status(), 422);
    let mails = hub.mails(ANA, 3);
    let is_there = mails.iter().any(|mail| mail.contains("Codes restants : 9"));
    assert!(is_there, "{mails:?}");
}

#[apply(each_engine!)]
fn new_recovery_codes_end_those_before(hub: TestHub) {
    let ana = Ana::of(&hub);
    let page = ana.browser.open(PAGE);
    let typed = [("confirm", PASSWORD)];
    let page = ana.browser.send_form(&page, RENEW, &typed);
    let fresh = recovery_codes(&page);
    assert_eq!(fresh.len(), 10);
    for (code, status) in [(&ana.codes[0], 422), (&fresh[0], 303)] {
        let (browser, page) = ana.log_in();
        let answer = browser.send_form(&page, "/login/code", &[("recovery_code", code)]);
        assert_eq!(answer.status(), status, "{code}");
    }
}

#[apply(each_engine!)]
fn a_secret_counts_only_once_a_code_has_confirmed_it(hub: TestHub) {
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", ANA, PASSWORD);
    let (page, app) = set_up(&hub, &browser);
    let refused = browser.send_form(&page, PAGE, &confirmed("000000"));
    assert_eq!(refused.status(), 422);
    refused.says("Vérifiez que l'heure de votre téléphone");
    assert_eq!(log_in(&Browser::new(&hub)).path, "/profile");
    // A secret that was shown long ago is not taken.
    hub.pass(Duration::from_secs(3_601));
    let code = app.code(hub.hub.clock().now());
    browser.fill(&page, PAGE, &confirmed(&code));
    assert_eq!(log_in(&Browser::new(&hub)).path, "/profile");
}

#[apply(each_engine!)]
fn a_session_that_was_left_open_is_not_enough_to_enable_it(hub: TestHub) {
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", ANA, PASSWORD);
    let (page, app) = set_up(&hub, &browser);
    let code = app.code(hub.hub.clock().now());
    for wrong in ["", "faux"] {
        let typed = [("code", code.as_str()), ("current", wrong)];
        let refused = browser.send_form(&page, PAGE, &typed);
        assert_eq!(refused.status(), 422, "{wrong}");
        refused.says("Le mot de passe actuel est faux.");
    }
    assert_eq!(log_in(&Browser::new(&hub)).path, "/profile");
}

#[apply(each_engine!)]
fn a_session_that_was_left_open_is_not_enough_for_recovery_codes(hub: TestHub) {
    let ana = Ana::of(&hub);
    let page = ana.browser.open(PAGE);
    let refused = ana.browser.send_form(&page, RENEW, &[("confirm", "faux")]);
    assert_eq!(refused.status(), 422);
    refused.says("Le mot de passe actuel est faux.");
    let (browser, page) = ana.log_in();
    let code = [("recovery_code", ana.codes[0].as_str())];
    assert_eq!(browser.send_form(&page, "/login/code", &code).status(), 303);
}

#[apply(each_engine!)]
fn enabling_it_ends_the_other_sessions_and_its_owner_is_told(hub: TestHub) {
    let browser = Browser::new(&hub);
    hub.sign_up(&browser, "Ana", ANA, PASSWORD);
    let other = Browser::new(&hub);
    log_in(&other);
    let (page, app) = set_up(&hub, &browser);
    let code = app.code(hub.hub.clock().now());
    browser.fill(&page, PAGE, &confirmed(&code));
    assert_eq!(other.open("/profile").path, "/login?back=%2Fprofile");
    assert_eq!(browser.open("/profile").path, "/profile");
    let mails = hub.mails(ANA, 2);
    let is_there = mails.iter().any(|mail| {
        mail.contains("vient d'=C3=AAtre activ") || mail.contains("vient d'être activée")
    });
    assert!(is_there, "{mails:?}");
}

#[apply(each_engine!)]
fn disabling_it_takes_the_password_and_a_code(hub: TestHub) {
    let ana = Ana::of(&hub);
    let delete = "/profile/second_factor/delete";
    let code = ana.code();
    for (current, code, message) in [
        ("faux", code.as_str(), "Le mot de passe actuel est faux."),
        (PASSWORD, "000000", "Ce code est faux"),
    ] {
        let page = ana.browser.open(PAGE);
        let typed = [("current", current), ("code", code)];
        let answer = ana.browser.send_form(&page, delete, &typed);
        assert_eq!(answer.status(), 422);
        answer.says(message);
    }
    let page = ana.browser.open(PAGE);
    let typed = [("current", PASSWORD), ("code", code.as_str())];
    let page = ana.browser.fill(&page, delete, &typed);
    page.says("La validation en deux étapes est désactivée.");
    assert_eq!(log_in(&Browser::new(&hub)).path, "/profile");
    assert_eq!(
        recorded(&hub),
        [
            "second_factor.disable",
            "second_factor.fail",
            "second_factor.enable"
        ]
    );
    hub.mails(ANA, 3);
}

#[apply(each_engine!)]
fn a_link_for_a_new_password_does_not_go_round_it(hub: TestHub) {
    let ana = Ana::of(&hub);
    let browser = Browser::new(&hub);
    let form = browser.open("/reset_password/new");
    browser.fill(&form, "/reset_password/new", &[("email", ANA)]);
    let mails = hub.mails(ANA, 3);
    let mail = mails
        .iter()
        .find(|mail| mail.contains("/reset_password/") && !mail.contains("/reset_password/new"));
    let link = format!(
        "/reset_password/{}",
        token_in(mail.unwrap(), "/reset_password/")
    );
    let form = browser.open(&link);
    let new = "cuillère verte";
    let page = browser.fill(&form, &link, &[("password", new), ("again", new)]);
    assert_eq!(page.path, "/login/code?back=%2F");
    assert!(browser.cookie("passeplat_session").is_none());
    let page = browser.fill(&page, "/login/code", &[("code", &ana.code())]);
    assert_eq!(page.path, "/accounts/new");
}

#[apply(each_engine!)]
fn a_log_in_that_waits_for_its_code_ends_with_the_password(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (browser, page) = ana.log_in();
    let form = ana.browser.open("/profile");
    let new = "cuillère verte";
    let typed = [("current", PASSWORD), ("password", new), ("again", new)];
    ana.browser.fill(&form, "/profile/password", &typed);
    let answer = browser.send_form(&page, "/login/code", &[("code", &ana.code())]);
    assert_eq!(answer.location(), Some("/login?back=%2Fprofile"));
}

#[apply(each_engine!)]
fn of_wrong_codes_only_so_many_are_looked_at_a_day_and_a_recovery_code_always_works(hub: TestHub) {
    let ana = Ana::of(&hub);
    let (browser, page) = ana.log_in();
    let mut form = page;
    for number in 0..50 {
        if number % 15 == 14 {
            hub.pass(Duration::from_secs(60));
            form = log_in(&browser);
        }
        let answer = browser.send_form(&form, "/login/code", &[("code", "000000")]);
        answer.says("Ce code est faux");
    }
    hub.pass(Duration::from_secs(60));
    let right = [("code", &*ana.code())];
    let answer = browser.send_form(&form, "/login/code", &right);
    assert_eq!(answer.status(), 422);
    answer.says("Trop de codes faux.");
    assert_eq!(recorded(&hub).len(), 50);
    let recovery = [("recovery_code", ana.codes[0].as_str())];
    assert_eq!(
        browser.send_form(&form, "/login/code", &recovery).status(),
        303
    );
    hub.pass(Duration::from_secs(86_400));
    let (browser, page) = ana.log_in();
    let right = [("code", &*ana.code())];
    assert_eq!(
        browser.send_form(&page, "/login/code", &right).status(),
        303
    );
}

#[test]
fn nothing_of_a_secret_is_printed_and_other_users_secrets_are_stored_differently() {
    let hub = TestHub::start();
    let ana = Ana::of(&hub);
    assert_eq!(format!("{:?}", ana.app), "TotpSecret(****)");
    let stored: Vec<(Vec<u8>,)> = hub
        .wait(hub.hub.read("test.secret", |tx| {
            tx.all("SELECT secret FROM second_factors", &[])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    let text = ana.app.text();
    let plain = stored[0]
        .0
        .windows(text.len())
        .any(|part| part == text.as_bytes());
    assert!(!plain);
    let codes: Vec<(String,)> = hub
        .wait(hub.hub.read("test.codes", |tx| {
            tx.all("SELECT digest FROM recovery_codes", &[])
        }))
        .unwrap_or_else(|error: db::Error| panic!("{error}"));
    assert!(
        codes
            .iter()
            .all(|(digest,)| *digest != hub::secret::hash(&ana.codes[0]))
    );
}

/// Appendix B of RFC 6238, cut to six figures.
#[test]
fn codes_are_those_of_the_rfc() {
    let secret = TotpSecret::parse("GEZDGNBVGY3TQOJQ GEZDGNBVGY3TQOJQ").expect("a secret");
    for (second, code) in [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ] {
        let at = jiff::Timestamp::from_second(second).expect("a moment");
        assert_eq!(secret.code(at), code, "{second}");
    }
}
