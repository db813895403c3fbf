//! The machine-readable contract: it says all there is, and it is what the repository keeps.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hub::http::routes::Endpoint;

use crate::support::{TestHub, Value, json};

fn published_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/api")
}

fn files_below(folder: &Path, under: &str, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let name = format!("{under}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files_below(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

/// Every value of a document with the way to it.
fn walk(value: &Value, way: &str, look: &mut impl FnMut(&str, &Value)) {
    look(way, value);
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                walk(inner, &format!("{way}/{key}"), look);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                walk(inner, &format!("{way}/{index}"), look);
            }
        }
        _ => {}
    }
}

#[test]
fn the_contract_in_the_repository_is_what_the_code_says() {
    let mut expected = BTreeSet::new();
    for file in hub::contract::files() {
        let there =
            std::fs::read_to_string(published_folder().join(&file.path)).unwrap_or_default();
        assert!(
            there == file.text,
            "docs/api/{} is stale: run `passeplat contract --write docs/api` and look at the difference",
            file.path
        );
        expected.insert(file.path.clone());
    }
    let mut found = BTreeSet::new();
    files_below(&published_folder(), "", &mut found);
    assert_eq!(found, expected, "docs/api has a file that nothing writes");
}

#[test]
fn every_endpoint_says_what_it_takes_and_answers() {
    for endpoint in hub::api::endpoints().endpoints() {
        let Endpoint { method, doc, .. } = endpoint;
        let has_body = matches!(method.as_str(), "POST" | "PUT" | "PATCH");
        if let Some(missing) = doc.missing_part(has_body) {
            panic!(
                "{method} {} ({}): add {missing} behind it in the slice's routes()",
                endpoint.paths.first().template,
                doc.operation_id
            );
        }
    }
}

#[test]
fn every_operation_has_a_name_of_its_own_made_of_slice_and_verb() {
    let mut names = BTreeSet::new();
    for (path, operations) in hub::contract::openapi()["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let name = operation["operationId"].as_str().unwrap();
            let plain = |word: &str| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            };
            assert!(
                name.contains('.') && name.split('.').all(plain),
                "{method} {path}: {name}"
            );
            assert!(names.insert(name), "{method} {path}: {name} stands twice");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let whole = hub::contract::openapi();
    walk(whole, "", &mut |way, value| {
        if let Some(to) = value.get("$ref").and_then(Value::as_str) {
            assert!(whole.pointer(&to[1..]).is_some(), "{way}: {to}");
        }
    });
}

#[test]
fn no_schema_says_nothing() {
    let whole = hub::contract::openapi();
    walk(&whole["components"]["schemas"], "", &mut |way, value| {
        let parent = way.rsplit('/').nth(1).unwrap_or_default();
        let is_schema = parent == "properties" || way.ends_with("/items");
        let says = value.as_object().is_some_and(|schema| {
            schema.keys().any(|key| key != "description")
                && schema.get("anyOf") != Some(&json!([{}, {"type": "null"}]))
        });
        assert!(
            !is_schema || says,
            "{way} takes anything: give its type a `FromJson::taken`, or a JsonSchema"
        );
    });
}

#[test]
fn every_example_is_taken() {
    let hub = TestHub::start();
    let all = "orders.write,catalog.write,all_catalogs.write,inventory.write,\
        customer_list.write,all_customer_lists.write"
        .replace([' ', '\n'], "");
    let location = hub.client_with("example", &format!("location[{all}]"));
    let order = location
        .post(
            "/location/orders",
            json!({ "status": "new", "service_type": "delivery" }),
        )
        .ok();
    let id = order["id"].as_str().unwrap();
    for endpoint in hub::api::endpoints().endpoints() {
        let Some(example) = endpoint.doc.example else {
            continue;
        };
        let path = endpoint
            .paths
            .iter()
            .find(|path| path.template.starts_with("/location/"))
            .unwrap_or(endpoint.paths.first());
        let path = path
            .template
            .replace("{location_id}", hub.location.as_str())
            .replace("{order_id}", id)
            .replace("{catalog_id}", hub.catalog.as_str());
        if path.contains('{') {
            continue;
        }
        let method = endpoint.method.as_str();
        let answer = location.send(
            method,
            &path,
            &[("content-type", "application/json")],
            example,
        );
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.text);
    }
}

#[test]
fn the_documents_are_read_without_a_token_from_any_origin() {
    let hub = TestHub::start();
    for path in [
        "/openapi.json",
        "/postman.json",
        "/docs/events/order.create.json",
    ] {
        let answer = hub.anybody().send("GET", path, &[], "");
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{path}"
        );
        assert!(answer.json().is_object(), "{path}");
    }
}

#[test]
fn every_type_that_the_reference_names_is_explained_in_it() {
    use hub::office::reference::{operations, slices, types};
    let openapi = hub::contract::openapi();
    let types = types(openapi);
    let names: BTreeSet<&str> = types.iter().map(|shape| shape.name.as_str()).collect();
    let mut linked = Vec::new();
    for slice in slices(openapi) {
        for operation in operations(openapi, &slice) {
            linked.extend(operation.body);
            linked.extend(operation.answer);
        }
    }
    linked.extend(
        types
            .iter()
            .flat_map(|shape| shape.rows.iter())
            .flat_map(|row| row.kind.clone()),
    );
    for piece in linked.into_iter().filter(|piece| piece.is_type) {
        assert!(names.contains(piece.text.as_str()), "{}", piece.text);
    }
}

#[test]
fn the_reference_is_read_without_signing_in_and_without_any_outside_host() {
    let hub = TestHub::start();
    for path in [
        "/docs/api",
        "/docs/api/orders",
        "/docs/api/oauth",
        "/docs/api/types",
        "/docs/api/events",
    ] {
        let answer = hub
            .anybody()
            .send("GET", path, &[("accept-language", "fr")], "");
        assert_eq!(answer.status, 200, "{path}");
        let policy = answer.header("content-security-policy").unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        for source in ["src=\"http", "src=\"//", "rel=\"stylesheet\" href=\"http"] {
            assert!(!answer.text.contains(source), "{path} loads {source}");
        }
    }
    let unknown = hub.anybody().send("GET", "/docs/api/nothing", &[], "");
    assert_eq!(unknown.status, 404);
}
