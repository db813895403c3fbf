//! JSON Schemas of what the API answers and of what it takes; the contract that a hub publishes is
//! made of them.
//!
//! What is answered derives [`JsonSchema`]; the small words are described here. What is taken is
//! read leniently, so that it has a schema of its own: [`FromJson::taken`], for objects written by
//! [`given_struct!`](crate::given_struct) from the same list of keys that reads them. A schema says
//! what a value may look like, not what it has to do with others: a sum of money must also be in the
//! currency of the account.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::{Map, Value, json};

use crate::catalog::PricingValue;
use crate::currency::Currency;
use crate::decimal::Decimal;
use crate::dow::Dow;
use crate::given::FromJson;
use crate::inventory::{InventoryEntry, Stock};
use crate::location::OrderAcceptance;
use crate::money::Money;
use crate::order::{Deals, OrderDeal};
use crate::scope::Scope;
use crate::time::{Time, TimeOfDay};

pub use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Makes schemas that refer to each other below that path, such as `/$defs`, for what is answered:
/// whatever is always there is required.
pub fn generator(definitions: &str) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.definitions_path = definitions.to_owned().into();
    // Defaults are for reading what was stored; and a link leads only readers of the code somewhere.
    let tidy = RecursiveTransform(|schema: &mut Schema| {
        schema.remove("default");
        if let Some(Value::String(text)) = schema.get_mut("description") {
            *text = plain(text);
        }
    });
    settings.with_transform(tidy).into_generator()
}

/// How a type is drawn into a document: the schema, or a reference to it.
pub type Draw = fn(&mut SchemaGenerator) -> Schema;

/// What `T` looks like in an answer.
pub fn answered<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What may be sent where a `T` is read.
pub fn taken<T: FromJson>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Taken<T>>()
}

/// The same for a value of a query that may also be empty, which says nothing.
pub fn taken_or_empty<T: FromJson>(generator: &mut SchemaGenerator) -> Schema {
    of(json!({ "anyOf": [taken::<T>(generator), { "const": "" }] }))
}

/// Stands for what is sent where a `T` is read.
struct Taken<T>(PhantomData<T>);

impl<T: FromJson> JsonSchema for Taken<T> {
    fn inline_schema() -> bool {
        T::NAME.is_none()
    }

    fn schema_name() -> Cow<'static, str> {
        let name = T::NAME.unwrap_or_default();
        match name.strip_prefix("Raw") {
            Some(rest) => format!("{rest}Input").into(),
            None => name.into(),
        }
    }

    fn schema_id() -> Cow<'static, str> {
        format!("taken {}", std::any::type_name::<T>()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::taken(generator)
    }
}

/// The schema, with `null` beside.
pub fn or_null(mut schema: Schema) -> Schema {
    let kind = schema.get_mut("type");
    match kind {
        Some(Value::String(one)) => {
            let both = json!([one.clone(), "null"]);
            schema.insert("type".to_owned(), both);
            schema
        }
        Some(Value::Array(several)) => {
            several.push("null".into());
            schema
        }
        _ => of(json!({ "anyOf": [schema, { "type": "null" }] })),
    }
}

/// How a value that says nothing may be written, other than as `null`.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Blanks {
    /// As a text of nothing, or of white space.
    as_text: bool,
    /// As an empty array.
    as_array: bool,
}

impl Blanks {
    /// For a field of that type.
    pub const fn of<T: FromJson>() -> Self {
        Self {
            as_text: !T::MAY_BE_BLANK,
            as_array: T::MAY_BE_EMPTY_ARRAY,
        }
    }
}

/// A text that counts as not sent.
#[derive(Debug)]
pub enum Blank {}

/// The schema, with other ways to write nothing beside.
#[doc(hidden)]
pub fn or_blank(generator: &mut SchemaGenerator, mut schema: Value, blanks: Blanks) -> Value {
    let description = schema
        .as_object_mut()
        .and_then(|schema| schema.shift_remove("description"));
    let mut forms = match schema.get_mut("anyOf").map(Value::take) {
        Some(Value::Array(forms)) => forms,
        _ => vec![schema],
    };
    if blanks.as_text {
        forms.push(generator.subschema_for::<Blank>().to_value());
    }
    if blanks.as_array {
        forms.push(json!({ "type": "array", "maxItems": 0 }));
    }
    match description {
        Some(description) => json!({ "description": description, "anyOf": forms }),
        None => json!({ "anyOf": forms }),
    }
}

/// The schema of an object, with other ways to write nothing wherever nothing is needed.
#[doc(hidden)]
pub fn with_blanks(
    generator: &mut SchemaGenerator,
    mut whole: Schema,
    needs: &[&str],
    keys: &[(&str, Blanks)],
) -> Schema {
    for (key, blanks) in keys {
        if needs.contains(key) || !(blanks.as_text || blanks.as_array) {
            continue;
        }
        let Some(place) = whole.pointer_mut(&format!("/properties/{key}")) else {
            continue;
        };
        // Without any of these it may be anything.
        let says = ["type", "anyOf", "oneOf", "$ref"];
        if says.iter().any(|word| place.get(word).is_some()) {
            *place = or_blank(generator, place.take(), *blanks);
        }
    }
    whole
}

/// The schema of a map, with `[]` beside.
pub(crate) fn or_empty_array(mut map: Schema) -> Schema {
    map.insert("type".to_owned(), json!(["object", "array"]));
    map.insert("maxItems".to_owned(), 0.into());
    map
}

/// A schema from its JSON; anything but an object says nothing.
pub fn of(json: Value) -> Schema {
    Schema::try_from(json).unwrap_or_default()
}

/// The text of doc comments as one description.
fn description(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    plain(&lines.join(" "))
}

/// Without the brackets that lead a reader of the code somewhere.
fn plain(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`").trim().to_owned()
}

/// The schema of a closed list of words.
#[doc(hidden)]
pub fn words(lines: &[&str], words: &[(&str, &[&str])]) -> Schema {
    let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let meanings: Map<String, Value> = words
        .iter()
        .map(|(word, lines)| ((*word).to_owned(), description(lines).into()))
        .collect();
    of(json!({
        "description": description(lines),
        "type": "string",
        "enum": all,
        "x-enumDescriptions": meanings,
    }))
}

/// The schema of such a list where older words are understood too.
#[doc(hidden)]
pub fn with_aliases(schema: Schema, aliases: &[&str]) -> Schema {
    if aliases.is_empty() {
        return schema;
    }
    of(json!({ "anyOf": [schema, { "enum": aliases, "deprecated": true }] }))
}

/// The schema of an object as it is sent, while it is put together.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Shape {
    properties: Map<String, Value>,
    required: Vec<Value>,
    is_closed: bool,
}

impl Shape {
    /// Another key. One that is needed can neither be left out nor be `null`.
    pub fn key<T: FromJson>(
        &mut self,
        generator: &mut SchemaGenerator,
        key: &str,
        is_needed: bool,
        lines: &[&str],
    ) {
        let mut schema = taken::<T>(generator);
        if is_needed {
            self.required.push(key.into());
        } else {
            schema = or_null(schema);
        }
        let said = description(lines);
        if !said.is_empty() {
            schema.insert("description".to_owned(), said.into());
        }
        self.properties.insert(key.to_owned(), schema.to_value());
    }

    /// Other keys are refused.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Describes the keys as the answer does, where nothing was said of them.
    pub fn like<T: JsonSchema>(&mut self, generator: &mut SchemaGenerator) {
        let model = T::json_schema(generator);
        let Some(model) = model.get("properties").and_then(Value::as_object) else {
            return;
        };
        for (key, schema) in &mut self.properties {
            let said = model.get(key).and_then(|it| it.get("description"));
            if let (Some(said), Some(schema)) = (said, schema.as_object_mut()) {
                schema.entry("description").or_insert_with(|| said.clone());
            }
        }
    }

    /// The whole schema.
    pub fn finish(self, lines: &[&str]) -> Schema {
        let mut whole = json!({
            "description": description(lines),
            "type": "object",
            "properties": self.properties,
        });
        if let Some(whole) = whole.as_object_mut() {
            if !self.required.is_empty() {
                whole.insert("required".to_owned(), self.required.into());
            }
            if self.is_closed {
                whole.insert("additionalProperties".to_owned(), false.into());
            }
        }
        of(whole)
    }
}

/// The schema of an object whose keys are some words.
pub(crate) fn map_of(keys: &[&str], value: &Schema) -> Value {
    let each: Map<String, Value> = keys
        .iter()
        .map(|key| ((*key).to_owned(), value.clone().to_value()))
        .collect();
    json!({ "type": ["object", "null"], "properties": each, "additionalProperties": false })
}

macro_rules! described {
    ($($name:ty = $word:literal: $schema:tt;)+) => {$(
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $word.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                of(json!($schema))
            }
        }
    )+};
}

described! {
    Money = "Money": {
        "description": "An amount: digits, a point, two decimals, a space and a currency of ISO 4217.",
        "type": "string",
        "pattern": r"^-?[0-9]+\.[0-9]{2} [A-Z]{3}$",
        "examples": ["8.90 EUR", "-0.05 EUR"],
    };
    Decimal = "Decimal": {
        "description": "A decimal number as a text with at least one decimal.",
        "type": "string",
        "pattern": r"^-?[0-9]{1,12}\.[0-9]{1,16}$",
        "examples": ["2.0", "13.5"],
    };
    Currency = "Currency": {
        "description": "A currency of ISO 4217.",
        "type": "string",
        "pattern": "^[A-Z]{3}$",
        "examples": ["EUR"],
    };
    Time = "Time": {
        "description": "An instant to the second, with the UTC offset of the place it belongs to.",
        "type": "string",
        "format": "date-time",
        "examples": ["2026-03-07T19:41:08+01:00"],
    };
    TimeOfDay = "TimeOfDay": {
        "description": "Hour and minute, 00:00 to 23:59.",
        "type": "string",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "examples": ["11:45"],
    };
    Dow = "Dow": {
        "description": "Days of the week from Monday to Sunday: a day's number, or a hyphen for a day that is out.",
        "type": "string",
        "pattern": "^[1-][2-][3-][4-][5-][6-][7-]$",
        "examples": ["12----7"],
    };
    Blank = "Blank": {
        "description": "A text of nothing, or of white space: it counts as not sent.",
        "type": "string",
        "pattern": r"^\s*$",
    };
    Stock = "Stock": {
        "description": "A quantity as a text with as few of at most three decimals as possible.",
        "type": "string",
        "pattern": r"^[0-9]{1,12}(\.[0-9]{1,3})?$",
        "examples": ["4", "2.5"],
    };
    PricingValue = "PricingValue": {
        "description": "How much a price is changed: an amount, or percent from 0 to 100.",
        "type": "string",
        "examples": ["2.00 EUR", "50.0"],
    };
    Scope = "Scope": {
        "description": "Permissions on a location or an account, a profile permission, or both.",
        "type": "string",
        "examples": ["location[orders.write,catalog.read],profile"],
    };
}

/// The schema of a day, for fields whose type cannot have one of its own.
pub(crate) fn day(_: &mut SchemaGenerator) -> Schema {
    of(json!({ "type": "string", "format": "date", "examples": ["2026-03-07"] }))
}

impl JsonSchema for InventoryEntry {
    fn schema_name() -> Cow<'static, str> {
        "InventoryEntry".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let stock = generator.subschema_for::<Option<Stock>>();
        let time = generator.subschema_for::<Option<Time>>();
        let named = |key: &str, what: &str| {
            json!({
                "title": key,
                "type": "object",
                "properties": {
                    key: { "description": what, "type": "string" },
                    "stock": stock,
                    "expires_at": time,
                },
                "required": [key, "stock", "expires_at"],
            })
        };
        of(json!({
            "description": "What is left of a sku or an option. Without `stock` there is no limit; at `expires_at` the entry goes by itself.",
            "oneOf": [
                named("sku_ref", "The ref of the sku."),
                named("option_ref", "The ref of the option."),
            ],
        }))
    }
}

impl JsonSchema for Deals {
    fn schema_name() -> Cow<'static, str> {
        "Deals".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let deal = generator.subschema_for::<OrderDeal>();
        of(json!({
            "description": "The deals of an order by key.",
            "type": "object",
            "additionalProperties": deal,
        }))
    }
}

impl JsonSchema for OrderAcceptance {
    fn schema_name() -> Cow<'static, str> {
        "OrderAcceptance".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let time = generator.subschema_for::<Option<Time>>();
        of(json!({
            "description": "Whether and how a location takes orders. The hub itself never refuses an order for it.",
            "oneOf": [
                {
                    "title": "normal",
                    "type": "object",
                    "properties": { "mode": { "const": "normal" } },
                    "required": ["mode"],
                },
                {
                    "title": "busy",
                    "type": "object",
                    "properties": {
                        "mode": { "const": "busy" },
                        "resume_at": time,
                        "extra_preparation_time": {
                            "description": "Minutes on top of the preparation time.",
                            "type": "integer",
                            "minimum": 0,
                        },
                    },
                    "required": ["mode", "resume_at", "extra_preparation_time"],
                },
                {
                    "title": "paused",
                    "type": "object",
                    "properties": {
                        "mode": { "const": "paused" },
                        "resume_at": time,
                        "reason": {
                            "description": "A text for customers.",
                            "type": ["string", "null"],
                        },
                    },
                    "required": ["mode", "resume_at", "reason"],
                },
            ],
        }))
    }
}
