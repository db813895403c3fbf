//! What is said when something is wrong.

super::translations! {
    /// What is said when something is wrong.
    PageError {
        not_found: "Cette page n'existe pas", "This page does not exist";
        not_found_lead: "L'adresse est fausse, ou ce qu'elle montrait a été supprimé.", "The address is wrong, or what it showed has been deleted.";
        forbidden: "Vous n'avez pas accès à cette page", "You have no access to this page";
        forbidden_lead: "Demandez le droit qui manque à une personne qui gère le compte.", "Ask someone who manages the account for the missing right.";
        broken: "Quelque chose s'est mal passé", "Something went wrong";
        broken_lead: "L'erreur est de notre côté et a été notée. Réessayez dans un instant.", "The error is on our side and has been recorded. Try again in a moment.";
        expired: "Ce formulaire a expiré", "This form has expired";
        expired_lead: "Par sécurité, un formulaire ne vaut que pour la session qui l'a ouvert. Revenez en arrière, rechargez la page et recommencez.", "For safety, a form only works in the session that opened it. Go back, reload the page and try again.";
        no_place: "Ce formulaire ne dit pas pour quel point de vente", "This form does not say for which location";
        no_place_lead: "Sa page a été ouverte avant une mise à jour. Rien n'a été modifié. Ouvrez de nouveau la page, vérifiez le compte et le point de vente, et recommencez.", "Its page was opened before an update. Nothing has been changed. Open the page again, check the account and the location, and try again.";
        spent: "Ce formulaire a déjà été envoyé", "This form has been sent already";
        spent_lead: "Il n'a été traité qu'une seule fois. Ouvrez de nouveau la page pour voir l'état actuel.", "It was processed only once. Open the page again to see the current state.";
        too_long: "Ce formulaire contient un texte trop long", "This form has a text that is too long";
        method: "Cette adresse n'accepte pas ce type de requête", "This address does not accept this kind of request";
        method_lead: "Rien n'a été modifié.", "Nothing has been changed.";
        busy: "Le service est momentanément indisponible", "The service is unavailable for a moment";
        busy_lead: "Rien n'a été enregistré. Réessayez dans quelques instants.", "Nothing has been saved. Try again in a few moments.";
        suspended: "Compte suspendu", "Account suspended";
        suspended_apps: "Les applications connectées n'ont plus accès au compte : leurs requêtes sont refusées.", "Connected applications no longer have access to the account: their requests are refused.";
        suspended_data: "Rien n'est effacé. Les commandes et les réglages restent visibles, mais rien ne peut être modifié.", "Nothing is deleted. Orders and settings can still be seen, but nothing can be changed.";
        suspended_end: "Tout reprend dès que la suspension est levée, sans rien reconnecter.", "Everything works again as soon as the suspension is lifted, with nothing to reconnect.";
        contact: "Qui contacter", "Who to contact";
        contact_people: "Les personnes qui gèrent ce compte :", "The people who manage this account:";
        home: "Aller à l'accueil", "Go to the home page";
        again: "Recommencer", "Try again";
    } with {
        too_long_lead(most: u64): format!("Un champ peut compter {most} caractères au plus. Rien n'a été modifié."), format!("A field may have {most} characters at most. Nothing has been changed.");
        missing(right: &str): format!("Droit manquant : « {right} »."), format!("Missing right: “{right}”.");
        suspended_since(account: &str, date: &str): format!("{account} est suspendu depuis le {date}."), format!("{account} has been suspended since {date}.");
        contact_support(brand: &str): format!("Pour rétablir le service, écrivez au support de {brand} :"), format!("To restore the service, write to {brand} support:");
        contact_operator(brand: &str): format!("Pour rétablir le service, adressez-vous à l'équipe qui exploite {brand} pour vous."), format!("To restore the service, ask the team that runs {brand} for you.");
        request(id: &str): format!("Numéro à donner au support : {id}"), format!("Number to give to support: {id}");
    }
}
