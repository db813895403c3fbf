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
        rotate_lead: "L'ancien secret fonctionne encore 24 heures : mettez l'application à jour d'ici là. Les connexions existantes restent.", "The old secret works for another 24 hours: update the application until then. Existing connections stay.";
        rotate_end: "Si quelqu'un d'autre connaît l'ancien secret, désactivez-le aussitôt après, sur la page du client.", "If somebody else knows the old secret, disable it right after that, on the page of the client.";
        end_rotation: "Désactiver l'ancien secret", "Disable the old secret";
        end_rotation_lead: "Il cesse de fonctionner tout de suite. Les callbacks ne sont plus signés qu'avec le nouveau.", "It stops working at once. Callbacks are signed with the new one only.";
        rotation_ended: "L'ancien secret est désactivé.", "The old secret is disabled.";
        webhook_secret: "Pour une bibliothèque Standard Webhooks", "For a Standard Webhooks library";
        webhook_secret_lead: "Le même secret, dans la forme qu'attendent ces bibliothèques.", "The same secret, in the form that these libraries take.";
        callbacks: "Callbacks", "Callbacks";
        callbacks_lead: "Ces choix valent pour toutes les connexions de l'application. Sans eux, les callbacks sont envoyés comme l'API les décrit.", "These choices are for all connections of the application. Without them, callbacks are sent as the API describes.";
        strict: "Seule une réponse 2xx accuse réception", "Only a 2xx response acknowledges an event";
        strict_hint: "Sinon, une réponse 3xx ou 4xx compte aussi comme un accusé de réception, et l'événement n'est pas renvoyé.", "Otherwise a 3xx or 4xx response acknowledges it, too, and the event is not sent again.";
        standard_webhooks: "Ajouter les en-têtes Standard Webhooks", "Add the Standard Webhooks headers";
        standard_webhooks_hint: "webhook-id, webhook-timestamp et webhook-signature, à côté de la signature de l'API.", "webhook-id, webhook-timestamp and webhook-signature, beside the signature of the API.";
        coalesce: "N'envoyer que l'état le plus récent d'un catalogue, d'un inventaire ou d'un point de vente", "Send only the newest state of a catalog, an inventory or a location";
        coalesce_hint: "Quand plusieurs modifications attendent, les plus anciennes sont remplacées par la dernière.", "When several updates are waiting, the older ones are replaced by the last.";
        delete: "Supprimer le client", "Delete the client";
        delete_lead: "Toutes ses connexions sont coupées et l'application ne pourra plus se connecter. C'est définitif.", "All its connections are cut and the application can no longer connect. This cannot be undone.";
        danger: "Secret et suppression", "Secret and deletion";
        saved: "Les modifications sont enregistrées.", "Changes saved.";
        deleted: "Le client est supprimé.", "The client is deleted.";
    } with {
        rotate_title(name: &str): format!("Renouveler le secret de {name} ?"), format!("Rotate the secret of {name}?");
        end_rotation_title(name: &str): format!("Désactiver l'ancien secret de {name} ?"), format!("Disable the old secret of {name}?");
        previous_until(time: &str): format!("L'ancien secret fonctionne encore jusqu'au {time}."), format!("The old secret still works until {time}.");
        delete_title(name: &str): format!("Supprimer {name} ?"), format!("Delete {name}?");
        connection_count(count: u64): super::fr(count, "connexion", "connexions"), super::en(count, "connection", "connections");
    }
}
