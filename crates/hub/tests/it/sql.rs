//! House rules of SQL and of rows that a program can check.

use std::path::{Path, PathBuf};

use crate::house::{crates, sources, text};

/// The sources of the slices: all but those of `db`, each with its path below `src`.
fn slices() -> Vec<(PathBuf, String)> {
    let src = crates().join("hub/src");
    let all = sources(&src).into_iter().map(|path| {
        let source = text(&path);
        let inside = path.strip_prefix(&src).expect("a source").to_owned();
        (inside, source)
    });
    all.filter(|(path, _)| !path.starts_with("db")).collect()
}

/// The code of a source, without comments.
fn code(source: &str) -> String {
    let lines = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn no_slice_reads_a_column_by_its_number() {
    for (path, source) in slices() {
        for (number, line) in source.lines().enumerate() {
            let by_number = ["row.get(", "row.get::<"]
                .iter()
                .any(|it| line.contains(it));
            assert!(
                !by_number,
                "{}:{}: declare the row with row!, or read a tuple",
                path.display(),
                number + 1
            );
        }
    }
}

/// The names of the statements that a source declares, if it declares any.
fn declared(path: &Path, source: &str) -> Option<Vec<String>> {
    let (_, rest) = source.split_once("\nstatements! {\n")?;
    let (body, after) = rest.split_once("\n}\n").expect("an end");
    assert!(
        !after.contains("\nstatements! {"),
        "{} has two lists: one of them has no ALL",
        path.display()
    );
    let is_name = |name: &&str| {
        let upper = |it: char| it.is_ascii_uppercase() || it == '_' || it.is_ascii_digit();
        !name.is_empty() && name.chars().all(upper)
    };
    let names = body.lines().filter_map(|line| {
        let line = line.strip_prefix("    ")?;
        let (name, _) = line.split_once(" = ")?;
        Some(name).filter(is_name).map(str::to_owned)
    });
    Some(names.collect())
}

#[test]
fn every_statement_of_every_slice_is_prepared_by_the_tests() {
    let listed: Vec<Vec<&str>> = hub::statements()
        .into_iter()
        .map(|(_, _, statements)| statements.iter().map(|(name, _)| *name).collect())
        .collect();
    let mut count = 0;
    for (path, source) in slices() {
        let Some(names) = declared(&path, &source) else {
            assert!(
                !code(&source).contains("statements! {"),
                "{}: begin the list at the margin",
                path.display()
            );
            continue;
        };
        count += 1;
        assert!(
            listed.iter().any(|it| *it == names),
            "{}: add its ALL to hub::statements(): {names:?}",
            path.display()
        );
    }
    assert_eq!(count, listed.len(), "a list of no source, or one twice");
}

#[test]
fn every_query_that_a_slice_builds_is_prepared_by_the_tests() {
    let mut count = 0;
    for (path, source) in slices() {
        if !source.contains("QueryBuilder::new(") {
            continue;
        }
        count += 1;
        assert!(
            source.contains("fn every_query("),
            "{}: list its texts in every_query, and that in hub::built_queries()",
            path.display()
        );
    }
    assert_eq!(count, hub::built_queries().len());
}
