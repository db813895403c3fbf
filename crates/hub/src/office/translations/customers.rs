//! The customers of a list and a customer.

super::translations! {
    /// The customers of a list and a customer.
    Customers {
        title: "Clients", "Customers";
        customer: "Client", "Customer";
        list: "Liste de clients", "Customer list";
        search_field: "Rechercher par e-mail ou téléphone", "Search by e-mail or phone";
        search: "Rechercher", "Search";
        search_hint: "Une partie suffit. Une étoile (*) remplace n'importe quel texte.", "A part is enough. A star (*) stands for any text.";
        reset: "Réinitialiser", "Reset";
        name: "NOM", "NAME";
        orders_head: "COMMANDES", "ORDERS";
        spending: "DÉPENSE", "SPENDING";
        since: "DEPUIS", "SINCE";
        no_name: "Sans nom", "No name";
        no_list: "Aucune liste de clients n'est accessible ici.", "No customer list can be reached here.";
        no_list_lead: "Choisissez un autre point de vente, ou ajoutez une liste dans la configuration.", "Choose another location, or add a list in the settings.";
        empty: "Cette liste n'a pas encore de client.", "This list has no customer yet.";
        empty_lead: "Les applications connectées y ajoutent les clients qui commandent.", "Connected applications add the customers who order.";
        no_match: "Aucun client ne correspond à cette recherche.", "No customer matches this search.";
        details: "Coordonnées", "Details";
        address: "Adresse", "Address";
        no_address: "Aucune adresse indiquée.", "No address given.";
        gender: "Civilité", "Gender";
        female: "Femme", "Female";
        male: "Homme", "Male";
        birth_date: "Date de naissance", "Date of birth";
        marketing: "Publicité", "Marketing";
        by_email: "par e-mail", "by e-mail";
        by_sms: "par SMS", "by text message";
        no_marketing: "refusée", "refused";
        position: "Position", "Position";
        activity: "Activité", "Activity";
        order_count: "Commandes", "Orders";
        order_total: "Dépense", "Spending";
        first_order: "Première commande", "First order";
        last_order: "Dernière commande", "Last order";
        added: "Dans la liste depuis", "In the list since";
        cards: "Cartes de fidélité", "Loyalty cards";
        no_cards: "Aucune carte de fidélité.", "No loyalty card.";
        card: "CARTE", "CARD";
        code: "CODE REF", "REF CODE";
        balance: "SOLDE", "BALANCE";
        unnamed_card: "Carte sans nom", "Card without a name";
        orders: "Commandes", "Orders";
        no_orders: "Aucune commande de ce client que vous puissiez voir.", "No order of this customer that you may see.";
    } with {
        customer_title(id: &str): format!("Client {id}"), format!("Customer {id}");
    }
}
