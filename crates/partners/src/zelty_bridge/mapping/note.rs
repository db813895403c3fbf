//! Words for merchants: what was left out of an order, what is suspicious, why it was refused, and the ticket
//! for the kitchen when it was.

use client::order::Order;

use super::options::BridgeLanguage;

/// Something about an order that somebody should know, although it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderNote {
    /// An item or charge has no ref of the till: it was left out.
    LineSkipped {
        /// How many.
        quantity: String,
        /// Its name.
        name: String,
    },
    /// A deal has no ref of the till: its items were sent one by one.
    DealSplit(String),
    /// An option has no ref of the till: it was left out, and its price kept.
    OptionSkipped {
        /// The item.
        item: String,
        /// The option.
        option: String,
    },
    /// The till does not offer this value with this dish. It takes it all the same.
    OptionOfAnotherDish {
        /// The item.
        item: String,
        /// The option.
        option: String,
    },
    /// No discount has a ref of the till: the till books the difference without a name.
    DiscountWithoutName,
    /// A payment has no ref of the till: it was left out.
    PaymentSkipped(String),
    /// The table has no number: it was left out.
    TableSkipped(String),
    /// A text is too long for the till: it was cut.
    TextCut(&'static str),
    /// The sum of the order and of the till's own prices differ.
    PricesDiffer {
        /// The sum of what is sent, in cents.
        sent: i64,
        /// The sum of the till's own prices, in cents.
        till: i64,
    },
    /// The order costs more than the lines that were sent: the till is told the lesser sum.
    TotalLowered {
        /// What the order costs, in cents.
        order: i64,
        /// What the till is told, in cents.
        sent: i64,
    },
    /// The hub says that the order is over, but it is not fully paid: the till keeps it open.
    NotClosed,
}

/// Why an order was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderRefusal {
    /// The till has no dish with that ref.
    UnknownItem {
        /// The item or charge.
        name: String,
        /// Its ref.
        reference: i64,
    },
    /// The till has no value of an option with that ref.
    UnknownOption {
        /// The item.
        item: String,
        /// The option.
        option: String,
        /// Its ref.
        reference: i64,
    },
    /// The till has no menu with that ref.
    UnknownMenu {
        /// The deal.
        name: String,
        /// Its ref.
        reference: i64,
    },
    /// A menu has not as many dishes as it has parts.
    MenuIncomplete {
        /// The deal.
        name: String,
        /// The part that has no dish.
        part: String,
    },
    /// A dish cannot be chosen at its place in a menu.
    DishNotInMenu {
        /// The deal.
        menu: String,
        /// The item.
        item: String,
    },
    /// The till has no promotion with that ref.
    UnknownPromotion {
        /// The discount.
        name: String,
        /// Its ref.
        reference: i64,
    },
    /// The till has no way to pay with that ref, or it is switched off.
    UnknownPayment {
        /// The payment.
        name: String,
        /// Its ref.
        reference: i64,
    },
    /// The till counts in whole numbers.
    FractionalQuantity {
        /// The item.
        name: String,
        /// The quantity.
        quantity: String,
    },
    /// An item has more options than the till takes.
    TooManyOptions(String),
    /// Nothing was left that could be sent.
    NothingToSend,
    /// Prices differ, and the restaurant wants no such order.
    OtherPrices {
        /// The sum of what would be sent, in cents.
        sent: i64,
        /// The sum of the till's own prices, in cents.
        till: i64,
    },
}

/// Cents as people write them.
fn euros(cents: i64, language: BridgeLanguage) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    language.pick(
        format!("{sign}{whole},{rest:02} €"),
        format!("{sign}€{whole}.{rest:02}"),
    )
}

impl OrderNote {
    /// The note as a sentence.
    pub fn sentence(&self, language: BridgeLanguage) -> String {
        let cents = |cents: i64| euros(cents, language);
        match self {
            OrderNote::LineSkipped { quantity, name } => language.pick(
                format!("{quantity} × {name} n'a pas de code de la caisse : à préparer hors caisse."),
                format!("{quantity} × {name} has no ref of the till: prepare it without the till."),
            ),
            OrderNote::DealSplit(name) => language.pick(
                format!("Le menu {name} n'a pas de code de la caisse : ses plats sont envoyés un par un."),
                format!("The deal {name} has no ref of the till: its items are sent one by one."),
            ),
            OrderNote::OptionSkipped { item, option } => language.pick(
                format!("{item} : l'option {option} n'a pas de code de la caisse et n'est pas transmise."),
                format!("{item}: the option {option} has no ref of the till and is left out."),
            ),
            OrderNote::OptionOfAnotherDish { item, option } => language.pick(
                format!("{item} : la caisse ne propose pas l'option {option} pour ce plat."),
                format!("{item}: the till does not offer the option {option} with this dish."),
            ),
            OrderNote::DiscountWithoutName => language.pick(
                "La remise n'a pas de code de la caisse : elle y apparaît sans nom.".to_owned(),
                "The discount has no ref of the till: it has no name there.".to_owned(),
            ),
            OrderNote::PaymentSkipped(name) => language.pick(
                format!("Le paiement {name} n'a pas de code de la caisse et n'est pas transmis."),
                format!("The payment {name} has no ref of the till and is left out."),
            ),
            OrderNote::TableSkipped(name) => language.pick(
                format!("La table {name} n'est pas un numéro : la caisse ne la connaît pas."),
                format!("Table {name} is no number: the till does not know it."),
            ),
            OrderNote::TextCut(what) => language.pick(
                format!("Texte trop long pour la caisse, coupé : {what}."),
                format!("A text is too long for the till and was cut: {what}."),
            ),
            OrderNote::PricesDiffer { sent, till } => {
                let (sent, till) = (cents(*sent), cents(*till));
                language.pick(
                    format!("La commande fait {sent}, les prix de la caisse {till}."),
                    format!("The order comes to {sent}, the till's own prices to {till}."),
                )
            }
            OrderNote::TotalLowered { order, sent } => {
                let (order, sent) = (cents(*order), cents(*sent));
                language.pick(
                    format!("La commande fait {order}, la caisse n'en enregistre que {sent}."),
                    format!("The order comes to {order}, the till books only {sent}."),
                )
            }
            OrderNote::NotClosed => language.pick(
                "La commande n'est pas entièrement payée : elle reste ouverte en caisse.".to_owned(),
                "The order is not fully paid: it stays open at the till.".to_owned(),
            ),
        }
    }
}

impl OrderRefusal {
    /// The reason as a sentence.
    pub fn sentence(&self, language: BridgeLanguage) -> String {
        match self {
            OrderRefusal::UnknownItem { name, reference } => language.pick(
                format!("La caisse ne connaît pas l'article {name} (code {reference})."),
                format!("The till does not know the item {name} (ref {reference})."),
            ),
            OrderRefusal::UnknownOption {
                item,
                option,
                reference,
            } => language.pick(
                format!("{item} : la caisse ne connaît pas l'option {option} (code {reference})."),
                format!("{item}: the till does not know the option {option} (ref {reference})."),
            ),
            OrderRefusal::UnknownMenu { name, reference } => language.pick(
                format!("La caisse ne connaît pas le menu {name} (code {reference})."),
                format!("The till does not know the menu {name} (ref {reference})."),
            ),
            OrderRefusal::MenuIncomplete { name, part } => language.pick(
                format!("Le menu {name} est incomplet : il manque {part}."),
                format!("The menu {name} is incomplete: {part} is missing."),
            ),
            OrderRefusal::DishNotInMenu { menu, item } => language.pick(
                format!("{item} ne fait pas partie du menu {menu}."),
                format!("{item} is not part of the menu {menu}."),
            ),
            OrderRefusal::UnknownPromotion { name, reference } => language.pick(
                format!("La caisse ne connaît pas la remise {name} (code {reference})."),
                format!("The till does not know the discount {name} (ref {reference})."),
            ),
            OrderRefusal::UnknownPayment { name, reference } => language.pick(
                format!("Méthode de paiement manquante en caisse : {name} (code {reference})."),
                format!("The till has no such payment method: {name} (ref {reference})."),
            ),
            OrderRefusal::FractionalQuantity { name, quantity } => language.pick(
                format!("{name} : la caisse ne connaît pas la quantité {quantity}."),
                format!("{name}: the till has no quantity such as {quantity}."),
            ),
            OrderRefusal::TooManyOptions(name) => language.pick(
                format!("{name} a plus d'options que la caisse n'en accepte (20)."),
                format!("{name} has more options than the till takes (20)."),
            ),
            OrderRefusal::NothingToSend => language.pick(
                "Aucun article n'a de code de la caisse.".to_owned(),
                "No item has a ref of the till.".to_owned(),
            ),
            OrderRefusal::OtherPrices { sent, till } => {
                let (sent, till) = (euros(*sent, language), euros(*till, language));
                language.pick(
                    format!("La commande fait {sent}, les prix de la caisse {till} : refusée."),
                    format!("The order comes to {sent}, the till's own prices to {till}: refused."),
                )
            }
        }
    }
}

/// An order as text, for a kitchen whose till has not received it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FallbackTicket {
    /// The lines of text, the cause last.
    pub lines: Vec<String>,
}

impl FallbackTicket {
    /// Writes the ticket: platform, number, guest, what was ordered, and what was wrong.
    pub fn new(order: &Order, refusal: &OrderRefusal, language: BridgeLanguage) -> FallbackTicket {
        let platform = order.channel.as_ref().or(order.created_by.as_ref());
        let number = order.collection_code.as_ref().or(order.reference.as_ref());
        let number = number.cloned().unwrap_or_else(|| order.id.to_string());
        let mut lines = vec![format!("{} {number}", platform.map_or("", String::as_str))];
        let guest: Vec<&str> = [&order.customer.first_name, &order.customer.last_name]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .chain(order.customer.phone.as_deref())
            .collect();
        if !guest.is_empty() {
            lines.push(guest.join(" "));
        }
        for item in order.items.iter().filter(|item| !item.deleted) {
            let quantity = item.quantity.to_minimal_string();
            lines.push(format!("{quantity} × {}", item.product_name));
            lines.extend(item.options.iter().map(|option| {
                let without = language.pick("sans ", "without ");
                let word = if option.removed { without } else { "" };
                format!("   {word}{}", option.name)
            }));
        }
        lines.extend(order.customer_notes.clone());
        lines.push(refusal.sentence(language));
        lines[0] = lines[0].trim().to_owned();
        FallbackTicket { lines }
    }
}
