//! What may be done with an event on its way to an app: thrown away, sent once more, sent now. Each asks first.

use crate::office::page_path::Path;
use wire::id::{AccountId, ConnectionId, EventId, OrderId};

use super::http::{dispatch_ids, sees};
use super::store;
use crate::db::{self, Tx};
use crate::events::store as events;
use crate::http::call::FormCall;
use crate::hub::Hub;
use crate::office::confirm::ConfirmPage;
use crate::office::form::FormFields;
use crate::office::frame::{Frame, MenuEntry};
use crate::office::response::{PageError, PageResult, page, to};
use crate::office::visitor::AccountMember;
use crate::users::permissions::Permissions;

/// The path of a dispatch: its order, and `{event}.{connection}`.
type DispatchPath = Path<(String, String)>;

/// A dispatch of an order on which the reader may act.
#[derive(Clone)]
struct OrderDispatch {
    account: AccountId,
    order: OrderId,
    event: EventId,
    connection: ConnectionId,
}

impl OrderDispatch {
    async fn find(
        hub: &Hub,
        member: &AccountMember,
        (order, dispatch): &(String, String),
    ) -> Result<Self, PageError> {
        let order = OrderId::parse(order).map_err(|_| PageError::NotFound)?;
        let (event, connection) = dispatch_ids(dispatch)?;
        let location = sees(hub, member, &order).await?;
        member.needs_at(Permissions::CONNECTIONS, Some(&location))?;
        Ok(Self {
            account: member.at.id.clone(),
            order,
            event,
            connection,
        })
    }

    fn is_pending(&self, tx: &mut Tx<'_>) -> db::Result<bool> {
        store::is_pending(
            tx,
            &self.account,
            &self.order,
            &self.event,
            &self.connection,
        )
    }

    fn exists(&self, tx: &mut Tx<'_>) -> db::Result<bool> {
        let body = store::body(
            tx,
            &self.account,
            &self.order,
            &self.event,
            &self.connection,
        )?;
        Ok(body.is_some())
    }
}

/// Asks before something is done with a dispatch of which `is_there` holds.
async fn confirm(
    hub: Hub,
    member: AccountMember,
    path: (String, String),
    is_there: fn(&OrderDispatch, &mut Tx<'_>) -> db::Result<bool>,
    question: fn(Frame, &str, &str) -> ConfirmPage,
) -> PageResult {
    let dispatch = OrderDispatch::find(&hub, &member, &path).await?;
    let is_there = hub
        .read::<_, db::Error, _>("office.order.dispatch", move |tx| is_there(&dispatch, tx))
        .await?;
    if !is_there {
        return Err(PageError::NotFound);
    }
    let frame = member.frame(MenuEntry::Orders);
    Ok(page(&member.browser, &question(frame, &path.0, &path.1)))
}

/// Does something with a dispatch. What was done to it in the meantime stays done.
async fn act(
    call: FormCall,
    member: AccountMember,
    path: (String, String),
    name: &'static str,
    act: fn(&mut Tx<'_>, &AccountId, &ConnectionId, &EventId) -> db::Result<bool>,
) -> PageResult {
    let dispatch = OrderDispatch::find(call.hub(), &member, &path).await?;
    let is_known = call
        .write::<_, db::Error, _>(name, move |tx| {
            if !dispatch.exists(tx)? {
                return Ok(false);
            }
            let _was_done = act(tx, &dispatch.account, &dispatch.connection, &dispatch.event)?;
            Ok(true)
        })
        .await?;
    if !is_known {
        return Err(PageError::NotFound);
    }
    Ok(to(&format!("/orders/{}#journey", path.0)))
}

/// `GET /orders/{id}/callbacks/{dispatch}/delete`, of what waits.
pub(super) async fn confirm_cancel(
    hub: Hub,
    member: AccountMember,
    Path(path): DispatchPath,
) -> PageResult {
    let question = ConfirmPage::cancel_dispatch;
    confirm(hub, member, path, OrderDispatch::is_pending, question).await
}

/// `POST` to the same: takes the event out of the receiver's queue.
pub(super) async fn cancel(
    call: FormCall,
    member: AccountMember,
    Path(path): DispatchPath,
    _: FormFields,
) -> PageResult {
    act(call, member, path, "office.cancel_dispatch", events::delete).await
}

/// `GET /orders/{id}/callbacks/{dispatch}/resend`
pub(super) async fn confirm_resend(
    hub: Hub,
    member: AccountMember,
    Path(path): DispatchPath,
) -> PageResult {
    let question = ConfirmPage::resend_dispatch;
    confirm(hub, member, path, OrderDispatch::exists, question).await
}

/// `POST` to the same: sends the event once more. One that waits already is sent anyhow.
pub(super) async fn resend(
    call: FormCall,
    member: AccountMember,
    Path(path): DispatchPath,
    _: FormFields,
) -> PageResult {
    act(call, member, path, "office.resend_dispatch", events::resend).await
}

/// `GET /orders/{id}/callbacks/{dispatch}/fire`, of what is held back.
pub(super) async fn confirm_fire(
    hub: Hub,
    member: AccountMember,
    Path(path): DispatchPath,
) -> PageResult {
    let question = ConfirmPage::fire_dispatch;
    confirm(hub, member, path, OrderDispatch::is_pending, question).await
}

/// `POST` to the same: sends the order now.
pub(super) async fn fire(
    call: FormCall,
    member: AccountMember,
    Path(path): DispatchPath,
    _: FormFields,
) -> PageResult {
    act(call, member, path, "office.fire_dispatch", events::fire).await
}
