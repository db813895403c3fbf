//! OAuth clients.

super::translations! {
    /// OAuth clients.
    Developer {
        title: "Développeur", "Developer";
        lead: "Un client OAuth 2.0 par application ; il sert pour tous les comptes.", "One OAuth 2.0 client per application; it works for every account.";
        create: "Créer un client OAuth 2.0", "Create an OAuth 2.0 client";
        empty: "Vous n'avez pas encore de client OAuth.", "You have no OAuth client yet.";
        name: "Nom", "Name";
        name_hint: "Le nom que verront les commerçants.", "The name that merchants will see.";
        client_id: "Client ID", "Client ID";
        secret: "Client secret", "Client secret";
        created: "Créé", "Created";
        connections: "Connexions", "Connections";
        kind: "Type", "Type";
        plain_client: "Client", "Client";
        app: "App", "App";
        secret_title: "Gardez ce secret", "Keep this secret";
        secret_once: "Il n'est affiché qu'une fois. Téléchargez-le ou copiez-le maintenant.", "It is shown only once. Download or copy it now.";
        secret_done: "J'ai gardé le secret", "I have kept the secret";
        identity: "Identité", "Identity";
        redirects: "Adresses de retour", "Redirect URIs";
        redirects_hint: "Une par ligne, à l'identique. Vide : toutes sont acceptées.", "One per line, exactly as used. Empty: all are accepted.";
        redirects_open: "La liste des adresses de retour est ouverte : un lien piégé pourrait envoyer un code d'autorisation ailleurs. Déclarez vos adresses.", "Any redirect URI is accepted: a forged link could send an authorisation code elsewhere. Enter your redirect URIs.";
        open_badge: "Adresses de retour ouvertes", "Open redirect URIs";
        app_section: "App", "App";
        app_lead: "Ces champs font paraître l'application dans « Voir les apps disponibles ». Laissez-les vides pour un simple client.", "These fields list the application under “View available apps”. Leave them empty for a plain client.";
        location_scope: "Portée pour un point de vente", "Location scope";
        account_scope: "Portée pour un compte", "Account scope";
        scope_hint: "Par exemple : location[orders.write,customer_list.read]", "For example: location[orders.write,customer_list.read]";
        account_scope_hint: "Par exemple : account[catalog.write]", "For example: account[catalog.write]";
        connect_url: "URL de connexion", "Connect URL";
        open_url: "URL d'ouverture", "Open URL";
        disconnect_url: "URL de déconnexion", "Disconnect URL";
        logo_url: "URL du logo", "Logo URL";
        category: "Catégorie", "Category";
        texts: "Présentation", "Presentation";
        texts_lead: "Ce que lit un commerçant sur la fiche de l'application. Dans une seule langue, le texte sert pour les deux.", "What merchants read about the application. A text in one language only is shown in both.";
        description_fr: "Description en français", "Description in French";
        description_en: "Description en anglais", "Description in English";
        instructions_fr: "Instructions en français", "Instructions in French";
        instructions_en: "Instructions en anglais", "Instructions in English";
        instructions_hint: "Une étape par ligne, pour une application qui se connecte depuis son propre écran.", "One step per line, for an application that is connected from its own screen.";
        text_long: "Ce texte est trop long : 2 000 caractères au plus.", "This text is too long: at most 2,000 characters.";
        listed_title: "Visibilité", "Visibility";
        listed: "Proposer cette application à tous les commerçants", "Offer this application to every merchant";
        listed_hint: "Sinon, vous seul la voyez dans « Voir les apps disponibles ».", "Otherwise, only you see it under “View available apps”.";
        listed_empty: "Indiquez d'abord comment la connecter : une portée et une URL de connexion, ou des instructions.", "First enter how it is connected: a scope and a connect URL, or instructions.";
        listed_taken: "Une application proposée à tous les commerçants porte déjà ce nom, ou un nom qui lui ressemble.", "An application offered to every merchant has this name already, or one that looks like it.";
        is_listed: "Cette application est proposée à tous les commerçants. Si vous changez son nom, elle ne l'est plus avant un nouvel accord de l'équipe technique.", "This application is offered to every merchant. If you change its name, it is no longer offered until the technical team agrees again.";
        is_not_listed: "Vous seul voyez cette application. Demandez à l'équipe technique de la proposer à tous les commerçants.", "Only you see this application. Ask the technical team to offer it to every merchant.";
        url_invalid: "Cette adresse n'est pas valable.", "This address is not valid.";
        scope_invalid: "Cette portée n'est pas valable.", "This scope is not valid.";
        rotate: "Renouveler le secret", "Rotate the secret";
        rotate_lead: "L'ancien secret cesse de fonctionner tout de suite : mettez l'application à jour. Les connexions existantes restent.", "The old secret stops working at once: update the application. Existing connections stay.";
        delete: "Supprimer le client", "Delete the client";
        delete_lead: "Toutes ses connexions sont coupées et l'application ne pourra plus se connecter. C'est définitif.", "All its connections are cut and the application can no longer connect. This cannot be undone.";
        danger: "Secret et suppression", "Secret and deletion";
        saved: "Les modifications sont enregistrées.", "Changes saved.";
        deleted: "Le client est supprimé.", "The client is deleted.";
    } with {
        rotate_title(name: &str): format!("Renouveler le secret de {name} ?"), format!("Rotate the secret of {name}?");
        delete_title(name: &str): format!("Supprimer {name} ?"), format!("Delete {name}?");
        connection_count(count: u64): super::fr(count, "connexion", "connexions"), super::en(count, "connection", "connections");
    }
}
