//! `GET /user`.

use std::sync::Arc;

use wire::scope::Profile;
use wire::time::{Timezone, zone};
use wire::user::User;

use super::store;
use crate::http::caller::Caller;
use crate::http::problem::ApiError;
use crate::http::response::{ApiResult, Reply};
use crate::hub::Hub;

/// Answers the user who granted the token; the e-mail only if that was asked for.
pub(super) async fn find(hub: Hub, caller: Arc<Caller>) -> ApiResult {
    hub.read("users.find", move |tx| {
        let id = caller.user.as_ref().ok_or(ApiError::NoProfile)?;
        let user = store::find(tx, id)?.ok_or(ApiError::NotFound)?;
        let with_email = caller.scope.profile == Some(Profile::WithEmail);
        let (first, last) = user
            .name
            .split_once(' ')
            .unwrap_or((user.name.as_str(), ""));
        Reply::of(&User {
            id: user.id,
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()).filter(|name| !name.is_empty()),
            email: with_email.then_some(user.email),
            timezone: Timezone::for_zone(&zone(&user.timezone), tx.now()),
            locales: vec![user.locale],
        })
    })
    .await
}
