//! The page with what pages are made of.

use askama::Template;
use wire::order::OrderStatus;

use super::stylesheet::{COLOURS, SPACES, TEXT_SIZES};
use crate::office::frame::{Frame, Notice};
use crate::office::icons::InlineIcon;
use crate::office::orders::{OrderLine, order_badge, service_mark};
use crate::office::widgets::{Badge, Field, LabelledValue, SelectOption, Severity};

/// `GET /design`.
#[derive(Template)]
#[template(path = "design/design.html")]
pub struct DesignPage {
    /// The common part.
    pub frame: Frame,
    /// The scale of spaces.
    pub spaces: [&'static str; 6],
    /// The sizes of text.
    pub sizes: [&'static str; 6],
    /// The colours.
    pub colours: [&'static str; 12],
    /// The eleven statuses of orders.
    pub statuses: Vec<Badge>,
    /// How grave something is.
    pub severities: Vec<Badge>,
    /// How orders are served.
    pub services: Vec<(InlineIcon, &'static str)>,
    /// Over which channel they come.
    pub channels: Vec<(InlineIcon, &'static str)>,
    /// A table.
    pub orders: Vec<OrderLine>,
    /// Facts.
    pub facts: Vec<LabelledValue>,
    /// A field that is filled in, and one that is wrong.
    pub fields: [Field; 2],
    /// The entries of a list.
    pub choices: Vec<SelectOption>,
}

/// Names of channels as apps send them.
const CHANNELS: [&str; 4] = ["Web", "Mobile", "Kiosk", "Marketplace"];

impl DesignPage {
    /// The page.
    #[must_use]
    pub fn new(frame: Frame) -> Self {
        let (words, w) = (frame.words, &frame.words.design);
        let all = OrderStatus::ALL.iter();
        let statuses: Vec<Badge> = all.map(|it| order_badge(words, it.as_str())).collect();
        let services = ["delivery", "collection", "eat_in"].map(|it| service_mark(words, it));
        let services: Vec<_> = services.into_iter().flatten().collect();
        let line = |(n, status): (usize, &Badge)| OrderLine {
            id: format!("w5x2r{n}"),
            reference: (n != 3).then(|| format!("W-204{n}")),
            created: "07/03/2026 19:41".to_owned(),
            location: None,
            customer: w.sample_customer.to_owned(),
            total: format!("{n}6,40\u{a0}€"),
            status: status.clone(),
            service: services.get(n % 4).copied(),
            origin: w.sample_app.to_owned(),
            channel: CHANNELS.get(n % 5).map(|it| (*it).to_owned()),
        };
        let orders = statuses.iter().enumerate().map(line).collect();
        let severities = [
            (Severity::Bad, w.bad),
            (Severity::Warn, w.warn),
            (Severity::Good, w.good),
            (Severity::Busy, w.busy),
            (Severity::Fresh, w.fresh),
            (Severity::Plain, w.plain),
        ];
        let choice = |n: usize, status: &Badge| SelectOption::new("", &status.text, n == 0);
        let choices = statuses.iter().enumerate().map(|(n, it)| choice(n, it));
        Self {
            spaces: SPACES,
            sizes: TEXT_SIZES,
            colours: COLOURS,
            services,
            channels: CHANNELS.map(|it| (InlineIcon::of_channel(it), it)).to_vec(),
            orders,
            severities: severities.map(|(it, text)| Badge::new(text, it)).to_vec(),
            facts: vec![
                LabelledValue::new(words.settings.name, w.sample_app),
                LabelledValue::new(words.settings.id, "z6q31-0"),
                LabelledValue::new(words.settings.currency, "EUR"),
            ],
            fields: [
                Field::of(w.sample_customer),
                Field::of("ada").wrong(words.session.email_invalid),
            ],
            choices: choices.collect(),
            statuses,
            frame,
        }
    }

    /// A notice of each kind, as they stand above a page.
    #[must_use]
    pub fn notices(&self) -> Frame {
        let notice = |badge: &Badge| Notice::new(badge.severity, self.frame.words.design.notice);
        Frame {
            notices: self.severities.iter().take(4).map(notice).collect(),
            ..Frame::plain(
                self.frame.words.language,
                &self.frame.brand,
                &self.frame.path,
                &self.frame.csrf,
            )
        }
    }
}
