//! What went wrong, as a sentence for a merchant.

use super::mapping::BridgeLanguage;
use super::tasks::TaskKind;
use crate::kit::language::Language;
use crate::zelty_api::{SecretError, ZeltyError};

/// The language of pages for the language of a restaurant.
pub(super) fn page_language(language: BridgeLanguage) -> Language {
    language.pick(Language::French, Language::English)
}

/// What an operation is called.
pub(super) fn task_name(language: Language, kind: &str) -> &'static str {
    match TaskKind::parse(kind) {
        Some(TaskKind::HubOrder) => language.t("Envoi de la commande", "Order push"),
        Some(TaskKind::TillOrder) => language.t("Commande Zelty", "Zelty order"),
        Some(TaskKind::Catalog) => language.t("Récupération du catalogue", "Catalog pull"),
        Some(TaskKind::Inventory) => {
            language.t("Synchronisation inventaire", "Inventory synchronization")
        }
        Some(TaskKind::Location) => language.t(
            "Synchronisation du point de vente",
            "Location synchronization",
        ),
        Some(TaskKind::Check) => language.t("Contrôle de la carte", "Menu check"),
        Some(TaskKind::Webhooks) | None => language.t("Requête système", "System request"),
    }
}

/// The code of a failed request to Zelty, as the list of operations shows it.
pub(super) fn zelty_code(error: &ZeltyError) -> String {
    match error {
        ZeltyError::KeyWrong | ZeltyError::KeyRevoked => "5".into(),
        ZeltyError::Refused { number, .. } => number.to_string(),
        ZeltyError::Limit { .. } => "429".into(),
        ZeltyError::RestaurantUnknown(_) => "404".into(),
        _ => "Zelty".into(),
    }
}

/// Why a request to Zelty failed, and what to do about it.
pub(super) fn zelty_sentence(language: Language, error: &ZeltyError) -> String {
    match error {
        ZeltyError::KeyWrong => language.t(
            "Zelty ne connaît pas cette clé API. Copiez-la depuis Marketplace > HubRise V2 dans le \
             back-office Zelty."
                .into(),
            "Zelty does not know this API key. Copy it from Marketplace > HubRise V2 in Zelty's back \
             office."
                .into(),
        ),
        ZeltyError::KeyRevoked => language.t(
            "Zelty n'accepte plus la clé API (erreur 5) : l'intégration a été désactivée dans Zelty. \
             Réactivez-la, puis saisissez la nouvelle clé."
                .into(),
            "Zelty accepts the API key no longer (error 5): the integration was deactivated in Zelty. \
             Activate it again, then enter the new key."
                .into(),
        ),
        ZeltyError::RestaurantUnknown(id) => language.t(
            format!("Cette clé API n'ouvre pas le restaurant {id}."),
            format!("This API key does not open restaurant {id}."),
        ),
        ZeltyError::NoRestaurant => language.t(
            "Cette clé API n'ouvre aucun restaurant.".into(),
            "This API key opens no restaurant.".into(),
        ),
        ZeltyError::SeveralRestaurants(_) => language.t(
            "Cette clé API est celle d'une enseigne : choisissez le restaurant à connecter.".into(),
            "This API key belongs to a brand: choose the restaurant to connect.".into(),
        ),
        ZeltyError::Limit { wait } => {
            let seconds = wait.as_secs();
            language.t(
                format!("Zelty demande de patienter {seconds} s."),
                format!("Zelty asks to wait {seconds} s."),
            )
        }
        ZeltyError::Refused {
            number, sentence, ..
        } => language.t(
            format!("Zelty refuse : {sentence} (erreur {number})."),
            format!("Zelty refuses: {sentence} (error {number})."),
        ),
        ZeltyError::Unreachable { .. } => language.t(
            "Zelty ne répond pas. Nouvel essai automatique.".into(),
            "Zelty does not answer. It will be tried again.".into(),
        ),
        ZeltyError::Unreadable(_) | ZeltyError::NotSendable(_) => language.t(
            format!("Échange impossible avec Zelty : {error}"),
            format!("Zelty cannot be talked to: {error}"),
        ),
    }
}

/// Why a text is no key.
pub(super) fn key_sentence(language: Language, error: SecretError) -> &'static str {
    match error {
        SecretError::Empty => language.t("Saisissez la clé API.", "Enter the API key."),
        SecretError::Masked => language.t(
            "Cette clé est masquée : copiez la clé complète depuis le back-office Zelty.",
            "This key is masked: copy the whole key from Zelty's back office.",
        ),
        SecretError::NotPrintable => language.t(
            "Ce texte n'est pas une clé API : copiez-la de nouveau.",
            "This text is no API key: copy it again.",
        ),
    }
}

/// What the till did not take of an order that it has.
pub(super) fn refused_elements_sentence(language: Language, names: &[String]) -> String {
    let names = names.join(", ");
    language.t(
        format!("Pas en caisse : {names}. Corrigez la cause, puis cliquez sur « Réessayer »."),
        format!("Not at the till: {names}. Mend the cause, then click “Try again”."),
    )
}
