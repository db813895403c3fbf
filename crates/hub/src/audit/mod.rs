//! Audit: who did what, when, from which address, on which object, and what it was before and after.
//!
//! - An entry is written in the transaction of the change that it reports: there is neither without the other.
//! - It says names as they were at that moment, so that it can be read when the user or the thing is gone.
//! - It holds what differs, and never a secret. Whoever records something chooses its fields.
//! - Entries are kept for `audit.retention_days`; nothing else deletes or changes them.

mod store;

pub use store::ALL as STATEMENTS;
pub use store::{AuditEntry, AuditFilter, delete_older, last_of_subject, page, record};

use std::net::IpAddr;

use serde_json::{Map, Value};
use wire::id::{AccountId, ClientId, LocationId, UserId};

use crate::db::Scalar;

/// What kind of actor has made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditActorKind {
    /// A user, in the back office.
    User,
    /// An app, over the API.
    App,
    /// The operator, by a command.
    Command,
}

impl AuditActorKind {
    /// The word that is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::App => "app",
            Self::Command => "command",
        }
    }
}

impl Scalar for AuditActorKind {
    type Stored<'r> = &'r str;

    fn from_stored(word: &str) -> Result<Self, String> {
        match word {
            "user" => Ok(Self::User),
            "app" => Ok(Self::App),
            "command" => Ok(Self::Command),
            _ => Err("not a kind of actors".to_owned()),
        }
    }
}

/// Who has made a change, as it is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActor {
    kind: AuditActorKind,
    id: String,
    name: String,
    address: String,
}

impl AuditActor {
    /// A user, whose browser has this address.
    #[must_use]
    pub fn user(id: &UserId, name: &str, address: Option<IpAddr>) -> Self {
        Self {
            kind: AuditActorKind::User,
            id: id.to_string(),
            name: name.to_owned(),
            address: address.map_or_else(String::new, |it| it.to_string()),
        }
    }

    /// An app, whose server has this address.
    #[must_use]
    pub fn app(client: &ClientId, name: &str, address: Option<IpAddr>) -> Self {
        Self {
            kind: AuditActorKind::App,
            id: client.to_string(),
            name: name.to_owned(),
            address: address.map_or_else(String::new, |it| it.to_string()),
        }
    }

    /// Whether it is a user.
    #[must_use]
    pub fn is_user(&self) -> bool {
        self.kind == AuditActorKind::User
    }

    /// The operator, who runs a command on the hub's machine.
    #[must_use]
    pub fn command() -> Self {
        Self {
            kind: AuditActorKind::Command,
            id: COMMAND_ACTOR_ID.to_owned(),
            name: String::new(),
            address: String::new(),
        }
    }
}

/// What stands for the operator in the place of an id; ids of users and clients have no such form.
pub const COMMAND_ACTOR_ID: &str = "~command";

/// Declares the actions with the words that are stored.
macro_rules! actions {
    ($($(#[$meta:meta])* $name:ident = $word:literal;)+) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$meta])* $name,)+
        }

        impl AuditAction {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word that is stored.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

actions! {
    /// An account was made.
    AccountCreate = "account.create";
    /// Settings of an account were changed.
    AccountUpdate = "account.update";
    /// An account was suspended.
    AccountSuspend = "account.suspend";
    /// The suspension of an account was ended.
    AccountResume = "account.resume";
    /// A location was made.
    LocationCreate = "location.create";
    /// Settings of a location were changed.
    LocationUpdate = "location.update";
    /// A catalog was added in the settings.
    CatalogCreate = "catalog.create";
    /// A catalog got another name in the settings.
    CatalogRename = "catalog.rename";
    /// A catalog was deleted in the settings.
    CatalogDelete = "catalog.delete";
    /// A customer list was added in the settings.
    CustomerListCreate = "customer_list.create";
    /// A customer list got another name in the settings.
    CustomerListRename = "customer_list.rename";
    /// A customer list was deleted in the settings, with its customers.
    CustomerListDelete = "customer_list.delete";
    /// Settings of alarms were changed.
    AlarmsUpdate = "alarms.update";
    /// Somebody got permissions.
    PermissionsGrant = "permissions.grant";
    /// Somebody's permissions were changed.
    PermissionsUpdate = "permissions.update";
    /// Somebody's permissions were taken away, or given up.
    PermissionsRemove = "permissions.remove";
    /// Somebody was invited.
    InvitationSend = "invitation.send";
    /// What somebody is invited to was changed.
    InvitationUpdate = "invitation.update";
    /// An invitation was taken back.
    InvitationWithdraw = "invitation.withdraw";
    /// An invitation was accepted.
    InvitationAccept = "invitation.accept";
    /// An invitation was declined.
    InvitationDecline = "invitation.decline";
    /// A connection was made.
    ConnectionCreate = "connection.create";
    /// A connection was authorized again, with another scope, catalog or list, or after a block.
    ConnectionRenew = "connection.renew";
    /// Settings of a connection were changed.
    ConnectionUpdate = "connection.update";
    /// A connection was blocked.
    ConnectionBlock = "connection.block";
    /// A connection was unblocked.
    ConnectionUnblock = "connection.unblock";
    /// A connection was ended.
    ConnectionEnd = "connection.end";
    /// The access token of a connection was shown.
    TokenShow = "token.show";
    /// Sending many events again was begun.
    ResendBegin = "resend.begin";
    /// Sending many events again was stopped.
    ResendStop = "resend.stop";
    /// A client was made.
    ClientCreate = "client.create";
    /// A client was changed.
    ClientUpdate = "client.update";
    /// A client got a new secret.
    ClientRotate = "client.rotate";
    /// The secret that a client had before was disabled.
    ClientEndRotation = "client.end_rotation";
    /// A client was deleted.
    ClientDelete = "client.delete";
    /// A user was made.
    UserCreate = "user.create";
    /// A user enabled their second factor.
    SecondFactorEnable = "second_factor.enable";
    /// The second factor of a user was disabled.
    SecondFactorDisable = "second_factor.disable";
    /// A user made new recovery codes.
    SecondFactorRenew = "second_factor.renew";
    /// A recovery code was used.
    SecondFactorRecover = "second_factor.recover";
    /// A wrong code was given.
    SecondFactorFail = "second_factor.fail";
}

impl AuditAction {
    /// The action of a word that was stored.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == word)
    }
}

/// Where something was changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuditPosition<'a> {
    /// The account; none for what belongs to no account.
    pub account: Option<&'a AccountId>,
    /// The location; none for what belongs to the whole account.
    pub location: Option<&'a LocationId>,
}

/// What was changed.
#[derive(Clone, Copy, Debug)]
pub struct AuditSubject<'a> {
    /// Its id; an address for somebody who is invited.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
}

/// A change, to be recorded.
#[derive(Clone, Debug)]
pub struct AuditChange<'a> {
    /// Where it was made.
    pub at: AuditPosition<'a>,
    /// What was done.
    pub action: AuditAction,
    /// What it was done to.
    pub subject: AuditSubject<'a>,
    /// The fields that differ.
    pub fields: AuditFields,
}

impl<'a> AuditChange<'a> {
    /// A change of something that belongs to no account: its id, its name, and what differs.
    pub fn outside_accounts(
        action: AuditAction,
        id: &'a str,
        name: &'a str,
        fields: AuditFields,
    ) -> Self {
        Self {
            at: AuditPosition::default(),
            action,
            subject: AuditSubject { id, name },
            fields,
        }
    }
}

/// The fields of something, before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AuditFields {
    /// What they were; empty for something new.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub before: Map<String, Value>,
    /// What they are; empty for something that is gone.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub after: Map<String, Value>,
}

/// Characters of a recorded text at most.
const MAX_TEXT_CHARS: usize = 300;

impl AuditFields {
    /// Those that differ between two objects. What is null is left out.
    #[must_use]
    pub fn between(before: Value, after: Value) -> Self {
        let (mut before, mut after) = (object(before), object(after));
        before.retain(|key, value| match after.get(key) {
            Some(new) if new == value => {
                after.remove(key);
                false
            }
            _ => true,
        });
        before.retain(|_, value| !value.is_null());
        after.retain(|_, value| !value.is_null());
        Self { before, after }
    }

    /// Those of something new.
    #[must_use]
    pub fn of_new(after: Value) -> Self {
        Self::between(Value::Null, after)
    }

    /// Those of something that is gone.
    #[must_use]
    pub fn of_ended(before: Value) -> Self {
        Self::between(before, Value::Null)
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.before.is_empty() && self.after.is_empty()
    }
}

/// An object with texts of a bounded length; anything else is empty.
fn object(value: Value) -> Map<String, Value> {
    let Value::Object(fields) = value else {
        return Map::new();
    };
    let short = fields.into_iter().map(|(key, value)| match value {
        Value::String(text) if text.chars().count() > MAX_TEXT_CHARS => {
            let text: String = text.chars().take(MAX_TEXT_CHARS).chain(['…']).collect();
            (key, Value::String(text))
        }
        value => (key, value),
    });
    short.collect()
}
