//! The storage contract, on each engine that is there.

use std::collections::BTreeSet;

use hub::args;
use hub::db::{Error, Track, Tx};

use crate::engine::apply;
use crate::support::TestHub;

#[apply(each_engine!)]
fn every_statement_can_be_prepared(hub: TestHub) {
    for (slice, track, statements) in hub::statements() {
        for (name, sql) in statements {
            let db = match track {
                Track::Hub => hub.hub.db().clone(),
                Track::Journal => hub.hub.journal().db(),
            };
            hub.wait(db.read("test.prepare", move |tx| tx.prepare(sql)))
                .unwrap_or_else(|error| panic!("{slice}::{name}: {error}"));
        }
    }
}

#[apply(each_engine!)]
fn every_query_that_can_be_built_can_be_prepared(hub: TestHub) {
    for (slice, queries) in hub::built_queries() {
        let texts: BTreeSet<String> = queries.iter().map(|it| it.sql().to_owned()).collect();
        assert!(
            texts.len() > 1,
            "{slice} has one text: let it be a constant"
        );
        let prepare = move |sql: &String, tx: &mut Tx<'_>| {
            tx.prepare(sql)
                .map_err(|error| Error::Broken(format!("{error}\n{sql}")))
        };
        let prepare_all = hub.hub.db().read("test.prepare", move |tx| {
            texts.iter().try_for_each(|sql| prepare(sql, tx))
        });
        hub.wait(prepare_all)
            .unwrap_or_else(|error| panic!("{slice}: {error}"));
    }
}

#[apply(each_engine!)]
fn a_refusal_leaves_no_trace(hub: TestHub) {
    let outcome: Result<(), Error> = hub.wait(hub.hub.write("test.refuse", |tx| {
        tx.write(
            "INSERT INTO hub_settings (name, value) VALUES ('a', 'b')",
            &[],
        )?;
        tx.execute(
            "INSERT INTO hub_settings (name, value) VALUES ('c', 'd')",
            &[],
        )?;
        Err(Error::Broken("refused".to_owned()))
    }));
    assert!(outcome.is_err());
    let left: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", |tx| {
            tx.first(
                "SELECT COUNT(*) FROM hub_settings WHERE name IN ('a', 'c')",
                &[],
            )
        }))
        .unwrap();
    assert_eq!(left, Some((0,)));
}

#[apply(each_engine!)]
fn a_panic_is_undone_and_the_next_change_goes_on(hub: TestHub) {
    let outcome: Result<(), Error> = hub.wait(hub.hub.write("test.panic", |tx| {
        tx.write(
            "INSERT INTO hub_settings (name, value) VALUES ('a', 'b')",
            &[],
        )?;
        panic!("as a bug would");
    }));
    assert!(
        matches!(outcome, Err(Error::Panicked("test.panic"))),
        "{outcome:?}"
    );
    let touched: u64 = hub
        .wait(hub.hub.write("test.go_on", |tx| {
            tx.execute(
                "INSERT INTO hub_settings (name, value) VALUES ('a', 'c')",
                &[],
            )
        }))
        .unwrap();
    assert_eq!(touched, 1);
}

#[apply(each_engine!)]
fn arguments_are_bound_by_their_number_and_a_null_knows_its_kind(hub: TestHub) {
    let row: Option<(String, String, Option<String>, bool)> = hub
        .wait(hub.hub.read("test.bind", |tx| {
            tx.first(
                "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($3 AS TEXT),
                        ($3 IS NULL OR $1 = $3)",
                args!["one", "two", None::<&str>],
            )
        }))
        .unwrap();
    assert_eq!(row, Some(("two".to_owned(), "one".to_owned(), None, true)));
}

#[apply(each_engine!)]
fn many_writers_at_once_lose_nothing(hub: TestHub) {
    let writes = (0..200).map(|number: i64| {
        hub.hub.write("test.many", move |tx| {
            let (name, value) = (format!("n{number}"), number.to_string());
            tx.execute(
                "INSERT INTO hub_settings (name, value) VALUES ($1, $2)",
                args![name, value],
            )
        })
    });
    let outcomes: Vec<Result<u64, Error>> = hub.wait(futures_util::future::join_all(writes));
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(1))));
    let count: Option<(i64,)> = hub
        .wait(hub.hub.read("test.count", |tx| {
            tx.first(
                "SELECT COUNT(*) FROM hub_settings WHERE name LIKE 'n%'",
                &[],
            )
        }))
        .unwrap();
    assert_eq!(count, Some((200,)));
}

#[apply(each_engine!)]
fn writes_are_carried_out_in_the_order_they_were_made(hub: TestHub) {
    hub.wait(hub.hub.write("test.in_order", |tx| -> Result<(), Error> {
        tx.write(
            "INSERT INTO hub_settings (name, value) VALUES ('turn', '0')",
            &[],
        )?;
        for number in 1..=100_i64 {
            let (before, after) = ((number - 1).to_string(), number.to_string());
            tx.write(
                "UPDATE hub_settings SET value = $2 WHERE name = 'turn' AND value = $1",
                args![before, after],
            )?;
        }
        Ok(())
    }))
    .unwrap();
    let last: Option<(String,)> = hub
        .wait(hub.hub.read("test.turn", |tx| {
            tx.first("SELECT value FROM hub_settings WHERE name = 'turn'", &[])
        }))
        .unwrap();
    assert_eq!(last, Some(("100".to_owned(),)));
}

#[apply(each_engine!)]
fn one_of_many_writers_that_fails_takes_nobody_along(hub: TestHub) {
    let writes = (0..60).map(|number: i64| {
        hub.hub.write("test.some", move |tx| -> Result<(), Error> {
            // Every tenth takes a name that is taken.
            let name = if number % 10 == 0 { 1 } else { number };
            tx.write(
                "INSERT INTO hub_settings (name, value) VALUES ($1, '')",
                args![format!("n{name}")],
            )
        })
    });
    let outcomes: Vec<Result<(), Error>> = hub.wait(futures_util::future::join_all(writes));
    let count = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(count, 54);
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Ok(()) | Err(Error::Broken(_)))),
        "{outcomes:?}"
    );
}
