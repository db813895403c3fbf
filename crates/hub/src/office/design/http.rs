//! `/design`: read without signing in, where it is served at all.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use super::page::DesignPage;
use super::stylesheet::STYLESHEET;
use crate::hub::Hub;
use crate::office::browser_request::BrowserRequest;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page};

pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .route("/design", get(show))
        .route("/assets/design.css", get(stylesheet))
}

async fn show(State(hub): State<Hub>, browser: BrowserRequest) -> PageResult {
    if !hub.config().developers.design_page {
        return Err(PageError::NotFound);
    }
    Ok(page(&browser, &DesignPage::new(browser.plain_frame())))
}

async fn stylesheet() -> Response {
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    ([(header::CONTENT_TYPE, kind)], STYLESHEET.as_str()).into_response()
}
