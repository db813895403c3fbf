//! Rules for names of CONTRIBUTING.md that a program can check.

use crate::house::{crates, sources, text};
use crate::support::names;

/// The name of the constant that a line of a source defines, if it defines one.
fn constant(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("const ")?;
    let (name, _) = after.split_once(':')?;
    let is_definition = before.trim().is_empty() || before.trim_start().starts_with("pub");
    is_definition.then_some(name)
}

#[test]
fn bounds_begin_with_max_or_min() {
    let not_allowed = ["MOST", "LONGEST", "LARGEST", "SHORTEST", "LEAST"];
    let mut count = 0;
    for name in names(&crates()) {
        for folder in ["src", "tests"] {
            for path in sources(&crates().join(&name).join(folder)) {
                let source = text(&path);
                for constant in source.lines().filter_map(constant) {
                    let first = constant.split('_').next().unwrap_or_default();
                    count += 1;
                    assert!(
                        !not_allowed.contains(&first),
                        "{}: {constant} begins with MAX or MIN, and says of what in which unit",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(count > 400, "{count}");
}

/// The names that a line of a source gives to a function or a variable.
fn defined(line: &str) -> impl Iterator<Item = &str> {
    let code = if line.trim_start().starts_with("//") {
        ""
    } else {
        line
    };
    let words: Vec<&str> = code
        .split(|char: char| !(char.is_alphanumeric() || char == '_'))
        .filter(|word| !word.is_empty() && *word != "mut")
        .collect();
    let pairs: Vec<&str> = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "let" | "fn"))
        .map(|pair| pair[1])
        .collect();
    pairs.into_iter()
}

#[test]
fn a_name_says_what_it_is_and_not_what_was_done_to_it() {
    let not_allowed = ["told", "said", "seen", "kept", "asked_for", "happened"];
    let mut count = 0;
    for name in names(&crates()) {
        for folder in ["src", "tests"] {
            for path in sources(&crates().join(&name).join(folder)) {
                let source = text(&path);
                for defined in source.lines().flat_map(defined) {
                    count += 1;
                    assert!(
                        !not_allowed.contains(&defined),
                        "{}: {defined} is called by a noun",
                        path.display()
                    );
                }
            }
        }
    }
    assert!(count > 10_000, "{count}");
}
