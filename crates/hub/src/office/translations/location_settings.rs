//! Changing an account, a location, and how a location works.

super::translations! {
    /// Changing an account, a location, and how a location works.
    LocationSettings {
        modify: "Modifier", "Modify";
        of_location: "le point de vente", "location";
        of_hours: "les horaires et la prise de commandes", "opening hours and order acceptance";
        modify_account: "Modifier le compte", "Modify Account";
        modify_location: "Modifier le point de vente", "Modify location";
        add_location: "Ajouter un point de vente", "Add a location";
        hours_title: "Horaires et prise de commandes", "Opening hours and order acceptance";
        name_hint: "La ville, le quartier ou la rue. Les applications connectées voient ce nom.", "The city, area or street. Connected applications see this name.";
        account_name_hint: "Le nom de l'enseigne.", "The name over the door.";
        timezone_hint: "Les horaires et les heures des commandes se lisent dans ce fuseau.", "Opening hours and times of orders are read in this timezone.";
        currency_hint: "La devise ne peut pas être modifiée.", "The currency cannot be changed.";
        no_country: "Non précisé", "Not given";
        account_saved: "Le compte est mis à jour.", "The account has been updated.";
        location_saved: "Le point de vente est mis à jour.", "The location has been updated.";
        location_added: "Le point de vente est ajouté.", "The location has been added.";
        preparation: "Temps de préparation", "Preparation time";
        preparation_time: "Temps de préparation (minutes)", "Preparation time (minutes)";
        preparation_hint: "Vide : non précisé.", "Empty: not given.";
        minutes_wrong: "Indiquez un nombre entier de minutes, de 0 à 10 080.", "Enter a whole number of minutes, from 0 to 10,080.";
        minutes_missing: "En affluence, indiquez les minutes en plus.", "When busy, say how many minutes more.";
        acceptance: "Prise de commandes", "Order acceptance";
        mode: "Mode", "Mode";
        normal: "Normale", "Normal";
        busy: "Affluence", "Busy";
        paused: "En pause", "Paused";
        extra: "Affluence : minutes en plus", "Busy: extra minutes";
        resume_at: "Affluence ou pause : retour à la normale", "Busy or paused: back to normal";
        resume_hint: "Vide : jusqu'à ce que quelqu'un le change. L'heure est celle du point de vente.", "Empty: until somebody changes it. The time is that of the location.";
        resume_wrong: "Indiquez une date et une heure, par exemple 2026-03-07T19:30.", "Enter a date and a time, such as 2026-03-07T19:30.";
        resume_past: "Cette heure est déjà passée.", "This time is past.";
        reason: "Pause : raison", "Paused: reason";
        reason_hint: "Les applications peuvent la montrer aux clients.", "Applications may show it to customers.";
        too_long: "Ce texte est trop long.", "This text is too long.";
        opening_hours: "Horaires d'ouverture", "Opening hours";
        hours_hint: "Une ligne par jour, les plages séparées par des virgules : 11:45-14:15, 18:30-01:00. Un jour vide est fermé. Tout vide : horaires non précisés.", "A line a day, with commas between ranges: 11:45-14:15, 18:30-01:00. An empty day is closed. All empty: no hours given.";
        cutoff_time: "Fin de la journée", "End of the day";
        cutoff_hint: "Ce qui a lieu avant cette heure appartient au jour précédent.", "What happens before this time belongs to the day before.";
        time_wrong: "Indiquez une heure, par exemple 06:00.", "Enter a time, such as 06:00.";
        slot_wrong: "Écrivez des plages comme 11:45-14:15, 18:30-01:00.", "Write ranges like 11:45-14:15, 18:30-01:00.";
        slot_overlap: "Deux plages se chevauchent.", "Two ranges overlap.";
        slot_many: "Un jour a 50 plages au plus.", "A day has 50 ranges at most.";
        monday: "Lundi", "Monday";
        tuesday: "Mardi", "Tuesday";
        wednesday: "Mercredi", "Wednesday";
        thursday: "Jeudi", "Thursday";
        friday: "Vendredi", "Friday";
        saturday: "Samedi", "Saturday";
        sunday: "Dimanche", "Sunday";
        closed: "Fermé", "Closed";
        unset: "Non précisés", "Not given";
    } with {
        minutes(count: u32): super::fr(u64::from(count), "minute", "minutes"), super::en(u64::from(count), "minute", "minutes");
        minutes_more(count: u32): format!("Affluence, {} en plus", super::fr(u64::from(count), "minute", "minutes")), format!("Busy, {} more", super::en(u64::from(count), "minute", "minutes"));
        until(state: &str, time: &str): format!("{state}, jusqu'au {time}"), format!("{state}, until {time}");
        because(state: &str, reason: &str): format!("{state} ({reason})"), format!("{state} ({reason})");
        slot_order(cutoff: &str): format!("Une plage finit après son début ; une fin avant {cutoff} est le lendemain."), format!("A range ends after it begins; an end before {cutoff} is on the next day.");
        conflict(now: &str): format!("Quelqu'un d'autre a modifié ces réglages entre-temps. Rien n'a été enregistré ; votre saisie est gardée ci-dessous. Valeurs actuelles : {now}. Vérifiez, puis mettez à jour."), format!("Somebody else has changed these settings meanwhile. Nothing was saved; what you typed is kept below. Present values: {now}. Check, then update.");
    }
}

impl LocationSettings {
    /// What a day of the week is called.
    #[must_use]
    pub fn day(&self, day: wire::location::Day) -> &'static str {
        use wire::location::Day;
        match day {
            Day::Monday => self.monday,
            Day::Tuesday => self.tuesday,
            Day::Wednesday => self.wednesday,
            Day::Thursday => self.thursday,
            Day::Friday => self.friday,
            Day::Saturday => self.saturday,
            Day::Sunday => self.sunday,
        }
    }
}
