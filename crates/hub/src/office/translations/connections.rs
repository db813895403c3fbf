//! Connections, apps, activity, logs.

super::translations! {
    /// Connections, apps, activity, logs.
    Connections {
        title: "Connexions", "Connections";
        apps: "Voir les apps disponibles", "View available apps";
        actions: "Actions", "Actions";
        open: "Ouvrir", "Open";
        logs: "Voir les logs", "View logs";
        activity: "Voir l'activité", "View activity";
        block: "Bloquer", "Block";
        unblock: "Débloquer", "Unblock";
        reconnect: "Reconnecter", "Reconnect";
        disconnect: "Déconnecter", "Disconnect";
        blocked: "Bloquée", "Blocked";
        suspended: "Suspendue", "Suspended";
        empty: "Aucune application n'est connectée.", "No application is connected.";
        empty_lead: "Connectez votre caisse, votre site de commande ou votre livreur : les commandes circulent ensuite d'elles-mêmes.", "Connect your till, your ordering site or your couriers: orders then travel by themselves.";
        disconnect_lead: "L'application perd tout de suite l'accès à vos données et disparaît de cette liste.", "The application loses access to your data at once and leaves this list.";
        disconnect_note: "Elle en est avertie et peut réinitialiser ou supprimer votre compte chez elle.", "It is notified, and may reset or delete your account on its side.";
        disconnect_instead: "Pour arrêter seulement un moment, bloquez plutôt la connexion.", "To stop for a while only, block the connection instead.";
        apps_title: "Apps disponibles", "Available apps";
        apps_empty: "Aucune application n'est encore proposée ici.", "No application is offered here yet.";
        apps_empty_lead: "Déclarez une application dans la page DÉVELOPPEUR, ou lancez la connexion depuis l'application elle-même.", "Declare an application on the DEVELOPER page, or start the connection from the application itself.";
        pos: "Logiciels de caisse", "Point of Sales";
        delivery: "Gestion de livreurs", "Delivery management";
        order_management: "Gestion des commandes", "Order Management";
        catalog_management: "Gestion de catalogues", "Catalog Management";
        tools: "Outils", "Tools";
        other: "Autres applications", "Other Apps";
        connect: "Connecter", "Connect";
        connect_new_tab: "La connexion s'ouvre dans un nouvel onglet.", "The connection opens in a new tab.";
        needs_location: "Cette application se connecte à un point de vente : choisissez-en un en haut de la page.", "This application connects to one location: choose one at the top of the page.";
        needs_account: "Cette application se connecte à tout le compte : choisissez « Tous les points de vente » en haut de la page.", "This application connects to the whole account: choose “All locations” at the top of the page.";
        needs_right: "Il vous manque le droit « Gérer les connexions et ressources ».", "You lack the right “Manage Connections and Resources”.";
        from_app: "La connexion se lance depuis l'application :", "Start the connection from the application:";
        already: "Déjà connectée", "Already connected";
        per_day: "Nombre de requêtes API par jour :", "Number of API requests per day:";
        day: "Jour", "Day";
        requests: "Requêtes", "Requests";
        as_table: "Voir en tableau", "View as a table";
        token: "Jeton d'accès", "Access token";
        show: "afficher", "show";
        hide: "masquer", "hide";
        scope: "Portée", "Scope";
        list: "Liste de clients", "Customer list";
        catalog: "Catalogue", "Catalog";
        filter: "Filtrer :", "Filter:";
        no_filter: "Aucun filtre", "No filter";
        edit: "Éditer", "Edit";
        apply: "Appliquer", "Apply";
        reset: "Réinitialiser", "Reset";
        resource: "RESSOURCE", "RESOURCE";
        resources: "Ressources", "Resources";
        method: "MÉTHODE", "METHOD";
        methods: "Méthodes", "Methods";
        url: "URL", "URL";
        answer: "RÉPONSE", "RESPONSE";
        origin: "ORIGINE", "ORIGIN";
        request_body: "Requête", "Request";
        response_body: "Réponse", "Response";
        empty_body: "Corps vide", "Empty body";
sending: "Envoi des callbacks", "Sending of callbacks";
        sending_lead: "Un callback qui échoue est envoyé de nouveau après une attente, puis après la suivante, jusqu'à la dernière. Ensuite il est abandonné, et peut être renvoyé à la main.", "A callback that fails is sent again after a wait, then after the next one, until the last. After that it is given up, and can be sent again by hand.";
        sending_waits: "Attentes avant chaque nouvel essai", "Waits before each new attempt";
        sending_waits_hint: "Séparées par des virgules, par exemple : 5 s, 30 s, 2 min, 1 h. Vide : celles de ce serveur.", "Separated by commas, for example: 5 s, 30 s, 2 min, 1 h. Empty: those of this server.";
        sending_wrong: "Indiquez jusqu'à 60 attentes, de 1 s à 24 h chacune, séparées par des virgules.", "Enter up to 60 waits, from 1 s to 24 h each, separated by commas.";
        sending_fire: "Envoyer les commandes programmées quand leur préparation doit commencer", "Send orders for later when their preparation is due to begin";
        sending_fire_hint: "À l'heure prévue moins le temps de préparation du point de vente. Les autres commandes sont envoyées tout de suite.", "At the expected time less the preparation time of the location. Other orders are sent at once.";
        sending_fetched: "Cette application vient chercher ses événements elle-même : ces réglages ne comptent que si elle donne une adresse.", "This application fetches its events by itself: these settings count only once it gives an address.";
        card_fires: "Commandes programmées envoyées à l'heure de leur préparation", "Orders for later sent when their preparation begins";
        card_waits: "Attentes particulières après un échec", "Waits of its own after a failure";
        repeats: "Commandes en double", "Repeated orders";
        repeats_lead: "Une application qui n'a pas reçu de réponse envoie parfois deux fois la même commande. Une commande dont la référence vient de servir, au même point de vente, peut être refusée ; l'application apprend alors l'identifiant de la première.", "An application that got no answer may send the same order twice. An order whose ref has just been used, at the same location, can be refused; the application is then told the first order's id.";
        repeats_minutes: "Refuser la même référence pendant (minutes)", "Refuse the same ref for (minutes)";
        repeats_hint: "De 1 à 10080 (une semaine). Vide ou 0 : rien n'est refusé.", "From 1 to 10080 (a week). Empty or 0: nothing is refused.";
        repeats_note: "N'activez cette règle que si l'application donne une référence différente à chaque commande. Les commandes déjà reçues ne comptent pas.", "Use this only if the application gives every order a ref of its own. Orders received before do not count.";
        repeats_wrong: "Indiquez un nombre entier de minutes, de 0 à 10080.", "Enter a whole number of minutes, from 0 to 10080.";
        no_logs: "Aucune requête pour l'instant.", "No requests yet.";
        no_logs_lead: "Les requêtes de l'application et les envois qui lui sont faits apparaîtront ici.", "The application's requests, and what is sent to it, will appear here.";
        no_match: "Aucune requête ne correspond au filtre.", "No request matches the filter.";
        callback_log: "Callback Log", "Callback Log";
        see_order: "Voir la commande", "View the order";
        ended_title: "Connexions terminées", "Ended connections";
        all_ended: "Voir tout", "View all";
        none_ended: "Aucune connexion n'a encore pris fin.", "No connection has ended yet.";
    } with {
        account_group(name: &str, id: &str): format!("Compte {name} - {id}"), format!("Account {name} - {id}");
        location_group(name: &str, id: &str): format!("Point de vente {name} - {id}"), format!("Location {name} - {id}");
        since(date: &str): format!("Connectée le {date}"), format!("Connected on {date}");
        since_by(date: &str, name: &str): format!("Connectée le {date} par {name}"), format!("Connected on {date} by {name}");
        blocked_by(name: &str, date: &str): format!("Bloquée par {name} le {date}"), format!("Blocked by {name} on {date}");
        blocked_since(date: &str): format!("Bloquée depuis le {date}"), format!("Blocked since {date}");
        ended(date: &str): format!("Déconnectée le {date}"), format!("Disconnected on {date}");
        ended_by_user(date: &str, name: &str): format!("Déconnectée le {date} par {name}, depuis le back-office"), format!("Disconnected on {date} by {name}, from the back office");
        ended_by_app(date: &str): format!("Déconnectée le {date} par l'application elle-même"), format!("Disconnected on {date} by the application itself");
        ended_by_command(date: &str): format!("Déconnectée le {date} par une commande d'administration"), format!("Disconnected on {date} by an administration command");
        card_list(name: &str): format!("Liste de clients : {name}"), format!("Customer list: {name}");
        card_catalog(name: &str): format!("Catalogue : {name}"), format!("Catalog: {name}");
        card_device(id: &str): format!("ID du terminal : {id}"), format!("Device ID: {id}");
        actions_for(app: &str): format!("Actions pour {app}"), format!("Actions for {app}");
        disconnect_title(app: &str): format!("Déconnecter {app} ?"), format!("Disconnect {app}?");
        disconnected(app: &str): format!("{app} est déconnectée."), format!("{app} is disconnected.");
        blocked_done(app: &str): format!("{app} est bloquée : ses requêtes sont refusées."), format!("{app} is blocked: its requests are refused.");
        unblocked_done(app: &str): format!("{app} est débloquée."), format!("{app} is unblocked.");
        card_repeats(count: u64):
            format!("Même référence refusée pendant {}", super::fr(count, "minute", "minutes")),
            format!("Same ref refused for {}", super::en(count, "minute", "minutes"));
        sending_title(app: &str): format!("Envoi des callbacks : {app}"), format!("Sending of callbacks: {app}");
        sending_default(waits: &str): format!("Celles de ce serveur, pour une commande : {waits}."), format!("Those of this server, for an order: {waits}.");
        sending_done(app: &str): format!("Envoi des callbacks de {app} : réglage enregistré."), format!("Sending of callbacks of {app}: setting saved.");
        repeats_title(app: &str): format!("Commandes en double : {app}"), format!("Repeated orders: {app}");
        repeats_done(app: &str): format!("Les commandes en double de {app} : réglage enregistré."), format!("Repeated orders of {app}: setting saved.");
        activity_title(app: &str): format!("Activité : {app}"), format!("Activity: {app}");
        activity_total(count: u64):
            format!("{} en 30 jours", super::fr(count, "requête", "requêtes")),
            format!("{} in 30 days", super::en(count, "request", "requests"));
        day_bar(day: &str, count: u64):
            format!("{day} : {}", super::fr(count, "requête", "requêtes")),
            format!("{day}: {}", super::en(count, "request", "requests"));
        logs_title(app: &str): format!("Logs de connexion : {app}"), format!("Connection logs: {app}");
        time(zone: &str): format!("HEURE ({zone})"), format!("TIME ({zone})");
        retention(days: u64, events: u64):
            format!("Les requêtes sont conservées {}, les envois {} après leur fin.", super::fr(days, "jour", "jours"), super::fr(events, "jour", "jours")),
            format!("Requests are kept for {}, callbacks for {} after they ended.", super::en(days, "day", "days"), super::en(events, "day", "days"));
    }
}
