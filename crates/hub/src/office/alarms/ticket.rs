//! The fallback ticket: an order as text, with all that a kitchen needs and with what failed. It is read in a
//! mail, on a page and on paper.

use jiff::Timestamp;

use super::report::OrderReport;
use crate::office::dispatches::Phrasing;
use crate::office::form::one_line;
use crate::office::frame::Frame;
use crate::office::orders::order_view::{self, OrderRenderer};
use crate::office::orders::{ItemView, MoneyLine, OrderPage};
use crate::office::translations::Translations;
use crate::office::widgets::LabelledValue;

/// How deep what belongs to a line is set.
const INDENT: &str = "    ";

/// The ticket of an order, in the reader's language.
pub(crate) fn text(words: &'static Translations, report: &OrderReport, now: Timestamp) -> String {
    let reader = OrderRenderer {
        words,
        zone: &report.zone,
        location: &report.entity,
    };
    let frame = Frame::plain(words.language, "", "", "");
    let shown = order_view::page(frame, &reader, &report.order, &report.document);
    let mut ticket = Ticket::default();
    ticket.head(words, &shown);
    ticket.guest(words, &shown);
    ticket.lines(words, &shown);
    ticket.payments(words, &shown);
    ticket.failures(words, report, now);
    ticket.0
}

#[derive(Default)]
struct Ticket(String);

impl Ticket {
    fn line(&mut self, line: &str) {
        self.0.push_str(line.trim_end());
        self.0.push('\n');
    }

    fn heading(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.line(&text.to_uppercase());
    }

    /// What somebody has written, which may have several lines.
    fn note(&mut self, indent: &str, text: &str) {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            self.line(&format!("{indent}{}", one_line(line)));
        }
    }

    fn values(&mut self, values: &[LabelledValue]) {
        for LabelledValue { label, value } in values {
            let mut lines = value.lines().map(one_line);
            let first = lines.next().unwrap_or_default();
            self.line(&format!("{label}: {first}"));
            for line in lines {
                self.line(&format!("{INDENT}{line}"));
            }
        }
    }

    fn head(&mut self, words: &Translations, shown: &OrderPage) {
        let name = shown.reference.as_ref().unwrap_or(&shown.id);
        self.heading(&words.orders.order_title(&one_line(name)));
        self.values(&shown.facts);
        self.values(&shown.notes);
    }

    fn guest(&mut self, words: &Translations, shown: &OrderPage) {
        self.heading(words.alarms.guest);
        let Some(customer) = &shown.customer else {
            return self.line(words.orders.no_customer);
        };
        if !customer.name.is_empty() {
            self.line(&one_line(&customer.name));
        }
        for line in &customer.address {
            self.line(&one_line(line));
        }
        self.values(&customer.facts);
    }

    fn item(&mut self, words: &Translations, item: &ItemView) {
        let w = &words.orders;
        let mut line = format!("{} × {}", item.quantity, one_line(&item.name));
        if let Some(sku) = &item.sku {
            line = format!("{line} {}", one_line(sku));
        }
        if let Some(reference) = &item.reference {
            line = format!("{line} [{}]", one_line(reference));
        }
        line = format!("{line}  {}", item.subtotal);
        if item.deleted {
            line = format!("{line} ({})", w.deleted);
        }
        self.line(&line);
        if let Some(deal) = &item.deal {
            self.line(&format!("{INDENT}{}", one_line(deal)));
        }
        for option in &item.options {
            let name = one_line(&option.name);
            let mut line = match option.removed {
                true => format!("{INDENT}- {name} ({})", w.removed),
                false => format!("{INDENT}+ {name}"),
            };
            if let Some(price) = &option.price {
                line = format!("{line}  {price}");
            }
            self.line(&line);
        }
        if let Some(notes) = &item.notes {
            self.note(&format!("{INDENT}> "), notes);
        }
    }

    fn money(&mut self, words: &Translations, kind: Option<&str>, line: &MoneyLine) {
        let mut text = one_line(&line.name);
        if let Some(kind) = kind {
            text = format!("{kind} · {text}");
        }
        if let Some(reference) = &line.reference {
            text = format!("{text} [{}]", one_line(reference));
        }
        text = format!("{text}  {}", line.amount);
        if line.deleted {
            text = format!("{text} ({})", words.orders.deleted);
        }
        self.line(&text);
    }

    fn lines(&mut self, words: &Translations, shown: &OrderPage) {
        let w = &words.orders;
        self.heading(w.items);
        for item in &shown.items {
            self.item(words, item);
        }
        for line in &shown.discounts {
            self.money(words, Some(w.discounts), line);
        }
        for line in &shown.charges {
            self.money(words, Some(w.charges), line);
        }
        self.line(&format!("{}  {}", w.total, shown.total));
    }

    fn payments(&mut self, words: &Translations, shown: &OrderPage) {
        self.heading(words.orders.payments);
        for line in &shown.payments {
            self.money(words, None, line);
        }
        let settlement = &shown.settlement;
        let amount = settlement.amount.as_deref().unwrap_or_default();
        self.line(&format!("{}  {amount}", settlement.badge.text));
    }

    fn failures(&mut self, words: &'static Translations, report: &OrderReport, now: Timestamp) {
        self.heading(words.alarms.what_failed);
        if report.dispatches.is_empty() {
            return self.line(words.alarms.no_receiver);
        }
        let phrasing = Phrasing {
            words,
            zone: &report.zone,
            now,
        };
        for dispatch in &report.dispatches {
            let is_blocked = report.blocked.contains(&dispatch.connection);
            let (progress, outcome) = phrasing.dispatch_state(dispatch, is_blocked);
            let last = dispatch.attempts.last().map(|it| it.started_at);
            let time = phrasing.full_timestamp(last.unwrap_or(dispatch.created_at));
            let app = one_line(&dispatch.client_name);
            let badge = progress.badge(words).text;
            let outcome = words.alarms.attempted(&time, &one_line(&outcome));
            self.line(&format!("{app} [{badge}] {outcome}"));
        }
    }
}
