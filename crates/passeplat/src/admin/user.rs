//! `passeplat admin user`: people who sign in, and what they may do.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::accounts::store as accounts;
use hub::audit::AuditActor;
use hub::config::Hidden;
use hub::db;
use hub::users::changes;
use hub::users::mailbox::{VerifiedEmail, is_address};
use hub::users::passwords::{MIN_PASSWORD_CHARS, WeakPasswordError, weakness};
use hub::users::permissions::Role;
use hub::users::second_factor;
use hub::users::store::{self as users, NewUser};
use serde_json::{Value, json};
use wire::id::{AccountId, LocationId};

use super::secret::read_secret;
use super::{find_user, parse_id, parse_line, parse_timezone};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Make a user
    Create(CreateUser),
    /// Let a user into an account or a location
    Grant(GrantRole),
    /// Take the second factor of a user away, who has lost the phone and the recovery codes
    DisableSecondFactor(NamedUser),
}

#[derive(Args)]
pub(super) struct CreateUser {
    /// How the user signs in. Nothing is sent there: you vouch that it is theirs
    #[arg(long)]
    email: String,
    /// Full name
    #[arg(long, value_parser = parse_line)]
    name: String,
    /// At least 10 characters. Others see it in the list of processes: use the variable, or standard input
    #[arg(long, env = "PASSEPLAT_ADMIN_PASSWORD", hide_env_values = true)]
    password: Option<Hidden>,
    /// Read the password from standard input: its first line
    #[arg(long)]
    password_stdin: bool,
    /// Language, as in fr-FR or en-GB
    #[arg(long, default_value = "fr-FR")]
    locale: String,
    /// Timezone, as in Europe/Paris
    #[arg(long, default_value = "Europe/Paris")]
    timezone: String,
}

#[derive(Args)]
pub(super) struct NamedUser {
    /// The user
    #[arg(long)]
    email: String,
}

#[derive(Args)]
pub(super) struct GrantRole {
    /// The user
    #[arg(long)]
    email: String,
    /// The account, with all its locations
    #[arg(long, required_unless_present = "location")]
    account: Option<String>,
    /// One location only
    #[arg(long)]
    location: Option<String>,
    /// full_administrator, technical_partner (or manager), back_office_viewer,
    /// billing_manager, order_line_operator or catalog_manager
    #[arg(long)]
    role: String,
}

pub(super) async fn create(hub: &Hub, arguments: CreateUser) -> anyhow::Result<Value> {
    let CreateUser {
        email,
        name,
        password,
        password_stdin,
        locale,
        timezone,
    } = arguments;
    let password = read_secret("--password-stdin", password, password_stdin)?;
    let password = password
        .context("--password: give one, or PASSEPLAT_ADMIN_PASSWORD, or --password-stdin")?;
    match weakness(&password, &email, &hub.config().brand) {
        None => {}
        Some(WeakPasswordError::Short) => {
            bail!("--password: at least {MIN_PASSWORD_CHARS} characters")
        }
        Some(WeakPasswordError::Common) => bail!("--password: too easy to guess"),
    }
    if !is_address(&email) {
        bail!("--email: '{email}' is not an e-mail address");
    }
    let timezone = parse_timezone(&timezone)?;
    let hash = hub
        .passwords()
        .hash(password)
        .await
        .context("the password was not hashed")?;
    let new = NewUser {
        email: VerifiedEmail::by_operator(&email),
        name,
        locale,
        timezone,
        password_hash: Some(hash),
    };
    let id = hub
        .write("admin.user", move |tx| {
            let made = users::insert_and_find(tx, &new)?;
            if let Some(user) = &made {
                changes::record_user(tx, &AuditActor::command(), user)?;
            }
            Ok::<_, db::Error>(made.map(|user| user.id))
        })
        .await?
        .context("--email: a user with this e-mail exists already")?;
    Ok(json!({ "user_id": id }))
}

pub(super) async fn grant(hub: &Hub, arguments: GrantRole) -> anyhow::Result<Value> {
    let GrantRole {
        email,
        account,
        location,
        role,
    } = arguments;
    let role = Role::parse(&role).with_context(|| format!("--role: no role '{role}'"))?;
    let location = location
        .as_deref()
        .map(|id| parse_id("--location", LocationId::parse(id)));
    let location = location.transpose()?;
    let account = match (&account, &location) {
        (Some(id), _) => parse_id("--account", AccountId::parse(id))?,
        (None, Some(location)) => location.account(),
        (None, None) => bail!("--account or --location is needed"),
    };
    let whole = account.clone();
    let found = hub
        .read("admin.find_account", move |tx| accounts::find(tx, &whole))
        .await?;
    if found.is_none() && location.is_none() {
        bail!("--account: there is no such account");
    }
    if let Some(at) = &location {
        let (whole, at) = (account.clone(), at.clone());
        let found = hub
            .read("admin.find_location", move |tx| {
                hub::locations::store::find(tx, &whole, &at)
            })
            .await?;
        if found.is_none() {
            bail!("--location: there is no such location in the account {account}");
        }
    }
    let user = find_user(hub, &email).await?;
    let at = location.clone();
    hub.write("admin.grant", move |tx| {
        let permissions = role.permissions(at.is_none());
        let (by, entity) = (AuditActor::command(), (&account, at.as_ref()));
        changes::grant(tx, &by, entity, &user, permissions)
    })
    .await?;
    Ok(json!({ "role": role.as_str() }))
}

pub(super) async fn disable_second_factor(
    hub: &Hub,
    arguments: NamedUser,
) -> anyhow::Result<Value> {
    let user = find_user(hub, &arguments.email).await?;
    let id = user.id.clone();
    let was_enabled = hub
        .write("admin.disable_second_factor", move |tx| {
            second_factor::disable(tx, &AuditActor::command(), &user)
        })
        .await?;
    if !was_enabled {
        bail!("--email: this user has no second factor");
    }
    Ok(json!({ "user_id": id }))
}
