//! The page that asks before a page that was opened, and goes on there.

use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;

use super::guard::find_identity;
use super::proof::{TypedProof, prove};
use super::{CODE, ConfirmIdentityPage, PASSWORD, PATH};
use crate::hub::Hub;
use crate::office::form::FormFields;
use crate::office::response::{PageError, PageResult, local, page_with, to};
use crate::office::session::http::{posted_return_path, return_path};
use crate::office::visitor::SignedIn;

fn ask(signed_in: &SignedIn, takes_code: bool, back: String, error: Option<&str>) -> Response {
    let asked = ConfirmIdentityPage {
        frame: signed_in.plain_frame(),
        action: PATH.to_owned(),
        hidden: vec![("back".to_owned(), back)],
        has_form: false,
        takes_code,
        error: error.map(str::to_owned),
        cancel: "/".to_owned(),
    };
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page_with(status, &signed_in.browser, &asked)
}

/// `GET /confirm`
pub(crate) async fn show(hub: Hub, signed_in: SignedIn, query: RawQuery) -> PageResult {
    let back = return_path(query);
    let found = find_identity(&hub, &signed_in.browser).await?;
    let takes_code = found.is_some_and(|it| it.has_second_factor);
    Ok(ask(&signed_in, takes_code, back, None))
}

/// `POST /confirm`: notes nothing but that the user has shown who they are.
pub(crate) async fn confirm(hub: Hub, signed_in: SignedIn, fields: FormFields) -> PageResult {
    let browser = &signed_in.browser;
    let back = posted_return_path(&fields);
    let Some(identity) = find_identity(&hub, browser).await? else {
        return Err(PageError::NotSignedIn(back));
    };
    // The same form once more, or another tab.
    if identity.is_fresh {
        return Ok(to(local(&back)));
    }
    let typed = TypedProof {
        password: fields.get(PASSWORD),
        code: fields.get(CODE),
    };
    Ok(match prove(&hub, browser, &identity, typed).await? {
        None => to(local(&back)),
        Some(wrong) => ask(&signed_in, identity.has_second_factor, back, Some(wrong)),
    })
}
