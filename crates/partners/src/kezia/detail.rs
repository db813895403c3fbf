//! **Détails commande**: the lines with and without tax, the totals, payment and customer.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State as Held};
use axum::response::Response;
use serde_json::Value;

use super::Inner;
use super::orders::{Row, row};
use super::till::{Alerts, alerts, seller_name};
use crate::kit::amount::{Amount, rate};
use crate::kit::frame::{Frame, page};
use crate::kit::order::{LineView, list, text};
use crate::kit::visitor::{Problem, Visitor};
use crate::kit::words::Lang;

#[derive(Template)]
#[template(path = "kezia/detail.html")]
struct Detail {
    f: Frame,
    alerts: Alerts,
    seller: String,
    row: Row,
    /// The lines, and whether the article is known.
    lines: Vec<(LineView, bool)>,
    delivery: String,
    /// Charges other than delivery.
    others: Vec<(String, String)>,
    totals: Totals,
}

/// The box at the bottom right.
struct Totals {
    without_tax: String,
    tax: String,
    discount: String,
}

/// `GET /till/{seller}/orders/{order}`
pub(crate) async fn show(
    Held(till): Held<Arc<Inner>>,
    Path((seller, id)): Path<(String, String)>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    seller_name(&seller)?;
    let lang = visitor.lang;
    let zone = till.zone().await;
    let now = till.settings.clock.now();
    let (known, refs) = till
        .kept
        .read(|state| {
            let refs = state
                .linked
                .as_ref()
                .map(|l| l.known_refs.clone())
                .unwrap_or_default();
            (state.orders.get(&id).cloned(), refs)
        })
        .await;
    let known = known.ok_or(Problem::NotFound)?;
    let mut row = row(&known, lang, now, &zone);
    let lines = std::mem::take(&mut row.o.items);
    let lines = lines.into_iter().map(|line| {
        let is_known = refs.contains(&line.sku_ref);
        (line, is_known)
    });
    let (ports, others): (Vec<&Value>, Vec<&Value>) =
        list(&known.order, "charges").partition(|charge| charge["type"] == "delivery");
    let shown = |amounts: Vec<&Value>, name| sum(amounts, name).map(|a| a.show(lang));
    let title = lang.t(
        format!("Commande {}", row.o.code),
        format!("Order {}", row.o.code),
    );
    page(&Detail {
        f: Frame::new(&till.look, &visitor, &till.notes, title)
            .live(till.settings.refresh_seconds()),
        alerts: alerts(&till, &visitor, &seller).await,
        seller,
        lines: lines.collect(),
        delivery: shown(ports, "price").unwrap_or_default(),
        others: others
            .into_iter()
            .map(|c| {
                (
                    text(c, "name"),
                    sum(vec![c], "price").map_or_else(String::new, |a| a.show(lang)),
                )
            })
            .collect(),
        totals: totals(&known.order, lang),
        row,
    })
}

fn sum(values: Vec<&Value>, name: &str) -> Option<Amount> {
    values
        .into_iter()
        .filter_map(|value| Amount::parse(&text(value, name)))
        .reduce(|mut a, b| {
            a.cents = a.cents.saturating_add(b.cents);
            a
        })
}

/// A line without a tax rate counts as free of tax.
fn totals(order: &Value, lang: Lang) -> Totals {
    let lines = list(order, "items").filter_map(|item| {
        let with = Amount::parse(&text(item, "subtotal"))?;
        let without = with.without_tax(rate(&text(item, "tax_rate")).unwrap_or(0));
        Some((with, without))
    });
    let lines: Vec<_> = lines.collect();
    let currency = lines
        .first()
        .map_or_else(|| "EUR".into(), |(a, _)| a.currency.clone());
    let amount = |cents| {
        Amount {
            cents,
            currency: currency.clone(),
        }
        .show(lang)
    };
    let with: i64 = lines.iter().map(|(with, _)| with.cents).sum();
    let without: i64 = lines.iter().map(|(_, without)| without.cents).sum();
    let discount = sum(list(order, "discounts").collect(), "price_off");
    Totals {
        without_tax: amount(without),
        tax: amount(with - without),
        discount: discount.map(|a| a.show(lang)).unwrap_or_default(),
    }
}
