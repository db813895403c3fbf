//! What a page is made of: sections with lines and forms.

use std::collections::BTreeMap;

use askama::Template;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};

use super::super::ServiceState;
use super::super::api::Refusal;

/// A field of a form.
pub(super) struct FormField {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
    pub is_hidden: bool,
    /// The values to choose from with their labels; none for free text.
    pub choices: Vec<(String, String)>,
}

/// A form with one button.
pub(super) struct PageForm {
    pub action: &'static str,
    pub button: String,
    pub fields: Vec<FormField>,
}

/// A section of a page.
pub(super) struct PageSection {
    pub title: String,
    pub lines: Vec<String>,
    pub forms: Vec<PageForm>,
}

impl PageSection {
    pub(super) fn new(title: impl Into<String>) -> PageSection {
        PageSection {
            title: title.into(),
            lines: Vec::new(),
            forms: Vec::new(),
        }
    }

    pub(super) fn line(mut self, line: impl Into<String>) -> PageSection {
        self.lines.push(line.into());
        self
    }

    pub(super) fn form(mut self, form: PageForm) -> PageSection {
        self.forms.push(form);
        self
    }
}

impl PageForm {
    pub(super) fn new(action: &'static str, button: impl Into<String>) -> PageForm {
        PageForm {
            action,
            button: button.into(),
            fields: Vec::new(),
        }
    }

    pub(super) fn hidden(mut self, name: &'static str, value: impl Into<String>) -> PageForm {
        self.fields.push(FormField {
            name,
            label: "",
            value: value.into(),
            is_hidden: true,
            choices: Vec::new(),
        });
        self
    }

    pub(super) fn text(
        mut self,
        (name, label): (&'static str, &'static str),
        value: impl Into<String>,
    ) -> PageForm {
        self.fields.push(FormField {
            name,
            label,
            value: value.into(),
            is_hidden: false,
            choices: Vec::new(),
        });
        self
    }

    pub(super) fn choice(
        mut self,
        (name, label): (&'static str, &'static str),
        choices: Vec<(String, String)>,
        value: impl Into<String>,
    ) -> PageForm {
        self.fields.push(FormField {
            name,
            label,
            value: value.into(),
            is_hidden: false,
            choices,
        });
        self
    }
}

#[derive(Template)]
#[template(path = "zelty_service/page.html")]
struct OfficePage<'a> {
    title: &'a str,
    token: &'a str,
    sections: Vec<PageSection>,
}

/// A page.
pub(super) fn page(state: &ServiceState, title: &str, sections: Vec<PageSection>) -> Response {
    let page = OfficePage {
        title,
        token: state.form_token.expose(),
        sections,
    };
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The fields of a form that was sent from a page of this process.
pub(super) fn fields(
    state: &ServiceState,
    body: &Bytes,
) -> Result<BTreeMap<String, String>, Box<Response>> {
    let fields: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
    let token = fields.get("form_token").cloned().unwrap_or_default();
    if client::Secret::new(token) == state.form_token {
        Ok(fields)
    } else {
        let section = PageSection::new("Formulaire expiré").line("Rechargez la page.");
        let response = (StatusCode::FORBIDDEN, page(state, "Erreur", vec![section]));
        Err(Box::new(response.into_response()))
    }
}

/// Back to a page after a form, or what was wrong with it.
pub(super) fn done(state: &ServiceState, result: Result<(), Refusal>, path: &str) -> Response {
    state.events_recorded.notify_one();
    match result {
        Ok(()) => Redirect::to(path).into_response(),
        Err(refusal) => {
            let section = PageSection::new("Cela n'a pas abouti").line(refusal.sentence());
            (
                StatusCode::BAD_REQUEST,
                page(state, "Erreur", vec![section]),
            )
                .into_response()
        }
    }
}

/// Cents as people write them.
pub(super) fn euros(cents: i64) -> String {
    format!("{},{:02} €", cents / 100, cents % 100)
}
