//! `/oauth2/v1/authorize`: a user lets an app in, or does not (API, chapter OAuth 2.0).
//!
//! The request travels in the form as it came, and is checked anew at every step: nothing is kept
//! until the user allows. Then a code is made; the connection comes with its exchange.

mod pages;
mod request;
mod targets;

use axum::extract::RawQuery;
use wire::id::{CatalogId, ConnectionId, CustomerListId};

use super::CodePage;
use crate::accounts::store::Choice;
use crate::http::call::FormCall;
use crate::oauth::codes::{self, ApprovedBy, PendingGrant};
use crate::oauth::connections::{Connection, Grant};
use crate::office::form::FormFields;
use crate::office::response::{PageResult, page};
use crate::office::visitor::SignedIn;
use pages::{ask_page, choose_page, error_page, unknown_instance};
use request::{AuthorizeRequest, Request};
use targets::{ConsentLookup, find, target_of};

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
        ConsentLookup::Instance(auth, None) => Ok(unknown_instance(&signed_in, &auth)),
        ConsentLookup::Instance(auth, Some(connection)) if auth.is_own_address() => {
            let grant = renewed_grant(&signed_in, &connection);
            finish(&call, &signed_in, &auth, grant, Some(connection.id)).await
        }
        ConsentLookup::Instance(auth, Some(connection)) => {
            let target = target_of(&connection);
            let scope = connection.scope.clone();
            Ok(ask_page(&signed_in, &request, &auth, &scope, &[target]))
        }
        ConsentLookup::Ask(auth, scope, targets) => {
            if scope.level().is_some() && signed_in.account.is_none() {
                let back: String =
                    form_urlencoded::byte_serialize(signed_in.browser.path.as_bytes()).collect();
                return Ok(crate::office::response::to(&format!(
                    "/accounts/new?back={back}"
                )));
            }
            Ok(ask_page(&signed_in, &request, &auth, &scope, &targets))
        }
    }
}

/// Takes what the user decided.
pub(crate) async fn decide(call: FormCall, signed_in: SignedIn, fields: FormFields) -> PageResult {
    let request = Request::of(fields.get("request"));
    let (auth, scope, targets) = match find(call.hub(), &signed_in, &request).await? {
        ConsentLookup::Refused(refused) => return Ok(error_page(&signed_in, refused)),
        ConsentLookup::Instance(auth, None) => {
            return Ok(unknown_instance(&signed_in, &auth));
        }
        ConsentLookup::Instance(auth, Some(connection)) if fields.get("step") == "allow" => {
            let grant = renewed_grant(&signed_in, &connection);
            return finish(&call, &signed_in, &auth, grant, Some(connection.id)).await;
        }
        ConsentLookup::Instance(auth, Some(_)) => {
            return Ok(if auth.is_out_of_band() {
                crate::office::response::to("/")
            } else {
                auth.redirect_back("error", "access_denied")
            });
        }
        ConsentLookup::Ask(auth, scope, targets) => (auth, scope, targets),
    };
    if fields.get("step") == "deny" {
        return Ok(if auth.is_out_of_band() {
            crate::office::response::to("/")
        } else {
            auth.redirect_back("error", "access_denied")
        });
    }
    if scope.level().is_none() {
        let grant = Grant {
            client: auth.client.id.clone(),
            account: None,
            location: None,
            device: auth.device.clone(),
            scope: scope.to_string(),
            catalog: None,
            customer_list: None,
            user: Some(signed_in.user.id.clone()),
        };
        return finish(&call, &signed_in, &auth, grant, None).await;
    }
    let target_id = fields.get("target");
    let Some(target) = targets
        .iter()
        .find(|target| target.id() == target_id && target.is_open())
    else {
        return Ok(ask_page(&signed_in, &request, &auth, &scope, &targets));
    };
    let catalog = find_choice(&target.catalogs, fields.get("catalog"));
    let list = find_choice(&target.lists, fields.get("customer_list"));
    let (Some(catalog), Some(list), "allow") = (catalog, list, fields.get("step")) else {
        return Ok(choose_page(call.hub(), &signed_in, &request, &auth, target).await?);
    };
    let grant = Grant {
        client: auth.client.id.clone(),
        account: Some(target.account.clone()),
        location: target.location.clone(),
        device: auth.device.clone(),
        scope: scope.to_string(),
        catalog: catalog.and_then(|id| CatalogId::parse(id).ok()),
        customer_list: list.and_then(|id| CustomerListId::parse(id).ok()),
        user: scope.profile.map(|_| signed_in.user.id.clone()),
    };
    finish(&call, &signed_in, &auth, grant, None).await
}

/// The one that was picked; the only one needs no picking. None: still to be picked.
fn find_choice<'a>(choices: &'a [Choice], id: &str) -> Option<Option<&'a str>> {
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
fn renewed_grant(signed_in: &SignedIn, connection: &Connection) -> Grant {
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
    auth: &AuthorizeRequest,
    grant: Grant,
    instance: Option<ConnectionId>,
) -> PageResult {
    let (user, challenge) = (signed_in.user.id.clone(), auth.challenge.clone());
    let approval = PendingGrant {
        grant,
        challenge,
        instance,
        approved_by: ApprovedBy {
            name: signed_in.user.name.clone(),
            address: signed_in.browser.address,
        },
    };
    let code = call
        .write("oauth.approve", move |tx| codes::make(tx, &user, &approval))
        .await?;
    if !auth.is_out_of_band() {
        return Ok(auth.redirect_back("code", &code));
    }
    let (frame, app) = (signed_in.plain_frame(), auth.face());
    Ok(page(&signed_in.browser, &CodePage { frame, app, code }))
}
