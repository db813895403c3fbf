//! Something of everything that paths can name: the location's, the account's, a sibling's, another
//! account's. All of it is made over the API; where the API has no such route yet, there is nothing.

use std::collections::{BTreeMap, BTreeSet};

use hub::oauth::connections::Grant;
use hub::provision::CreatedAccount;
use hub::users::permissions::Permissions;
use wire::id::{ClientId, LocationId};

use super::rules::{HeldScope, Level, Whose};
use super::table::plain;
use crate::support::{Caller, TestHub, Value, json};

/// The id of nothing.
const NOTHING: &str = "zzzzz";

/// A picture of one pixel.
const PNG: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54,
    0x78, 0x9c, 0x63, 0, 1, 0, 0, 5, 0, 1, 0x0d, 0x0a, 0x2d, 0xb4, 0, 0, 0, 0, 0x49, 0x45, 0x4e,
    0x44, 0xae, 0x42, 0x60, 0x82,
];

/// Every endpoint of the program, as the table writes it.
pub fn routed() -> BTreeSet<(String, String)> {
    let mut routed = BTreeSet::new();
    for endpoint in hub::api::endpoints().endpoints() {
        for path in endpoint.paths.iter() {
            routed.insert((endpoint.method.to_string(), plain(path.template)));
        }
    }
    routed
}

/// A hub full of things.
pub struct Things {
    pub hub: TestHub,
    pub other: CreatedAccount,
    /// May do everything, in the account and in the other one.
    admin: Caller,
    stranger: Caller,
    routed: BTreeSet<(String, String)>,
    ids: BTreeMap<(&'static str, Whose), String>,
    made: u32,
}

impl Things {
    pub fn make(hub: TestHub) -> Self {
        let other = hub.another_account();
        let everything = "account[orders.write,all_customer_lists.write,all_catalogs.write]";
        let mut things = Self {
            admin: hub.connect("admin", everything, None),
            stranger: hub.connect_in(&other.account, "stranger", everything, None),
            routed: routed(),
            ids: BTreeMap::new(),
            made: 0,
            hub,
            other,
        };
        let foreign = things.other.location.clone();
        let (own, sibling) = (
            things.hub.location.clone(),
            things.hub.second_location.clone(),
        );
        for (whose, location) in [
            (Whose::Own, own),
            (Whose::Sibling, sibling),
            (Whose::Foreign, foreign),
        ] {
            things.furnish(whose, &location);
        }
        let (catalog, list) = (
            things.hub.catalog.to_string(),
            things.hub.customer_list.to_string(),
        );
        things.fill_catalog(Whose::Chosen, catalog);
        things.fill_list(Whose::Chosen, list);
        things
    }

    /// The id of what is called so in a path, such as `orders`.
    pub fn id(&self, kind: &str, whose: Whose) -> String {
        let found = self
            .ids
            .iter()
            .find(|((known, owner), _)| *known == kind && *owner == whose);
        found.map_or(NOTHING, |(_, id)| id).to_owned()
    }

    /// Another thing of that kind, to be destroyed.
    pub fn fresh(&mut self, kind: &'static str, whose: Whose) -> String {
        let name = json!({ "name": format!("fresh {}", self.number()) });
        let made = match whose {
            Whose::Chosen => {
                let account = self.hub.account.to_string();
                self.post(whose, &format!("/accounts/{{}}/{kind}"), &[&account], name)
            }
            _ => {
                let location = self.id("locations", whose);
                self.post(
                    whose,
                    &format!("/locations/{{}}/{kind}"),
                    &[&location],
                    name,
                )
            }
        };
        made.map_or(NOTHING.to_owned(), |made| id(&made))
    }

    /// Another number every time.
    pub fn number(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    /// What is sent for a body of the table, with its headers.
    pub fn body(&mut self, text: &str, whose: Option<Whose>) -> (&'static str, Vec<u8>) {
        if text == "PNG" {
            return ("image/png", PNG.to_vec());
        }
        let customer = self.id("customers", whose.unwrap_or(Whose::Unknown));
        let text = text
            .replace("<n>", &self.number().to_string())
            .replace("<customer>", &customer);
        ("application/json", text.into_bytes())
    }

    /// Somebody who holds this, at the first location or the account, with an event that waits.
    pub fn caller(&self, index: usize, held: &HeldScope) -> Caller {
        let name = format!("scope{index}");
        let scope = held.to_string();
        let has = |permission: &str| held.has(&format!("{permission}.read"));
        let user = held.profile.map(|_| {
            let user = self
                .hub
                .user_of(&self.hub.account, &name, Permissions::NONE, None);
            user.0
        });
        let grant = Grant {
            client: ClientId::from_generated(format!("{name}.clients.test")),
            account: held.level.map(|_| self.hub.account.clone()),
            location: (held.level == Some(Level::Location)).then(|| self.hub.location.clone()),
            device: String::new(),
            scope,
            catalog: has("catalog").then(|| self.hub.catalog.clone()),
            customer_list: has("customer_list").then(|| self.hub.customer_list.clone()),
            user,
        };
        let caller = self.hub.connect_with(&name, grant);
        if held.level.is_some() {
            listen(&caller);
        }
        caller
    }

    /// Lets something happen at the first location, of which everybody who listens hears.
    pub fn happen(&mut self) {
        let number = self.number();
        let path = format!("/locations/{}", self.hub.location);
        self.admin
            .patch(&path, json!({ "preparation_time": number }))
            .ok();
    }

    fn who(&self, whose: Whose) -> &Caller {
        if whose == Whose::Foreign {
            &self.stranger
        } else {
            &self.admin
        }
    }

    /// Makes something, if there is such a route.
    fn post(&self, whose: Whose, path: &str, ids: &[&str], body: Value) -> Option<Value> {
        let is_there = self.routed.contains(&("POST".to_owned(), path.to_owned()));
        is_there.then(|| self.who(whose).post(&with(path, ids), body).ok())
    }

    /// The id of the first in a list, if there is such a route.
    fn first(&self, whose: Whose, path: &str, ids: &[&str]) -> Option<String> {
        let is_there = self.routed.contains(&("GET".to_owned(), path.to_owned()));
        is_there.then(|| id(&self.who(whose).get(&with(path, ids)).ok()[0]))
    }

    fn keep(&mut self, kind: &'static str, whose: Whose, id: Option<String>) {
        self.ids.extend(id.map(|id| ((kind, whose), id)));
    }

    /// Something of everything at a location. What must not be seen from elsewhere is marked.
    fn furnish(&mut self, whose: Whose, location: &LocationId) {
        let location_id = location.to_string();
        self.keep("locations", whose, Some(location_id.clone()));
        self.keep("accounts", whose, Some(location.account().to_string()));
        let mark = mark(whose);
        let order = json!({ "status": "new", "service_type": "delivery", "ref": mark });
        let order = self.post(whose, "/locations/{}/orders", &[&location_id], order);
        let order = id(&order.expect("an order"));
        let ids = [location_id.as_str(), order.as_str()];
        let quote = json!({ "carrier": mark, "fee": "5.20 EUR" });
        let quote = self.post(
            whose,
            "/locations/{}/orders/{}/delivery_quotes",
            &ids,
            quote,
        );
        self.keep("delivery_quotes", whose, quote.as_ref().map(id));
        let delivery = json!({ "carrier": mark, "status": "pending" });
        self.post(whose, "/locations/{}/orders/{}/delivery", &ids, delivery);
        self.keep("orders", whose, Some(order));
        let catalog = json!({ "name": format!("Carte {mark}") });
        if let Some(catalog) = self.post(whose, "/locations/{}/catalogs", &[&location_id], catalog)
        {
            self.fill_catalog(whose, id(&catalog));
        }
        let list = json!({ "name": format!("Liste {mark}") });
        if let Some(list) = self.post(whose, "/locations/{}/customer_lists", &[&location_id], list)
        {
            self.fill_list(whose, id(&list));
        }
        let event = self.event_at(whose, location);
        self.keep("events", whose, Some(event));
    }

    /// An event that somebody else there is owed.
    fn event_at(&mut self, whose: Whose, location: &LocationId) -> String {
        let scope = "location[orders.read]";
        let name = format!("witness{}", self.number());
        let account = location.account();
        let witness = self.hub.connect_in(&account, &name, scope, Some(location));
        listen(&witness);
        let change = json!({ "preparation_time": self.number() + 1_000 });
        self.who(whose)
            .patch(&format!("/locations/{location}"), change)
            .ok();
        id(&witness.get("/callback/events").ok()[0])
    }

    fn fill_catalog(&mut self, whose: Whose, catalog: String) {
        let put = ("PUT".to_owned(), "/catalogs/{}".to_owned());
        if self.routed.contains(&put) {
            let path = format!("/catalogs/{catalog}");
            self.who(whose)
                .put(&path, json!({ "data": content() }))
                .ok();
        }
        let one = [catalog.as_str()];
        for (kind, path) in [
            ("categories", "/catalogs/{}/categories"),
            ("products", "/catalogs/{}/products"),
            ("option_lists", "/catalogs/{}/option_lists"),
            ("deals", "/catalogs/{}/deals"),
            ("discounts", "/catalogs/{}/discounts"),
            ("charges", "/catalogs/{}/charges"),
        ] {
            let first = self.first(whose, path, &one);
            self.keep(kind, whose, first);
        }
        for (kind, path, within) in [
            ("skus", "/catalogs/{}/products/{}/skus", "products"),
            (
                "options",
                "/catalogs/{}/option_lists/{}/options",
                "option_lists",
            ),
        ] {
            let within = self.id(within, whose);
            let first = self.first(whose, path, &[&catalog, &within]);
            self.keep(kind, whose, first);
        }
        let image = ("POST".to_owned(), "/catalogs/{}/images".to_owned());
        if self.routed.contains(&image) {
            let length = PNG.len().to_string();
            let headers = [("Content-Type", "image/png"), ("Content-Length", &length)];
            let path = format!("/catalogs/{catalog}/images");
            let made = self.who(whose).send("POST", &path, &headers, PNG.to_vec());
            self.keep("images", whose, Some(id(&made.ok())));
        }
        self.keep("catalogs", whose, Some(catalog));
    }

    fn fill_list(&mut self, whose: Whose, list: String) {
        let new = json!({ "first_name": mark(whose) });
        let made = self.post(whose, "/customer_lists/{}/customers", &[&list], new);
        let customer = made.as_ref().map_or(NOTHING.to_owned(), id);
        let new = json!({ "customer_id": customer, "ref": mark(whose) });
        let card = self.post(whose, "/customer_lists/{}/loyalty_cards", &[&list], new);
        let card = card.as_ref().map_or(NOTHING.to_owned(), id);
        let path = "/customer_lists/{}/loyalty_cards/{}/operations";
        let operation = self.post(whose, path, &[&list, &card], json!({ "delta": "1" }));
        self.keep("operations", whose, operation.as_ref().map(id));
        self.keep("loyalty_cards", whose, Some(card));
        self.keep("customers", whose, Some(customer));
        self.keep("customer_lists", whose, Some(list));
    }
}

/// What things of others are called, to be found where they must not be.
pub fn mark(whose: Whose) -> &'static str {
    match whose {
        Whose::Own => "OF-THE-LOCATION",
        Whose::Chosen => "OF-THE-ACCOUNT",
        Whose::Sibling => "OF-A-SIBLING",
        Whose::Foreign | Whose::Unknown => "OF-A-STRANGER",
    }
}

/// A catalog with one of everything that has a path.
fn content() -> Value {
    json!({
        "categories": [{ "ref": "P", "name": "Pizzas" }],
        "option_lists": [
            { "ref": "S", "name": "Sup", "options": [{ "name": "Burrata", "price": "3.00 EUR" }] }
        ],
        "products": [{
            "name": "Reine", "category_ref": "P",
            "skus": [{ "ref": "R", "price": "9.00 EUR", "option_list_refs": ["S"] }]
        }],
        "deals": [{
            "name": "Duo",
            "lines": [{ "skus": [{ "ref": "R" }], "pricing_effect": "unchanged" }]
        }],
        "discounts": [
            { "name": "Bienvenue", "pricing_effect": "price_off", "pricing_value": "2.00 EUR" }
        ],
        "charges": [{ "name": "Livraison", "type": "delivery", "price": "2.90 EUR" }]
    })
}

fn listen(caller: &Caller) {
    let body = json!({ "events": { "location": ["update"] } });
    caller.post("/callback", body).ok();
}

fn id(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

/// A path with these ids in it.
fn with(path: &str, ids: &[&str]) -> String {
    ids.iter()
        .fold(path.to_owned(), |path, id| path.replacen("{}", id, 1))
}
