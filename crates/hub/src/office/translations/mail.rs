//! Electronic mail: plain text, short, with one link.

super::translations! {
    /// Electronic mail: plain text, short, with one link.
    Mail {
        greeting: "Bonjour,", "Hello,";
        permissions_see: "Pour les voir ou les modifier :", "To see or change them:";
        connection_ended_see: "Pour voir qui a déconnecté quoi, et ses logs :", "To see who disconnected what, and its logs:";
    } with {
        connection_ended_subject(brand: &str): format!("{brand} : une application a été déconnectée"), format!("{brand}: an application was disconnected");
        connection_ended_body(app: &str, entity: &str, by: &str):
            format!("{app} a été déconnectée de {entity}.\nPar : {by}\n\nElle n'a plus accès à vos données et ne reçoit plus de commandes."),
            format!("{app} was disconnected from {entity}.\nBy: {by}\n\nIt no longer has access to your data, and receives no orders any more.");
        reset_subject(brand: &str): format!("{brand} : votre nouveau mot de passe"), format!("{brand}: your new password");
        reset_body(brand: &str, link: &str, validity: &str):
            format!("Vous avez demandé à changer votre mot de passe {brand}.\n\nPour en choisir un nouveau, ouvrez ce lien :\n{link}\n\nIl sert une seule fois et reste valable {validity}.\n\nVous n'avez rien demandé ? Ignorez ce message : votre mot de passe reste le même."),
            format!("You asked to change your {brand} password.\n\nTo choose a new one, open this link:\n{link}\n\nIt works once, for {validity}.\n\nYou did not ask for this? Ignore this message: your password stays the same.");
        sign_up_subject(brand: &str): format!("{brand} : confirmez votre adresse"), format!("{brand}: confirm your address");
        sign_up_body(brand: &str, link: &str, validity: &str):
            format!("Vous vous inscrivez sur {brand}.\n\nPour confirmer votre adresse et continuer, ouvrez ce lien :\n{link}\n\nIl reste valable {validity}. Le mot de passe choisi vous sera demandé.\n\nVous n'avez rien demandé ? Ignorez ce message : aucun profil ne sera créé."),
            format!("You are signing up to {brand}.\n\nTo confirm your address and go on, open this link:\n{link}\n\nIt works for {validity}. You will be asked for the password that you chose.\n\nYou did not ask for this? Ignore this message: no profile will be created.");
        known_subject(brand: &str): format!("{brand} : vous êtes déjà inscrit"), format!("{brand}: you are already registered");
        known_body(brand: &str, link: &str):
            format!("Une inscription à {brand} vient d'être demandée avec votre adresse. Or vous avez déjà un profil.\n\nPour vous connecter, ouvrez cette page ; vous pourrez aussi y choisir un nouveau mot de passe :\n{link}\n\nVous n'avez rien demandé ? Ignorez ce message : rien n'a changé."),
            format!("Somebody has just tried to sign up to {brand} with your address. You already have a profile.\n\nTo log in, or to choose a new password, open this page:\n{link}\n\nYou did not ask for this? Ignore this message: nothing has changed.");
        invitation_subject(brand: &str): format!("{brand} : vous êtes invité"), format!("{brand}: you are invited");
        invitation_body(brand: &str, by: &str, entity: &str, link: &str, until: &str):
            format!("{by} vous donne accès à {entity} sur {brand}.\n\nPour accepter, ouvrez ce lien :\n{link}\n\nIl est valable jusqu'au {until}.\n\nVous ne connaissez pas cette personne ? Ignorez ce message."),
            format!("{by} gives you access to {entity} on {brand}.\n\nTo accept, open this link:\n{link}\n\nIt is valid until {until}.\n\nYou do not know this person? Ignore this message.");
        wished_subject(brand: &str): format!("{brand} : confirmez votre nouvelle adresse"), format!("{brand}: confirm your new address");
        wished_body(brand: &str, link: &str, validity: &str):
            format!("Vous souhaitez utiliser cette adresse pour votre profil {brand}.\n\nPour la confirmer, ouvrez ce lien :\n{link}\n\nIl sert une seule fois et reste valable {validity}.\n\nVous n'avez rien demandé ? Ignorez ce message : rien ne changera."),
            format!("You would like to use this address for your {brand} profile.\n\nTo confirm it, open this link:\n{link}\n\nIt works once, for {validity}.\n\nYou did not ask for this? Ignore this message: nothing will change.");
        wished_in_vain_body(brand: &str):
            format!("Quelqu'un vient de demander à utiliser votre adresse pour son profil {brand}. Or elle est celle de votre profil : rien n'a changé, et il n'y a rien à faire."),
            format!("Somebody has just asked to use your address for their {brand} profile. It is the one of your own profile: nothing has changed, and there is nothing to do.");
        wish_told_subject(brand: &str): format!("{brand} : changement d'adresse demandé"), format!("{brand}: change of address requested");
        wish_told_body(brand: &str, address: &str, reset: &str):
            format!("Une nouvelle adresse vient d'être demandée pour votre profil {brand} : {address}\n\nLa vôtre reste en place tant que le lien envoyé à la nouvelle n'a pas servi.\n\nVous n'avez rien demandé ? Choisissez tout de suite un nouveau mot de passe, ce qui annule la demande :\n{reset}"),
            format!("A new address has just been requested for your {brand} profile: {address}\n\nYours stays until the link sent to the new one has been used.\n\nYou did not ask for this? Choose a new password now, which cancels the request:\n{reset}");
        address_changed_subject(brand: &str): format!("{brand} : votre adresse a changé"), format!("{brand}: your address has changed");
        address_changed_body(brand: &str, address: &str):
            format!("L'adresse de votre profil {brand} est maintenant {address}. Celle-ci ne permet plus de se connecter.\n\nCe n'est pas vous ? Prévenez tout de suite ceux qui exploitent {brand}."),
            format!("The address of your {brand} profile is now {address}. You can no longer log in with this one.\n\nThis was not you? Tell those who run {brand} at once.");
        password_changed_subject(brand: &str): format!("{brand} : votre mot de passe a changé"), format!("{brand}: your password has changed");
        password_changed_body(brand: &str, reset: &str):
            format!("Le mot de passe de votre profil {brand} vient d'être changé. Les autres appareils sont déconnectés.\n\nCe n'est pas vous ? Choisissez tout de suite un nouveau mot de passe :\n{reset}"),
            format!("The password of your {brand} profile has just been changed. Other devices are logged out.\n\nThis was not you? Choose a new password now:\n{reset}");
        second_factor_enabled_subject(brand: &str): format!("{brand} : validation en deux étapes activée"), format!("{brand}: two-step verification enabled");
        second_factor_enabled_body(brand: &str, reset: &str):
            format!("La validation en deux étapes de votre profil {brand} vient d'être activée : après le mot de passe, un code de votre application d'authentification est demandé. Les autres appareils sont déconnectés.\n\nCe n'est pas vous ? Prévenez tout de suite ceux qui exploitent {brand}, et choisissez un nouveau mot de passe :\n{reset}"),
            format!("Two-step verification of your {brand} profile has just been enabled: after the password, a code of your authenticator app is asked for. Other devices are logged out.\n\nThis was not you? Tell those who run {brand} at once, and choose a new password:\n{reset}");
        second_factor_disabled_subject(brand: &str): format!("{brand} : validation en deux étapes désactivée"), format!("{brand}: two-step verification disabled");
        second_factor_disabled_body(brand: &str, reset: &str):
            format!("La validation en deux étapes de votre profil {brand} vient d'être désactivée : le mot de passe suffit pour se connecter.\n\nCe n'est pas vous ? Choisissez tout de suite un nouveau mot de passe :\n{reset}"),
            format!("Two-step verification of your {brand} profile has just been disabled: the password is enough to log in.\n\nThis was not you? Choose a new password now:\n{reset}");
        second_factor_recovered_subject(brand: &str): format!("{brand} : un code de récupération a servi"), format!("{brand}: a recovery code was used");
        second_factor_recovered_body(brand: &str, left: u64, link: &str):
            format!("Un code de récupération de votre profil {brand} vient de servir. Codes restants : {left}.\n\nPour en créer de nouveaux :\n{link}\n\nCe n'est pas vous ? Changez tout de suite de mot de passe, puis créez de nouveaux codes."),
            format!("A recovery code of your {brand} profile has just been used. Codes left: {left}.\n\nTo make new ones:\n{link}\n\nThis was not you? Change your password at once, then make new codes.");
        permissions_subject(brand: &str): format!("{brand} : des permissions ont changé"), format!("{brand}: permissions have changed");
        permissions_whose(who: &str, email: &str, entity: &str):
            format!("Les permissions de {who} ({email}) pour {entity} ont changé."),
            format!("The permissions of {who} ({email}) for {entity} have changed.");
        permissions_what(before: &str, now: &str, by: &str):
            format!("Avant : {before}\nMaintenant : {now}\nPar : {by}"),
            format!("Before: {before}\nNow: {now}\nBy: {by}");
        hours(count: u64): super::fr(count, "heure", "heures"), super::en(count, "hour", "hours");
    }
}
