//! Signing in and up, lost password, first account, invitation.

super::translations! {
    /// Signing in and up, lost password, first account, invitation.
    Session {
        login_title: "Connexion", "Login";
        login_lead: "Déjà inscrit ? Identifiez-vous ci-dessous.", "Already registered? Sign in below.";
        email: "E-mail", "E-mail";
        password: "Mot de passe", "Password";
        login: "Connexion", "Login";
        lost: "Mot de passe perdu ?", "Lost your password?";
        or_sign_up: "Ou créez votre compte", "Or create your account";
        wrong: "E-mail ou mot de passe incorrect.", "Wrong e-mail or password.";
        too_many: "Trop d'essais. Patientez quelques minutes avant de recommencer.", "Too many attempts. Wait a few minutes before trying again.";
        sign_up_title: "Créer un compte", "Create your account";
        sign_up_lead: "L'inscription ne prend qu'une minute.", "It only takes a minute.";
        name: "Nom complet", "Full name";
        language: "Langue", "Language";
        password_hint: "Au moins 10 caractères.", "At least 10 characters.";
        password_short: "Ce mot de passe est trop court : 10 caractères au moins.", "This password is too short: at least 10 characters.";
        password_common: "Ce mot de passe est trop facile à deviner. Choisissez plusieurs mots, ou des lettres au hasard.", "This password is too easy to guess. Choose several words, or random letters.";
        email_invalid: "Cette adresse e-mail n'est pas valide.", "This e-mail address is not valid.";
        required: "Ce champ est obligatoire.", "This field is required.";
        unseen: "Un retour à la ligne ou un caractère invisible a été retiré : vérifiez le texte, puis envoyez-le à nouveau.",
            "A line break or an invisible character was removed: check the text, then send it again.";
        sign_up: "Créer un compte", "Create account";
        identity_title: "Confirmez que c'est vous", "Confirm that it is you";
        identity_lead: "Cette action touche à la sécurité. Entrez votre mot de passe ; il ne sera plus demandé pendant 15 minutes.", "This concerns security. Enter your password; it will not be asked for again for 15 minutes.";
        identity_form: "Rien n'est perdu : ce que vous avez envoyé sera pris en compte ensuite.", "Nothing is lost: what you sent is carried out afterwards.";
        identity_code: "Ou un code de validation en deux étapes", "Or a code of two-step verification";
        identity_needed: "Entrez votre mot de passe.", "Enter your password.";
        confirm_title: "Terminer l'inscription", "Finish signing up";
        confirm_lead: "Votre adresse est confirmée. Entrez le mot de passe que vous venez de choisir.", "Your address is confirmed. Enter the password that you have just chosen.";
        confirm_wrong: "Ce n'est pas le mot de passe choisi à l'inscription. Vous pouvez aussi vous inscrire à nouveau.", "This is not the password chosen when signing up. You can also sign up again.";
        sign_up_expired: "Il a expiré ou a déjà servi. Connectez-vous, ou inscrivez-vous à nouveau.", "It has expired or has already been used. Log in, or sign up again.";
        have_account: "Déjà inscrit ? Connexion", "Already registered? Login";
        reset_title: "Mot de passe perdu", "Lost password";
        reset_lead: "Indiquez votre adresse e-mail : vous recevrez un lien pour choisir un nouveau mot de passe.", "Enter your e-mail address: you will receive a link to choose a new password.";
        reset: "Réinitialiser le mot de passe", "Reset Password";
        sent_title: "Consultez vos e-mails", "Check your e-mail";
        sent_spam: "Rien reçu ? Vérifiez le dossier des indésirables, puis recommencez.", "Nothing there? Look in your junk folder, then try again.";
        back_to_login: "Retour à la connexion", "Back to login";
        new_title: "Nouveau mot de passe", "New password";
        new_password: "Nouveau mot de passe", "New password";
        new_again: "Confirmer le nouveau mot de passe", "Confirm new password";
        new_differs: "Les deux mots de passe sont différents.", "The two passwords differ.";
        choose_password: "Enregistrer le mot de passe", "Save password";
        expired_title: "Ce lien n'est plus valable", "This link no longer works";
        expired_lead: "Il a expiré ou a déjà servi. Demandez-en un nouveau.", "It has expired or has already been used. Ask for a new one.";
        invitation_expired: "L'invitation a expiré, a été retirée ou a déjà servi. Demandez-en une nouvelle à la personne qui vous a invité.", "The invitation has expired, was taken back or has already been used. Ask the person who invited you for a new one.";
        ask_again: "Demander un nouveau lien", "Ask for a new link";
        account_title: "Créer un compte", "Create Account";
        account_lead: "Entrez les informations ci-dessous :", "Enter the account details:";
        account_name: "Nom du compte", "Account name";
        account_name_hint: "Utilisez le nom de l'enseigne.", "Use the name of the business.";
        location_name: "Nom du point de vente", "Location name";
        location_name_hint: "La ville, le quartier ou la rue.", "The city, area or street.";
        country: "Pays", "Country";
        timezone: "Fuseau horaire", "Timezone";
        address: "Adresse", "Address";
        postal_code: "Code postal", "Postcode";
        city: "Ville", "City";
        currency: "Devise", "Currency";
        currency_hint: "La devise ne pourra plus être changée.", "The currency cannot be changed later.";
        location_title: "Créer un nouveau point de vente", "Create a new location";
        invitation_title: "Invitation", "Invitation";
        accept: "Accepter l'invitation", "Accept invitation";
        decline: "Refuser", "Decline";
        role: "Rôle :", "Role:";
        invited_already: "Vous êtes invité à rejoindre un compte.", "You are invited to an account.";
    } with {
        for_app(app: &str, brand: &str):
            format!("Connectez-vous à {brand} pour continuer vers {app}."),
            format!("Sign in to {brand} to continue to {app}.");
        sign_up_sent(email: &str):
            format!("Un message vient d'être envoyé à {email}. Ouvrez le lien qu'il contient pour continuer."),
            format!("A message has just been sent to {email}. Open the link in it to go on.");
        sent_lead(email: &str):
            format!("Si un profil existe pour {email}, un lien vient de lui être envoyé."),
            format!("If there is a profile for {email}, a link has just been sent to it.");
        joins(by: &str, entity: &str):
            format!("{by} vous invite à accéder à {entity}."),
            format!("{by} invites you to {entity}.");
        invited(by: &str, entity: &str):
            format!("{by} vous invite à accéder à {entity}. Choisissez un nom et un mot de passe."),
            format!("{by} invites you to {entity}. Choose a name and a password.");
    }
}
