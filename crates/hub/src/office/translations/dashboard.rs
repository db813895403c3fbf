//! The dashboard: how things are, and the figures.

super::translations! {
    /// The dashboard: how things are, and the figures.
    Dashboard {
        how_things_are: "En ce moment", "Right now";
        nothing_connected: "Aucune application n'est connectée ici : aucune commande ne peut arriver.", "No app is connected here: no order can arrive.";
        no_receiver: "Aucune application connectée ne reçoit les nouvelles commandes d'ici.", "No connected app receives the new orders of this place.";
        no_orders: "Aucune commande ces dernières 24 heures.", "No order in the last 24 hours.";
        all_alarms: "Voir toutes les alarmes", "View all alarms";
        all_connections: "Voir toutes les connexions", "View all connections";
        period: "Période", "Period";
        today: "Aujourd'hui", "Today";
        yesterday: "Hier", "Yesterday";
        seven_days: "7 jours", "7 days";
        thirty_days: "30 jours", "30 days";
        this_month: "Ce mois-ci", "This month";
        show: "Afficher", "Show";
        stop_comparing: "Ne plus comparer", "Stop comparing";
        no_comparison: "rien à comparer", "nothing to compare";
        summary: "Résumé", "Summary";
        summary_lead: "Sans les commandes rejetées, annulées ou non livrées.", "Without orders that were rejected, cancelled or not delivered.";
        total_revenue: "Ventes", "Total revenue";
        number_of_sales: "Nombre de ventes", "Number of sales";
        average_basket: "Panier moyen", "Average basket";
        new_customers: "Nouveaux clients", "New customers";
        revenue: "Ventes", "Revenue";
        begins: "Début", "Beginning";
        count: "Nombre", "Number";
        share: "Part", "Share";
        by_channel: "Ventes par canal", "Revenue breakdown by sales channel";
        by_connection: "Ventes par connexion", "Revenue breakdown by connection name";
        by_location: "Ventes par point de vente", "Revenue breakdown by location";
        channel: "Canal", "Channel";
        connection: "Connexion", "Connection";
        others: "Autres", "Others";
        peak_hours: "Heures de pointe", "Peak hours";
        peak_hours_lead: "Nombre de ventes par jour et heure, à l'heure du point de vente.", "Number of sales by day and hour, in the time of the location.";
        hour: "Heure", "Hour";
        monday: "Lun", "Mon";
        tuesday: "Mar", "Tue";
        wednesday: "Mer", "Wed";
        thursday: "Jeu", "Thu";
        friday: "Ven", "Fri";
        saturday: "Sam", "Sat";
        sunday: "Dim", "Sun";
        top_products: "Produits les plus vendus", "Most-sold products";
        product: "Produit", "Product";
        quantity: "Quantité", "Quantity";
        view_all: "Voir tout", "View all";
        tour: "Cinq choses à essayer dans cette démonstration", "Five things to try in this demo";
        tour_place: "Passez une commande : sur la carte Developer Tools, cliquez sur Ouvrir.", "Place an order: on the card of Developer Tools, click Open.";
        tour_watch: "Regardez-la arriver dans Kezia II et validez-la : son statut change ici sans recharger la page.", "Watch it arrive in Kezia II and accept it: its status changes here without a reload.";
        tour_read: "Ouvrez-la : sa page dit qui l'a reçue, quand, et qui l'a changée.", "Open it: its page says who received it, when, and who changed it.";
        tour_block: "Bloquez Kezia II, passez une autre commande, et revenez au tableau de bord : il dit ce qui ne va pas.", "Block Kezia II, place another order, and come back to the dashboard: it says what is wrong.";
        tour_search: "Appuyez sur / et cherchez un téléphone, un nom ou une référence.", "Press / and search for a phone number, a name or a ref.";
        no_sales: "Aucune vente pendant cette période.", "No sales in this period.";
    } with {
        all_delivered(count: u64):
            super::fr(count, "commande reçue et transmise ces dernières 24 heures : il n'en manque aucune.", "commandes reçues et transmises ces dernières 24 heures : il n'en manque aucune."),
            super::en(count, "order received and passed on in the last 24 hours: none is missing.", "orders received and passed on in the last 24 hours: none is missing.");
        in_transit(count: u64):
            super::fr(count, "autre est en route.", "autres sont en route."),
            super::en(count, "more is on its way.", "more are on their way.");
        only_in_transit(count: u64):
            super::fr(count, "commande est en route.", "commandes sont en route."),
            super::en(count, "order is on its way.", "orders are on their way.");
        orders_in_need(count: u64):
            super::fr(count, "commande a besoin de vous", "commandes ont besoin de vous"),
            super::en(count, "order needs you", "orders need you");
        more_orders_in_need(count: u64):
            format!("Au moins {}", super::fr(count, "commande a besoin de vous", "commandes ont besoin de vous")),
            format!("At least {}", super::en(count, "order needs you", "orders need you"));
        ill_connections(count: u64):
            super::fr(count, "connexion ne fonctionne pas", "connexions ne fonctionnent pas"),
            super::en(count, "connection is ill", "connections are ill");
        order_without_receiver(order: &str):
            format!("La commande {order} n'est arrivée nulle part : aucune application connectée ne reçoit les commandes de ce point de vente."),
            format!("Order {order} has arrived nowhere: no connected app receives the orders of this location.");
        order_answered_with_error(order: &str):
            format!("La commande {order} a été transmise, mais l'application a répondu par une erreur."),
            format!("Order {order} was passed on, but the app answered with an error.");
        order_rejected(order: &str):
            format!("La commande {order} a été rejetée."),
            format!("Order {order} was rejected.");
        order_rejected_because(order: &str, cause: &str):
            format!("La commande {order} a été rejetée : {cause}"),
            format!("Order {order} was rejected: {cause}");
        order_not_delivered(order: &str):
            format!("La commande {order} n'a pas pu être livrée."),
            format!("Order {order} could not be delivered.");
        blocked_since(app: &str, since: &str):
            format!("{app} est bloquée depuis le {since} : elle ne reçoit plus rien et ses requêtes sont refusées."),
            format!("{app} has been blocked since {since}: it receives nothing and its requests are refused.");
        failing_since(app: &str, since: &str):
            format!("{app} ne répond plus depuis le {since}."),
            format!("{app} has not answered since {since}.");
        silent_since(app: &str, since: &str):
            format!("{app} ne donne plus signe de vie depuis le {since}."),
            format!("{app} has not been heard of since {since}.");
        events_waiting(count: u64):
            format!("{}.", super::fr(count, "événement attend", "événements attendent")),
            format!("{}.", super::en(count, "event is waiting", "events are waiting"));
        compare_with(days: &str): format!("Comparer avec ({days})"), format!("Compare with ({days})");
        sales_count(count: u64): super::fr(count, "vente", "ventes"), super::en(count, "sale", "sales");
        before(value: &str): format!("avant : {value}"), format!("before: {value}");
        products_title(days: &str): format!("Produits vendus, {days}"), format!("Products sold, {days}");
        products_left_out(count: u64):
            format!("{} parmi les moins vendus.", super::fr(count, "autre produit n'est pas affiché,", "autres produits ne sont pas affichés,")),
            format!("{} among those sold least.", super::en(count, "more product is not shown,", "more products are not shown,"));
    }
}
