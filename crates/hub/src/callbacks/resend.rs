//! Sending events again, as the app itself asks for.

use wire::callback::{ResendInput, ResendJobRequest, ResentEvents};
use wire::id::ResendJobId;
use wire::problem::{Path, Problems};

use crate::audit::AuditAction;
use crate::db;
use crate::events::resend_jobs::{self, EventCount, ResendFilter, ResendJob, ResendRefusal};
use crate::events::store as events;
use crate::http::body::Body;
use crate::http::call::ApiCall;
use crate::http::caller::AtAccount;
use crate::http::client_ip::ClientIp;
use crate::http::etag::IfMatch;
use crate::http::path_ids::PathIds;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;
use crate::oauth::changes;

/// Who has begun a job that an app asked for.
const BY_APP: &str = "app";

/// Sends events again: those that were given up at once, others by a job.
pub(super) async fn resend_events(
    call: ApiCall,
    at: AtAccount,
    peer: ClientIp,
    body: Body,
) -> ApiResult {
    let request = body.parse::<ResendInput>(call.hub()).await?.check()?;
    let (since, dry_run) = (request.since, request.dry_run);
    let Some(job) = request.job else {
        return call
            .write("callbacks.resend_failed", move |tx| {
                let (account, connection) = (&at.account, &at.caller.connection);
                Reply::of(&events::resend_failed(
                    tx, account, connection, since, dry_run,
                )?)
            })
            .await;
    };
    let ResendJobRequest {
        what,
        until,
        events,
        location,
        order,
    } = job;
    let filter = ResendFilter {
        what,
        since,
        until: until.unwrap_or_else(|| resend_jobs::until_now(call.hub().clock().now())),
        events,
        location,
        order,
    };
    let (account, connection) = (at.account.clone(), at.caller.connection.clone());
    let counted_filter = filter.clone();
    let counted: EventCount = call
        .hub()
        .read("callbacks.count_resent", move |tx| {
            resend_jobs::count(tx, &account, &connection, &counted_filter)
        })
        .await
        .map_err(|error: db::Error| error)?;
    if dry_run {
        return Reply::of(&ResentEvents {
            found: counted.found,
            resent: 0,
            has_more: counted.has_more,
            id: None,
            state: None,
        });
    }
    call.write("callbacks.create_resend_job", move |tx| {
        let (account, connection) = (&at.account, &at.caller.connection);
        match resend_jobs::create(tx, account, connection, &filter, counted, BY_APP)? {
            Ok(job) => {
                let by = at.caller.audit_actor(peer);
                let fields = job.audit_fields();
                let action = AuditAction::ResendBegin;
                changes::record_use(tx, &by, account, connection, action, &fields)?;
                Reply::of(&shown(job))
            }
            Err(refusal) => Err(ApiError::Invalid(problem(&refusal))),
        }
    })
    .await
}

/// How far a job of this connection is.
pub(super) async fn find_job(hub: Hub, at: AtAccount, ids: PathIds) -> ApiResult {
    let id: ResendJobId = ids.id("job_id")?;
    hub.read("callbacks.find_resend_job", move |tx| {
        let found = resend_jobs::find(tx, &at.account, &at.caller.connection, &id)?;
        let job = found.ok_or(ApiError::NotFound)?;
        Reply::of(&shown(job))
    })
    .await
}

/// Ends a job of this connection before its time. One that has ended already is left as it is.
pub(super) async fn stop_job(
    call: ApiCall,
    at: AtAccount,
    peer: ClientIp,
    ids: PathIds,
    if_match: IfMatch,
) -> ApiResult {
    let id: ResendJobId = ids.id("job_id")?;
    call.write("callbacks.stop_resend_job", move |tx| {
        let (account, connection) = (&at.account, &at.caller.connection);
        let found = resend_jobs::find(tx, account, connection, &id)?;
        let current = found.ok_or(ApiError::NotFound)?;
        if_match.check(|| Reply::of(&shown(current)))?;
        if resend_jobs::stop(tx, account, connection, &id)? {
            let by = at.caller.audit_actor(peer);
            changes::record_resend_stop(tx, &by, account, connection, &id)?;
        }
        let stopped = resend_jobs::find(tx, account, connection, &id)?;
        Reply::of(&shown(stopped.ok_or(ApiError::NotFound)?))
    })
    .await
}

fn shown(job: ResendJob) -> ResentEvents {
    ResentEvents {
        found: job.total,
        resent: job.done,
        has_more: job.has_more,
        id: Some(job.id),
        state: Some(job.state),
    }
}

fn problem(refusal: &ResendRefusal) -> Problems {
    let message = match refusal {
        ResendRefusal::NoCallback => "needs a callback".to_owned(),
        ResendRefusal::JobRuns(id) => format!("can't begin while the job {id} runs"),
    };
    let mut problems = Problems::new();
    problems.add(&Path::ROOT.key("what"), message);
    problems
}
