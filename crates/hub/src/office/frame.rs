//! What is the same on every page: menu, selectors, language, notices, the form token.

use super::assets;
use super::place::Place;
use super::translations::{Language, Translations};
use super::widgets::{SelectOption, Severity};

/// The part of a page that every page shares.
pub struct Frame {
    /// All sentences, in the reader's language.
    pub words: &'static Translations,
    /// The product's name on this hub.
    pub brand: String,
    /// Where the reader is, for the menu; `None` on pages outside it.
    pub here: Option<MenuEntry>,
    /// The menu entries this reader may open, in order.
    pub entries: Vec<MenuEntry>,
    /// The menu of a part that has one of its own; empty elsewhere.
    pub links: Vec<MenuLine>,
    /// This page's path and query: selectors and the language switch come back to it.
    pub path: String,
    /// The token that every form must send back, bound to the session.
    pub csrf: String,
    /// Where the page is, or where its reader was last if it is at no place; none for somebody who has
    /// none.
    pub place: Option<Place>,
    /// By which a form is known when it comes a second time.
    pub number: String,
    /// The reader's name; `None` when nobody is signed in.
    pub user: Option<String>,
    /// The accounts this reader may see, as `Fast Pizza (zed91)`; empty hides the selector.
    pub accounts: Vec<SelectOption>,
    /// Those of these accounts in which this reader only uses apps.
    pub apps_only: Vec<String>,
    /// Their locations in the chosen account, **All locations** first with an empty value.
    pub locations: Vec<SelectOption>,
    /// What the reader should know first.
    pub notices: Vec<Notice>,
}

/// A sentence above the page.
#[derive(Clone, Debug)]
pub struct Notice {
    /// How grave it is.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// Where there is more to it: the link's words and its address.
    pub link: Option<(&'static str, &'static str)>,
}

impl Notice {
    /// A notice.
    #[must_use]
    pub fn new(severity: Severity, text: impl Into<String>) -> Notice {
        Notice {
            severity,
            text: text.into(),
            link: None,
        }
    }

    /// Adds a link to a page that says more.
    #[must_use]
    pub fn with_link(self, words: &'static str, href: &'static str) -> Notice {
        Notice {
            link: Some((words, href)),
            ..self
        }
    }
}

/// An entry of the menu.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MenuEntry {
    /// **TABLEAU DE BORD**
    Dashboard,
    /// **CONNEXIONS**
    Connections,
    /// **DONNÉES** > **COMMANDES**
    Orders,
    /// **DONNÉES** > **CLIENTS**
    Customers,
    /// **DONNÉES** > **CATALOGUES**
    Catalogs,
    /// **DONNÉES** > **INVENTAIRE**
    Inventory,
    /// **ALARMES**
    Alarms,
    /// **CONFIGURATION**
    Settings,
    /// **CONFIGURATION** > **COMPTES**
    Accounts,
    /// **CONFIGURATION** > **JOURNAL D'AUDIT**
    Audit,
    /// **DÉVELOPPEUR**
    Developer,
    /// **APPLICATIONS**, for those who see nothing else
    Portal,
}

/// A line of the menu, as the template needs it.
#[derive(Clone, Debug)]
pub struct MenuLine {
    /// The label.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// Whether the reader is there.
    pub here: bool,
    /// Whether it belongs to the line above.
    pub inner: bool,
}

impl Frame {
    /// A frame for a page outside the menu, for nobody in particular.
    #[must_use]
    pub fn plain(language: Language, brand: &str, path: &str, csrf: &str) -> Frame {
        Frame {
            words: language.translations(),
            brand: brand.to_owned(),
            here: None,
            entries: Vec::new(),
            links: Vec::new(),
            path: path.to_owned(),
            csrf: csrf.to_owned(),
            place: None,
            number: String::new(),
            user: None,
            accounts: Vec::new(),
            apps_only: Vec::new(),
            locations: Vec::new(),
            notices: Vec::new(),
        }
    }

    /// The tag for `<html lang>`.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.words.language.tag()
    }

    /// The tag of the language that the switch leads to.
    #[must_use]
    pub fn other_lang(&self) -> &'static str {
        self.words.language.other().tag()
    }

    /// The query that makes assets' addresses change with their content.
    #[must_use]
    pub fn version(&self) -> &'static str {
        &assets::VERSION
    }

    /// The address of a page where this one is. All links and forms of pages are made by this; what is
    /// at no place stays as it is.
    #[must_use]
    pub fn to(&self, page: &str) -> String {
        match &self.place {
            Some(place) => place.to(page),
            None => page.to_owned(),
        }
    }

    /// The address of this page.
    #[must_use]
    pub fn own_path(&self) -> String {
        self.to(&self.path)
    }

    /// Where the reader begins.
    #[must_use]
    pub fn home(&self) -> String {
        match self.entries.first() {
            Some(MenuEntry::Dashboard) => self.to("/dashboard"),
            Some(MenuEntry::Portal) => self.to("/portal"),
            _ => "/".to_owned(),
        }
    }

    /// The form that adds a location to this account, and comes back to its settings.
    #[must_use]
    pub fn new_location_link(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(place) = &self.place {
            query.append_pair("account", place.account.as_str());
        }
        query.append_pair("back", "/settings?done=added");
        format!("/locations/new?{}", query.finish())
    }

    /// This page in another account; its first one, for who only uses apps there.
    #[must_use]
    pub fn account_link(&self, account: &str) -> String {
        self.page_in_account(account, &self.own_path())
    }

    /// A page in another account.
    #[must_use]
    pub fn page_in_account(&self, account: &str, page: &str) -> String {
        let Some(place) = Place::parse(account) else {
            return "/".to_owned();
        };
        if self.apps_only.iter().any(|id| id == account) {
            return place.to("/portal");
        }
        place
            .same_page(page)
            .unwrap_or_else(|| place.to("/dashboard"))
    }

    /// This page at another location of the account, or at all of them for an empty id.
    #[must_use]
    pub fn location_link(&self, location: &str) -> String {
        let account = self.place.as_ref().map(|place| place.account.as_str());
        let account = account.unwrap_or_default();
        let place = match location {
            "" => Place::parse(account),
            id => Place::parse(&format!("{account}/{id}")),
        };
        let Some(place) = place else {
            return "/".to_owned();
        };
        let first = match self.entries.contains(&MenuEntry::Portal) {
            true => "/portal",
            false => "/dashboard",
        };
        place
            .same_page(&self.own_path())
            .unwrap_or_else(|| place.to(first))
    }

    /// Whether the reader has anything to search for.
    #[must_use]
    pub fn has_search(&self) -> bool {
        self.entries.contains(&MenuEntry::Orders)
    }

    /// The chosen account's label.
    #[must_use]
    pub fn account(&self) -> &str {
        chosen_label(&self.accounts)
    }

    /// The chosen location's label.
    #[must_use]
    pub fn location(&self) -> &str {
        chosen_label(&self.locations)
    }

    /// The lines of the menu.
    #[must_use]
    pub fn menu(&self) -> Vec<MenuLine> {
        let shell = &self.words.shell;
        let mut lines = self.links.clone();
        for entry in &self.entries {
            let here = self.here == Some(*entry);
            let mut line = |label: &str, href: &str, here, inner| {
                lines.push(MenuLine {
                    label: label.to_owned(),
                    href: self.to(href),
                    here,
                    inner,
                });
            };
            match entry {
                MenuEntry::Dashboard => line(shell.dashboard, "/dashboard", here, false),
                MenuEntry::Connections => line(shell.connections, "/connections", here, false),
                MenuEntry::Orders => {
                    line(shell.data, "/data", false, false);
                    line(shell.orders, "/orders", here, true);
                }
                MenuEntry::Customers => line(shell.customers, "/customers", here, true),
                MenuEntry::Catalogs => line(shell.catalogs, "/catalogs", here, true),
                MenuEntry::Inventory => line(shell.inventory, "/inventory", here, true),
                MenuEntry::Alarms => line(shell.alarms, "/alarms", here, false),
                MenuEntry::Settings => line(shell.settings, "/settings", here, false),
                MenuEntry::Accounts => line(shell.accounts, "/settings/accounts", here, true),
                MenuEntry::Audit => line(shell.audit, "/settings/audit", here, true),
                MenuEntry::Portal => line(shell.portal, "/portal", here, false),
                MenuEntry::Developer => line(shell.developer, "/developer", here, false),
            }
        }
        lines
    }
}

/// The label of the present choice.
fn chosen_label(choices: &[SelectOption]) -> &str {
    choices
        .iter()
        .find(|choice| choice.chosen)
        .map_or("", |choice| &choice.label)
}
