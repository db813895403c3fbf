//! Alarms: the page, its settings, the mails and the ticket.

super::translations! {
    /// Alarms: the page, its settings, the mails and the ticket.
    Alarms {
        title: "Alarmes", "Alarms";
        lead: "Ce qui demande votre attention maintenant, puis ce qui est rentré dans l'ordre.", "What needs your attention now, then what is in order again.";
        open: "En cours", "Open";
        past: "Terminées", "Past";
        none_open: "Aucune alarme en cours.", "No open alarm.";
        none_past: "Aucune alarme jusqu'ici.", "No alarm so far.";
        settings: "Réglages", "Settings";
        see_ticket: "Bon de secours", "Fallback ticket";
        see_connection: "Voir les logs", "View logs";
        order_unreached: "Commande non transmise", "Order not passed on";
        order_new: "Commande en attente", "Order waiting";
        connection_failing: "Application en panne", "Application failing";
        connection_silent: "Caisse silencieuse", "Silent till";
        test: "Essai", "Test";
        not_told: "Personne n'a été prévenu.", "Nobody was told.";
        try_lead: "Une alarme d'essai est envoyée comme une vraie, même pendant les heures calmes.", "A test alarm is sent like a real one, even in quiet hours.";
        try_button: "Envoyer une alarme d'essai", "Send a test alarm";
        tried: "L'alarme d'essai part à l'instant.", "The test alarm is on its way.";
        too_many_tests: "Trop d'essais aujourd'hui : réessayez demain.", "Too many tests today: try again tomorrow.";
        saved: "Les réglages des alarmes sont enregistrés.", "The settings of alarms are saved.";
        inherited: "Ce point de vente n'a pas de réglages à lui : ceux du compte s'appliquent jusqu'à l'enregistrement.", "This location has no settings of its own: those of the account hold until you save.";
        of_account: "Ces réglages valent pour les points de vente qui n'en ont pas, et pour les connexions du compte entier.", "These settings hold for locations without any, and for connections of the whole account.";
        kinds: "Être prévenu quand", "Tell us when";
        kind_order_unreached: "une commande n'a atteint aucune application", "an order has not reached any application";
        kind_order_unreached_hint: "Personne n'en a accusé réception. Le mail contient le bon de commande complet.", "Nobody has acknowledged it. The mail has the whole order.";
        kind_order_new: "une commande reste au statut Nouvelle", "an order stays new";
        kind_order_new_hint: "Elle a été transmise, mais personne ne l'a prise en charge.", "It was passed on, but nobody has dealt with it.";
        kind_connection_failing: "une application ne répond plus aux envois", "an application no longer answers what it is sent";
        kind_connection_failing_hint: "Elle est en panne ou injoignable.", "It is out of order or out of reach.";
        kind_connection_silent: "une caisse ne donne plus signe de vie", "a till is not heard of any longer";
        kind_connection_silent_hint: "Elle vient chercher ses commandes elle-même, et ne vient plus.", "It fetches its orders itself, and no longer comes.";
        minutes: "Au bout de combien de minutes", "After how many minutes";
        minutes_hint: "Pour les commandes et les applications en panne, de 1 à 60.", "For orders and applications that fail, from 1 to 60.";
        minutes_wrong: "Entrez un nombre entier de 1 à 60.", "Enter a whole number from 1 to 60.";
        silent_minutes: "Minutes de silence d'une caisse", "Minutes of silence of a till";
        silent_minutes_hint: "De 2 à 60.", "From 2 to 60.";
        silent_minutes_wrong: "Entrez un nombre entier de 2 à 60.", "Enter a whole number from 2 to 60.";
        quiet: "Heures calmes", "Quiet hours";
        quiet_lead: "Aucun mail ne part pendant ces heures. Ce qui dure encore à leur fin est envoyé alors.", "No mail leaves in these hours. What still lasts at their end is sent then.";
        quiet_from: "De", "From";
        quiet_to: "À", "To";
        quiet_hint: "À l'heure du point de vente, par exemple 23:30. Laissez les deux vides pour n'en avoir aucune.", "By the clock of the location, such as 23:30. Leave both empty for none.";
        quiet_wrong: "Entrez une heure comme 23:30.", "Enter a time such as 23:30.";
        quiet_missing: "Entrez les deux heures, ou aucune.", "Enter both times, or none.";
        quiet_same: "Choisissez une autre heure que celle du début.", "Choose another time than the beginning.";
        by_mail: "Envoyer un mail", "Send a mail";
        by_mail_hint: "À chaque personne qui traite les commandes d'ici, dans sa langue. Il contient le nom et l'adresse du client.", "To everybody who handles the orders of this place, in their language. It has the customer's name and address.";
        webhook_url: "Adresse du webhook (facultatif)", "Webhook address (optional)";
        webhook_hint: "Chaque alarme y est aussi envoyée par POST, en JSON, signée comme les callbacks.", "Each alarm is posted there, too, as JSON, signed like callbacks.";
        webhook_wrong: "Entrez une adresse complète, qui commence par https://.", "Enter a whole address, beginning with https://.";
        webhook_internal: "Cette adresse est interne : le service ne l'appelle pas.", "This is an internal address: the service does not call it.";
        webhook_secret: "Secret du webhook", "Webhook secret";
        webhook_secret_hint: "La signature est le HMAC-SHA256 du corps avec ce secret. Une nouvelle adresse a un nouveau secret.", "The signature is the HMAC-SHA256 of the body with this secret. A new address has a new secret.";
        needs_right: "Il vous manque le droit « Gérer les connexions et ressources » pour changer ces réglages.", "You lack the right “Manage Connections and Resources” to change these settings.";
        ticket: "Bon de secours", "Fallback ticket";
        ticket_lead: "À utiliser quand la caisse n'a pas reçu la commande.", "To be used when the till has not received the order.";
        what_failed: "Ce qui n'a pas marché", "What failed";
        no_receiver: "Aucune application connectée ne reçoit les commandes de ce point de vente.", "No connected application receives the orders of this location.";
        guest: "Client", "Customer";
        mail_unreached: "Aucune caisse n'a accusé réception de cette commande : la cuisine ne la connaît sans doute pas. Saisissez-la à la main.", "No till has acknowledged this order: the kitchen probably does not know of it. Enter it by hand.";
        mail_new: "Cette commande a été transmise, mais elle est toujours au statut Nouvelle : vérifiez que quelqu'un s'en occupe.", "This order was passed on, but it is still new: see that somebody deals with it.";
        mail_failing: "Ce qui lui est destiné attend et part dès qu'elle répond de nouveau. D'ici là, elle ne sait rien des nouvelles commandes.", "What is meant for it waits, and leaves as soon as it answers again. Until then it knows nothing of new orders.";
        mail_silent: "Les nouvelles commandes l'attendent. Vérifiez qu'elle est allumée et connectée à Internet.", "New orders wait for it. See that it is switched on and connected to the Internet.";
        mail_test: "Ceci est un essai : tout va bien. Une vraie alarme arrive de la même façon.", "This is a test: all is well. A real alarm arrives in the same way.";
        mail_ended: "C'est rentré dans l'ordre.", "It is in order again.";
        mail_see: "Pour la voir :", "To see it:";
        heard_now: "Vue à l'instant", "Heard of just now";
        mail_settings: "Pour régler ces alarmes :", "To set these alarms:";
    } with {
        set_title(place: &str): format!("Alarmes de {place}"), format!("Alarms of {place}");
        ticket_title(order: &str): format!("Bon de secours {order}"), format!("Fallback ticket {order}");
        minutes_count(count: u64): super::fr(count, "minute", "minutes"), super::en(count, "minute", "minutes");
        began(time: &str): format!("Depuis {time}"), format!("Since {time}");
        lasted(time: &str, duration: &str): format!("{time}, pendant {duration}"), format!("{time}, for {duration}");
        open_count(count: u64): super::fr_one(count, "Alarme en cours", "Alarmes en cours"), super::en_one(count, "Open alarm", "Open alarms");
        unreached(order: &str): format!("La commande {order} n'a atteint aucune caisse."), format!("Order {order} has not reached a till.");
        stayed_new(order: &str): format!("La commande {order} n'a pas été prise en charge."), format!("Nobody has dealt with order {order}.");
        failing(app: &str): format!("{app} ne répond plus : les commandes ne lui parviennent pas."), format!("{app} does not answer: orders do not reach it.");
        silent(app: &str): format!("{app} ne donne plus signe de vie : les commandes l'attendent."), format!("{app} is not heard of: orders wait for it.");
        was_test(place: &str): format!("Alarme d'essai pour {place}."), format!("Test alarm for {place}.");
        subject_unreached(shop: &str, order: &str, time: &str):
            format!("{shop} : la commande {order} n'a atteint aucune caisse depuis {time}"),
            format!("{shop}: order {order} has not reached a till for {time}");
        subject_new(shop: &str, order: &str, time: &str):
            format!("{shop} : la commande {order} attend depuis {time} que quelqu'un s'en occupe"),
            format!("{shop}: order {order} has waited for {time} for somebody to deal with it");
        subject_failing(shop: &str, app: &str, time: &str):
            format!("{shop} : {app} ne répond plus depuis {time}, les commandes ne lui parviennent pas"),
            format!("{shop}: {app} has not answered for {time}, orders do not reach it");
        subject_silent(shop: &str, app: &str, time: &str):
            format!("{shop} : {app} ne donne plus signe de vie depuis {time}, les commandes l'attendent"),
            format!("{shop}: {app} has been silent for {time}, orders wait for it");
        subject_test(shop: &str): format!("{shop} : alarme d'essai"), format!("{shop}: test alarm");
        subject_order_over(shop: &str, order: &str):
            format!("{shop} : la commande {order} est prise en charge"),
            format!("{shop}: order {order} is being dealt with");
        subject_reached(shop: &str, order: &str):
            format!("{shop} : la commande {order} a été transmise"),
            format!("{shop}: order {order} has been passed on");
        subject_failing_over(shop: &str, app: &str):
            format!("{shop} : {app} répond de nouveau"),
            format!("{shop}: {app} answers again");
        subject_silent_over(shop: &str, app: &str):
            format!("{shop} : {app} donne de nouveau signe de vie"),
            format!("{shop}: {app} is heard of again");
        attempted(time: &str, outcome: &str): format!("{time} : {outcome}"), format!("{time}: {outcome}");
        heard_minutes(count: u64):
            format!("Vue il y a {}", super::fr(count, "minute", "minutes")),
            format!("Last heard of {} ago", super::en(count, "minute", "minutes"));
        heard_hours(count: u64):
            format!("Vue il y a {}", super::fr(count, "heure", "heures")),
            format!("Last heard of {} ago", super::en(count, "hour", "hours"));
        heard_days(count: u64):
            format!("Vue il y a {}", super::fr(count, "jour", "jours")),
            format!("Last heard of {} ago", super::en(count, "day", "days"));
        silent_since(time: &str): format!("Silencieuse depuis le {time}"), format!("Silent since {time}");
        fails_since(time: &str): format!("Ne répond plus depuis le {time}"), format!("Has not answered since {time}");
    }
}

impl Alarms {
    /// What a kind of alarm is called.
    #[must_use]
    pub fn kind_label(&self, kind: crate::alarms::AlarmKind) -> &'static str {
        use crate::alarms::AlarmKind;
        match kind {
            AlarmKind::OrderUnreached => self.order_unreached,
            AlarmKind::OrderNew => self.order_new,
            AlarmKind::ConnectionFailing => self.connection_failing,
            AlarmKind::ConnectionSilent => self.connection_silent,
            AlarmKind::Test => self.test,
        }
    }
}
