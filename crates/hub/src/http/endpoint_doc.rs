//! What an endpoint says of itself, for the published contract ([`crate::contract`]): written beside
//! its route, never in the handler.

use std::borrow::Cow;

use wire::schema::{Blanks, JsonSchema, Schema, SchemaFn, SchemaGenerator};

/// What the contract says of an endpoint.
#[derive(Clone, Debug, Default)]
pub struct EndpointDoc {
    /// Its operation id: the slice and a verb, as in `orders.create`.
    pub operation_id: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// What else is good to know.
    pub note: &'static str,
    /// The schema of its request body.
    pub request: Option<SchemaFn>,
    /// How such a body may say nothing.
    pub blanks: Blanks,
    /// Or the types of the files that it accepts.
    pub request_files: &'static [&'static str],
    /// A good body.
    pub example: Option<&'static str>,
    /// The schema of its response body.
    pub response: Option<SchemaFn>,
    /// Or the types of the files that it returns.
    pub response_files: &'static [&'static str],
    /// Values of the query, paging aside.
    pub filters: Vec<FilterDoc>,
}

/// A value of a query.
#[derive(Clone, Debug)]
pub struct FilterDoc {
    /// Its name.
    pub name: &'static str,
    /// What it asks for.
    pub description: &'static str,
    /// What may be sent.
    pub schema: SchemaFn,
}

impl EndpointDoc {
    /// The slice it belongs to.
    pub fn slice(&self) -> &str {
        self.operation_id
            .split_once('.')
            .map_or("", |(slice, _)| slice)
    }

    /// What is missing, in words that say what to add; `None` if it says all there is.
    pub fn missing_part(&self, has_body: bool) -> Option<&'static str> {
        if self.operation_id.is_empty() {
            return Some(".operation_id(\"slice.verb\") with its operation id");
        }
        if self.summary.is_empty() {
            return Some(".summary(\"…\") with what it does");
        }
        if self.response.is_none() && self.response_files.is_empty() {
            return Some(".response::<T>() with the type of its response (EmptyObject for `{}`)");
        }
        let takes_body = self.request.is_some() || !self.request_files.is_empty();
        if has_body && !takes_body && self.note.is_empty() {
            return Some(".request::<T>() with the type of its body, or a .note that it has none");
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
