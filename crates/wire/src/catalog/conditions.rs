//! When something can be had, and when it costs something else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::check::{KnownRefs, NOT_FOUND_VARIANT, amount, natural};
use super::raw::{RawOverride, RawRestrictions};
use crate::dow::Dow;
use crate::input::{Identifier, Input};
use crate::money::Money;
use crate::order::ServiceType;
use crate::problem::{Path, Problems, too_few};
use crate::schema::JsonSchema;
use crate::time::{Date, TimeOfDay};

/// When a rule holds: all that is said must be true. Nothing said is always true.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Conditions {
    /// Only for these variants. An empty list means: for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant_refs: Option<Vec<String>>,
    /// Only on these days of the week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dow: Option<Dow>,
    /// Only from this time of the day on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<TimeOfDay>,
    /// Only until this time of the day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_time: Option<TimeOfDay>,
    /// Only from this day on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::schema::day")]
    pub start_date: Option<Date>,
    /// Only until this day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::schema::day")]
    pub end_date: Option<Date>,
    /// Only for these service types. For older programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_types: Option<Vec<ServiceType>>,
    /// Only for these values of `service_type_ref`. For older programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_type_refs: Option<Vec<String>>,
}

/// When and how often something can be ordered. Only what restricts it is there, `{}` if nothing
/// does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Restrictions {
    /// `false` if it cannot be ordered at all. Missing otherwise.
    #[serde(skip_serializing_if = "is_true")]
    pub enabled: bool,
    /// When.
    #[serde(flatten)]
    pub conditions: Conditions,
    /// Only in orders of at least this amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_order_amount: Option<Money>,
    /// At most this many in one order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_order: Option<u32>,
    /// At most this many for one customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_per_customer: Option<u32>,
}

impl Default for Restrictions {
    fn default() -> Self {
        Self {
            enabled: true,
            conditions: Conditions::default(),
            min_order_amount: None,
            max_per_order: None,
            max_per_customer: None,
        }
    }
}

fn is_true(enabled: &bool) -> bool {
    *enabled
}

/// Another price, while its conditions are met. If several are, the last one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PriceOverride {
    /// The price while the conditions are met.
    pub price: Money,
    /// When; at least one thing is said.
    #[serde(flatten)]
    pub conditions: Conditions,
}

impl RawRestrictions {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<Restrictions> {
        problems.refuse_keys(path, &self.unknown);
        let enabled = self.enabled.optional(&path.key("enabled"), problems);
        let variant_refs = self.variant_refs.list(
            &path.key("variant_refs"),
            problems,
            |Identifier(variant)| known.variants.must_have(variant, NOT_FOUND_VARIANT),
        );
        let dow = self.dow.optional(&path.key("dow"), problems);
        let start_time = self.start_time.optional(&path.key("start_time"), problems);
        let end_time = self.end_time.optional(&path.key("end_time"), problems);
        let start_date = self.start_date.optional(&path.key("start_date"), problems);
        let end_date = self.end_date.optional(&path.key("end_date"), problems);
        let service_types = self
            .service_types
            .list(&path.key("service_types"), problems, Ok);
        let service_type_refs = self.service_type_refs.list(
            &path.key("service_type_refs"),
            problems,
            |Identifier(code)| Ok(code),
        );
        let min_order_amount = amount(self.min_order_amount, known)
            .and_then(Money::not_negative)
            .optional(&path.key("min_order_amount"), problems);
        let max_per_order =
            natural(self.max_per_order).optional(&path.key("max_per_order"), problems);
        let max_per_customer =
            natural(self.max_per_customer).optional(&path.key("max_per_customer"), problems);
        Some(Restrictions {
            enabled: enabled.unwrap_or(true),
            conditions: Conditions {
                variant_refs,
                dow,
                start_time,
                end_time,
                start_date,
                end_date,
                service_types,
                service_type_refs,
            },
            min_order_amount,
            max_per_order,
            max_per_customer,
        })
    }
}

impl RawOverride {
    pub(super) fn check(
        self,
        known: &KnownRefs<'_>,
        path: &Path<'_>,
        problems: &mut Problems,
    ) -> Option<PriceOverride> {
        problems.refuse_keys(path, &self.unknown);
        let price = amount(self.price, known).required(&path.key("price"), problems);
        distinct(&self.variant_refs, &path.key("variant_refs"), problems);
        distinct(&self.service_types, &path.key("service_types"), problems);
        let key = path.key("service_type_refs");
        distinct(&self.service_type_refs, &key, problems);
        let raw = RawRestrictions {
            variant_refs: self.variant_refs,
            dow: self.dow,
            start_time: self.start_time,
            end_time: self.end_time,
            start_date: self.start_date,
            end_date: self.end_date,
            service_types: self.service_types,
            service_type_refs: self.service_type_refs,
            ..RawRestrictions::default()
        };
        let says_something = raw.says_something();
        let conditions = raw.check(known, path, problems)?.conditions;
        if !says_something {
            problems.add(path, "must have at least one condition");
        }
        Some(PriceOverride {
            price: price?,
            conditions,
        })
    }
}

/// Complains about a list without entries, and about entries that are listed twice.
fn distinct<T: Ord>(given: &Input<Vec<Input<T>>>, path: &Path<'_>, problems: &mut Problems) {
    let Input::Good(entries) = given else {
        return;
    };
    if entries.is_empty() {
        problems.add(path, too_few(1));
    }
    let mut known_entries = BTreeSet::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Input::Good(entry) = entry
            && !known_entries.insert(entry)
        {
            problems.add(&path.index(index), "is listed twice");
        }
    }
}
