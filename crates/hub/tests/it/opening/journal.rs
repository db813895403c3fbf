//! Whatever is wrong with the journal, orders go on.

use std::path::PathBuf;

use hub::{Hub, Opening, db};

use crate::support::{Site, TestHub, at_a_postgres_site, in_file, json, stop};

/// Under which name a journal is set aside at the moment of the tests.
const ASIDE: &str = "hub.journal.db.broken-20260307T184108Z";

/// How many requests the journal of a running hub has.
async fn requests(hub: &Hub) -> db::Result<i64> {
    let (sql, db) = ("SELECT COUNT(*) FROM requests", hub.journal().db());
    let look = db.read("test.count", move |tx| tx.first::<(i64,)>(sql, &[]));
    look.await
        .map(|it: Option<(i64,)>| it.map_or(0, |(count,)| count))
}

fn journal(site: &Site) -> PathBuf {
    site.path("hub.journal.db")
}

/// A situation: its name, and what makes it of a stopped hub's journal.
type Row = (&'static str, fn(&Site));

const BROKEN: [Row; 7] = [
    ("it is a text", |site| {
        std::fs::write(journal(site), "a text").unwrap()
    }),
    ("it is all zeros", |site| {
        std::fs::write(journal(site), [0; 8192]).unwrap()
    }),
    ("its first page is damaged", |site| {
        let mut bytes = std::fs::read(journal(site)).unwrap();
        bytes[100..4096].fill(0xff);
        std::fs::write(journal(site), bytes).unwrap();
    }),
    ("it is a folder", |site| {
        std::fs::remove_file(journal(site)).unwrap();
        std::fs::create_dir(journal(site)).unwrap();
    }),
    ("a newer program has written it", |site| {
        let sql =
            "INSERT INTO schema_steps VALUES ('journal', '9999_later', '', ''); SELECT 'done'";
        in_file(&journal(site), sql);
    }),
    ("it has tables of another program", |site| {
        std::fs::remove_file(journal(site)).unwrap();
        in_file(
            &journal(site),
            "CREATE TABLE bookmarks (url TEXT); SELECT 'done'",
        );
    }),
    ("only its log is left", |site| {
        std::fs::remove_file(journal(site)).unwrap();
        std::fs::write(site.path("hub.journal.db-wal"), [7; 4152]).unwrap();
    }),
];

#[test]
fn a_broken_journal_is_set_aside_and_a_new_one_begins() {
    for (name, make) in BROKEN {
        let site = Site::on_sqlite();
        site.make();
        make(&site);
        let hub = site.open(Opening::ExistingOrNew).expect(name);
        assert_eq!(site.wait(requests(&hub)).expect(name), 0, "{name}");
        let names = site.names();
        assert!(
            names.iter().any(|it| it.starts_with(ASIDE)),
            "{name}: {names:?}"
        );
    }
}

#[test]
fn a_second_journal_that_breaks_in_the_same_second_gets_a_name_of_its_own() {
    let site = Site::on_sqlite();
    site.make();
    for _ in 0..2 {
        std::fs::write(journal(&site), "a text").unwrap();
        stop(site.open(Opening::ExistingOrNew).unwrap());
    }
    assert!(site.path(ASIDE).exists());
    assert!(site.path(&format!("{ASIDE}-2")).exists());
}

#[test]
fn a_journal_that_is_missing_begins_anew() {
    let site = Site::on_sqlite();
    site.make();
    std::fs::remove_file(journal(&site)).unwrap();
    let hub = site.open(Opening::ExistingOrNew).unwrap();
    assert_eq!(site.wait(requests(&hub)).unwrap(), 0);
}

#[test]
fn a_journal_that_breaks_while_the_hub_runs_is_set_aside_and_loses_nothing_that_comes() {
    let hub = TestHub::start();
    let till = hub.client("till");
    till.get("/location");
    hub.wait(hub.hub.journal().flush()).unwrap();
    let broken: db::Result<()> = hub.wait(hub.hub.journal().db().write("test.break", |tx| {
        for sql in [
            "PRAGMA writable_schema = ON",
            "UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'requests'",
        ] {
            tx.execute(sql, &[])?;
        }
        tx.all::<(i64,)>("PRAGMA schema_version = 999", &[])
            .map(drop)
    }));
    broken.unwrap();
    till.post("/location/orders", json!({ "status": "new" }))
        .ok();
    hub.wait(hub.hub.journal().flush()).unwrap();
    assert!(hub.folder().join(ASIDE).exists());
    assert_eq!(hub.wait(requests(&hub.hub)).unwrap(), 1);
    till.get("/location");
    hub.wait(hub.hub.journal().flush()).unwrap();
    assert_eq!(hub.wait(requests(&hub.hub)).unwrap(), 2);
}

#[test]
fn a_hub_goes_on_without_the_journal_of_a_newer_one_on_the_same_server() {
    at_a_postgres_site(|site| {
        site.make();
        site.sql("INSERT INTO schema_steps VALUES ('journal', '9999_later', '', '')");
        let tables = site.tables();
        let hub = site.open(Opening::ExistingOrNew).unwrap();
        assert!(site.wait(requests(&hub)).is_err());
        site.wait(hub::chores::run_due(&hub)).unwrap();
        assert_eq!(site.tables(), tables);
    });
}
