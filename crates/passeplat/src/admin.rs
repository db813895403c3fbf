//! `passeplat admin`: what scripts and an integrator's CI need without a browser. Works on the
//! database of a running hub. Every answer is one JSON object on standard output.

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use hub::Hub;
use hub::accounts::store::{self as accounts, NewAccount, NewLocation};
use hub::chance::Chance;
use hub::clock::Clock;
use hub::db;
use hub::oauth::clients::{self, AppFields, NewClient};
use hub::oauth::connections::{self, Grant, LONGEST_REF_WINDOW};
use hub::users::permissions::Role;
use hub::users::store::{self as users, NewUser};
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use wire::currency::Currency;
use wire::id::{AccountId, CatalogId, ClientId, ConnectionId, CustomerListId, LocationId};
use wire::scope::{Level, Scope};

use crate::serve::say;
use crate::settings;

/// The flags of `admin`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    #[command(flatten)]
    settings: settings::Flags,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// People who sign in
    #[command(subcommand)]
    User(User),
    /// Businesses
    #[command(subcommand)]
    Account(Account),
    /// Restaurants and shops
    #[command(subcommand)]
    Location(Location),
    /// OAuth clients
    #[command(subcommand)]
    Client(Client),
    /// Ready connections, with their tokens
    #[command(subcommand)]
    Connection(Connection),
}

#[derive(Subcommand, Debug)]
enum User {
    /// Make a user
    Create {
        /// How the user signs in
        #[arg(long)]
        email: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// At least 10 characters
        #[arg(long)]
        password: String,
        /// Language, as in fr-FR or en-GB
        #[arg(long, default_value = "fr-FR")]
        locale: String,
        /// Timezone, as in Europe/Paris
        #[arg(long, default_value = "Europe/Paris")]
        timezone: String,
    },
    /// Let a user into an account or a location
    Grant {
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
    },
}

#[derive(Subcommand, Debug)]
enum Account {
    /// Make an account with its first location, a catalog and a customer list
    Create {
        /// Name, such as the sign over the door
        #[arg(long)]
        name: String,
        /// ISO 4217, for ever
        #[arg(long, default_value = "EUR")]
        currency: String,
        #[command(flatten)]
        place: Place,
        /// Name of the first location
        #[arg(long)]
        location_name: String,
        /// E-mail of a user who becomes its full administrator
        #[arg(long)]
        owner: Option<String>,
    },
    /// Refuse its apps, and changes in the back office, until it is resumed
    Suspend {
        /// The account
        #[arg(long)]
        account: String,
    },
    /// End a suspension
    Resume {
        /// The account
        #[arg(long)]
        account: String,
    },
}

#[derive(Subcommand, Debug)]
enum Location {
    /// Add a location to an account
    Create {
        /// The account
        #[arg(long)]
        account: String,
        /// Name, such as the city or the street
        #[arg(long)]
        name: String,
        #[command(flatten)]
        place: Place,
    },
}

/// Where a location is.
#[derive(Args, Debug)]
struct Place {
    /// ISO 3166-1 alpha-2
    #[arg(long, default_value = "FR")]
    country: String,
    /// IANA name
    #[arg(long, default_value = "Europe/Paris")]
    timezone: String,
    /// Street and number
    #[arg(long)]
    address: Option<String>,
    /// Postal code
    #[arg(long)]
    postal_code: Option<String>,
    /// City
    #[arg(long)]
    city: Option<String>,
}

#[derive(Subcommand, Debug)]
enum Client {
    /// Register a client
    Create {
        /// What merchants read
        #[arg(long)]
        name: String,
        /// An id of your own, so that an app need not be changed
        #[arg(long)]
        client_id: Option<String>,
        /// A secret of your own
        #[arg(long)]
        client_secret: Option<String>,
        /// A redirect URI that is allowed; may be repeated. None: any
        #[arg(long)]
        redirect_uri: Vec<String>,
        /// E-mail of the user who manages it on the developer page
        #[arg(long)]
        owner: Option<String>,
    },
    /// Offer an app to every merchant, or no longer
    List {
        /// The client
        #[arg(long)]
        client: String,
        /// No longer
        #[arg(long)]
        off: bool,
    },
}

#[derive(Subcommand, Debug)]
enum Connection {
    /// Make a connection, or find it, and print its token
    Create {
        /// The client
        #[arg(long)]
        client: String,
        /// The location, for a location scope
        #[arg(long, required_unless_present = "account")]
        location: Option<String>,
        /// The account, for an account scope
        #[arg(long)]
        account: Option<String>,
        /// As in location[orders.write]
        #[arg(long)]
        scope: String,
        /// The catalog to bind to
        #[arg(long)]
        catalog: Option<String>,
        /// The customer list to bind to
        #[arg(long)]
        customer_list: Option<String>,
        /// Tells several instances at one place apart
        #[arg(long, default_value = "")]
        device_id: String,
    },
    /// Change how a connection is treated
    Set {
        /// Its account
        #[arg(long)]
        account: String,
        /// The connection
        #[arg(long)]
        connection: String,
        /// For how many minutes the ref of an order may not come again at the same location
        /// (1 to 10080); 0 lifts the rule
        #[arg(long)]
        ref_window: u32,
    },
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options
        .settings
        .read(&[("database.threads", Some("1".to_owned()))])?;
    let hub = Hub::open(config, Clock::Real, Chance::Real)?;
    let made = match options.what {
        What::User(what) => user(&hub, what).await?,
        What::Account(what) => account(&hub, what).await?,
        What::Location(Location::Create {
            account,
            name,
            place,
        }) => location(&hub, &account, name, place).await?,
        What::Client(what) => client(&hub, what).await?,
        What::Connection(what) => connection(&hub, what).await?,
    };
    say(&made.to_string())
}

async fn user(hub: &Hub, what: User) -> anyhow::Result<Value> {
    match what {
        User::Create {
            email,
            name,
            password,
            locale,
            timezone,
        } => {
            if password.chars().count() < 10 {
                bail!("--password: at least 10 characters");
            }
            if !email.contains('@') {
                bail!("--email: '{email}' is not an e-mail address");
            }
            let timezone = known_timezone(&timezone)?;
            let hash = hub
                .passwords()
                .hash(password)
                .await
                .context("the password was not hashed")?;
            let new = NewUser {
                email,
                name,
                locale,
                timezone,
                password_hash: Some(hash),
            };
            let id = hub
                .write("admin.user", move |tx| users::insert(tx, &new))
                .await?
                .context("--email: a user with this e-mail exists already")?;
            Ok(json!({ "user_id": id }))
        }
        User::Grant {
            email,
            account,
            location,
            role,
        } => {
            let role = Role::parse(&role).with_context(|| format!("--role: no role '{role}'"))?;
            let location = location
                .as_deref()
                .map(|id| an_id("--location", LocationId::parse(id)));
            let location = location.transpose()?;
            let account = match (&account, &location) {
                (Some(id), _) => an_id("--account", AccountId::parse(id))?,
                (None, Some(location)) => location.account(),
                (None, None) => bail!("--account or --location is needed"),
            };
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
            let user = found_user(hub, &email).await?;
            let at = location.clone();
            hub.write("admin.grant", move |tx| {
                let permissions = role.permissions(at.is_none());
                let now = tx.now();
                users::grant(tx, &account, at.as_ref(), &user.id, permissions, now)
            })
            .await?;
            Ok(json!({ "role": role.as_str() }))
        }
    }
}

async fn account(hub: &Hub, what: Account) -> anyhow::Result<Value> {
    let (name, currency, place, location_name, owner) = match what {
        Account::Create {
            name,
            currency,
            place,
            location_name,
            owner,
        } => (name, currency, place, location_name, owner),
        Account::Suspend { account } => return suspend(hub, &account, true).await,
        Account::Resume { account } => return suspend(hub, &account, false).await,
    };
    let currency = Currency::parse(&currency)
        .map_err(|_| anyhow::anyhow!("--currency: '{currency}' is not an ISO 4217 code"))?;
    let owner = match owner {
        Some(email) => Some(found_user(hub, &email).await?.id),
        None => None,
    };
    let new = NewAccount {
        name,
        currency,
        location: place.named(location_name)?,
    };
    let made = hub
        .write("admin.account", move |tx| {
            let made = accounts::create(tx, &new)?;
            if let Some(owner) = &owner {
                let (permissions, now) = (Role::FullAdministrator.permissions(true), tx.now());
                users::grant(tx, &made.account, None, owner, permissions, now)?;
            }
            Ok::<_, db::Error>(made)
        })
        .await?;
    Ok(json!({
        "account_id": made.account,
        "location_id": made.location,
        "catalog_id": made.catalog,
        "customer_list_id": made.customer_list,
    }))
}

async fn suspend(hub: &Hub, account: &str, suspended: bool) -> anyhow::Result<Value> {
    let id = an_id("--account", AccountId::parse(account))?;
    let known = hub
        .write("admin.suspend", move |tx| match suspended {
            true => accounts::suspend(tx, &id),
            false => accounts::resume(tx, &id),
        })
        .await?;
    if !known {
        bail!("--account: there is no account {account}");
    }
    Ok(json!({ "account_id": account, "suspended": suspended }))
}

async fn location(hub: &Hub, account: &str, name: String, place: Place) -> anyhow::Result<Value> {
    let account = an_id("--account", AccountId::parse(account))?;
    let new = place.named(name)?;
    let made = hub
        .write("admin.location", move |tx| {
            let Some(found) = accounts::find(tx, &account)? else {
                return Ok(None);
            };
            accounts::add_location(tx, &found.account, &new).map(Some)
        })
        .await
        .map_err(|error: db::Error| error)?
        .context("--account: there is no such account")?;
    Ok(json!({ "location_id": made }))
}

async fn list(hub: &Hub, client: &str, listed: bool) -> anyhow::Result<Value> {
    let id = an_id("--client", ClientId::parse(client))?;
    let known = hub
        .write::<_, db::Error, _>("admin.list", move |tx| {
            let Some(mut client) = clients::find(tx, &id)? else {
                return Ok(false);
            };
            client.is_listed = listed;
            clients::update(tx, &client)?;
            Ok(true)
        })
        .await?;
    if !known {
        bail!("--client: there is no client {client}");
    }
    Ok(json!({ "client_id": client, "listed": listed }))
}

async fn client(hub: &Hub, what: Client) -> anyhow::Result<Value> {
    let (name, client_id, client_secret, redirect_uri, owner) = match what {
        Client::Create {
            name,
            client_id,
            client_secret,
            redirect_uri,
            owner,
        } => (name, client_id, client_secret, redirect_uri, owner),
        Client::List { client, off } => return list(hub, &client, !off).await,
    };
    let owner = match owner {
        Some(email) => Some(found_user(hub, &email).await?.id),
        None => None,
    };
    let id = client_id
        .as_deref()
        .map(|id| an_id("--client-id", ClientId::parse(id)))
        .transpose()?;
    let new = NewClient {
        id,
        secret: client_secret,
        name,
        owner,
        is_listed: false,
        app: AppFields {
            redirect_uris: redirect_uri,
            ..AppFields::default()
        },
    };
    let key = hub.key().clone();
    let (id, secret) = hub
        .write("admin.client", move |tx| clients::insert(tx, &key, &new))
        .await?
        .context("--client-id: a client with this id exists already")?;
    Ok(json!({ "client_id": id, "client_secret": secret }))
}

async fn connection(hub: &Hub, what: Connection) -> anyhow::Result<Value> {
    let (client, location, account, scope, catalog, customer_list, device_id) = match what {
        Connection::Create {
            client,
            location,
            account,
            scope,
            catalog,
            customer_list,
            device_id,
        } => (
            client,
            location,
            account,
            scope,
            catalog,
            customer_list,
            device_id,
        ),
        Connection::Set {
            account,
            connection,
            ref_window,
        } => return set_connection(hub, &account, &connection, ref_window).await,
    };
    let parsed = Scope::parse(&scope).map_err(|error| anyhow::anyhow!("--scope: {error}"))?;
    let location = location
        .as_deref()
        .map(|id| an_id("--location", LocationId::parse(id)))
        .transpose()?;
    let (account, location) = match (parsed.level(), account, location) {
        (Some(Level::Location), _, Some(location)) => (location.account(), Some(location)),
        (Some(Level::Location), _, None) => bail!("--location is needed for a location scope"),
        (Some(Level::Account), Some(account), _) => {
            (an_id("--account", AccountId::parse(&account))?, None)
        }
        (Some(Level::Account), None, Some(location)) => (location.account(), None),
        (Some(Level::Account), None, None) => bail!("--account is needed for an account scope"),
        (None, ..) => bail!("--scope: a profile is granted by its user only"),
    };
    let grant = Grant {
        client: an_id("--client", ClientId::parse(&client))?,
        account: Some(account.clone()),
        location: location.clone(),
        device: device_id,
        scope: parsed.to_string(),
        catalog: catalog
            .map(|id| an_id("--catalog", CatalogId::parse(&id)))
            .transpose()?,
        customer_list: customer_list
            .map(|id| an_id("--customer-list", CustomerListId::parse(&id)))
            .transpose()?,
        user: None,
    };
    let key = hub.key().clone();
    let made = hub
        .write("admin.connection", move |tx| {
            if let Some(missing) = missing(tx, &grant)? {
                return Ok(Err(missing));
            }
            let id = connections::connect(tx, &key, &grant)?;
            Ok(Ok(connections::find(tx, grant.account.as_ref(), &id)?))
        })
        .await
        .map_err(|error: db::Error| error)?
        .map_err(anyhow::Error::msg)?
        .context("the connection is gone")?;
    let mut answer = serde_json::to_value(made.token_response(hub.key()))?;
    answer["connection_id"] = json!(made.id);
    Ok(answer)
}

async fn set_connection(
    hub: &Hub,
    account: &str,
    connection: &str,
    ref_window: u32,
) -> anyhow::Result<Value> {
    let account = an_id("--account", AccountId::parse(account))?;
    let id = an_id("--connection", ConnectionId::parse(connection))?;
    if ref_window > LONGEST_REF_WINDOW {
        bail!("--ref-window: at most {LONGEST_REF_WINDOW} minutes");
    }
    let minutes = Some(ref_window).filter(|minutes| *minutes > 0);
    let found: bool = hub
        .write("admin.connection.set", move |tx| {
            connections::set_ref_window(tx, &account, &id, minutes)
        })
        .await
        .map_err(|error: db::Error| error)?;
    if !found {
        bail!("--connection: there is no such connection in this account");
    }
    Ok(json!({ "connection_id": connection, "ref_window": minutes }))
}

/// What a grant names and the database does not have.
fn missing(tx: &mut db::Tx<'_>, grant: &Grant) -> db::Result<Option<String>> {
    if clients::find(tx, &grant.client)?.is_none() {
        return Ok(Some(format!(
            "--client: there is no client '{}'",
            grant.client
        )));
    }
    let Some(account) = &grant.account else {
        return Ok(None);
    };
    if accounts::find(tx, account)?.is_none() {
        return Ok(Some(format!("there is no account '{account}'")));
    }
    if let Some(location) = &grant.location
        && hub::locations::store::find(tx, account, location)?.is_none()
    {
        return Ok(Some(format!(
            "--location: there is no location '{location}'"
        )));
    }
    let has = |choices: Vec<accounts::Choice>, id: &str| choices.iter().any(|(it, ..)| it == id);
    if let Some(catalog) = &grant.catalog
        && !has(
            accounts::catalogs(tx, account, grant.location.as_ref())?,
            catalog.as_str(),
        )
    {
        return Ok(Some(format!(
            "--catalog: there is no catalog '{catalog}' at this place"
        )));
    }
    if let Some(list) = &grant.customer_list
        && !has(
            accounts::customer_lists(tx, account, grant.location.as_ref())?,
            list.as_str(),
        )
    {
        return Ok(Some(format!(
            "--customer-list: there is no list '{list}' at this place"
        )));
    }
    Ok(None)
}

async fn found_user(hub: &Hub, email: &str) -> anyhow::Result<users::User> {
    let wanted = email.to_owned();
    hub.read("admin.find_user", move |tx| {
        users::find_by_email(tx, &wanted)
    })
    .await?
    .with_context(|| format!("there is no user with the e-mail '{email}'"))
}

fn an_id<T, E: std::fmt::Display>(flag: &str, id: Result<T, E>) -> anyhow::Result<T> {
    id.map_err(|error| anyhow::anyhow!("{flag}: {error}"))
}

fn known_timezone(name: &str) -> anyhow::Result<String> {
    TimeZone::get(name).map_err(|_| {
        anyhow::anyhow!("--timezone: '{name}' is not known, write as in Europe/Paris")
    })?;
    Ok(name.to_owned())
}

impl Place {
    fn named(self, name: String) -> anyhow::Result<NewLocation> {
        let country = self.country.to_ascii_uppercase();
        if country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            bail!(
                "--country: '{}' is not a two-letter code, as in FR",
                self.country
            );
        }
        Ok(NewLocation {
            name,
            address: self.address,
            postal_code: self.postal_code,
            city: self.city,
            country,
            timezone: known_timezone(&self.timezone)?,
        })
    }
}
