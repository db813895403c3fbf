//! `POST /oauth2/v1/token`: code → token; `POST /oauth2/v1/revoke`: the end of a token. Both need
//! the client's own credentials, and neither speaks to browsers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::id::ClientId;

use super::fault::Fault;
use super::params::Params;
use super::{clients, codes, connections};
use crate::http::answer::json;
use crate::http::peer::Peer;
use crate::hub::Hub;
use crate::secret;

/// Exchanges a code. Superfluous parameters (`grant_type`, `redirect_uri` …) are ignored.
pub(super) async fn exchange(hub: Hub, peer: Peer, params: Params) -> Result<Response, Fault> {
    let client = authenticated(&hub, peer, &params).await?;
    let code = params
        .get("code")
        .ok_or(Fault::Missing("code"))?
        .trim()
        .to_owned();
    let verifier = params.get("code_verifier").map(str::to_owned);
    let key = hub.key().clone();
    let (connection, user) = hub
        .write("oauth.exchange", move |tx| {
            let given = codes::redeem(tx, &key, &client, &code, verifier.as_deref())?;
            let account = given.grant.account.as_ref();
            let found = connections::find(tx, account, &given.connection)?;
            let connection = found.ok_or(Fault::WrongCode)?;
            Ok::<_, Fault>((connection, given.user))
        })
        .await?;
    let mut answer = connection.token_response(hub.key());
    // Whoever may open a connection is not thereby the user whose profile it shows.
    answer.user_id = answer.user_id.filter(|granted| *granted == user);
    let mut response = json(StatusCode::OK, &answer);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Ends a token at once. One that is unknown or ended already is no error; another client's is.
pub(super) async fn revoke(hub: Hub, peer: Peer, params: Params) -> Result<Response, Fault> {
    let client = authenticated(&hub, peer, &params).await?;
    let token = params
        .get("token")
        .ok_or(Fault::Missing("token"))?
        .trim()
        .to_owned();
    hub.write("oauth.revoke", move |tx| {
        match connections::by_token(tx, &token)? {
            None => Ok(()),
            Some((_, _, owner)) if owner != client => Err(Fault::WrongClient),
            Some((account, id, _)) => {
                connections::end(tx, account.as_ref(), &id)?;
                Ok(())
            }
        }
    })
    .await?;
    Ok(StatusCode::OK.into_response())
}

async fn authenticated(hub: &Hub, peer: Peer, params: &Params) -> Result<ClientId, Fault> {
    let (id, given) = params.credentials().ok_or(Fault::WrongClient)?;
    match right_client(hub, params, id, given).await? {
        Some(id) => Ok(id),
        // Only wrong ones are counted, and a right one passes however many there were: ids of clients
        // are public, and nobody may lock an app out by guessing at it.
        None if hub.may_guess(peer, "client", id).await? => Err(Fault::WrongClient),
        None => Err(Fault::TooMany),
    }
}

/// The client, if the secret is its own.
async fn right_client(
    hub: &Hub,
    params: &Params,
    id: &str,
    given: &str,
) -> Result<Option<ClientId>, Fault> {
    let Ok(id) = ClientId::parse(id) else {
        return Ok(None);
    };
    let wanted = id.clone();
    let found = hub
        .read("oauth.client", move |tx| clients::find(tx, &wanted))
        .await
        .map_err(Fault::Database)?;
    let Some(client) = found else {
        return Ok(None);
    };
    let secret = client
        .secret(hub.key())
        .map_err(|error| Fault::Database(crate::db::Error::Broken(error.to_string())))?;
    // RFC 6749 has Basic credentials percent-encoded; real clients do not encode them.
    let is_right = params
        .readings(given)
        .iter()
        .any(|given| secret::same(&secret, given));
    Ok(is_right.then_some(id))
}
