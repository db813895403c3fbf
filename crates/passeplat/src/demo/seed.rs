//! The made-up account of the demo, made at its first start.

use hub::Hub;
use hub::accounts::store as accounts;
use hub::audit::AuditActor;
use hub::customers;
use hub::db::{self, Tx};
use hub::oauth::changes;
use hub::oauth::clients::{self, AppFields, CallbackOptions, NewClient};
use hub::oauth::connections::{self, Grant};
use hub::provision::{self, NewAccount, NewLocation};
use hub::users::mailbox::VerifiedEmail;
use hub::users::permissions::Role;
use hub::users::store::{self as users, NewUser};
use wire::currency::Currency;
use wire::id::{ClientId, LocationId, UserId};
use wire::order::CustomerDetails;
use wire::token::TokenResponse;

use super::catalogs;

/// The name of the account.
const NAME: &str = "Pizzeria Lumière";

/// Everybody's password in the demo.
pub(super) const DEMO_PASSWORD: &str = "passeplat-demo";

/// Somebody to sign in as.
pub(super) struct DemoUser {
    pub email: &'static str,
    pub name: &'static str,
    pub role: Role,
    pub role_name: &'static str,
    /// At the first location only.
    pub is_local: bool,
}

/// A user for each role.
pub(super) const DEMO_USERS: [DemoUser; 6] = [
    DemoUser {
        email: "claire@demo.example",
        name: "Claire Lumière",
        role: Role::FullAdministrator,
        role_name: "Administrateur complet",
        is_local: false,
    },
    DemoUser {
        email: "thomas@demo.example",
        name: "Thomas Partenaire",
        role: Role::TechnicalPartner,
        role_name: "Partenaire technique",
        is_local: false,
    },
    DemoUser {
        email: "nadia@demo.example",
        name: "Nadia Regard",
        role: Role::BackOfficeViewer,
        role_name: "Observateur back-office",
        is_local: false,
    },
    DemoUser {
        email: "paul@demo.example",
        name: "Paul Comptes",
        role: Role::BillingManager,
        role_name: "Responsable comptabilité",
        is_local: false,
    },
    DemoUser {
        email: "lea@demo.example",
        name: "Léa Comptoir",
        role: Role::OrderLineOperator,
        role_name: "Opérateur OrderLine",
        is_local: true,
    },
    DemoUser {
        email: "hugo@demo.example",
        name: "Hugo Carte",
        role: Role::CatalogManager,
        role_name: "Gestionnaire catalogue",
        is_local: false,
    },
];

const DEVELOPER_TOOLS: &str = "developer-tools.clients.demo";
const KEZIA: &str = "kezia-2.clients.demo";
const ZELTY_BRIDGE: &str = "zelty-bridge.clients.demo";
const POS_HELPER: &str = "pos-helper.clients.demo";

/// Where the apps of the demo are reached.
pub(super) struct AppUrls<'u> {
    pub developer_tools: &'u str,
    pub kezia: &'u str,
    pub pos_helper: &'u str,
    pub zelty_bridge: &'u str,
}

/// A location with the apps that are connected to it.
#[derive(Clone)]
pub(super) struct ConnectedShop {
    /// The connection of the app that places its orders.
    pub web: TokenResponse,
    /// The connection of the app that works as its till.
    pub till: TokenResponse,
}

/// What the demo needs to know of its data.
pub(super) struct DemoData {
    pub account: String,
    developer_tools: String,
    kezia: String,
    zelty_bridge: String,
    pos_helper: String,
    /// What was connected by this call.
    pub connected: Vec<ConnectedShop>,
}

impl DemoData {
    /// Client id and secret of Developer Tools.
    pub(super) fn developer_tools(&self) -> (&str, &str) {
        (DEVELOPER_TOOLS, &self.developer_tools)
    }

    /// Client id and secret of Kezia II.
    pub(super) fn kezia(&self) -> (&str, &str) {
        (KEZIA, &self.kezia)
    }

    /// Client id and secret of POS HELPER.
    pub(super) fn pos_helper(&self) -> (&str, &str) {
        (POS_HELPER, &self.pos_helper)
    }

    /// Client id and secret of Zelty Bridge.
    pub(super) fn zelty_bridge(&self) -> (&str, &str) {
        (ZELTY_BRIDGE, &self.zelty_bridge)
    }
}

/// Makes what is not there yet, and tells the apps where they are today. `connects` says whether a new business has
/// its apps connected.
pub(super) async fn run(hub: &Hub, urls: &AppUrls<'_>, connects: bool) -> anyhow::Result<DemoData> {
    let hash = hub
        .passwords()
        .hash(DEMO_PASSWORD.to_owned())
        .await
        .ok_or_else(|| anyhow::anyhow!("the password was not hashed"))?;
    let key = hub.key().clone();
    let apps = [
        (
            DEVELOPER_TOOLS,
            "Developer Tools",
            developer_tools(urls.developer_tools),
        ),
        (KEZIA, "Kezia II", kezia(urls.kezia)),
        (POS_HELPER, "POS HELPER", pos_helper(urls.pos_helper)),
        (
            ZELTY_BRIDGE,
            "Zelty Bridge",
            zelty_bridge(urls.zelty_bridge),
        ),
    ];
    let made = hub
        .write("demo.seed", move |tx| {
            let mut secrets = Vec::new();
            for (id, name, app) in &apps {
                secrets.push(register_app(tx, &key, id, name, app)?);
            }
            let mut connected = Vec::new();
            let account = match users::find_by_email(tx, DEMO_USERS[0].email)? {
                Some(owner) => users::of_user(tx, &owner.id)?
                    .first()
                    .map(|held| format!("{} ({})", held.account_name, held.account))
                    .unwrap_or_default(),
                None => {
                    let business = create_business(tx, &hash)?;
                    if connects {
                        connected = connect_apps(tx, &key, &business)?;
                    }
                    business.name()
                }
            };
            Ok::<_, db::Error>((account, secrets, connected))
        })
        .await?;
    let (account, mut secrets, connected) = made;
    let (zelty_bridge, pos_helper, kezia, developer_tools) = (
        secrets.pop().unwrap_or_default(),
        secrets.pop().unwrap_or_default(),
        secrets.pop().unwrap_or_default(),
        secrets.pop().unwrap_or_default(),
    );
    Ok(DemoData {
        account,
        developer_tools,
        kezia,
        zelty_bridge,
        pos_helper,
        connected,
    })
}

/// Connects Developer Tools to each location, Kezia II to the first, and POS HELPER to the others.
fn connect_apps(
    tx: &mut Tx<'_>,
    key: &hub::secret::MasterKey,
    business: &Business,
) -> db::Result<Vec<ConnectedShop>> {
    let mut shops = Vec::new();
    for (number, location) in business.locations.iter().enumerate() {
        let mut connect = |client: &str, scope: &str| {
            let client = ClientId::parse(client).map_err(broken)?;
            let grant = Grant {
                client,
                account: Some(business.made.account.clone()),
                location: Some(location.clone()),
                device: String::new(),
                scope: scope.to_owned(),
                catalog: Some(business.made.catalog.clone()),
                customer_list: Some(business.made.customer_list.clone()),
                user: Some(business.owner.clone()),
            };
            let by = AuditActor::user(&business.owner, DEMO_USERS[0].name, None);
            let id = changes::connect(tx, key, &grant, &by)?;
            let found = connections::find(tx, grant.account.as_ref(), &id)?;
            let found =
                found.ok_or_else(|| db::Error::Broken("a connection is gone".to_owned()))?;
            Ok::<_, db::Error>(found.token_response(key))
        };
        let web = connect(DEVELOPER_TOOLS, partners::developer_tools::SCOPE)?;
        let till = match number {
            0 => connect(KEZIA, partners::kezia::SCOPE)?,
            _ => connect(POS_HELPER, partners::pos_helper::SCOPE)?,
        };
        shops.push(ConnectedShop { web, till });
    }
    Ok(shops)
}

fn broken(error: impl std::fmt::Display) -> db::Error {
    db::Error::Broken(error.to_string())
}

/// Registers an app, or updates where it is; answers its secret.
fn register_app(
    tx: &mut Tx<'_>,
    key: &hub::secret::MasterKey,
    id: &str,
    name: &str,
    app: &AppFields,
) -> db::Result<String> {
    let id = ClientId::parse(id).map_err(|error| db::Error::Broken(error.to_string()))?;
    if let Some(mut known) = clients::find(tx, &id)? {
        known.app = app.clone();
        clients::update(tx, &known)?;
        return known
            .secret(key)
            .map_err(|error| db::Error::Broken(error.to_string()));
    }
    let new = NewClient {
        id: Some(id),
        secret: None,
        name: name.to_owned(),
        owner: None,
        is_listed: true,
        app: app.clone(),
        callbacks: CallbackOptions::default(),
    };
    Ok(clients::insert(tx, key, &new)?
        .map(|(_, secret)| secret)
        .unwrap_or_default())
}

fn developer_tools(url: &str) -> AppFields {
    AppFields {
        location_scope: Some(partners::developer_tools::SCOPE.to_owned()),
        connect_url: Some(format!("{url}/connect")),
        open_url: Some(format!("{url}/open")),
        disconnect_url: Some(format!("{url}/disconnect")),
        category: Some("tools".to_owned()),
        description: Some((
            "Passe de fausses commandes et montre ce que le hub envoie.".to_owned(),
            "Places made-up orders and shows what the hub sends.".to_owned(),
        )),
        redirect_uris: vec![format!("{url}/oauth/callback"), format!("{url}/connect")],
        ..AppFields::default()
    }
}

fn zelty_bridge(url: &str) -> AppFields {
    AppFields {
        location_scope: Some(partners::zelty_bridge::SCOPE.to_owned()),
        connect_url: Some(format!("{url}/connect")),
        open_url: Some(format!("{url}/")),
        disconnect_url: Some(format!("{url}/disconnect")),
        category: Some("pos".to_owned()),
        description: Some((
            "Relie la caisse Zelty : commandes, carte, ruptures et horaires.".to_owned(),
            "Connects the till Zelty: orders, menu, stock and opening hours.".to_owned(),
        )),
        redirect_uris: vec![format!("{url}/oauth/callback"), format!("{url}/connect")],
        ..AppFields::default()
    }
}

fn kezia(url: &str) -> AppFields {
    AppFields {
        location_scope: Some(partners::kezia::SCOPE.to_owned()),
        category: Some("pos".to_owned()),
        description: Some((
            "La caisse des commerces de bouche et de la vente à emporter.".to_owned(),
            "The till of food shops and takeaways.".to_owned(),
        )),
        instructions: Some((
            format!(
                "Dans Kezia II ({url}), sélectionnez Fichier > Paramètres > Commandes Web, cochez \
                 Actif, puis cliquez sur Configurer."
            ),
            format!(
                "In Kezia II ({url}), select Fichier > Paramètres > Commandes Web, tick Actif, \
                 then click Configurer."
            ),
        )),
        redirect_uris: vec!["urn:ietf:wg:oauth:2.0:oob".to_owned()],
        ..AppFields::default()
    }
}

fn pos_helper(url: &str) -> AppFields {
    AppFields {
        location_scope: Some(partners::pos_helper::SCOPE.to_owned()),
        connect_url: Some(format!("{url}/connect")),
        open_url: Some(format!("{url}/")),
        disconnect_url: Some(format!("{url}/disconnect")),
        category: Some("pos".to_owned()),
        description: Some((
            "La caisse en ligne, avec un écran de production pour la cuisine.".to_owned(),
            "A till on the web, with a production screen for the kitchen.".to_owned(),
        )),
        redirect_uris: vec![format!("{url}/oauth/callback"), format!("{url}/connect")],
        ..AppFields::default()
    }
}

/// The account of the demo.
struct Business {
    made: provision::CreatedAccount,
    locations: Vec<LocationId>,
    owner: UserId,
}

impl Business {
    /// As the start says it.
    fn name(&self) -> String {
        format!("{NAME} ({})", self.made.account)
    }
}

/// The account with its locations, catalogs, customers and people.
fn create_business(tx: &mut Tx<'_>, hash: &str) -> db::Result<Business> {
    let currency = Currency::parse("EUR").map_err(|error| db::Error::Broken(error.to_string()))?;
    let first = location("Lyon Bellecour", "4 place des Frères", "69002");
    let new = NewAccount {
        name: NAME.to_owned(),
        currency,
        location: first,
    };
    let made = provision::create_account(tx, &new)?;
    let mut locations = vec![made.location.clone()];
    if let Some(stored) = accounts::find(tx, &made.account)? {
        let second = location("Lyon Part-Dieu", "17 rue de la Gare", "69003");
        locations.push(provision::add_location(tx, &stored.into(), &second)?);
    }
    // A second catalog at the first location, so that there is something to choose.
    let lunch = provision::add_catalog(tx, &made.account, Some(&made.location), "Carte du midi")?;
    catalogs::fill(tx, &made.account, &made.catalog, &lunch)?;
    for (first_name, last_name, phone, email) in [
        ("Ada", "Martin", "+33601020304", "ada@clients.example"),
        ("Basile", "Durand", "+33605060708", "basile@clients.example"),
        ("Chloé", "Petit", "+33609101112", "chloe@clients.example"),
    ] {
        let details = CustomerDetails {
            first_name: Some(first_name.to_owned()),
            last_name: Some(last_name.to_owned()),
            phone: Some(phone.to_owned()),
            email: Some(email.to_owned()),
            city: Some("Lyon".to_owned()),
            country: Some("FR".to_owned()),
            ..CustomerDetails::default()
        };
        customers::store::insert(tx, &made.account, &made.customer_list, details)?;
    }
    let mut people = Vec::new();
    for user in &DEMO_USERS {
        let at = user.is_local.then_some(&made.location);
        people.extend(create_user(tx, user, hash, &made, at)?);
    }
    let owner = people.into_iter().next();
    Ok(Business {
        owner: owner.ok_or_else(|| db::Error::Broken("nobody was made".to_owned()))?,
        locations,
        made,
    })
}

fn create_user(
    tx: &mut Tx<'_>,
    user: &DemoUser,
    hash: &str,
    made: &provision::CreatedAccount,
    at: Option<&LocationId>,
) -> db::Result<Option<UserId>> {
    let new = NewUser {
        email: VerifiedEmail::by_operator(user.email),
        name: user.name.to_owned(),
        locale: "fr-FR".to_owned(),
        timezone: "Europe/Paris".to_owned(),
        password_hash: Some(hash.to_owned()),
    };
    let made_user = users::insert(tx, &new)?;
    if let Some(id) = &made_user {
        let (now, permissions) = (tx.now(), user.role.permissions(at.is_none()));
        users::grant(tx, &made.account, at, id, permissions, now)?;
    }
    Ok(made_user)
}

fn location(name: &str, address: &str, postal_code: &str) -> NewLocation {
    NewLocation {
        name: name.to_owned(),
        address: Some(address.to_owned()),
        postal_code: Some(postal_code.to_owned()),
        city: Some("Lyon".to_owned()),
        country: "FR".to_owned(),
        timezone: "Europe/Paris".to_owned(),
    }
}
