//! Every sentence of the back office, in every language.
//!
//! A section of the back office has a struct of sentences, written with [`translations!`]: each line holds
//! a name, the French and the English. Both must be there, or the line does not compile; and a
//! template that uses a sentence nobody wrote does not compile either. What varies is a function:
//! a name, an amount already formatted, a count with its plural.
//!
//! The brand is never part of a sentence: it is an argument. Arguments keep to themselves: a name that
//! is written from right to left does not turn the figures beside it round.

mod alarms;
mod audit;
mod catalogs;
mod connections;
mod consent;
mod customers;
mod dashboard;
mod data_logs;
mod design;
mod developer;
mod error_page;
mod help;
mod inventories;
mod isolate;
mod journey;
mod live;
mod location_settings;
mod mail;
mod orders;
mod profile;
mod reference;
mod resend;
mod search;
mod second_factor;
mod session;
mod settings;
mod shell;

pub use alarms::Alarms;
pub use audit::Audit;
pub use catalogs::Catalogs;
pub use connections::Connections;
pub use consent::Consent;
pub use customers::Customers;
pub use dashboard::Dashboard;
pub use data_logs::DataLogs;
pub use design::Design;
pub use developer::Developer;
pub use error_page::PageError;
pub use help::Help;
pub use inventories::Inventories;
pub use isolate::isolated;
pub use journey::Journey;
pub use live::Live;
pub use location_settings::LocationSettings;
pub use mail::Mail;
pub use orders::Orders;
pub use profile::Profile;
pub use reference::Reference;
pub use resend::Resend;
pub use search::Search;
pub use second_factor::SecondFactor;
pub use session::Session;
pub use settings::Settings;
pub use shell::Shell;

/// Declares a struct of sentences and its two values, `FRENCH` and `ENGLISH`.
///
/// First the fixed sentences, `name: "French", "English";`, then, after `with`, those that take
/// something in, `name(what: &str): format!(…), format!(…);`.
macro_rules! translations {
    (
        $(#[$meta:meta])*
        $name:ident { $($field:ident: $fr:literal, $en:literal;)* }
        with { $($fun:ident($($arg:ident: $kind:ty),*): $ffr:expr, $fen:expr;)* }
    ) => {
        $(#[$meta])*
        pub struct $name {
            own_language: $crate::office::translations::Language,
            $(#[doc = $en] pub $field: &'static str,)*
        }

        impl $name {
            pub(super) const FRENCH: $name = $name {
                own_language: $crate::office::translations::Language::French,
                $($field: $fr,)*
            };
            pub(super) const ENGLISH: $name = $name {
                own_language: $crate::office::translations::Language::English,
                $($field: $en,)*
            };

            pub(super) fn fixed_sentences(&self) -> Vec<&'static str> {
                vec![$(self.$field,)*]
            }
            $(
                #[doc = concat!("The sentence `", stringify!($fun), "`, in this language.")]
                #[must_use]
                pub fn $fun(&self, $($arg: $kind),*) -> String {
                    use $crate::office::translations::isolate::Isolate as _;
                    $(let $arg = $arg.isolate();)*
                    match self.own_language {
                        $crate::office::translations::Language::French => $ffr,
                        $crate::office::translations::Language::English => $fen,
                    }
                }
            )*
        }
    };
}
use translations;

/// A language of the back office.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Language {
    /// French, as written in France.
    French,
    /// English, as written in Britain.
    English,
}

impl Language {
    /// Both, in the order in which they are offered.
    pub const ALL: [Language; 2] = [Language::French, Language::English];

    /// The language of a tag such as `fr-FR`, `en` or `en_GB`; `None` for another language.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Language> {
        match tag.get(..2)?.to_ascii_lowercase().as_str() {
            "fr" => Some(Language::French),
            "en" => Some(Language::English),
            _ => None,
        }
    }

    /// The best language for the header `Accept-Language`; English if it names neither.
    #[must_use]
    pub fn of_header(accept: &str) -> Language {
        accept
            .split(',')
            .find_map(|tag| Language::of_tag(tag.trim()))
            .unwrap_or(Language::English)
    }

    /// The tag stored with a user and put in `<html lang>`: `fr-FR` or `en-GB`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::French => "fr-FR",
            Language::English => "en-GB",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Language::French => "Français",
            Language::English => "English",
        }
    }

    /// The other language, for the switch.
    #[must_use]
    pub fn other(self) -> Language {
        match self {
            Language::French => Language::English,
            Language::English => Language::French,
        }
    }

    /// Every sentence in this language.
    #[must_use]
    pub fn translations(self) -> &'static Translations {
        match self {
            Language::French => &FRENCH,
            Language::English => &ENGLISH,
        }
    }
}

/// All the sentences of one language, by section.
pub struct Translations {
    /// The language itself.
    pub language: Language,
    /// Menu, selectors, buttons and states that every page shares.
    pub shell: Shell,
    /// Signing in and up, lost password, first account, invitation.
    pub session: Session,
    /// The pages where a user lets an app in.
    pub consent: Consent,
    /// The search box and what it finds.
    pub search: Search,
    /// The dashboard.
    pub dashboard: Dashboard,
    /// Alarms: the page, its settings, the mails and the ticket.
    pub alarms: Alarms,
    /// The audit log.
    pub audit: Audit,
    /// Connections, apps, activity, logs.
    pub connections: Connections,
    /// The list of orders and an order.
    pub orders: Orders,
    /// The customers of a list and a customer.
    pub customers: Customers,
    /// The catalogs, and what is in one.
    pub catalogs: Catalogs,
    /// The inventory of a location.
    pub inventories: Inventories,
    /// The logs of the data.
    pub data_logs: DataLogs,
    /// What happened to an order: requests, events, attempts.
    pub journey: Journey,
    /// Pages that follow what happens.
    pub live: Live,
    /// The page with what pages are made of.
    pub design: Design,
    /// OAuth clients.
    pub developer: Developer,
    /// Account, location, permissions.
    pub settings: Settings,
    /// Changing an account, a location, and how a location works.
    pub location_settings: LocationSettings,
    /// A user's own page.
    pub profile: Profile,
    /// The second factor: setting it up, and signing in with it.
    pub second_factor: SecondFactor,
    /// Sending events again.
    pub resend: Resend,
    /// The help.
    pub help: Help,
    /// The reference of the API.
    pub reference: Reference,
    /// What is said when something is wrong.
    pub error_page: PageError,
    /// Electronic mail.
    pub mail: Mail,
}

impl Translations {
    /// All sentences into which nothing is put, among them the labels of all screens and buttons.
    #[must_use]
    pub fn fixed_sentences(&self) -> Vec<&'static str> {
        [
            self.shell.fixed_sentences(),
            self.session.fixed_sentences(),
            self.consent.fixed_sentences(),
            self.search.fixed_sentences(),
            self.dashboard.fixed_sentences(),
            self.alarms.fixed_sentences(),
            self.audit.fixed_sentences(),
            self.connections.fixed_sentences(),
            self.orders.fixed_sentences(),
            self.customers.fixed_sentences(),
            self.catalogs.fixed_sentences(),
            self.inventories.fixed_sentences(),
            self.data_logs.fixed_sentences(),
            self.journey.fixed_sentences(),
            self.live.fixed_sentences(),
            self.design.fixed_sentences(),
            self.developer.fixed_sentences(),
            self.settings.fixed_sentences(),
            self.location_settings.fixed_sentences(),
            self.profile.fixed_sentences(),
            self.second_factor.fixed_sentences(),
            self.resend.fixed_sentences(),
            self.help.fixed_sentences(),
            self.reference.fixed_sentences(),
            self.error_page.fixed_sentences(),
            self.mail.fixed_sentences(),
        ]
        .concat()
    }
}

static FRENCH: Translations = Translations {
    language: Language::French,
    shell: Shell::FRENCH,
    session: Session::FRENCH,
    consent: Consent::FRENCH,
    search: Search::FRENCH,
    dashboard: Dashboard::FRENCH,
    alarms: Alarms::FRENCH,
    audit: Audit::FRENCH,
    connections: Connections::FRENCH,
    orders: Orders::FRENCH,
    customers: Customers::FRENCH,
    catalogs: Catalogs::FRENCH,
    inventories: Inventories::FRENCH,
    data_logs: DataLogs::FRENCH,
    journey: Journey::FRENCH,
    live: Live::FRENCH,
    design: Design::FRENCH,
    developer: Developer::FRENCH,
    settings: Settings::FRENCH,
    location_settings: LocationSettings::FRENCH,
    profile: Profile::FRENCH,
    second_factor: SecondFactor::FRENCH,
    resend: Resend::FRENCH,
    help: Help::FRENCH,
    reference: Reference::FRENCH,
    error_page: PageError::FRENCH,
    mail: Mail::FRENCH,
};

static ENGLISH: Translations = Translations {
    language: Language::English,
    shell: Shell::ENGLISH,
    session: Session::ENGLISH,
    consent: Consent::ENGLISH,
    search: Search::ENGLISH,
    dashboard: Dashboard::ENGLISH,
    alarms: Alarms::ENGLISH,
    audit: Audit::ENGLISH,
    connections: Connections::ENGLISH,
    orders: Orders::ENGLISH,
    customers: Customers::ENGLISH,
    catalogs: Catalogs::ENGLISH,
    inventories: Inventories::ENGLISH,
    data_logs: DataLogs::ENGLISH,
    journey: Journey::ENGLISH,
    live: Live::ENGLISH,
    design: Design::ENGLISH,
    developer: Developer::ENGLISH,
    settings: Settings::ENGLISH,
    location_settings: LocationSettings::ENGLISH,
    profile: Profile::ENGLISH,
    second_factor: SecondFactor::ENGLISH,
    resend: Resend::ENGLISH,
    help: Help::ENGLISH,
    reference: Reference::ENGLISH,
    error_page: PageError::ENGLISH,
    mail: Mail::ENGLISH,
};

/// What a count in French goes with, where zero is singular too.
fn fr_one(count: u64, one: &str, many: &str) -> String {
    if count < 2 { one } else { many }.to_owned()
}

/// What a count in English goes with.
fn en_one(count: u64, one: &str, many: &str) -> String {
    if count == 1 { one } else { many }.to_owned()
}

/// A count in French with what it goes with.
fn fr(count: u64, one: &str, many: &str) -> String {
    let count_text = super::format::whole(Language::French, count);
    format!("{count_text}\u{a0}{}", fr_one(count, one, many))
}

/// A count in English with what it goes with.
fn en(count: u64, one: &str, many: &str) -> String {
    let count_text = super::format::whole(Language::English, count);
    format!("{count_text} {}", en_one(count, one, many))
}
