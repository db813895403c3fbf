//! Locations: a restaurant, a shop (API, chapter Locations, accounts, user).

mod patch;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::account::Account;
use crate::custom_fields::CustomFields;
use crate::id::LocationId;
use crate::problem::{Path, Problems, too_few};
use crate::schema::JsonSchema;
use crate::time::{Time, TimeOfDay, Timezone};
use crate::word::words;

pub use patch::{CheckedLocationPatch, LocationPatch, RawAcceptance, RawSlot};

/// A location.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// Identifier.
    pub id: LocationId,
    /// Name chosen in the back office.
    pub name: String,
    /// The account it belongs to.
    pub account: Account,
    /// Street and number.
    pub address: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Time zone.
    pub timezone: Timezone,
    /// The time at which the business day ends. Earlier times belong to the day before.
    pub cutoff_time: TimeOfDay,
    /// The opening hours. `None` if nobody has set them.
    pub opening_hours: Option<OpeningHours>,
    /// Minutes that preparing an order takes.
    pub preparation_time: Option<u32>,
    /// Whether orders are taken.
    pub order_acceptance: OrderAcceptance,
    /// Custom fields.
    pub custom_fields: CustomFields,
}

words! {
    /// A day of the week, as a key of the opening hours.
    Day {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

impl Location {
    /// The location as it is at `now` in its zone: acceptance whose `resume_at` has passed is normal
    /// again, and the timezone shows the offset of the moment.
    #[must_use]
    pub fn as_of(mut self, zone: &TimeZone, now: Timestamp) -> Self {
        self.order_acceptance = self.order_acceptance.as_of(now);
        self.timezone = Timezone::for_zone(zone, now);
        self
    }
}

/// The slots of each day mentioned. A day without slots, or not mentioned, is a day off.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct OpeningHours(pub BTreeMap<Day, Vec<Slot>>);

/// A time during which a location is open. An end before the cut-off time is on the next morning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Slot {
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends.
    pub to: TimeOfDay,
}

impl OpeningHours {
    /// Complains unless the location opens at least once in the week, every slot ends after it
    /// begins, and the slots of a day do not overlap, all seen from the cut-off time.
    pub fn check(&self, cutoff: TimeOfDay, path: &Path<'_>, problems: &mut Problems) {
        if self.0.values().all(Vec::is_empty) {
            problems.add(path, too_few(1));
        }
        for (day, slots) in &self.0 {
            let path = path.key(day.as_str());
            let shifted: Vec<(u16, u16)> = slots
                .iter()
                .map(|slot| {
                    (
                        since_cutoff(slot.from, cutoff),
                        since_cutoff(slot.to, cutoff),
                    )
                })
                .collect();
            for (index, &(from, to)) in shifted.iter().enumerate() {
                if to <= from {
                    problems.add(&path.index(index).key("to"), "must be after from");
                } else if shifted
                    .iter()
                    .take(index)
                    .any(|other| from < other.1 && other.0 < to)
                {
                    problems.add(&path.index(index), "overlaps another slot");
                }
            }
        }
    }
}

/// Minutes since midnight of the business day, which runs from one cut-off to the next.
fn since_cutoff(time: TimeOfDay, cutoff: TimeOfDay) -> u16 {
    if time < cutoff {
        time.minutes() + 24 * 60
    } else {
        time.minutes()
    }
}

words! {
    /// How a location takes orders.
    AcceptanceMode {
        /// Orders are taken as usual.
        Normal = "normal" | "online",
        /// Orders are taken, and preparing them takes longer.
        Busy = "busy",
        /// No orders are taken.
        Paused = "paused",
    }
}

/// Whether and how a location takes orders. The hub itself never refuses an order for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderAcceptance {
    /// Orders are taken normally.
    Normal,
    /// Orders take longer.
    Busy {
        /// When things go back to normal by themselves.
        resume_at: Option<Time>,
        /// Minutes on top of the preparation time.
        extra_preparation_time: u32,
    },
    /// No orders are taken.
    Paused {
        /// When things go back to normal by themselves.
        resume_at: Option<Time>,
        /// A text for customers.
        reason: Option<String>,
    },
}

impl OrderAcceptance {
    /// The mode.
    pub fn mode(&self) -> AcceptanceMode {
        match self {
            Self::Normal => AcceptanceMode::Normal,
            Self::Busy { .. } => AcceptanceMode::Busy,
            Self::Paused { .. } => AcceptanceMode::Paused,
        }
    }

    /// When it goes back to normal by itself.
    pub fn resume_at(&self) -> Option<Time> {
        match self {
            Self::Normal => None,
            Self::Busy { resume_at, .. } | Self::Paused { resume_at, .. } => *resume_at,
        }
    }

    /// What it is at that instant: normal if the time to resume has come.
    #[must_use]
    pub fn as_of(self, now: Timestamp) -> Self {
        if self.resume_at().is_some_and(|time| time.at() <= now) {
            Self::Normal
        } else {
            self
        }
    }
}

impl Serialize for OrderAcceptance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("mode", &self.mode())?;
        match self {
            Self::Normal => {}
            Self::Busy {
                resume_at,
                extra_preparation_time,
            } => {
                map.serialize_entry("resume_at", resume_at)?;
                map.serialize_entry("extra_preparation_time", extra_preparation_time)?;
            }
            Self::Paused { resume_at, reason } => {
                map.serialize_entry("resume_at", resume_at)?;
                map.serialize_entry("reason", reason)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for OrderAcceptance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct OrderAcceptanceFields {
            mode: AcceptanceMode,
            resume_at: Option<Time>,
            extra_preparation_time: Option<u32>,
            reason: Option<String>,
        }

        let OrderAcceptanceFields {
            mode,
            resume_at,
            extra_preparation_time,
            reason,
        } = OrderAcceptanceFields::deserialize(deserializer)?;
        Ok(match mode {
            AcceptanceMode::Normal => Self::Normal,
            AcceptanceMode::Busy => Self::Busy {
                resume_at,
                extra_preparation_time: extra_preparation_time.unwrap_or_default(),
            },
            AcceptanceMode::Paused => Self::Paused { resume_at, reason },
        })
    }
}

#[cfg(test)]
mod tests;
