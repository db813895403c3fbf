//! Orders that were refused when an app tried to place them. Only the journal has them.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use wire::id::LocationId;

use crate::db::{self, Tx};
use crate::hub::Hub;
use crate::journal::store::{self as journal, Request};
use crate::oauth::connections;
use crate::office::visitor::AccountMember;

/// Refused orders that are looked at: the newest.
const MAX_REFUSED: u32 = 200;

/// Of those that are wanted and seen, the newest.
const MAX_SHOWN: usize = 10;

/// An order that was refused.
#[derive(Clone)]
pub(crate) struct RefusedOrder {
    pub request: Request,
    /// The ref that it was to have.
    pub reference: String,
    /// The name of the app that sent it.
    pub app: String,
}

/// Orders of some time that were refused, and whose ref is wanted, newest first: those of locations that the reader
/// may see. None if the journal cannot be read.
pub(crate) async fn find_refused(
    hub: &Hub,
    member: &AccountMember,
    (since, until): (Timestamp, Timestamp),
    is_wanted: impl Fn(&str) -> bool,
    may_see: fn(&AccountMember, Option<&LocationId>) -> bool,
) -> db::Result<Vec<RefusedOrder>> {
    let account = member.at.id.clone();
    let found = hub
        .journal()
        .db()
        .read::<_, db::Error, _>("office.refused_orders", move |tx| {
            journal::list_refused_orders(tx, &account, (since, until), MAX_REFUSED)
        })
        .await;
    let found = found
        .inspect_err(|error| tracing::warn!(%error, "reading refused requests failed"))
        .unwrap_or_default();
    let wanted = found.into_iter().filter_map(|request| {
        let reference = wanted_ref(&request).filter(|reference| is_wanted(reference))?;
        Some((request, reference))
    });
    let wanted: Vec<(Request, String)> = wanted.collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let reader = member.clone();
    hub.read("office.refused_orders.apps", move |tx: &mut Tx<'_>| {
        let mut visible = Vec::new();
        for (request, reference) in &wanted {
            if visible.len() == MAX_SHOWN {
                break;
            }
            let found = connections::find(tx, Some(&reader.at.id), &request.connection)?;
            let found = found.filter(|it| may_see(&reader, it.location.as_ref()));
            if let Some(found) = found {
                visible.push(RefusedOrder {
                    request: request.clone(),
                    reference: reference.clone(),
                    app: found.client_name,
                });
            }
        }
        Ok(visible)
    })
    .await
}

/// The ref that a request wanted to give its order.
fn wanted_ref(request: &Request) -> Option<String> {
    #[derive(Deserialize)]
    struct Wanted<'a> {
        #[serde(borrow, default, rename = "ref")]
        reference: Option<Cow<'a, str>>,
    }
    let wanted: Wanted<'_> = serde_json::from_str(&request.request).ok()?;
    wanted.reference.map(Cow::into_owned)
}
