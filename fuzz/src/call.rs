//! A request as the fuzzer thinks it up: an endpoint of the list with ids that exist or do not, a
//! query, headers, and a body that begins as the endpoint's example and is then spoilt.

use arbitrary::Arbitrary;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use serde_json::{Map, Value, json};

use crate::world::World;

/// One request.
#[derive(Arbitrary, Debug)]
pub struct Call {
    /// Minutes that pass before it.
    pub minutes: u8,
    who: u8,
    at: CallTarget,
    query: Vec<(Name, Text)>,
    headers: Vec<Header>,
    body: Sent,
}

#[derive(Arbitrary, Debug)]
enum CallTarget {
    /// An endpoint, by the long or the short path, with what stands for its ids.
    Endpoint(u16, bool, [Text; 3]),
    /// An endpoint by another method.
    Method(u16, u8, [Text; 3]),
    /// Any path under `/v1`.
    Unknown(String),
    /// Pages and OAuth.
    Outside(u8),
}

const METHODS: [Method; 6] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

const OUTSIDE: [&str; 9] = [
    "/",
    "/login",
    "/oauth2/v1/token",
    "/oauth2/v1/revoke",
    "/oauth2/v1/authorize",
    "/openapi.json",
    "/orders",
    "/connections",
    "/nowhere",
];

#[derive(Arbitrary, Debug)]
enum Text {
    Location(u8),
    Account(u8),
    Id(u8),
    Tag(u8),
    Word(u16),
    Known(u8),
    Any(String),
}

/// Values that mean something somewhere.
const KNOWN: [&str; 30] = [
    "",
    "0",
    "-1",
    "100",
    "8.90 EUR",
    "-0.01 EUR",
    "92233720368547758.07 EUR",
    "1.00 USD",
    "2.5",
    "-999999999999.9999999999999999",
    "2026-03-07T20:30:00+01:00",
    "2026-03-29T02:30:00",
    "0001-01-03T00:00:00Z",
    "9999-12-29T00:00:00Z",
    "1890-01-01T00:00:00",
    "1990-02-28",
    "06:00",
    "12----7",
    "true",
    "*",
    "\"x\"",
    "http://app.example/cb",
    "ada@example.org",
    "+33612345678",
    "%",
    "_\\%",
    "2026-03-07T18:41:08.000000Z",
    "FR",
    "MjAyNi0wMy0wN1QxODo0MTowOC4wMDAwMDBaIG8x",
    "\u{0}",
];

impl Text {
    fn of(&self, world: &World) -> String {
        let nth = |list: &std::collections::VecDeque<String>, number: u8| {
            // The latest first.
            let back = usize::from(number) % list.len().max(1);
            list.iter().rev().nth(back).cloned().unwrap_or_default()
        };
        match self {
            Self::Location(number) => world.locations[usize::from(*number) % 3].to_string(),
            Self::Account(number) => world.accounts[usize::from(*number) % 2].clone(),
            Self::Id(number) => nth(&world.ids, *number),
            Self::Tag(number) => nth(&world.tags, *number),
            Self::Word(number) => word(world, *number),
            Self::Known(number) => KNOWN[usize::from(*number) % KNOWN.len()].to_owned(),
            Self::Any(text) => text.clone(),
        }
    }

    /// In a path: what is no odd text is an id of the right kind.
    fn standing_for(&self, part: &str, world: &World) -> String {
        match (part, self) {
            (_, Self::Known(_) | Self::Any(_)) => self.of(world),
            ("{location_id}", Self::Location(_)) => self.of(world),
            ("{location_id}", _) => world.locations[0].to_string(),
            ("{account_id}", Self::Account(_)) => self.of(world),
            ("{account_id}", _) => world.accounts[0].clone(),
            (_, Self::Word(number)) => Self::Id(number.to_le_bytes()[0]).of(world),
            _ => self.of(world),
        }
    }
}

fn word(world: &World, number: u16) -> String {
    world.words[usize::from(number) % world.words.len()].clone()
}

#[derive(Arbitrary, Debug)]
enum Name {
    Count,
    Cursor,
    Filter(u8),
    Any(String),
}

#[derive(Arbitrary, Debug)]
enum Header {
    IfMatch(Text),
    IfNoneMatch(Text),
    IdempotencyKey(Text),
    Override(u8),
    ContentType(Text),
    Bearer(Text),
    Length,
    Any(Vec<u8>),
}

#[derive(Arbitrary, Debug)]
enum Sent {
    Nothing,
    Example(Vec<Edit>),
    Bytes(Vec<u8>),
}

/// A change at one of the places of the body, by its number.
#[derive(Arbitrary, Debug)]
struct Edit {
    at: u16,
    change: Change,
}

#[derive(Arbitrary, Debug)]
enum Change {
    Set(Leaf),
    Key(u16, Leaf),
    Remove,
    Append(Leaf),
    Again(u8),
    Deepen(u8, bool),
}

#[derive(Arbitrary, Debug)]
enum Leaf {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(Text),
    Long(u16),
    List(Vec<Text>),
    Object(Vec<(u16, Text)>),
    Element(u8, bool),
}

impl Leaf {
    fn value(&self, world: &World) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Integer(number) => (*number).into(),
            Self::Float(number) => (*number).into(),
            Self::Text(text) => text.of(world).into(),
            Self::Long(length) => "é".repeat(usize::from(*length)).into(),
            Self::List(texts) => texts.iter().map(|text| text.of(world)).collect(),
            Self::Object(fields) => fields
                .iter()
                .map(|(key, text)| (word(world, *key), Value::from(text.of(world))))
                .collect(),
            Self::Element(number, ends) => {
                let id = Text::Id(*number).of(world);
                if *ends {
                    json!([{ "id": id, "deleted": true }])
                } else {
                    json!([{ "id": id, "private_ref": "p" }])
                }
            }
        }
    }
}

impl Call {
    /// The request, unless that cannot be sent by HTTP at all.
    pub fn request(&self, world: &World) -> Option<Request<Body>> {
        let (method, path, endpoint) = self.choose_endpoint(world);
        let mut uri = path;
        for (number, (name, text)) in self.query.iter().take(6).enumerate() {
            let filters = endpoint.map_or(&[][..], |endpoint| &endpoint.doc.filters);
            let name = match name {
                Name::Count => "count",
                Name::Cursor => "cursor",
                Name::Filter(filter) => filters
                    .get(usize::from(*filter) % filters.len().max(1))
                    .map_or("ref", |filter| filter.name),
                Name::Any(name) => name,
            };
            uri.push(if number == 0 { '?' } else { '&' });
            uri.push_str(&escaped(name));
            uri.push('=');
            uri.push_str(&escaped(&text.of(world)));
        }
        let body = self
            .body
            .bytes(world, endpoint.and_then(|it| it.doc.example));
        let mut request = Request::builder().method(method).uri(uri);
        if !body.is_empty() {
            let length = body.len();
            request = request
                .header("Content-Type", "application/json")
                .header("Content-Length", length);
        }
        let token = &world.tokens[usize::from(self.who) % world.tokens.len()];
        request = request.header("X-Access-Token", token);
        for header in self.headers.iter().take(6) {
            let (name, value) = header.parts(world);
            request = request.header(name, HeaderValue::from_bytes(&value).ok()?);
        }
        request.body(Body::from(body)).ok()
    }

    fn choose_endpoint<'w>(
        &self,
        world: &'w World,
    ) -> (Method, String, Option<&'w hub::http::routes::Endpoint>) {
        let (number, texts, short) = match &self.at {
            CallTarget::Endpoint(number, short, texts) => (number, texts, usize::from(*short)),
            CallTarget::Method(number, method, texts) => (number, texts, usize::from(*method) % 2),
            CallTarget::Unknown(path) => {
                return (Method::POST, format!("/v1/{}", escaped(path)), None);
            }
            CallTarget::Outside(number) => {
                let path = OUTSIDE[usize::from(*number) % OUTSIDE.len()];
                let method = METHODS[usize::from(*number / 16) % 2].clone();
                return (method, path.to_owned(), None);
            }
        };
        let endpoint = &world.endpoints[usize::from(*number) % world.endpoints.len()];
        let paths: Vec<_> = endpoint.paths.iter().collect();
        let path = paths[short % paths.len()].template;
        let mut texts = texts.iter();
        let mut whole = String::from("/v1");
        for part in path.split('/').skip(1) {
            whole.push('/');
            if part.starts_with('{') {
                let text = texts.next().map(|text| text.standing_for(part, world));
                whole.push_str(&escaped(&text.unwrap_or_default()));
            } else {
                whole.push_str(part);
            }
        }
        let method = match &self.at {
            CallTarget::Method(_, method, _) => METHODS[usize::from(*method) % METHODS.len()].clone(),
            _ => endpoint.method.clone(),
        };
        (method, whole, Some(endpoint))
    }
}

impl Header {
    fn parts(&self, world: &World) -> (&'static str, Vec<u8>) {
        let bytes = |text: &Text| text.of(world).into_bytes();
        match self {
            Self::IfMatch(text) => ("If-Match", bytes(text)),
            Self::IfNoneMatch(text) => ("If-None-Match", bytes(text)),
            Self::IdempotencyKey(text) => ("Idempotency-Key", bytes(text)),
            Self::Override(number) => (
                "X-Http-Method-Override",
                METHODS[usize::from(*number) % METHODS.len()]
                    .as_str()
                    .into(),
            ),
            Self::ContentType(text) => ("Content-Type", bytes(text)),
            Self::Bearer(text) => ("Authorization", [b"Bearer ", &*bytes(text)].concat()),
            Self::Length => ("Content-Length", b"7".to_vec()),
            Self::Any(value) => ("X-Access-Token", value.clone()),
        }
    }
}

impl Sent {
    fn bytes(&self, world: &World, example: Option<&str>) -> Vec<u8> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Example(edits) => {
                let example = example.unwrap_or("{}");
                let mut body = serde_json::from_str(example).expect("an example is JSON");
                for edit in edits.iter().take(16) {
                    edit.apply(&mut body, world);
                }
                body.to_string().into_bytes()
            }
        }
    }
}

impl Edit {
    fn apply(&self, body: &mut Value, world: &World) {
        let mut paths = Vec::new();
        value_paths(body, String::new(), &mut paths);
        let path = &paths[usize::from(self.at) % paths.len()];
        if let Change::Remove = self.change {
            if let Some((parent, key)) = path.rsplit_once('/') {
                match body.pointer_mut(parent) {
                    Some(Value::Object(fields)) => {
                        fields.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
                    }
                    Some(Value::Array(entries)) => {
                        let at: usize = key.parse().expect("an index");
                        entries.remove(at);
                    }
                    _ => {}
                }
            }
            return;
        }
        let Some(target) = body.pointer_mut(path) else {
            return;
        };
        match &self.change {
            Change::Set(leaf) => *target = leaf.value(world),
            Change::Key(key, leaf) => {
                let (key, value) = (word(world, *key), leaf.value(world));
                match target {
                    Value::Object(fields) => {
                        fields.insert(key, value);
                    }
                    other => *other = Value::Object(Map::from_iter([(key, value)])),
                }
            }
            Change::Append(leaf) => match target {
                Value::Array(entries) => entries.push(leaf.value(world)),
                other => *other = json!([leaf.value(world)]),
            },
            Change::Again(times) => {
                if let Value::Array(entries) = target
                    && let Some(last) = entries.last().cloned()
                {
                    entries.extend(std::iter::repeat_n(last, usize::from(*times)));
                }
            }
            Change::Deepen(levels, list) => {
                for _ in 0..*levels % 128 {
                    let inner = target.take();
                    *target = if *list {
                        json!([inner])
                    } else {
                        json!({ "a": inner })
                    };
                }
            }
            Change::Remove => {}
        }
    }
}

/// The JSON pointer of every place in a value, up to a bound.
fn value_paths(value: &Value, path: String, found: &mut Vec<String>) {
    if found.len() > 500 || path.len() > 2_000 {
        return;
    }
    found.push(path.clone());
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                value_paths(value, format!("{path}/{key}"), found);
            }
        }
        Value::Array(entries) => {
            for (index, entry) in entries.iter().take(20).enumerate() {
                value_paths(entry, format!("{path}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
