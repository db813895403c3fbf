//! The parts of a page that every page of an app has, and the error page.

use std::fmt;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::notes::{Note, Notes};
use super::visitor::{Problem, Visitor};
use super::words::Lang;

/// What makes an app look like itself.
#[derive(Debug)]
pub(crate) struct Look {
    /// The app's name.
    pub app: &'static str,
    /// Begins the names of its cookies: apps on one host but other ports share cookies.
    pub cookie: &'static str,
    /// Its style sheet.
    pub css: &'static str,
    /// Whether browsers reach it over https.
    pub https: bool,
    /// The hub's name.
    pub brand: String,
}

/// What a page knows besides its content.
pub(crate) struct Frame {
    pub lang: Lang,
    pub app: &'static str,
    pub brand: String,
    pub title: String,
    pub form_token: String,
    /// Link to this page in the other language.
    pub other_lang: String,
    /// This page.
    pub here: String,
    /// Seconds between refreshes, for pages that live.
    pub refresh: Option<u64>,
    pub note: Option<Note>,
}

/// It holds what proves a form.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame").finish_non_exhaustive()
    }
}

impl Frame {
    pub(crate) fn new(look: &Look, visitor: &Visitor, notes: &Notes, title: String) -> Frame {
        let sign = if visitor.here.contains('?') { '&' } else { '?' };
        Frame {
            lang: visitor.lang,
            app: look.app,
            brand: look.brand.clone(),
            title,
            form_token: visitor.form_token.clone(),
            other_lang: format!("{}{sign}lang={}", visitor.here, visitor.lang.t("en", "fr")),
            here: visitor.here.clone(),
            refresh: None,
            note: visitor.note.as_deref().and_then(|id| notes.find(id)),
        }
    }

    /// The same page, refreshed every so many seconds.
    pub(crate) fn live(mut self, seconds: u64) -> Frame {
        self.refresh = Some(seconds);
        self
    }

    /// A text in the page's language.
    pub(crate) fn t(&self, fr: &'static str, en: &'static str) -> &'static str {
        self.lang.t(fr, en)
    }
}

/// A template as a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Problem> {
    Ok(Html(template.render()?).into_response())
}

/// A file served as it is.
pub(crate) fn asset(kind: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "max-age=60"),
        ],
        text,
    )
        .into_response()
}

/// The script that refreshes live pages.
pub(crate) async fn live_js() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/live.js"),
    )
}

#[derive(Template)]
#[template(path = "kit/problem.html")]
struct ProblemPage {
    f: Frame,
    text: String,
}

/// The error page: what happened, and a way out.
pub(crate) fn problem(
    look: &Look,
    visitor: &Visitor,
    status: StatusCode,
    problem: &Problem,
) -> Response {
    let lang = visitor.lang;
    let (title, text) = match problem {
        Problem::NotFound => (
            lang.t("Page introuvable", "Page not found"),
            lang.t(
                "Cette page n'existe pas, ou ce qu'elle montrait a disparu.",
                "This page does not exist, or what it showed is gone.",
            )
            .to_owned(),
        ),
        Problem::StaleForm => (
            lang.t("Formulaire expiré", "Form expired"),
            lang.t(
                "Rien n'a été enregistré. Revenez à la page précédente, rechargez-la, puis recommencez.",
                "Nothing was saved. Go back, reload the page, then try again.",
            )
            .to_owned(),
        ),
        Problem::Broken(_) => (
            lang.t("Une erreur est survenue", "Something went wrong"),
            lang.t(
                "Rien n'est perdu. Réessayez dans un instant ; le détail est dans le journal du programme.",
                "Nothing is lost. Try again in a moment; the detail is in the program's log.",
            )
            .to_owned(),
        ),
        Problem::Told(_, text) => {
            (lang.t("Cela n'a pas abouti", "That did not work"), text.clone())
        }
    };
    let f = Frame::new(look, visitor, &Notes::default(), title.into());
    match (ProblemPage { f, text }).render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}
