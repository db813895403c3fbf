//! The form of a client: read, checked, filled in.

use wire::scope::{Level, Scope};

use super::super::ClientPage;
use super::frame;
use crate::hub::Hub;
use crate::oauth::clients::{CallbackOptions, Client, is_return_address, is_web_address};
use crate::office::connections::{CATEGORIES, category_name};
use crate::office::form::FormFields;
use crate::office::session::http::required;
use crate::office::translations::Translations;
use crate::office::visitor::AccountMember;
use crate::office::widgets::{Field, LabelledValue, SelectOption};

/// Return addresses of a client at most.
const MAX_REDIRECT_URIS: usize = 50;

/// Characters of a description, or of instructions, at most.
const MAX_TEXT_CHARS: usize = 2_000;

/// What the form of a client holds.
#[derive(Clone)]
pub(super) struct ClientForm {
    name: Field,
    redirects: Field,
    location_scope: Field,
    account_scope: Field,
    connect_url: Field,
    open_url: Field,
    disconnect_url: Field,
    logo_url: Field,
    category: String,
    /// In French, then in English.
    description: [Field; 2],
    instructions: [Field; 2],
    is_listed: bool,
    listed_error: Option<String>,
    callbacks: CallbackOptions,
}

impl ClientForm {
    /// A client as it is stored.
    pub fn of_client(client: &Client) -> Self {
        let app = client.app.clone();
        let filled = |value: Option<String>| Field::of(value.unwrap_or_default());
        let both = |texts: Option<(String, String)>| {
            let (french, english) = texts.unwrap_or_default();
            [Field::of(french), Field::of(english)]
        };
        Self {
            name: Field::of(client.name.as_str()),
            redirects: Field::of(app.redirect_uris.join("\n")),
            location_scope: filled(app.location_scope),
            account_scope: filled(app.account_scope),
            connect_url: filled(app.connect_url),
            open_url: filled(app.open_url),
            disconnect_url: filled(app.disconnect_url),
            logo_url: filled(app.logo_url),
            category: app.category.unwrap_or_default(),
            description: both(app.description),
            instructions: both(app.instructions),
            is_listed: client.is_listed,
            listed_error: None,
            callbacks: client.callbacks,
        }
    }

    /// A form as it was sent.
    pub fn of(fields: &FormFields, member: &AccountMember) -> Self {
        let language = member.browser.language;
        let words = &language.translations().developer;
        let scope = |name: &str, level: Level| {
            let field = Field::of(fields.get(name).trim());
            let is_good = field.value.is_empty()
                || Scope::parse(&field.value).is_ok_and(|scope| scope.level() == Some(level));
            if is_good {
                field
            } else {
                field.wrong(words.scope_invalid)
            }
        };
        let url = |name: &str| {
            let field = Field::of(fields.get(name).trim());
            if field.value.is_empty() || is_web_address(&field.value) {
                field
            } else {
                field.wrong(words.url_invalid)
            }
        };
        let typed: Vec<&str> = fields.get("redirects").lines().map(str::trim).collect();
        let lines: Vec<&str> = typed.into_iter().filter(|line| !line.is_empty()).collect();
        let redirects = Field::of(lines.join("\n"));
        let wrong = lines.iter().find(|line| !is_return_address(line));
        let text = |name: &str| {
            let text = fields.get(name).replace('\r', "");
            let field = Field::of(text.trim());
            if field.value.chars().count() > MAX_TEXT_CHARS {
                field.wrong(words.text_long)
            } else {
                field
            }
        };
        let mut form = Self {
            name: required(fields, "name", language),
            redirects: match wrong {
                Some(line) => redirects.wrong(format!("{} {line}", words.url_invalid)),
                None if lines.len() > MAX_REDIRECT_URIS => redirects.wrong(words.url_invalid),
                None => redirects,
            },
            location_scope: scope("location_scope", Level::Location),
            account_scope: scope("account_scope", Level::Account),
            connect_url: url("connect_url"),
            open_url: url("open_url"),
            disconnect_url: url("disconnect_url"),
            logo_url: url("logo_url"),
            category: fields.get("category").to_owned(),
            description: [text("description_fr"), text("description_en")],
            instructions: [text("instructions_fr"), text("instructions_en")],
            is_listed: fields.get("listed") == "yes",
            listed_error: None,
            callbacks: CallbackOptions {
                has_standard_webhooks: fields.get("standard_webhooks") == "yes",
                is_strict: fields.get("strict") == "yes",
                coalesces_updates: fields.get("coalesce") == "yes",
            },
        };
        if form.is_listed && !form.can_be_listed() {
            form.listed_error = Some(words.listed_empty.to_owned());
        }
        form
    }

    /// Whether a merchant who finds it in the list learns how to connect it.
    fn can_be_listed(&self) -> bool {
        let is_there = |field: &Field| !field.value.is_empty();
        let scope = is_there(&self.location_scope) || is_there(&self.account_scope);
        scope && is_there(&self.connect_url) || self.instructions.iter().any(is_there)
    }

    /// The form of a client that cannot be listed under its name.
    pub fn with_taken_name(mut self, words: &Translations) -> Self {
        self.listed_error = Some(words.developer.listed_taken.to_owned());
        self
    }

    pub fn is_good(&self) -> bool {
        [
            &self.name,
            &self.redirects,
            &self.location_scope,
            &self.account_scope,
            &self.connect_url,
            &self.open_url,
            &self.disconnect_url,
            &self.logo_url,
        ]
        .into_iter()
        .chain(&self.description)
        .chain(&self.instructions)
        .all(|field| field.error.is_none())
            && self.listed_error.is_none()
    }

    /// Puts what was typed into the client. Whether it is listed stays as it is where that is the
    /// operator's to say.
    pub fn fill(&self, client: &mut Client, may_list: bool) {
        let both = |[french, english]: &[Field; 2]| {
            let texts = (french.value.clone(), english.value.clone());
            Some(texts).filter(|(french, english)| !(french.is_empty() && english.is_empty()))
        };
        if may_list {
            client.is_listed = self.is_listed;
        } else if client.name != self.name.value {
            // It was offered under the other name.
            client.is_listed = false;
        }
        let filled = |field: &Field| Some(field.value.clone()).filter(|text| !text.is_empty());
        client.name.clone_from(&self.name.value);
        client.callbacks = self.callbacks;
        let app = &mut client.app;
        app.redirect_uris = self.redirects.value.lines().map(str::to_owned).collect();
        app.location_scope = filled(&self.location_scope);
        app.account_scope = filled(&self.account_scope);
        app.connect_url = filled(&self.connect_url);
        app.open_url = filled(&self.open_url);
        app.disconnect_url = filled(&self.disconnect_url);
        app.logo_url = filled(&self.logo_url);
        app.description = both(&self.description);
        app.instructions = both(&self.instructions);
        app.category = CATEGORIES
            .iter()
            .find(|known| **known == self.category)
            .map(|known| (*known).to_owned());
    }

    pub fn page(
        &self,
        hub: &Hub,
        member: &AccountMember,
        client: &Client,
        facts: Vec<LabelledValue>,
        query: Option<&str>,
    ) -> ClientPage {
        let words = member.browser.language.translations();
        let mut categories = vec![SelectOption::new(
            "",
            words.shell.none,
            self.category.is_empty(),
        )];
        categories.extend(CATEGORIES.into_iter().map(|category| {
            let label = category_name(words, category);
            SelectOption::new(category, label, self.category == category)
        }));
        let form = self.clone();
        ClientPage {
            frame: frame(member, &format!("/developer/clients/{}", client.id), query),
            id: client.id.to_string(),
            title: client.name.clone(),
            facts,
            name: form.name,
            redirects: form.redirects,
            open: client.is_open(),
            location_scope: form.location_scope,
            account_scope: form.account_scope,
            connect_url: form.connect_url,
            open_url: form.open_url,
            disconnect_url: form.disconnect_url,
            logo_url: form.logo_url,
            categories,
            description: form.description,
            instructions: form.instructions,
            may_list: hub.config().developers.may_publish,
            is_listed: form.is_listed,
            listed_error: form.listed_error,
            callbacks: form.callbacks,
            previous_until: None,
            history: Vec::new(),
            zone: String::new(),
        }
    }
}
