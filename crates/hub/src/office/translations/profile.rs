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
        password_saved: "Votre mot de passe est changé.", "Your password is changed.";
    } with {
        invited(by: &str, role: &str, date: &str): format!("{by}, {role}, jusqu'au {date}"), format!("{by}, {role}, until {date}");
        wish_sent(email: &str): format!("Ouvrez le lien qui vient d'être envoyé à {email} : votre adresse changera alors."), format!("Open the link that has just been sent to {email}: your address changes then.");
        waiting(email: &str): format!("{email} n'est pas encore confirmée : ouvrez le lien qui y a été envoyé."), format!("{email} is not confirmed yet: open the link that was sent there.");
        address_title(email: &str): format!("Utiliser l'adresse {email} ?"), format!("Use the address {email}?");
        address_saved(email: &str): format!("Votre adresse est maintenant {email}."), format!("Your address is now {email}.");
        leave_title(entity: &str): format!("Quitter {entity} ?"), format!("Leave {entity}?");
    }
}
