//! Questions whose text depends on what is asked for, such as the filters of a list.
//!
//! Everything else is a constant in `statements!`, and [`Tx`] takes nothing but constants: so this is
//! the one place where SQL is put together. Whoever does so lists every text that can come of it
//! (`every_query`, see [`crate::built_queries`]), and a test prepares them all on both engines.

use super::{FromRow, Result, Tx, Value};

/// A question that is being put together, with its arguments.
#[derive(Clone, Debug)]
pub struct QueryBuilder {
    sql: String,
    args: Vec<Value>,
}

impl QueryBuilder {
    /// Begins with a constant, and the arguments that have their numbers in it.
    pub fn new(sql: &str, args: &[Value]) -> Self {
        Self {
            sql: sql.to_owned(),
            args: args.to_vec(),
        }
    }

    /// More of the text.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// One more argument: its number, such as `$4`, for a text that follows or has it already.
    pub fn argument(&mut self, value: impl Into<Value>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    /// Adds more of the text, with an argument in place of its question mark.
    pub fn bind(&mut self, sql: &str, value: impl Into<Value>) -> &mut Self {
        let number = self.argument(value);
        self.push(&sql.replace('?', &number))
    }

    /// Adds a filter, with its argument, if there is a value.
    pub fn bind_if<T: Into<Value>>(&mut self, sql: &str, value: Option<T>) -> &mut Self {
        match value {
            Some(value) => self.bind(sql, value),
            None => self,
        }
    }

    /// More of the text, with a list in place of its question mark: for `IN (?)`. The last value is
    /// repeated up to the next of `sizes`, which rise, so that there are few different statements to
    /// keep prepared.
    pub fn bind_list(&mut self, sql: &str, values: &[&str], sizes: &[usize]) -> &mut Self {
        let size = sizes.iter().copied().find(|size| *size >= values.len());
        let size = size.unwrap_or(values.len());
        let first = self.args.len() + 1;
        let numbers: Vec<String> = (first..first + size).map(|it| format!("${it}")).collect();
        let last = values.last().copied().unwrap_or_default();
        let filled = values.iter().copied().chain(std::iter::repeat(last));
        self.args.extend(filled.take(size).map(Value::from));
        self.push(&sql.replace('?', &numbers.join(", ")))
    }

    /// The text so far.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// The arguments so far.
    pub fn args(&self) -> &[Value] {
        &self.args
    }

    /// Every row, in the order of the answer.
    pub fn all<T: FromRow>(&self, tx: &mut Tx<'_>) -> Result<Vec<T>> {
        tx.all_of_text(&self.sql, &self.args)
    }

    /// Runs a statement that answers no rows, and says how many it touched.
    pub fn execute(&self, tx: &mut Tx<'_>) -> Result<u64> {
        tx.execute_text(&self.sql, &self.args)
    }

    /// The first row, if any.
    pub fn first<T: FromRow>(&self, tx: &mut Tx<'_>) -> Result<Option<T>> {
        tx.first_of_text(&self.sql, &self.args)
    }
}
