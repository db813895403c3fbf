//! The charts of the dashboard, as the template draws them: everything is placed and formatted.

use super::figures::Sum;

/// A bar of a chart, in the units of its view box.
#[derive(Clone, Debug)]
pub struct ChartBar {
    /// Left edge.
    pub x: i64,
    /// Upper edge.
    pub y: i64,
    /// Width.
    pub width: i64,
    /// Height.
    pub height: i64,
    /// When it begins, formatted.
    pub label: String,
    /// The number of sales, formatted.
    pub count: String,
    /// Their total, formatted.
    pub total: String,
    /// What it says when it is pointed at or has the focus.
    pub title: String,
}

/// Sales, one bar after the other.
#[derive(Clone, Debug, Default)]
pub struct BarChart {
    /// The bars.
    pub bars: Vec<ChartBar>,
    /// The highest total, formatted.
    pub top: String,
}

impl BarChart {
    /// The first bar's label.
    #[must_use]
    pub fn first(&self) -> &str {
        self.bars.first().map_or("", |bar| &bar.label)
    }

    /// The last bar's label.
    #[must_use]
    pub fn last(&self) -> &str {
        self.bars.last().map_or("", |bar| &bar.label)
    }
}

/// The view box of a bar chart.
const WIDTH: i64 = 7_200;
const HEIGHT: i64 = 1_800;
/// Where bars begin below the upper edge: what one of them says is written there.
const TOP: i64 = 300;

/// Where a bar of a chart lies: left edge, upper edge, width, height. Whatever was sold is at least a sliver.
pub(super) fn placed(index: usize, count: usize, sum: Sum, highest: i64) -> [i64; 4] {
    let (index, count) = (index as i64, count.max(1) as i64);
    let (left, right) = (index * WIDTH / count, (index + 1) * WIDTH / count);
    let gap = ((right - left) / 6).clamp(4, 60);
    let share = i128::from(sum.total.max(0)) * i128::from(HEIGHT) / i128::from(highest.max(1));
    let height = i64::try_from(share).unwrap_or(HEIGHT);
    let height = height.max(if sum.count > 0 { 15 } else { 0 });
    [
        left + gap / 2,
        TOP + HEIGHT - height,
        right - left - gap,
        height,
    ]
}

/// A part of the sales, as a line of a table with a bar.
#[derive(Clone, Debug)]
pub struct ShareLine {
    /// What it is the part of: a channel, a connection, a location.
    pub label: String,
    /// The number of sales, formatted.
    pub count: String,
    /// Their total, formatted.
    pub total: String,
    /// How much of all it is, formatted.
    pub share: String,
    /// The length of its bar, up to 100.
    pub length: i64,
}

/// A breakdown of the sales.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// The id of its heading.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// The head of the first column.
    pub column: &'static str,
    /// The largest first.
    pub lines: Vec<ShareLine>,
}

/// A cell of the hours of the week.
#[derive(Clone, Debug)]
pub struct HourCell {
    /// The number of sales, formatted; empty for none.
    pub count: String,
    /// How dark it is, from 0 to 4.
    pub heat: i64,
}

/// An hour of the day, with a cell per day of the week from Monday.
#[derive(Clone, Debug)]
pub struct HourLine {
    /// `18–19 h`.
    pub label: String,
    /// The days.
    pub cells: Vec<HourCell>,
}

/// Tenths of a percent, rounded to the nearest; none of nothing.
pub(super) fn per_mille(part: i64, whole: i64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (i128::from(part) * 1_000, i128::from(whole));
    let rounded = (part.abs() * 2 + whole.abs()) / (whole.abs() * 2);
    let is_negative = (part < 0) != (whole < 0);
    i64::try_from(if is_negative { -rounded } else { rounded }).ok()
}
