//! `passeplat admin connection resend`: events that are sent again. Beside a running hub, too: whoever comes
//! first does the next part of the job.

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use hub::Hub;
use hub::audit::{AuditAction, AuditActor};
use hub::db;
use hub::events::resend_jobs::{self, EventCount, ResendFilter, ResendJob, ResendRefusal};
use hub::oauth::{changes, connections};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use wire::callback::{ResendKind, ResendState, Subscriptions};
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, ConnectionId, LocationId, OrderId, ResendJobId};
use wire::time::TimeInput;

use super::parse_id;

/// How long a job is left alone that waits for a callback in flight.
const WAIT: Duration = Duration::from_secs(1);

/// Who has begun a job that this command made.
const BY_ADMIN: &str = "admin";

#[derive(Args)]
pub(super) struct ResendEvents {
    /// Its account
    #[arg(long)]
    account: String,
    /// The connection
    #[arg(long)]
    connection: String,
    /// As in 2026-03-07T18:30:00+01:00
    #[arg(long, required_unless_present = "stop")]
    since: Option<String>,
    /// Only events before that time; without it, until now
    #[arg(long)]
    until: Option<String>,
    /// Events that the connection would have been sent, had it been connected as it is now
    #[arg(long, conflicts_with = "all")]
    missed: bool,
    /// All events that it was sent, those that it has acknowledged, too
    #[arg(long)]
    all: bool,
    /// Only events about these, as in order; may be repeated
    #[arg(long)]
    resource: Vec<String>,
    /// Only these events, as in create; may be repeated
    #[arg(long)]
    event: Vec<String>,
    /// Only events of this location
    #[arg(long)]
    location: Option<String>,
    /// Only events of this order
    #[arg(long)]
    order: Option<String>,
    /// Count the events, and send none
    #[arg(long)]
    dry_run: bool,
    /// Send nothing, and end this job before its time
    #[arg(long, value_name = "JOB", conflicts_with = "since")]
    stop: Option<String>,
}

/// Sends events again, and answers how many there were when all of them are pending.
pub(super) async fn resend(hub: &Hub, arguments: ResendEvents) -> anyhow::Result<Value> {
    let account = parse_id("--account", AccountId::parse(&arguments.account))?;
    let connection = parse_id("--connection", ConnectionId::parse(&arguments.connection))?;
    if let Some(job) = &arguments.stop {
        let job = parse_id("--stop", ResendJobId::parse(job))?;
        return stop(hub, &account, &connection, &job).await;
    }
    let filter = parse_filter(hub, &arguments)?;
    let counted = count(hub, &account, &connection, &filter).await?;
    if arguments.dry_run {
        let EventCount { found, has_more } = counted;
        return Ok(json!({ "found": found, "resent": 0, "has_more": has_more }));
    }
    let job = create(hub, &account, &connection, &filter, counted).await?;
    let job = run(hub, &account, &connection, job.id).await?;
    Ok(shown(&job))
}

fn shown(job: &ResendJob) -> Value {
    json!({
        "job_id": job.id,
        "state": job.state.as_str(),
        "found": job.total,
        "resent": job.done,
        "repeated": job.repeated,
        "skipped": job.skipped,
        "has_more": job.has_more,
    })
}

fn parse_filter(hub: &Hub, arguments: &ResendEvents) -> anyhow::Result<ResendFilter> {
    let time = |flag, text: &Option<String>| {
        let text = text.as_deref();
        text.map(|text| parse_time(flag, text)).transpose()
    };
    let location = arguments.location.as_deref();
    let location = location.map(|id| parse_id("--location", LocationId::parse(id)));
    let order = arguments.order.as_deref();
    let order = order.map(|id| parse_id("--order", OrderId::parse(id)));
    Ok(ResendFilter {
        what: match (arguments.missed, arguments.all) {
            (true, _) => ResendKind::Missed,
            (false, true) => ResendKind::Matching,
            (false, false) => ResendKind::Failed,
        },
        since: time("--since", &arguments.since)?.context("--since: is missing")?,
        until: time("--until", &arguments.until)?
            .unwrap_or_else(|| resend_jobs::until_now(hub.clock().now())),
        events: parse_events(&arguments.resource, &arguments.event)?,
        location: location.transpose()?,
        order: order.transpose()?,
    })
}

/// Ends a job before its time.
async fn stop(
    hub: &Hub,
    account: &AccountId,
    connection: &ConnectionId,
    id: &ResendJobId,
) -> anyhow::Result<Value> {
    let (account, connection, id) = (account.clone(), connection.clone(), id.clone());
    let stopped: Option<ResendJob> = hub
        .write("admin.stop_resend_job", move |tx| {
            if resend_jobs::stop(tx, &account, &connection, &id)? {
                let by = AuditActor::command();
                changes::record_resend_stop(tx, &by, &account, &connection, &id)?;
            }
            resend_jobs::find(tx, &account, &connection, &id)
        })
        .await
        .map_err(|error: db::Error| error)?;
    let job = stopped.context("--stop: the connection has no such job")?;
    Ok(shown(&job))
}

fn parse_time(flag: &str, text: &str) -> anyhow::Result<Timestamp> {
    TimeInput::parse(text)
        .and_then(|time| time.resolve(&TimeZone::UTC))
        .map_err(|error| anyhow::anyhow!("{flag}: {error}"))
}

/// The events that are named; none for all of them.
fn parse_events(resources: &[String], types: &[String]) -> anyhow::Result<Subscriptions> {
    let mut events = Subscriptions::new();
    if resources.is_empty() && types.is_empty() {
        return Ok(events);
    }
    let resource = |word: &String| {
        EventResource::parse(word).with_context(|| {
            format!(
                "--resource: '{word}' is none of {}",
                EventResource::WORDS.join(", ")
            )
        })
    };
    let event = |word: &String| {
        EventType::parse(word).with_context(|| {
            format!(
                "--event: '{word}' is none of {}",
                EventType::WORDS.join(", ")
            )
        })
    };
    let resources: Vec<EventResource> = resources.iter().map(resource).collect::<Result<_, _>>()?;
    let types: Vec<EventType> = types.iter().map(event).collect::<Result<_, _>>()?;
    for resource in EventResource::ALL {
        if !resources.is_empty() && !resources.contains(resource) {
            continue;
        }
        let own = resource.event_types().iter().copied();
        let own: Vec<EventType> = own
            .filter(|it| types.is_empty() || types.contains(it))
            .collect();
        if !own.is_empty() {
            events.insert(*resource, own);
        }
    }
    if events.is_empty() {
        bail!("--event: there are no such events about these resources");
    }
    Ok(events)
}

async fn count(
    hub: &Hub,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
) -> anyhow::Result<EventCount> {
    let (account, connection, filter) = (account.clone(), connection.clone(), filter.clone());
    hub.read("admin.count_resent", move |tx| {
        if connections::find(tx, Some(&account), &connection)?.is_none() {
            return Ok(None);
        }
        resend_jobs::count(tx, &account, &connection, &filter).map(Some)
    })
    .await
    .map_err(|error: db::Error| error)?
    .context("--connection: the account has no such connection")
}

async fn create(
    hub: &Hub,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
    counted: EventCount,
) -> anyhow::Result<ResendJob> {
    let (account, connection, filter) = (account.clone(), connection.clone(), filter.clone());
    let made = hub
        .write("admin.create_resend_job", move |tx| {
            let made = resend_jobs::create(tx, &account, &connection, &filter, counted, BY_ADMIN)?;
            if let Ok(job) = &made {
                let (by, action) = (AuditActor::command(), AuditAction::ResendBegin);
                let fields = job.audit_fields();
                changes::record_use(tx, &by, &account, &connection, action, &fields)?;
            }
            Ok(made)
        })
        .await
        .map_err(|error: db::Error| error)?;
    made.map_err(|refusal| match refusal {
        ResendRefusal::NoCallback => {
            anyhow::anyhow!("--connection: it has no callback, nobody would take the events")
        }
        ResendRefusal::JobRuns(id) => {
            anyhow::anyhow!("--connection: events are sent again already, by the job {id}")
        }
    })
}

/// Does a job part by part, and says meanwhile on standard error how far it is.
async fn run(
    hub: &Hub,
    account: &AccountId,
    connection: &ConnectionId,
    id: ResendJobId,
) -> anyhow::Result<ResendJob> {
    loop {
        let (account, connection, id) = (account.clone(), connection.clone(), id.clone());
        let job = hub
            .write("admin.resend", move |tx| {
                resend_jobs::work_on(tx, &account, &connection, &id)
            })
            .await
            .map_err(|error: db::Error| error)?
            .context("the job is gone")?;
        let more = if job.has_more { "more than " } else { "" };
        // Nobody need read it.
        let _unread = writeln!(io::stderr(), "{} of {more}{}", job.done, job.total);
        if job.state != ResendState::Running {
            return Ok(job);
        }
        if job.is_waiting() {
            tokio::time::sleep(WAIT).await;
        }
    }
}
