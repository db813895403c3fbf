//! A user's own page.

super::translations! {
    /// A user's own page.
    Profile {
        title: "Profil", "Profile";
        identity: "Identité", "Identity";
        name: "Nom complet", "Full name";
        email: "E-mail", "E-mail";
        language: "Langue de correspondance", "Correspondence Language";
        password: "Changer le mot de passe", "Change password";
        current: "Mot de passe actuel", "Current password";
        new: "Nouveau mot de passe", "New password";
        again: "Confirmer le nouveau mot de passe", "Confirm new password";
        confirm_hint: "Seulement pour changer d'adresse e-mail.", "Only to change the e-mail address.";
        wrong_current: "Le mot de passe actuel est faux.", "The current password is wrong.";
        everywhere: "Déconnexion de tous les appareils", "Logout from all devices";
        everywhere_title: "Se déconnecter de tous les appareils ?", "Log out from all devices?";
        everywhere_lead: "Toutes vos sessions prennent fin, y compris celle-ci. Les applications connectées ne sont pas touchées.", "All your sessions end, this one included. Connected applications are not affected.";
        permissions: "Permissions", "Permissions";
        account: "COMPTE", "ACCOUNT";
        location: "POINT DE VENTE", "LOCATION";
        role: "RÔLE", "ROLE";
        remove: "SUPPRIMER", "DELETE";
        all_locations: "Tous", "All";
        no_permissions: "Vous n'avez encore accès à aucun compte.", "You have no access to any account yet.";
        create_account: "Créer un compte", "Create Account";
        leave_lead: "Vous n'aurez plus accès ici. Quelqu'un d'autre devra vous le rendre.", "You will no longer have access here. Someone else will have to give it back.";
        saved: "Votre profil est enregistré.", "Your profile is saved.";
        address_lead: "Vous vous connecterez désormais avec cette adresse. Vos autres appareils sont déconnectés.", "From now on you log in with this address. Your other devices are logged out.";
        invitations: "Invitations", "Invitations";
        declined: "L'invitation est refusée.", "Invitation declined.";
        sessions: "Sessions", "Sessions";
        sessions_lead: "Les navigateurs dans lesquels vous êtes connecté. Vous n'en reconnaissez pas un ? Déconnectez-le et changez de mot de passe.", "The browsers in which you are logged in. You do not recognise one? Log it out and change your password.";
        this_browser: "Ce navigateur", "This browser";
        unknown_browser: "Navigateur inconnu", "Unknown browser";
        end_session: "Déconnecter", "Log out";
        end_others: "Déconnecter tous les autres", "Log out everywhere else";
        session_ended: "Cette session est terminée.", "That session has ended.";
        others_ended: "Vos autres sessions sont terminées.", "Your other sessions have ended.";
        password_saved: "Votre mot de passe est changé.", "Your password is changed.";
    } with {
        invited(by: &str, role: &str, date: &str): format!("{by}, {role}, jusqu'au {date}"), format!("{by}, {role}, until {date}");
        wish_sent(email: &str): format!("Ouvrez le lien qui vient d'être envoyé à {email} : votre adresse changera alors."), format!("Open the link that has just been sent to {email}: your address changes then.");
        waiting(email: &str): format!("{email} n'est pas encore confirmée : ouvrez le lien qui y a été envoyé."), format!("{email} is not confirmed yet: open the link that was sent there.");
        address_title(email: &str): format!("Utiliser l'adresse {email} ?"), format!("Use the address {email}?");
        address_saved(email: &str): format!("Votre adresse est maintenant {email}."), format!("Your address is now {email}.");
        session_began(date: &str): format!("Connecté depuis le {date}"), format!("Logged in since {date}");
        session_used(last: &str, began: &str): format!("Utilisé pour la dernière fois le {last}, connecté depuis le {began}"), format!("Last used on {last}, logged in since {began}");
        leave_title(entity: &str): format!("Quitter {entity} ?"), format!("Leave {entity}?");
    }
}
