//! Custom fields: data that clients share on a resource (API, chapter Custom fields).

use serde::{Deserialize, Serialize};

use crate::free::FreeObject;
use crate::schema::JsonSchema;

/// Additional data: an object, whose names clients agree on. `{}` if there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct CustomFields(pub FreeObject);

/// Custom fields above 8 KB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is too big (maximum is 8192 bytes)")]
pub struct CustomFieldsSizeError;

impl CustomFields {
    /// Bytes that the compact JSON of a resource's custom fields may have.
    pub const LIMIT: usize = FreeObject::LIMIT;

    /// Bytes of the compact JSON in UTF-8.
    pub fn size(&self) -> usize {
        self.0.text().len()
    }

    /// Whether they are within the limit.
    pub fn check(&self) -> Result<(), CustomFieldsSizeError> {
        if self.size() > Self::LIMIT {
            Err(CustomFieldsSizeError)
        } else {
            Ok(())
        }
    }

    /// Takes over a change: keys given are added or replaced, keys given as `null` are removed, the
    /// others stay. Only the first level is merged.
    pub fn merge(&mut self, change: &CustomFields) {
        self.0.merge(&change.0);
    }

    /// The fields after a change, if they are within the limit.
    pub fn merged(&self, change: &CustomFields) -> Result<CustomFields, CustomFieldsSizeError> {
        let mut fields = self.clone();
        fields.merge(change);
        fields.check()?;
        Ok(fields)
    }

    /// None set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> CustomFields {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_change_is_merged_at_the_first_level() {
        let mut stored = fields(r#"{"a": 1, "b": {"x": 1}}"#);
        stored.merge(&fields(r#"{"a": null, "b": {"y": 2}, "c": "z"}"#));
        assert_eq!(
            serde_json::to_string(&stored).unwrap(),
            r#"{"b":{"y":2},"c":"z"}"#
        );
    }

    #[test]
    fn an_empty_change_changes_nothing() {
        let mut stored = fields(r#"{"a": 1}"#);
        stored.merge(&CustomFields::default());
        assert_eq!(stored, fields(r#"{"a": 1}"#));
    }

    #[test]
    fn the_limit_is_8192_bytes_of_compact_json() {
        let of_size = |size: usize| fields(&format!(r#"{{"a": "{}"}}"#, "x".repeat(size - 8)));
        assert_eq!(of_size(8_192).size(), 8_192);
        assert!(of_size(8_192).check().is_ok());
        assert!(of_size(8_193).check().is_err());
    }
}
