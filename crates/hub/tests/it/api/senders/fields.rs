//! Every field of every body that the API takes, found in its published contract.

use std::collections::BTreeMap;

use crate::support::{Answer, Caller, TestHub, Value, json};

/// A step to a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum PathStep {
    Key(String),
    Index,
}

/// A field of a body.
#[derive(Clone, Debug)]
pub struct Field {
    pub method: String,
    pub path: String,
    steps: Vec<(PathStep, Value)>,
    /// As complaints name it: `items[0].tax_rate`.
    pub name: String,
    /// Its own key.
    pub key: String,
    pub is_needed: bool,
    schema: Value,
}

impl Field {
    /// Whether its schema allows such values, in any of its forms.
    pub fn takes(&self, kind: &str) -> bool {
        forms(&self.schema).iter().any(|form| match &form["type"] {
            Value::String(one) => one == kind,
            Value::Array(several) => several.iter().any(|one| one == kind),
            _ => kind == "string" && form["enum"].is_array(),
        })
    }

    /// Whether it is a text that the sender writes, rather than a word, a number or an amount in the
    /// form of a text.
    pub fn is_text(&self) -> bool {
        forms(&self.schema).iter().any(|form| {
            let is_free = form["pattern"].is_null() && form["enum"].is_null();
            let has_length = !form["maxLength"].is_null();
            is_free && form["format"].is_null() && has_length
        })
    }

    /// A body with nothing but this value at the field, and what the way there needs.
    fn body(&self, value: Value) -> Value {
        self.steps
            .iter()
            .rev()
            .fold(value, |inner, (step, beside)| match step {
                PathStep::Index => json!([inner]),
                PathStep::Key(key) => {
                    let mut object = beside.clone();
                    object[key] = inner;
                    object
                }
            })
    }

    /// What its endpoint takes; the same for endpoints that take the same.
    pub fn body_type(&self) -> String {
        let operations = &whole()["paths"][format!("/v1{}", self.path)];
        let body = &operations[self.method.to_lowercase()]["requestBody"];
        body["content"]["application/json"]["schema"].to_string()
    }

    /// The list that it is in, by its name.
    pub fn list(&self) -> String {
        let end = self.name.rfind(']').map_or(0, |at| at + 1);
        self.name[..end].to_owned()
    }

    /// A text of about so many bytes with this value, as JSON, at the field; where that is within a
    /// list, in every entry of as many as fit.
    pub fn repeated(&self, value: &str, bytes: usize) -> String {
        const HERE: &str = "\"<here>\"";
        let list = self
            .steps
            .iter()
            .rposition(|(step, _)| *step == PathStep::Index);
        let (outer, inner) = self.steps.split_at(list.map_or(0, |at| at + 1));
        let around = |steps: &[(PathStep, Value)]| {
            let field = Self {
                steps: steps.to_vec(),
                ..self.clone()
            };
            field.body(json!("<here>")).to_string()
        };
        let entry = around(inner).replace(HERE, value);
        let times = if list.is_some() {
            (bytes / (entry.len() + 1)).max(1)
        } else {
            1
        };
        around(outer).replace(HERE, &vec![entry.as_str(); times].join(","))
    }

    /// What is said of the field when this value is sent.
    pub fn complaint(&self, bodies: &Bodies, value: Value) -> Option<String> {
        self.message(bodies, &self.body(value))
    }

    /// What is said of the field when it is not sent.
    pub fn complaint_when_absent(&self, bodies: &Bodies) -> Option<String> {
        let mut shorter = self.clone();
        let beside = shorter.steps.pop().map(|(_, beside)| beside);
        self.message(bodies, &shorter.body(beside.unwrap_or_default()))
    }

    fn message(&self, bodies: &Bodies, body: &Value) -> Option<String> {
        let answer = bodies.send(self, body);
        let errors = answer.json()["errors"].clone();
        let errors = errors.as_array().cloned().unwrap_or_default();
        let message = errors
            .iter()
            .find(|error| error["field"] == self.name.as_str());
        message.map(|error| error["message"].as_str().unwrap_or_default().to_owned())
    }

    pub fn shown(&self) -> String {
        format!("{} {} {}", self.method, self.path, self.name)
    }
}

/// A caller, and something of everything that a path can name.
pub struct Bodies {
    caller: Caller,
    ids: BTreeMap<&'static str, String>,
}

impl Bodies {
    pub fn of(hub: &TestHub) -> Self {
        let scope = "location[orders.write,customer_list.write,all_customer_lists.write,\
            catalog.write,all_catalogs.write,inventory.write]";
        let caller = hub.client_with("sender", &scope.replace(' ', ""));
        let id = |made: Value| made["id"].as_str().expect("an id").to_owned();
        let order = id(caller
            .post(
                "/location/orders",
                json!({ "status": "new", "service_type": "delivery" }),
            )
            .ok());
        let delivery = json!({ "carrier": "Vélo", "status": "pending" });
        caller
            .post(&format!("/location/orders/{order}/delivery"), delivery)
            .ok();
        let list = format!("/customer_lists/{}", hub.customer_list);
        let customer = id(caller.post(&format!("{list}/customers"), json!({})).ok());
        let card = json!({ "customer_id": customer });
        let card = id(caller.post(&format!("{list}/loyalty_cards"), card).ok());
        let ids = BTreeMap::from([
            ("{order_id}", order),
            ("{catalog_id}", hub.catalog.to_string()),
            ("{customer_list_id}", hub.customer_list.to_string()),
            ("{customer_id}", customer),
            ("{loyalty_card_id}", card),
        ]);
        Self { caller, ids }
    }

    fn send(&self, field: &Field, body: &Value) -> Answer {
        self.send_text(field, body.to_string())
    }

    /// Sends any text to the endpoint of the field.
    pub fn send_text(&self, field: &Field, body: String) -> Answer {
        let mut path = field.path.clone();
        for (name, id) in &self.ids {
            path = path.replace(name, id);
        }
        assert!(
            !path.contains('{'),
            "{path}: something is missing in the test"
        );
        let headers = [("Content-Type", "application/json")];
        self.caller.send(&field.method, &path, &headers, body)
    }
}

fn whole() -> &'static Value {
    hub::contract::lenient_openapi()
}

/// The schema behind a reference.
fn led(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(to) => whole().pointer(&to[1..]).expect("a schema"),
        None => schema,
    }
}

/// A schema, or those that it is one of.
fn forms(schema: &Value) -> Vec<&Value> {
    let schema = led(schema);
    match schema["anyOf"].as_array().or(schema["oneOf"].as_array()) {
        Some(several) => several.iter().flat_map(forms).collect(),
        None => vec![schema],
    }
}

/// Every field of every body, at the location of the caller.
pub fn fields() -> Vec<Field> {
    let mut found = Vec::new();
    for (method, path, schema) in taken().filter(|(_, path, _)| is_here(path)) {
        descend(&method, path, schema, &mut Vec::new(), &mut found);
    }
    found
}

/// The endpoints whose bodies are none of those of [`fields`].
pub fn passed_over() -> Vec<String> {
    let here: Vec<&Value> = taken()
        .filter(|(_, path, _)| is_here(path))
        .map(|(_, _, schema)| schema)
        .collect();
    taken()
        .filter(|(_, _, schema)| !here.contains(schema))
        .map(|(method, path, _)| format!("{method} {path}"))
        .collect()
}

/// Whether a path is about the token's own location; what is accepted there is accepted elsewhere.
fn is_here(path: &str) -> bool {
    !["/locations", "/accounts", "/account"]
        .iter()
        .any(|start| path.starts_with(start) || path.contains("/locations/"))
}

/// Every endpoint that takes JSON, and what.
fn taken() -> impl Iterator<Item = (String, &'static str, &'static Value)> {
    let paths = whole()["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, operations)| {
        let path = path.strip_prefix("/v1").unwrap_or_default();
        let operations = operations.as_object().expect("operations").iter();
        operations.filter_map(move |(method, operation)| {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let is_taken = !path.is_empty() && !schema.is_null();
            is_taken.then(|| (method.to_uppercase(), path, schema))
        })
    })
}

fn descend(
    method: &str,
    path: &str,
    schema: &Value,
    steps: &mut Vec<(PathStep, Value)>,
    found: &mut Vec<Field>,
) {
    for form in forms(schema) {
        // A mark on something that is there already.
        let is_mark = |key: &str| form["properties"]["id"].is_object() && needed(form, key);
        if is_mark("deleted") || is_mark("private_ref") {
            continue;
        }
        if form["items"].is_object() {
            steps.push((PathStep::Index, json!(null)));
            descend(method, path, &form["items"], steps, found);
            steps.pop();
        }
        // What tells this form from others.
        let beside: serde_json::Map<String, Value> = object(&form["properties"])
            .filter_map(|(key, schema)| Some((key.clone(), schema.get("const")?.clone())))
            .collect();
        for (key, schema) in object(&form["properties"]) {
            let says_nothing = |form: &&Value| {
                let is_null = form.get("const").is_some_and(Value::is_null);
                is_null || form["type"] == "null" || form["pattern"] == r"^\s*$"
            };
            let is_nothing = forms(schema).iter().all(says_nothing) || schema["readOnly"] == true;
            if is_nothing || beside.contains_key(key) {
                continue;
            }
            steps.push((PathStep::Key(key.clone()), Value::Object(beside.clone())));
            let name = steps
                .iter()
                .fold(String::new(), |name, (step, _)| match step {
                    PathStep::Index => format!("{name}[0]"),
                    PathStep::Key(key) if name.is_empty() => key.clone(),
                    PathStep::Key(key) => format!("{name}.{key}"),
                });
            found.push(Field {
                method: method.to_owned(),
                path: path.to_owned(),
                steps: steps.clone(),
                name,
                key: key.clone(),
                is_needed: needed(form, key),
                schema: schema.clone(),
            });
            descend(method, path, schema, steps, found);
            steps.pop();
        }
        if form["additionalProperties"].is_object() {
            steps.push((PathStep::Key("1".to_owned()), json!({})));
            descend(method, path, &form["additionalProperties"], steps, found);
            steps.pop();
        }
    }
}

/// Whether a form cannot do without that key.
fn needed(form: &Value, key: &str) -> bool {
    let needed = form["required"].as_array();
    needed.is_some_and(|needed| needed.iter().any(|one| one == key))
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
