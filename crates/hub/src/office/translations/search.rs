//! The search box and what it finds.

super::translations! {
    /// The search box and what it finds.
    Search {
        title: "Rechercher", "Search";
        placeholder: "Téléphone, nom, réf…", "Phone, name, ref…";
        refine: "Préciser la recherche", "Refine the search";
        go: "Rechercher", "Search";
        what: "Un numéro de téléphone, une adresse e-mail, un nom, un code de retrait, une réf de commande ou son début, l'identifiant d'une commande, d'un événement, d'une requête ou d'une connexion.", "A phone number, an e-mail address, a name, a collection code, the ref of an order or its beginning, the id of an order, an event, a request or a connection.";
        keys: "La touche / mène à ce champ depuis toutes les pages.", "The key / leads to this field from every page.";
        nothing: "Rien ne correspond.", "Nothing matches.";
        narrowed: "Seul le point de vente choisi en haut de la page est pris en compte.", "Only the location chosen at the top of the page is looked at.";
        more: "Seules les plus récentes sont affichées : précisez votre recherche pour trouver les autres.", "Only the newest are shown: be more precise to find others.";
        refused: "Commandes refusées", "Refused orders";
        events: "Événements", "Events";
        requests: "Requêtes", "Requests";
        id: "Identifiant", "Id";
        reference: "Réf", "Ref";
        collection_code: "Code de retrait", "Collection code";
        phone: "Téléphone", "Phone";
        email: "E-mail", "E-mail";
        name: "Nom", "Name";
        private_ref: "Réf privée", "Private ref";
    } with {
        results(text: &str): format!("Résultats pour {text}"), format!("Results for {text}");
    }
}
