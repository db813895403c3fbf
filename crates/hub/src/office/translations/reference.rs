//! The reference of the API.

super::translations! {
    /// The reference of the API.
    Reference {
        title: "Référence de l'API", "API reference";
        lead: "Toutes les requêtes et réponses de l'API, générées à partir du programme lui-même. Les textes techniques sont en anglais.", "Every request and response of the API, generated from the program itself.";
        files: "Pour les machines", "For machines";
        openapi: "Contrat OpenAPI 3.1", "OpenAPI 3.1 contract";
        postman: "Collection Postman", "Postman collection";
        sections: "Sections", "Sections";
        types: "Types", "Types";
        types_lead: "Ce que contiennent les réponses, et ce qui peut être envoyé (Input).", "What responses contain, and what may be sent (Input).";
        events: "Événements", "Events";
        events_lead: "Ce qu'un callback reçoit. Chaque événement a son schéma JSON.", "What a callback receives. Each event has its JSON Schema.";
        parameters: "Paramètres", "Parameters";
        body: "Corps", "Body";
        example: "Exemple", "Example";
        answer: "Réponse", "Answer";
        errors: "Erreurs", "Errors";
        name: "Nom", "Name";
        kind: "Type", "Type";
        meaning: "Signification", "Meaning";
        needed: "requis", "required";
        nothing: "vide", "empty";
    } with {
        section(slice: &str): french(&slice).to_owned(), english(&slice).to_owned();
    }
}

fn french(slice: &str) -> &str {
    match slice {
        "accounts" => "Comptes",
        "callbacks" => "Callbacks",
        "catalogs" => "Catalogues",
        "customer_lists" => "Listes de clients",
        "customers" => "Clients",
        "deliveries" => "Livraisons",
        "images" => "Images",
        "inventories" => "Stocks",
        "locations" => "Points de vente",
        "loyalty" => "Fidélité",
        "oauth" => "OAuth 2.0",
        "orders" => "Commandes",
        "users" => "Utilisateurs",
        other => other,
    }
}

fn english(slice: &str) -> &str {
    match slice {
        "accounts" => "Accounts",
        "callbacks" => "Callbacks",
        "catalogs" => "Catalogs",
        "customer_lists" => "Customer lists",
        "customers" => "Customers",
        "deliveries" => "Deliveries",
        "images" => "Images",
        "inventories" => "Inventories",
        "locations" => "Locations",
        "loyalty" => "Loyalty",
        "oauth" => "OAuth 2.0",
        "orders" => "Orders",
        "users" => "Users",
        other => other,
    }
}
