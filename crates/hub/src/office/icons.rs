//! Icons that follow from data: what an order's status is, how it is served, over which channel it came.
//! They stand beside a word and say nothing that the word does not say.

/// An icon, drawn with the colour of the text beside it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InlineIcon {
    /// Its name, in the stylesheet too: `is-in_delivery`.
    pub name: &'static str,
    /// What is drawn, in a square of 20.
    pub path: &'static str,
}

const BAG: &str = "M4.500 7.500h11l.7 9.500H3.800zM7 9.500V6a3 3 0 0 1 6 0v3.500";
const TRUCK: &str = "M2 5h9.500v8.500H2zM11.500 8.500H15l3 3v2h-6.500M5.500 12a1.800 1.800 0 1 0 .01 0M14.500 12a1.800 1.800 0 1 0 .01 0";
const CIRCLE_CROSS: &str = "M10 3a7 7 0 1 0 .01 0M7.500 7.500l5 5M12.500 7.500l-5 5";

/// One for each status of an order (API, chapter Orders).
const STATUSES: [InlineIcon; 11] = [
    icon(
        "new",
        "M10 2.500v4M10 13.500v4M2.500 10h4M13.500 10h4M4.800 4.800l2.800 2.800M12.400 12.400l2.800 2.800M15.200 4.800l-2.800 2.800M7.600 12.400l-2.800 2.800",
    ),
    icon(
        "received",
        "M10 3v8.500M6.500 8l3.500 3.500L13.500 8M3 12.500V17h14v-4.500",
    ),
    icon("accepted", "M4 10.500l4 4.500 8-10"),
    icon(
        "in_preparation",
        "M4 9.500h12V14a2.500 2.500 0 0 1-2.500 2.500h-7A2.500 2.500 0 0 1 4 14zM2 9.500h16M7.500 6.500c0-1.500 1-1.500 1-3.500M11.500 6.500c0-1.500 1-1.500 1-3.500",
    ),
    icon(
        "awaiting_shipment",
        "M3.500 6.500L10 3l6.500 3.500v7L10 17l-6.500-3.500zM3.500 6.500L10 10l6.500-3.500M10 10v7",
    ),
    icon("awaiting_collection", BAG),
    icon("in_delivery", TRUCK),
    icon(
        "completed",
        "M1.500 10.500l3.500 4.500 7-9.500M9.500 14l1 1 7-9.500",
    ),
    icon("rejected", CIRCLE_CROSS),
    icon("cancelled", "M10 3a7 7 0 1 0 .01 0M5 5l10 10"),
    icon(
        "delivery_failed",
        "M10 3l7.500 13.500h-15zM10 8v4M10 14.200v.01",
    ),
];

/// One for each service type of an order (API, chapter Orders).
const SERVICES: [InlineIcon; 3] = [
    icon("delivery", TRUCK),
    icon("collection", BAG),
    icon(
        "eat_in",
        "M6 3v14M3.800 3v3.500a2.200 2.200 0 0 0 4.400 0V3M14.500 17V3c-2 0-3 2-3 4.500 0 2.200 1 3.500 3 3.500",
    ),
];

const WEB: InlineIcon = icon(
    "web",
    "M10 3a7 7 0 1 0 .01 0M3 10h14M10 3c2.500 2.500 2.500 11.500 0 14M10 3c-2.500 2.500-2.500 11.500 0 14",
);
const PHONE: InlineIcon = icon("phone", "M6.500 2.500h7v15h-7zM9 15h2");
const SCREEN: InlineIcon = icon("screen", "M3 4h14v9.500H3zM7 17h6M10 13.500V17");
const PLATFORM: InlineIcon = icon(
    "platform",
    "M3.500 8.500L5 3.500h10l1.500 5M4.500 9v8h11V9M3.500 8.500h13M8 17v-4.500h4V17",
);

const fn icon(name: &'static str, path: &'static str) -> InlineIcon {
    InlineIcon { name, path }
}

impl InlineIcon {
    /// That of an order status of the API; an unknown one has none.
    #[must_use]
    pub fn of_order_status(status: &str) -> Option<InlineIcon> {
        STATUSES.into_iter().find(|icon| icon.name == status)
    }

    /// That of a service type of the API; an unknown one has none.
    #[must_use]
    pub fn of_service_type(service: &str) -> Option<InlineIcon> {
        SERVICES.into_iter().find(|icon| icon.name == service)
    }

    /// That of a channel, which apps name as they like: by what is in its name, else a shop.
    #[must_use]
    pub fn of_channel(channel: &str) -> InlineIcon {
        let channel = channel.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| channel.contains(word));
        if has(&["kiosk", "borne", "pos", "caisse", "till"]) {
            SCREEN
        } else if has(&["mobile", "phone", "téléphone"]) {
            PHONE
        } else if has(&["web", "site"]) {
            WEB
        } else {
            PLATFORM
        }
    }
}
