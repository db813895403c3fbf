//! Made-up traffic: what the dictionary of the journal is trained on, and what it is measured by.

use std::path::PathBuf;

use hub::entropy::Entropy;

use crate::support::{Caller, TestHub, Value, json};

/// Words for orders; those of a set go together.
struct Words {
    products: &'static [&'static str],
    skus: &'static [&'static str],
    options: &'static [(&'static str, &'static str)],
    first_names: &'static [&'static str],
    last_names: &'static [&'static str],
    streets: &'static [&'static str],
    cities: &'static [(&'static str, &'static str)],
    notes: &'static [&'static str],
    channels: &'static [&'static str],
}

/// What the dictionary knows.
const KNOWN: Words = Words {
    products: &[
        "Margherita",
        "Regina",
        "Quatre fromages",
        "Calzone",
        "Burger classique",
        "Cheeseburger",
        "Frites maison",
        "Salade César",
        "Poke saumon",
        "Sushi mix",
        "Maki avocat",
        "Ramen porc",
        "Pad thaï",
        "Couscous royal",
        "Tacos poulet",
        "Coca-Cola 33 cl",
        "Eau plate 50 cl",
        "Limonade",
        "Mousse au chocolat",
        "Crème brûlée",
        "Menu midi",
        "Fish and chips",
        "Espresso",
    ],
    skus: &[
        "Petite", "Grande", "Normale", "26 cm", "XL", "Menu", "Simple", "Double",
    ],
    options: &[
        ("Sauces", "Ketchup"),
        ("Sauces", "Mayonnaise"),
        ("Suppléments", "Mozzarella"),
        ("Suppléments", "Jambon"),
        ("Cuisson", "À point"),
        ("Cuisson", "Saignant"),
        ("Boissons", "Ice tea"),
        ("Toppings", "Sesame"),
        ("Size", "Large"),
        ("Sans", "Oignons"),
    ],
    first_names: &[
        "Marie", "Jean", "Sophie", "Luc", "Nadia", "Paul", "Emma", "John", "Laura",
    ],
    last_names: &[
        "Martin", "Bernard", "Petit", "Moreau", "Smith", "Garcia", "Leroy", "Roux",
    ],
    streets: &[
        "rue de la République",
        "avenue Jean Jaurès",
        "place Bellecour",
        "High Street",
    ],
    cities: &[
        ("75011", "Paris"),
        ("33000", "Bordeaux"),
        ("13001", "Marseille"),
        ("59000", "Lille"),
    ],
    notes: &[
        "Sans couverts",
        "Allergie aux noix",
        "Merci de sonner",
        "2e étage, porte droite",
    ],
    channels: &[
        "Uber Eats",
        "Deliveroo",
        "Just Eat",
        "Site web",
        "Click & Collect",
        "Borne",
    ],
};

/// What it does not know.
const UNKNOWN: Words = Words {
    products: &[
        "Flammekueche gratinée",
        "Bibimbap bœuf",
        "Galette complète",
        "Kouign-amann",
    ],
    skus: &["Familiale", "Demi-portion", "33 cm"],
    options: &[
        ("Accompagnement", "Kimchi"),
        ("Ingrédient", "Andouille"),
        ("Lait", "Avoine"),
    ],
    first_names: &["Gwenaëlle", "Tadashi", "Camille"],
    last_names: &["Le Goff", "Schmitt", "Durand"],
    streets: &["quai des Bateliers", "venelle du Four à pain"],
    cities: &[("29000", "Quimper"), ("67000", "Strasbourg")],
    notes: &["Laisser devant le portail vert", "Vinaigrette à part"],
    channels: &["Commandes en ligne", "Comptoir"],
};

/// Makes things up, the same in every run.
struct Fancy(Entropy, &'static Words);

impl Fancy {
    fn below(&self, limit: usize) -> usize {
        usize::try_from(self.0.below(limit as u64)).unwrap_or(0)
    }

    fn one<T: Copy>(&self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn money(&self, most: usize) -> String {
        format!(
            "{}.{} EUR",
            1 + self.below(most),
            self.one(&["00", "50", "90", "20"])
        )
    }

    fn item(&self) -> Value {
        let mut item = json!({
            "product_name": self.one(self.1.products), "price": self.money(20),
            "quantity": self.one(&["1", "1", "1", "2", "3"]),
        });
        if self.below(2) == 0 {
            item["sku_name"] = self.one(self.1.skus).into();
        }
        if self.below(3) > 0 {
            item["sku_ref"] = format!("{}", 100 + self.below(900)).into();
        }
        if self.below(2) == 0 {
            item["tax_rate"] = self.one(&["10.0", "5.5", "20.0"]).into();
        }
        if self.below(4) == 0 {
            item["customer_notes"] = self.one(self.1.notes).into();
        }
        let options: Vec<Value> = (0..self.below(4))
            .map(|_| {
                let (list, name) = self.one(self.1.options);
                json!({ "option_list_name": list, "name": name, "price": self.money(3), "quantity": 1 })
            })
            .collect();
        if !options.is_empty() {
            item["options"] = options.into();
        }
        item
    }

    fn order(&self) -> Value {
        let items: Vec<Value> = (0..=self.below(5)).map(|_| self.item()).collect();
        let service = self.one(&["delivery", "collection", "eat_in"]);
        let mut order = json!({
            "ref": format!("{}", self.0.hex::<4>()), "status": self.one(&["new", "received", "accepted"]),
            "channel": self.one(self.1.channels), "service_type": service, "items": items,
            "asap": self.below(2) == 0,
            "expected_time": format!("2026-03-07T{}:{}0:00+01:00", 12 + self.below(10), self.below(6)),
        });
        if self.below(2) == 0 {
            order["customer_notes"] = self.one(self.1.notes).into();
        }
        if self.below(2) == 0 {
            order["payments"] = json!([{ "type": self.one(&["online", "cash"]),
                "name": self.one(&["Carte", "Espèces", "Titre restaurant"]), "amount": self.money(60) }]);
        }
        if self.below(4) == 0 {
            order["discounts"] = json!([{ "name": "Bienvenue", "price_off": self.money(5) }]);
        }
        if service == "delivery" {
            order["charges"] =
                json!([{ "type": "delivery", "name": "Livraison", "price": self.money(4) }]);
        }
        if self.below(4) > 0 {
            let (code, city) = self.one(self.1.cities);
            let (first, last) = (self.one(self.1.first_names), self.one(self.1.last_names));
            order["customer"] = json!({
                "first_name": first, "last_name": last,
                "email": format!("{}.{}@example.com", first.to_lowercase(), self.below(1_000)),
                "phone": format!("+33 6 {:02} {:02} {:02} 12", self.below(100), self.below(100), self.below(100)),
                "address_1": format!("{} {}", 1 + self.below(120), self.one(self.1.streets)),
                "postal_code": code, "city": city, "country": "FR",
                "delivery_notes": self.one(self.1.notes),
            });
        }
        order
    }
}

/// Sends orders and what usually follows them; the bodies that went to and fro for each order.
fn traffic(hub: &TestHub, fancy: &Fancy, orders: usize) -> Vec<Vec<String>> {
    let (site, till) = (hub.client("Site"), hub.client("Caisse"));
    let events = json!({ "order": ["create", "update"], "location": ["update"] });
    till.post("/callback", json!({ "events": events })).ok();
    let mut all = Vec::new();
    for number in 0..orders {
        let mut bodies = Vec::new();
        let mut call = |who: &Caller, method: &str, path: &str, body: Option<Value>| -> Value {
            let answer = match (method, &body) {
                ("POST", Some(body)) => who.post(path, body.clone()),
                ("PATCH", Some(body)) => who.patch(path, body.clone()),
                ("DELETE", _) => who.delete(path),
                _ => who.get(path),
            };
            bodies.extend(body.map(|body| body.to_string()));
            let value = serde_json::from_str(&answer.text).unwrap_or_default();
            bodies.push(answer.text);
            value
        };
        let made = call(&site, "POST", "/location/orders", Some(fancy.order()));
        let path = format!("/location/orders/{}", made["id"].as_str().unwrap_or("none"));
        let events = call(&till, "GET", "/callback/events", None);
        let event = events[0]["id"].as_str().unwrap_or("none").to_owned();
        call(&till, "GET", &format!("/callback/events/{event}"), None);
        call(&till, "DELETE", &format!("/callback/events/{event}"), None);
        call(
            &till,
            "PATCH",
            &path,
            Some(json!({ "status": fancy.one(&["accepted", "rejected"]) })),
        );
        call(&site, "GET", &path, None);
        match number % 10 {
            0 => drop(call(&site, "GET", "/location", None)),
            1 => drop(call(
                &till,
                "POST",
                "/location/orders",
                Some(json!({ "status": "newest", "items": [{}] })),
            )),
            2 => drop(call(&till, "GET", "/location/orders?count=3", None)),
            _ => {}
        }
        hub.pass(std::time::Duration::from_secs(37));
        all.push(bodies);
    }
    all
}

fn size(bodies: &[String], pack: impl Fn(&str) -> usize) -> usize {
    bodies.iter().map(|body| pack(body)).sum()
}

#[test]
#[ignore = "writes the corpus of scripts/train-dictionary into PASSEPLAT_CORPUS"]
fn the_corpus_is_written() {
    let folder = PathBuf::from(std::env::var_os("PASSEPLAT_CORPUS").expect("PASSEPLAT_CORPUS"));
    let hub = TestHub::start();
    let fancy = Fancy(Entropy::seeded(1), &KNOWN);
    let bodies = traffic(&hub, &fancy, 400).into_iter().flatten();
    for (number, body) in bodies.filter(|body| body.len() > 2).enumerate() {
        std::fs::write(folder.join(format!("{number:05}.json")), body).expect("a file");
    }
}

#[test]
fn bodies_of_words_that_the_dictionary_does_not_know_take_half_of_what_they_took() {
    let hub = TestHub::start();
    let fancy = Fancy(Entropy::seeded(2), &UNKNOWN);
    let bodies: Vec<String> = traffic(&hub, &fancy, 40).into_iter().flatten().collect();
    hub.wait(hub.hub.journal().flush())
        .expect("a written journal");
    let alone = size(&bodies, |body| {
        zstd::bulk::compress(body.as_bytes(), 1)
            .expect("zstd")
            .len()
    });
    let compressed: hub::db::Result<Option<(i64,)>> =
        hub.wait(hub.hub.journal().db().read("test.size", |tx| {
            tx.first(
                "SELECT CAST(SUM(LENGTH(request_body) + LENGTH(response_body)) AS BIGINT) FROM requests",
                &[],
            )
        }));
    let compressed = compressed
        .expect("a sum")
        .map_or(0, |(compressed,)| compressed);
    let raw = size(&bodies, str::len);
    eprintln!("40 orders: {raw} bytes, {alone} one by one, {compressed} by the dictionary");
    assert!(compressed * 2 < i64::try_from(alone).expect("a size"));
}
