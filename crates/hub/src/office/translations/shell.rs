//! What every page shares: menu, selectors, buttons, states.

super::translations! {
    /// Menu, selectors, buttons and states that every page shares.
    Shell {
        skip: "Aller au contenu", "Skip to content";
        menu: "Menu", "Menu";
        dashboard: "TABLEAU DE BORD", "DASHBOARD";
        connections: "CONNEXIONS", "CONNECTIONS";
        data: "DONNÉES", "DATA";
        orders: "COMMANDES", "ORDERS";
        customers: "CLIENTS", "CUSTOMERS";
        catalogs: "CATALOGUES", "CATALOGS";
        inventory: "INVENTAIRE", "INVENTORY";
        alarms: "ALARMES", "ALARMS";
        portal: "APPLICATIONS", "APPLICATIONS";
        portal_title: "Vos applications", "Your applications";
        portal_empty: "Aucune application n'est encore connectée ici.", "No application is connected here yet.";
        portal_empty_lead: "Demandez à une personne qui gère le compte de la connecter ; elle apparaîtra sur cette page.", "Ask someone who manages the account to connect it; it will appear on this page.";
        settings: "CONFIGURATION", "SETTINGS";
        accounts: "COMPTES", "ACCOUNTS";
        audit: "JOURNAL D'AUDIT", "AUDIT LOG";
        developer: "DÉVELOPPEUR", "DEVELOPER";
        account: "Compte", "Account";
        location: "Point de vente", "Location";
        all_locations: "Tous les points de vente", "All locations";
        profile: "Profil", "Profile";
        log_out: "Déconnexion", "Log out";
        switch_language: "English", "Français";
        cancel: "Annuler", "Cancel";
        confirm: "Confirmer", "Confirm";
        save: "Enregistrer", "Save";
        update: "Mettre à jour", "Update";
        create: "Créer", "Create";
        close: "Fermer", "Close";
        delete: "Supprimer", "Delete";
        back: "Retour", "Back";
        copy: "Copier", "Copy";
        copied: "Copié", "Copied";
        download: "Télécharger", "Download";
        download_json: "Télécharger le JSON", "Download JSON";
        older: "Plus anciens", "Older";
        newest: "Revenir aux plus récents", "Back to the newest";
        next_page: "Page suivante", "Next page";
        first_page: "Revenir au début", "Back to the beginning";
        choose: "Choisissez…", "Choose…";
        none: "Aucun", "None";
        optional: "facultatif", "optional";
        notice: "À savoir", "Note";
        warning: "Attention", "Warning";
        error: "Erreur", "Error";
        done: "C'est fait", "Done";
        welcome: "Bienvenue", "Welcome";
        see: "Voir", "View";
        latest_orders: "Dernières commandes", "Latest orders";
        all_orders: "Voir toutes les commandes", "View all orders";
        suspended: "Ce compte est suspendu : rien ne peut y être modifié.", "This account is suspended: nothing can be changed.";
        more: "Plus d'informations", "See more information";
    } with {
        today_orders(count: u64):
            super::fr_one(count, "Commande aujourd'hui", "Commandes aujourd'hui"),
            super::en_one(count, "Order today", "Orders today");
        waiting_deliveries(count: u64):
            super::fr_one(count, "Envoi en attente", "Envois en attente"),
            super::en_one(count, "Waiting callback", "Waiting callbacks");
        active_connections(count: u64):
            super::fr_one(count, "Connexion active", "Connexions actives"),
            super::en_one(count, "Active connection", "Active connections");
        behind(app: &str, since: &str, events: u64):
            format!("{app} n'a pas répondu depuis le {since}. {}.", super::fr(events, "événement attend", "événements attendent")),
            format!("{app} has not answered since {since}. {}.", super::en(events, "event is waiting", "events are waiting"));
    }
}
