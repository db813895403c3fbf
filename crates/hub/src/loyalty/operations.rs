//! What happened to loyalty cards, in the database.

use const_format::formatcp;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::decimal::Decimal;
use wire::id::{AccountId, CustomerId, LocationId, LoyaltyCardId, LoyaltyOperationId, OrderId};
use wire::loyalty::LoyaltyOperation;
use wire::order::OrderLoyaltyOperation;
use wire::time::Time;

use super::rules::AppliedOperations;
use super::store;
use crate::customers::Customer;
use crate::customers::cards::CustomerCard;
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO loyalty_operations (account_id, id, loyalty_card_id, customer_id,
            order_id, order_location_id, reason, delta, new_balance, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIND = formatcp!("{SELECT}
        WHERE account_id = $1 AND id = $2 AND COALESCE(loyalty_card_id, '') = $3");
    OF_CARD = formatcp!("{SELECT}
        WHERE account_id = $1 AND loyalty_card_id = $2 AND (created_at, id) < ($3, $4)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    LAST = "SELECT created_at FROM loyalty_operations
        WHERE account_id = $1 AND loyalty_card_id = $2
        ORDER BY created_at DESC, id DESC LIMIT 1";
}

row! {
    /// An operation as stored.
    #[derive(Clone, Debug)]
    pub(super) struct OperationRow {
        pub id: LoyaltyOperationId = "id",
        pub customer: CustomerId = "customer_id",
        /// The order it belongs to.
        pub order: Option<OrderId> = "order_id",
        /// Where that was placed.
        pub order_location: Option<LocationId> = "order_location_id",
        pub reason: Option<String> = "reason",
        /// Thousandths of a point.
        pub delta: i64 = "delta",
        /// Thousandths of a point on the card afterwards.
        pub new_balance: i64 = "new_balance",
        pub created_at: Timestamp = "created_at",
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM loyalty_operations", OperationRow::COLUMNS);

impl OperationRow {
    /// The operation as the API shows it, with times in `zone`.
    pub(super) fn view(&self, zone: &TimeZone) -> LoyaltyOperation {
        let points = |thousandths| Decimal::from_thousandths(thousandths).unwrap_or(Decimal::ZERO);
        LoyaltyOperation {
            id: self.id.clone(),
            customer_id: self.customer.clone(),
            order_id: self.order.clone(),
            order_location_id: self.order_location.clone(),
            reason: self.reason.clone(),
            delta: points(self.delta),
            new_balance: points(self.new_balance),
            created_at: Time::new(self.created_at, zone),
        }
    }
}

/// When an operation that is added to a card now happens: after the last one in any case, even if the
/// change that made that one began later and came first.
pub(super) fn moment(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
) -> db::Result<Timestamp> {
    let now = tx.now();
    let last: Option<(Timestamp,)> = tx.first(LAST, args![account, card])?;
    let after = last.and_then(|(last,)| last.checked_add(SignedDuration::from_micros(1)).ok());
    Ok(after.map_or(now, |after| after.max(now)))
}

/// Adds an operation to a card.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    operation: &OperationRow,
) -> db::Result<()> {
    tx.write(
        INSERT,
        args![
            account,
            &operation.id,
            card,
            &operation.customer,
            operation.order.as_ref(),
            operation.order_location.as_ref(),
            operation.reason.as_deref(),
            operation.delta,
            operation.new_balance,
            operation.created_at
        ],
    )
}

/// One operation of a card.
pub(super) fn find(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    operation: &LoyaltyOperationId,
) -> db::Result<Option<OperationRow>> {
    tx.first(FIND, args![account, operation, card])
}

/// A page of the operations of a card, newest first.
pub(super) fn page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    card: &LoyaltyCardId,
    wanted: &PageRequest,
) -> db::Result<Page<OperationRow>> {
    let from = wanted.after.or_newest();
    let rows: Vec<OperationRow> = tx.all(
        OF_CARD,
        args![account, card, &from.key, &from.id, wanted.count + 1],
    )?;
    let rows = rows
        .into_iter()
        .map(|it| (Cursor::of(it.created_at, &it.id), it));
    Ok(Page::cut(rows.collect(), wanted.count))
}

/// Keeps what the operations of an order did: the cards that changed or are new, and a row for each
/// operation.
pub(crate) fn save_applied(
    tx: &mut Tx<'_>,
    account: &AccountId,
    customer: &Customer,
    (order, location): (&OrderId, &LocationId),
    before: &[CustomerCard],
    operated: &AppliedOperations,
    operations: &[OrderLoyaltyOperation],
) -> db::Result<()> {
    for (index, card) in operated.cards.iter().enumerate() {
        match before.get(index) {
            Some(old) if old == card => {}
            Some(_) => store::update(tx, account, card)?,
            None => store::insert(tx, account, customer, card)?,
        }
    }
    for (operation, (card, new_balance)) in operations.iter().zip(&operated.steps) {
        let Some(card) = operated.cards.get(*card) else {
            continue;
        };
        let created_at = moment(tx, account, &card.id)?;
        let id = LoyaltyOperationId::from_generated(tx.fresh_id()?);
        let operation = OperationRow {
            id,
            customer: customer.id.clone(),
            order: Some(order.clone()),
            order_location: Some(location.clone()),
            reason: operation.reason.clone(),
            delta: operation.delta.to_thousandths(),
            new_balance: *new_balance,
            created_at,
        };
        insert(tx, account, &card.id, &operation)?;
    }
    Ok(())
}
