//! Every JSON body that the API takes: read, checked, and what is accepted written and read back.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::callback::NewCallback;
use wire::catalog::{self, CatalogUpdate, RawCatalog};
use wire::currency::Currency;
use wire::customer::{RawCustomer, RawCustomerList};
use wire::delivery::{Delivery, DeliveryQuote, RawDelivery, RawDeliveryQuote};
use wire::given::{self, FromJson, Given};
use wire::id::{DeliveryId, DeliveryQuoteId, ElementId, ImageId, LocationId, OrderId};
use wire::inventory::{self, RawInventoryEntry};
use wire::location::{Location, LocationPatch};
use wire::loyalty::{RawLoyaltyCard, RawOperation};
use wire::order::{
    CheckedNewOrder, Context, CustomerForm, ElementChange, Order, OrderCustomer, RawOrder,
    RawOrderPatch,
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
    let Ok(given) = given::read::<T>(body) else {
        return;
    };
    let raw = match given {
        Given::Good(raw) => raw,
        Given::Absent | Given::Null => T::default(),
        Given::Bad(_) => return,
    };
    if let Err(problems) = check(raw) {
        assert!(!problems.is_empty());
        reads_back(&ErrorBody::validation(problems));
    }
}

/// Clocks there had an offset with seconds until 1972.
static ZONE: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Africa/Monrovia").expect("a zone"));

fn context() -> Context<'static> {
    Context {
        currency: Currency::EUR,
        zone: &ZONE,
    }
}

fn time(at: Timestamp) -> Time {
    Time::new(at, &ZONE)
}

fn location_id() -> LocationId {
    LocationId::parse("3r4s3-0").expect("an id")
}

fn made<T: FromJson + Default>(json: &str) -> T {
    match given::read::<T>(json.as_bytes()) {
        Ok(Given::Good(raw)) => raw,
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

fn new_order(raw: RawOrder) -> Result<(), Problems> {
    let mut order = order(raw.check(&context())?);
    reads_back(&order);
    let (total, discrepancy) = (order.total, order.payment_discrepancy);
    order.recompute().expect("it fitted before");
    assert_eq!(
        (order.total, order.payment_discrepancy),
        (total, discrepancy)
    );
    Ok(())
}

fn order(new: CheckedNewOrder) -> Order {
    let mut ids = (0..).map(|number| ElementId::from_generated(format!("e{number:04}")));
    let mut id = || ids.next().expect("a number");
    let customer = match new.customer {
        CustomerForm::Guest(details) => OrderCustomer::guest(*details),
        CustomerForm::Id(id) => OrderCustomer {
            id: Some(id),
            ..OrderCustomer::default()
        },
        CustomerForm::PrivateRef { list, private_ref } => OrderCustomer {
            customer_list_id: Some(list),
            private_ref: Some(private_ref),
            ..OrderCustomer::default()
        },
    };
    Order {
        id: OrderId::from_generated("o1".to_owned()),
        location_id: location_id(),
        reference: new.reference,
        private_ref: new.private_ref,
        status: new.status,
        channel: new.channel,
        service_type: new.service_type,
        service_type_ref: new.service_type_ref,
        created_at: Time::utc(Timestamp::UNIX_EPOCH),
        created_by: None,
        connection_name: None,
        expected_time: new.expected_time.map(time),
        expected_time_pickup: new.expected_time_pickup,
        asap: new.asap,
        confirmed_time: new.confirmed_time.map(time),
        customer_notes: new.customer_notes,
        seller_notes: new.seller_notes,
        collection_code: new.collection_code,
        coupon_codes: new.coupon_codes,
        total: new.total,
        total_discrepancy: new.total_discrepancy,
        payment_discrepancy: new.payment_discrepancy,
        items: new.items.into_iter().map(|it| it.with_id(id())).collect(),
        deals: new.deals,
        discounts: new
            .discounts
            .into_iter()
            .map(|it| it.with_id(id()))
            .collect(),
        charges: new.charges.into_iter().map(|it| it.with_id(id())).collect(),
        payments: new
            .payments
            .into_iter()
            .map(|it| it.with_id(id()))
            .collect(),
        customer,
        delivery: None,
        loyalty_operations: new.loyalty_operations,
        custom_fields: new.custom_fields,
    }
}

fn order_patch(raw: RawOrderPatch) -> Result<(), Problems> {
    let patch = raw.check(&context(), &ORDER)?;
    let mut order = ORDER.clone();
    let mut ids = (0..).map(|number| ElementId::from_generated(format!("n{number:04}")));
    let mut id = || ids.next().expect("a number");
    macro_rules! change {
        ($($elements:ident)+) => {$(
            for change in patch.$elements {
                match change {
                    ElementChange::Add(new) => order.$elements.push(new.with_id(id())),
                    ElementChange::Delete(id) => {
                        assert!(order.$elements.iter().any(|element| element.id == id));
                    }
                    ElementChange::SetPrivateRef(id, own) => {
                        let element = order.$elements.iter_mut().find(|element| element.id == id);
                        element.expect("an element of the order").private_ref = own;
                    }
                }
            }
        )+};
    }
    change!(items discounts charges payments);
    patch
        .confirmed_time
        .map(time)
        .apply_to(&mut order.confirmed_time);
    patch.customer_notes.apply_to(&mut order.customer_notes);
    patch.seller_notes.apply_to(&mut order.seller_notes);
    patch.collection_code.apply_to(&mut order.collection_code);
    patch.private_ref.apply_to(&mut order.private_ref);
    order.status = patch.status.unwrap_or(order.status);
    order.custom_fields = patch.custom_fields.unwrap_or(order.custom_fields);
    // A total that does not fit is refused by the hub.
    if order.recompute().is_ok() {
        reads_back(&order);
    }
    Ok(())
}

fn location_patch(raw: LocationPatch) -> Result<(), Problems> {
    let mut location = LOCATION.clone();
    raw.check(&location, &ZONE)?.apply_to(&mut location);
    reads_back(&location);
    Ok(())
}

fn new_delivery(raw: RawDelivery) -> Result<(), Problems> {
    reads_back(&delivery(raw.check(&context())?));
    Ok(())
}

fn delivery(new: wire::delivery::CheckedNewDelivery) -> Delivery {
    let bare = r#"{"id": "d1", "order_id": "o1", "location_id": "3r4s3-0", "carrier": "", "status": "pending"}"#;
    let mut delivery: Delivery = serde_json::from_str(bare).expect("a delivery");
    delivery.shown.id = DeliveryId::from_generated("d1".to_owned());
    delivery.shown.carrier = new.carrier;
    delivery.shown.carrier_ref = new.carrier_ref;
    delivery.shown.fee = new.fee;
    delivery.shown.status = new.status;
    new.rest.apply_to(&mut delivery);
    delivery
}

fn delivery_patch(raw: RawDelivery) -> Result<(), Problems> {
    let mut delivery = DELIVERY.clone();
    raw.check_change(&context(), &delivery)?
        .apply_to(&mut delivery);
    reads_back(&delivery);
    Ok(())
}

fn new_quote(raw: RawDeliveryQuote) -> Result<(), Problems> {
    let new = raw.check(&context())?;
    reads_back(&DeliveryQuote {
        id: DeliveryQuoteId::from_generated("q1".to_owned()),
        order_id: OrderId::from_generated("o1".to_owned()),
        location_id: location_id(),
        carrier: new.carrier,
        carrier_ref: new.carrier_ref,
        reference: new.reference,
        fee: new.fee,
        estimated_pickup_at: new.estimated_pickup_at,
        estimated_dropoff_at: new.estimated_dropoff_at,
        accepted_at: None,
    });
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

fn catalog_context() -> catalog::Context<'static> {
    static NONE: BTreeSet<ImageId> = BTreeSet::new();
    catalog::Context {
        currency: Currency::EUR,
        images: &NONE,
    }
}

fn stocks(entries: Vec<Given<RawInventoryEntry>>) -> Result<(), Problems> {
    let count = entries.len();
    let checked = inventory::check(Given::Good(entries), &ZONE)?;
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
    assert!(raw.check_change()?.is_none_or(|name| !name.trim().is_empty()));
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
