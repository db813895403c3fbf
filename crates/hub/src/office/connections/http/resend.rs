//! `/connections/{id}/resend`: sending events to the app again.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use wire::callback::{ResendKind, ResendState, Subscriptions};
use wire::event::EventResource;
use wire::id::{AccountId, ConnectionId, OrderId, ResendJobId};

use super::super::{ResendForm, ResendJobLine, ResendPage, ResendPreviewPage};
use super::find_manageable;
use crate::audit::AuditAction;
use crate::db;
use crate::events::resend_jobs::{self, EventCount, ResendFilter, ResendJob, ResendRefusal};
use crate::http::call::FormCall;
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::oauth::changes;
use crate::oauth::connections::Connection;
use crate::office::form::FormFields;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageError, PageResult, page, page_with, to};
use crate::office::translations::{Resend, Translations};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{Badge, Field, LabelledValue, SelectOption, Severity};

/// Jobs that the page shows.
const MAX_SHOWN_JOBS: u32 = 10;

/// After how many seconds a browser asks again while a job runs.
const REFRESH_SECONDS: HeaderValue = HeaderValue::from_static("5");

/// How long ago the form begins.
const DEFAULT_SINCE: SignedDuration = SignedDuration::from_hours(2);

/// What somebody has typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    what: String,
    since: String,
    until: String,
    resource: String,
    order: String,
}

impl Typed {
    fn of<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Self {
        let text = |name: &str| field(name).unwrap_or_default().trim().to_owned();
        Self {
            what: text("what"),
            since: text("since"),
            until: text("until"),
            resource: text("resource"),
            order: text("order"),
        }
    }

    /// What the form of the preview sends.
    fn fields(&self) -> Vec<LabelledValue> {
        let fields = [
            ("what", &self.what),
            ("since", &self.since),
            ("until", &self.until),
            ("resource", &self.resource),
            ("order", &self.order),
        ];
        let fields = fields.into_iter();
        fields
            .map(|(name, value)| LabelledValue::new(name, value.as_str()))
            .collect()
    }

    fn form(&self, words: &Resend) -> ResendForm {
        let kinds = ResendKind::ALL.iter();
        let whats = kinds.map(|what| {
            let chosen = what.as_str() == self.what;
            SelectOption::new(what.as_str(), words.kind_name(*what), chosen)
        });
        let resources = EventResource::ALL.iter().map(|resource| {
            let chosen = resource.as_str() == self.resource;
            SelectOption::new(resource.as_str(), words.resource_name(*resource), chosen)
        });
        let any = SelectOption::new("", words.any, self.resource.is_empty());
        ResendForm {
            whats: whats.collect(),
            since: Field::of(self.since.as_str()),
            until: Field::of(self.until.as_str()),
            resources: std::iter::once(any).chain(resources).collect(),
            order: Field::of(self.order.as_str()),
        }
    }

    /// What is asked for, or the form with what is wrong.
    fn check(
        &self,
        words: &Resend,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<ResendFilter, Box<ResendForm>> {
        let mut form = self.form(words);
        let since = moment(&self.since, zone);
        let until = match self.until.is_empty() {
            true => Some(resend_jobs::until_now(now)),
            false => moment(&self.until, zone),
        };
        let order = OrderId::parse(&self.order).ok();
        if since.is_none() {
            form.since.error = Some(words.wrong_time.to_owned());
        }
        if until.is_none() {
            form.until.error = Some(words.wrong_time.to_owned());
        }
        if let (Some(since), Some(until)) = (since, until)
            && since >= until
        {
            form.until.error = Some(words.wrong_until.to_owned());
        }
        if order.is_none() && !self.order.is_empty() {
            form.order.error = Some(words.wrong_order.to_owned());
        }
        let is_right = [&form.since, &form.until, &form.order];
        let is_right = is_right.iter().all(|field| field.error.is_none());
        let (Some(since), Some(until), true) = (since, until, is_right) else {
            return Err(Box::new(form));
        };
        let mut events = Subscriptions::new();
        if let Some(resource) = EventResource::parse(&self.resource) {
            events.insert(resource, resource.event_types().to_vec());
        }
        Ok(ResendFilter {
            what: ResendKind::parse(&self.what).unwrap_or(ResendKind::Failed),
            since,
            until,
            events,
            location: None,
            order,
        })
    }
}

/// A moment as a browser's field has it: the time of day at the location.
fn moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let local: civil::DateTime = text.parse().ok()?;
    let zoned = local.to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp())
}

/// What the page shows of a connection.
struct Shown {
    zone: TimeZone,
    jobs: Vec<ResendJob>,
}

async fn look(hub: &Hub, member: &AccountMember, connection: &Connection) -> db::Result<Shown> {
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let location = connection.location.clone();
    hub.read("office.resend_jobs", move |tx| {
        Ok(Shown {
            zone: zone_of(tx, &account, location.as_ref())?,
            jobs: resend_jobs::recent(tx, &account, &id, MAX_SHOWN_JOBS)?,
        })
    })
    .await
}

/// The form, with the last jobs.
fn form_page(
    member: &AccountMember,
    connection: &Connection,
    shown: &Shown,
    form: ResendForm,
    refused: Option<&str>,
) -> Response {
    let is_wrong = refused.is_some()
        || [&form.since, &form.until, &form.order]
            .iter()
            .any(|field| field.error.is_some());
    let status = match is_wrong {
        true => StatusCode::UNPROCESSABLE_ENTITY,
        false => StatusCode::OK,
    };
    let words = member.browser.language.translations();
    let runs = |job: &ResendJob| job.state == ResendState::Running;
    let is_running = shown.jobs.iter().any(runs);
    let jobs = shown.jobs.iter();
    let mut frame = member.frame(MenuEntry::Connections);
    frame.path = format!("/connections/{}/resend", connection.id);
    let found = ResendPage {
        frame,
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        form: (!is_running).then_some(form),
        refused: refused.map(str::to_owned),
        jobs: jobs.map(|job| line(words, &shown.zone, job)).collect(),
    };
    let mut response = page_with(status, &member.browser, &found);
    if is_running {
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, REFRESH_SECONDS);
    }
    response
}

fn line(words: &Translations, zone: &TimeZone, job: &ResendJob) -> ResendJobLine {
    let (language, words) = (words.language, &words.resend);
    let at = |time: Timestamp| format::date_time(language, &time.to_zoned(zone.clone()));
    let (done, total) = (u64::from(job.done), u64::from(job.total));
    let mut lines = vec![
        words.between(&at(job.since), &at(job.until)),
        match job.has_more {
            true => words.progress_more(done, total),
            false => words.progress(done, total),
        },
    ];
    if job.repeated > 0 {
        lines.push(words.repeated(u64::from(job.repeated)));
    }
    if job.skipped > 0 {
        lines.push(words.skipped(u64::from(job.skipped)));
    }
    let (text, severity) = match job.state {
        ResendState::Running => (words.running, Severity::Busy),
        ResendState::Stopped => (words.stopped, Severity::Plain),
        ResendState::Finished => (words.finished, Severity::Good),
    };
    let stop = LabelledValue::new(
        words.stop_this(&at(job.created_at)),
        format!("/connections/{}/resend/{}/stop", job.connection, job.id),
    );
    ResendJobLine {
        badge: Badge::new(text, severity),
        what: words.kind_name(job.what).to_owned(),
        lines,
        stop: (job.state == ResendState::Running).then_some(stop),
    }
}

/// `GET /connections/{id}/resend`: the form and the last jobs; with what was chosen in it, how many events
/// that would be.
pub(crate) async fn resend_form(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let (connection, _) = find_manageable(&hub, &member, &id).await?;
    let shown = look(&hub, &member, &connection).await?;
    let words = member.browser.language.translations();
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let now = hub.clock().now();
    if query.get("what").is_none() {
        let since = (now - DEFAULT_SINCE).to_zoned(shown.zone.clone());
        let empty = Typed {
            since: since.strftime("%Y-%m-%dT%H:%M").to_string(),
            ..Typed::default()
        };
        let form = empty.form(&words.resend);
        return Ok(form_page(&member, &connection, &shown, form, None));
    }
    let typed = Typed::of(|name| query.get(name));
    let filter = match typed.check(&words.resend, &shown.zone, now) {
        Ok(filter) => filter,
        Err(form) => return Ok(form_page(&member, &connection, &shown, *form, None)),
    };
    let counted = count(&hub, &member.at.id, &connection.id, &filter).await?;
    let found = u64::from(counted.found);
    let preview = ResendPreviewPage {
        frame: member.frame(MenuEntry::Connections),
        connection: connection.id.to_string(),
        app: connection.client_name.clone(),
        found: match counted {
            EventCount { has_more: true, .. } => Some(words.resend.found_more(found)),
            EventCount { found: 0, .. } => None,
            EventCount { .. } => Some(words.resend.found(found)),
        },
        facts: facts(words, &shown.zone, &filter),
        fields: typed.fields(),
    };
    Ok(page(&member.browser, &preview))
}

fn facts(words: &Translations, zone: &TimeZone, filter: &ResendFilter) -> Vec<LabelledValue> {
    let (language, words) = (words.language, &words.resend);
    let at = |time: Timestamp| format::date_time(language, &time.to_zoned(zone.clone()));
    let about = filter.events.keys().next();
    let about = about.map_or(words.any, |resource| words.resource_name(*resource));
    let mut facts = vec![
        LabelledValue::new(words.what, words.kind_name(filter.what)),
        LabelledValue::new(
            words.since,
            words.between(&at(filter.since), &at(filter.until)),
        ),
        LabelledValue::new(words.resource, about),
    ];
    if let Some(order) = &filter.order {
        facts.push(LabelledValue::new(words.order, order.as_str()));
    }
    facts
}

async fn count(
    hub: &Hub,
    account: &AccountId,
    connection: &ConnectionId,
    filter: &ResendFilter,
) -> db::Result<EventCount> {
    let (account, connection, filter) = (account.clone(), connection.clone(), filter.clone());
    hub.read("office.count_resent", move |tx| {
        resend_jobs::count(tx, &account, &connection, &filter)
    })
    .await
}

/// `POST /connections/{id}/resend`: a job begins.
pub(crate) async fn resend_events(
    call: FormCall,
    member: AccountMember,
    Path(id): Path<String>,
    posted: FormFields,
) -> PageResult {
    let hub = call.hub().clone();
    let (connection, _) = find_manageable(&hub, &member, &id).await?;
    let shown = look(&hub, &member, &connection).await?;
    let words = &member.browser.language.translations().resend;
    let typed = Typed::of(|name| Some(posted.get(name)));
    let filter = match typed.check(words, &shown.zone, hub.clock().now()) {
        Ok(filter) => filter,
        Err(form) => return Ok(form_page(&member, &connection, &shown, *form, None)),
    };
    let counted = count(&hub, &member.at.id, &connection.id, &filter).await?;
    let (account, at) = (member.at.id.clone(), connection.id.clone());
    let (user, by) = (member.user.id.to_string(), member.audit_actor());
    let made = call
        .write::<_, db::Error, _>("office.create_resend_job", move |tx| {
            let made = resend_jobs::create(tx, &account, &at, &filter, counted, &user)?;
            if let Ok(job) = &made {
                let fields = job.audit_fields();
                let action = AuditAction::ResendBegin;
                changes::record_use(tx, &by, &account, &at, action, &fields)?;
            }
            Ok(made)
        })
        .await?;
    let refused = match made {
        Ok(_) => return Ok(to(&format!("/connections/{}/resend", connection.id))),
        Err(ResendRefusal::NoCallback) => words.no_callback,
        Err(ResendRefusal::JobRuns(_)) => words.job_runs,
    };
    let form = typed.form(words);
    Ok(form_page(&member, &connection, &shown, form, Some(refused)))
}

/// `POST /connections/{id}/resend/{job}/stop`
pub(crate) async fn stop_resend(
    call: FormCall,
    member: AccountMember,
    Path((id, job)): Path<(String, String)>,
    _: FormFields,
) -> PageResult {
    let (connection, _) = find_manageable(call.hub(), &member, &id).await?;
    let job = ResendJobId::parse(&job).map_err(|_| PageError::NotFound)?;
    let (account, at) = (member.at.id.clone(), connection.id.clone());
    let by = member.audit_actor();
    let known = call
        .write::<_, db::Error, _>("office.stop_resend_job", move |tx| {
            if resend_jobs::stop(tx, &account, &at, &job)? {
                changes::record_resend_stop(tx, &by, &account, &at, &job)?;
            }
            Ok(resend_jobs::find(tx, &account, &at, &job)?.is_some())
        })
        .await?;
    if !known {
        return Err(PageError::NotFound);
    }
    Ok(to(&format!("/connections/{}/resend", connection.id)))
}
