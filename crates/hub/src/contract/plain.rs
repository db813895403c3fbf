//! The contract for those who write new programs: without the other ways to write "no value", an
//! empty text or an empty array, which the API reads so for the sake of programs that are there.
//! Types in a generated client would be about these ways before anything else.

use serde_json::{Value, json};

/// The schemas of the other ways.
const WAYS: [&str; 2] = ["Blank", "EmptyArray"];

/// The document without them.
pub(super) fn document(mut tolerant: Value) -> Value {
    drop_ways(&mut tolerant);
    if let Some(schemas) = tolerant["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| !WAYS.contains(&name.as_str()));
    }
    tolerant
}

fn is_way(form: &Value) -> bool {
    let to = form["$ref"].as_str().and_then(|to| to.rsplit('/').next());
    to.is_some_and(|name| WAYS.contains(&name))
}

fn drop_ways(value: &mut Value) {
    match value {
        Value::Array(several) => several.iter_mut().for_each(drop_ways),
        Value::Object(map) => {
            map.values_mut().for_each(drop_ways);
            let forms = map.get_mut("anyOf").and_then(Value::as_array_mut);
            let Some(forms) = forms.filter(|forms| forms.iter().any(is_way)) else {
                return;
            };
            forms.retain(|form| !is_way(form));
            if let Some(one) = merge_with_null(forms) {
                map.shift_remove("anyOf");
                for (key, value) in one {
                    map.entry(key).or_insert(value);
                }
            }
        }
        _ => {}
    }
}

/// One schema for a single form, or for one with a type and `null` beside.
fn merge_with_null(forms: &[Value]) -> Option<serde_json::Map<String, Value>> {
    let null = json!({ "type": "null" });
    let [form, rest @ ..] = forms else {
        return None;
    };
    let mut one = form.as_object()?.clone();
    match rest {
        [] => Some(one),
        // A reference or a list of words has no type that could be widened.
        [other] if *other == null && !one.contains_key("enum") => {
            let kind = one.get("type")?.as_str()?.to_owned();
            one.insert("type".to_owned(), json!([kind, "null"]));
            Some(one)
        }
        _ => None,
    }
}
