//! What is past its retention goes, a little at a time so that nobody waits. Nothing goes while the
//! clock is doubted.

use jiff::{SignedDuration, Timestamp};

use crate::alarms;
use crate::audit;
use crate::db::{self, Tx};
use crate::events::store::retire;
use crate::http::idempotency;
use crate::hub::Hub;
use crate::oauth::codes;
use crate::office::session::store as sessions;
use crate::orders::recent_refs;
use crate::presence;
use crate::rate_limits;
use crate::users::invitations;

/// Events and keys per round: an event costs three deletions, during which orders wait.
const FEW: u32 = 200;

/// Rounds of either at a time.
const ROUNDS: u32 = 50;

/// Days for which what nobody has fetched or acknowledged is kept, however short the retention is.
const PENDING_DAYS: u32 = 30;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    if !hub.clock().is_trusted() {
        return Ok(());
    }
    let (journal, events) = (&hub.config().journal, &hub.config().events);
    let until = before(hub, journal.retention_days);
    hub.journal().delete_expired(until).await?;
    hub.write("chores.forget.ended", |tx| -> db::Result<()> {
        codes::delete_expired(tx)?;
        sessions::delete_expired(tx)?;
        invitations::delete_expired(tx)?;
        rate_limits::delete_expired(tx)
    })
    .await?;
    again(hub, "chores.forget.keys", idempotency::delete_expired).await?;
    again(hub, "chores.forget.refs", recent_refs::delete_expired).await?;
    let (days, pending) = (
        events.retention_days,
        events.retention_days.max(PENDING_DAYS),
    );
    let (until, pending_until) = (before(hub, days), before(hub, pending));
    again(hub, "chores.forget.alarms", move |tx, most| {
        alarms::delete_ended(tx, until, most)
    })
    .await?;
    let audited_until = before(hub, hub.config().audit.retention_days);
    again(hub, "chores.forget.audit", move |tx, most| {
        audit::delete_older(tx, audited_until, most)
    })
    .await?;
    again(hub, "chores.forget.presence", move |tx, most| {
        presence::delete_older(tx, pending_until, most)
    })
    .await?;
    again(hub, "chores.forget.events", move |tx, most| {
        retire(tx, until, pending_until, most)
    })
    .await
}

/// Goes on as long as there is a full round to do, but not for ever: the other chores wait. A round
/// says how much there was.
async fn again<F>(hub: &Hub, name: &'static str, round: F) -> db::Result<()>
where
    F: Fn(&mut Tx<'_>, u32) -> db::Result<usize> + Copy + Send + 'static,
{
    for _ in 0..ROUNDS {
        let done: db::Result<usize> = hub.write(name, move |tx| round(tx, FEW)).await;
        if done? < FEW as usize {
            break;
        }
    }
    Ok(())
}

fn before(hub: &Hub, days: u32) -> Timestamp {
    hub.clock().moment().earliest - SignedDuration::from_hours(24 * i64::from(days))
}
