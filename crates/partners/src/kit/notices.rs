//! What every page of an app says above its content: what is wrong with the line or the disk and since
//! when, what was not sent yet, what the hub has refused, and that a new order waits.

use jiff::tz::TimeZone;

use super::alarm::{self, AlarmSummary};
use super::app::AppShell;
use super::clock::hour_minute;
use super::connections::{self, StoredConnection};
use super::language::Language;
use super::line::refused_line_text;
use super::outbox::{self, OutboxSummary};
use super::store::StoreError;

/// A sentence above a page.
#[derive(Clone, Debug)]
pub(crate) struct Notice {
    pub text: String,
    pub is_error: bool,
    /// The id of the refused change that somebody may take away.
    pub refusal: Option<i64>,
}

/// The alarm above a page.
#[derive(Clone, Debug)]
pub(crate) struct AlarmBanner {
    pub text: String,
    pub link: String,
}

/// All that is said above a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageNotices {
    pub notices: Vec<Notice>,
    pub alarm: Option<AlarmBanner>,
    /// Who silenced the last alarm, and when.
    pub silenced: Option<String>,
}

/// What the store knows of it.
struct StoredNotices {
    connections: Vec<StoredConnection>,
    outbox: OutboxSummary,
    alarms: AlarmSummary,
}

/// What is to be said above a page.
pub(crate) async fn page_notices(shell: &AppShell, language: Language) -> PageNotices {
    let stored = shell.store.read(|tx| {
        Ok(StoredNotices {
            connections: connections::all(tx)?,
            outbox: outbox::summary(tx)?,
            alarms: alarm::summary(tx)?,
        })
    });
    let mut page = PageNotices::default();
    let mut say = |text, is_error| {
        page.notices.push(Notice {
            text,
            is_error,
            refusal: None,
        });
    };
    let zone = match &stored.await {
        Ok(stored) => {
            let first = stored.connections.first();
            let zone = first.map_or(TimeZone::UTC, StoredConnection::zone);
            for text in line_texts(shell, language, &stored.connections) {
                say(text, true);
            }
            if let Some(text) = waiting_text(language, &stored.outbox, &zone) {
                say(text, false);
            }
            add_refusals(&mut page, language, &stored.outbox, shell);
            add_alarm(&mut page, language, &stored.alarms, &zone);
            zone
        }
        Err(error) => {
            say(store_text(language, error.is_full(), None), true);
            TimeZone::UTC
        }
    };
    if let Some(problem) = shell.store.problem() {
        let since = hour_minute(problem.since, &zone);
        page.notices.insert(
            0,
            Notice {
                text: store_text(language, problem.is_full, Some(&since)),
                is_error: true,
                refusal: None,
            },
        );
    }
    page
}

/// What is wrong with the line of each connection; with its name when there are several.
fn line_texts(
    shell: &AppShell,
    language: Language,
    connections: &[StoredConnection],
) -> Vec<String> {
    let hub_name = &shell.branding.hub_name;
    let texts = connections.iter().filter_map(|connection| {
        let zone = connection.zone();
        let text = match &connection.ended {
            Some((at, message)) => {
                let since = hour_minute(*at, &zone);
                refused_line_text(language, hub_name, message, &since)
            }
            None => {
                let problem = shell.line.problem(&connection.id)?;
                problem.text(language, hub_name, &zone)
            }
        };
        Some(if connections.len() > 1 {
            format!("{} : {text}", connection.name())
        } else {
            text
        })
    });
    texts.collect()
}

/// How many changes were not sent yet.
fn waiting_text(language: Language, outbox: &OutboxSummary, zone: &TimeZone) -> Option<String> {
    let since = hour_minute(outbox.since?, zone);
    let count = outbox.waiting;
    Some(if count == 1 {
        language.t(
            format!("1 action pas encore envoyée (depuis {since}). Elle partira dès que possible."),
            format!("1 action not sent yet (since {since}). It will be sent as soon as possible."),
        )
    } else {
        language.t(
            format!(
                "{count} actions pas encore envoyées (depuis {since}). Elles partiront dans l'ordre."
            ),
            format!("{count} actions not sent yet (since {since}). They will be sent in order."),
        )
    })
}

fn add_refusals(
    page: &mut PageNotices,
    language: Language,
    outbox: &OutboxSummary,
    shell: &AppShell,
) {
    let hub_name = &shell.branding.hub_name;
    for refusal in &outbox.refusals {
        let (title, reasons) = (&refusal.title, &refusal.reasons);
        page.notices.push(Notice {
            text: language.t(
                format!("{hub_name} a refusé « {title} ». {reasons}"),
                format!("{hub_name} refused “{title}”. {reasons}"),
            ),
            is_error: true,
            refusal: Some(refusal.id),
        });
    }
}

fn add_alarm(page: &mut PageNotices, language: Language, alarms: &AlarmSummary, zone: &TimeZone) {
    page.silenced = alarms.silenced.as_ref().map(|(by, at)| {
        let at = hour_minute(*at, zone);
        let by = if by.is_empty() {
            language.t("cet écran", "this screen")
        } else {
            by
        };
        language.t(
            format!("Dernière alarme arrêtée à {at} par {by}."),
            format!("Last alarm stopped at {at} by {by}."),
        )
    });
    let Some(since) = alarms.since else { return };
    let since = hour_minute(since, zone);
    let (title, others) = (&alarms.title, alarms.count - 1);
    let more = match others {
        0 => String::new(),
        _ => format!(" (+{others})"),
    };
    page.alarm = Some(AlarmBanner {
        text: language.t(
            format!("Nouvelle commande {title}{more}, depuis {since}"),
            format!("New order {title}{more}, since {since}"),
        ),
        link: alarms.link.clone(),
    });
}

/// That nothing can be stored.
fn store_text(language: Language, is_full: bool, since: Option<&str>) -> String {
    let since = since.map_or_else(String::new, |since| {
        language.t(format!(" depuis {since}"), format!(" since {since}"))
    });
    if is_full {
        language.t(
            format!("Disque plein{since} : rien ne peut être enregistré. Libérez de la place ; les commandes attendent dans le hub."),
            format!("Disk full{since}: nothing can be stored. Free some space; orders wait at the hub."),
        )
    } else {
        language.t(
            format!("Le disque ne répond pas{since} : rien ne peut être enregistré. Les commandes attendent dans le hub."),
            format!("The disk does not answer{since}: nothing can be stored. Orders wait at the hub."),
        )
    }
}

/// A failed change of the store, for the visitor.
pub(crate) fn store_error_text(language: Language, error: &StoreError) -> String {
    match error {
        StoreError::OutboxFull => language
            .t(
                "Trop d'actions attendent d'être envoyées : rien n'a été ajouté.",
                "Too many actions wait to be sent: nothing was added.",
            )
            .into(),
        error => store_text(language, error.is_full(), None),
    }
}
