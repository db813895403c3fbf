//! The pages of the consent, filled in.

use axum::http::StatusCode;
use axum::response::Response;
use wire::scope::{Level as ScopeLevel, Right as ScopeRight, Scope};

use super::super::{
    AskPage, ChoosePage, ConsentError, ConsentErrorPage, Level, Picker, Right, Target,
    right_in_words,
};
use super::PATH;
use super::request::{AuthorizeRefusal, AuthorizeRequest, Request};
use super::targets::{GrantTarget, TargetObstacle};
use crate::accounts::store::Choice;
use crate::db;
use crate::hub::Hub;
use crate::oauth::connections;
use crate::office::response::{page, page_with};
use crate::office::translations::{Translations, isolated};
use crate::office::visitor::SignedIn;
use crate::office::widgets::SelectOption;
use crate::users::permissions::Permissions;

/// An instance that is not there, or not this user's: the app is told, if the address is its own.
pub(super) fn unknown_instance(signed_in: &SignedIn, auth: &AuthorizeRequest) -> Response {
    if auth.is_own_address() {
        return auth.redirect_back("error", "access_denied");
    }
    let detail = "app_instance_id: access_denied".to_owned();
    let refused = AuthorizeRefusal {
        error: ConsentError::Redirect,
        detail,
    };
    error_page(signed_in, refused)
}

pub(super) fn error_page(signed_in: &SignedIn, refused: AuthorizeRefusal) -> Response {
    let frame = signed_in.plain_frame();
    let error_page = ConsentErrorPage {
        frame,
        error: refused.error,
        detail: refused.detail,
    };
    page_with(StatusCode::BAD_REQUEST, &signed_in.browser, &error_page)
}

fn rights(signed_in: &SignedIn, scope: &Scope, grant_targets: &[GrantTarget]) -> Vec<Right> {
    let words = signed_in.browser.language.translations();
    scope_in_words(
        words,
        scope,
        grant_targets.iter().any(GrantTarget::has_choice),
    )
}

/// What a scope allows, in words; `picks` when a list or a catalog is chosen on the next page.
pub(crate) fn scope_in_words(words: &Translations, scope: &Scope, picks: bool) -> Vec<Right> {
    let permissions = scope.access.iter().flat_map(|access| &access.permissions);
    let mut rights: Vec<Right> = permissions
        .filter_map(|permission| {
            let write = permission.right == ScopeRight::Write;
            right_in_words(words, permission.resource.as_str(), write, picks)
        })
        .collect();
    let profile = scope.profile.map(|profile| profile.as_str());
    rights.extend(profile.and_then(|word| right_in_words(words, word, false, false)));
    rights
}

pub(super) fn ask_page(
    signed_in: &SignedIn,
    request: &Request,
    auth: &AuthorizeRequest,
    scope: &Scope,
    grant_targets: &[GrantTarget],
) -> Response {
    let words = &signed_in.browser.language.translations().consent;
    let at = signed_in.account.as_ref();
    let here = at.and_then(|at| at.location.as_ref());
    let targets = grant_targets
        .iter()
        .map(|target| Target {
            id: target.id().to_owned(),
            label: target.label.clone(),
            reason: target.bar.map(|bar| match bar {
                TargetObstacle::NoRight => words.no_right.to_owned(),
                TargetObstacle::Suspended => words.suspended.to_owned(),
            }),
            chosen: target.is_open()
                && match &target.location {
                    Some(location) => here == Some(location),
                    None => at.is_some_and(|at| at.id == target.account),
                },
            more: target.has_choice(),
        })
        .collect();
    let level = match scope.level() {
        Some(ScopeLevel::Location) => Level::Location,
        Some(ScopeLevel::Account) => Level::Account,
        None => Level::Profile,
    };
    let may_grow = level == Level::Location
        && signed_in
            .memberships
            .iter()
            .filter(|held| held.location.is_none() && held.suspended_at.is_none())
            .any(|held| held.permissions.has(Permissions::ENTITY));
    let back: String =
        form_urlencoded::byte_serialize(format!("{PATH}?{}", request.raw).as_bytes()).collect();
    let shown = AskPage {
        frame: signed_in.plain_frame(),
        app: auth.face(),
        level,
        targets,
        rights: rights(signed_in, scope, grant_targets),
        device: Some(auth.device.clone()).filter(|device| !device.is_empty()),
        origin: auth.origin(),
        open_host: auth.open_host(),
        action: PATH.to_owned(),
        hidden: vec![("request".to_owned(), request.raw.clone())],
        new_location: may_grow.then(|| format!("/locations/new?back={back}")),
    };
    page(&signed_in.browser, &shown)
}

pub(super) async fn choose_page(
    hub: &Hub,
    signed_in: &SignedIn,
    request: &Request,
    auth: &AuthorizeRequest,
    target: &GrantTarget,
) -> db::Result<Response> {
    // Whoever connects again starts from what is connected now.
    let (account, location) = (target.account.clone(), target.location.clone());
    let (client, device) = (auth.client.id.clone(), auth.device.clone());
    let now = hub
        .read("oauth.choose", move |tx| {
            let all = connections::of_account(tx, &account)?;
            Ok::<_, db::Error>(all.into_iter().find(|connection| {
                connection.client == client
                    && connection.location == location
                    && connection.device == device
            }))
        })
        .await?;
    let words = &signed_in.browser.language.translations().consent;
    let picker = |name: &str, label: &str, choices: &[Choice], bound: Option<&str>| {
        (choices.len() > 1).then(|| Picker {
            name: name.to_owned(),
            label: label.to_owned(),
            choices: choices
                .iter()
                .map(|(id, title, _)| {
                    SelectOption::new(
                        id.as_str(),
                        format!("{} - {id}", isolated(title)),
                        bound == Some(id.as_str()),
                    )
                })
                .collect(),
        })
    };
    let bound_list = now
        .as_ref()
        .and_then(|it| it.customer_list.as_ref())
        .map(|id| id.as_str());
    let bound_catalog = now
        .as_ref()
        .and_then(|it| it.catalog.as_ref())
        .map(|id| id.as_str());
    let pickers = [
        picker(
            "customer_list",
            words.customer_list,
            &target.lists,
            bound_list,
        ),
        picker("catalog", words.catalog, &target.catalogs, bound_catalog),
    ];
    let shown = ChoosePage {
        frame: signed_in.plain_frame(),
        app: auth.face(),
        origin: auth.origin(),
        target: target.label.clone(),
        account_level: target.location.is_none(),
        pickers: pickers.into_iter().flatten().collect(),
        action: PATH.to_owned(),
        hidden: vec![
            ("request".to_owned(), request.raw.clone()),
            ("target".to_owned(), target.id().to_owned()),
        ],
        back: format!("{PATH}?{}", request.raw),
    };
    Ok(page(&signed_in.browser, &shown))
}
