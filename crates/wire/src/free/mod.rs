//! Free data: objects whose content is the clients' own, such as custom fields, the info of a
//! payment and nutrition.
//!
//! They are kept as the compact text of their JSON. So numbers keep every digit they were sent with,
//! and an object takes the memory of its text, however many small things are in it.

mod compact;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use self::compact::{CompactError, Writer};
use crate::input::{FromJson, Key, MAX_NESTING_LEVELS, empty_map};
use crate::problem::{OUT_OF_RANGE, too_big, too_deep};
use crate::schema::{self, JsonSchema, Schema, SchemaGenerator};

/// An object of free data. In JSON: an object, `{}` when empty.
#[derive(Clone, Default)]
pub struct FreeObject {
    /// Compact; none is `{}`.
    text: Option<Box<RawValue>>,
}

impl FreeObject {
    /// Bytes that the compact JSON may have.
    pub const LIMIT: usize = 8_192;

    /// Bytes that a change may have: everything new, and `null` for everything there was.
    const MAX_CHANGE_BYTES: usize = 3 * Self::LIMIT;

    /// None set.
    pub fn is_empty(&self) -> bool {
        self.text.is_none()
    }

    /// The compact JSON.
    pub fn text(&self) -> &str {
        self.text.as_deref().map_or("{}", RawValue::get)
    }

    /// Whether there is a value under that key, be it `null`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.fields().iter().any(|(name, _)| name == key)
    }

    /// The value under that key.
    pub fn get(&self, key: &str) -> Option<Value> {
        let fields = self.fields();
        let (_, value) = fields.iter().find(|(name, _)| name == key)?;
        serde_json::from_str(value.get()).ok()
    }

    /// Sets the value under that key.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.extend(Map::from_iter([(key.into(), value.into())]).into());
    }

    /// Sets all that the other has.
    pub fn extend(&mut self, more: Self) {
        *self = self.merged_with(&more, false);
    }

    /// Takes over a change: keys given are added or replaced, keys given as `null` are removed, the
    /// others stay. Only the first level is merged.
    pub fn merge(&mut self, change: &Self) {
        *self = self.merged_with(change, true);
    }

    /// Whether the text is within [`LIMIT`](Self::LIMIT); a refusal is the complaint.
    pub fn within_limit(self) -> Result<Self, String> {
        if self.text().len() > Self::LIMIT {
            Err(too_big(Self::LIMIT))
        } else {
            Ok(self)
        }
    }

    fn fields(&self) -> Vec<(Cow<'_, str>, &RawValue)> {
        // What is kept has been read before.
        serde_json::from_str::<Fields<'_>>(self.text()).map_or_else(|_| Vec::new(), |it| it.0)
    }

    fn merged_with(&self, change: &Self, null_removes: bool) -> Self {
        let mut fields: Vec<(Cow<'_, str>, Option<&RawValue>)> = self
            .fields()
            .into_iter()
            .map(|(key, value)| (key, Some(value)))
            .collect();
        let mut indexes: BTreeMap<String, usize> = fields
            .iter()
            .enumerate()
            .map(|(index, (key, _))| (key.to_string(), index))
            .collect();
        for (key, value) in change.fields() {
            let value = Some(value).filter(|value| !(null_removes && value.get() == "null"));
            let index = *indexes.entry(key.to_string()).or_insert(fields.len());
            match fields.get_mut(index) {
                Some(field) => field.1 = value,
                None => fields.push((key, value)),
            }
        }
        let mut text = String::from("{");
        for (key, value) in fields {
            let Some(value) = value else { continue };
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&compact::quote(&key));
            text.push(':');
            text.push_str(value.get());
        }
        text.push('}');
        Self::of_compact(text)
    }

    fn of_compact(text: String) -> Self {
        Self {
            text: Some(text)
                .filter(|text| text != "{}")
                .and_then(|text| RawValue::from_string(text).ok()),
        }
    }
}

impl fmt::Debug for FreeObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl PartialEq for FreeObject {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for FreeObject {}

impl From<Map<String, Value>> for FreeObject {
    fn from(map: Map<String, Value>) -> Self {
        Self::of_compact(Value::Object(map).to_string())
    }
}

impl Serialize for FreeObject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.text {
            Some(text) => text.serialize(serializer),
            None => serializer.collect_map::<(), (), _>([]),
        }
    }
}

/// Reads what a program has written; what clients send is read by [`FromJson`], with a budget.
impl<'de> Deserialize<'de> for FreeObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        if !text.get().starts_with('{') {
            return Err(D::Error::custom("must be an object"));
        }
        if text.get().contains([' ', '\t', '\r', '\n']) {
            let mut writer = Writer::new(usize::MAX);
            let written = writer.value(text.get(), 4 * MAX_NESTING_LEVELS);
            return match written {
                Ok(()) => Ok(Self::of_compact(writer.finish())),
                Err(_) => Err(D::Error::custom("must be an object")),
            };
        }
        let text = Some(text).filter(|text| text.get() != "{}");
        Ok(Self { text })
    }
}

impl JsonSchema for FreeObject {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "FreeObject".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Map::<String, Value>::json_schema(generator)
    }
}

impl FromJson for FreeObject {
    const EXPECTED: &'static str = "must be an object";

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        schema::or_empty_array(generator, schema::of(json!({ "type": "object" })))
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Result<Self, String>, A::Error> {
        empty_map(array)
    }

    fn from_object<'de, A: MapAccess<'de>>(
        mut object: A,
    ) -> Result<Result<Self, String>, A::Error> {
        let mut writer = Writer::new(Self::MAX_CHANGE_BYTES);
        let mut written = Ok(());
        writer.begin_object();
        while let Some(key) = object.next_key::<Key<'de>>()? {
            // A look at the text of a value takes no memory.
            let value: &'de RawValue = object.next_value()?;
            if written.is_ok() {
                written = writer.field(key.as_str(), value.get(), MAX_NESTING_LEVELS - 1);
            }
        }
        writer.end_object();
        Ok(match written {
            Ok(()) => Ok(Self::of_compact(writer.finish())),
            Err(CompactError::CustomFieldsSizeError) => Err(too_big(Self::LIMIT)),
            Err(CompactError::TooDeep) => Err(too_deep(MAX_NESTING_LEVELS)),
            Err(CompactError::OutOfRange) => Err(OUT_OF_RANGE.to_owned()),
        })
    }
}

/// The fields of an object, with the texts of their values.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = map.next_key::<crate::text::Text<'de>>()? {
                    fields.push((key.0, map.next_value()?));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

#[cfg(test)]
mod tests;
