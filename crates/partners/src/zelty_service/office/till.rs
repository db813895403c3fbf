//! The till: open orders, and what a cashier does with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use super::super::ServiceState;
use super::super::api::{Refusal, number_entries, order_entry};
use super::super::demo::FIRST_RESTAURANT;
use super::super::orders::{
    add_transactions, blank, cancel, close, compute_price, due, find_open, is_open, paid, put,
    set_kitchen_status,
};
use super::super::store::{RecordKind, StoreTx};
use super::page::{PageForm, PageSection, done, euros, fields, page};

/// Orders that the page shows at most: the newest.
const MAX_SHOWN_ORDERS: usize = 50;

fn named(list: &[Value]) -> Vec<(String, String)> {
    let name = |it: &Value| it["name"].as_str().unwrap_or_default().to_owned();
    list.iter()
        .map(|it| (it["id"].to_string(), name(it)))
        .collect()
}

/// The open orders, newest first, then those that are over.
pub(super) async fn show(State(state): State<Arc<ServiceState>>) -> Response {
    let list = |kind| state.store().list(kind).unwrap_or_default();
    let dishes = named(&list(RecordKind::Dish));
    let methods = named(&list(RecordKind::TransactionMethod));
    let mut orders = list(RecordKind::Order);
    orders.reverse();
    orders.sort_by_key(|order| !is_open(order));
    orders.truncate(MAX_SHOWN_ORDERS);
    let new_order = PageForm::new("/caisse", "Nouvelle commande")
        .hidden("action", "new")
        .text(("table", "Table"), "1")
        .choice(("dish", "Article"), dishes.clone(), "");
    let mut sections = vec![PageSection::new("Prendre une commande").form(new_order)];
    if orders.is_empty() {
        sections.push(PageSection::new("Commandes").line("Aucune commande."));
    }
    let shown = orders
        .iter()
        .map(|order| order_section(order, &dishes, &methods));
    sections.extend(shown);
    page(&state, "Caisse", sections)
}

fn order_section(
    order: &Value,
    dishes: &[(String, String)],
    methods: &[(String, String)],
) -> PageSection {
    let word = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
    let number = order["display_id"]
        .as_str()
        .map_or_else(|| word("ref"), str::to_owned);
    let mut section =
        PageSection::new(format!("Commande {number} · {}", word("mode"))).line(format!(
            "{} {} · {} · payé {} sur {}",
            word("status"),
            word("kitchen_status"),
            word("first_name"),
            euros(paid(order)),
            euros(due(order)),
        ));
    for item in order["items"].as_array().into_iter().flatten() {
        let price = item["price"]["final_amount_inc_tax"]
            .as_i64()
            .unwrap_or_default();
        let name = item["name"].as_str().unwrap_or_default();
        section = section.line(format!("1 × {name} · {}", euros(price)));
    }
    if !is_open(order) {
        return section;
    }
    let form = |action: &str, button: &str| {
        PageForm::new("/caisse", button)
            .hidden("action", action)
            .hidden("order", order["id"].to_string())
    };
    let left = (due(order) - paid(order)).to_string();
    section
        .form(form("add", "Ajouter").choice(("dish", "Article"), dishes.to_vec(), ""))
        .form(form("remove", "Retirer le dernier article"))
        .form(
            form("pay", "Encaisser")
                .choice(("method", "Paiement"), methods.to_vec(), "")
                .text(("price", "Montant (centimes)"), left),
        )
        .form(form("production", "Lancer en production"))
        .form(form("ready", "Prête"))
        .form(form("close", "Clôturer"))
        .form(form("cancel", "Annuler"))
}

/// A form of the till.
pub(super) async fn submit(State(state): State<Arc<ServiceState>>, body: Bytes) -> Response {
    let form = match fields(&state, &body) {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let result = change(&state, &form);
    done(&state, result, "/")
}

fn change(state: &ServiceState, form: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let now = state.now();
    state.store().write(|tx| {
        let mut order = match field("action") {
            "new" => {
                let id = tx.next_id(RecordKind::Order)?;
                let mut order = blank(id, FIRST_RESTAURANT, now)?;
                order["table"] = json!(field("table").trim().parse::<i64>().unwrap_or(1));
                order
            }
            _ => find_open(tx, field("order"))?,
        };
        match field("action") {
            "new" | "add" => add_dish(tx, &mut order, field("dish")),
            "remove" => {
                if let Some(items) = order["items"].as_array_mut() {
                    items.pop();
                }
                compute_price(&mut order);
                put(tx, &order)
            }
            "pay" => {
                let number = |name: &str| field(name).trim().parse::<i64>().unwrap_or_default();
                let payment = json!([{ "id_transaction_method": number("method"), "price": number("price") }]);
                add_transactions(tx, &mut order, &payment, now)?;
                put(tx, &order)
            }
            word @ ("production" | "ready") => set_kitchen_status(tx, &mut order, word, now),
            "close" => close(tx, &mut order, now),
            "cancel" => cancel(tx, &mut order, now),
            _ => Err(Refusal::NotFound),
        }
    })
}

fn add_dish(tx: &StoreTx<'_>, order: &mut Value, dish: &str) -> Result<(), Refusal> {
    let id: i64 = dish.parse().map_err(|_| Refusal::NotFound)?;
    let entry = order_entry(tx, &json!({ "type": "dish", "id": id }), 0)?;
    if let Some(items) = order["items"].as_array_mut() {
        items.push(entry);
    }
    number_entries(order);
    compute_price(order);
    put(tx, order)
}
