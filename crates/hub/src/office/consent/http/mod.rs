//! `/oauth2/v1/authorize`: a user lets an app in, or does not (API, chapter OAuth 2.0).
//!
//! The request travels in the form as it came, and is checked anew at every step: nothing is kept
//! until the user allows. Then a code is made; the connection comes with its exchange.

mod pages;
mod request;
mod spots;

use axum::extract::RawQuery;
use wire::id::{CatalogId, ConnectionId, CustomerListId};

use super::CodePage;
use crate::accounts::store::Choice as Named;
use crate::http::call::FormCall;
use crate::oauth::codes::{self, PendingGrant};
use crate::oauth::connections::{Connection, Grant};
use crate::office::answer::{PageResult, page};
use crate::office::posted::FormFields;
use crate::office::visitor::SignedIn;
use pages::{ask_page, choose_page, error_page, unknown_instance};
use request::{AuthorizeRequest, Request};
use spots::{ConsentLookup, find, spot_of};

pub(crate) use pages::scope_in_words;

/// Where this page is.
const PATH: &str = "/oauth2/v1/authorize";

/// Shows who asks for what; or, for an instance that the user may open, goes back at once.
pub(crate) async fn ask(
    call: FormCall,
    signed_in: SignedIn,
    RawQuery(query): RawQuery,
) -> PageResult {
    let request = Request::of(query.as_deref().unwrap_or_default());
    match find(call.hub(), &signed_in, &request).await? {
        ConsentLookup::Refused(refused) => Ok(error_page(&signed_in, refused)),
        ConsentLookup::Instance(asked, None) => Ok(unknown_instance(&signed_in, &asked)),
        ConsentLookup::Instance(asked, Some(connection)) if asked.is_own_address() => {
            let grant = again(&signed_in, &connection);
            finish(&call, &signed_in, &asked, grant, Some(connection.id)).await
        }
        ConsentLookup::Instance(asked, Some(connection)) => {
            let spot = spot_of(&connection);
            let scope = connection.scope.clone();
            Ok(ask_page(&signed_in, &request, &asked, &scope, &[spot]))
        }
        ConsentLookup::Ask(asked, scope, spots) => {
            if scope.level().is_some() && signed_in.account.is_none() {
                let back: String =
                    form_urlencoded::byte_serialize(signed_in.browser.path.as_bytes()).collect();
                return Ok(crate::office::answer::to(&format!(
                    "/accounts/new?back={back}"
                )));
            }
            Ok(ask_page(&signed_in, &request, &asked, &scope, &spots))
        }
    }
}

/// Takes what the user decided.
pub(crate) async fn decide(call: FormCall, signed_in: SignedIn, posted: FormFields) -> PageResult {
    let request = Request::of(posted.get("request"));
    let (asked, scope, spots) = match find(call.hub(), &signed_in, &request).await? {
        ConsentLookup::Refused(refused) => return Ok(error_page(&signed_in, refused)),
        ConsentLookup::Instance(asked, None) => return Ok(unknown_instance(&signed_in, &asked)),
        ConsentLookup::Instance(asked, Some(connection)) if posted.get("step") == "allow" => {
            let grant = again(&signed_in, &connection);
            return finish(&call, &signed_in, &asked, grant, Some(connection.id)).await;
        }
        ConsentLookup::Instance(asked, Some(_)) => {
            return Ok(if asked.is_out_of_band() {
                crate::office::answer::to("/")
            } else {
                asked.back("error", "access_denied")
            });
        }
        ConsentLookup::Ask(asked, scope, spots) => (asked, scope, spots),
    };
    if posted.get("step") == "deny" {
        return Ok(if asked.is_out_of_band() {
            crate::office::answer::to("/")
        } else {
            asked.back("error", "access_denied")
        });
    }
    if scope.level().is_none() {
        let grant = Grant {
            client: asked.client.id.clone(),
            account: None,
            location: None,
            device: asked.device.clone(),
            scope: scope.to_string(),
            catalog: None,
            customer_list: None,
            user: Some(signed_in.user.id.clone()),
        };
        return finish(&call, &signed_in, &asked, grant, None).await;
    }
    let target = posted.get("target");
    let Some(spot) = spots.iter().find(|spot| spot.id() == target && spot.may()) else {
        return Ok(ask_page(&signed_in, &request, &asked, &scope, &spots));
    };
    let catalog = picked(&spot.catalogs, posted.get("catalog"));
    let list = picked(&spot.lists, posted.get("customer_list"));
    let (Some(catalog), Some(list), "allow") = (catalog, list, posted.get("step")) else {
        return Ok(choose_page(call.hub(), &signed_in, &request, &asked, spot).await?);
    };
    let grant = Grant {
        client: asked.client.id.clone(),
        account: Some(spot.account.clone()),
        location: spot.location.clone(),
        device: asked.device.clone(),
        scope: scope.to_string(),
        catalog: catalog.and_then(|id| CatalogId::parse(id).ok()),
        customer_list: list.and_then(|id| CustomerListId::parse(id).ok()),
        user: scope.profile.map(|_| signed_in.user.id.clone()),
    };
    finish(&call, &signed_in, &asked, grant, None).await
}

/// The one that was picked; the only one needs no picking. None: still to be picked.
fn picked<'a>(choices: &'a [Named], id: &str) -> Option<Option<&'a str>> {
    match choices {
        [] => Some(None),
        [(only, ..)] => Some(Some(only)),
        many => many
            .iter()
            .find(|(it, ..)| it == id)
            .map(|(it, ..)| Some(it.as_str())),
    }
}

/// The grant of a connection as it stands.
fn again(signed_in: &SignedIn, connection: &Connection) -> Grant {
    Grant {
        client: connection.client.clone(),
        account: connection.account.clone(),
        location: connection.location.clone(),
        device: connection.device.clone(),
        scope: connection.scope.to_string(),
        catalog: connection.catalog.clone(),
        customer_list: connection.customer_list.clone(),
        user: connection
            .user
            .clone()
            .or_else(|| connection.scope.profile.map(|_| signed_in.user.id.clone())),
    }
}

/// Makes the code and hands it over: to the app, or to the user's eyes.
async fn finish(
    call: &FormCall,
    signed_in: &SignedIn,
    asked: &AuthorizeRequest,
    grant: Grant,
    instance: Option<ConnectionId>,
) -> PageResult {
    let (user, challenge) = (signed_in.user.id.clone(), asked.challenge.clone());
    let approval = PendingGrant {
        grant,
        challenge,
        instance,
    };
    let code = call
        .write("oauth.approve", move |tx| codes::make(tx, &user, &approval))
        .await?;
    if !asked.is_out_of_band() {
        return Ok(asked.back("code", &code));
    }
    let (frame, app) = (signed_in.plain_frame(), asked.face());
    Ok(page(&signed_in.browser, &CodePage { frame, app, code }))
}
