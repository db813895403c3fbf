//! `passeplat admin audit`: who did what, also of what belongs to no account.

use anyhow::Context as _;
use clap::{Args, Subcommand};
use hub::Hub;
use hub::audit::{self, AuditEntry, AuditFilter};
use hub::db;
use hub::db::page::{Cursor, Page};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use wire::id::AccountId;
use wire::time::TimeInput;

use super::parse_id;

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Print who did what, the newest first
    List(ListEntries),
}

#[derive(Args)]
pub(super) struct ListEntries {
    /// Of this account. None: what belongs to no account, such as users and OAuth clients
    #[arg(long)]
    account: Option<String>,
    /// Only by this user or client
    #[arg(long)]
    by: Option<String>,
    /// Only about the thing with this id
    #[arg(long)]
    object: Option<String>,
    /// Only from this time on, as in 2026-03-07T18:00:00Z
    #[arg(long)]
    since: Option<String>,
    /// Entries at most, 1 to 1000
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Go on behind the last entry: what the answer before had as "next"
    #[arg(long)]
    cursor: Option<String>,
}

pub(super) async fn list(hub: &Hub, arguments: ListEntries) -> anyhow::Result<Value> {
    let ListEntries {
        account,
        by,
        object,
        since,
        limit,
        cursor,
    } = arguments;
    let account = account
        .map(|id| parse_id("--account", AccountId::parse(&id)))
        .transpose()?;
    let since = since.map(|since| {
        TimeInput::parse(&since)
            .and_then(|time| time.resolve(&TimeZone::UTC))
            .map_err(|error| anyhow::anyhow!("--since: {error}"))
    });
    let after = match cursor {
        Some(cursor) => Cursor::parse(&cursor).context("--cursor: not one of an answer before")?,
        None => Cursor::start(),
    };
    let filter = AuditFilter {
        location: None,
        actor: by,
        subject: object,
        since: since.transpose()?,
    };
    let found: Page<AuditEntry> = hub
        .read("admin.audit", move |tx| {
            audit::page(tx, account.as_ref(), &filter, &after, limit)
        })
        .await
        .map_err(|error: db::Error| error)?;
    Ok(json!({
        "entries": found.items.iter().map(shown).collect::<Vec<Value>>(),
        "next": found.next.map(|next| next.token()),
    }))
}

fn shown(entry: &AuditEntry) -> Value {
    json!({
        "id": entry.id,
        "created_at": entry.created_at.to_string(),
        "location_id": entry.location,
        "action": entry.action,
        "actor": {
            "kind": entry.actor_kind.as_str(),
            "id": entry.actor_id,
            "name": entry.actor_name,
            "address": entry.address,
        },
        "object": { "id": entry.subject_id, "name": entry.subject_name },
        "before": entry.fields.before,
        "after": entry.fields.after,
    })
}
