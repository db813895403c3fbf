//! The audit log: what each change leaves in it, and what its page shows of that to whom.

mod connections;
mod entries;
mod page;

use hub::audit::{self, AuditEntry, AuditFilter};
use hub::db;
use hub::db::page::Cursor;
use hub::users::permissions::Role;

use crate::support::{Browser, TestHub};

/// A full administrator, whose browser has an address of its own.
fn administrator(hub: &TestHub) -> Browser {
    let held = Role::FullAdministrator.permissions(true);
    hub.user("Ana", held, None).from("192.0.2.7")
}

/// What was recorded in the account that fits a filter, the newest first.
fn entries(hub: &TestHub, filter: AuditFilter) -> Vec<AuditEntry> {
    let account = hub.account.clone();
    hub.wait(hub.hub.read("test.audit", move |tx| {
        audit::page(tx, Some(&account), &filter, &Cursor::start(), 100)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
    .items
}

/// The newest entry about something.
fn last(hub: &TestHub, subject: &str) -> AuditEntry {
    let filter = AuditFilter {
        subject: Some(subject.to_owned()),
        ..AuditFilter::default()
    };
    let found = entries(hub, filter);
    found.into_iter().next().expect("an entry")
}
