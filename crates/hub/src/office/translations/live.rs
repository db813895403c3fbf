//! Pages that follow what happens.

super::translations! {
    /// What a page says of itself that follows what happens. `{}` stands for a number or a time, which the
    /// browser fills in.
    Live {
        new_order: "1 nouvelle commande", "1 new order";
        new_orders: "{} nouvelles commandes", "{} new orders";
        new_request: "1 nouvelle requête", "1 new request";
        new_requests: "{} nouvelles requêtes", "{} new requests";
        new_line: "1 nouvelle ligne", "1 new line";
        new_lines: "{} nouvelles lignes", "{} new lines";
        list_offline: "Hors ligne : la liste n'est plus à jour depuis {}", "Offline: the list has not been up to date since {}";
        page_offline: "Hors ligne : la page n'est plus à jour depuis {}", "Offline: the page has not been up to date since {}";
        ended: "Cette page ne se met plus à jour : la session est terminée, ou la page n'est plus visible pour vous.", "This page is not updated any longer: the session has ended, or you may no longer see the page.";
        reload: "Recharger", "Reload";
        sound: "Sonner à chaque commande", "Ring at each order";
        sound_after_click: "Le son commencera après un clic sur la page.", "The sound will begin after a click on the page.";
    } with {
        more_orders(count: u64): format!("Plus de {count} nouvelles commandes"), format!("More than {count} new orders");
        more_requests(count: u64): format!("Plus de {count} nouvelles requêtes"), format!("More than {count} new requests");
        more_lines(count: u64): format!("Plus de {count} nouvelles lignes"), format!("More than {count} new lines");
    }
}
