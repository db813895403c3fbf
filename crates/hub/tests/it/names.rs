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
