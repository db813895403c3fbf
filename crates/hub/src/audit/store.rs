//! Entries of the audit log in the database.

use const_format::formatcp;
use jiff::Timestamp;
use wire::id::{AccountId, LocationId};

use super::{AuditAction, AuditActor, AuditActorKind, AuditChange, AuditFields};
use crate::db::page::{Cursor, Page};
use crate::db::{self, Json, NoneIfEmpty, Tx, json};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO audit_entries (account_id, created_at, id, location_id, action, actor_kind,
            actor_id, actor_name, address, subject_id, subject_name, document)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    PAGE = formatcp!("{SELECT} WHERE account_id = $1 AND created_at >= $2
            AND (created_at, id) < ($3, $4) AND id <> ''
        ORDER BY created_at DESC, id DESC LIMIT $5");
    PAGE_AT = formatcp!("{SELECT} WHERE account_id = $1 AND created_at >= $2
            AND (created_at, id) < ($3, $4) AND location_id = $6
        ORDER BY created_at DESC, id DESC LIMIT $5");
    PAGE_OF_ACTOR = formatcp!("{SELECT} WHERE account_id = $1 AND created_at >= $2
            AND (created_at, id) < ($3, $4) AND actor_id = $6
            AND ($7 = '' OR COALESCE(location_id, '') = $7)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    PAGE_OF_SUBJECT = formatcp!("{SELECT} WHERE account_id = $1 AND created_at >= $2
            AND (created_at, id) < ($3, $4) AND subject_id = $6
            AND ($7 = '' OR COALESCE(location_id, '') = $7)
            AND ($8 = '' OR COALESCE(actor_id, '') = $8)
        ORDER BY created_at DESC, id DESC LIMIT $5");
    LAST_OF_SUBJECT = formatcp!("{SELECT} WHERE account_id = $1 AND subject_id = $2
            AND COALESCE(action, '') = $3
        ORDER BY created_at DESC, id DESC LIMIT 1");
    OLDER = "SELECT account_id, id FROM audit_entries WHERE created_at < $1 AND action <> ''
        ORDER BY created_at LIMIT $2";
    DELETE = "DELETE FROM audit_entries WHERE account_id = $1 AND id = $2";
}

row! {
    /// An entry of the audit log.
    #[derive(Clone, Debug)]
    pub struct AuditEntry {
        /// The entry.
        pub id: String = "id",
        /// When it was done.
        pub created_at: Timestamp = "created_at",
        /// At which location; none for the whole account.
        pub location: Option<LocationId> as NoneIfEmpty = "location_id",
        /// What was done: a word of [`AuditAction`].
        pub action: String = "action",
        /// What kind of actor has done it.
        pub actor_kind: AuditActorKind = "actor_kind",
        /// The user or client that has done it.
        pub actor_id: String = "actor_id",
        /// The name that the actor had.
        pub actor_name: String = "actor_name",
        /// From which address; empty where none is known.
        pub address: String = "address",
        /// What it was done to.
        pub subject_id: String = "subject_id",
        /// The name that this had.
        pub subject_name: String = "subject_name",
        /// What differs.
        pub fields: AuditFields as Json = "document",
    }
}

const SELECT: &str = formatcp!("SELECT {} FROM audit_entries", AuditEntry::COLUMNS);

impl AuditEntry {
    /// Its place in the log.
    pub fn cursor(&self) -> Cursor {
        Cursor::of(self.created_at, &self.id)
    }

    /// What was done; none for a word of a newer program.
    pub fn known_action(&self) -> Option<AuditAction> {
        AuditAction::parse(&self.action)
    }
}

/// Records a change of an actor, in its transaction.
pub fn record(tx: &mut Tx<'_>, by: &AuditActor, change: &AuditChange<'_>) -> db::Result<()> {
    let (id, now) = (tx.fresh_id()?, tx.now());
    let document = json::text(&change.fields)?;
    let account = change.at.account.map_or("", AccountId::as_str);
    let location = change.at.location.map_or("", LocationId::as_str);
    tx.write(
        INSERT,
        args![
            account,
            now,
            id,
            location,
            change.action.as_str(),
            by.kind.as_str(),
            by.id.as_str(),
            by.name.as_str(),
            by.address.as_str(),
            change.subject.id,
            change.subject.name,
            document
        ],
    )
}

/// What a page of the log is asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only at this location.
    pub location: Option<LocationId>,
    /// Only by this user or client.
    pub actor: Option<String>,
    /// Only about the thing with this id.
    pub subject: Option<String>,
    /// Only from this moment on.
    pub since: Option<Timestamp>,
}

/// A page of what was done in an account (none for what belongs to no account), the newest first, after a
/// cursor.
pub fn page(
    tx: &mut Tx<'_>,
    account: Option<&AccountId>,
    filter: &AuditFilter,
    after: &Cursor,
    count: u32,
) -> db::Result<Page<AuditEntry>> {
    let account = account.map_or("", AccountId::as_str);
    let since = filter.since.map_or_else(String::new, wire::time::stored);
    let after = after.or_newest();
    let (key, id, most) = (after.key.as_str(), after.id.as_str(), count + 1);
    let since = since.as_str();
    let location = filter.location.as_ref().map_or("", LocationId::as_str);
    let actor = filter.actor.as_deref();
    let found: Vec<AuditEntry> = match (&filter.subject, actor) {
        (Some(subject), _) => tx.all(
            PAGE_OF_SUBJECT,
            args![
                account,
                since,
                key,
                id,
                most,
                subject.as_str(),
                location,
                actor.unwrap_or_default()
            ],
        )?,
        (None, Some(actor)) => tx.all(
            PAGE_OF_ACTOR,
            args![account, since, key, id, most, actor, location],
        )?,
        (None, None) if filter.location.is_some() => {
            tx.all(PAGE_AT, args![account, since, key, id, most, location])?
        }
        (None, None) => tx.all(PAGE, args![account, since, key, id, most])?,
    };
    let rows = found.into_iter().map(|entry| (entry.cursor(), entry));
    Ok(Page::cut(rows.collect(), count))
}

/// The newest entry of an action about a thing, if it is still kept.
pub fn last_of_subject(
    tx: &mut Tx<'_>,
    account: &AccountId,
    subject: &str,
    action: AuditAction,
) -> db::Result<Option<AuditEntry>> {
    tx.first(LAST_OF_SUBJECT, args![account, subject, action.as_str()])
}

/// Deletes up to `most` entries from before a moment, and says how many there were.
pub fn delete_older(tx: &mut Tx<'_>, until: Timestamp, most: u32) -> db::Result<usize> {
    let found: Vec<(String, String)> = tx.all(OLDER, args![until, most])?;
    for (account, id) in &found {
        tx.write(DELETE, args![account.as_str(), id.as_str()])?;
    }
    Ok(found.len())
}
