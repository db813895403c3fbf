//! Electronic mail: plain text, short, with one link.

super::words! {
    /// Electronic mail: plain text, short, with one link.
    Mail {
        greeting: "Bonjour,", "Hello,";
    } with {
        reset_subject(brand: &str): format!("{brand} : votre nouveau mot de passe"), format!("{brand}: your new password");
        reset_body(brand: &str, link: &str, validity: &str):
            format!("Vous avez demandé à changer votre mot de passe {brand}.\n\nPour en choisir un nouveau, ouvrez ce lien :\n{link}\n\nIl sert une seule fois et reste valable {validity}.\n\nVous n'avez rien demandé ? Ignorez ce message : votre mot de passe reste le même."),
            format!("You asked to change your {brand} password.\n\nTo choose a new one, open this link:\n{link}\n\nIt works once, for {validity}.\n\nYou did not ask for this? Ignore this message: your password stays the same.");
        invitation_subject(brand: &str, place: &str): format!("{brand} : invitation à accéder à {place}"), format!("{brand}: you are invited to {place}");
        invitation_body(brand: &str, by: &str, place: &str, link: &str, until: &str):
            format!("{by} vous donne accès à {place} sur {brand}.\n\nPour accepter et choisir votre mot de passe, ouvrez ce lien :\n{link}\n\nIl est valable jusqu'au {until}.\n\nVous ne connaissez pas cette personne ? Ignorez ce message."),
            format!("{by} gives you access to {place} on {brand}.\n\nTo accept and choose your password, open this link:\n{link}\n\nIt is valid until {until}.\n\nYou do not know this person? Ignore this message.");
        hours(count: u64): super::fr(count, "heure", "heures"), super::en(count, "hour", "hours");
    }
}
