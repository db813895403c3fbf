//! Who may call what, as the API has it (chapters Endpoint index and OAuth 2.0). Written from there
//! and not from the program, so that a mistake in one shows in the other.

/// Method | long path | short path | permission, of which one is enough | body that is good |
/// what comes back when it may be done, if that is not 200.
///
/// In a body `<n>` is another number every time and `<customer>` a customer of the list.
const TABLE: &str = r#"
GET    | /locations/{} | /location | any
PATCH  | /locations/{} | /location | any write | {"preparation_time":15}
GET    | /locations | - | any
GET    | /accounts/{} | /account | any
GET    | /accounts | - | any
GET    | /user | - | profile
POST   | /locations/{}/orders | /location/orders | orders.write | {"status":"new"}
GET    | /locations/{}/orders | /location/orders | orders.read
GET    | /accounts/{}/orders | /account/orders | orders.read
GET    | /locations/{}/orders/{} | /location/orders/{} | orders.read
PATCH  | /locations/{}/orders/{} | /location/orders/{} | orders.write | {"status":"accepted"}
PUT    | /locations/{}/orders/{} | /location/orders/{} | orders.write | {"status":"accepted"}
POST   | /locations/{}/orders/{}/delivery_quotes | /location/orders/{}/delivery_quotes | orders.write | {"carrier":"Taxi","fee":"5.20 EUR"}
GET    | /locations/{}/orders/{}/delivery_quotes | /location/orders/{}/delivery_quotes | orders.read
GET    | /locations/{}/orders/{}/delivery_quotes/{} | /location/orders/{}/delivery_quotes/{} | orders.read
POST   | /locations/{}/orders/{}/delivery_quotes/{}/accept | /location/orders/{}/delivery_quotes/{}/accept | orders.write
POST   | /locations/{}/orders/{}/delivery | /location/orders/{}/delivery | orders.write | {"carrier":"Taxi","status":"pending"} | 422
GET    | /locations/{}/orders/{}/delivery | /location/orders/{}/delivery | orders.read
PATCH  | /locations/{}/orders/{}/delivery | /location/orders/{}/delivery | orders.write | {"status":"delivered"}
GET    | /catalogs/{} | - | catalog.read all_catalogs.read
GET    | /locations/{}/catalogs | /location/catalogs | catalog.read all_catalogs.read
GET    | /accounts/{}/catalogs | /account/catalogs | catalog.read all_catalogs.read
POST   | /locations/{}/catalogs | /location/catalogs | all_catalogs.write | {"name":"Carte <n>"}
POST   | /accounts/{}/catalogs | /account/catalogs | all_catalogs.write | {"name":"Carte <n>"}
PUT    | /catalogs/{} | - | catalog.write all_catalogs.write | {}
DELETE | /catalogs/{} | - | all_catalogs.write
GET    | /catalogs/{}/categories | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/categories/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/products | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/products/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/products/{}/skus | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/products/{}/skus/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/option_lists | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/option_lists/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/option_lists/{}/options | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/option_lists/{}/options/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/deals | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/deals/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/discounts | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/discounts/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/charges | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/charges/{} | - | catalog.read all_catalogs.read
POST   | /catalogs/{}/images | - | catalog.write all_catalogs.write | PNG
GET    | /catalogs/{}/images | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/images/{} | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/images/{}/data | - | catalog.read all_catalogs.read
GET    | /catalogs/{}/locations/{}/inventory | /catalogs/{}/location/inventory | inventory.read catalog.read all_catalogs.read
PUT    | /catalogs/{}/locations/{}/inventory | /catalogs/{}/location/inventory | inventory.write catalog.write all_catalogs.write | []
PATCH  | /catalogs/{}/locations/{}/inventory | /catalogs/{}/location/inventory | inventory.write catalog.write all_catalogs.write | []
GET    | /customer_lists/{} | - | customer_list.read all_customer_lists.read
GET    | /locations/{}/customer_lists | /location/customer_lists | customer_list.read all_customer_lists.read
GET    | /accounts/{}/customer_lists | /account/customer_lists | customer_list.read all_customer_lists.read
POST   | /locations/{}/customer_lists | /location/customer_lists | all_customer_lists.write | {"name":"Liste <n>"}
POST   | /accounts/{}/customer_lists | /account/customer_lists | all_customer_lists.write | {"name":"Liste <n>"}
PATCH  | /customer_lists/{} | - | customer_list.write all_customer_lists.write | {}
DELETE | /customer_lists/{} | - | all_customer_lists.write
GET    | /customer_lists/{}/customers | - | customer_list.read all_customer_lists.read
POST   | /customer_lists/{}/customers | - | customer_list.write all_customer_lists.write | {"first_name":"Ada"}
GET    | /customer_lists/{}/customers/{} | - | customer_list.read all_customer_lists.read
PATCH  | /customer_lists/{}/customers/{} | - | customer_list.write all_customer_lists.write | {"last_name":"L."}
PUT    | /customer_lists/{}/customers/{} | - | customer_list.write all_customer_lists.write | {"last_name":"L."}
POST   | /customer_lists/{}/customers/{}/anonymise | - | customer_list.write all_customer_lists.write
GET    | /customer_lists/{}/loyalty_cards | - | customer_list.read all_customer_lists.read
POST   | /customer_lists/{}/loyalty_cards | - | customer_list.write all_customer_lists.write | {"customer_id":"<customer>","ref":"<n>"}
GET    | /customer_lists/{}/loyalty_cards/{} | - | customer_list.read all_customer_lists.read
PATCH  | /customer_lists/{}/loyalty_cards/{} | - | customer_list.write all_customer_lists.write | {"name":"Club"}
GET    | /customer_lists/{}/loyalty_cards/{}/operations | - | customer_list.read all_customer_lists.read
POST   | /customer_lists/{}/loyalty_cards/{}/operations | - | customer_list.write all_customer_lists.write | {"delta":"1"}
GET    | /customer_lists/{}/loyalty_cards/{}/operations/{} | - | customer_list.read all_customer_lists.read
GET    | /callback | - | any
POST   | /callback | - | any | {"events":{"location":["update"]}}
GET    | /callback/events | - | any
POST   | /callback/events/resend | - | any | {"since":"2026-03-07T19:41:08+01:00"}
GET    | /callback/events/resend/{} | - | any | | 404
DELETE | /callback/events/resend/{} | - | any | | 404
GET    | /callback/stream | - | any
GET    | /callback/events/{} | - | any
DELETE | /callback/events/{} | - | any
POST   | /callback/events/acknowledge | - | any | {"event_ids":["zzzzzz"]}
DELETE | /callback | - | any
"#;

/// An endpoint as the API has it.
pub struct Row {
    pub method: &'static str,
    /// Long and short path, with `{}` for every id.
    pub paths: Vec<&'static str>,
    /// `any`, `any write`, `profile`, or permissions of which one is enough.
    pub permission: &'static str,
    /// A good body, or none.
    pub body: &'static str,
    /// What comes back to those who may.
    pub done: u16,
}

impl Row {
    /// Whether it acknowledges an event together with those before it.
    pub fn is_for_several(&self) -> bool {
        self.paths
            .iter()
            .any(|path| path.ends_with("/acknowledge_up_to"))
    }
}

/// The table, those that only look first and those that destroy last.
pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = TABLE
        .lines()
        .filter(|line| !line.is_empty())
        .map(row)
        .collect();
    let destroys = |row: &Row| {
        ["GET", "PATCH", "PUT", "POST", "DELETE"]
            .iter()
            .position(|it| *it == row.method)
    };
    rows.sort_by_key(destroys);
    rows
}

fn row(line: &'static str) -> Row {
    let mut cells = line.split('|').map(str::trim);
    let mut next = || cells.next().unwrap_or_default();
    let method = next();
    let paths = [next(), next()]
        .into_iter()
        .filter(|path| *path != "-")
        .collect();
    let (permission, body, done) = (next(), next(), next());
    assert!(!permission.is_empty(), "{line}");
    Row {
        method,
        paths,
        permission,
        body,
        done: if done.is_empty() {
            200
        } else {
            done.parse().expect("a status")
        },
    }
}

/// A path of the program's own list as the table writes it.
pub fn plain(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}
