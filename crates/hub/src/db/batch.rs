//! Lists of values in statements. A statement has a fixed number of placeholders, so that it is prepared
//! once; a shorter list is filled with its last value.

use super::Value;

/// How much is read or changed at once.
pub(crate) const BATCH: usize = 8;

/// The arguments of a statement with a list of [`BATCH`] at its end.
pub(crate) fn batch(first: &[Value], list: impl Iterator<Item = Value>) -> Vec<Value> {
    let mut values = first.to_vec();
    values.extend(list);
    fill(&mut values, first.len() + BATCH);
    values
}

/// The arguments of a statement with two lists of [`BATCH`] at its end.
pub(crate) fn two_batches(
    first: &[Value],
    one: impl Iterator<Item = Value>,
    other: impl Iterator<Item = Value>,
) -> Vec<Value> {
    let mut values = batch(first, one);
    values.extend(other);
    fill(&mut values, first.len() + 2 * BATCH);
    values
}

/// Repeats the last value up to this length.
fn fill(values: &mut Vec<Value>, length: usize) {
    if let Some(last) = values.last().cloned() {
        values.resize(length, last);
    }
}
