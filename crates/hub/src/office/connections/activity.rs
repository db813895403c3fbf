//! How many requests an app made, day by day, for thirty days.

use askama::Template;

use crate::office::format;
use crate::office::frame::Frame;

/// The requests of one day.
#[derive(Clone, Debug)]
pub struct DayCount {
    /// The day, formatted.
    pub day: String,
    /// How many requests.
    pub count: u64,
}

/// A bar of the chart, in the units of its view box.
pub struct Bar {
    /// Left edge.
    pub x: u64,
    /// Upper edge.
    pub y: u64,
    /// Height.
    pub height: u64,
    /// What it says when pointed at.
    pub title: String,
}

/// `GET /connections/{id}/activity`.
#[derive(Template)]
#[template(path = "connections/activity.html")]
pub struct ActivityPage {
    /// The common part.
    pub frame: Frame,
    /// The app's name.
    pub app: String,
    /// Every day of the thirty, oldest first.
    pub days: Vec<DayCount>,
}

/// The height of the highest bar.
const HIGHEST: u64 = 160;

impl ActivityPage {
    /// The sum, as a sentence.
    #[must_use]
    pub fn total(&self) -> String {
        let total = self.days.iter().map(|day| day.count).sum();
        self.frame.words.connections.activity_total(total)
    }

    /// The highest count, formatted, for the scale.
    #[must_use]
    pub fn top(&self) -> String {
        format::whole(self.frame.words.language, self.highest())
    }

    /// A count as the reader writes it.
    #[must_use]
    pub fn count(&self, day: &DayCount) -> String {
        format::whole(self.frame.words.language, day.count)
    }

    /// The first day shown.
    #[must_use]
    pub fn first(&self) -> &str {
        self.days.first().map_or("", |day| &day.day)
    }

    /// The last day shown.
    #[must_use]
    pub fn last(&self) -> &str {
        self.days.last().map_or("", |day| &day.day)
    }

    /// The bars. A day with any request has at least a sliver.
    #[must_use]
    pub fn bars(&self) -> Vec<Bar> {
        let highest = self.highest().max(1);
        let mut bars = Vec::new();
        let mut x = 2;
        for day in &self.days {
            let height = (day.count * HIGHEST / highest).max(u64::from(day.count > 0) * 2);
            bars.push(Bar {
                x,
                y: HIGHEST - height,
                height,
                title: self.frame.words.connections.day_bar(&day.day, day.count),
            });
            x += 20;
        }
        bars
    }

    fn highest(&self) -> u64 {
        self.days.iter().map(|day| day.count).max().unwrap_or(0)
    }
}
