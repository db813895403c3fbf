//! What every page of an app has, and the error page.

use std::fmt;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::flash::{Flash, FlashMessages};
use super::language::Language;
use super::notices::{PageNotices, store_error_text};
use super::page_error::PageError;
use super::visitor::Visitor;

/// What makes an app look like itself.
#[derive(Debug)]
pub(crate) struct Branding {
    pub app_name: &'static str,
    /// Begins the names of the app's cookies: apps on one host share cookies, whatever their ports are.
    pub cookie_prefix: &'static str,
    pub style_sheet: &'static str,
    /// Whether browsers reach the app over https.
    pub is_https: bool,
    /// The hub's name.
    pub hub_name: String,
}

/// What a page knows besides its content.
pub(crate) struct Layout {
    pub language: Language,
    pub app_name: &'static str,
    pub hub_name: String,
    pub title: String,
    pub form_token: String,
    /// The link to this page in the other language.
    pub other_language_link: String,
    /// The path of this page.
    pub path: String,
    /// Seconds between refreshes, for a page that refreshes itself.
    pub refresh_secs: Option<u64>,
    pub flash: Option<Flash>,
    pub notices: PageNotices,
}

/// Prints no field: one of them is the token that proves a form.
impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Layout").finish_non_exhaustive()
    }
}

impl Layout {
    pub(crate) fn new(
        branding: &Branding,
        visitor: &Visitor,
        flashes: &FlashMessages,
        title: String,
    ) -> Layout {
        let separator = if visitor.path.contains('?') { '&' } else { '?' };
        let other = visitor.language.t("en", "fr");
        Layout {
            language: visitor.language,
            app_name: branding.app_name,
            hub_name: branding.hub_name.clone(),
            title,
            form_token: visitor.form_token.expose().to_owned(),
            other_language_link: format!("{}{separator}lang={other}", visitor.path),
            path: visitor.path.clone(),
            refresh_secs: None,
            flash: visitor.flash_id.as_deref().and_then(|id| flashes.find(id)),
            notices: PageNotices::default(),
        }
    }

    /// The same layout, for a page that refreshes itself.
    pub(crate) fn refreshed_every(mut self, seconds: u64) -> Layout {
        self.refresh_secs = Some(seconds);
        self
    }

    /// A text in the page's language.
    pub(crate) fn t(&self, french: &'static str, english: &'static str) -> &'static str {
        self.language.t(french, english)
    }
}

/// Renders a template as a page.
pub(crate) fn render(template: &impl Template) -> Result<Response, PageError> {
    Ok(Html(template.render()?).into_response())
}

/// A file that is served as it is.
pub(crate) fn asset(content_type: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, content_type),
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

/// The script that sounds while an alarm is shown.
pub(crate) async fn alarm_js() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../assets/alarm.js"),
    )
}

#[derive(Template)]
#[template(path = "kit/error.html")]
struct ErrorPage {
    layout: Layout,
    text: String,
}

/// The error page: what happened, and a way out.
pub(crate) fn error_page(
    branding: &Branding,
    visitor: &Visitor,
    status: StatusCode,
    error: &PageError,
) -> Response {
    let language = visitor.language;
    let (title, text) = match error {
        PageError::NotFound => (
            language.t("Page introuvable", "Page not found"),
            language.t(
                "Cette page n'existe pas, ou ce qu'elle montrait a disparu.",
                "This page does not exist, or what it showed is gone.",
            )
            .to_owned(),
        ),
        PageError::StaleForm => (
            language.t("Formulaire expiré", "Form expired"),
            language.t(
                "Rien n'a été enregistré. Revenez à la page précédente, rechargez-la, puis recommencez.",
                "Nothing was saved. Go back, reload the page, then try again.",
            )
            .to_owned(),
        ),
        PageError::Store(error) => (
            language.t("Rien n'a été enregistré", "Nothing was stored"),
            store_error_text(language, error),
        ),
        PageError::Internal(_) => (
            language.t("Une erreur est survenue", "Something went wrong"),
            language.t(
                "Rien n'est perdu. Réessayez dans un instant ; le détail est dans le journal du programme.",
                "Nothing is lost. Try again in a moment; the detail is in the program's log.",
            )
            .to_owned(),
        ),
        PageError::Message(_, text) => {
            (language.t("Cela n'a pas abouti", "That did not work"), text.clone())
        }
    };
    let layout = Layout::new(branding, visitor, &FlashMessages::default(), title.into());
    match (ErrorPage { layout, text }).render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    }
}
