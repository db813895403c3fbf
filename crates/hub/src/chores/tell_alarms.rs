//! Sends the notices of alarms: claims them in a transaction, sends them outside of any, and stores what became
//! of them.

use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{HeaderValue, header};

use crate::alarms::notices::{self, Notice, NoticeChannel, NoticeOutcome};
use crate::alarms::{AlarmChange, AlarmKind};
use crate::db;
use crate::dispatch::SIGNATURE;
use crate::hub::Hub;
use crate::office::alarms::mail;
use crate::office::alarms::report::{self, AlarmReport};
use crate::office::translations::Language;
use crate::secret;

/// Rounds at a time, unless something could not be told: then the rest waits a moment.
const MAX_ROUNDS: u32 = 10;

/// How long a mail may take to leave.
const MAIL_TIMEOUT: Duration = Duration::from_secs(20);

pub(super) async fn run(hub: &Hub) -> db::Result<()> {
    for _ in 0..MAX_ROUNDS {
        let is_any_due: bool = hub
            .read::<_, db::Error, _>("chores.tell_alarms.due", notices::is_any_due)
            .await?;
        if !is_any_due {
            break;
        }
        let claimed = hub
            .write("chores.tell_alarms.claim", notices::claim)
            .await?;
        let results = join_all(claimed.iter().map(|notice| tell(hub, notice)));
        let mut has_failed = false;
        for ended in results.await {
            has_failed |= ended? == NoticeOutcome::Failed;
        }
        if has_failed {
            break;
        }
    }
    Ok(())
}

async fn tell(hub: &Hub, notice: &Notice) -> db::Result<NoticeOutcome> {
    let wanted = notice.clone();
    let found = hub
        .read("chores.tell_alarms.load", move |tx| {
            report::find(tx, &wanted)
        })
        .await?;
    let outcome = match &found {
        Some(report) if is_wanted(notice, report) => match notice.channel {
            NoticeChannel::Mail => send_mails(hub, notice, report).await,
            NoticeChannel::Webhook => call_webhook(hub, notice, report).await,
        },
        _ => NoticeOutcome::Dropped,
    };
    if outcome == NoticeOutcome::Failed && notice.is_last_attempt() {
        let account = notice.account.as_str();
        let (alarm, channel) = (notice.alarm.as_str(), notice.channel.as_str());
        tracing::error!(account, alarm, channel, "alarm cannot be told, given up");
    }
    let settled = notice.clone();
    hub.write("chores.tell_alarms.settle", move |tx| {
        notices::settle(tx, &settled, outcome).map(|()| outcome)
    })
    .await
}

/// Whether a notice is still worth sending: not the beginning of an alarm that has ended already.
fn is_wanted(notice: &Notice, report: &AlarmReport) -> bool {
    let is_over = report.alarm.ended_at.is_some() && report.alarm.kind != AlarmKind::Test;
    notice.change == AlarmChange::End || !is_over
}

async fn send_mails(hub: &Hub, notice: &Notice, report: &AlarmReport) -> NoticeOutcome {
    if report.readers.is_empty() || !report.settings.has_mails {
        return NoticeOutcome::Dropped;
    }
    let account = notice.account.as_str();
    if report.is_at_mail_bound && notice.change == AlarmChange::Begin {
        tracing::warn!(account, "alarm not mailed, too many in an hour");
        return NoticeOutcome::Dropped;
    }
    let now = hub.clock().now();
    let mails = report.readers.iter().map(|reader| async {
        let language = Language::of_tag(&reader.locale).unwrap_or(Language::English);
        let email = mail::email(
            language.translations(),
            hub.config(),
            report,
            notice.change,
            now,
        );
        let sent = hub.mailer().send(&reader.email, email);
        match tokio::time::timeout(MAIL_TIMEOUT, sent).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "sending mail failed");
                false
            }
            Err(_) => {
                tracing::error!(account, "sending alarm mail timed out");
                false
            }
        }
    });
    // Who was reached is not told twice because somebody else was not.
    match join_all(mails).await.contains(&true) {
        true => NoticeOutcome::Told,
        false => NoticeOutcome::Failed,
    }
}

async fn call_webhook(hub: &Hub, notice: &Notice, report: &AlarmReport) -> NoticeOutcome {
    let Some(url) = &report.settings.webhook_url else {
        return NoticeOutcome::Dropped;
    };
    let location = report.settings_location.as_ref();
    let key = report
        .settings
        .webhook_secret(hub.key(), &notice.account, location);
    let body = mail::webhook_body(report, notice.change);
    let signature = secret::signature(&key, body.as_bytes());
    let Ok(signature) = HeaderValue::try_from(signature) else {
        return NoticeOutcome::Dropped;
    };
    let json = HeaderValue::from_static("application/json");
    let headers = [(header::CONTENT_TYPE, json), (SIGNATURE, signature)];
    let outcome = hub.outbound().post(url, &headers, Bytes::from(body)).await;
    match outcome.status {
        Ok(200..300) => NoticeOutcome::Told,
        _ => {
            let account = notice.account.as_str();
            let (name, status) = (outcome.name(), outcome.status.ok());
            tracing::warn!(account, outcome = name, status, "alarm webhook failed");
            NoticeOutcome::Failed
        }
    }
}
