//! What happened to an order: requests, events, attempts.

super::translations! {
    /// What happened to an order: requests, events, attempts.
    Journey {
        title: "Parcours de la commande", "Journey of the order";
        lead: "Chaque requête et chaque envoi aux applications, du plus ancien au plus récent.", "Every request, and every callback to the applications, oldest first.";
        logs: "Logs", "Logs";
        empty: "Les requêtes et les envois de cette commande ne sont plus conservés.", "The requests and callbacks of this order are no longer stored.";
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
        held: "Programmé", "Scheduled";
        superseded: "Remplacé", "Replaced";
        newer_sent: "Un état plus récent a été envoyé à la place.", "A newer state was sent in its place.";
        fire: "Envoyer maintenant", "Send now";
        fire_title: "Envoyer cette commande maintenant ?", "Send this order now?";
        fire_lead: "L'application la reçoit tout de suite, avant l'heure où sa préparation doit commencer.", "The application receives it at once, before its preparation is due to begin.";
        attempts: "Essais", "Attempts";
        answer: "Réponse", "Answer";
        event_body: "Événement envoyé", "Event sent";
        resend: "Renvoyer", "Send again";
        resend_title: "Renvoyer cet événement à l'application ?", "Send this event to the application again?";
        resend_lead: "L'application reçoit le même événement, avec le même identifiant. Si elle l'a déjà traité, elle peut le traiter deux fois.", "The application receives the same event, with the same id. If it has processed it already, it may process it twice.";
        discard: "Supprimer l'envoi", "Delete this callback";
        discard_title: "Supprimer cet envoi en attente ?", "Delete this waiting callback?";
        discard_lead: "L'application ne recevra jamais cet événement. La commande elle-même n'est pas touchée.", "The application will never receive this event. The order itself is not touched.";
        not_sent_again: "Cet envoi a été supprimé : il ne sera plus effectué.", "This callback was deleted: it will not be sent again.";
        paused: "La connexion est bloquée : l'envoi reprendra quand elle sera débloquée.", "The connection is blocked: callbacks are sent again once it is unblocked.";
        in_line: "Attend que l'envoi précédent aboutisse.", "Waits until the callback before it is acknowledged.";
        under_way: "Envoi en cours.", "Being sent.";
        too_long: "Trop long pour être affiché ici : téléchargez-le.", "Too long to be shown here: download it.";
        hub_error: "L'envoi a échoué : erreur interne de ce serveur.", "The callback was not sent: internal error of this server.";
        logs_away: "Les requêtes ne peuvent pas être lues pour l'instant.", "The requests cannot be read at the moment.";
        refused: "Refusée.", "Refused.";
        refused_token: "Refusée : le jeton d'accès n'est pas ou plus valable, ou la connexion est bloquée.", "Refused: the access token is not valid or no longer so, or the connection is blocked.";
        refused_scope: "Refusée : la connexion n'a pas la permission de faire cela.", "Refused: the connection does not have the permission to do this.";
        refused_unknown: "Refusée : ce qui est demandé n'existe pas, ou cette connexion n'y a pas accès.", "Refused: what is asked for does not exist, or this connection does not reach it.";
        refused_conflict: "Refusée : une autre requête était plus rapide.", "Refused: another request was faster.";
        refused_content: "Refusée : ce qui a été envoyé n'est pas valable.", "Refused: what was sent is not valid.";
        refused_rate: "Refusée : trop de requêtes en peu de temps.", "Refused: too many requests in a short time.";
        refused_by_failure: "Ce serveur n'a pas pu répondre.", "This server was not able to respond.";
    } with {
        refused_because(cause: &str, details: &str): format!("{cause} ({details})"), format!("{cause} ({details})");
        by(app: &str): format!("par {app}"), format!("by {app}");
        accepted_by(app: &str): format!("{app} a bien reçu l'événement."), format!("{app} received the event.");
        said_error(app: &str, code: u16):
            format!("{app} a répondu {code} : l'événement compte comme reçu, mais l'application l'a refusé."),
            format!("{app} responded {code}: the event counts as received, but the application refused it.");
        failed(app: &str, code: u16): format!("{app} est en panne (réponse {code})."), format!("{app} failed (response {code}).");
        timed_out(app: &str): format!("{app} n'a pas répondu (délai dépassé)."), format!("{app} did not respond (timed out).");
        unreachable(app: &str): format!("{app} est injoignable (connexion refusée)."), format!("{app} cannot be reached (connection refused).");
        unknown_host(app: &str, host: &str): format!("L'adresse de {app} n'existe pas ({host})."), format!("The address of {app} does not exist ({host}).");
        bad_certificate(app: &str): format!("Le certificat de {app} n'est pas valable."), format!("The certificate of {app} is not valid.");
        guarded(app: &str): format!("L'adresse de {app} est interdite par ce serveur (réseau interne)."), format!("The address of {app} is forbidden by this server (internal network).");
        not_fetched(app: &str): format!("{app} n'est pas encore venue chercher l'événement."), format!("{app} has not fetched the event yet.");
        fetched(app: &str, time: &str): format!("{app} est venue chercher l'événement à {time}."), format!("{app} fetched the event at {time}.");
        gave_up(app: &str, tries: u64):
            format!("{app} n'a jamais accusé réception : abandon après {}.", super::fr(tries, "essai", "essais")),
            format!("{app} never acknowledged the event: given up after {}.", super::en(tries, "attempt", "attempts"));
        never_fetched(app: &str): format!("{app} n'est jamais venue chercher l'événement."), format!("{app} never fetched the event.");
        held_until(time: &str): format!("Sera envoyé à {time}, quand la préparation doit commencer."), format!("Will be sent at {time}, when preparation is due to begin.");
        next_at(time: &str): format!("Prochain essai à {time}"), format!("Next attempt at {time}");
        not_http(app: &str): format!("{app} a renvoyé une réponse qui n'est pas du HTTP valable."), format!("{app} sent a response that is not valid HTTP.");
        bad_address(app: &str): format!("L'adresse de {app} n'est pas valable."), format!("The address of {app} is not valid.");
        broke_off(app: &str): format!("La connexion avec {app} a été coupée avant la réponse."), format!("The connection to {app} was closed before it responded.");
        only_first(count: u64):
            format!("Seules les {} les plus utiles sont montrées.", super::fr(count, "requête", "requêtes")),
            format!("Only the {} that are most useful are shown.", super::en(count, "request", "requests"));
        number(n: u64): format!("Essai {n}"), format!("Attempt {n}");
        changed(before: &str, after: &str): format!("{before} → {after}"), format!("{before} → {after}");
    }
}
