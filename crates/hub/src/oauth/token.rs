//! `POST /oauth2/v1/token`: code → token; `POST /oauth2/v1/revoke`: the end of a token. Both need
//! the client's own credentials, and neither speaks to browsers.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use wire::id::ClientId;

use super::error::OAuthError;
use super::params::Params;
use super::{changes, clients, codes, connections};
use crate::audit::AuditActor;
use crate::http::client_ip::ClientIp;
use crate::http::idempotency::REPLAYED_HEADER;
use crate::http::response::json;
use crate::hub::Hub;
use crate::secret;

/// Exchanges a code. Superfluous parameters (`grant_type`, `redirect_uri` …) are ignored.
pub(super) async fn exchange(
    hub: Hub,
    peer: ClientIp,
    params: Params,
) -> Result<Response, OAuthError> {
    let client = authenticate(&hub, peer, &params).await?;
    let code = params.get("code").ok_or(OAuthError::Missing("code"))?;
    let proof = codes::ClientProof {
        code: code.trim().to_owned(),
        verifier: params.get("code_verifier").map(str::to_owned),
        request_key: params.request_key()?,
    };
    let has_key = proof.request_key.is_some();
    let key = hub.key().clone();
    let (connection, user, is_again) = hub
        .write("oauth.exchange", move |tx| {
            let redeemed = codes::redeem(tx, &key, &client, &proof)?;
            let account = redeemed.grant.account.as_ref();
            let found = connections::find(tx, account, &redeemed.connection)?;
            // One that has ended meanwhile has no token to tell again.
            let active = found.filter(|connection| connection.revoked_at.is_none());
            let connection = active.ok_or(OAuthError::WrongCode)?;
            Ok::<_, OAuthError>((connection, redeemed.user, redeemed.is_again))
        })
        .await?;
    let mut answer = connection.token_response(hub.key());
    // The user who sent this code may not be the one who granted the profile: `user_id` is theirs only.
    answer.user_id = answer.user_id.filter(|granted| *granted == user);
    let mut response = json(StatusCode::OK, &answer);
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if has_key {
        let replayed = if is_again { "true" } else { "false" };
        let replayed = HeaderValue::from_static(replayed);
        response.headers_mut().insert(REPLAYED_HEADER, replayed);
    }
    Ok(response)
}

/// Ends a token at once. One that is unknown or ended already is no error; another client's is.
pub(super) async fn revoke(
    hub: Hub,
    peer: ClientIp,
    params: Params,
) -> Result<Response, OAuthError> {
    let client = authenticate(&hub, peer, &params).await?;
    let token = params
        .get("token")
        .ok_or(OAuthError::Missing("token"))?
        .trim()
        .to_owned();
    hub.write("oauth.revoke", move |tx| {
        match connections::by_token(tx, &token)? {
            None => Ok(()),
            Some((_, _, owner)) if owner != client => Err(OAuthError::WrongClient),
            Some((account, id, _)) => {
                let name = clients::find(tx, &client)?.map_or_else(String::new, |it| it.name);
                let by = AuditActor::app(&client, &name, peer.0);
                changes::give_back(tx, account.as_ref(), &id, &by)?;
                Ok(())
            }
        }
    })
    .await?;
    Ok(StatusCode::OK.into_response())
}

async fn authenticate(hub: &Hub, peer: ClientIp, params: &Params) -> Result<ClientId, OAuthError> {
    let (id, given) = params.credentials().ok_or(OAuthError::WrongClient)?;
    let candidates = params.candidates(id);
    let wanted: Vec<ClientId> = candidates
        .iter()
        .filter_map(|id| ClientId::parse(id).ok())
        .collect();
    // However it is written, an id is one id.
    let counted = wanted.last().map_or(id, ClientId::as_str).to_owned();
    match authenticate_client(hub, params, wanted, given).await? {
        Some(id) => Ok(id),
        // Only wrong ones are counted, and a right one passes however many there were: ids of clients
        // are public, and nobody may lock an app out by guessing at it.
        None if hub.check_attempt(peer, "client", &counted).await? => Err(OAuthError::WrongClient),
        None => Err(OAuthError::TooMany),
    }
}

/// The client whose id is one of these, if the secret is its own.
async fn authenticate_client(
    hub: &Hub,
    params: &Params,
    wanted: Vec<ClientId>,
    given: &str,
) -> Result<Option<ClientId>, OAuthError> {
    let found = hub
        .read("oauth.client", move |tx| {
            for id in &wanted {
                if let Some(client) = clients::find(tx, id)? {
                    return Ok(Some((id.clone(), client)));
                }
            }
            Ok::<_, crate::db::Error>(None)
        })
        .await
        .map_err(OAuthError::Database)?;
    let Some((id, client)) = found else {
        return Ok(None);
    };
    let secret = client
        .secret(hub.key())
        .map_err(|error| OAuthError::Database(crate::db::Error::Broken(error.to_string())))?;
    let previous = client
        .previous_secret(hub.key(), hub.clock().now())
        .map_err(|error| OAuthError::Database(crate::db::Error::Broken(error.to_string())))?;
    // RFC 6749 has Basic credentials encoded as in a form; real clients do not encode them.
    let mut is_right = false;
    for given in params.candidates(given) {
        // Every form is looked at, whichever is right.
        for secret in std::iter::once(&secret).chain(&previous) {
            is_right |= secret::constant_time_eq(secret, &given);
        }
    }
    Ok(is_right.then_some(id))
}
