//! The parts of the till that are not there: a page says what each would be.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::TillApp;
use crate::kit::language::Language;
use crate::kit::layout::{Layout, render};
use crate::kit::page_error::PageError;
use crate::kit::visitor::Visitor;

/// What is missing: its key in the path, its name and what it would be, in French and English each.
type MissingPart = (&'static str, [&'static str; 2], [&'static str; 2]);

const PARTS: [MissingPart; 9] = [
    (
        "statistics",
        ["STATISTIQUES", "STATISTICS"],
        [
            "Le chiffre d'affaires par jour, par rayon, par vendeur et par tranche horaire, avec l'export vers un tableur.",
            "Turnover by day, shelf, seller and hour, with an export to a spreadsheet.",
        ],
    ),
    (
        "journals",
        ["JOURNAUX", "JOURNALS"],
        [
            "Le journal des ventes et les clôtures de caisse (Z), signés et archivés comme la norme NF525 le demande.",
            "The journal of sales and the closings of the till (Z), signed and archived as the standard NF525 asks.",
        ],
    ),
    (
        "quotes",
        ["DEVIS", "QUOTES"],
        [
            "Les devis, que l'on transforme en commande ou en facture.",
            "Quotes, which become an order or an invoice.",
        ],
    ),
    (
        "delivery-notes",
        ["BONS DE LIVRAISON", "DELIVERY NOTES"],
        [
            "Les bons qui accompagnent une commande livrée, regroupés ensuite sur une facture.",
            "The notes that go with a delivered order, put together on an invoice later.",
        ],
    ),
    (
        "payments",
        ["REGLEMENTS", "PAYMENTS"],
        [
            "Les règlements des clients en compte, et ce qu'ils doivent encore.",
            "The payments of customers with an account, and what they still owe.",
        ],
    ),
    (
        "supplier-orders",
        ["COMMANDE FOURN.", "SUPPLIER ORDER"],
        [
            "Les commandes passées aux fournisseurs, proposées d'après le stock.",
            "Orders to suppliers, proposed after the stock.",
        ],
    ),
    (
        "supplier-receipts",
        ["RECEPTION FOURN.", "SUPPLIER RECEIPT"],
        [
            "La réception d'une commande fournisseur, qui entre les quantités en stock.",
            "Receiving what was ordered from a supplier, which enters the stock.",
        ],
    ),
    (
        "direct-receipts",
        ["RECEPTION DIRECTE", "DIRECT RECEIPT"],
        [
            "Une entrée en stock sans commande fournisseur. Ici, les quantités se saisissent dans ETAT DU STOCK.",
            "An entry into the stock without an order. Here, quantities are entered in STOCK.",
        ],
    ),
    (
        "ecosystem",
        ["ECOSYSTEME", "ECOSYSTEM"],
        [
            "Les services autour de la caisse : fidélité, cartes cadeaux, monnayeur, bornes.",
            "The services around the till: loyalty, gift cards, coin changer, kiosks.",
        ],
    ),
];

fn part(key: &str) -> Option<&'static MissingPart> {
    PARTS.iter().find(|(known, ..)| *known == key)
}

/// The name of a missing part on its tile.
pub(crate) fn title(language: Language, key: &str) -> &'static str {
    part(key).map_or("", |(_, [french, english], _)| language.t(french, english))
}

#[derive(Template)]
#[template(path = "kezia/not_here.html")]
struct MissingPartPage {
    layout: Layout,
    title: &'static str,
    text: &'static str,
}

/// `GET /not-here/{name}`: what it would be, and that it is not there.
pub(crate) async fn show(
    State(till): State<Arc<TillApp>>,
    Path(key): Path<String>,
    visitor: Visitor,
) -> Result<Response, PageError> {
    let (_, [french, english], text) = part(&key).ok_or(PageError::NotFound)?;
    let title = visitor.language.t(*french, *english);
    render(&MissingPartPage {
        layout: till.app.layout(&visitor, title).await,
        title,
        text: visitor.language.t(text[0], text[1]),
    })
}
