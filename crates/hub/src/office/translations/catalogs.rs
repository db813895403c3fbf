//! The catalogs, and what is in one.

super::translations! {
    /// The catalogs, and what is in one.
    Catalogs {
        title: "Catalogues", "Catalogs";
        catalog: "Catalogue", "Catalog";
        show: "Afficher", "Show";
        name: "NOM", "NAME";
        owner: "APPARTIENT À", "BELONGS TO";
        account: "Compte", "Account";
        products_head: "PRODUITS", "PRODUCTS";
        created: "CRÉÉ", "CREATED";
        empty: "Aucun catalogue n'est accessible ici.", "No catalog can be reached here.";
        empty_lead: "Choisissez un autre point de vente, ou ajoutez un catalogue dans la configuration.", "Choose another location, or add a catalog in the settings.";
        skus: "SKUS", "SKUS";
        deals: "PROMOTIONS", "DEALS";
        discounts: "REMISES", "DISCOUNTS";
        options: "OPTIONS", "OPTIONS";
        charges: "FRAIS", "CHARGES";
        variants: "VARIANTES", "VARIANTS";
        images: "IMAGES", "IMAGES";
        category: "CATÉGORIE", "CATEGORY";
        product: "PRODUIT", "PRODUCT";
        sku: "SKU", "SKU";
        price: "PRIX", "PRICE";
        code: "CODE REF", "REF CODE";
        option_list: "LISTE D'OPTIONS", "OPTION LIST";
        option: "OPTION", "OPTION";
        kind: "TYPE", "TYPE";
        image: "IMAGE", "IMAGE";
        size: "TAILLE", "SIZE";
        use_head: "UTILISATION", "USE";
        used: "Utilisée dans le catalogue", "Used in the catalog";
        category_field: "Catégorie", "Category";
        any_category: "Toutes les catégories", "All categories";
        search_field: "Nom ou code ref", "Name or ref code";
        search: "Rechercher", "Search";
        reset: "Réinitialiser", "Reset";
        no_match: "Rien ne correspond à cette recherche.", "Nothing matches this search.";
        no_match_yet: "Rien ne correspond dans cette partie du catalogue.", "Nothing matches in this part of the catalog.";
        nothing: "Ce catalogue n'en contient pas.", "This catalog has none.";
        nothing_lead: "Le contenu d'un catalogue est envoyé par une application connectée.", "The content of a catalog is sent by a connected application.";
        disabled: "Désactivé", "Disabled";
        restricted: "Vente restreinte", "Restricted sale";
        by_default: "Par défaut", "By default";
        several: "Plusieurs fois la même", "The same one several times";
        varies: "Variable", "Varies";
        unchanged: "prix inchangé", "price unchanged";
        delivery: "Livraison", "Delivery";
        payment_fee: "Frais de paiement", "Payment fee";
        tip: "Pourboire", "Tip";
        tax: "Taxe", "Tax";
        other: "Autre", "Other";
    } with {
        coupons(codes: &str): format!("Codes promo : {codes}"), format!("Coupon codes: {codes}");
        option_lists(names: &str): format!("Options : {names}"), format!("Options: {names}");
        barcodes(codes: &str): format!("Codes-barres : {codes}"), format!("Barcodes: {codes}");
        tags(names: &str): format!("Étiquettes : {names}"), format!("Tags: {names}");
        other_price(of: &str, price: &str): format!("{of} : {price}"), format!("{of}: {price}");
        more_prices(count: u64): format!("+ {}", super::fr(count, "autre prix", "autres prix")), format!("+ {}", super::en(count, "other price", "other prices"));
        more_skus(count: u64): format!("+ {}", super::fr(count, "autre SKU", "autres SKUs")), format!("+ {}", super::en(count, "other SKU", "other SKUs"));
        more_options(count: u64): format!("+ {}", super::fr(count, "autre option", "autres options")), format!("+ {}", super::en(count, "other option", "other options"));
        line(number: u64): format!("Ligne {number}"), format!("Line {number}");
        deal_line(label: &str, skus: u64, effect: &str): format!("{label} : {}, {effect}", super::fr(skus, "SKU au choix", "SKUs au choix")), format!("{label}: {}, {effect}", super::en(skus, "SKU to choose from", "SKUs to choose from"));
        fixed_price(price: &str): format!("prix fixe {price}"), format!("fixed price {price}");
        price_off(value: &str): format!("−{value}"), format!("−{value}");
        between(min: u64, max: u64): format!("de {min} à {max} choix"), format!("{min} to {max} choices");
        at_least(min: u64): format!("{min} choix au moins"), format!("at least {min} choices");
        removed_on(date: &str): format!("Inutilisée, supprimée le {date}"), format!("Unused, removed on {date}");
    }
}
