//! What is wrong, in the API's words (API, chapter Protocol, error bodies).
//!
//! [`Problems`] gathers every complaint about a request with the path of the field, so that a
//! client sees all of them at once; [`ErrorBody`] is what it is sent.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::currency::Currency;
use crate::money::Money;
use crate::schema::JsonSchema;
use crate::text::quotable;
use crate::word::words;

words! {
    /// The kind of an error. Each has its HTTP status.
    ErrorType {
        /// There is no token, or it is not valid (401).
        Unauthorized = "unauthorized",
        /// The token is valid and does not permit this (403).
        Forbidden = "forbidden",
        /// There is no such thing (404).
        NotFound = "not_found",
        /// Well-formed but invalid (422); also sent with 400.
        UnprocessableEntity = "unprocessable_entity",
        /// `Content-Type` names another type than JSON (415).
        UnsupportedMediaType = "unsupported_media_type",
        /// Rate limit (429).
        TooManyRequests = "too_many_requests",
        /// A fault of the hub (500).
        InternalError = "internal_error",
        /// No such URL (404).
        RoutingError = "routing_error",
        /// A request with the same `Idempotency-Key` is in progress, or its response was not stored
        /// (409).
        Conflict = "conflict",
        /// Changed since it was read (412); only for those who send `If-Match`.
        PreconditionFailed = "precondition_failed",
    }
}

impl ErrorType {
    /// The HTTP status code that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound | Self::RoutingError => 404,
            Self::UnprocessableEntity => 422,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::UnsupportedMediaType => 415,
            Self::TooManyRequests => 429,
            Self::InternalError => 500,
        }
    }
}

/// The message of every refusal that lists fields.
pub const VALIDATION_FAILED: &str = "Validation failed";
/// A mandatory field is absent or `null`.
pub const BLANK: &str = "can't be blank";
/// A key that the resource does not have, or that cannot be written.
pub const NOT_A_VALID_KEY: &str = "is not a valid key";
/// A word that is not one of those allowed.
pub const NOT_IN_LIST: &str = "is not included in the list";
/// A body of which reading would take far more memory than its size lets expect.
pub const TOO_MANY_THINGS: &str = "has too many values for its size";
/// A name or ref that something else has already.
pub const TAKEN: &str = "has already been taken";
/// A reference to something that is not there, or cannot be reached.
pub const REFERENCE_NOT_FOUND: &str = "not found";
/// A value that was settled when the thing was made.
pub const UNCHANGEABLE: &str = "can't be changed";
/// An image that is not there, or belongs to another catalog.
pub const IMAGE_NOT_FOUND: &str = "image not found";
/// The scope does not reach that far.
pub const NOT_ALLOWED_FOR_SCOPE: &str = "Operation not allowed for the current scope";
/// The connection is blocked for the time being (401).
pub const CONNECTION_BLOCKED: &str = "The connection has been blocked";
/// The token is unknown or was revoked (401).
pub const TOKEN_INVALID: &str = "The access token is invalid or the connection has been revoked";
/// The account or location is suspended (401).
pub const SUSPENDED: &str =
    "The account/location has been suspended for non payment of the subscription";

/// The scope has no write permission on the resource (403).
pub fn write_scope_required(resource: &str) -> String {
    format!("A '{resource}' write scope is required")
}

/// The scope has no permission on the resource at all (403).
pub fn read_scope_required(resource: &str) -> String {
    format!("A '{resource}' read scope is required")
}

/// A subscription to events that the scope does not reach (422).
pub fn scope_required(resource: &str) -> String {
    format!("{resource} scope required")
}

/// An amount below zero where only positive ones make sense.
pub fn must_be_positive(given: Money) -> String {
    format!("must be positive ('{given}' given)")
}

/// An amount in another currency than the account's.
pub fn must_be_in(expected: Currency, given: Currency) -> String {
    format!("must be in '{expected}' ('{given}' given)")
}

/// A text above its number of characters.
pub fn too_long(maximum: usize) -> String {
    format!("is too long (maximum is {maximum} characters)")
}

/// Free data above its number of bytes.
pub fn too_big(maximum: usize) -> String {
    format!("is too big (maximum is {maximum} bytes)")
}

/// A list above its number of entries.
pub fn too_many(maximum: usize) -> String {
    format!("has too many items (maximum is {maximum})")
}

/// A number above its number of decimals.
pub fn too_fine(maximum: u32) -> String {
    format!("has too many decimals (maximum is {maximum})")
}

/// Free data with a number that no program reads, such as `1e400`.
pub const OUT_OF_RANGE: &str = "has a number out of range";

/// Free data above its number of levels.
pub fn too_deep(maximum: usize) -> String {
    format!("is nested too deeply (maximum is {maximum} levels)")
}

/// A list below its number of entries.
pub fn too_few(minimum: usize) -> String {
    format!("must have at least {minimum} item(s)")
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FieldError {
    /// Where in the body, such as `items[0].price`.
    pub field: String,
    /// What is wrong, as the rest of a sentence that begins with the name of the field.
    pub message: String,
}

/// The body of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// A sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The fields that are wrong, for status 422.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// The kind of error.
    pub error_type: ErrorType,
}

impl ErrorBody {
    /// An error with nothing to add.
    pub fn bare(error_type: ErrorType) -> Self {
        Self {
            message: None,
            errors: None,
            error_type,
        }
    }

    /// An error with a sentence.
    pub fn with_message(error_type: ErrorType, message: impl Into<String>) -> Self {
        Self {
            message: Some(message.into()),
            errors: None,
            error_type,
        }
    }

    /// The 422 that lists fields.
    pub fn validation(problems: Problems) -> Self {
        Self {
            message: Some(VALIDATION_FAILED.to_owned()),
            errors: Some(problems.errors),
            error_type: ErrorType::UnprocessableEntity,
        }
    }
}

/// The place of a value in a request body. Paths live on the stack, each pointing to its parent,
/// and become text only when there is something to complain about.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: PathSegment<'a>,
}

#[derive(Debug, Clone, Copy)]
enum PathSegment<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl<'a> Path<'a> {
    /// The body itself.
    pub const ROOT: Path<'static> = Path {
        parent: None,
        step: PathSegment::Root,
    };

    /// A key of this object.
    pub fn key(&'a self, key: &'a str) -> Path<'a> {
        Path {
            parent: Some(self),
            step: PathSegment::Key(key),
        }
    }

    /// An entry of this list.
    pub fn index(&'a self, index: usize) -> Path<'a> {
        Path {
            parent: Some(self),
            step: PathSegment::Index(index),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            fmt::Display::fmt(parent, f)?;
        }
        let first = self
            .parent
            .is_none_or(|parent| matches!(parent.step, PathSegment::Root));
        match self.step {
            PathSegment::Root => Ok(()),
            PathSegment::Key(key) if first => f.write_str(&quotable(key)),
            PathSegment::Key(key) => write!(f, ".{}", quotable(key)),
            PathSegment::Index(index) => write!(f, "[{index}]"),
        }
    }
}

/// Everything that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems {
    errors: Vec<FieldError>,
    most: usize,
}

impl Default for Problems {
    fn default() -> Self {
        Self::new()
    }
}

impl Problems {
    /// Complaints kept; a request with more is wrong enough.
    pub const MAX_PROBLEMS: usize = 100;

    /// None so far.
    pub fn new() -> Self {
        Self::with_limit(Self::MAX_PROBLEMS)
    }

    /// None so far, with room for so many: for large requests.
    pub fn with_limit(most: usize) -> Self {
        Self {
            errors: Vec::new(),
            most,
        }
    }

    /// A single complaint, as an error.
    pub fn one(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            errors: vec![FieldError {
                field: field.into(),
                message: message.into(),
            }],
            most: Self::MAX_PROBLEMS,
        }
    }

    /// Adds a complaint about the value at that place.
    pub fn add(&mut self, path: &Path<'_>, message: impl Into<String>) {
        if self.errors.len() < self.most {
            self.errors.push(FieldError {
                field: path.to_string(),
                message: message.into(),
            });
        }
    }

    /// Adds "is not a valid key" for each key of the object at that place that should not be there.
    pub fn refuse_keys(&mut self, path: &Path<'_>, keys: &[String]) {
        for key in keys {
            self.add(&path.key(key), NOT_A_VALID_KEY);
        }
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// The complaints, in the order found.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The value if nothing is wrong, else everything that is. `None` as a value with nothing
    /// wrong cannot be: whoever returns no value has complained.
    pub fn unless_any<T>(self, value: Option<T>) -> Result<T, Problems> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            Some(_) => Err(self),
            None if self.is_empty() => Err(Problems::one("", BLANK)),
            None => Err(self),
        }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", error.field, error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_dotted_with_bracketed_indexes() {
        let data = Path::ROOT.key("data");
        let products = data.key("products");
        let product = products.index(3);
        assert_eq!(
            product.key("skus").index(0).to_string(),
            "data.products[3].skus[0]"
        );
        assert_eq!(Path::ROOT.to_string(), "");
    }

    #[test]
    fn complaints_are_bounded() {
        let mut problems = Problems::new();
        for index in 0..1_000 {
            problems.add(&Path::ROOT.index(index), BLANK);
        }
        assert_eq!(problems.errors().len(), Problems::MAX_PROBLEMS);
    }
}
