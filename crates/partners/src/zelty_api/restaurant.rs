//! Restaurants, their hours, and what is sold out there.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::reading;

/// Slots by day: `"1"` is Monday, `"7"` Sunday. A slot is its first and its last minute after midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Timetable(pub BTreeMap<String, Vec<(u16, u16)>>);

/// A time during which a restaurant is closed, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClosingPeriod {
    /// When it begins.
    pub start: i64,
    /// When it ends.
    pub end: i64,
    /// What guests are told.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A restaurant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Restaurant {
    /// Zelty's id of it.
    #[serde(deserialize_with = "reading::id")]
    pub id: i64,
    /// Its name in the back office.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub name: String,
    /// Its name for guests.
    #[serde(default)]
    pub public_name: Option<String>,
    /// Its address in one text.
    #[serde(default)]
    pub address: Option<String>,
    /// Its phone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The currency of its prices, ISO 4217.
    #[serde(default)]
    pub currency: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    #[serde(default)]
    pub country_code: Option<String>,
    /// Its language, such as `fr`.
    #[serde(default)]
    pub default_lang: Option<String>,
    /// Minutes that preparing an order takes, in newer versions.
    #[serde(default, deserialize_with = "reading::integer")]
    pub production_delay: Option<i64>,
    /// Minutes that preparing an order takes, in older versions.
    #[serde(default, deserialize_with = "reading::integer")]
    pub takeaway_delay: Option<i64>,
    /// Minutes until an order is delivered.
    #[serde(default, deserialize_with = "reading::integer")]
    pub delivery_time: Option<i64>,
    /// Minutes on top of the preparation, while there is much to do.
    #[serde(default, deserialize_with = "reading::integer")]
    pub delay: Option<i64>,
    /// When the restaurant is open.
    #[serde(default)]
    pub opening_hours: Option<Timetable>,
    /// When it delivers.
    #[serde(default)]
    pub delivery_hours: Option<Timetable>,
    /// When Happy Hour prices hold.
    #[serde(default)]
    pub happy_hours: Option<Timetable>,
    /// When it is closed, whatever its hours say.
    #[serde(default, deserialize_with = "reading::list")]
    pub closures: Vec<ClosingPeriod>,
    /// Whether it takes no online orders.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub online_ordering_hidden: bool,
    /// Whether the restaurant is switched off altogether.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub disable: bool,
}

impl Restaurant {
    /// Minutes that preparing an order takes, in whatever version says so.
    pub fn preparation_minutes(&self) -> Option<i64> {
        self.production_delay.or(self.takeaway_delay)
    }
}

/// Whether a dish is sold out at a restaurant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct DishAvailability {
    /// Zelty's id of the dish.
    #[serde(deserialize_with = "reading::id")]
    pub id_dish: i64,
    /// Zelty's id of the restaurant.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_restaurant: Option<i64>,
    /// Whether it is sold out.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub outofstock: bool,
}

/// Whether a value of an option is sold out at a restaurant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct OptionValueAvailability {
    /// Zelty's id of the option.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_option: Option<i64>,
    /// Zelty's id of the value.
    #[serde(deserialize_with = "reading::id")]
    pub id_option_value: i64,
    /// Zelty's id of the restaurant.
    #[serde(default, deserialize_with = "reading::integer")]
    pub id_restaurant: Option<i64>,
    /// Whether it is sold out.
    #[serde(default, deserialize_with = "reading::or_default")]
    pub outofstock: bool,
}

/// What is sold out and what is not, as one reply says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct StockAvailability {
    /// The dishes.
    #[serde(default, deserialize_with = "reading::list")]
    pub dishes: Vec<DishAvailability>,
    /// The values of options.
    #[serde(default, deserialize_with = "reading::list")]
    pub options_values: Vec<OptionValueAvailability>,
}

impl StockAvailability {
    /// What concerns this restaurant: a brand's webhooks come for all of its restaurants.
    #[must_use]
    pub fn of_restaurant(mut self, restaurant: i64) -> StockAvailability {
        let is_here = |it: Option<i64>| it.is_none_or(|it| it == restaurant);
        self.dishes.retain(|dish| is_here(dish.id_restaurant));
        self.options_values
            .retain(|value| is_here(value.id_restaurant));
        self
    }
}
