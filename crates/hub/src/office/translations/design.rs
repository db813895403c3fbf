//! The page with what pages are made of.

super::translations! {
    /// The page with what pages are made of.
    Design {
        title: "Éléments des pages", "What pages are made of";
        lead: "Chaque élément est dessiné par le code et les styles des vraies pages.", "Everything is drawn by the code and styles of the real pages.";
        light: "Couleurs, thème clair", "Colours, light theme";
        dark: "Couleurs, thème sombre", "Colours, dark theme";
        spaces: "Espaces", "Spaces";
        sizes: "Tailles de texte", "Text sizes";
        weights: "Graisses", "Weights";
        weight_plain: "Normale : ce qu'on lit", "Regular: what is read";
        weight_label: "Demi-grasse : titres, boutons, libellés", "Semi-bold: headings, buttons, labels";
        weight_total: "Grasse : le chiffre qui compte", "Bold: the figure that counts";
        statuses: "Statuts des commandes", "Order statuses";
        statuses_lead: "L'icône et le mot suffisent ; la couleur les accompagne.", "Icon and word are enough; colour goes along.";
        severities: "Gravité", "Severity";
        bad: "Échec", "Failed";
        warn: "À regarder", "Needs a look";
        good: "Bien", "Good";
        busy: "En cours", "Under way";
        fresh: "En attente", "Waiting";
        plain: "Neutre", "Neutral";
        services: "Service et canal", "Service and channel";
        buttons: "Boutons", "Buttons";
        primary: "Principal", "Primary";
        ordinary: "Ordinaire", "Ordinary";
        quiet: "Discret", "Quiet";
        danger: "Irréversible", "Irreversible";
        small: "Petit", "Small";
        disabled: "Indisponible", "Unavailable";
        form: "Formulaire", "Form";
        table: "Tableau dense", "Dense table";
        notices: "Avis", "Notices";
        notice: "Une phrase, et ce qu'il faut faire.", "One sentence, and what to do.";
        empty: "État vide", "Empty state";
        confirmation: "Confirmation", "Confirmation";
        facts: "Fiche", "Facts";
        sample_app: "Site de commande", "Ordering site";
        sample_customer: "Ada Lovelace-Byron", "Ada Lovelace-Byron";
    } with {
        sample(name: &str): format!("Une commande attend {name}"), format!("An order waits for {name}");
    }
}
