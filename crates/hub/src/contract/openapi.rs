//! The OpenAPI document, put together from the list of endpoints.

use axum::http::Method;
use serde_json::{Map, Value, json};
use wire::id::{LocationId, MAX_IDEMPOTENCY_KEY_CHARS};
use wire::schema::{self, Schema, SchemaFn, SchemaGenerator, response_schema};
use wire::scope::Level;

use super::{VERSION, answers, events, oauth, tags};
use crate::db::page::MAX_PAGE_ROWS;
use crate::http::routes::{Endpoint, Needs, Path, Routes};

/// Where the API begins.
const ROOT: &str = "/v1";
/// What holds for every call.
const ABOUT: &str = "Every success is status 200, with a JSON body unless the operation says otherwise. \
    In a request, a member that is `null` means the same as one that is missing, unless its \
    description says otherwise; members that are not listed are ignored, unless the schema forbids \
    them. Some programs write \"no value\" in other ways: for an optional member that is no text, an \
    empty text is accepted, and for an optional object an empty array. New programs leave the member \
    out instead.";
/// The name of the header with the token, as a scheme of security.
const TOKEN: &str = "access_token";

/// The whole document.
pub(super) fn document(routes: &Routes) -> Value {
    let mut generator = schema::generator("/components/schemas");
    let mut paths = Map::new();
    for endpoint in routes.endpoints() {
        for (index, path) in endpoint.paths.iter().enumerate() {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            let operation = operation(endpoint, path, index, &mut generator);
            let path_item = paths
                .entry(format!("{ROOT}{}", path.template))
                .or_insert_with(|| json!({}));
            if let Some(path_item) = path_item.as_object_mut() {
                path_item.insert(method, operation);
            }
        }
    }
    paths.extend(oauth::paths(&mut generator));
    let webhooks = events::webhooks(&mut generator);
    let responses = answers::components(&mut generator);
    let mut whole = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Passeplat API",
            "version": VERSION,
            "summary": "Exchanges orders, catalogs, customers and stocks between the programs of restaurants and shops.",
            "description": ABOUT,
            "contact": { "name": "The operator of this hub" },
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags::all(),
        "paths": paths,
        "webhooks": webhooks,
        "components": {
            "schemas": generator.take_definitions(true),
            "responses": responses,
            "headers": answers::headers(),
            "parameters": conditions(),
            "securitySchemes": schemes(),
        },
    });
    schema::split_types(&mut whole);
    whole
}

fn schemes() -> Value {
    let mut schemes = oauth::schemes();
    if let Some(schemes) = schemes.as_object_mut() {
        let token = json!({
            "type": "apiKey",
            "in": "header",
            "name": "X-Access-Token",
            "description": "The token of a connection. The permissions that an operation needs are listed with it.",
        });
        schemes.insert(TOKEN.to_owned(), token);
        schemes.insert(events::SIGNATURE.to_owned(), events::signature());
    }
    schemes
}

fn operation(
    endpoint: &Endpoint,
    path: Path,
    index: usize,
    generator: &mut SchemaGenerator,
) -> Value {
    let doc = &endpoint.doc;
    // The short path is the same endpoint at the token's own place.
    let own = if index == 0 { "" } else { "_own" };
    let mut operation = json!({
        "operationId": format!("{}{own}", doc.operation_id),
        "tags": [doc.slice()],
        "summary": doc.summary,
        "description": description(endpoint, path),
        "parameters": parameters(endpoint, path.template, generator),
        "responses": answers::of(endpoint, path.template, generator),
        "security": security(endpoint.needs),
    });
    if let (Some(body), Some(whole)) = (body(endpoint, generator), operation.as_object_mut()) {
        whole.insert("requestBody".to_owned(), body);
    }
    operation
}

/// What a token must permit: each entry is enough by itself.
fn security(needs: Needs) -> Value {
    let permissions = permissions(needs);
    if permissions.is_empty() {
        return json!([{ TOKEN: [] }]);
    }
    let each = permissions.iter().map(|one| json!({ TOKEN: [one] }));
    each.collect()
}

fn permissions(needs: Needs) -> Vec<String> {
    match needs {
        Needs::Right(resource, right) => vec![format!("{resource}.{right}")],
        Needs::AnyOf(resources, right) => resources
            .iter()
            .map(|resource| format!("{resource}.{right}"))
            .collect(),
        Needs::Profile => vec!["profile".to_owned()],
        Needs::Token | Needs::AnyWrite => Vec::new(),
    }
}

fn description(endpoint: &Endpoint, path: Path) -> String {
    let permission = match endpoint.needs {
        Needs::Token => "no permission".to_owned(),
        Needs::AnyWrite => "any permission to write".to_owned(),
        Needs::Profile => "`profile` or `profile_with_email`".to_owned(),
        Needs::Right(resource, right) => format!("`{resource}.{right}`"),
        Needs::AnyOf(..) => permissions(endpoint.needs)
            .iter()
            .map(|one| format!("`{one}`"))
            .collect::<Vec<_>>()
            .join(" or "),
    };
    let token = match path.levels() {
        [Level::Location] => "a token of a location",
        [Level::Account] => "a token of an account",
        [] => "any token",
        _ => "a token of the location or of its account",
    };
    let mut text = format!("Needs {token}, and {permission}.");
    if endpoint.is_heavy {
        text.push_str(" Counts as a heavy query.");
    }
    if !endpoint.is_limited {
        text.push_str(" Counts against no limit.");
    }
    if !endpoint.doc.note.is_empty() {
        text.push(' ');
        text.push_str(endpoint.doc.note);
    }
    text
}

fn parameters(endpoint: &Endpoint, path: &str, generator: &mut SchemaGenerator) -> Vec<Value> {
    let mut parameters: Vec<Value> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| in_path(name, generator))
        .collect();
    for filter in &endpoint.doc.filters {
        parameters.push(json!({
            "name": filter.name,
            "in": "query",
            "description": filter.description,
            "schema": (filter.schema)(generator),
        }));
    }
    if endpoint.is_paginated {
        parameters.push(json!({
            "name": "count",
            "in": "query",
            "description": "The number of entries of a page. A number that is too large or too small is replaced by the bound, anything else is ignored.",
            "schema": { "type": "integer", "minimum": 1, "maximum": MAX_PAGE_ROWS, "default": MAX_PAGE_ROWS },
        }));
        parameters.push(json!({
            "name": "cursor",
            "in": "query",
            "description": "The page to read, as the last answer named it in `X-Cursor-Next`.",
            "schema": { "type": "string" },
        }));
    }
    let tagged = answers::is_object(endpoint, generator);
    let conditions = [
        ("IdempotencyKey", endpoint.method != Method::GET),
        ("IfMatch", answers::may_be_compared(endpoint, generator)),
        ("IfNoneMatch", endpoint.method == Method::GET && tagged),
    ];
    for (name, _) in conditions.iter().filter(|(_, applies)| *applies) {
        parameters.push(json!({ "$ref": format!("#/components/parameters/{name}") }));
    }
    parameters
}

/// What a request may ask beyond its body.
fn conditions() -> Value {
    let header = |name: &str, what: &str, pattern: &str| {
        json!({
            "name": name,
            "in": "header",
            "description": what,
            "schema": { "type": "string", "pattern": pattern },
        })
    };
    json!({
        "IdempotencyKey": header(
            "Idempotency-Key",
            "A key of the client's choice. Within 24 hours, a request that is sent again with the same key is not carried out again: it gets the same answer.",
            &format!("^[ -~]{{1,{MAX_IDEMPOTENCY_KEY_CHARS}}}$"),
        ),
        "IfMatch": header(
            "If-Match",
            "The tag that was read. The change is made only if this is still the tag.",
            "^(\\*|\"[0-9a-f]{32}\")$",
        ),
        "IfNoneMatch": header(
            "If-None-Match",
            "The tag that was read. The answer is 304, without a body, if this is still the tag.",
            "^(\\*|(W/)?\"[0-9a-f]{32}\")$",
        ),
    })
}

fn in_path(name: &str, generator: &mut SchemaGenerator) -> Value {
    let draw: SchemaFn = match name {
        "location_id" => response_schema::<LocationId>,
        _ => response_schema::<wire::id::OrderId>,
    };
    let what = name.trim_end_matches("_id").replace('_', " ");
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": format!("The id of the {what}."),
        "schema": draw(generator),
    })
}

fn body(endpoint: &Endpoint, generator: &mut SchemaGenerator) -> Option<Value> {
    let doc = &endpoint.doc;
    if !doc.request_files.is_empty() {
        let types: Map<String, Value> = doc
            .request_files
            .iter()
            .map(|kind| ((*kind).to_owned(), answers::bytes()))
            .collect();
        return Some(json!({ "required": true, "content": types }));
    }
    let schema = doc.request?(generator);
    // Nothing at all, and `null`, are read as `{}`.
    let is_needed = asks_for_something(&schema, generator);
    let schema = if is_needed {
        schema
    } else {
        let schema = schema::or_null(schema).to_value();
        schema::of(schema::or_blank(generator, schema, doc.blanks))
    };
    let mut content = json!({ "schema": schema });
    let example = doc.example.and_then(|text| serde_json::from_str(text).ok());
    if let (Some(example), Some(content)) = (example, content.as_object_mut()) {
        content.insert("example".to_owned(), example);
    }
    Some(json!({ "required": is_needed, "content": { "application/json": content } }))
}

fn asks_for_something(schema: &Schema, generator: &SchemaGenerator) -> bool {
    let named = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|to| to.rsplit('/').next())
        .and_then(|name| generator.definitions().get(name));
    let whole = named.unwrap_or_else(|| schema.as_value());
    whole.get("required").is_some() || whole.get("type").is_none_or(|kind| kind != "object")
}
