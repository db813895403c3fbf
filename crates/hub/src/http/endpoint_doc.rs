//! What an endpoint says of itself, for the published contract ([`crate::contract`]): written beside
//! its route, never in the handler.

use std::borrow::Cow;

use wire::schema::{Blanks, JsonSchema, Schema, SchemaFn, SchemaGenerator};

/// What an endpoint takes and answers.
#[derive(Clone, Debug, Default)]
pub struct EndpointDoc {
    /// The slice and a verb, as in `orders.create`.
    pub name: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// What else is good to know.
    pub note: &'static str,
    /// Its JSON body.
    pub takes: Option<SchemaFn>,
    /// How such a body may say nothing.
    pub blanks: Blanks,
    /// Or the types of the files it takes.
    pub takes_files: &'static [&'static str],
    /// A good body.
    pub example: Option<&'static str>,
    /// Its JSON answer.
    pub answers: Option<SchemaFn>,
    /// Or the types of the files it answers.
    pub answers_files: &'static [&'static str],
    /// Values of the query, paging aside.
    pub filters: Vec<FilterDoc>,
}

/// A value of a query.
#[derive(Clone, Debug)]
pub struct FilterDoc {
    /// Its name.
    pub name: &'static str,
    /// What it asks for.
    pub what: &'static str,
    /// What may be sent.
    pub draw: SchemaFn,
}

impl EndpointDoc {
    /// The slice it belongs to.
    pub fn slice(&self) -> &str {
        self.name.split_once('.').map_or("", |(slice, _)| slice)
    }

    /// What is missing, in words that say what to add; `None` if it says all there is.
    pub fn missing_part(&self, has_body: bool) -> Option<&'static str> {
        if self.name.is_empty() {
            return Some(".named(\"slice.verb\") with its operation id");
        }
        if self.summary.is_empty() {
            return Some(".says(\"…\") with what it does");
        }
        if self.answers.is_none() && self.answers_files.is_empty() {
            return Some(".answers::<T>() with the type of its answer (Nothing for `{}`)");
        }
        let takes = self.takes.is_some() || !self.takes_files.is_empty();
        if has_body && !takes && self.note.is_empty() {
            return Some(".takes::<T>() with the type of its body, or a .note that it has none");
        }
        None
    }
}

/// The answer `{}`: done, and nothing to tell.
#[derive(Debug)]
pub enum EmptyObject {}

impl JsonSchema for EmptyObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Nothing".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        wire::schema::of(serde_json::json!({ "type": "object", "additionalProperties": false }))
    }
}
