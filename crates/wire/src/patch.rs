//! What a PATCH says about a field.

use serde::{Serialize, Serializer};

/// A field of a PATCH: not mentioned, cleared with `null`, or given a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Not mentioned: the field stays as it is.
    #[default]
    Absent,
    /// `null`: the field is cleared.
    Null,
    /// The new value.
    Value(T),
}

impl<T> Patch<T> {
    /// Not mentioned.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The new value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Changes the value, where there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(change(value)),
        }
    }

    /// Puts the new state into an optional field.
    pub fn apply_to(self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value),
        }
    }
}

/// For fields that are left out where they are absent
/// (`#[serde(skip_serializing_if = "Patch::is_absent")]`).
impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => serializer.serialize_none(),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_mentioned_changes() {
        let mut field = Some(1);
        Patch::Absent.apply_to(&mut field);
        assert_eq!(field, Some(1));
        Patch::Value(2).apply_to(&mut field);
        assert_eq!(field, Some(2));
        Patch::Null.apply_to(&mut field);
        assert_eq!(field, None);
    }

    #[test]
    fn what_is_not_mentioned_is_not_sent() {
        #[derive(Serialize)]
        struct Sent {
            #[serde(skip_serializing_if = "Patch::is_absent")]
            absent: Patch<i64>,
            null: Patch<i64>,
            value: Patch<i64>,
        }
        let sent = Sent {
            absent: Patch::Absent,
            null: Patch::Null,
            value: Patch::Value(2),
        };
        assert_eq!(
            serde_json::to_string(&sent).unwrap(),
            r#"{"null":null,"value":2}"#
        );
    }
}
