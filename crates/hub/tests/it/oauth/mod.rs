//! OAuth 2.0: what each kind of client sends, and what it gets.

mod credentials;
mod guesses;
mod paths;
mod revoke;
mod token;

use hub::db;
use hub::oauth::codes::{self, ApprovedBy, PendingGrant};
use hub::oauth::connections::Grant;
use wire::id::UserId;

use crate::support::{Caller, TestHub};

/// A user's approval of what `app` asks for at the first location: the code.
fn approved(hub: &TestHub, app: &Caller, challenge: Option<&str>) -> String {
    let approval = PendingGrant {
        grant: Grant {
            client: app.client.clone(),
            account: Some(hub.account.clone()),
            location: Some(hub.location.clone()),
            device: String::new(),
            scope: "location[orders.write,catalog.read]".to_owned(),
            catalog: Some(hub.catalog.clone()),
            customer_list: None,
            user: None,
        },
        challenge: challenge.map(str::to_owned),
        instance: None,
        approved_by: ApprovedBy::default(),
    };
    hub.wait(hub.hub.write("test.approve", move |tx| {
        codes::make(tx, &UserId::from_generated("u1".to_owned()), &approval)
    }))
    .unwrap_or_else(|error: db::Error| panic!("{error}"))
}
