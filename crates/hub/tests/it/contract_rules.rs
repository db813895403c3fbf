//! The rules that linters of OpenAPI recommend, held by the published contract: those of Redocly
//! (`recommended`) and of Spectral (`spectral:oas`, recommended), as far as they apply to a document
//! of version 3.1, and what programs that write clients need beyond them. `docs/contract.md` lists
//! which rule is held by which test.
//!
//! Each rule is tried twice: the contract keeps it, and a contract spoiled on purpose does not.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Value, json};

/// The operations of paths and webhooks, with the way to each.
fn operations(whole: &Value) -> impl Iterator<Item = (String, &Value)> {
    ["paths", "webhooks"].into_iter().flat_map(move |part| {
        entries(&whole[part]).flat_map(move |(name, methods)| {
            entries(methods)
                .filter(|(method, _)| METHODS.contains(&method.as_str()))
                .map(move |(method, operation)| (format!("{part} {method} {name}"), operation))
        })
    })
}

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What a reference leads to.
fn led<'a>(whole: &'a Value, value: &'a Value) -> &'a Value {
    let to = value["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
    to.and_then(|to| whole.pointer(to)).unwrap_or(value)
}

/// Every object of the document with the way to it, but for examples, which are data.
fn walk<'a>(value: &'a Value, way: &str, look: &mut impl FnMut(&str, &'a Value)) {
    if value.is_object() {
        look(way, value);
    }
    for (key, inner) in entries(value) {
        if !["example", "examples", "x-enumDescriptions"].contains(&key.as_str()) {
            walk(inner, &format!("{way}/{key}"), look);
        }
    }
    for (index, inner) in list(value).enumerate() {
        walk(inner, &format!("{way}/{index}"), look);
    }
}

/// The schemas of the document: whatever has a type or forms and is no list of members.
fn schemas<'a>(whole: &'a Value, mut look: impl FnMut(&str, &'a Value)) {
    walk(whole, "", &mut |way, value| {
        let is_members = way.ends_with("/properties") || way.ends_with("/parameters");
        if !is_members && !way.contains("/securitySchemes/") {
            look(way, value);
        }
    });
}

/// The types that a schema names.
fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(one) => vec![one],
        several => list(several).map(text).collect(),
    }
}

type Faults = Vec<String>;

fn security_is_not_said(whole: &Value) -> Faults {
    let schemes = &whole["components"]["securitySchemes"];
    let mut faults = Vec::new();
    for (name, operation) in operations(whole) {
        if !operation["security"].is_array() {
            faults.push(format!("{name} has no `security`"));
        }
        for scheme in list(&operation["security"]).flat_map(entries) {
            if schemes[scheme.0].is_null() {
                faults.push(format!("{name} names no scheme: {}", scheme.0));
            }
        }
    }
    faults
}

fn arrays_without_items(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        if types(schema).contains(&"array") && schema["items"].is_null() {
            faults.push(way.to_owned());
        }
    });
    faults
}

fn operations_without_words(whole: &Value) -> Faults {
    operations(whole)
        .filter(|(_, operation)| {
            let is_blank = |key: &str| text(&operation[key]).trim().is_empty();
            is_blank("summary") || is_blank("description") || is_blank("operationId")
        })
        .map(|(name, _)| name)
        .collect()
}

fn ids_that_are_not_unique_or_not_fit_for_urls(whole: &Value) -> Faults {
    let mut known = BTreeSet::new();
    operations(whole)
        .filter(|(_, operation)| {
            let id = text(&operation["operationId"]);
            let is_safe = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            !id.chars().all(is_safe) || !known.insert(id)
        })
        .map(|(name, _)| name)
        .collect()
}

fn tags_that_are_not_described_or_not_used(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for tag in list(&whole["tags"]) {
        if !known.insert(text(&tag["name"])) {
            faults.push(format!("{} stands twice", tag["name"]));
        }
        if text(&tag["description"]).trim().is_empty() {
            faults.push(format!("{} has no description", tag["name"]));
        }
    }
    let mut used = BTreeSet::new();
    for (name, operation) in operations(whole) {
        let tags: Vec<&str> = list(&operation["tags"]).map(text).collect();
        if tags.is_empty() || tags.iter().any(|tag| !known.contains(tag)) {
            faults.push(format!("{name} has the tags {tags:?}"));
        }
        used.extend(tags);
    }
    let unused = known.difference(&used);
    faults.extend(unused.map(|tag| format!("no operation has the tag {tag}")));
    faults
}

fn head_is_incomplete(whole: &Value) -> Faults {
    let info = &whole["info"];
    let mut faults = Vec::new();
    for key in ["title", "version", "description"] {
        if text(&info[key]).trim().is_empty() {
            faults.push(format!("info.{key}"));
        }
    }
    if !info["contact"].is_object() {
        faults.push("info.contact".to_owned());
    }
    let license = &info["license"];
    if text(&license["name"]).is_empty()
        || license["identifier"].is_null() && license["url"].is_null()
    {
        faults.push("info.license".to_owned());
    }
    let servers: Vec<&str> = list(&whole["servers"])
        .map(|server| text(&server["url"]))
        .collect();
    let is_bad = |url: &&str| {
        url.is_empty() || url.len() > 1 && url.ends_with('/') || url.contains("example.com")
    };
    if servers.is_empty() || servers.iter().any(is_bad) {
        faults.push(format!("servers: {servers:?}"));
    }
    faults
}

fn components_that_nothing_uses(whole: &Value) -> Faults {
    let mut used = BTreeSet::new();
    walk(whole, "", &mut |_, value| {
        used.insert(text(&value["$ref"]));
    });
    let schemes: BTreeSet<&String> = operations(whole)
        .flat_map(|(_, operation)| list(&operation["security"]).flat_map(entries))
        .map(|(name, _)| name)
        .collect();
    let mut faults = Vec::new();
    for (part, all) in entries(&whole["components"]) {
        for (name, _) in entries(all) {
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
            let way = format!("#/components/{part}/{name}");
            let is_used = used.contains(way.as_str()) || schemes.contains(name);
            if !is_used || !name.chars().all(is_name) {
                faults.push(way);
            }
        }
    }
    faults
}

fn references_that_lead_nowhere(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    walk(whole, "", &mut |way, value| {
        if value["$ref"].is_string() && std::ptr::eq(led(whole, value), value) {
            faults.push(way.to_owned());
        }
    });
    faults
}

fn in_braces(path: &str) -> BTreeSet<&str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .collect()
}

fn paths_that_are_not_well_formed(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    for (path, methods) in entries(&whole["paths"]) {
        let ends = path.len() > 1 && path.ends_with('/');
        if ends || path.contains('?') || path.contains("{}") || !path.starts_with('/') {
            faults.push(path.clone());
        }
        for (method, operation) in entries(methods) {
            let parameters: Vec<&Value> = list(&operation["parameters"])
                .map(|parameter| led(whole, parameter))
                .collect();
            let of = |location: &str| {
                let here = parameters.iter().filter(|it| it["in"] == location);
                here.map(|it| text(&it["name"])).collect::<Vec<_>>()
            };
            let declared: BTreeSet<&str> = of("path").into_iter().collect();
            let is_optional = |it: &&Value| it["in"] == "path" && it["required"] != true;
            let names = parameters
                .iter()
                .map(|it| (text(&it["in"]), text(&it["name"])));
            let names: BTreeSet<(&str, &str)> = names.collect();
            if declared != in_braces(path)
                || parameters.iter().any(is_optional)
                || names.len() != parameters.len()
            {
                faults.push(format!("{method} {path}: parameters"));
            }
        }
    }
    faults
}

/// Two paths of which a request may mean either, and neither is more exact.
fn paths_that_cannot_be_told_apart(whole: &Value) -> Faults {
    let paths: Vec<&String> = entries(&whole["paths"]).map(|(path, _)| path).collect();
    let is_variable = |part: &str| part.starts_with('{');
    let variables = |path: &str| path.split('/').filter(|part| is_variable(part)).count();
    let are_alike = |a: &str, b: &str| {
        a.split('/').count() == b.split('/').count()
            && variables(a) == variables(b)
            && a.split('/')
                .zip(b.split('/'))
                .all(|(a, b)| is_variable(a) || is_variable(b) || a == b)
    };
    let mut faults = Vec::new();
    for (index, a) in paths.iter().enumerate() {
        for b in paths.iter().skip(index + 1).filter(|b| are_alike(a, b)) {
            faults.push(format!("{a} and {b}"));
        }
    }
    faults
}

fn operations_without_success_or_failure(whole: &Value) -> Faults {
    operations(whole)
        .filter(|(name, _)| name.starts_with("paths"))
        .filter(|(_, operation)| {
            let has = |first: &[char]| {
                entries(&operation["responses"]).any(|(status, _)| status.starts_with(first))
            };
            !has(&['2', '3']) || !has(&['4'])
        })
        .map(|(name, _)| name)
        .collect()
}

fn answers_and_parameters_without_words(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    for (name, operation) in operations(whole) {
        let answers = entries(&operation["responses"]).map(|(_, answer)| answer);
        for part in list(&operation["parameters"]).chain(answers) {
            if text(&led(whole, part)["description"]).trim().is_empty() {
                faults.push(format!("{name}: {part}"));
            }
        }
    }
    faults
}

fn enumerations_of_another_type(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        let words: Vec<&Value> = list(&schema["enum"]).collect();
        let unique: BTreeSet<String> = words.iter().map(|word| word.to_string()).collect();
        let is_text = types(schema).contains(&"string") && words.iter().all(|it| it.is_string());
        if !words.is_empty() && (!is_text || unique.len() != words.len()) {
            faults.push(way.to_owned());
        }
        let fits = match &schema["const"] {
            Value::String(_) => types(schema) == ["string"],
            Value::Bool(_) => types(schema) == ["boolean"],
            _ => true,
        };
        if !fits {
            faults.push(format!("{way}: const"));
        }
    });
    faults
}

fn keywords_of_another_type(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        let types = types(schema);
        let belongs = |key: &str, kind: &str| schema[key].is_null() || types.contains(&kind);
        let fits = belongs("properties", "object") && belongs("items", "array");
        if !types.is_empty() && !fits {
            faults.push(format!("{way}: {types:?}"));
        }
        for bound in ["Minimum", "Maximum"] {
            let (plain, exclusive) = (bound.to_lowercase(), format!("exclusive{bound}"));
            if !schema[&plain].is_null() && !schema[&exclusive].is_null() {
                faults.push(format!("{way}: {plain} and {exclusive}"));
            }
        }
    });
    faults
}

fn needed_members_that_are_not_there(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        for needed in list(&schema["required"]) {
            if schema["properties"][text(needed)].is_null() {
                faults.push(format!("{way}: {needed}"));
            }
        }
    });
    faults
}

fn scripts_in_descriptions(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    walk(whole, "", &mut |way, value| {
        for key in ["description", "title", "summary"] {
            let text_of_key = text(&value[key]);
            if text_of_key.contains("<script") || text_of_key.contains("eval(") {
                faults.push(way.to_owned());
            }
        }
    });
    faults
}

fn webhooks_with_servers_or_callbacks(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    for (name, methods) in entries(&whole["webhooks"]) {
        let says = |it: &Value| !it["servers"].is_null() || !it["callbacks"].is_null();
        if says(methods) || entries(methods).any(|(_, operation)| says(operation)) {
            faults.push(name.clone());
        }
    }
    faults
}

/// Programs that write clients pass over a schema with a list of types, `null` aside.
fn schemas_of_several_types(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        let types = types(schema);
        if types.iter().filter(|kind| **kind != "null").count() > 1 {
            faults.push(format!("{way}: {types:?}"));
        }
    });
    faults
}

/// Such programs name types after titles.
fn titles_of_several_schemas(whole: &Value) -> Faults {
    let mut by_title: BTreeMap<&str, &Value> = BTreeMap::new();
    let mut faults = Vec::new();
    let components = &whole["components"]["schemas"];
    schemas(whole, |way, schema| {
        let title = text(&schema["title"]);
        if title.is_empty() || way == "/info" {
            return;
        }
        let is_other = by_title
            .insert(title, schema)
            .is_some_and(|it| it != schema);
        if is_other || !components[title].is_null() {
            faults.push(format!("{way}: {title}"));
        }
    });
    faults
}

/// A body or an answer without a schema has no type in a client.
fn contents_without_schema(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    walk(whole, "", &mut |way, value| {
        if way.ends_with("/content") {
            let bare = entries(value).filter(|(_, media)| media["schema"].is_null());
            faults.extend(bare.map(|(kind, _)| format!("{way}: {kind}")));
        }
    });
    faults
}

fn read_only_members_that_say_more(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    schemas(whole, |way, schema| {
        let says_more = |key: &String| !["readOnly", "description"].contains(&key.as_str());
        if schema["readOnly"] == true && entries(schema).any(|(key, _)| says_more(key)) {
            faults.push(way.to_owned());
        }
    });
    faults
}

/// Whether it is said what a value is: here, where the reference leads, of one of the forms, or of
/// what an array holds.
fn is_described(whole: &Value, schema: &Value) -> bool {
    let schema = led(whole, schema);
    !text(&schema["description"]).trim().is_empty()
        || list(&schema["anyOf"]).any(|form| is_described(whole, form))
        || schema["items"].is_object() && is_described(whole, &schema["items"])
}

/// Every member of every schema under a name of its own is described, by itself or by its type.
fn members_without_words(whole: &Value) -> Faults {
    let mut faults = Vec::new();
    for (name, component) in entries(&whole["components"]["schemas"]) {
        if text(&component["description"]).trim().is_empty() {
            faults.push(name.clone());
        }
        walk(component, name, &mut |way, schema| {
            for (member, member_schema) in entries(&schema["properties"]) {
                if !is_described(whole, member_schema) {
                    faults.push(format!("{way}.{member}"));
                }
            }
        });
    }
    faults
}

/// The contract keeps a rule, and one with something else at the way, or nothing, does not.
#[track_caller]
fn holds(faults: fn(&Value) -> Faults, way: &str, value: Value) {
    let whole = hub::contract::openapi();
    let found = faults(whole);
    assert!(found.is_empty(), "{found:#?}");
    let mut spoiled = whole.clone();
    put(&mut spoiled, way, value);
    assert!(!faults(&spoiled).is_empty(), "no fault is found in {way}");
}

/// Puts a value somewhere; `null` removes what is there.
fn put(whole: &mut Value, way: &str, value: Value) {
    let (above, key) = way.rsplit_once('/').expect("a way");
    let parent = whole.pointer_mut(above).expect("something there");
    match (parent, value) {
        (Value::Object(map), Value::Null) => {
            map.remove(key).expect("a member");
        }
        (Value::Object(map), value) => {
            let key = key.replace("~1", "/");
            map.insert(key, value);
        }
        (Value::Array(several), value) => several.push(value),
        (other, _) => panic!("{way}: {other}"),
    }
}

#[test]
fn every_operation_and_every_event_says_its_security() {
    holds(
        security_is_not_said,
        "/webhooks/order.create/post/security",
        json!(null),
    );
}

#[test]
fn every_scheme_that_is_named_is_there() {
    holds(
        security_is_not_said,
        "/components/securitySchemes/access_token",
        json!(null),
    );
}

#[test]
fn every_array_says_what_it_holds() {
    holds(
        arrays_without_items,
        "/components/schemas/Order/properties/items/items",
        json!(null),
    );
}

#[test]
fn every_operation_has_a_name_a_summary_and_a_description() {
    holds(
        operations_without_words,
        "/webhooks/order.create/post/description",
        json!(null),
    );
}

#[test]
fn every_name_of_an_operation_is_unique_and_fit_for_a_url() {
    holds(
        ids_that_are_not_unique_or_not_fit_for_urls,
        "/webhooks/order.create/post/operationId",
        json!("orders.create"),
    );
}

#[test]
fn every_tag_is_described_and_used_and_no_other_is_named() {
    holds(
        tags_that_are_not_described_or_not_used,
        "/tags/-",
        json!({ "name": "extra" }),
    );
}

#[test]
fn the_head_has_contact_licence_and_description() {
    holds(head_is_incomplete, "/info/contact", json!(null));
}

#[test]
fn no_server_ends_with_a_slash() {
    holds(
        head_is_incomplete,
        "/servers/-",
        json!({ "url": "https://hub.test/" }),
    );
}

#[test]
fn every_component_is_used() {
    holds(
        components_that_nothing_uses,
        "/components/schemas/Extra",
        json!({}),
    );
}

#[test]
fn no_reference_is_dangling() {
    holds(
        references_that_lead_nowhere,
        "/components/schemas/Money",
        json!(null),
    );
}

#[test]
fn every_parameter_of_a_path_is_declared_once() {
    holds(
        paths_that_are_not_well_formed,
        "/paths/~1v1~1{a}",
        json!({ "get": {} }),
    );
}

#[test]
fn no_path_ends_with_a_slash() {
    holds(paths_that_are_not_well_formed, "/paths/~1v1~1", json!({}));
}

#[test]
fn no_two_paths_can_mean_the_same_request() {
    holds(
        paths_that_cannot_be_told_apart,
        "/paths/~1v1~1catalogs~1{id}",
        json!({}),
    );
}

#[test]
fn every_operation_has_a_success_and_a_failure() {
    holds(
        operations_without_success_or_failure,
        "/paths/~1v1~1callback/get/responses",
        json!({}),
    );
}

#[test]
fn every_answer_and_every_parameter_is_described() {
    holds(
        answers_and_parameters_without_words,
        "/paths/~1v1~1callback/get/parameters/-",
        json!({ "name": "a", "in": "query" }),
    );
}

#[test]
fn every_enumeration_has_the_type_of_its_words() {
    holds(
        enumerations_of_another_type,
        "/components/schemas/OrderStatus/type",
        json!(null),
    );
}

#[test]
fn every_keyword_belongs_to_the_type() {
    holds(
        keywords_of_another_type,
        "/components/schemas/Order/type",
        json!("string"),
    );
}

#[test]
fn every_member_that_is_needed_is_there() {
    holds(
        needed_members_that_are_not_there,
        "/components/schemas/Order/properties/status",
        json!(null),
    );
}

#[test]
fn no_description_has_a_script() {
    holds(
        scripts_in_descriptions,
        "/info/description",
        json!("<script>"),
    );
}

#[test]
fn no_event_has_servers_or_callbacks() {
    holds(
        webhooks_with_servers_or_callbacks,
        "/webhooks/order.create/post/servers",
        json!([]),
    );
}

#[test]
fn no_schema_has_a_list_of_types() {
    holds(
        schemas_of_several_types,
        "/components/schemas/Money/type",
        json!(["string", "number"]),
    );
}

#[test]
fn no_two_schemas_have_the_same_title() {
    holds(
        titles_of_several_schemas,
        "/components/schemas/Money/title",
        json!("Order"),
    );
}

#[test]
fn every_content_has_a_schema() {
    holds(
        contents_without_schema,
        "/paths/~1v1~1callback/get/responses/200/content/text~1csv",
        json!({}),
    );
}

#[test]
fn what_is_only_read_is_declared_so_and_nothing_more() {
    holds(
        read_only_members_that_say_more,
        "/components/schemas/CatalogInput/properties/id/type",
        json!("string"),
    );
}

#[test]
fn every_member_of_every_type_is_described() {
    holds(
        members_without_words,
        "/components/schemas/Money/properties",
        json!({ "extra": { "type": "string" } }),
    );
}

#[test]
fn every_document_says_the_version_of_the_contract() {
    let version = hub::contract::VERSION;
    let whole = hub::contract::openapi();
    assert_eq!(whole["info"]["version"], version);
    for file in hub::contract::files() {
        let json: Value = serde_json::from_str(&file.text).expect("JSON");
        let version_text = json["$id"].as_str().or(json["info"]["version"].as_str());
        assert!(
            version_text.is_some_and(|version_text| version_text.ends_with(version)),
            "{}: {version_text:?}",
            file.path
        );
    }
}
