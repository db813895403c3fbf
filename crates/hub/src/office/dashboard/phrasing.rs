//! The words around the figures and states of the dashboard.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::currency::Currency;
use wire::id::LocationId;
use wire::money::Money;

use super::attention::{Attention, ConnectionProblem, IllConnection, OrderInNeed, OrderProblem};
use super::charts::{
    BarChart, Breakdown, ChartBar, HourCell, HourLine, ShareLine, per_mille, placed,
};
use super::figures::{BarLength, Figures, Sum};
use super::period::{DateRange, Period};
use super::{Metric, PeriodChoice, PeriodLink, ProductLine, StateBox, Warning};
use crate::office::format;
use crate::office::session::harmless_name;
use crate::office::translations::Translations;
use crate::office::widgets::Severity;
use crate::orders::sales::ProductSale;

/// Orders and connections that a state names.
const MAX_NAMED: usize = 10;

/// Lines of a breakdown.
const MAX_SHARES: usize = 12;

/// Writes what the dashboard says in the language of its reader.
pub(super) struct DashboardPhrasing<'a> {
    pub words: &'static Translations,
    pub zone: &'a TimeZone,
    pub currency: Option<Currency>,
    /// The names of locations; empty where only one is shown.
    pub locations: &'a [(LocationId, String)],
}

impl DashboardPhrasing<'_> {
    fn at(&self, time: Timestamp) -> String {
        format::date_time(self.words.language, &time.to_zoned(self.zone.clone()))
    }

    fn whole(&self, number: i64) -> String {
        format::whole(self.words.language, u64::try_from(number).unwrap_or(0))
    }

    /// An amount in minor units of the account's currency.
    fn money(&self, cents: i64) -> String {
        let amount = self.currency.map(|it| Money::new(cents, it).to_string());
        format::money(self.words.language, &amount.unwrap_or_default())
    }

    /// The average, to the smallest amount that there is in the currency.
    fn basket(&self, sum: Sum) -> Option<i64> {
        let is_whole = self
            .currency
            .is_some_and(|it| format::is_whole_currency(&it.to_string()));
        sum.basket(if is_whole { 100 } else { 1 })
    }

    /// How things are, the gravest first.
    pub(super) fn states(&self, found: &Attention) -> Vec<StateBox> {
        let w = &self.words.dashboard;
        let state = |severity, headline: String| StateBox {
            severity,
            headline,
            lines: Vec::new(),
            action: None,
        };
        let next = (self.words.connections.apps, "/apps");
        if !found.has_connections && found.orders.is_empty() {
            let mut nothing = state(Severity::Plain, w.nothing_connected.to_owned());
            nothing.action = Some(next);
            return vec![nothing];
        }
        let mut states = Vec::new();
        if !found.orders.is_empty() {
            let count = found.orders.len() as u64;
            let headline = match found.has_more {
                true => w.more_orders_in_need(count),
                false => w.orders_in_need(count),
            };
            let mut orders = state(Severity::Bad, headline);
            orders.lines = found
                .orders
                .iter()
                .take(MAX_NAMED)
                .map(|it| self.order(it))
                .collect();
            if found.orders.len() > MAX_NAMED {
                orders.action = Some((w.all_alarms, "/alarms"));
            }
            states.push(orders);
        }
        if !found.ill.is_empty() {
            let mut ill = state(Severity::Warn, w.ill_connections(found.ill.len() as u64));
            ill.lines = found
                .ill
                .iter()
                .take(MAX_NAMED)
                .map(|it| self.ill(it))
                .collect();
            if found.ill.len() > MAX_NAMED {
                ill.action = Some((w.all_connections, "/connections"));
            }
            states.push(ill);
        }
        if !found.has_receiver {
            let mut nobody = state(Severity::Plain, w.no_receiver.to_owned());
            nobody.action = Some(next);
            states.push(nobody);
        }
        let in_transit = found.in_transit;
        if found.delivered > 0 && found.orders.is_empty() {
            let mut text = w.all_delivered(found.delivered);
            if in_transit > 0 {
                text.push(' ');
                text.push_str(&w.in_transit(in_transit));
            }
            // Orders may be well while a connection is not.
            states.push(state(Severity::Good, text));
        } else if found.orders.is_empty() {
            let text = match in_transit {
                0 => w.no_orders.to_owned(),
                some => w.only_in_transit(some),
            };
            states.push(state(Severity::Plain, text));
        }
        states
    }

    fn order(&self, order: &OrderInNeed) -> Warning {
        let (w, alarms) = (&self.words.dashboard, &self.words.alarms);
        let name = order
            .reference
            .as_deref()
            .filter(|it| !it.trim().is_empty());
        let name = harmless_name(name.unwrap_or(&order.id));
        let sentence = match &order.problem {
            OrderProblem::NoReceiver => w.order_without_receiver(&name),
            OrderProblem::Unreached => alarms.unreached(&name),
            OrderProblem::AnsweredWithError => w.order_answered_with_error(&name),
            OrderProblem::StayedNew => alarms.stayed_new(&name),
            OrderProblem::Rejected(cause) if cause.is_empty() => w.order_rejected(&name),
            OrderProblem::Rejected(cause) => w.order_rejected_because(&name, &harmless_name(cause)),
            OrderProblem::NotDelivered => w.order_not_delivered(&name),
        };
        let place = self
            .locations
            .iter()
            .find(|(id, _)| Some(id) == order.location.as_ref());
        let at = self.at(order.since);
        Warning {
            text: match place {
                Some((_, place)) => format!("{at} · {} · {sentence}", harmless_name(place)),
                None => format!("{at} · {sentence}"),
            },
            href: format!("/orders/{}", order.id),
        }
    }

    fn ill(&self, ill: &IllConnection) -> Warning {
        let (w, shell) = (&self.words.dashboard, &self.words.shell);
        let app = &ill.connection.client_name;
        let mut text = match ill.problem {
            ConnectionProblem::Blocked(since) => w.blocked_since(app, &self.at(since)),
            ConnectionProblem::Failing(since) => w.failing_since(app, &self.at(since)),
            ConnectionProblem::Silent(since) => w.silent_since(app, &self.at(since)),
            ConnectionProblem::Behind(since) => shell.behind(app, &self.at(since), ill.waiting),
        };
        if ill.waiting > 0 && !matches!(ill.problem, ConnectionProblem::Behind(_)) {
            text.push(' ');
            text.push_str(&w.events_waiting(ill.waiting));
        }
        if let Some(place) = ill
            .connection
            .location_name
            .as_deref()
            .filter(|_| !self.locations.is_empty())
        {
            text = format!("{} · {text}", harmless_name(place));
        }
        Warning {
            text,
            href: format!("/connections/{}/logs", ill.connection.id),
        }
    }

    /// The choice of days.
    pub(super) fn period(&self, range: &DateRange, now: Timestamp) -> PeriodChoice {
        let w = &self.words.dashboard;
        let label = |period| match period {
            Period::Today => w.today,
            Period::Yesterday => w.yesterday,
            Period::SevenDays => w.seven_days,
            Period::ThirtyDays | Period::Dates => w.thirty_days,
            Period::Month => w.this_month,
        };
        let links = Period::NAMED.into_iter().map(|period| {
            let link = DateRange {
                period,
                ..range.clone()
            };
            PeriodLink {
                label: label(period),
                href: link.path("/dashboard", range.is_compared),
                chosen: range.period == period,
            }
        });
        let previous = range.previous(&now.to_zoned(self.zone.clone()));
        // The last moment of it, or that of its beginning if nothing of it has passed.
        let last = (previous.until - jiff::SignedDuration::from_micros(1)).max(previous.from);
        let days = self.days(previous.from, last);
        let compare = match range.is_compared {
            true => w.stop_comparing.to_owned(),
            false => w.compare_with(&days),
        };
        let time = range.time(self.zone);
        PeriodChoice {
            links: links.collect(),
            from: range.first.to_string(),
            to: range.last.to_string(),
            days: self.days(time.from, time.until - jiff::SignedDuration::from_micros(1)),
            compare: (compare, range.path("/dashboard", !range.is_compared)),
            is_compared: range.is_compared,
        }
    }

    fn days(&self, first: Timestamp, last: Timestamp) -> String {
        let day =
            |at: Timestamp| format::date(self.words.language, &at.to_zoned(self.zone.clone()));
        let (first, last) = (day(first), day(last));
        match first == last {
            true => first,
            false => format!("{first} – {last}"),
        }
    }

    /// Revenue, number, basket; each with what it was before.
    pub(super) fn metrics(&self, figures: &Figures) -> Vec<Metric> {
        let w = &self.words.dashboard;
        let (sum, previous) = (figures.sum, figures.previous);
        let change = |is: i64, was: i64| match per_mille(is.saturating_sub(was), was) {
            Some(tenths) => self.change(tenths),
            None => w.no_comparison.to_owned(),
        };
        let basket = |sum: Sum| self.basket(sum);
        let amount = |cents: Option<i64>| cents.map_or_else(|| "–".to_owned(), |it| self.money(it));
        vec![
            Metric {
                label: w.total_revenue,
                value: self.money(sum.total),
                before: previous.map(|it| (self.money(it.total), change(sum.total, it.total))),
            },
            Metric {
                label: w.number_of_sales,
                value: self.whole(sum.count),
                before: previous.map(|it| (self.whole(it.count), change(sum.count, it.count))),
            },
            Metric {
                label: w.average_basket,
                value: amount(basket(sum)),
                before: previous.map(|it| {
                    let (is, was) = (basket(sum), basket(it));
                    let text = change(is.unwrap_or(0), was.unwrap_or(0));
                    (amount(was), text)
                }),
            },
        ]
    }

    /// A change with its sign: `+12,5 %`.
    fn change(&self, tenths: i64) -> String {
        let sign = match tenths.signum() {
            1 => "+",
            -1 => "\u{2212}",
            _ => "",
        };
        let tenths = tenths.unsigned_abs();
        let number = format!("{}.{}", tenths / 10, tenths % 10);
        format!("{sign}{}", format::percent(self.words.language, &number))
    }

    /// The bars of the chart.
    pub(super) fn chart(&self, figures: &Figures) -> BarChart {
        let language = self.words.language;
        let count = figures.bars.len();
        let highest = figures
            .bars
            .iter()
            .map(|(_, sum)| sum.total)
            .max()
            .unwrap_or(0);
        let bars = figures
            .bars
            .iter()
            .enumerate()
            .map(|(index, (start, sum))| {
                let start = start.to_zoned(self.zone.clone());
                let label = match figures.bar_length {
                    BarLength::Hour => format::date_time(language, &start),
                    BarLength::Day => format::date(language, &start),
                    BarLength::Month => format::month(language, &start),
                };
                let [x, y, width, height] = placed(index, count, *sum, highest);
                let (total, number) = (self.money(sum.total), self.whole(sum.count));
                let sales = self
                    .words
                    .dashboard
                    .sales_count(u64::try_from(sum.count).unwrap_or(0));
                ChartBar {
                    x,
                    y,
                    width,
                    height,
                    title: format!("{label} · {total} · {sales}"),
                    label,
                    count: number,
                    total,
                }
            });
        BarChart {
            bars: bars.collect(),
            top: self.money(highest),
        }
    }

    fn share_lines(&self, sums: Vec<(String, Sum)>, whole: Sum) -> Vec<ShareLine> {
        let highest = sums.first().map_or(0, |(_, sum)| sum.total);
        let (named, rest) = sums.split_at(sums.len().min(MAX_SHARES));
        let others = rest.iter().fold(Sum::default(), |sum, (_, more)| Sum {
            count: sum.count.saturating_add(more.count),
            total: sum.total.saturating_add(more.total),
        });
        let others = (self.words.dashboard.others.to_owned(), others);
        let others = (others.1.count > 0).then_some(others);
        let lines = named.iter().cloned().chain(others);
        let lines = lines.map(|(label, sum)| {
            let tenths = per_mille(sum.total, whole.total).unwrap_or(0);
            let share = format!("{}.{}", tenths / 10, (tenths % 10).abs());
            ShareLine {
                label,
                count: self.whole(sum.count),
                total: self.money(sum.total),
                share: format::percent(self.words.language, &share),
                length: per_mille(sum.total, highest).unwrap_or(0).clamp(0, 1_000) / 10,
            }
        });
        lines.collect()
    }

    /// By channel, by connection, and by location where there are several.
    pub(super) fn breakdowns(&self, figures: &Figures) -> Vec<Breakdown> {
        let w = &self.words.dashboard;
        let whole = figures.sum;
        let mut breakdowns = vec![
            Breakdown {
                id: "channels",
                title: w.by_channel,
                column: w.channel,
                lines: self.share_lines(figures.channels.clone(), whole),
            },
            Breakdown {
                id: "origins",
                title: w.by_connection,
                column: w.connection,
                lines: self.share_lines(figures.connections.clone(), whole),
            },
        ];
        if !self.locations.is_empty() {
            let name = |id: &LocationId| {
                let known = self.locations.iter().find(|(known, _)| known == id);
                known.map_or_else(|| id.to_string(), |(_, name)| name.clone())
            };
            let sums = figures.locations.iter().map(|(id, sum)| (name(id), *sum));
            breakdowns.push(Breakdown {
                id: "locations",
                title: w.by_location,
                column: self.words.orders.location,
                lines: self.share_lines(sums.collect(), whole),
            });
        }
        breakdowns
    }

    /// The days of the week, from Monday.
    pub(super) fn weekdays(&self) -> [&'static str; 7] {
        let w = &self.words.dashboard;
        [
            w.monday,
            w.tuesday,
            w.wednesday,
            w.thursday,
            w.friday,
            w.saturday,
            w.sunday,
        ]
    }

    /// The hours in which something was sold, and those between.
    pub(super) fn hours(&self, figures: &Figures) -> Vec<HourLine> {
        let is_busy = |days: &[i64; 7]| days.iter().any(|count| *count > 0);
        let highest = figures.hours.iter().flatten().copied().max().unwrap_or(0);
        let first = figures.hours.iter().position(is_busy);
        let last = figures.hours.iter().rposition(is_busy);
        let (Some(first), Some(last)) = (first, last) else {
            return Vec::new();
        };
        let lines = figures.hours.iter().enumerate();
        let lines = lines.skip(first).take(last + 1 - first);
        let lines = lines.map(|(hour, days)| HourLine {
            label: format!("{hour:02}:00"),
            cells: days
                .iter()
                .map(|count| HourCell {
                    count: match count {
                        0 => String::new(),
                        some => self.whole(*some),
                    },
                    heat: (count * 4 + highest - 1) / highest.max(1),
                })
                .collect(),
        });
        lines.collect()
    }

    /// The products that were sold.
    pub(super) fn products(&self, products: &[ProductSale]) -> Vec<ProductLine> {
        let lines = products
            .iter()
            .enumerate()
            .map(|(index, sold)| ProductLine {
                rank: format::whole(self.words.language, index as u64 + 1),
                product: sold.product.clone(),
                sku: sold.sku.clone(),
                quantity: format::decimal(self.words.language, &sold.quantity.to_minimal_string()),
                total: self.money(sold.total),
            });
        lines.collect()
    }
}
