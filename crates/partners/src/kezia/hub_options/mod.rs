//! The full settings of the hub: Commandes Web > the hub > **Configurer** > gear > the hub. Its tabs are **E/S**,
//! **Options avancées**, **Synchronisation auto**, **Export** and **Maintenance**.

pub(crate) mod maintenance;
pub(crate) mod pages;
pub(crate) mod send;

use rusqlite::Transaction;
use serde::{Deserialize, Serialize};

use super::state;
use crate::kit::store::StoreError;

/// What is set there. Nothing is ticked on a new till.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct HubOptions {
    /// **Associer les articles par codes internes**.
    pub is_by_code: bool,
    /// **Gestion Stock** – **Activer**.
    pub has_stock: bool,
    /// **Envoi des commandes Kezia** is **Client web**.
    pub sends_web_client_orders: bool,
    /// **Envoyer les factures**.
    pub auto_invoices: bool,
    /// **Envoyer les commandes**.
    pub auto_orders: bool,
    /// **Envoyer les clients**.
    pub auto_customers: bool,
    /// **Envoyer les articles**.
    pub auto_articles: bool,
    /// **Envoyer le stock**.
    pub auto_stock: bool,
    /// **Recherche Menu**, of the window **Configuration**: the lists of menus show their IDART.
    pub shows_menu_numbers: bool,
}

/// The name under which they are stored.
const NAME: &str = "hub_options";

/// The full settings of the hub.
pub(crate) fn load(tx: &Transaction<'_>) -> Result<HubOptions, StoreError> {
    state::setting(tx, NAME)
}

/// Stores the full settings of the hub.
pub(crate) fn store(tx: &Transaction<'_>, options: &HubOptions) -> Result<(), StoreError> {
    state::save_setting(tx, NAME, options)
}
