//! A failed call to the hub, as a sentence: what went wrong, and what the visitor can do.

use client::Error;

use super::language::Language;

/// A failed call to the hub, as a sentence.
pub(crate) fn error_text(language: Language, hub_name: &str, error: &Error) -> String {
    let Some(api_error) = error.api_error() else {
        return if error.is_outage() {
            language.t(
                format!("{hub_name} est injoignable. Vérifiez la connexion puis réessayez."),
                format!("{hub_name} cannot be reached. Check the network, then try again."),
            )
        } else {
            language.t(
                format!("{hub_name} a répondu de façon inattendue. Réessayez dans un instant."),
                format!("{hub_name} gave an unexpected answer. Try again in a moment."),
            )
        };
    };
    let message = api_error.message.clone().unwrap_or_default();
    match api_error.status {
        401 => connection_lost_text(language, hub_name, &message),
        403 => language.t(
            format!("La connexion n'autorise pas cette action ({message})."),
            format!("The connection does not allow this ({message})."),
        ),
        404 => language.t(
            format!("{hub_name} ne connaît pas cet élément."),
            format!("{hub_name} does not know this item."),
        ),
        422 | 400 => {
            let fields = api_error.errors.iter();
            let mut reasons: Vec<String> = fields
                .map(|error| field_error_text(&error.field, &error.message))
                .collect();
            if reasons.is_empty() {
                reasons.push(message);
            }
            refused_text(language, hub_name, &reasons)
        }
        429 => language.t(
            format!("Trop de demandes vers {hub_name}. Patientez une minute."),
            format!("Too many requests to {hub_name}. Wait a minute."),
        ),
        status => language.t(
            format!("{hub_name} a répondu par l'erreur {status}. Réessayez dans un instant."),
            format!("{hub_name} answered with error {status}. Try again in a moment."),
        ),
    }
}

/// What is wrong with a field.
pub(crate) fn field_error_text(field: &str, message: &str) -> String {
    format!("{field} : {message}")
}

/// That the hub refuses what was sent, or would refuse it.
pub(crate) fn refused_text(language: Language, hub_name: &str, reasons: &[String]) -> String {
    let list = reasons.join(" ; ");
    language.t(
        format!("{hub_name} a refusé la demande. {list}"),
        format!("{hub_name} refused the request. {list}"),
    )
}

/// What a 401 means to the person in front of the screen (API, chapter Protocol: token invalidity).
pub(crate) fn connection_lost_text(language: Language, hub_name: &str, message: &str) -> String {
    if message.contains("blocked") {
        language.t(
            format!(
                "La connexion a été bloquée dans {hub_name} : débloquez-la depuis le back-office."
            ),
            format!(
                "The connection has been blocked in {hub_name}: unblock it in the back office."
            ),
        )
    } else if message.contains("suspended") {
        language.t(
            format!("Le compte {hub_name} est suspendu pour défaut de paiement."),
            format!("The {hub_name} account is suspended for non payment."),
        )
    } else {
        language.t(
            format!("La connexion à {hub_name} a été révoquée : connectez-vous de nouveau."),
            format!("The connection to {hub_name} has been revoked: connect again."),
        )
    }
}

/// Whether a 401 ends the connection for good, rather than for a while.
pub(crate) fn is_revoked(error: &Error) -> bool {
    error.api_error().is_some_and(|api_error| {
        let message = api_error.message.as_deref().unwrap_or_default();
        api_error.status == 401 && !message.contains("blocked") && !message.contains("suspended")
    })
}
