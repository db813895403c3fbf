//! What went wrong, in the visitor's language, and what they can do.

use client::Error;

use super::words::Lang;

/// A call to the hub that failed, as a sentence.
pub(crate) fn explain(lang: Lang, brand: &str, error: &Error) -> String {
    let Some(refusal) = error.api_error() else {
        return if error.is_outage() {
            lang.t(
                format!("{brand} est injoignable. Vérifiez la connexion puis réessayez."),
                format!("{brand} cannot be reached. Check the network, then try again."),
            )
        } else {
            lang.t(
                format!("{brand} a répondu de façon inattendue. Réessayez dans un instant."),
                format!("{brand} gave an unexpected answer. Try again in a moment."),
            )
        };
    };
    let said = refusal.message.clone().unwrap_or_default();
    match refusal.status {
        401 => connection_lost(lang, brand, &said),
        403 => lang.t(
            format!("La connexion n'autorise pas cette action ({said})."),
            format!("The connection does not allow this ({said})."),
        ),
        404 => lang.t(
            format!("{brand} ne connaît pas cet élément."),
            format!("{brand} does not know this item."),
        ),
        422 | 400 => {
            let mut fields: Vec<String> = refusal
                .errors
                .iter()
                .map(|error| format!("{} : {}", error.field, error.message))
                .collect();
            if fields.is_empty() {
                fields.push(said);
            }
            let list = fields.join(" ; ");
            lang.t(
                format!("{brand} a refusé la demande. {list}"),
                format!("{brand} refused the request. {list}"),
            )
        }
        429 => lang.t(
            format!("Trop de demandes vers {brand}. Patientez une minute."),
            format!("Too many requests to {brand}. Wait a minute."),
        ),
        status => lang.t(
            format!("{brand} a répondu par l'erreur {status}. Réessayez dans un instant."),
            format!("{brand} answered with error {status}. Try again in a moment."),
        ),
    }
}

/// What a 401 means to the person in front of the screen (API, chapter Token invalidity).
pub(crate) fn connection_lost(lang: Lang, brand: &str, said: &str) -> String {
    if said.contains("blocked") {
        lang.t(
            format!(
                "La connexion a été bloquée dans {brand} : débloquez-la depuis le back-office."
            ),
            format!("The connection has been blocked in {brand}: unblock it in the back office."),
        )
    } else if said.contains("suspended") {
        lang.t(
            format!("Le compte {brand} est suspendu pour défaut de paiement."),
            format!("The {brand} account is suspended for non payment."),
        )
    } else {
        lang.t(
            format!("La connexion à {brand} a été révoquée : connectez-vous de nouveau."),
            format!("The connection to {brand} has been revoked: connect again."),
        )
    }
}

/// Whether a 401 ends the connection for good, rather than for a while.
pub(crate) fn is_revoked(error: &Error) -> bool {
    error.api_error().is_some_and(|refusal| {
        let said = refusal.message.as_deref().unwrap_or_default();
        refusal.status == 401 && !said.contains("blocked") && !said.contains("suspended")
    })
}
