//! What the types of the API make of JSON values.

use serde::de::{IgnoredAny, MapAccess, SeqAccess};
use serde_json::json;

use super::budget::{spend, spend_entry};
use super::{FromJson, Input, Key};
use crate::currency::Currency;
use crate::custom_fields::CustomFields;
use crate::decimal::Decimal;
use crate::dow::Dow;
use crate::free::FreeObject;
use crate::id;
use crate::money::Money;
use crate::problem::{too_long, too_many};
use crate::schema::{self, Schema, SchemaGenerator};
use crate::text::without_zeros;
use crate::time::{Date, TimeInput, TimeOfDay, parse_date};

/// Characters that any string may have.
pub const MAX_STRING_CHARS: usize = 10_000;
/// Entries that any array may have.
pub const MAX_ARRAY_ENTRIES: usize = 20_000;
/// Fields that an object used as a map may have.
pub const MAX_MAP_FIELDS: usize = 1_000;
/// Levels of objects and arrays that free data may have. Whoever reads it finds it inside an order,
/// inside an event, inside a list, and JSON readers follow some hundred levels at most.
pub const MAX_NESTING_LEVELS: usize = 32;
/// Unknown keys that are remembered of an object.
pub const MAX_UNKNOWN_KEYS: usize = 20;

impl FromJson for String {
    const EXPECTED: &'static str = "must be a string";
    const MAY_BE_BLANK: bool = true;

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": "string", "maxLength": MAX_STRING_CHARS }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        // Bytes bound characters, and counting is only needed for the few in between.
        if text.len() > MAX_STRING_CHARS && text.chars().count() > MAX_STRING_CHARS {
            return Err(too_long(MAX_STRING_CHARS));
        }
        Ok(without_zeros(text).into_owned())
    }
}

impl FromJson for bool {
    const EXPECTED: &'static str = "must be a boolean";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": "boolean" }))
    }

    fn from_bool(value: bool) -> Result<Self, String> {
        Ok(value)
    }
}

impl FromJson for i64 {
    const EXPECTED: &'static str = "must be an integer";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": ["integer", "string"], "pattern": r"^[+-]?[0-9]+(\.0+)?$" }))
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Ok(number)
    }

    fn from_float(number: f64) -> Result<Self, String> {
        // A decimal would round the smallest fractions away.
        Some(number)
            .filter(|number| number.fract() == 0.0)
            .and_then(|number| Decimal::from_json_float(number).ok()?.to_integer())
            .ok_or_else(|| Self::EXPECTED.to_owned())
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let whole = match text.split_once('.') {
            Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
            _ => text,
        };
        whole.parse().map_err(|_| Self::EXPECTED.to_owned())
    }
}

impl FromJson for Decimal {
    const EXPECTED: &'static str = "must be a decimal";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({
            "type": ["string", "number"],
            "pattern": r"^-?0*[0-9]{1,12}(\.[0-9]+)?$",
            "exclusiveMinimum": -1_000_000_000_000_i64,
            "exclusiveMaximum": 1_000_000_000_000_i64,
            "examples": ["2.0", 2.5],
        }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Decimal::parse(text).map_err(|refusal| refusal.to_string())
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Self::from_text(&number.to_string())
    }

    fn from_float(number: f64) -> Result<Self, String> {
        Decimal::from_json_float(number).map_err(|refusal| refusal.to_string())
    }
}

impl FromJson for Money {
    const EXPECTED: &'static str = "is not a valid monetary amount";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({
            "type": "string",
            "pattern": r"^-? *[0-9]+\.[0-9]{2} +[A-Z]{3}$",
            "examples": ["8.90 EUR"],
        }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        Money::parse(text).map_err(|refusal| refusal.to_string())
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        Self::from_text(&number.to_string())
    }

    fn from_float(number: f64) -> Result<Self, String> {
        // Never an amount: without a currency it is refused, but quoted back.
        Self::from_text(&number.to_string())
    }
}

impl FromJson for TimeInput {
    const EXPECTED: &'static str = "must be a time";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({
            "description": "A time with its UTC offset; a time without one, which is in the time zone of the location; or a number of milliseconds since 1970.",
            "type": ["string", "integer"],
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:?[0-9]{2}(:?[0-9]{2}([.,][0-9]+)?)?([Zz]| UTC| ?[+-][0-9]{2}(:?[0-9]{2})?)?$",
            "exclusiveMinimum": 100_000_000_000_i64,
            "examples": ["2026-03-07T20:30:00+01:00"],
        }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        TimeInput::parse(text).map_err(|refusal| refusal.to_string())
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        TimeInput::from_epoch_milliseconds(number).map_err(|refusal| refusal.to_string())
    }
}

impl FromJson for Date {
    const EXPECTED: &'static str = "must be a date";

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "type": "string", "format": "date" }))
    }

    fn from_text(text: &str) -> Result<Self, String> {
        parse_date(text).map_err(|refusal| refusal.to_string())
    }
}

macro_rules! from_text {
    ($($name:ty: $expected:literal;)+) => {$(
        impl FromJson for $name {
            const EXPECTED: &'static str = $expected;

            fn request_schema(generator: &mut SchemaGenerator) -> Schema {
                generator.subschema_for::<Self>()
            }

            fn from_text(text: &str) -> Result<Self, String> {
                <$name>::parse(text).map_err(|refusal| refusal.to_string())
            }
        }
    )+};
}

from_text! {
    Currency: "must be a string";
    Dow: "must be a string";
    TimeOfDay: "must be a time of day";
    id::AccountId: "must be a string";
    id::LocationId: "must be a string";
    id::OrderId: "must be a string";
    id::ElementId: "must be a string";
    id::CustomerId: "must be a string";
    id::CustomerListId: "must be a string";
    id::CatalogId: "must be a string";
    id::LoyaltyCardId: "must be a string";
    id::LoyaltyOperationId: "must be a string";
    id::EventId: "must be a string";
    id::ConnectionId: "must be a string";
    id::UserId: "must be a string";
    id::DeliveryId: "must be a string";
    id::DeliveryQuoteId: "must be a string";
    id::ImageId: "must be a string";
    id::ClientId: "must be a string";
}

impl<T: FromJson> FromJson for Vec<Input<T>> {
    const EXPECTED: &'static str = "must be an array";

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        let each = schema::request_schema::<T>(generator);
        schema::of(json!({ "type": "array", "items": each }))
    }

    fn from_array<'de, A: SeqAccess<'de>>(mut array: A) -> Result<Result<Self, String>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = array.next_element()? {
            if entries.len() == MAX_ARRAY_ENTRIES {
                while array.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Err(too_many(MAX_ARRAY_ENTRIES)));
            }
            spend_entry::<Input<T>, A::Error>()?;
            entries.push(entry);
        }
        // Most lists are short: of a list of one, growing makes room for four.
        entries.shrink_to_fit();
        Ok(Ok(entries))
    }
}

/// An object used as a map, with its keys in the order sent. A key sent twice counts once, with the
/// later value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<T>(pub Vec<(String, Input<T>)>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: FromJson> FromJson for Entries<T> {
    const EXPECTED: &'static str = "must be an object";

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        let each = schema::request_schema::<T>(generator);
        let map = json!({ "type": "object", "additionalProperties": each });
        schema::or_empty_array(generator, schema::of(map))
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Result<Self, String>, A::Error> {
        empty_map(array)
    }

    fn from_object<'de, A: MapAccess<'de>>(
        mut object: A,
    ) -> Result<Result<Self, String>, A::Error> {
        let mut entries: Vec<(String, Input<T>)> = Vec::new();
        let mut indexes = std::collections::BTreeMap::new();
        while let Some((key, value)) = object.next_entry::<Key<'de>, Input<T>>()? {
            let key = without_zeros(key.as_str()).into_owned();
            let index = *indexes.entry(key.clone()).or_insert(entries.len());
            if let Some(entry) = entries.get_mut(index) {
                entry.1 = value;
            } else if entries.len() < MAX_MAP_FIELDS {
                // The key is kept twice, as long as there may be another like it.
                spend(2 * key.len() + 2 * size_of::<(String, usize)>())?;
                spend_entry::<(String, Input<T>), A::Error>()?;
                entries.push((key, value));
            } else {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Err(too_many(MAX_MAP_FIELDS)));
            }
        }
        Ok(Ok(Self(entries)))
    }
}

/// What `[]` means where a map is read: PHP writes an empty one so.
pub(crate) fn empty_map<'de, M: FromJson + Default, A: SeqAccess<'de>>(
    mut array: A,
) -> Result<Result<M, String>, A::Error> {
    let mut is_empty = true;
    while array.next_element::<IgnoredAny>()?.is_some() {
        is_empty = false;
    }
    Ok(is_empty
        .then(M::default)
        .ok_or_else(|| M::EXPECTED.to_owned()))
}

/// Whatever was sent, passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anything;

impl FromJson for Anything {
    const EXPECTED: &'static str = "";
    const MAY_BE_BLANK: bool = true;

    fn request_schema(_: &mut SchemaGenerator) -> Schema {
        schema::of(json!({ "readOnly": true }))
    }

    fn from_text(_: &str) -> Result<Self, String> {
        Ok(Self)
    }

    fn from_bool(_: bool) -> Result<Self, String> {
        Ok(Self)
    }

    fn from_integer(_: i64) -> Result<Self, String> {
        Ok(Self)
    }

    fn from_float(_: f64) -> Result<Self, String> {
        Ok(Self)
    }

    fn from_array<'de, A: SeqAccess<'de>>(mut array: A) -> Result<Result<Self, String>, A::Error> {
        while array.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Ok(Self))
    }

    fn from_object<'de, A: MapAccess<'de>>(
        mut object: A,
    ) -> Result<Result<Self, String>, A::Error> {
        while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Ok(Self))
    }
}

/// Something large, kept in a place of its own: a list of these stays small where it holds nulls.
impl<T: FromJson> FromJson for Box<T> {
    const NAME: Option<&'static str> = T::NAME;
    const EXPECTED: &'static str = T::EXPECTED;
    const MAY_BE_BLANK: bool = T::MAY_BE_BLANK;
    const MAY_BE_EMPTY_ARRAY: bool = T::MAY_BE_EMPTY_ARRAY;

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        T::request_schema(generator)
    }

    fn from_text(text: &str) -> Result<Self, String> {
        T::from_text(text).map(Self::new)
    }

    fn from_bool(value: bool) -> Result<Self, String> {
        T::from_bool(value).map(Self::new)
    }

    fn from_integer(number: i64) -> Result<Self, String> {
        T::from_integer(number).map(Self::new)
    }

    fn from_large_integer(number: u64) -> Result<Self, String> {
        T::from_large_integer(number).map(Self::new)
    }

    fn from_float(number: f64) -> Result<Self, String> {
        T::from_float(number).map(Self::new)
    }

    fn from_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Result<Self, String>, A::Error> {
        Ok(T::from_array(array)?.map(Self::new))
    }

    fn input_array<'de, A: SeqAccess<'de>>(array: A) -> Result<Input<Self>, A::Error> {
        Ok(T::input_array(array)?.and_then(|value| Ok(Self::new(value))))
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Result<Self, String>, A::Error> {
        spend(size_of::<T>())?;
        Ok(T::from_object(object)?.map(Self::new))
    }
}

impl FromJson for CustomFields {
    const EXPECTED: &'static str = "must be an object";

    fn request_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Self>()
    }

    fn from_object<'de, A: MapAccess<'de>>(object: A) -> Result<Result<Self, String>, A::Error> {
        Ok(FreeObject::from_object(object)?.map(CustomFields))
    }
}

#[cfg(test)]
mod tests;
