//! What is sent when an order changes: what was added to it, and what its status means for the till.

use std::collections::BTreeSet;

use client::order::{ElementId, Order, OrderStatus};
use sha2::{Digest as _, Sha256};

use super::super::note::{OrderNote, OrderRefusal};
use super::items::EntryMapper;
use super::service::mode;
use super::{OutgoingContext, numeric};
use crate::zelty_api::{NewEntry, NewTransaction};

/// The items, charges and payments of an order that Zelty has already, by the hub's ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SentElements(pub BTreeSet<String>);

impl SentElements {
    /// All that an order has now.
    pub fn of(order: &Order) -> SentElements {
        let items = order.items.iter().map(|it| it.id.to_string());
        let charges = order.charges.iter().map(|it| it.id.to_string());
        let payments = order.payments.iter().map(|it| it.id.to_string());
        SentElements(items.chain(charges).chain(payments).collect())
    }

    /// Whether an element is there and was not sent yet. A deleted one is never sent, nor is its deletion.
    pub(super) fn lacks(&self, id: &ElementId, is_deleted: bool) -> bool {
        !is_deleted && !self.0.contains(id.as_str())
    }
}

/// What was added to an order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderAdditions {
    /// Lines.
    pub entries: Vec<NewEntry>,
    /// Payments.
    pub transactions: Vec<NewTransaction>,
    /// What was left out, and what is suspicious.
    pub notes: Vec<OrderNote>,
}

/// What was added to an order since these elements were sent. Deletions are ignored: Zelty takes nothing away.
///
/// # Errors
/// [`OrderRefusal`] as for a new order.
pub fn outgoing_additions(
    order: &Order,
    sent: &SentElements,
    context: &OutgoingContext<'_>,
) -> Result<OrderAdditions, OrderRefusal> {
    let mut notes = Vec::new();
    let mapper = EntryMapper {
        order,
        context,
        mode: mode(order),
    };
    let mapped = mapper.entries(sent, &mut notes)?;
    let transactions = transactions(order, context, sent, &mut notes)?;
    Ok(OrderAdditions {
        entries: mapped.entries,
        transactions,
        notes,
    })
}

/// The payments that were not sent yet, by the id of their method.
pub(super) fn transactions(
    order: &Order,
    context: &OutgoingContext<'_>,
    sent: &SentElements,
    notes: &mut Vec<OrderNote>,
) -> Result<Vec<NewTransaction>, OrderRefusal> {
    let mut transactions = Vec::new();
    let payments = order.payments.iter();
    for payment in payments.filter(|it| sent.lacks(&it.id, it.deleted)) {
        let name = payment.name.clone().unwrap_or_default();
        let Some(reference) = numeric(payment.reference.as_deref()) else {
            notes.push(OrderNote::PaymentSkipped(name));
            continue;
        };
        if context.menu.method(reference).is_none() {
            return Err(OrderRefusal::UnknownPayment { name, reference });
        }
        // Zelty refuses a payment of nothing.
        if payment.amount.cents() != 0 {
            transactions.push(NewTransaction {
                id_transaction_method: reference,
                price: payment.amount.cents(),
                remote_id: transaction_id(order, &payment.id),
            });
        }
    }
    Ok(transactions)
}

/// The UUID of a payment: always the same for the same payment, so that sending it again does nothing.
pub fn transaction_id(order: &Order, payment: &ElementId) -> String {
    let digest = Sha256::digest(format!("{}/{payment}", order.id));
    let mut hex: Vec<char> = digest[..16]
        .iter()
        .flat_map(|byte| format!("{byte:02x}").chars().collect::<Vec<_>>())
        .collect();
    // Version 4, and the variant of RFC 9562.
    hex[12] = '4';
    hex[16] = '8';
    let text: String = hex.into_iter().collect();
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// What a new status of the hub means for the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusAction {
    /// The kitchen begins.
    StartProduction,
    /// The order is closed.
    Close,
    /// It would be closed, but is not fully paid: that is impossible.
    CannotClose,
    /// Nothing.
    Nothing,
}

/// What to do at the till when the hub's status has changed.
pub fn status_action(status: OrderStatus, is_fully_paid: bool) -> StatusAction {
    match status {
        OrderStatus::InPreparation => StatusAction::StartProduction,
        OrderStatus::Completed | OrderStatus::Cancelled if is_fully_paid => StatusAction::Close,
        OrderStatus::Completed | OrderStatus::Cancelled => StatusAction::CannotClose,
        _ => StatusAction::Nothing,
    }
}
