//! What is the same on every page: menu, selectors, language, notices, the form token.

use super::assets;
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
    /// The account and location that the page is about, as every form sends them back: `account` or
    /// `account/location`; empty for somebody who has none.
    pub selection: String,
    /// By which a form is known when it comes a second time.
    pub number: String,
    /// The reader's name; `None` when nobody is signed in.
    pub user: Option<String>,
    /// The accounts this reader may see, as `Fast Pizza (zed91)`; empty hides the selector.
    pub accounts: Vec<SelectOption>,
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
            selection: String::new(),
            number: String::new(),
            user: None,
            accounts: Vec::new(),
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
                    href: href.to_owned(),
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
