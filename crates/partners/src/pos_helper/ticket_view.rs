//! A ticket as the board and the paper show it: two clocks, how urgent it is, and its lines.

use std::collections::BTreeMap;

use client::order::{Decimal, Order, OrderItem, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::sales::Sale;
use super::stage::Stage;
use crate::kit::cookies::path_segment;
use crate::kit::language::Language;
use crate::kit::order_view::order_code;

/// A ticket is due soon when it is wanted within this time.
const SOON: SignedDuration = SignedDuration::from_mins(10);

/// When an order that is wanted as soon as possible should be ready.
const ASAP_TIME: SignedDuration = SignedDuration::from_mins(25);

/// Codes that a combined line names.
const MAX_CODES: usize = 12;

/// How urgent a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Urgency {
    OnTime,
    Soon,
    Late,
}

impl Urgency {
    /// Says it in words too: colours alone do not reach everybody.
    fn word(self, language: Language) -> &'static str {
        match self {
            Urgency::OnTime => language.t("À l'heure", "On time"),
            Urgency::Soon => language.t("Bientôt", "Due soon"),
            Urgency::Late => language.t("En retard", "Late"),
        }
    }

    fn class(self) -> &'static str {
        match self {
            Urgency::OnTime => "calm",
            Urgency::Soon => "soon",
            Urgency::Late => "late",
        }
    }
}

/// A line of a ticket.
#[derive(Clone, Debug)]
pub(super) struct TicketLine {
    pub quantity: String,
    pub name: String,
    pub options: Vec<String>,
    pub notes: String,
}

/// A ticket of the board.
#[derive(Debug)]
pub(super) struct TicketView {
    /// The id, escaped for a link.
    pub id: String,
    pub code: String,
    /// Who sent the order, such as a marketplace.
    pub platform: String,
    pub service_ref: String,
    pub service_label: &'static str,
    pub status: String,
    pub status_label: &'static str,
    /// The first clock: since it came.
    pub since: String,
    /// The second clock: until it is wanted.
    pub due: String,
    pub urgency_word: &'static str,
    pub urgency_class: &'static str,
    pub lines: Vec<TicketLine>,
    pub notes: String,
    pub is_unsent: bool,
    pub next_label: &'static str,
    pub can_be_rejected: bool,
}

impl TicketView {
    pub(super) fn new(
        sale: &Sale,
        stage: Stage,
        language: Language,
        (now, zone): (Timestamp, &TimeZone),
    ) -> TicketView {
        let order = &sale.order;
        let wanted = wanted_time(order);
        let urgency = urgency(wanted.unwrap_or(sale.arrived_at + ASAP_TIME), now, stage);
        TicketView {
            id: path_segment(order.id.as_str()),
            code: order_code(order),
            platform: platform(order),
            service_ref: order.service_type_ref.clone().unwrap_or_default(),
            service_label: language.service_type(order.service_type),
            status: order.status.to_string(),
            status_label: language.order_status(order.status),
            since: since_text(sale.arrived_at, now, language),
            due: due_text(wanted, (now, zone), language),
            urgency_word: urgency.word(language),
            urgency_class: urgency.class(),
            lines: lines(order, language),
            notes: order.customer_notes.clone().unwrap_or_default(),
            is_unsent: sale.is_unsent,
            next_label: stage.next_label(language),
            can_be_rejected: stage == Stage::New,
        }
    }
}

/// Who sent the order: its channel, else the app.
pub(super) fn platform(order: &Order) -> String {
    let names = [&order.channel, &order.created_by];
    let mut names = names.into_iter().flatten().filter(|name| !name.is_empty());
    names.next().cloned().unwrap_or_default()
}

/// When it is wanted: the time that was confirmed counts for more.
fn wanted_time(order: &Order) -> Option<Timestamp> {
    let expected = order.expected_time.filter(|_| !order.asap);
    order.confirmed_time.or(expected).map(Time::at)
}

fn urgency(wanted: Timestamp, now: Timestamp, stage: Stage) -> Urgency {
    if stage == Stage::Ready {
        Urgency::OnTime
    } else if now > wanted {
        Urgency::Late
    } else if wanted.duration_since(now) <= SOON {
        Urgency::Soon
    } else {
        Urgency::OnTime
    }
}

/// `5 min`, `1 h 05`.
fn span_text(span: SignedDuration) -> String {
    let minutes = span.as_mins().abs();
    match minutes / 60 {
        0 => format!("{minutes} min"),
        hours => format!("{hours} h {:02}", minutes % 60),
    }
}

fn since_text(arrived_at: Timestamp, now: Timestamp, language: Language) -> String {
    let span = span_text(now.duration_since(arrived_at));
    language.t(format!("depuis {span}"), format!("{span} ago"))
}

fn due_text(
    wanted: Option<Timestamp>,
    (now, zone): (Timestamp, &TimeZone),
    language: Language,
) -> String {
    let Some(wanted) = wanted else {
        return language.t("dès que possible", "as soon as possible").into();
    };
    let at = Time::new(wanted, zone).civil().strftime("%H:%M");
    let span = span_text(wanted.duration_since(now));
    if now > wanted {
        language.t(
            format!("{at} · dépassé de {span}"),
            format!("{at} · {span} over"),
        )
    } else {
        language.t(format!("{at} · dans {span}"), format!("{at} · in {span}"))
    }
}

/// A quantity for people, such as `2` or `0,5`.
fn quantity_text(quantity: Decimal, language: Language) -> String {
    let text = quantity.to_minimal_string();
    language.t(text.replace('.', ","), text)
}

fn item_name(item: &OrderItem) -> String {
    match item.sku_name.as_deref().filter(|name| !name.is_empty()) {
        Some(size) => format!("{} · {size}", item.product_name),
        None => item.product_name.clone(),
    }
}

fn options(item: &OrderItem, language: Language) -> Vec<String> {
    let options = item.options.iter().map(|option| {
        let without = language.t("Sans", "No");
        match (option.removed, option.quantity) {
            (true, _) => format!("{without} {}", option.name),
            (false, 1) => option.name.clone(),
            (false, many) => format!("{many} × {}", option.name),
        }
    });
    options.collect()
}

/// The lines that were not deleted.
pub(super) fn lines(order: &Order, language: Language) -> Vec<TicketLine> {
    let items = order.items.iter().filter(|item| !item.deleted);
    let lines = items.map(|item| TicketLine {
        quantity: quantity_text(item.quantity, language),
        name: item_name(item),
        options: options(item, language),
        notes: item.customer_notes.clone().unwrap_or_default(),
    });
    lines.collect()
}

/// The same product with the same options, over all tickets.
#[derive(Debug)]
pub(super) struct CombinedLine {
    pub quantity: String,
    pub name: String,
    pub options: String,
    /// The codes of the tickets.
    pub tickets: String,
}

/// The codes of the tickets, the first of them if they are many.
fn codes_text(codes: &[String]) -> String {
    let shown = codes.get(..MAX_CODES).unwrap_or(codes);
    match codes.len() - shown.len() {
        0 => shown.join(", "),
        more => format!("{} +{more}", shown.join(", ")),
    }
}

/// What is to be produced, the most first.
pub(super) fn combined<'a>(
    orders: impl Iterator<Item = &'a Order>,
    language: Language,
) -> Vec<CombinedLine> {
    let mut by_line = BTreeMap::<(String, String), (i64, Vec<String>)>::new();
    for order in orders {
        let code = order_code(order);
        for item in order.items.iter().filter(|item| !item.deleted) {
            let mut chosen = options(item, language);
            chosen.sort();
            let key = (item_name(item), chosen.join(", "));
            let (thousandths, codes) = by_line.entry(key).or_default();
            *thousandths = thousandths.saturating_add(item.quantity.to_thousandths());
            if codes.last() != Some(&code) {
                codes.push(code.clone());
            }
        }
    }
    let mut lines: Vec<_> = by_line.into_iter().collect();
    lines.sort_by_key(|(_, (thousandths, _))| std::cmp::Reverse(*thousandths));
    let lines = lines
        .into_iter()
        .map(|((name, options), (thousandths, codes))| CombinedLine {
            quantity: Decimal::from_thousandths(thousandths)
                .map_or_else(String::new, |it| quantity_text(it, language)),
            name,
            options,
            tickets: codes_text(&codes),
        });
    lines.collect()
}
