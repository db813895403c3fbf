//! The events: one JSON Schema for each pair of resource and event type that can be subscribed to.

use serde_json::{Map, Value, json};
use wire::customer::Customer;
use wire::delivery::{Delivery, DeliveryQuote};
use wire::event::{Event, EventResource, EventType};
use wire::inventory::InventoryEntry;
use wire::location::Location;
use wire::order::Order;
use wire::schema::{self, SchemaFn, SchemaGenerator, response_schema};

use super::VERSION;

/// What events are listed under.
pub const TAG: &str = "events";
/// The signature of an event, as a scheme of security.
pub(super) const SIGNATURE: &str = "event_signature";
/// The header that the signature is in.
const SIGNATURE_HEADER: &str = "X-HubRise-Hmac-SHA256";

/// A kind of event, as the contract describes it.
#[derive(Clone, Copy, Debug)]
pub struct EventDoc {
    /// The resource that has changed.
    pub resource: EventResource,
    /// The kind of the change.
    pub kind: EventType,
}

impl EventDoc {
    /// Its name, as in `order.create`.
    pub fn name(self) -> String {
        format!("{}.{}", self.resource, self.kind)
    }

    /// What happened, in a few words.
    fn summary(self) -> String {
        let thing = match self.resource {
            EventResource::Order => "An order",
            EventResource::Delivery => "The delivery of an order",
            EventResource::DeliveryQuote => "A quote for a delivery",
            EventResource::Customer => "A customer",
            EventResource::Catalog => "A catalog",
            EventResource::Inventory => "The inventory of a catalog at a location",
            EventResource::Location => "A location",
            EventResource::CustomerList => "A customer list",
            EventResource::Account => "An account",
        };
        let verb = match self.kind {
            EventType::Create => "was created",
            EventType::Update if self.resource == EventResource::Inventory => "was replaced",
            EventType::Update => "was changed",
            EventType::Patch => "was changed in part",
            EventType::Delete => "was deleted",
        };
        format!("{thing} {verb}")
    }

    fn has_new_state(self) -> bool {
        state_of(self.resource).is_some()
            && matches!(self.kind, EventType::Create | EventType::Update)
    }

    fn has_previous_state(self) -> bool {
        state_of(self.resource).is_some() && self.kind == EventType::Update
    }

    fn has_changes(self) -> bool {
        self.resource == EventResource::Inventory && self.kind == EventType::Patch
    }

    fn ids(self) -> &'static [&'static str] {
        match self.resource {
            EventResource::Order => &["account_id", "location_id", "order_id"],
            EventResource::Delivery => &["account_id", "location_id", "order_id", "delivery_id"],
            EventResource::DeliveryQuote => {
                &["account_id", "location_id", "order_id", "delivery_quote_id"]
            }
            EventResource::Customer => &["account_id", "customer_list_id", "customer_id"],
            EventResource::Catalog => &["account_id", "catalog_id"],
            EventResource::Inventory | EventResource::Location => &["account_id", "location_id"],
            EventResource::CustomerList => &["account_id", "customer_list_id"],
            EventResource::Account => &["account_id"],
        }
    }
}

/// The type of the states that events of a resource carry; none if they carry none, or if their
/// resource has no type yet.
fn state_of(resource: EventResource) -> Option<SchemaFn> {
    match resource {
        EventResource::Order => Some(response_schema::<Order>),
        EventResource::Location => Some(response_schema::<Location>),
        EventResource::Customer => Some(response_schema::<Customer>),
        EventResource::Delivery => Some(response_schema::<Delivery>),
        EventResource::DeliveryQuote => Some(response_schema::<DeliveryQuote>),
        EventResource::Catalog
        | EventResource::Inventory
        | EventResource::CustomerList
        | EventResource::Account => None,
    }
}

/// Always the same word.
fn constant_schema(word: &str, what: &str) -> Value {
    json!({ "description": what, "type": "string", "const": word })
}

/// Every pair that can be subscribed to.
pub fn event_docs() -> Vec<EventDoc> {
    EventResource::ALL
        .iter()
        .flat_map(|&resource| {
            let kinds = resource.event_types().iter();
            kinds.map(move |&kind| EventDoc { resource, kind })
        })
        .collect()
}

/// The schema of each pair, complete in itself.
pub(super) fn schemas() -> Vec<(String, Value)> {
    event_docs()
        .into_iter()
        .map(|doc| {
            let mut generator = schema::generator("/$defs");
            let mut whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "$id": format!("urn:passeplat:event:{}:{VERSION}", doc.name()),
            });
            let body = body(doc, &mut generator);
            if let (Some(whole), Value::Object(body)) = (whole.as_object_mut(), body) {
                whole.extend(body);
                whole.insert("$defs".to_owned(), generator.take_definitions(true).into());
            }
            (doc.name(), whole)
        })
        .collect()
}

/// The events as calls that a client receives.
pub(super) fn webhooks(generator: &mut SchemaGenerator) -> Map<String, Value> {
    event_docs()
        .into_iter()
        .map(|doc| {
            let id = doc.name().replace('.', "_");
            let call = json!({
                "post": {
                    "operationId": format!("event_{id}"),
                    "tags": [TAG],
                    "summary": doc.summary(),
                    "description": "The hub sends this to the URL of every callback that has subscribed to it.",
                    "security": [{ SIGNATURE: [] }],
                    "parameters": [{
                        "name": SIGNATURE_HEADER,
                        "in": "header",
                        "required": true,
                        "description": SIGNED,
                        "schema": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
                    }],
                    "requestBody": {
                        "required": true,
                        "content": { "application/json": { "schema": body(doc, generator) } },
                    },
                    "responses": {
                        "default": {
                            "description": "A status from 200 to 499 within 20 seconds acknowledges the event. After anything else, the hub sends it again: after 1, 2, 4, 8, 16 and 32 minutes, and orders with their deliveries and delivery quotes sooner and for longer: 13 times in the first 11 minutes, then for a day. When the receiver answers again, what waits is sent at once. `Retry-After` is respected up to an hour.",
                        },
                    },
                },
            });
            (doc.name(), call)
        })
        .collect()
}

/// How a receiver knows that an event comes from the hub.
const SIGNED: &str = "The HMAC-SHA256 of the body, in lower-case hexadecimal. The key is the \
    client's secret. Compare it before trusting the body.";

/// The signature as a scheme of security.
pub(super) fn signature() -> Value {
    json!({ "type": "apiKey", "in": "header", "name": SIGNATURE_HEADER, "description": SIGNED })
}

/// The envelope, narrowed down to what this pair carries.
fn body(doc: EventDoc, generator: &mut SchemaGenerator) -> Value {
    let envelope = <Event as wire::schema::JsonSchema>::json_schema(generator);
    let mut properties = envelope
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    properties.insert(
        "resource_type".to_owned(),
        constant_schema(doc.resource.as_str(), "The kind of thing that changed."),
    );
    properties.insert(
        "event_type".to_owned(),
        constant_schema(doc.kind.as_str(), "What happened to it."),
    );
    let mut required: Vec<&str> = vec!["id", "resource_type", "event_type", "created_at"];
    required.extend(doc.ids());
    let states = [
        ("previous_state", doc.has_previous_state()),
        ("new_state", doc.has_new_state()),
    ];
    for (key, is_there) in states {
        properties.shift_remove(key);
        if let (true, Some(draw)) = (is_there, state_of(doc.resource)) {
            properties.insert(key.to_owned(), draw(generator).to_value());
            required.push(key);
        }
    }
    if doc.has_changes() {
        let changes = response_schema::<Vec<InventoryEntry>>(generator);
        properties.insert("state_change".to_owned(), changes.to_value());
        required.push("state_change");
    } else {
        properties.shift_remove("state_change");
    }
    json!({
        "title": doc.name(),
        "type": "object",
        "properties": properties,
        "required": required,
    })
}
