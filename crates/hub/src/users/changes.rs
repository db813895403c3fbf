//! Who may do what, changed. The rules that no change breaks:
//!
//! - nobody gives, changes or takes what they do not hold there themselves;
//! - an account keeps somebody who manages it, and its last full administrator;
//! - nobody gets access without accepting, and only while whoever invited them could still give it.
//!
//! Every change says what it did, for those who manage the place and are told.

use wire::id::{AccountId, LocationId, UserId};

use super::invitations::{self, Invitation};
use super::permissions::{Permissions, Role};
use super::store::{self, Membership, User};
use crate::accounts;
use crate::audit::{
    self, AuditAction, AuditActor, AuditChange, AuditFields, AuditPosition, AuditSubject,
};
use crate::db::{self, Tx};
use crate::rate_limits::{CountedMail, MailBudgets};

/// Why permissions are not changed.
#[derive(Debug)]
pub(crate) enum PermissionError {
    /// Who asks does not hold this permission there.
    Lacks(Permissions),
    /// Too many mails would have to leave today.
    TooMany,
    /// Nobody else manages the account.
    LastHolder,
    /// Nobody else is a full administrator of the account.
    LastAdministrator,
    /// The database.
    Database(db::Error),
}

impl From<db::Error> for PermissionError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// A place and who changes something there.
#[derive(Clone, Debug)]
pub(crate) struct ActingUser {
    pub account: AccountId,
    /// None means the account with all its locations.
    pub location: Option<LocationId>,
    pub user: UserId,
    /// Who does it, as the audit log names them.
    pub audit: AuditActor,
}

/// What was done, and who is told of it.
#[derive(Clone, Debug)]
pub(crate) struct PermissionChange {
    pub before: Permissions,
    pub now: Permissions,
    /// Whether at the account rather than one location.
    pub is_account: bool,
    pub entity: String,
    /// The name of who did it.
    pub by: String,
    /// Name and address of whose permissions they are.
    pub name: String,
    pub email: String,
    /// Those who managed the place before: address and language.
    pub readers: Vec<(String, String)>,
}

impl ActingUser {
    fn is_at(&self, held: &Membership) -> bool {
        held.location == self.location
    }

    /// What a user may do at this place, by rights on it or on the whole account.
    fn permissions_of(&self, all: &[Membership], user: &UserId) -> Permissions {
        all.iter()
            .filter(|held| held.user == *user)
            .filter(|held| held.location.is_none() || self.is_at(held))
            .fold(Permissions::NONE, |sum, held| sum.and(held.permissions))
    }

    /// Refuses unless who asks manages the place and holds all of `touched` there.
    fn require(&self, all: &[Membership], touched: Permissions) -> Result<(), PermissionError> {
        let held = self.permissions_of(all, &self.user);
        let wanted = Permissions::ENTITY.and(touched);
        match wanted.each().find(|one| !held.has(*one)) {
            Some(lacking) => Err(PermissionError::Lacks(lacking)),
            None => Ok(()),
        }
    }

    /// Everybody's rights in the account, which nobody else changes until this change is made: two last
    /// holders who go at the same moment must not both be let go.
    fn lock_memberships(&self, tx: &mut Tx<'_>) -> db::Result<Vec<Membership>> {
        accounts::store::lock(tx, &self.account)?;
        store::of_account(tx, &self.account)
    }

    /// Records what was done to somebody at the place.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        action: AuditAction,
        subject: AuditSubject<'_>,
        fields: AuditFields,
    ) -> db::Result<()> {
        let change = AuditChange {
            at: AuditPosition {
                account: Some(&self.account),
                location: self.location.as_ref(),
            },
            action,
            subject,
            fields,
        };
        audit::record(tx, &self.audit, &change)
    }

    /// Records that somebody's permissions are others, if they are.
    fn record_permissions(
        &self,
        tx: &mut Tx<'_>,
        user: &UserId,
        changed: &PermissionChange,
    ) -> db::Result<()> {
        let PermissionChange { before, now, .. } = changed;
        let action = match (*before, *now) {
            (before, now) if before == now => return Ok(()),
            (Permissions::NONE, _) => AuditAction::PermissionsGrant,
            (_, Permissions::NONE) => AuditAction::PermissionsRemove,
            _ => AuditAction::PermissionsUpdate,
        };
        let fields = AuditFields::between(permission_field(*before), permission_field(*now));
        let name = format!("{} ({})", changed.name, changed.email);
        let subject = AuditSubject {
            id: user.as_str(),
            name: &name,
        };
        self.record(tx, action, subject, fields)
    }

    /// Records what was done with an invitation.
    fn record_invitation(
        &self,
        tx: &mut Tx<'_>,
        action: AuditAction,
        email: &str,
        (before, now): (Permissions, Permissions),
    ) -> db::Result<()> {
        let fields = AuditFields::between(permission_field(before), permission_field(now));
        let subject = AuditSubject {
            id: email,
            name: email,
        };
        self.record(tx, action, subject, fields)
    }
}

/// Permissions as the audit log has them.
fn permission_field(permissions: Permissions) -> serde_json::Value {
    match permissions {
        Permissions::NONE => serde_json::Value::Null,
        held => serde_json::json!({ "permissions": held.names() }),
    }
}

/// Gives a user permissions without an invitation, in place of what they have there: with a new account, or by a
/// command.
pub fn grant(
    tx: &mut Tx<'_>,
    by: &AuditActor,
    (account, location): (&AccountId, Option<&LocationId>),
    user: &User,
    permissions: Permissions,
) -> db::Result<()> {
    let held = store::of_user(tx, &user.id)?;
    let old = held
        .iter()
        .find(|held| held.account == *account && held.location.as_ref() == location);
    let old = old.map_or(Permissions::NONE, |held| held.permissions);
    let (now, new) = (tx.now(), permissions.with_implied(location.is_none()));
    store::grant(tx, account, location, &user.id, new, now)?;
    let name = format!("{} ({})", user.name, user.email);
    let change = AuditChange {
        at: AuditPosition {
            account: Some(account),
            location,
        },
        action: match old {
            Permissions::NONE => AuditAction::PermissionsGrant,
            _ => AuditAction::PermissionsUpdate,
        },
        subject: AuditSubject {
            id: user.id.as_str(),
            name: &name,
        },
        fields: AuditFields::between(permission_field(old), permission_field(new)),
    };
    audit::record(tx, by, &change)
}

/// Records who has made a user.
pub fn record_user(tx: &mut Tx<'_>, by: &AuditActor, user: &User) -> db::Result<()> {
    let fields = AuditFields::of_new(serde_json::json!({ "email": &user.email }));
    let action = AuditAction::UserCreate;
    let change = AuditChange::outside_accounts(action, user.id.as_str(), &user.name, fields);
    audit::record(tx, by, &change)
}

/// Whether an account is left without somebody who has all of `what` when a user has only `now`.
fn is_last(all: &[Membership], user: &UserId, what: Permissions, now: Permissions) -> bool {
    let mut holders = all
        .iter()
        .filter(|held| held.location.is_none() && held.permissions.has(what))
        .peekable();
    holders.peek().is_some() && !now.has(what) && holders.all(|held| held.user == *user)
}

/// Gives a user who is there these permissions in place of what they have; none takes everything back.
pub(crate) fn set(
    tx: &mut Tx<'_>,
    by: &ActingUser,
    budgets: MailBudgets,
    user: &UserId,
    permissions: Permissions,
) -> Result<PermissionChange, PermissionError> {
    let all = by.lock_memberships(tx)?;
    let old = all.iter().find(|held| held.user == *user && by.is_at(held));
    let old = old.map_or(Permissions::NONE, |held| held.permissions);
    by.require(&all, old.and(permissions))?;
    if !budgets.take_change(tx, &by.user)? {
        return Err(PermissionError::TooMany);
    }
    let changed = put(tx, by, &all, user, permissions)?;
    by.record_permissions(tx, user, &changed)?;
    Ok(changed)
}

/// Takes a user's own permissions back, whatever they are.
pub(crate) fn leave(tx: &mut Tx<'_>, at: &ActingUser) -> Result<PermissionChange, PermissionError> {
    let all = at.lock_memberships(tx)?;
    let changed = put(tx, at, &all, &at.user, Permissions::NONE)?;
    at.record_permissions(tx, &at.user, &changed)?;
    Ok(changed)
}

fn put(
    tx: &mut Tx<'_>,
    by: &ActingUser,
    all: &[Membership],
    user: &UserId,
    permissions: Permissions,
) -> Result<PermissionChange, PermissionError> {
    let location = by.location.as_ref();
    let permissions = permissions.with_implied(location.is_none());
    if location.is_none() {
        if is_last(all, user, Permissions::ENTITY, permissions) {
            return Err(PermissionError::LastHolder);
        }
        let full = Role::FullAdministrator.permissions(true);
        if is_last(all, user, full, permissions) {
            return Err(PermissionError::LastAdministrator);
        }
    }
    let old = all.iter().find(|held| held.user == *user && by.is_at(held));
    if permissions == Permissions::NONE {
        store::revoke(tx, &by.account, location, user)?;
    } else {
        let now = tx.now();
        store::grant(tx, &by.account, location, user, permissions, now)?;
    }
    let whose = store::find(tx, user)?;
    let readers = all
        .iter()
        .filter(|held| held.location.is_none() || by.is_at(held))
        .filter(|held| held.permissions.has(Permissions::ENTITY));
    let mut readers: Vec<_> = readers
        .map(|held| (held.user_email.clone(), held.user_locale.clone()))
        .collect();
    readers.sort();
    readers.dedup();
    Ok(PermissionChange {
        before: old.map_or(Permissions::NONE, |held| held.permissions),
        now: permissions,
        is_account: location.is_none(),
        entity: accounts::store::entity_name(tx, &by.account, location)?,
        by: store::find(tx, &by.user)?.map_or_else(String::new, |user| user.name),
        name: whose
            .as_ref()
            .map_or_else(String::new, |it| it.name.clone()),
        email: whose.map_or_else(String::new, |it| it.email),
        readers,
    })
}

/// Invites an address, or invites it again.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    by: &ActingUser,
    budgets: MailBudgets,
    email: &str,
    permissions: Permissions,
) -> Result<String, PermissionError> {
    let all = by.lock_memberships(tx)?;
    let location = by.location.as_ref();
    let offered = permissions.with_implied(location.is_none());
    let there = invitations::list_at(tx, &by.account, location)?;
    let old = there.iter().find(|it| it.email == email);
    let old = old.map_or(Permissions::NONE, |it| it.permissions);
    by.require(&all, offered.and(old))?;
    let mail = CountedMail {
        kind: "invitation",
        to: email,
        user: Some(&by.user),
        account: Some(&by.account),
    };
    if !budgets.take(tx, &mail)? {
        return Err(PermissionError::TooMany);
    }
    let put = invitations::put(tx, &by.account, location, email, permissions, &by.user)?;
    by.record_invitation(tx, AuditAction::InvitationSend, email, (old, offered))?;
    Ok(put)
}

/// Changes what somebody invited may do, or takes the invitation back.
pub(crate) fn set_invited(
    tx: &mut Tx<'_>,
    by: &ActingUser,
    invitation: &Invitation,
    permissions: Permissions,
) -> Result<(), PermissionError> {
    let all = by.lock_memberships(tx)?;
    let (old, email) = (invitation.permissions, invitation.email.as_str());
    by.require(&all, old.and(permissions))?;
    if permissions == Permissions::NONE {
        invitations::revoke(tx, invitation)?;
        by.record_invitation(
            tx,
            AuditAction::InvitationWithdraw,
            email,
            (old, permissions),
        )?;
    } else {
        invitations::change(tx, invitation, permissions, &by.user)?;
        let now = permissions.with_implied(invitation.location.is_none());
        by.record_invitation(tx, AuditAction::InvitationUpdate, email, (old, now))?;
    }
    Ok(())
}

/// Ends an invitation that somebody does not want.
pub(crate) fn decline(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    user: &UserId,
    audit: &AuditActor,
) -> db::Result<()> {
    invitations::revoke(tx, invitation)?;
    let by = ActingUser {
        account: invitation.account.clone(),
        location: invitation.location.clone(),
        user: user.clone(),
        audit: audit.clone(),
    };
    let (action, offered) = (AuditAction::InvitationDecline, invitation.permissions);
    by.record_invitation(tx, action, &invitation.email, (offered, Permissions::NONE))
}

/// Lets in whom an invitation was for. What they have there already they keep. None when who invited
/// them may not let them in any more: then the invitation is over.
pub(crate) fn accept(
    tx: &mut Tx<'_>,
    invitation: &Invitation,
    user: &User,
    audit: &AuditActor,
) -> Result<Option<PermissionChange>, PermissionError> {
    let Some(by) = invitation.invited_by.clone() else {
        return Ok(None);
    };
    let by = ActingUser {
        account: invitation.account.clone(),
        location: invitation.location.clone(),
        user: by,
        audit: audit.clone(),
    };
    let all = by.lock_memberships(tx)?;
    invitations::revoke(tx, invitation)?;
    if by.require(&all, invitation.permissions).is_err() {
        return Ok(None);
    }
    let old = all
        .iter()
        .find(|held| held.user == user.id && by.is_at(held));
    let old = old.map_or(Permissions::NONE, |held| held.permissions);
    let changed = put(tx, &by, &all, &user.id, old.and(invitation.permissions))?;
    let (action, now) = (AuditAction::InvitationAccept, changed.now);
    by.record_invitation(tx, action, &invitation.email, (changed.before, now))?;
    by.record_permissions(tx, &user.id, &changed)?;
    store::set_selection(tx, &user.id, &invitation.selection())?;
    Ok(Some(changed))
}
