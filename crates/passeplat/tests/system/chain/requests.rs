//! What the apps send: the plan's orders and edits as the API's JSON.

use client::catalog::{
    CatalogData, CatalogOption, Category, Charge as CatalogCharge, ChargeType, Deal, DealLine,
    DealSku, Discount as CatalogDiscount, OptionList, Product, Sku,
};
use serde_json::{Map, Value, json};
use wire::money::Money;

use super::bill::{Changes, Charge, Choice, Discount, Edit, Item, Payment};
use super::cents::{Cents, decimal, euros};
use super::menu::{CATEGORIES, Dish, OPTION_LISTS, OPTIONS};
use super::plan::{Order, Points, Who};
use super::responses;

/// Where customers are found: their list, and the id of each.
pub struct Customers {
    pub list: String,
    pub ids: Vec<String>,
}

/// The id that the web shop has for a customer.
pub fn shop_id(customer: usize) -> String {
    format!("client-{customer}")
}

/// The loyalty card of the chain, by its ref.
pub const CARD: (&str, &str) = ("FID", "Club des Gourmands");

/// An order as its sender places it.
pub fn order(order: &Order, customers: &Customers) -> Value {
    let bill = &order.initial_bill;
    let items: Vec<_> = bill.items.valid().map(|it| item(it, "duo")).collect();
    let mut body = json!({
        "ref": order.reference(),
        "private_ref": order.private_ref(),
        "status": bill.status,
        "service_type": order.service,
        "items": items,
        "discounts": bill.discounts.valid().map(discount).collect::<Vec<_>>(),
        "charges": bill.charges.valid().map(charge).collect::<Vec<_>>(),
        "payments": bill.payments.valid().map(payment).collect::<Vec<_>>(),
        "loyalty_operations": order.points.iter().map(points).collect::<Vec<_>>(),
        "total": order.sent_total.map(euros),
    });
    if bill.items.valid().any(|it| it.deal_line.is_some()) {
        body["deals"] = json!({ "duo": { "name": "Duo du soir", "ref": "DUO" } });
    }
    match order.who {
        Who::Nobody => {}
        Who::Guest(name) => body["customer"] = json!({ "first_name": name }),
        Who::Customer(number) => body["customer_id"] = json!(customers.ids[number]),
        Who::CustomerOfShop(number) => {
            body["customer_list_id"] = json!(customers.list);
            body["customer_private_ref"] = json!(shop_id(number));
        }
    }
    body
}

/// An edit of an order that stands as the hub last showed it: there its elements have their ids.
pub fn edit(edit: &Edit, stands: &responses::Order) -> Value {
    let mut body = Map::new();
    let mut say = |key: &str, value: Option<Value>| {
        body.extend(value.map(|value| (key.to_owned(), value)));
    };
    say("status", edit.status.map(Value::from));
    say(
        "confirmed_time",
        edit.confirmed_time.clone().map(Value::from),
    );
    say("seller_notes", edit.seller_notes.map(Value::from));
    say("private_ref", edit.ticket.clone().map(Value::from));
    // An order's only deal has got the key 0.
    let items = |it: &Item| item(it, "0");
    say("items", changes(&edit.items, &stands.items, items));
    say(
        "discounts",
        changes(&edit.discounts, &stands.discounts, discount),
    );
    say("charges", changes(&edit.charges, &stands.charges, charge));
    say(
        "payments",
        changes(&edit.payments, &stands.payments, payment),
    );
    Value::Object(body)
}

fn changes<T, E: responses::Element>(
    changes: &Changes<T>,
    stands: &[E],
    write: impl Fn(&T) -> Value,
) -> Option<Value> {
    let removed = changes.remove.iter().map(|index| stands[*index].id());
    let removed = removed.map(|id| json!({ "id": id, "deleted": true }));
    let all: Vec<Value> = removed.chain(changes.add.iter().map(write)).collect();
    (!changes.is_empty()).then_some(Value::Array(all))
}

fn item(item: &Item, deal: &str) -> Value {
    let mut body = json!({
        "product_name": item.product,
        "sku_name": item.size,
        "sku_ref": item.sku,
        "price": euros(item.price),
        "quantity": decimal(item.quantity),
        "options": item.options.iter().map(choice).collect::<Vec<_>>(),
    });
    if let Some(label) = item.deal_line {
        body["deal_line"] = json!({ "deal_key": deal, "label": label });
    }
    body
}

fn choice(choice: &Choice) -> Value {
    json!({
        "option_list_name": choice.list,
        "name": choice.name,
        "ref": choice.reference,
        "price": euros(choice.price),
        "quantity": choice.times,
        "removed": choice.is_removed,
    })
}

fn discount(discount: &Discount) -> Value {
    json!({ "name": discount.name, "price_off": euros(discount.off) })
}

fn charge(charge: &Charge) -> Value {
    json!({ "type": charge.kind, "name": charge.name, "price": euros(charge.price) })
}

fn payment(payment: &Payment) -> Value {
    json!({ "type": payment.kind, "name": payment.name, "amount": euros(payment.amount) })
}

fn points(points: &Points) -> Value {
    let (reference, name) = CARD;
    json!({ "ref": reference, "name": name, "delta": decimal(points.delta), "reason": points.reason })
}

/// A catalog with these dishes; that of the account also has what goes with them.
pub fn catalog(dishes: &[Dish], is_shared: bool) -> CatalogData {
    let mut data = CatalogData::default();
    for (reference, name) in CATEGORIES {
        data = data.category(Category::new(reference, name));
    }
    for dish in dishes {
        let mut sku = Sku::new(money(dish.price)).reference(&dish.sku);
        if let Some(size) = dish.size {
            sku = sku.name(size);
        }
        if is_shared && dish.category == "PIZ" {
            sku = sku.option_list("SUP").option_list("SANS");
        }
        data = data.product(Product::new(dish.category, dish.product).sku(sku));
    }
    if !is_shared {
        return data;
    }
    for (list, name) in OPTION_LISTS {
        let mut options = OptionList::new(list, name);
        for (_, name, reference, price) in OPTIONS.iter().filter(|it| it.0 == list) {
            options =
                options.option(CatalogOption::new(*name, money(*price)).reference(*reference));
        }
        data = data.option_list(options);
    }
    let dessert = DealLine::fixed_price(money(300)).label("Dessert");
    data.deal(
        Deal::new("Duo du soir")
            .reference("DUO")
            .line(
                DealLine::unchanged()
                    .label("Pizza")
                    .sku(DealSku::new("SAV-33")),
            )
            .line(dessert.sku(DealSku::new("TIRA"))),
    )
    .discount(CatalogDiscount::price_off("Bienvenue", money(200)).coupon_code("BIENVENUE"))
    .charge(CatalogCharge::new("Livraison", ChargeType::Delivery).price(money(290)))
}

fn money(cents: Cents) -> Money {
    Money::parse(&euros(cents)).unwrap()
}
