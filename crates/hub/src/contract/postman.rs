//! A Postman collection (format v2.1), made from the OpenAPI document: a folder per tag, a request
//! per operation, with the example as its body. Set `base_url` and `access_token`, and send.

use serde_json::{Map, Value, json};

/// The collection.
pub(super) fn collection(openapi: &Value) -> Value {
    let mut folders: Vec<(String, Vec<Value>)> = Vec::new();
    for (path, operations) in entries(&openapi["paths"]) {
        for (method, operation) in entries(operations) {
            let folder = text(&operation["tags"][0]);
            let request = request(path, method, operation);
            match folders.iter_mut().find(|(name, _)| *name == folder) {
                Some((_, requests)) => requests.push(request),
                None => folders.push((folder, vec![request])),
            }
        }
    }
    let folders: Vec<Value> = folders
        .into_iter()
        .map(|(name, requests)| json!({ "name": name, "item": requests }))
        .collect();
    json!({
        "info": {
            "name": openapi["info"]["title"],
            "description": openapi["info"]["description"],
            "version": openapi["info"]["version"],
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "auth": {
            "type": "apikey",
            "apikey": [
                { "key": "key", "value": "X-Access-Token", "type": "string" },
                { "key": "value", "value": "{{access_token}}", "type": "string" },
                { "key": "in", "value": "header", "type": "string" },
            ],
        },
        "variable": [
            { "key": "base_url", "value": "http://localhost:8080" },
            { "key": "access_token", "value": "" },
            { "key": "client_id", "value": "" },
            { "key": "client_secret", "value": "" },
        ],
        "item": folders,
    })
}

fn entries(object: &Value) -> impl Iterator<Item = (&String, &Value)> {
    object.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn request(path: &str, method: &str, operation: &Value) -> Value {
    let parameters = |location: &str| -> Vec<Value> {
        let all = operation["parameters"].as_array().into_iter().flatten();
        // Those that are referred to are headers, for who knows them.
        all.filter(|parameter| parameter["in"] == location)
            .map(|parameter| {
                json!({
                    "key": parameter["name"],
                    "value": "",
                    "description": parameter["description"],
                })
            })
            .collect()
    };
    let steps: Vec<String> = path
        .split('/')
        .filter(|step| !step.is_empty())
        .map(|step| match step.strip_prefix('{') {
            Some(name) => format!(":{}", name.trim_end_matches('}')),
            None => step.to_owned(),
        })
        .collect();
    // Filters are there to be ticked.
    let mut filters = parameters("query");
    for filter in &mut filters {
        filter["disabled"] = true.into();
    }
    let mut request = json!({
        "method": method.to_ascii_uppercase(),
        "header": [],
        "url": {
            "raw": format!("{{{{base_url}}}}/{}", steps.join("/")),
            "host": ["{{base_url}}"],
            "path": steps,
            "query": filters,
            "variable": parameters("path"),
        },
        "description": operation["description"],
    });
    let content = &operation["requestBody"]["content"];
    if content["application/x-www-form-urlencoded"].is_object() {
        request["auth"] = basic();
        request["body"] = form(&content["application/x-www-form-urlencoded"]["schema"]);
    } else if content["application/json"].is_object() {
        let kind = json!({ "key": "Content-Type", "value": "application/json" });
        request["header"] = json!([kind]);
        let example = &content["application/json"]["example"];
        let body = if example.is_null() {
            &json!({})
        } else {
            example
        };
        request["body"] = json!({ "mode": "raw", "raw": format!("{body:#}") });
    }
    json!({ "name": operation["summary"], "request": request })
}

fn basic() -> Value {
    json!({
        "type": "basic",
        "basic": [
            { "key": "username", "value": "{{client_id}}", "type": "string" },
            { "key": "password", "value": "{{client_secret}}", "type": "string" },
        ],
    })
}

fn form(schema: &Value) -> Value {
    let needed = schema["required"].as_array().cloned().unwrap_or_default();
    let fields: Vec<Value> = entries(&schema["properties"])
        .filter(|(name, _)| needed.iter().any(|one| one.as_str() == Some(name)))
        .map(|(name, _)| json!({ "key": name, "value": "", "type": "text" }))
        .collect();
    json!({ "mode": "urlencoded", "urlencoded": fields })
}
