//! Every JSON body that the API takes: read, checked, and what is accepted written and read back.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::callback::NewCallback;
use wire::catalog::{self, CatalogUpdate, RawCatalog};
use wire::currency::Currency;
use wire::customer::{RawCustomer, RawCustomerList};
use wire::delivery::{CheckedNewDelivery, Delivery, RawDelivery, RawDeliveryQuote};
use wire::id::{CustomerId, DeliveryId, DeliveryQuoteId, ImageId};
use wire::input::{self, FromJson, Input};
use wire::inventory::{self, RawInventoryEntry};
use wire::location::{Location, LocationPatch};
use wire::loyalty::{RawLoyaltyCard, RawOperation};
use wire::order::{
    ChangedOrder, CheckedNewOrder, CustomerForm, Order, OrderContext, OrderCustomer, PlacementContext,
    RawOrder, RawOrderPatch,
};
use wire::problem::{ErrorBody, Problems};
use wire::time::Time;

use crate::reads_back;

/// A body by its name. The seeds know it by its place, as a letter from `a` on: add at the end.
pub const BODIES: &[(&str, fn(&[u8]))] = &[
    ("a: order", |body| read(body, new_order)),
    ("b: order patch", |body| read(body, order_patch)),
    ("c: location patch", |body| read(body, location_patch)),
    ("d: delivery", |body| read(body, new_delivery)),
    ("e: delivery patch", |body| read(body, delivery_patch)),
    ("f: delivery quote", |body| read(body, new_quote)),
    ("g: callback", |body| read(body, new_callback)),
    ("h: catalog", |body| read(body, new_catalog)),
    ("i: catalog update", |body| read(body, catalog_update)),
    ("j: inventory", |body| read(body, stocks)),
    ("k: customer", |body| read(body, customer)),
    ("l: customer list", |body| read(body, customer_list)),
    ("m: loyalty card", |body| read(body, loyalty_card)),
    ("n: loyalty operation", |body| read(body, operation)),
];

/// Takes a body of the kind that the letter says.
pub fn take(letter: u8, body: &[u8]) {
    let (_, take) = BODIES[usize::from(letter.wrapping_sub(b'a')) % BODIES.len()];
    take(body);
}

/// Reads as the hub does, and makes sure that a refusal can be told.
fn read<T: FromJson + Default>(body: &[u8], check: impl Fn(T) -> Result<(), Problems>) {
    let Ok(given) = input::read::<T>(body) else {
        return;
    };
    let raw = match given {
        Input::Good(raw) => raw,
        Input::Absent | Input::Null => T::default(),
        Input::Bad(_) => return,
    };
    if let Err(problems) = check(raw) {
        assert!(!problems.is_empty());
        reads_back(&ErrorBody::validation(problems));
    }
}

/// Clocks there had an offset with seconds until 1972.
static ZONE: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Africa/Monrovia").expect("a zone"));

fn context() -> OrderContext<'static> {
    OrderContext {
        currency: Currency::EUR,
        zone: &ZONE,
    }
}

fn time(at: Timestamp) -> Time {
    Time::new(at, &ZONE)
}

fn made<T: FromJson + Default>(json: &str) -> T {
    match input::read::<T>(json.as_bytes()) {
        Ok(Input::Good(raw)) => raw,
        other => panic!("{:?}", other.map(|_| "no object")),
    }
}

static ORDER: LazyLock<Order> = LazyLock::new(|| {
    let example = include_str!("../../crates/hub/src/orders/example.json");
    let raw: RawOrder = made(example);
    let checked = raw.check(&context());
    order(checked.unwrap_or_else(|problems| panic!("{problems:?}")))
});

static DELIVERY: LazyLock<Delivery> = LazyLock::new(|| {
    let raw: RawDelivery = made(
        r#"{"carrier": "Vélo Rhône", "carrier_ref": "VR", "status": "pending", "fee": "5.20 EUR"}"#,
    );
    let checked = raw.check(&context());
    delivery(checked.unwrap_or_else(|problems| panic!("{problems:?}")))
});

static LOCATION: LazyLock<Location> = LazyLock::new(|| {
    serde_json::from_str(
        r#"{
            "id": "3r4s3-0", "name": "Lyon Bellecour", "address": null, "postal_code": "69002",
            "account": {"id": "3r4s3", "name": "Pizzeria Lumière", "currency": "EUR"},
            "city": "Lyon", "country": "FR", "timezone": {"name": "Europe/Paris", "offset": 3600},
            "cutoff_time": "06:00", "preparation_time": 20,
            "opening_hours": {"monday": [{"from": "11:30", "to": "14:00"}]},
            "order_acceptance": {"mode": "normal"}, "custom_fields": {"door": "red"}
        }"#,
    )
    .expect("a location")
});

fn placement(customer: Option<OrderCustomer>) -> PlacementContext<'static> {
    PlacementContext {
        location: &LOCATION.id,
        zone: &ZONE,
        now: Timestamp::UNIX_EPOCH,
        sender: "Caisse",
        connection: "Caisse - Lyon Bellecour".to_owned(),
        customer,
    }
}

/// Ids that a new order, and what is added to it later, have: the letter with a number.
fn ids(letter: char) -> impl FnMut() -> Result<String, Infallible> {
    let mut numbers = 0..;
    move || Ok(format!("{letter}{:04}", numbers.next().expect("a number")))
}

fn new_order(raw: RawOrder) -> Result<(), Problems> {
    let order = order(raw.check(&context())?);
    reads_back(&order);
    let mut summed = order.clone();
    summed.recompute().expect("it fitted before");
    assert_eq!(summed, order);
    let mut stored = order.clone();
    let refs = stored.take_private_refs();
    reads_back(&stored);
    stored.fill_private_refs(&refs);
    assert_eq!(stored, order);
    Ok(())
}

fn order(new: CheckedNewOrder) -> Order {
    // Whichever customer is named, this one is found.
    let customer = match &new.customer {
        CustomerForm::Guest(_) => None,
        CustomerForm::Id(_) | CustomerForm::PrivateRef { .. } => Some(OrderCustomer {
            id: CustomerId::parse("c1").ok(),
            ..OrderCustomer::default()
        }),
    };
    let Ok(order) = new.place(placement(customer), &mut ids('e'));
    order
}

fn order_patch(raw: RawOrderPatch) -> Result<(), Problems> {
    let patch = raw.check(&context(), &ORDER)?;
    let Ok(changed) = patch.apply_to(&ORDER, &ZONE, &mut ids('n'));
    let ChangedOrder {
        mut order,
        private_refs,
    } = changed?;
    reads_back(&order);
    // What has a private ref is in the order, so that whoever reads it can be shown the ref.
    let set = private_refs.into_iter();
    let set = set.filter_map(|(id, value)| Some((id, value?))).collect();
    order.fill_private_refs(&set);
    assert_eq!(order.take_private_refs(), set);
    Ok(())
}

fn location_patch(raw: LocationPatch) -> Result<(), Problems> {
    let patch = raw.check(&LOCATION, &ZONE)?;
    reads_back(&patch.apply_to(&LOCATION, &ZONE, Timestamp::UNIX_EPOCH));
    Ok(())
}

fn new_delivery(raw: RawDelivery) -> Result<(), Problems> {
    reads_back(&delivery(raw.check(&context())?));
    Ok(())
}

fn delivery(new: CheckedNewDelivery) -> Delivery {
    let id = DeliveryId::from_generated("d1".to_owned());
    new.attach_to(&ORDER, id, time(Timestamp::UNIX_EPOCH))
}

fn delivery_patch(raw: RawDelivery) -> Result<(), Problems> {
    let patch = raw.check_change(&context(), &DELIVERY)?;
    reads_back(&patch.apply_to(&DELIVERY, time(Timestamp::UNIX_EPOCH)));
    Ok(())
}

fn new_quote(raw: RawDeliveryQuote) -> Result<(), Problems> {
    let id = DeliveryQuoteId::from_generated("q1".to_owned());
    reads_back(&raw.check(&context())?.offer_for(&ORDER, id));
    Ok(())
}

/// What is taken is taken again as it is written, and is the same then.
fn new_catalog(raw: RawCatalog) -> Result<(), Problems> {
    let new = raw.check_new(&catalog_context())?;
    reads_back(&new);
    let again: RawCatalog = made(&serde_json::to_string(&new).expect("a catalog is JSON"));
    assert_eq!(again.check_new(&catalog_context()).as_ref(), Ok(&new));
    Ok(())
}

fn catalog_update(raw: RawCatalog) -> Result<(), Problems> {
    let update: CatalogUpdate = raw.check_update(&catalog_context())?;
    reads_back(&update);
    let again: RawCatalog = made(&serde_json::to_string(&update).expect("a catalog is JSON"));
    assert_eq!(again.check_update(&catalog_context()).as_ref(), Ok(&update));
    Ok(())
}

fn catalog_context() -> catalog::CatalogContext<'static> {
    static NONE: BTreeSet<ImageId> = BTreeSet::new();
    catalog::CatalogContext {
        currency: Currency::EUR,
        images: &NONE,
    }
}

fn stocks(entries: Vec<Input<RawInventoryEntry>>) -> Result<(), Problems> {
    let count = entries.len();
    let checked = inventory::check(Input::Good(entries), &ZONE)?;
    assert_eq!(checked.len(), count);
    for entry in checked {
        entry.stock.iter().for_each(reads_back);
    }
    Ok(())
}

/// A customer who is anonymised stays so, whatever is sent.
fn customer(raw: RawCustomer) -> Result<(), Problems> {
    let mut nobody = OrderCustomer::default();
    nobody.anonymise();
    let sent = raw.clone();
    let new = raw.check(&OrderCustomer::default())?;
    reads_back(&new.person);
    let changed = sent.check(&nobody)?.person;
    nobody.clone_from(&changed);
    nobody.anonymise();
    assert_eq!(changed, nobody);
    Ok(())
}

fn customer_list(raw: RawCustomerList) -> Result<(), Problems> {
    assert!(
        raw.check_change()?
            .is_none_or(|name| !name.trim().is_empty())
    );
    Ok(())
}

fn loyalty_card(raw: RawLoyaltyCard) -> Result<(), Problems> {
    raw.check().map(drop)
}

fn operation(raw: RawOperation) -> Result<(), Problems> {
    reads_back(&raw.check()?.delta);
    Ok(())
}

fn new_callback(raw: NewCallback) -> Result<(), Problems> {
    reads_back(&raw.check()?);
    Ok(())
}
