//! The catalogs and customer lists of the account or location: the table in the settings, and the form
//! for a name.

use askama::Template;

use crate::office::frame::Frame;
use crate::office::widgets::Field;

/// A catalog or a customer list.
#[derive(Clone, Debug)]
pub struct ResourceLine {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The location it belongs to, or **Compte**; only where the page is about another place.
    pub owner: Option<String>,
    /// When it was created, formatted.
    pub created: String,
    /// How many products or customers there are, formatted; none if they are not counted.
    pub count: Option<String>,
    /// Whether the reader may rename and delete it.
    pub may_change: bool,
}

/// The form for the name of a catalog or customer list: `GET /settings/catalogs/new`,
/// `GET /settings/catalogs/{id}`, and the same for `customer_lists`.
#[derive(Template)]
#[template(path = "settings/resource.html")]
pub struct ResourceFormPage {
    /// The common part.
    pub frame: Frame,
    /// **Ajouter un catalogue**, or the name that it has.
    pub title: String,
    /// For whom it is, or what does not change.
    pub hint: &'static str,
    /// The name.
    pub name: Field,
    /// Where the form goes.
    pub action: String,
    /// **Créer** or **Mettre à jour**.
    pub button: &'static str,
}
