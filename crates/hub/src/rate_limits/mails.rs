//! How many mails a day what people do may cause: to one reader of each kind, by one user, for one
//! account. Mails are rare and a flood of them is remembered for long, so they are counted in the
//! database, whatever the engine, in the change that causes them.

use wire::id::{AccountId, UserId};

use super::{DAY_SECONDS, store};
use crate::config;
use crate::db::{self, Tx};
use crate::secret;

/// Mails of a day at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MailLimits {
    per_recipient: u32,
    per_user: u32,
    per_account: u32,
}

/// What a mail is counted for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CountedMail<'a> {
    /// What it is about: one kind does not use up another's budget.
    pub kind: &'static str,
    /// The address, folded.
    pub to: &'a str,
    /// By whose doing, if they are known.
    pub user: Option<&'a UserId>,
    /// For which account.
    pub account: Option<&'a AccountId>,
}

impl MailLimits {
    pub(crate) fn of(config: &config::MailSettings) -> Self {
        Self {
            per_recipient: config.per_recipient,
            per_user: config.per_user,
            per_account: config.per_account,
        }
    }

    /// Counts a mail, and says whether it may leave.
    pub(crate) fn take(self, tx: &mut Tx<'_>, mail: &CountedMail<'_>) -> db::Result<bool> {
        let to = secret::hash(mail.to);
        let mut bounds = vec![(format!("{} to {to}", mail.kind), self.per_recipient)];
        bounds.extend(mail.user.map(|it| (format!("by {it}"), self.per_user)));
        bounds.extend(
            mail.account
                .map(|it| (format!("for {it}"), self.per_account)),
        );
        count_within(tx, &bounds)
    }

    /// Counts a change of permissions, which is told to everybody who manages the place, and says
    /// whether it may be made.
    pub(crate) fn take_change(self, tx: &mut Tx<'_>, by: &UserId) -> db::Result<bool> {
        count_within(tx, &[(format!("changes by {by}"), self.per_account)])
    }
}

fn count_within(tx: &mut Tx<'_>, bounds: &[(String, u32)]) -> db::Result<bool> {
    let now = tx.now();
    let number = now.as_second().div_euclid(DAY_SECONDS);
    let ends_at = jiff::Timestamp::from_second((number + 1) * DAY_SECONDS).unwrap_or(now);
    let mut is_within = true;
    for (name, most) in bounds {
        let count = store::count_attempt(tx, &format!("mail:{name}"), number, ends_at)?;
        is_within &= count <= i64::from(*most);
    }
    Ok(is_within)
}
