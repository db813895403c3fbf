//! What events and responses mean for the till (API, chapter Callbacks and events). The kit fetches them.
//!
//! For each event about an order: the order as it is now is stored (an event may be older than what the
//! cashier did since), the alarm begins, and the hub is to be told that the order was received.

use client::order::{Order, OrderPatch, OrderStatus};
use client::{Callback, EventResource, EventType};
use rusqlite::Transaction;
use serde_json::Value;

use super::{SCOPE, TillApp, customers, documents, exports, state};
use crate::kit::alarm::{self, NewAlarm};
use crate::kit::app::AppShell;
use crate::kit::connected_app::{ConnectedApp, IncomingEvent};
use crate::kit::connections::StoredConnection;
use crate::kit::cookies::path_segment;
use crate::kit::order_view::order_code;
use crate::kit::outbox::{self, NewAction, QueuedAction};
use crate::kit::store::StoreError;

impl ConnectedApp for TillApp {
    fn shell(&self) -> &AppShell {
        &self.app
    }

    fn scope(&self) -> &'static str {
        SCOPE
    }

    fn subscription(&self) -> Callback {
        Callback::passive().on(
            EventResource::Order,
            &[EventType::Create, EventType::Update],
        )
    }

    fn reads_current_order(&self) -> bool {
        true
    }

    fn handle_event(
        &self,
        tx: &Transaction<'_>,
        incoming: &IncomingEvent<'_>,
    ) -> Result<(), StoreError> {
        let event = incoming.event;
        if event.head.resource_type != EventResource::Order.as_str() {
            return Ok(());
        }
        let Some(new_state) = event.new_state.clone() else {
            return Ok(());
        };
        let order: Order = serde_json::from_value(new_state)?;
        // What the till has sent itself is in its own lists.
        if documents::is_own(tx, order.id.as_str(), order.private_ref.as_deref())? {
            return Ok(());
        }
        let is_new = state::save_order(tx, &order, incoming.now)?;
        customers::save_web_client(tx, &order.customer)?;
        if !state::is_pending(order.status) {
            let by = &self.app.branding.hub_name;
            return alarm::silence(tx, order.id.as_str(), by, incoming.now);
        }
        if is_new && !state::web_orders(tx)?.has_no_popup {
            let alarm = NewAlarm {
                connection: incoming.connection.id.clone(),
                subject: order.id.to_string(),
                title: order_code(&order),
                link: format!("/till/0/orders?order={}", path_segment(order.id.as_str())),
            };
            alarm::begin(tx, &alarm, incoming.now)?;
        }
        if is_new && order.status == OrderStatus::New {
            let received = OrderPatch::default().status(OrderStatus::Received);
            let title = format!("{} : Reçue", order_code(&order));
            let place = &incoming.connection.id;
            let action = NewAction::patch_order(place, order.id.as_str(), title, &received)?;
            outbox::enqueue(tx, &action, incoming.now)?;
        }
        Ok(())
    }

    fn handle_response(
        &self,
        tx: &Transaction<'_>,
        _connection: &StoredConnection,
        action: &QueuedAction,
        response: &Value,
    ) -> Result<(), StoreError> {
        if exports::record_response(tx, action, response, self.app.now())? {
            return Ok(());
        }
        // The hub has made the change; what cannot be read of its answer comes with the next event.
        if let Ok(order) = serde_json::from_value::<Order>(response.clone()) {
            state::save_order(tx, &order, self.app.now())?;
        }
        Ok(())
    }

    fn handle_disconnection(&self, tx: &Transaction<'_>, _id: &str) -> Result<(), StoreError> {
        customers::forget_hub_ids(tx)?;
        state::delete_orders(tx)
    }
}
