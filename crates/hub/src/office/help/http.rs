//! `/docs`: read without signing in, and the addresses at which other guides look for it.

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::pages::{HelpIndexPage, HelpPage};
use super::topics::HelpTopic;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::page_path::Path;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page};
use crate::office::visitor::SignedIn;

pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .route("/docs", get(index))
        .route("/docs/apps", get(apps))
        .route("/docs/apps/{app}", get(app))
        .route("/docs/{topic}", get(topic))
}

/// The addresses at which guides look for the help about an app. They are no pages, and lie beside those
/// of a place whose addresses begin in the same way.
pub(crate) fn guides() -> Router<Hub> {
    Router::new().route("/apps/{id}/{page}", get(guide_of_app))
}

/// The request in the language of whoever is signed in, if anybody is.
fn in_own_language(
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
) -> BrowserRequest {
    signed_in.map_or(browser, |signed_in| signed_in.browser)
}

async fn index(browser: BrowserRequest, signed_in: Result<SignedIn, PageError>) -> Response {
    let browser = in_own_language(browser, signed_in);
    page(&browser, &HelpIndexPage::new(browser.plain_frame()))
}

async fn apps() -> PageError {
    PageError::Elsewhere("/docs#apps".to_owned())
}

async fn topic(
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    Path(slug): Path<String>,
) -> PageResult {
    show(&in_own_language(browser, signed_in), &slug)
}

async fn app(
    browser: BrowserRequest,
    signed_in: Result<SignedIn, PageError>,
    Path(app): Path<String>,
) -> PageResult {
    let browser = in_own_language(browser, signed_in);
    show(&browser, &format!("apps/{app}"))
}

fn show(browser: &BrowserRequest, slug: &str) -> PageResult {
    let topic = HelpTopic::find(slug).ok_or(PageError::NotFound)?;
    Ok(page(browser, &HelpPage::new(browser.plain_frame(), topic)))
}

/// Guides name the pages about an app so: `/apps/kezia/connect-…`, in French `connexion-…`, with the
/// product's name, and `/apps/zelty-bridge/configuration`. A browser keeps the anchor.
async fn guide_of_app(Path((app, page)): Path<(String, String)>) -> PageError {
    let anchor = match page.split_once('-') {
        Some(("connect" | "connexion", _)) => "",
        None if page == "configuration" => "#configuration",
        _ => return PageError::NotFound,
    };
    match HelpTopic::find(&format!("apps/{app}")) {
        Some(topic) => PageError::Elsewhere(format!("{}{anchor}", topic.href())),
        None => PageError::NotFound,
    }
}
