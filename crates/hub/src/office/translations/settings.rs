//! Account, location, permissions.

super::translations! {
    /// Account, location, permissions.
    Settings {
        title: "Configuration", "Settings";
        account: "Compte", "Account";
        location: "Point de vente", "Location";
        locations: "Points de vente", "Locations";
        accounts: "Comptes", "Accounts";
        name: "Nom", "Name";
        id: "Identifiant", "ID";
        timezone: "Fuseau horaire", "Timezone";
        currency: "Devise", "Currency";
        country: "Pays", "Country";
        address: "Adresse", "Address";
        catalogs: "Catalogues", "Catalogs";
        customer_lists: "Listes de clients", "Customer lists";
        permissions: "Permissions", "Permissions";
        permissions_account: "Ces personnes ont accès au compte et à tous ses points de vente.", "These people have access to the account and all its locations.";
        permissions_location: "Ces personnes ont accès à ce point de vente. Celles qui ont accès à tout le compte n'y figurent pas.", "These people have access to this location. Those with access to the whole account are not listed.";
        user: "Utilisateur", "User";
        email: "E-mail", "E-mail";
        role: "Rôle", "Role";
        choose_role: "Choisissez un rôle", "Choose a role";
        add_user: "Ajouter l'utilisateur", "Add User";
        plus: "Ajouter", "Add";
        set: "Définir les permissions", "Set Permissions";
        pending: "Invitation en attente", "Invitation pending";
        resend: "Renvoyer l'invitation", "Send the invitation again";
        not_found: "Aucun utilisateur trouvé avec cet e-mail", "No user found with this email";
        will_invite: "Une invitation lui sera envoyée.", "An invitation will be sent.";
        change: "Modifier", "Change";
        remove: "Supprimer", "Delete";
        full_administrator: "Administrateur complet", "Full Administrator";
        technical_partner: "Partenaire technique", "Technical Partner";
        manager: "Manager", "Manager";
        viewer: "Observateur back-office", "Back Office Viewer";
        billing_manager: "Responsable comptabilité", "Billing Manager";
        orderline_operator: "Opérateur OrderLine", "OrderLine Operator";
        catalog_manager: "Gestionnaire catalogue", "Catalog Manager";
        custom: "Rôle personnalisé", "Custom Role";
        predefined: "Rôle prédéfini", "Predefined role";
        tick: "Ou cochez les permissions une à une :", "Or tick the permissions one by one:";
        back_office_group: "Accès Back-Office (accès privilégié)", "Back Office Access (Privileged Access)";
        apps_group: "Applications (accès restreint)", "Applications (Restricted Access)";
        view_back_office: "Voir le back-office", "View Back Office";
        view_back_office_gives: "Tableau de bord, connexions, données", "Dashboard, connections, data";
        manage_connections: "Gérer les connexions et ressources", "Manage Connections and Resources";
        manage_connections_gives: "Connecter des applications, gérer catalogues et listes", "Connect applications, manage catalogs and lists";
        manage_entity: "Gérer l'entité", "Manage Entity";
        manage_entity_gives: "Utilisateurs, permissions, points de vente", "Users, permissions, locations";
        manage_billing: "Gérer la facturation", "Manage Billing";
        manage_billing_gives: "Factures et moyens de paiement", "Invoices and payment methods";
        use_orderline: "Utiliser OrderLine", "Use OrderLine";
        use_orderline_gives: "Recevoir et traiter les commandes", "Receive and handle orders";
        use_catalog_manager: "Utiliser Catalog Manager", "Use Catalog Manager";
        use_catalog_manager_gives: "Voir et modifier les catalogues", "View and edit catalogs";
        last_holder: "Au moins une personne doit garder le droit « Gérer l'entité » sur le compte.", "At least one person must keep the right “Manage Entity” on the account.";
        remove_lead: "Cette personne n'aura plus accès ici. Son profil n'est pas supprimé.", "This person will no longer have access here. The profile is not deleted.";
        set_done: "Les permissions sont définies.", "Permissions set.";
        last_administrator: "Au moins une personne doit rester administrateur complet du compte.", "At least one person must stay Full Administrator of the account.";
        too_many_mails: "Trop de messages ont été envoyés aujourd'hui. Réessayez demain.", "Too many messages have been sent today. Try again tomorrow.";
        no_access: "aucun accès", "no access";
        check: "Vérifiez la modification, puis cliquez sur « Définir les permissions ».", "Check the change, then click “Set Permissions”.";
        removed: "L'accès est retiré.", "Access removed.";
        no_right: "Seules les personnes qui ont le droit « Gérer l'entité » voient les permissions.", "Only people with the right “Manage Entity” see the permissions.";
    } with {
        set_title(who: &str): format!("Permissions de {who}"), format!("Permissions of {who}");
        remove_title(who: &str): format!("Retirer l'accès de {who} ?"), format!("Remove access for {who}?");
        invited(email: &str): format!("Une invitation a été envoyée à {email}."), format!("An invitation has been sent to {email}.");
        already_there(who: &str, role: &str): format!("{who} figure déjà ici : {role}."), format!("{who} is here already: {role}.");
        invited_by(name: &str): format!("invité par {name}"), format!("invited by {name}");
        until(date: &str): format!("valable jusqu'au {date}"), format!("valid until {date}");
    }
}
