//! JSON Schemas of what the API answers and of what it takes; the contract that a hub publishes is
//! made of them.
//!
//! What is answered derives [`JsonSchema`]; the small words are described here. What is taken is
//! read leniently, so that it has a schema of its own: [`FromJson::request_schema`], for objects written by
//! [`input_struct!`](crate::input_struct) from the same list of keys that reads them. A schema says
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
use crate::input::FromJson;
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
            *text = plain_text(text);
        }
    });
    settings.with_transform(tidy).into_generator()
}

/// How a type is drawn into a document: the schema, or a reference to it.
pub type SchemaFn = fn(&mut SchemaGenerator) -> Schema;

/// What `T` looks like in an answer.
pub fn response_schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

/// What may be sent where a `T` is read.
pub fn request_schema<T: FromJson>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<RequestSchema<T>>()
}

/// What may be sent as a value of a query, which may also be empty: that counts as absent.
pub fn request_schema_or_empty<T: FromJson>(generator: &mut SchemaGenerator) -> Schema {
    let empty = json!({ "type": "string", "const": "" });
    of(json!({ "anyOf": [request_schema::<T>(generator), empty] }))
}

/// Stands for what is sent where a `T` is read.
struct RequestSchema<T>(PhantomData<T>);

impl<T: FromJson> JsonSchema for RequestSchema<T> {
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
        T::request_schema(generator)
    }
}

/// The schema, with `null` beside. What is only read may be anything already.
pub fn or_null(mut schema: Schema) -> Schema {
    if schema.get("readOnly").is_some() {
        return schema;
    }
    if let Some(Value::String(one)) = schema.get("type") {
        let both = json!([one, "null"]);
        schema.insert("type".to_owned(), both);
    } else if let Some(Value::Array(several)) = schema.get_mut("type") {
        several.push("null".into());
    } else if let Some(Value::Array(forms)) = schema.get_mut("anyOf") {
        forms.push(json!({ "type": "null" }));
    } else {
        return of(json!({ "anyOf": [schema, { "type": "null" }] }));
    }
    schema
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

/// An array where an object is expected.
#[derive(Debug)]
pub enum EmptyArray {}

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
        forms.push(generator.subschema_for::<EmptyArray>().to_value());
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
        let Some(property) = whole.pointer_mut(&format!("/properties/{key}")) else {
            continue;
        };
        // Without any of these it may be anything.
        let says = ["type", "anyOf", "oneOf", "$ref"];
        if says.iter().any(|word| property.get(word).is_some()) {
            *property = or_blank(generator, property.take(), *blanks);
        }
    }
    whole
}

/// The schema of a map, with `[]` beside.
pub(crate) fn or_empty_array(generator: &mut SchemaGenerator, mut map: Schema) -> Schema {
    let description = map.remove("description");
    let mut whole = of(json!({ "anyOf": [map, generator.subschema_for::<EmptyArray>()] }));
    if let Some(description) = description {
        whole.insert("description".to_owned(), description);
    }
    whole
}

/// A schema under a name of its own, for what stands in several places, and a reference to it.
pub fn named(generator: &mut SchemaGenerator, name: &str, schema: Value) -> Value {
    let below = generator.settings().definitions_path.trim_matches('/');
    let reference = json!({ "$ref": format!("#/{below}/{name}") });
    generator.definitions_mut().insert(name.to_owned(), schema);
    reference
}

/// The keywords that constrain values of one type.
fn keywords(kind: &str) -> &'static [&'static str] {
    match kind {
        "string" => &["format", "maxLength", "minLength", "pattern"],
        "integer" | "number" => &[
            "exclusiveMaximum",
            "exclusiveMinimum",
            "maximum",
            "minimum",
            "multipleOf",
        ],
        "array" => &["items", "maxItems", "minItems", "uniqueItems"],
        "object" => &["additionalProperties", "properties", "required"],
        _ => &[],
    }
}

/// Makes of every schema of several types, `null` aside, one form per type: programs that write a
/// client from a schema pass over the others.
pub fn split_types(schema: &mut Value) {
    match schema {
        Value::Array(several) => several.iter_mut().for_each(split_types),
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if !["const", "default", "enum", "example", "examples"].contains(&key.as_str()) {
                    split_types(inner);
                }
            }
            if let Some(forms) = forms_of_types(map) {
                map.insert("anyOf".to_owned(), forms.into());
            }
            if let Some(Value::Array(forms)) = map.get_mut("anyOf") {
                *forms = std::mem::take(forms).into_iter().flat_map(unfold).collect();
            }
        }
        _ => {}
    }
}

/// Takes the types and what belongs to each out of a schema of several types.
fn forms_of_types(map: &mut Map<String, Value>) -> Option<Vec<Value>> {
    let several = map.get("type")?.as_array()?;
    if several.iter().filter(|kind| *kind != "null").count() < 2 {
        return None;
    }
    let Some(Value::Array(several)) = map.shift_remove("type") else {
        return None;
    };
    let forms = several.iter().map(|kind| {
        let own = keywords(kind.as_str().unwrap_or_default());
        let mut form = json!({ "type": kind });
        for (key, value) in map.iter().filter(|(key, _)| own.contains(&key.as_str())) {
            form[key] = value.clone();
        }
        form
    });
    let forms = forms.collect();
    for kind in &several {
        for key in keywords(kind.as_str().unwrap_or_default()) {
            map.shift_remove(*key);
        }
    }
    Some(forms)
}

/// The forms within a form that has nothing else.
fn unfold(form: Value) -> Vec<Value> {
    match form.get("anyOf") {
        Some(Value::Array(forms)) if form.as_object().is_some_and(|map| map.len() == 1) => {
            forms.clone()
        }
        _ => vec![form],
    }
}

/// A schema from its JSON; anything but an object says nothing.
pub fn of(json: Value) -> Schema {
    Schema::try_from(json).unwrap_or_default()
}

/// The text of doc comments as one description.
fn description(lines: &[&str]) -> String {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).collect();
    plain_text(&lines.join(" "))
}

/// As somebody reads it who does not read the code: without brackets that lead there, without its
/// line breaks, and with JSON's word for nothing.
fn plain_text(text: &str) -> String {
    text.replace("[`", "`")
        .replace("`]", "`")
        .replace("`None`", "`null`")
        .replace('\n', " ")
        .trim()
        .to_owned()
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
    let old = json!({ "type": "string", "enum": aliases, "deprecated": true });
    of(json!({ "anyOf": [schema, old] }))
}

/// The schema of an object as it is sent, while it is put together.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Shape {
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// Keys of which something is said here, and not only of their type.
    described: Vec<String>,
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
        let mut schema = request_schema::<T>(generator);
        if is_needed {
            self.required.push(key.into());
        } else {
            schema = or_null(schema);
        }
        let text = description(lines);
        if !text.is_empty() {
            schema.insert("description".to_owned(), text.into());
            self.described.push(key.to_owned());
        }
        self.properties.insert(key.to_owned(), schema.to_value());
    }

    /// Other keys are refused.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Describes the keys as the answer does, where nothing was said of them. What was said of their
    /// type stands behind it.
    pub fn like<T: JsonSchema>(&mut self, generator: &mut SchemaGenerator) {
        let model = T::json_schema(generator);
        let Some(model) = model.get("properties").and_then(Value::as_object) else {
            return;
        };
        for (key, schema) in &mut self.properties {
            let text = model.get(key).and_then(|it| it.get("description"));
            let text = text.and_then(Value::as_str).map(plain_text);
            if let Some(text) = text.filter(|_| !self.described.contains(key)) {
                let of_type = schema["description"].as_str().unwrap_or_default();
                schema["description"] = format!("{text} {of_type}").trim().into();
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
        "description": "An amount of money: digits, a point, two decimals, a space, and a currency of ISO 4217.",
        "type": "string",
        "pattern": r"^-?[0-9]+\.[0-9]{2} [A-Z]{3}$",
        "examples": ["8.90 EUR", "-0.05 EUR"],
    };
    Decimal = "Decimal": {
        "description": "A decimal number as a text, with at least one digit behind the point.",
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
        "description": "A time to the second, with the UTC offset of the place that it belongs to.",
        "type": "string",
        "format": "date-time",
        "examples": ["2026-03-07T19:41:08+01:00"],
    };
    TimeOfDay = "TimeOfDay": {
        "description": "A time of the day: hour and minute, from 00:00 to 23:59.",
        "type": "string",
        "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$",
        "examples": ["11:45"],
    };
    Dow = "Dow": {
        "description": "Days of the week, from Monday to Sunday: seven characters, each the number of the day, or a hyphen if the day is excluded.",
        "type": "string",
        "pattern": "^[1-][2-][3-][4-][5-][6-][7-]$",
        "examples": ["12----7"],
    };
    Blank = "Blank": {
        "description": "An empty text, or one of spaces only. It is read as if the member had not been sent.",
        "type": "string",
        "pattern": r"^\s*$",
    };
    EmptyArray = "EmptyArray": {
        "description": "An empty array where an object is expected. It is read as an object without members.",
        "type": "array",
        "items": { "type": "string" },
        "maxItems": 0,
    };
    Stock = "Stock": {
        "description": "A quantity as a text, with at most three decimals and without zeros at the end.",
        "type": "string",
        "pattern": r"^[0-9]{1,12}(\.[0-9]{1,3})?$",
        "examples": ["4", "2.5"],
    };
    PricingValue = "PricingValue": {
        "description": "How much a price is changed: an amount, or a percentage from 0 to 100.",
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
        let described = |schema: &Schema, what: &str| {
            let mut schema = schema.clone();
            schema.insert("description".to_owned(), what.into());
            schema
        };
        let named = |title: &str, key: &str, what: &str| {
            json!({
                "title": title,
                "type": "object",
                "properties": {
                    key: { "description": what, "type": "string" },
                    "stock": described(&stock, "The quantity that is left."),
                    "expires_at": described(&time, "When the entry ends by itself."),
                },
                "required": [key, "stock", "expires_at"],
            })
        };
        of(json!({
            "description": "How much of a sku or an option is left. If `stock` is `null`, there is no limit. At `expires_at` the entry ends by itself.",
            "oneOf": [
                named("SkuInventoryEntry", "sku_ref", "The ref of the sku."),
                named("OptionInventoryEntry", "option_ref", "The ref of the option."),
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
        let mut time = generator.subschema_for::<Option<Time>>();
        let again = "When orders are taken as usual again. `null` if that is not known.";
        time.insert("description".to_owned(), again.into());
        let mode =
            |word: &str| json!({ "description": "The mode.", "type": "string", "const": word });
        of(json!({
            "description": "Whether and how a location takes orders. It is information for clients: the hub never refuses an order because of it.",
            "oneOf": [
                {
                    "title": "OrderAcceptanceNormal",
                    "type": "object",
                    "properties": { "mode": mode("normal") },
                    "required": ["mode"],
                },
                {
                    "title": "OrderAcceptanceBusy",
                    "type": "object",
                    "properties": {
                        "mode": mode("busy"),
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
                    "title": "OrderAcceptancePaused",
                    "type": "object",
                    "properties": {
                        "mode": mode("paused"),
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
