//! The logs of the data.

super::translations! {
    /// The logs of the data.
    DataLogs {
        title: "Logs de données", "Data logs";
        lead: "Les requêtes de toutes les applications connectées ici. Ce que le hub leur envoie est dans les logs de chaque connexion.", "The requests of all applications connected here. What the hub sends them is in the logs of each connection.";
        filter: "Filtrer", "Filter";
        view: "Voir les logs", "View logs";
        origin_resource: "ORIGINE, RESSOURCE", "ORIGIN, RESOURCE";
        empty: "Aucune requête n'a encore été reçue.", "No request has been received yet.";
        empty_lead: "Chaque appel d'une application à l'API apparaîtra ici.",
            "Each call of an app to the API will appear here.";
        none_on_page: "Rien ne correspond parmi les dernières requêtes. Les plus anciennes sont à la page suivante.", "Nothing matches among the latest requests. Older ones are on the next page.";
    } with {
        retention(days: u64): format!("Les requêtes sont conservées {}.", super::fr(days, "jour", "jours")), format!("Requests are kept for {}.", super::en(days, "day", "days"));
    }
}
