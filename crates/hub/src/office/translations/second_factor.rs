//! The second factor: setting it up, and signing in with it.

super::translations! {
    /// The second factor: setting it up, and signing in with it.
    SecondFactor {
        title: "Validation en deux étapes", "Two-step verification";
        lead: "En plus du mot de passe, un code de votre téléphone est demandé à la connexion : un mot de passe volé ne suffit plus.", "When you log in, a code from your phone is asked for beside the password: a stolen password is no longer enough.";
        needs: "Il vous faut une application d'authentification sur votre téléphone. Toutes celles qui lisent un QR code conviennent.", "You need an authenticator app on your phone. Any that reads a QR code will do.";
        on: "Activée", "Enabled";
        enable: "Activer", "Enable";
        manage: "Gérer", "Manage";
        scan: "1. Ajoutez votre profil à l'application", "1. Add your profile to the app";
        scan_lead: "Lisez ce QR code avec l'application d'authentification.", "Scan this QR code with the authenticator app.";
        qr_label: "QR code à lire avec l'application d'authentification", "QR code to scan with the authenticator app";
        secret: "Ou saisissez cette clé dans l'application", "Or type this key into the app";
        confirm: "2. Entrez le code affiché", "2. Enter the code that it shows";
        code: "Code à 6 chiffres", "6-digit code";
        code_hint: "L'application en affiche un nouveau toutes les 30 secondes.", "The app shows a new one every 30 seconds.";
        other_key: "Une autre clé", "Another key";
        wrong: "Ce code est faux, ou a déjà servi. Attendez le suivant.", "This code is wrong, or has already been used. Wait for the next one.";
        wrong_clock: "Ce code est faux. Vérifiez que l'heure de votre téléphone est réglée automatiquement, puis entrez le code suivant.", "This code is wrong. Check that your phone sets its time by itself, then enter the next code.";
        too_many: "Trop de codes faux. Réessayez plus tard, ou utilisez un code de récupération.", "Too many wrong codes. Try again later, or use a recovery code.";
        codes_title: "Codes de récupération", "Recovery codes";
        codes_once: "Notez ces codes maintenant : ils ne seront plus affichés.", "Note these codes now: they will not be shown again.";
        codes_lead: "Sans votre téléphone, chacun remplace une fois le code de l'application. Gardez-les ailleurs que sur ce téléphone.", "Without your phone, each stands once for the app's code. Keep them elsewhere than on that phone.";
        codes_done: "Je les ai notés", "I have noted them";
        renew: "Créer de nouveaux codes", "Make new codes";
        renew_lead: "Les codes précédents ne serviront plus.", "The codes before them will work no longer.";
        disable_title: "Désactiver la validation en deux étapes", "Disable two-step verification";
        disable_lead: "Le mot de passe suffira à nouveau pour se connecter.", "The password will be enough to log in again.";
        disable: "Désactiver", "Disable";
        disable_code: "Code à 6 chiffres, ou code de récupération", "6-digit code, or recovery code";
        disabled: "La validation en deux étapes est désactivée.", "Two-step verification is disabled.";
        login_title: "Validation en deux étapes", "Two-step verification";
        login_lead: "Entrez le code affiché par votre application d'authentification.", "Enter the code that your authenticator app shows.";
        use_recovery: "Utiliser un code de récupération", "Use a recovery code";
        recovery_code: "Code de récupération", "Recovery code";
        recovery_hint: "Un des dix codes notés à l'activation. Téléphone et codes perdus ? Adressez-vous à ceux qui gèrent ce service.", "One of the ten codes that you noted when you enabled this. Phone and codes lost? Turn to those who run this service.";
    } with {
        state(date: &str, left: u64):
            format!("Activée le {date}. {}.", super::fr(left, "code de récupération restant", "codes de récupération restants")),
            format!("Enabled on {date}. {} left.", super::en(left, "recovery code", "recovery codes"));
    }
}
