//! What follows a deleted list: its customers with their cards, operations and private refs. Orders
//! keep what they show of a customer, without the ids; nobody is told.
//!
//! Who is being anonymised is erased first ([`super::anonymise`]): it is found in events and orders by
//! the ids that go here.

use jiff::Timestamp;
use wire::id::{AccountId, CustomerId, CustomerListId, OrderId};

use crate::accounts::refusals::DeletionError;
use crate::customer_lists;
use crate::customers::search::{Pieces, SearchKeys};
use crate::db::page::Cursor;
use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::{args, orders, statements};

statements! {
    BEGIN = "INSERT INTO deleted_customer_lists (account_id, id, deleted_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    END = "DELETE FROM deleted_customer_lists WHERE account_id = $1 AND id = $2";
    DELETED = "SELECT account_id, id FROM deleted_customer_lists
        WHERE (account_id, id) > ($1, $2) ORDER BY account_id, id LIMIT $3";
    CUSTOMERS = "SELECT id FROM customers WHERE account_id = $1 AND customer_list_id = $2
        ORDER BY created_at, id LIMIT $3";
    LOCK = "SELECT created_at, email, phone FROM customers WHERE account_id = $1 AND id = $2";
    /// What is still looked for by the customer's id where this would take it away.
    ERASING = "SELECT step FROM erasures
        WHERE account_id = $1 AND customer_id = $2 AND step IN ('events', 'orders')";
    ORDERS = "SELECT id FROM orders WHERE account_id = $1 AND customer_id = $2
        ORDER BY created_at, id LIMIT $3";
    FORGET_OPERATIONS = "DELETE FROM loyalty_operations WHERE account_id = $1
        AND loyalty_card_id IN (SELECT c.id FROM loyalty_cards c
            WHERE c.account_id = $1 AND c.customer_id = $2)";
    FORGET_CARDS = "DELETE FROM loyalty_cards WHERE account_id = $1 AND customer_id = $2";
    /// The clients of the account are few, and with them the key finds the refs.
    FORGET_PRIVATE_REFS = "DELETE FROM private_refs WHERE account_id = $1 AND holder_id = $2
        AND client_id IN (SELECT c.client_id FROM connections c WHERE c.account_id = $1)";
    FORGET = "DELETE FROM customers WHERE account_id = $1 AND id = $2";
}

/// Customers per change.
const FEW: u32 = 20;
/// Orders of a customer per change.
const ORDERS_AT_A_TIME: u32 = 50;
/// Changes at a time.
const ROUNDS: u32 = 20;

/// Keeps in mind that a list was deleted.
pub(crate) fn begin(tx: &mut Tx<'_>, account: &AccountId, list: &CustomerListId) -> db::Result<()> {
    tx.write(BEGIN, args![account, list, tx.now()])
}

/// Deletes a list for the people who manage it, unless it must stay.
pub(crate) fn delete(
    tx: &mut Tx<'_>,
    account: &AccountId,
    list: &CustomerListId,
) -> Result<(), DeletionError> {
    customer_lists::owner_changes::check_deletion(tx, account, list)?;
    customer_lists::store::delete(tx, account, list)?;
    Ok(begin(tx, account, list)?)
}

/// The next lists that were deleted and have customers left.
pub(crate) fn deleted(
    tx: &mut Tx<'_>,
    after: &Cursor,
    most: u32,
) -> db::Result<Vec<(AccountId, CustomerListId)>> {
    tx.all(DELETED, args![&after.key, &after.id, most])
}

/// Removes customers of a deleted list, in several changes, but not for ever.
pub(crate) async fn resume(
    hub: &Hub,
    account: &AccountId,
    list: &CustomerListId,
) -> db::Result<()> {
    for _ in 0..ROUNDS {
        let (account, list) = (account.clone(), list.clone());
        // A change of its own, whatever the conditions of the request were.
        let is_done = hub
            .db()
            .write("customers.remove", move |tx| {
                delete_batch(tx, &account, &list)
            })
            .await?;
        if is_done {
            break;
        }
    }
    Ok(())
}

/// Removes a few customers and says whether they were the last. Stops at one who is being
/// anonymised.
fn delete_batch(tx: &mut Tx<'_>, account: &AccountId, list: &CustomerListId) -> db::Result<bool> {
    let found: Vec<(CustomerId,)> = tx.all(CUSTOMERS, args![account, list, FEW])?;
    for (customer,) in &found {
        // An order that is being placed for the customer is found then, or no longer finds the
        // customer.
        let locked: Option<(Timestamp, Option<String>, Option<String>)> =
            tx.first_locked(LOCK, args![account, customer])?;
        let Some((created_at, email, phone)) = locked else {
            continue;
        };
        let erasing: Option<(String,)> = tx.first(ERASING, args![account, customer])?;
        if erasing.is_some() {
            return Ok(false);
        }
        let placed: Vec<(OrderId,)> = tx.all(ORDERS, args![account, customer, ORDERS_AT_A_TIME])?;
        for (order,) in &placed {
            orders::store::detach(tx, account, order)?;
        }
        if placed.len() == ORDERS_AT_A_TIME as usize {
            return Ok(false);
        }
        tx.write(FORGET_OPERATIONS, args![account, customer])?;
        tx.write(FORGET_CARDS, args![account, customer])?;
        tx.write(FORGET_PRIVATE_REFS, args![account, customer])?;
        let pieces = Pieces {
            account,
            list,
            customer,
            created_at,
        };
        pieces.remove(tx, &SearchKeys { email, phone })?;
        tx.write(FORGET, args![account, customer])?;
    }
    if found.len() == FEW as usize {
        return Ok(false);
    }
    tx.write(END, args![account, list])?;
    Ok(true)
}
