//! What happened to an order: requests, events, attempts.

super::words! {
    /// What happened to an order: requests, events, attempts.
    Journey {
        title: "Parcours de la commande", "Journey of the order";
        lead: "Chaque requête et chaque envoi aux applications, du plus ancien au plus récent.", "Every request, and every delivery to the applications, oldest first.";
        logs: "Logs", "Logs";
        empty: "Le détail des échanges n'est plus conservé pour cette commande.", "The exchanges about this order are no longer kept.";
        order_create: "Commande créée", "Order created";
        order_update: "Commande modifiée", "Order updated";
        delivery_create: "Livraison créée", "Delivery created";
        delivery_update: "Livraison modifiée", "Delivery updated";
        quote_create: "Devis de livraison reçu", "Delivery quote received";
        quote_accepted: "Devis de livraison accepté", "Delivery quote accepted";
        event: "Événement", "Event";
        request: "Requête", "Request";
        nobody: "Aucune application n'attendait cet événement.", "No application was waiting for this event.";
        waiting: "En attente", "Waiting";
        retrying: "Nouvel essai prévu", "Will be retried";
        acknowledged: "Transmis", "Delivered";
        acknowledged_anyway: "Transmis, avec une erreur", "Delivered, with an error";
        expired: "Abandonné", "Given up";
        discarded: "Supprimé", "Deleted";
        blocked: "Suspendu : connexion bloquée", "Paused: connection blocked";
        attempts: "Essais", "Attempts";
        answer: "Réponse", "Answer";
        event_body: "Événement envoyé", "Event sent";
        discard: "Supprimer l'envoi", "Delete this delivery";
        discard_title: "Supprimer cet envoi en attente ?", "Delete this waiting delivery?";
        discard_lead: "L'application ne recevra jamais cet événement. La commande elle-même n'est pas touchée.", "The application will never receive this event. The order itself is not touched.";
        not_sent_again: "Cet envoi a été supprimé : il ne sera plus tenté.", "This delivery was deleted: it will not be tried again.";
        paused: "La connexion est bloquée : l'envoi reprendra quand elle sera débloquée.", "The connection is blocked: delivery goes on once it is unblocked.";
        in_line: "Attend que l'envoi précédent aboutisse.", "Waits for the delivery before it.";
        under_way: "Envoi en cours.", "On its way.";
        too_long: "Trop long pour être affiché ici : téléchargez-le.", "Too long to be shown here: download it.";
        hub_error: "L'envoi n'a pas pu être fait, pour une raison interne à ce serveur.", "The delivery could not be made, for a reason of this server.";
        logs_away: "Les requêtes ne peuvent pas être lues pour l'instant.", "The requests cannot be read at the moment.";
    } with {
        by(app: &str): format!("par {app}"), format!("by {app}");
        accepted_by(app: &str): format!("{app} a bien reçu l'événement."), format!("{app} received the event.");
        said_error(app: &str, code: u16):
            format!("{app} a répondu {code} : l'événement compte comme reçu, mais l'application l'a refusé."),
            format!("{app} answered {code}: the event counts as received, but the application refused it.");
        failed(app: &str, code: u16): format!("{app} est en panne (réponse {code})."), format!("{app} is out of order (answer {code}).");
        timed_out(app: &str): format!("{app} n'a pas répondu (délai dépassé)."), format!("{app} did not answer (timed out).");
        unreachable(app: &str): format!("{app} est injoignable (connexion refusée)."), format!("{app} cannot be reached (connection refused).");
        unknown_host(app: &str, host: &str): format!("L'adresse de {app} n'existe pas ({host})."), format!("The address of {app} does not exist ({host}).");
        bad_certificate(app: &str): format!("Le certificat de {app} n'est pas valable."), format!("The certificate of {app} is not valid.");
        guarded(app: &str): format!("L'adresse de {app} est interdite par ce serveur (réseau interne)."), format!("The address of {app} is forbidden by this server (internal network).");
        not_fetched(app: &str): format!("{app} n'est pas encore venue chercher l'événement."), format!("{app} has not fetched the event yet.");
        fetched(app: &str, time: &str): format!("{app} a pris l'événement à {time}."), format!("{app} took the event at {time}.");
        gave_up(app: &str, tries: u64):
            format!("{app} n'a jamais répondu : abandon après {}.", super::fr(tries, "essai", "essais")),
            format!("{app} could not receive the event: given up after {}.", super::en(tries, "attempt", "attempts"));
        never_fetched(app: &str): format!("{app} n'est jamais venue chercher l'événement."), format!("{app} never fetched the event.");
        next_at(time: &str): format!("Prochain essai à {time}"), format!("Next attempt at {time}");
        not_http(app: &str): format!("{app} a renvoyé une réponse incompréhensible."), format!("{app} sent back an answer that makes no sense.");
        bad_address(app: &str): format!("L'adresse de {app} n'est pas valable."), format!("The address of {app} is not valid.");
        broke_off(app: &str): format!("La connexion avec {app} a été coupée avant la réponse."), format!("The connection to {app} broke before it answered.");
        only_first(count: u64):
            format!("Seules les {} les plus utiles sont montrées.", super::fr(count, "requête", "requêtes")),
            format!("Only the {} that matter most are shown.", super::en(count, "request", "requests"));
        number(n: u64): format!("Essai {n}"), format!("Attempt {n}");
        changed(before: &str, after: &str): format!("{before} → {after}"), format!("{before} → {after}");
    }
}
