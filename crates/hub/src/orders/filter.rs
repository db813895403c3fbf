//! What a list of orders may be narrowed down to (API, chapter Orders, list).

use jiff::Timestamp;
use jiff::tz::TimeZone;
use wire::order::OrderStatus;
use wire::problem::{NOT_IN_LIST, Path, Problems};
use wire::time::TimeInput;

use crate::http::paging::Query;
use crate::http::problem::ApiError;

/// The filters of a request; all of them must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct ApiOrderFilter {
    /// The reader's own private ref on the order.
    pub private_ref: Option<String>,
    pub status: Option<OrderStatus>,
    /// Name of the client that sent the order.
    pub created_by: Option<String>,
    /// Created then or later.
    pub after: Option<TimeInput>,
    /// Created before then.
    pub before: Option<TimeInput>,
    pub customer: Option<String>,
}

impl ApiOrderFilter {
    /// Reads the filters, or names every one that cannot be read. Other names are ignored, and so is
    /// an empty status or time: clients send one for "any". An empty name or ref is nobody's.
    pub(super) fn read(query: &Query) -> Result<Self, ApiError> {
        let mut problems = Problems::new();
        let private_ref = query.text("private_ref", &mut problems);
        let status = query.non_empty("status").and_then(|word| {
            let status = OrderStatus::parse(word);
            if status.is_none() {
                problems.add(&Path::ROOT.key("status"), NOT_IN_LIST);
            }
            status
        });
        let filter = Self {
            private_ref,
            status,
            created_by: query.text("created_by", &mut problems),
            after: time(query, "after", &mut problems),
            before: time(query, "before", &mut problems),
            customer: query.text("customer_id", &mut problems),
        };
        if problems.is_empty() {
            Ok(filter)
        } else {
            Err(ApiError::Invalid(problems))
        }
    }

    /// Whether a time was sent without offset, so that a zone is needed to understand it.
    pub(super) fn has_local_time(&self) -> bool {
        [&self.after, &self.before]
            .into_iter()
            .any(|time| matches!(time, Some(TimeInput::Local(_))))
    }

    /// From when on, and until when, with times without offset read in `zone`.
    pub(super) fn bounds(
        &self,
        zone: &TimeZone,
    ) -> Result<(Option<Timestamp>, Option<Timestamp>), ApiError> {
        let resolve = |name: &str, time: Option<TimeInput>| {
            time.map(|time| time.resolve(zone))
                .transpose()
                .map_err(|refusal| ApiError::field(name, refusal.to_string()))
        };
        Ok((
            resolve("after", self.after)?,
            resolve("before", self.before)?,
        ))
    }
}

fn time(query: &Query, name: &str, problems: &mut Problems) -> Option<TimeInput> {
    let text = query.non_empty(name)?;
    let read = match text.parse::<i64>() {
        Ok(number) => TimeInput::from_epoch_milliseconds(number),
        Err(_) => TimeInput::parse(text)
            .or_else(|refusal| TimeInput::parse(&with_plus(text)).map_err(|_| refusal)),
    };
    read.map_err(|refusal| problems.add(&Path::ROOT.key(name), refusal.to_string()))
        .ok()
}

/// A plus sign that was not escaped arrives as a space, the last one there is.
fn with_plus(text: &str) -> String {
    match text.rsplit_once(' ') {
        Some((local, offset)) => format!("{local}+{offset}"),
        None => text.to_owned(),
    }
}
