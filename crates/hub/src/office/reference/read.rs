//! Reads the OpenAPI document for people: operations with their tables, and types.

use serde_json::{Map, Value};

use crate::contract;

/// A part of the text that says what a value may be; a type of ours has a name to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypePart {
    /// What to show.
    pub text: String,
    /// Whether it is the name of a type.
    pub is_type: bool,
}

/// A parameter, or a key of an object.
#[derive(Clone, Debug)]
pub struct FieldRow {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub kind: Vec<TypePart>,
    /// Whether it must be sent, or is always answered.
    pub needed: bool,
    /// What it means.
    pub meaning: String,
}

/// A type by name.
#[derive(Clone, Debug)]
pub struct TypeShape {
    /// Its name.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// What it may be, unless it is an object.
    pub kind: Vec<TypePart>,
    /// Its keys, or its words.
    pub rows: Vec<FieldRow>,
}

/// An error that a call may meet.
#[derive(Clone, Debug)]
pub struct ErrorDoc {
    /// The status.
    pub status: String,
    /// When.
    pub meaning: String,
}

/// An operation, at all its paths.
#[derive(Clone, Debug)]
pub struct OperationDoc {
    /// Its name, as in `orders.create`.
    pub id: String,
    /// The method.
    pub method: String,
    /// Long and short path.
    pub paths: Vec<String>,
    /// What it does.
    pub summary: String,
    /// What else there is to say.
    pub description: String,
    /// In path and query.
    pub parameters: Vec<FieldRow>,
    /// What is sent.
    pub body: Vec<TypePart>,
    /// What might be sent.
    pub example: String,
    /// What is answered.
    pub answer: Vec<TypePart>,
    /// The errors.
    pub failures: Vec<ErrorDoc>,
}

/// The slices that have operations, in the order of the document. Events have a page of their own.
pub fn slices(openapi: &Value) -> Vec<String> {
    let tags = openapi["tags"].as_array().into_iter().flatten();
    tags.filter(|tag| tag["name"] != contract::EVENTS)
        .map(|tag| text(&tag["name"]))
        .collect()
}

/// The operations of a slice.
pub fn operations(openapi: &Value, slice: &str) -> Vec<OperationDoc> {
    let mut found: Vec<OperationDoc> = Vec::new();
    for (path, methods) in entries(&openapi["paths"]) {
        for (method, operation) in entries(methods) {
            if operation["tags"][0] != slice {
                continue;
            }
            let id = text(&operation["operationId"]);
            let known = id
                .strip_suffix("_own")
                .and_then(|id| found.iter_mut().find(|operation| operation.id == id));
            match known {
                Some(operation) => operation.paths.push(path.clone()),
                None => found.push(operation_doc(openapi, id, method, path, operation)),
            }
        }
    }
    found
}

/// Every type, by name.
pub fn types(openapi: &Value) -> Vec<TypeShape> {
    let mut types: Vec<TypeShape> = entries(&openapi["components"]["schemas"])
        .map(|(name, schema)| shape(name, schema))
        .collect();
    types.sort_by(|a, b| a.name.cmp(&b.name));
    types
}

fn operation_doc(
    openapi: &Value,
    id: String,
    method: &str,
    path: &str,
    operation: &Value,
) -> OperationDoc {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let body = &operation["requestBody"]["content"];
    let example = &body["application/json"]["example"];
    let failures = entries(&operation["responses"])
        .filter(|(status, _)| *status != "200")
        .map(|(status, response)| ErrorDoc {
            status: status.clone(),
            meaning: text(&resolve(openapi, response)["description"]),
        });
    OperationDoc {
        id,
        method: method.to_ascii_uppercase(),
        paths: vec![path.to_owned()],
        summary: text(&operation["summary"]),
        description: text(&operation["description"]),
        parameters: parameters
            .map(|parameter| resolve(openapi, parameter))
            .map(|parameter| FieldRow {
                name: text(&parameter["name"]),
                kind: kind(&parameter["schema"]),
                needed: parameter["required"] == true,
                meaning: text(&parameter["description"]),
            })
            .collect(),
        body: content(body),
        example: if example.is_null() {
            String::new()
        } else {
            format!("{example:#}")
        },
        answer: content(&operation["responses"]["200"]["content"]),
        failures: failures.collect(),
    }
}

fn resolve<'a>(openapi: &'a Value, value: &'a Value) -> &'a Value {
    let to = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    to.and_then(|to| openapi.pointer(to)).unwrap_or(value)
}

fn content(content: &Value) -> Vec<TypePart> {
    let mut pieces = Vec::new();
    for (kind_of_file, inner) in entries(content) {
        if !pieces.is_empty() {
            pieces.push(plain_type(" | "));
        }
        match &inner["schema"] {
            Value::Null => pieces.push(plain_type(kind_of_file)),
            schema if kind_of_file == "application/json" => pieces.extend(kind(schema)),
            _ => pieces.push(plain_type(kind_of_file)),
        }
    }
    pieces
}

fn shape(name: &str, schema: &Value) -> TypeShape {
    let mut rows = rows(schema);
    for (word, meaning) in entries(&schema["x-enumDescriptions"]) {
        rows.push(FieldRow {
            name: word.clone(),
            kind: Vec::new(),
            needed: false,
            meaning: text(meaning),
        });
    }
    TypeShape {
        name: name.to_owned(),
        meaning: text(&schema["description"]),
        kind: if rows.is_empty() {
            kind(schema)
        } else {
            Vec::new()
        },
        rows,
    }
}

/// Whether there is anything to say of what these may be. The words of an enumeration are words.
pub fn typed(rows: &[FieldRow]) -> bool {
    rows.iter().any(|row| !row.kind.is_empty())
}

fn rows(schema: &Value) -> Vec<FieldRow> {
    let needed = schema["required"].as_array();
    entries(&schema["properties"])
        .map(|(name, inner)| FieldRow {
            name: name.clone(),
            kind: kind(inner),
            needed: needed.is_some_and(|all| all.iter().any(|one| one == name.as_str())),
            meaning: text(&inner["description"]),
        })
        .collect()
}

/// What a value may be, in a few words.
fn kind(schema: &Value) -> Vec<TypePart> {
    if let Some(to) = schema["$ref"].as_str() {
        let text = to.rsplit('/').next().unwrap_or_default().to_owned();
        let piece = TypePart {
            text,
            is_type: true,
        };
        return vec![piece];
    }
    for several in ["anyOf", "oneOf"] {
        if let Some(forms) = schema[several].as_array() {
            return join_types(forms.iter().map(kind));
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return join_types(words.iter().map(|word| vec![plain_type(&word.to_string())]));
    }
    if !schema["const"].is_null() {
        return vec![plain_type(&schema["const"].to_string())];
    }
    match &schema["type"] {
        Value::Array(kinds) => join_types(kinds.iter().map(|one| of_type(&text(one), schema))),
        Value::String(one) => of_type(one, schema),
        _ => vec![plain_type("any")],
    }
}

fn of_type(name: &str, schema: &Value) -> Vec<TypePart> {
    match name {
        "array" => {
            let mut pieces = vec![plain_type("array of ")];
            let each = kind(&schema["items"]);
            let several = each.len() > 1;
            pieces.extend(several.then(|| plain_type("(")));
            pieces.extend(each);
            pieces.extend(several.then(|| plain_type(")")));
            pieces
        }
        "object" => of_object(schema),
        "string" => match schema["format"].as_str() {
            Some(format) => vec![plain_type(format)],
            None => vec![plain_type("string")],
        },
        other => vec![plain_type(other)],
    }
}

fn of_object(schema: &Value) -> Vec<TypePart> {
    let keys: Vec<&String> = entries(&schema["properties"]).map(|(key, _)| key).collect();
    if !keys.is_empty() {
        let keys: Vec<&str> = keys.into_iter().map(String::as_str).collect();
        return vec![plain_type(&format!("{{ {} }}", keys.join(", ")))];
    }
    match &schema["additionalProperties"] {
        Value::Object(_) => {
            let mut pieces = vec![plain_type("object of ")];
            pieces.extend(kind(&schema["additionalProperties"]));
            pieces
        }
        Value::Bool(false) => vec![plain_type("{}")],
        _ => vec![plain_type("object")],
    }
}

fn join_types(forms: impl Iterator<Item = Vec<TypePart>>) -> Vec<TypePart> {
    let mut pieces = Vec::new();
    for form in forms {
        if !pieces.is_empty() {
            pieces.push(plain_type(" | "));
        }
        pieces.extend(form);
    }
    pieces
}

fn plain_type(text: &str) -> TypePart {
    TypePart {
        text: text.to_owned(),
        is_type: false,
    }
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flat_map(Map::iter)
}

/// Without the marks of code, which are for other readers.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('`', "")
}
