//! The list of orders and an order.

super::translations! {
    /// The list of orders and an order.
    Orders {
        title: "Commandes", "Orders";
        from: "Du", "From";
        to: "Au", "To";
        status: "STATUT", "STATUS";
        status_field: "Statut", "Status";
        any_status: "Tous les statuts", "Any status";
        search: "Rechercher", "Search";
        search_field: "Référence ou identifiant", "Reference or ID";
        location: "POINT DE VENTE", "LOCATION";
        customer: "CLIENT", "CUSTOMER";
        amount: "MONTANT", "AMOUNT";
        origin: "ORIGINE", "ORIGIN";
        older: "Plus anciennes", "Older";
        newer: "Plus récentes", "Newer";
        newest: "Revenir aux plus récentes", "Back to the newest";
        reset: "Réinitialiser", "Reset";
        empty: "Aucune commande pour l'instant.", "No order yet.";
        empty_lead: "Les commandes apparaissent ici dès qu'une application connectée en envoie une.", "Orders appear here as soon as a connected application sends one.";
        no_match: "Aucune commande ne correspond à cette recherche.", "No order matches this search.";
        guest: "Sans nom", "No name";
        new: "Nouvelle", "New";
        received: "Reçue", "Received";
        accepted: "Acceptée", "Accepted";
        in_preparation: "En préparation", "In preparation";
        awaiting_shipment: "Attente livraison", "Awaiting shipment";
        awaiting_collection: "Attente récupération", "Awaiting collection";
        in_delivery: "En livraison", "In delivery";
        completed: "Terminée", "Completed";
        rejected: "Rejetée", "Rejected";
        cancelled: "Annulée", "Cancelled";
        delivery_failed: "Échec livraison", "Delivery failed";
        order: "Commande", "Order";
        id: "Identifiant", "ID";
        reference: "Référence", "Reference";
        reference_head: "RÉF", "REF";
        channel: "Canal", "Channel";
        created_by: "Origine", "Origin";
        connection: "Connexion", "Connection";
        service: "Service", "Service";
        service_code: "Code ref du service", "Service ref code";
        delivery: "Livraison", "Delivery";
        collection: "À emporter", "Collection";
        eat_in: "Sur place", "Eat in";
        created: "Créée", "Created";
        expected: "Attendue", "Expected";
        pickup: "Passage du livreur", "Driver pick-up";
        confirmed: "Confirmée pour", "Confirmed for";
        asap: "Dès que possible", "As soon as possible";
        collection_code: "Code de retrait", "Collection code";
        coupons: "Codes promo", "Coupon codes";
        customer_notes: "Note du client", "Customer notes";
        seller_notes: "Note du point de vente", "Seller notes";
        rejection: "Le logiciel de caisse a rejeté cette commande.", "The EPOS rejected this order.";
        items: "Articles", "Items";
        quantity: "Qté", "Qty";
        unit_price: "Prix unitaire", "Unit price";
        line_total: "Total", "Total";
        vat: "TVA", "VAT";
        removed: "retiré", "removed";
        deleted: "supprimé", "deleted";
        code: "Réf.", "Ref.";
        deals: "Promotions", "Deals";
        discounts: "Remises", "Discounts";
        charges: "Frais", "Charges";
        total: "Total", "Total";
        payments: "Paiements", "Payments";
        unpaid: "Non payée", "Unpaid";
        due: "Reste à payer", "Left to pay";
        overpaid: "Trop-perçu", "Overpaid";
        settled: "Payée", "Paid";
        total_differs: "Écart avec le total annoncé par l'application", "Difference with the total sent by the application";
        customer_block: "Client", "Customer";
        customer_page: "Fiche et commandes", "Details and orders";
        no_customer: "Aucun client indiqué.", "No customer given.";
        guest_customer: "Client de passage", "Guest customer";
        anonymised: "Données effacées à la demande du client", "Data erased at the customer's request";
        email: "E-mail", "E-mail";
        phone: "Téléphone", "Phone";
        address: "Adresse", "Address";
        delivery_notes: "Consignes de livraison", "Delivery notes";
        company: "Société", "Company";
        loyalty: "Fidélité", "Loyalty";
        points: "Points", "Points";
        reason: "Motif", "Reason";
        custom_fields: "Champs personnalisés", "Custom fields";
        raw: "Commande complète (JSON)", "Whole order (JSON)";
        print: "Imprimer", "Print";
        paid_online: "En ligne", "Online";
        paid_cash: "Espèces", "Cash";
        paid_gift_card: "Carte cadeau", "Gift card";
        nowhere: "Cette commande n'est arrivée nulle part : aucune application connectée ne reçoit les commandes de ce point de vente.", "This order has arrived nowhere: no connected app receives the orders of this location.";
    } with {
        cancelled_by(app: &str, time: &str): format!("Annulée par {app} le {time}."), format!("Cancelled by {app} on {time}.");
        same_ref(time: &str, order: &str): format!("Peut-être un doublon : une autre commande, créée le {time}, porte la même référence ({order})."), format!("Perhaps a double: another order, created on {time}, has the same reference ({order}).");
        same_customer(time: &str, order: &str): format!("Peut-être un doublon : la commande {order}, créée le {time}, a le même client et le même montant."), format!("Perhaps a double: order {order}, created on {time}, has the same customer and the same amount.");
        refused_again(app: &str, time: &str, cause: &str): format!("{app} a envoyé cette référence encore une fois le {time}. {cause}"), format!("{app} sent this reference once more on {time}. {cause}");
        open_order(order: &str): format!("Ouvrir {order}"), format!("Open {order}");
        date(zone: &str): format!("DATE ({zone})"), format!("DATE ({zone})");
        shown(count: u64): super::fr(count, "commande affichée", "commandes affichées"), super::en(count, "order shown", "orders shown");
        order_title(reference: &str): format!("Commande {reference}"), format!("Order {reference}");
        deal_line(deal: &str, label: &str): format!("{deal} · {label}"), format!("{deal} · {label}");
        received_by(app: &str, took: &str): format!("Reçue par {app} en {took}."), format!("Received by {app} in {took}.");
        app_text(app: &str, text: &str): format!("{app} : {text}"), format!("{app}: {text}");
        waiting_for(app: &str): format!("En attente : {app} n'a pas encore pris cette commande."), format!("Waiting: {app} has not taken this order yet.");
        behind(app: &str): format!("{app} a reçu la commande, mais pas encore ses dernières modifications."), format!("{app} received the order, but not its latest changes yet.");
        not_reached(app: &str): format!("{app} n'a pas reçu cette commande."), format!("{app} did not receive this order.");
    }
}

impl Orders {
    /// The label of an order status of the API (API, chapter Orders); an unknown one as it is.
    #[must_use]
    pub fn status_label<'a>(&'a self, status: &'a str) -> &'a str {
        match status {
            "new" => self.new,
            "received" => self.received,
            "accepted" => self.accepted,
            "in_preparation" => self.in_preparation,
            "awaiting_shipment" => self.awaiting_shipment,
            "awaiting_collection" => self.awaiting_collection,
            "in_delivery" => self.in_delivery,
            "completed" => self.completed,
            "rejected" => self.rejected,
            "cancelled" => self.cancelled,
            "delivery_failed" => self.delivery_failed,
            other => other,
        }
    }

    /// The label of a payment type of the API (API, chapter Orders); an unknown one as it is.
    #[must_use]
    pub fn payment_label<'a>(&'a self, kind: &'a str) -> &'a str {
        match kind {
            "online" => self.paid_online,
            "cash" => self.paid_cash,
            "gift_card" => self.paid_gift_card,
            other => other,
        }
    }

    /// The label of a service type of the API (API, chapter Orders); an unknown one as it is.
    #[must_use]
    pub fn service_label<'a>(&'a self, service: &'a str) -> &'a str {
        match service {
            "delivery" => self.delivery,
            "collection" => self.collection,
            "eat_in" => self.eat_in,
            other => other,
        }
    }
}
