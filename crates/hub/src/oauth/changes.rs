//! What users, apps and commands change of connections and clients, each change with its entry in the audit
//! log.

use serde_json::{Value, json};
use wire::id::{AccountId, ClientId, ConnectionId, ResendJobId};

use super::clients::{self, AppFields, Client, NewClient};
use super::connections::{self, Connection, Grant};
use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::secret::MasterKey;

/// What the audit log says of a connection's grant.
fn granted(connection: &Connection) -> Value {
    json!({
        "scope": connection.scope.to_string(),
        "catalog": &connection.catalog,
        "customer_list": &connection.customer_list,
        "device_id": Some(&connection.device).filter(|device| !device.is_empty()),
    })
}

/// What it says of the settings of a connection.
fn settings(connection: &Connection) -> Value {
    json!({
        "ref_window": connection.ref_window,
        "retry_seconds": &connection.retry_seconds,
        "fires_orders": connection.fires_orders,
    })
}

/// Records a change of a connection.
fn record(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    connection: &Connection,
    action: AuditAction,
    fields: AuditFields,
) -> db::Result<()> {
    let change = AuditChange {
        at: AuditPosition {
            account: connection.account.as_ref(),
            location: connection.location.as_ref(),
        },
        action,
        subject: AuditSubject {
            id: connection.id.as_str(),
            name: &connection.client_name,
        },
        fields,
    };
    audit::record(tx, by, &change)
}

/// Records what was done with a connection of an account, if it has one with this id.
pub fn record_use(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    account: &AccountId,
    id: &ConnectionId,
    action: AuditAction,
    fields: &AuditFields,
) -> db::Result<()> {
    match connections::find(tx, Some(account), id)? {
        Some(connection) => record(tx, by, &connection, action, fields.clone()),
        None => Ok(()),
    }
}

/// Records that somebody has stopped a job that sent events again.
pub fn record_resend_stop(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    account: &AccountId,
    id: &ConnectionId,
    job: &ResendJobId,
) -> db::Result<()> {
    let fields = AuditFields::of_ended(json!({ "job": job }));
    record_use(tx, by, account, id, AuditAction::ResendStop, &fields)
}

/// Makes the connection of a grant, or binds the one that is there anew: see [`connections::connect`].
pub fn connect(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    grant: &Grant,
    by: &AuditActor,
) -> db::Result<ConnectionId> {
    let old = connections::find_by_grant(tx, grant)?;
    let id = connections::connect(tx, key, grant)?;
    let Some(connection) = connections::find(tx, grant.account.as_ref(), &id)? else {
        return Ok(id);
    };
    let now = granted(&connection);
    let Some(old) = old.filter(|old| old.id == id) else {
        let fields = AuditFields::of_new(now);
        record(tx, by, &connection, AuditAction::ConnectionCreate, fields)?;
        return Ok(id);
    };
    // Whoever opens an app authorizes it again, and changes nothing.
    let fields = AuditFields::between(granted(&old), now);
    let is_unblocked = old.blocked_at.is_some();
    if is_unblocked || !fields.is_empty() {
        record(tx, by, &connection, AuditAction::ConnectionRenew, fields)?;
    }
    Ok(id)
}

/// Blocks or unblocks a connection: see [`connections::set_blocked`]. One that is as it should be is left alone.
pub fn set_blocked(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &ConnectionId,
    is_blocked: bool,
    by: &AuditActor,
) -> db::Result<()> {
    let Some(old) = connections::find(tx, Some(account), id)? else {
        return Ok(());
    };
    if old.blocked_at.is_some() == is_blocked {
        return Ok(());
    }
    connections::set_blocked(tx, account, id, is_blocked)?;
    let action = match is_blocked {
        true => AuditAction::ConnectionBlock,
        false => AuditAction::ConnectionUnblock,
    };
    record(tx, by, &old, action, AuditFields::default())
}

/// Ends a connection: see [`connections::revoke`].
pub fn disconnect(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    id: &ConnectionId,
    by: &AuditActor,
) -> db::Result<bool> {
    let ended = connections::revoke(tx, account, id)?;
    record_end(tx, account, id, by, ended)?;
    Ok(ended)
}

/// Ends a connection whose app gives its token back: see [`connections::end`].
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    id: &ConnectionId,
    by: &AuditActor,
) -> db::Result<()> {
    let ended = connections::end(tx, account, id)?;
    record_end(tx, account, id, by, ended)
}

fn record_end(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    id: &ConnectionId,
    by: &AuditActor,
    ended: bool,
) -> db::Result<()> {
    match connections::find(tx, account, id)? {
        Some(old) if ended => {
            let fields = AuditFields::of_ended(granted(&old));
            record(tx, by, &old, AuditAction::ConnectionEnd, fields)
        }
        _ => Ok(()),
    }
}

/// Changes settings of a connection, and records those that differ. Says whether there is such a connection.
pub fn set(
    tx: &mut Tx<'_>,
    account: &AccountId,
    id: &ConnectionId,
    by: &AuditActor,
    change: impl FnOnce(&mut Tx<'_>) -> db::Result<bool>,
) -> db::Result<bool> {
    let old = connections::find(tx, Some(account), id)?;
    if !change(tx)? {
        return Ok(false);
    }
    let new = connections::find(tx, Some(account), id)?;
    if let (Some(old), Some(new)) = (old, new) {
        let fields = AuditFields::between(settings(&old), settings(&new));
        if !fields.is_empty() {
            record(tx, by, &new, AuditAction::ConnectionUpdate, fields)?;
        }
    }
    Ok(true)
}

/// What the audit log says of a client.
fn described(client: &Client) -> Value {
    let AppFields {
        account_scope,
        location_scope,
        connect_url,
        open_url,
        disconnect_url,
        logo_url,
        category,
        redirect_uris,
        ..
    } = &client.app;
    json!({
        "name": &client.name,
        "is_listed": client.is_listed,
        "account_scope": account_scope,
        "location_scope": location_scope,
        "connect_url": connect_url,
        "open_url": open_url,
        "disconnect_url": disconnect_url,
        "logo_url": logo_url,
        "category": category,
        "redirect_uris": redirect_uris.join(" "),
        "standard_webhooks": client.callbacks.has_standard_webhooks,
        "strict": client.callbacks.is_strict,
        "coalesce": client.callbacks.coalesces_updates,
    })
}

fn record_client(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    client: &Client,
    action: AuditAction,
    fields: AuditFields,
) -> db::Result<()> {
    let change = AuditChange::outside_accounts(action, client.id.as_str(), &client.name, fields);
    audit::record(tx, by, &change)
}

/// Registers a client: see [`clients::insert`].
pub fn create_client(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    new: &NewClient,
    by: &AuditActor,
) -> db::Result<Option<(ClientId, String)>> {
    let made = clients::insert(tx, key, new)?;
    if let Some((id, _)) = &made
        && let Some(client) = clients::find(tx, id)?
    {
        let fields = AuditFields::of_new(described(&client));
        record_client(tx, by, &client, AuditAction::ClientCreate, fields)?;
    }
    Ok(made)
}

/// Stores what has changed of a client: see [`clients::update`].
pub fn update_client(tx: &mut Tx<'_>, client: &Client, by: &AuditActor) -> db::Result<()> {
    let old = clients::find(tx, &client.id)?;
    clients::update(tx, client)?;
    let old = old.as_ref().map_or(Value::Null, described);
    let fields = AuditFields::between(old, described(client));
    if fields.is_empty() {
        return Ok(());
    }
    record_client(tx, by, client, AuditAction::ClientUpdate, fields)
}

/// Gives a client a new secret: see [`clients::rotate`].
pub fn rotate_client(
    tx: &mut Tx<'_>,
    key: &MasterKey,
    client: &Client,
    by: &AuditActor,
) -> db::Result<String> {
    let none = AuditFields::default();
    record_client(tx, by, client, AuditAction::ClientRotate, none)?;
    clients::rotate(tx, key, client)
}

/// Disables the secret that a client had before.
pub fn end_rotation(tx: &mut Tx<'_>, client: &Client, by: &AuditActor) -> db::Result<()> {
    let none = AuditFields::default();
    record_client(tx, by, client, AuditAction::ClientEndRotation, none)?;
    clients::forget_previous_secret(tx, &client.id)
}

/// Deletes a client. Its connections end with it.
pub fn delete_client(tx: &mut Tx<'_>, client: &Client, by: &AuditActor) -> db::Result<()> {
    for (account, connection) in connections::of_client(tx, &client.id)? {
        disconnect(tx, account.as_ref(), &connection, by)?;
    }
    let fields = AuditFields::of_ended(described(client));
    record_client(tx, by, client, AuditAction::ClientDelete, fields)?;
    clients::delete(tx, &client.id)
}
