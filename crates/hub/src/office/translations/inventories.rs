//! The inventory of a location.

super::translations! {
    /// The inventory of a location.
    Inventories {
        title: "Inventaire", "Inventory";
        choose: "Choisissez un point de vente pour voir son inventaire.", "Choose a location to see its inventory.";
        counted: "SKU / OPTION", "SKU / OPTION";
        code: "REF", "REF";
        stock: "STOCK", "STOCK";
        sku: "SKU", "SKU";
        option: "Option", "Option";
        unknown: "Absent des catalogues de ce point de vente", "Not in the catalogs of this location";
        sold_out: "Épuisé", "Out of stock";
        lead: "Un article ou une option qui n'est pas dans cette liste n'a pas de limite.", "An item or an option that is not in this list has no limit.";
        empty: "Rien n'est limité ici : tout est disponible sans limite.", "Nothing is limited here: everything is available without limit.";
        empty_lead: "Les applications connectées indiquent ici ce qui est épuisé, ou combien il en reste.", "Connected applications say here what is out of stock, or how much is left.";
    } with {
        until(time: &str): format!("jusqu'au {time}"), format!("until {time}");
    }
}
