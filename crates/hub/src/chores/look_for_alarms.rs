//! Alarms begin and end. Of several hubs that look at the same time, one begins what has become due.

use crate::alarms::{Alarm, endings, looks};
use crate::db;
use crate::hub::Hub;

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    // What is due by a clock that has just jumped may not be.
    if !hub.clock().is_settled() {
        return Ok(());
    }
    let next = hub.read("chores.look_for_alarms.next", looks::next).await?;
    let last = match next {
        looks::NextLook::Wait => return Ok(()),
        looks::NextLook::NoteGap(last) => {
            return hub
                .write("chores.look_for_alarms.gap", move |tx| {
                    looks::note_gap(tx, last.as_ref())
                })
                .await;
        }
        looks::NextLook::Look(last) => last,
    };
    let from = last.clone();
    let (candidates, until) = hub
        .read("chores.look_for_alarms.due", move |tx| {
            looks::candidates(tx, &from)
        })
        .await?;
    let begun: Vec<Alarm> = hub
        .write::<_, db::Error, _>("chores.look_for_alarms.begin", move |tx| {
            looks::begin(tx, &last, &candidates, until)
        })
        .await?;
    for alarm in &begun {
        let (account, subject) = (alarm.account.as_str(), alarm.subject.as_str());
        let location = alarm.location.as_ref().map(|location| location.as_str());
        let kind = alarm.kind.as_str();
        tracing::warn!(account, location, kind, subject, "alarm began");
    }
    end(hub).await
}

async fn end(hub: &Hub) -> db::Result<()> {
    let point = hub.alarms_resume_point();
    let from = point.get();
    let (ending, next) = hub
        .read("chores.look_for_alarms.standing", move |tx| {
            endings::find(tx, &from)
        })
        .await?;
    point.set(next);
    if ending.is_empty() {
        return Ok(());
    }
    let ended: Vec<Alarm> = hub
        .write::<_, db::Error, _>("chores.look_for_alarms.end", move |tx| {
            endings::end(tx, &ending)
        })
        .await?;
    for alarm in &ended {
        let (account, subject) = (alarm.account.as_str(), alarm.subject.as_str());
        let location = alarm.location.as_ref().map(|location| location.as_str());
        let kind = alarm.kind.as_str();
        tracing::info!(account, location, kind, subject, "alarm ended");
    }
    Ok(())
}
