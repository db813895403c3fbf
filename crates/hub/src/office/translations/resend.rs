//! Sending events again.

super::translations! {
    /// Sending events again: the form, what it would send, and how far it is.
    Resend {
        entry: "Renvoyer des événements", "Send events again";
        lead: "L'application reçoit de nouveau des événements, avec le même identifiant et marqués comme renvoyés. Avant l'envoi, vous verrez combien il y en a.", "The application receives events again, with the same ids and marked as sent again. Before anything is sent, you will see how many there are.";
        what: "Que renvoyer ?", "What to send?";
        failed: "Ce qui a été abandonné après plusieurs essais", "What was given up after several attempts";
        missed: "Ce qu'elle a manqué avant d'être connectée", "What it missed before it was connected";
        matching: "Tout, même ce qu'elle a déjà reçu", "Everything, even what it has already received";
        since: "Depuis", "Since";
        until: "Jusqu'à (facultatif)", "Until (optional)";
        resource: "Au sujet de", "About";
        any: "Tout", "Anything";
        order: "Commandes", "Orders";
        delivery: "Livraisons", "Deliveries";
        delivery_quote: "Devis de livraison", "Delivery quotes";
        customer: "Clients", "Customers";
        catalog: "Catalogues", "Catalogs";
        inventory: "Stocks", "Inventories";
        location: "Points de vente", "Locations";
        customer_list: "Listes de clients", "Customer lists";
        account: "Compte", "Account";
        order_id: "Une seule commande (identifiant, facultatif)", "One order only (id, optional)";
        count: "Compter", "Count";
        wrong_time: "Indiquez une date et une heure.", "Enter a date and a time.";
        wrong_until: "La fin doit venir après le début.", "The end must come after the beginning.";
        wrong_order: "Ce n'est pas l'identifiant d'une commande.", "This is not the id of an order.";
        none: "Aucun événement à renvoyer.", "No events to send again.";
        none_lead: "Choisissez un autre début, ou autre chose à renvoyer.", "Choose another beginning, or something else to send.";
        newest: "Si l'application a déjà reçu un état plus récent de la même chose, il lui est renvoyé à la fin.", "If the application has already received a newer state of the same thing, that is sent again at the end.";
        send: "Renvoyer", "Send again";
        no_callback: "L'application n'a pas de callback : elle ne recevrait rien.", "The application has no callback: it would receive nothing.";
        job_runs: "Un autre renvoi est en cours : attendez sa fin, ou arrêtez-le.", "Events are being sent again already: wait for the end, or stop it.";
        jobs: "Derniers renvois", "Last times events were sent again";
        no_jobs: "Rien n'a encore été renvoyé.", "Nothing has been sent again yet.";
        running: "En cours", "Under way";
        stopped: "Arrêté", "Stopped";
        finished: "Terminé", "Finished";
        stop: "Arrêter", "Stop";
        refresh: "Actualiser", "Refresh";
    } with {
        title(app: &str): format!("Renvoyer des événements : {app}"), format!("Send events again: {app}");
        found(count: u64):
            format!("{} à renvoyer.", super::fr(count, "événement", "événements")),
            format!("{} to send again.", super::en(count, "event", "events"));
        found_more(count: u64):
            format!("Plus de {} à renvoyer.", super::fr(count, "événement", "événements")),
            format!("More than {} to send again.", super::en(count, "event", "events"));
        progress(done: u64, total: u64):
            format!("Renvoyés : {}. Trouvés au départ : {}.", super::fr(done, "événement", "événements"), super::fr(total, "événement", "événements")),
            format!("Sent again: {}. Found at first: {}.", super::en(done, "event", "events"), super::en(total, "event", "events"));
        progress_more(done: u64, total: u64):
            format!("Renvoyés : {}. Trouvés au départ : plus de {}.", super::fr(done, "événement", "événements"), super::fr(total, "événement", "événements")),
            format!("Sent again: {}. Found at first: more than {}.", super::en(done, "event", "events"), super::en(total, "event", "events"));
        repeated(count: u64):
            format!("Renvoyés ensuite : {}.", super::fr(count, "état plus récent", "états plus récents")),
            format!("Sent again afterwards: {}.", super::en(count, "newer state", "newer states"));
        skipped(count: u64):
            format!("Laissés de côté : {}.", super::fr(count, "événement", "événements")),
            format!("Left out: {}.", super::en(count, "event", "events"));
        slowed(count: u64, next: &str):
            format!("Envois ralentis : {} d'un nouvel essai, prochain à {next}", super::fr(count, "événement en attente", "événements en attente")),
            format!("Sending is slowed down: {} for another attempt, next at {next}", super::en(count, "event waits", "events wait"));
        paused(next: &str):
            format!("Envois en pause : l'application ne répond pas, prochain essai à {next}"),
            format!("Sending is paused: the application does not respond, next attempt at {next}");
        between(since: &str, until: &str): format!("Du {since} au {until}"), format!("From {since} to {until}");
        stop_this(at: &str): format!("Arrêter le renvoi du {at}"), format!("Stop what began on {at}");
    }
}

impl Resend {
    /// What is said of a resource of events.
    #[must_use]
    pub fn resource_name(&self, resource: wire::event::EventResource) -> &'static str {
        use wire::event::EventResource as R;
        match resource {
            R::Order => self.order,
            R::Delivery => self.delivery,
            R::DeliveryQuote => self.delivery_quote,
            R::Customer => self.customer,
            R::Catalog => self.catalog,
            R::Inventory => self.inventory,
            R::Location => self.location,
            R::CustomerList => self.customer_list,
            R::Account => self.account,
        }
    }

    /// What is said of a kind of job.
    #[must_use]
    pub fn kind_name(&self, what: wire::callback::ResendKind) -> &'static str {
        use wire::callback::ResendKind as K;
        match what {
            K::Failed => self.failed,
            K::Missed => self.missed,
            K::Matching => self.matching,
        }
    }
}
