//! What stands around an order and explains it: connections that were to receive it and have ended, orders that look
//! like the same one, what was refused under its ref.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use wire::id::{LocationId, OrderId};
use wire::order::{Order, OrderStatus};

use super::RelatedLine;
use super::store::OrderHistory;
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::office::connections::http::{EndedRow, end_text, list_ended_at};
use crate::office::dispatches::Phrasing;
use crate::office::exchange::refusal_text;
use crate::office::frame::Notice;
use crate::office::search::{RefusedOrder, find_refused, orders_of_phone};
use crate::office::visitor::AccountMember;
use crate::office::widgets::Severity;
use crate::orders::browse::{self, OfficeOrderFilter};
use crate::orders::store::parse_order;
use crate::users::permissions::Permissions;

/// How far apart two orders of a customer may be that look like one.
const SAME_CUSTOMER: SignedDuration = SignedDuration::from_mins(30);

/// How far apart two orders of one ref may be that look like one.
const SAME_REF: SignedDuration = SignedDuration::from_hours(24);

/// Of each kind that are shown.
const MAX_SHOWN: usize = 3;

/// Orders of a customer that are looked at.
const MAX_TWINS: u32 = 5;

/// An order that looks like another one.
#[derive(Debug)]
struct TwinOrder {
    order: Order,
    has_same_ref: bool,
}

/// What the hub's database knows of what stands around an order.
#[derive(Debug)]
pub(super) struct OrderContext {
    /// Whether nobody was to receive it, and nobody has dealt with it.
    is_nowhere: bool,
    /// Connections of the location that have ended, the last first; only if it is nowhere.
    ended: Vec<EndedRow>,
    twins: Vec<TwinOrder>,
}

impl OrderContext {
    pub(super) fn find(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        (order, location): (&Order, &LocationId),
        history: &OrderHistory,
    ) -> db::Result<Self> {
        // Without events nobody knows any longer who was told.
        let is_told_to_nobody = !history.events.is_empty() && history.deliveries.is_empty();
        let is_nowhere = order.status == OrderStatus::New && is_told_to_nobody;
        let ended = match is_nowhere {
            true => list_ended_at(tx, &member.at.id, location, MAX_SHOWN)?,
            false => Vec::new(),
        };
        Ok(Self {
            is_nowhere,
            ended,
            twins: find_twins(tx, member, order)?,
        })
    }

    /// What is said first: that the order has reached nobody.
    pub(super) fn verdict(&self, phrasing: &Phrasing<'_>) -> Option<Notice> {
        let nowhere = phrasing.words.orders.nowhere;
        self.is_nowhere.then(|| Notice::new(Severity::Bad, nowhere))
    }

    /// What explains it, a sentence each.
    pub(super) fn lines(&self, phrasing: &Phrasing<'_>) -> Vec<RelatedLine> {
        let words = phrasing.words;
        let mut lines = Vec::new();
        for (connection, entry) in &self.ended {
            let about = end_text(words, phrasing.zone, connection, entry.as_ref());
            lines.push(RelatedLine {
                severity: Severity::Warn,
                text: words.orders.app_text(&connection.client_name, &about),
                link: None,
            });
        }
        if self.is_nowhere {
            let link = (
                words.dashboard.all_connections.to_owned(),
                "/connections".to_owned(),
            );
            match lines.last_mut() {
                Some(last) => last.link = Some(link),
                None => lines.push(RelatedLine {
                    severity: Severity::Plain,
                    text: String::new(),
                    link: Some(link),
                }),
            }
        }
        lines.extend(self.twins.iter().map(|twin| twin_line(phrasing, twin)));
        lines
    }
}

fn twin_line(phrasing: &Phrasing<'_>, twin: &TwinOrder) -> RelatedLine {
    let w = &phrasing.words.orders;
    let order = &twin.order;
    let time = phrasing.full_timestamp(order.created_at.at());
    let reference = order.reference.as_deref().map(str::trim);
    let name = match reference.filter(|text| !text.is_empty() && !twin.has_same_ref) {
        Some(reference) => reference,
        None => order.id.as_str(),
    };
    RelatedLine {
        severity: Severity::Warn,
        text: match twin.has_same_ref {
            true => w.same_ref(&time, name),
            false => w.same_customer(&time, name),
        },
        link: Some((w.open_order(name), format!("/orders/{}", order.id))),
    }
}

/// Orders that look like this one: of its ref, or of its customer and amount shortly before or after.
fn find_twins(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    order: &Order,
) -> db::Result<Vec<TwinOrder>> {
    let at = order.created_at.at();
    let mut twins = BTreeMap::new();
    let reference = order.reference.clone();
    if let Some(reference) = reference.filter(|text| !text.trim().is_empty()) {
        let filter = OfficeOrderFilter {
            name: Some(reference),
            ..around(member, at, SAME_REF)
        };
        add_twins(tx, member, (order, &filter), &mut twins)?;
    }
    if let Some(customer) = &order.customer.id {
        let filter = OfficeOrderFilter {
            customer: Some(customer.clone()),
            ..around(member, at, SAME_CUSTOMER)
        };
        add_twins(tx, member, (order, &filter), &mut twins)?;
    }
    let is_near = |other: Timestamp| other.duration_since(at).abs() <= SAME_CUSTOMER;
    let phone = order.customer.phone.as_deref().unwrap_or_default();
    let mut near = orders_of_phone(tx, &member.at.id, phone)?;
    near.retain(|(id, _, created_at)| is_near(*created_at) && *id != order.id);
    for (id, location, _) in near.into_iter().take(MAX_TWINS as usize) {
        if !member.may_at(Permissions::VIEW, Some(&location)) {
            continue;
        }
        if let Some((_, document)) = browse::find(tx, &member.at.id, &id)? {
            add_twin(order, parse_order(&document)?, &mut twins);
        }
    }
    Ok(twins.into_values().take(MAX_SHOWN).collect())
}

/// The orders that the reader sees of some time before and after a moment.
fn around(member: &AccountMember, at: Timestamp, within: SignedDuration) -> OfficeOrderFilter {
    OfficeOrderFilter {
        locations: member.viewable_locations(),
        after: Some(at - within),
        before: Some(at + within),
        ..OfficeOrderFilter::default()
    }
}

fn add_twins(
    tx: &mut Tx<'_>,
    member: &AccountMember,
    (order, filter): (&Order, &OfficeOrderFilter),
    twins: &mut BTreeMap<OrderId, TwinOrder>,
) -> db::Result<()> {
    let from: Cursor = browse::newest_cursor();
    let found = browse::newest(tx, &member.at.id, filter, &from, MAX_TWINS)?;
    for summary in found.items {
        add_twin(order, parse_order(&summary.document)?, twins);
    }
    Ok(())
}

fn add_twin(order: &Order, other: Order, twins: &mut BTreeMap<OrderId, TwinOrder>) {
    let has_same_ref = other.reference.is_some() && other.reference == order.reference;
    if other.id != order.id && (has_same_ref || other.total == order.total) {
        let twin = TwinOrder {
            has_same_ref,
            order: other,
        };
        twins.insert(twin.order.id.clone(), twin);
    }
}

/// What was refused under the ref of an order, a sentence each.
pub(super) async fn refused_lines(
    hub: &Hub,
    member: &AccountMember,
    phrasing: &Phrasing<'_>,
    order: &Order,
) -> db::Result<Vec<RelatedLine>> {
    let reference = order.reference.as_deref().unwrap_or_default();
    if reference.trim().is_empty() {
        return Ok(Vec::new());
    }
    let at = order.created_at.at();
    let is_same = |other: &str| other == reference;
    let span = (at - SAME_REF, at + SAME_REF);
    let may_see: fn(&AccountMember, Option<&LocationId>) -> bool =
        |member, location| member.may_at(Permissions::VIEW, location);
    let refused = find_refused(hub, member, span, is_same, may_see).await?;
    let lines = refused
        .iter()
        .take(MAX_SHOWN)
        .map(|RefusedOrder { request, app, .. }| {
            let time = phrasing.full_timestamp(request.at);
            let cause = refusal_text(phrasing.words, request.status, &request.response);
            let cause = cause.unwrap_or_default();
            RelatedLine {
                severity: Severity::Warn,
                text: phrasing.words.orders.refused_again(app, &time, &cause),
                link: None,
            }
        });
    Ok(lines.collect())
}
