//! How much a connection asks of the hub.

use crate::office::page_path::Path;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::super::{ActivityPage, DayCount};
use super::find_viewable;
use crate::hub::Hub;
use crate::journal::store as journal;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::response::{PageResult, page};
use crate::office::visitor::AccountMember;

/// Days of the activity.
const DAYS: i64 = 30;

/// `GET /connections/{id}/activity`
pub(crate) async fn activity(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
) -> PageResult {
    let (connection, _) = find_viewable(&hub, &member, &id).await?;
    let today = hub.clock().now().to_zoned(TimeZone::UTC);
    let first = &today - SignedDuration::from_hours(24 * (DAYS - 1));
    let since = first
        .start_of_day()
        .map_or(first.timestamp(), |day| day.timestamp());
    let (account, id) = (member.at.id.clone(), connection.id.clone());
    let counts = hub
        .journal()
        .db()
        .read("office.activity", move |tx| {
            journal::by_day(tx, &account, &id, since)
        })
        .await?;
    let language = member.browser.language;
    let days = (0..DAYS).map(|back| {
        let day = &first + SignedDuration::from_hours(24 * back);
        let key = day.strftime("%Y-%m-%d").to_string();
        let found = counts.iter().find(|(day, _)| *day == key);
        DayCount {
            day: format::date(language, &day),
            count: found.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or(0)),
        }
    });
    let shown = ActivityPage {
        frame: member.frame(MenuEntry::Connections),
        app: connection.client_name.clone(),
        days: days.collect(),
    };
    Ok(page(&member.browser, &shown))
}
