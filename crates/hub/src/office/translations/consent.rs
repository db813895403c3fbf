//! The pages where a user lets an app in.

super::translations! {
    /// The pages where a user lets an app in.
    Consent {
        choose_location: "Choisissez le point de vente :", "Choose a location:";
        choose_account: "Choisissez le compte :", "Choose an account:";
        location: "Point de vente :", "Location:";
        account: "Compte :", "Account:";
        deny: "Refuser", "Deny";
        next: "Suivant", "Next";
        allow: "Autoriser", "Allow";
        new_location_ask: "Souhaitez-vous connecter un nouveau point de vente ?", "Would you like to connect a new location?";
        new_location: "Créer un nouveau point de vente", "Create a new location";
        later_list: "Vous choisirez la liste après avoir cliqué sur « Suivant ».", "You will choose the list after clicking “Next”.";
        later_catalog: "Vous choisirez le catalogue après avoir cliqué sur « Suivant ».", "You will choose the catalog after clicking “Next”.";
        orders_read: "Voir les commandes", "View orders";
        orders_write: "Voir et modifier les commandes", "View and modify orders";
        customer_list_read: "Voir une liste de clients", "View a customer list";
        customer_list_write: "Voir et modifier une liste de clients", "View and modify a customer list";
        all_customer_lists_read: "Voir toutes les listes de clients", "View all customer lists";
        all_customer_lists_write: "Voir et modifier toutes les listes de clients", "View and modify all customer lists";
        catalog_read: "Voir un catalogue", "View a catalog";
        catalog_write: "Voir et modifier un catalogue", "View and modify a catalog";
        all_catalogs_read: "Voir tous les catalogues", "View all catalogs";
        all_catalogs_write: "Voir et modifier tous les catalogues", "View and modify all catalogs";
        inventory_read: "Voir l'inventaire", "View the inventory";
        inventory_write: "Voir et modifier l'inventaire", "View and modify the inventory";
        profile: "Voir votre nom", "View your name";
        profile_with_email: "Voir votre nom et votre adresse e-mail", "View your name and e-mail address";
        no_right: "il vous manque le droit « Gérer les connexions et ressources »", "you lack the right “Manage Connections and Resources”";
        no_right_lead: "Vous ne pouvez autoriser cette application nulle part. Demandez à un administrateur le droit « Gérer les connexions et ressources ».", "You cannot allow this app anywhere. Ask an administrator for the right “Manage Connections and Resources”.";
        suspended_lead: "Le compte est suspendu : aucune application ne peut y être autorisée pour l'instant.", "The account is suspended: no application can be allowed for now.";
        suspended: "compte suspendu", "account suspended";
        customer_list: "Liste de clients :", "Customer list:";
        catalog: "Catalogue :", "Catalog:";
        choose_title: "Choisissez les données à partager", "Choose the data to share";
        code_title: "Votre code d'autorisation", "Your authorisation code";
        code_lead: "Copiez ce code, puis revenez dans votre application et collez-le à l'endroit prévu :", "Copy this code, then go back to your application and paste it there:";
        code_label: "Code", "Code";
        code_valid: "Le code sert une seule fois et reste valable 10 minutes.", "The code works once, for 10 minutes.";
        leads_to_code: "Un code vous sera affiché, à recopier dans l'application.", "You will be shown a code to copy into the application.";
        error_title: "Cette demande de connexion n'est pas valable", "This connection request is not valid";
        error_client: "L'application qui vous envoie n'est pas connue ici.", "The application that sent you here is not known.";
        error_redirect: "L'adresse de retour n'est pas permise pour cette application. Par prudence, vous n'y avez pas été renvoyé.", "The return address is not allowed for this application. To be safe, you have not been sent there.";
        error_scope: "L'application demande des droits qui n'existent pas ou se contredisent.", "The application asks for rights that do not exist or contradict each other.";
        error_device: "L'application désigne l'appareil par un identifiant trop long.", "The application names the device by an identifier that is too long.";
        error_expired: "La demande est restée ouverte trop longtemps. Recommencez depuis l'application.", "The request stayed open too long. Start again from the application.";
        error_lead: "Rien n'a été autorisé. Fermez cette page et signalez le message suivant à l'éditeur de l'application :", "Nothing has been allowed. Close this page and give the following message to the maker of the application:";
    } with {
        wants_location(app: &str):
            format!("{app} souhaite accéder à un point de vente :"),
            format!("{app} would like to access a location:");
        wants_account(app: &str):
            format!("{app} souhaite accéder à un compte :"),
            format!("{app} would like to access an account:");
        wants_profile(app: &str):
            format!("{app} souhaite connaître votre profil :"),
            format!("{app} would like to know your profile:");
        made_by(name: &str, email: &str): format!("Éditeur : {name} ({email})"), format!("Maker: {name} ({email})");
        made_by_house(brand: &str): format!("Application enregistrée par l'équipe de {brand}."), format!("Application registered by the {brand} team.");
        leads_to(host: &str): format!("Vous serez ensuite renvoyé vers {host}."), format!("You will then be sent to {host}.");
        will(app: &str): format!("{app} pourra :"), format!("{app} will be able to:");
        device(id: &str): format!("ID du terminal : {id}"), format!("Device ID: {id}");
        open_list(app: &str, host: &str):
            format!("{app} n'a pas déclaré ses adresses de retour. Vous serez renvoyé vers {host} : vérifiez que vous connaissez cette adresse."),
            format!("{app} has not declared its return addresses. You will be sent to {host}: make sure you know this address.");
        greyed(entity: &str, reason: &str): format!("{entity} — {reason}"), format!("{entity} — {reason}");
    }
}
