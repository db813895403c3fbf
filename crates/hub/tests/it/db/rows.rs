//! How rows are read: by the names of their columns.

use hub::db::{Error, Json, NoneIfEmpty, QueryBuilder};
use hub::row;
use wire::id::{AccountId, OrderId};

use crate::engine::apply;
use crate::support::TestHub;

row! {
    #[derive(Debug, PartialEq)]
    struct PlacedOrder {
        account: Option<AccountId> as NoneIfEmpty = "CAST('' AS TEXT)",
        order: OrderId = "CAST('abc' AS TEXT)",
    }
}

row! {
    #[derive(Debug, PartialEq)]
    struct Sample {
        number: u32 = "CAST(1 AS BIGINT)",
        is_new: bool = "1 = 1",
        placed_order: PlacedOrder,
        words: Vec<String> as Json = "CAST('[\"a\"]' AS TEXT)",
        note: Option<String> = "CAST(NULL AS TEXT)",
        bytes: Option<Vec<u8>> = "CAST(NULL AS BYTEA)",
    }
}

/// What is made of the one row of a question.
fn read(hub: &TestHub, sql: &str) -> Result<Option<Sample>, Error> {
    let query = QueryBuilder::new(sql, &[]);
    hub.wait(hub.hub.read("test.row", move |tx| query.first(tx)))
}

#[apply(each_engine!)]
fn a_row_is_read_from_the_columns_that_its_type_names(hub: TestHub) {
    let sample = read(&hub, &format!("SELECT {}", Sample::COLUMNS)).expect("a row");
    let placed_order = PlacedOrder {
        account: None,
        order: OrderId::parse("abc").unwrap(),
    };
    let expected = Sample {
        number: 1,
        is_new: true,
        placed_order,
        words: vec!["a".to_owned()],
        note: None,
        bytes: None,
    };
    assert_eq!(sample, Some(expected));
}

/// The question with another text in place of one of it.
fn refused(hub: &TestHub, from: &str, to: &str) -> String {
    let columns = Sample::COLUMNS.replace(from, to);
    assert_ne!(columns, Sample::COLUMNS);
    match read(hub, &format!("SELECT {columns}")) {
        Err(Error::Broken(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[apply(each_engine!)]
fn a_statement_with_other_columns_than_the_row_is_refused_in_tests(hub: TestHub) {
    let reason = refused(&hub, "\"is_new\"", "\"is_old\"");
    assert_eq!(
        reason,
        "column 1 of the statement is \"is_old\", and not \"is_new\""
    );
}

#[apply(each_engine!)]
fn a_value_that_makes_no_sense_is_told_with_its_column(hub: TestHub) {
    let cases = [
        ("CAST(1 AS BIGINT)", "CAST(NULL AS BIGINT)", "a null"),
        (
            "CAST(1 AS BIGINT)",
            "CAST(-1 AS BIGINT)",
            "a number out of range",
        ),
    ];
    for (from, to, reason) in cases {
        let message = refused(&hub, from, to);
        assert_eq!(message, format!("column 0, \"number\": {reason}"));
    }
    let message = refused(&hub, "'abc'", "'no id'");
    assert_eq!(message, "column 3, \"order\": not an id");
    let message = refused(&hub, "[\"a\"]", "[1]");
    assert!(message.starts_with("column 4, \"words\": "), "{message}");
}
