//! The journal of requests: what it keeps, how, and for how long.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where the world is not as it must be"
)]

mod corpus;

use std::time::Duration;

use hub::{args, db};

use crate::engine::apply;
use crate::support::{Caller, TestHub, json, on_postgres_with};

const DAY: Duration = Duration::from_secs(86_400);

/// Calls the hub and answers the request's id, once that is in the journal.
fn call(hub: &TestHub, who: &Caller) -> String {
    let answer = who.get("/location");
    hub.wait(hub.hub.journal().flush()).unwrap();
    answer.header("x-request-id").unwrap().to_owned()
}

fn is_there(hub: &TestHub, id: &str) -> bool {
    let (account, id) = (hub.account.clone(), id.to_owned());
    let found: db::Result<_> = hub.wait(hub.hub.journal().db().read("test.find", move |tx| {
        hub::journal::store::find(tx, &account, &id)
    }));
    found.unwrap().is_some()
}

#[apply(each_engine!)]
fn a_request_is_kept_for_its_retention_and_then_forgotten(hub: TestHub) {
    let till = hub.client("till");
    let first = call(&hub, &till);
    hub.pass(DAY * 29);
    let second = call(&hub, &till);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert!(is_there(&hub, &first));
    hub.pass(DAY * 2);
    hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
    assert_eq!(
        (is_there(&hub, &first), is_there(&hub, &second)),
        (false, true)
    );
}

#[apply(each_engine!)]
fn a_secret_in_an_address_is_not_kept(hub: TestHub) {
    let till = hub.client("till");
    let token = till.token.clone();
    let paths = [
        format!("/location?access_token={token}&a=1"),
        format!("/location?X-Access-Token=geheim&a=%20{token}"),
        "/location?client%5Fsecret=geheim&a=1".to_owned(),
    ];
    for path in &paths {
        till.get(path).ok();
    }
    let url = "https://till.example/hook?Token=geheim&shop=7";
    let body = json!({ "url": url, "events": { "order": ["create"] } });
    assert_eq!(till.post("/callback", body).ok()["url"], url);
    hub.wait(hub.hub.journal().flush()).unwrap();
    let account = hub.account.clone();
    let sql = "SELECT id, url FROM requests WHERE account_id = $1 ORDER BY id";
    let look = move |tx: &mut db::Tx<'_>| tx.all(sql, args![&account]);
    let requests: db::Result<Vec<(String, String)>> =
        hub.wait(hub.hub.journal().db().read("test.kept", look));
    let requests = requests.unwrap();
    assert_eq!(requests.len(), 4, "{requests:?}");
    for (id, url) in &requests {
        let (account, wanted) = (hub.account.clone(), id.clone());
        let look = move |tx: &mut db::Tx<'_>| hub::journal::store::find(tx, &account, &wanted);
        let found: db::Result<_> = hub.wait(hub.hub.journal().db().read("test.find", look));
        let found = found.unwrap().unwrap();
        let all = [url, &found.url, &found.request, &found.response].map(String::as_str);
        let all = all.join(" ");
        assert!(!all.contains("geheim") && !all.contains(&token), "{all}");
    }
    let urls: Vec<&str> = requests.iter().map(|(_, url)| url.as_str()).collect();
    assert!(
        urls.contains(&"/v1/location?access_token=****&a=1"),
        "{urls:?}"
    );
    let post = requests
        .iter()
        .find(|(_, url)| url == "/v1/callback")
        .unwrap();
    let (account, wanted) = (hub.account.clone(), post.0.clone());
    let look = move |tx: &mut db::Tx<'_>| hub::journal::store::find(tx, &account, &wanted);
    let found: db::Result<_> = hub.wait(hub.hub.journal().db().read("test.find", look));
    let request = found.unwrap().unwrap().request;
    assert!(
        request.contains("https://till.example/hook?Token=****&shop=7"),
        "{request}"
    );
}

#[apply(each_engine!)]
fn what_somebody_asked_for_who_hung_up_is_done_and_kept(hub: TestHub) {
    let till = hub.client("till");
    till.post_and_hang_up("/location/orders", &json!({ "status": "new" }));
    let stored_requests = || -> Vec<(String, i64)> {
        hub.wait(hub.hub.journal().flush()).unwrap();
        let sql = "SELECT url, status FROM requests WHERE account_id = $1";
        let account = hub.account.clone();
        let look = move |tx: &mut db::Tx<'_>| tx.all(sql, args![&account]);
        hub.wait(hub.hub.journal().db().read("test.all", look))
            .unwrap_or_else(|error: db::Error| panic!("{error}"))
    };
    let found = std::iter::repeat_with(stored_requests).find(|found| !found.is_empty());
    assert_eq!(found, Some(vec![("/v1/location/orders".to_owned(), 200)]));
    assert_eq!(
        till.get("/location/orders")
            .json()
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn each_day_is_a_table_that_is_dropped_when_it_is_over() {
    on_postgres_with(&[], |hub| {
        let session = hub.session();
        let tables = || -> Vec<String> {
            let sql = "SELECT CAST(inhrelid AS regclass)::text FROM pg_inherits
                WHERE inhparent = CAST('requests' AS regclass) ORDER BY 1";
            let rows = hub.wait(session.query(sql, &[])).unwrap();
            rows.iter().map(|row| row.get(0)).collect()
        };
        let till = hub.client("till");
        call(&hub, &till);
        call(&hub, &till);
        hub.pass(DAY);
        call(&hub, &till);
        assert_eq!(tables(), ["requests_20260307", "requests_20260308"]);
        hub.pass(DAY * 30);
        hub.wait(hub::chores::run_due(&hub.hub)).unwrap();
        assert_eq!(tables(), ["requests_20260308"]);
    });
}

#[test]
fn two_hubs_write_one_journal() {
    on_postgres_with(&[], |hub| {
        let other = hub.another_hub();
        let here = hub.client("till");
        let answers = [here.get("/location"), here.at(&other).get("/location")];
        // Both make the day's table at the same time.
        let (one, two) =
            hub.wait(async { tokio::join!(hub.hub.journal().flush(), other.journal().flush()) });
        one.and(two).unwrap();
        for answer in answers {
            assert!(is_there(&hub, answer.header("x-request-id").unwrap()));
        }
    });
}
