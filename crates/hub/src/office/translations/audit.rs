//! The audit log.

use crate::audit::AuditAction;

super::translations! {
    /// The audit log.
    Audit {
        title: "Journal d'audit", "Audit log";
        lead: "Qui a fait quoi, quand et d'où, avec l'état avant et après.", "Who did what, when and from where, with what it was before and after.";
        who: "QUI", "WHO";
        what: "ACTION", "ACTION";
        object: "OBJET", "OBJECT";
        by_whom: "Par", "By";
        anybody: "Tout le monde", "Everybody";
        object_field: "Objet (identifiant ou e-mail)", "Object (ID or e-mail)";
        command: "Commande d'administration", "Administration command";
        from_office: "back-office", "back office";
        from_app: "application", "application";
        from_command: "serveur", "server";
        empty: "Rien n'a encore été enregistré ici.", "Nothing has been recorded here yet.";
        no_match: "Aucune entrée ne correspond au filtre.", "No entry matches the filter.";
        history: "Voir l'historique", "View history";
        client_history: "Historique", "History";
        yes: "oui", "yes";
        no: "non", "no";
        account_create: "Compte créé", "Account created";
        account_update: "Compte modifié", "Account changed";
        account_suspend: "Compte suspendu", "Account suspended";
        account_resume: "Compte rétabli", "Account resumed";
        location_create: "Point de vente ajouté", "Location added";
        location_update: "Point de vente modifié", "Location changed";
        catalog_create: "Catalogue ajouté", "Catalog added";
        catalog_rename: "Catalogue renommé", "Catalog renamed";
        catalog_delete: "Catalogue supprimé", "Catalog deleted";
        customer_list_create: "Liste de clients ajoutée", "Customer list added";
        customer_list_rename: "Liste de clients renommée", "Customer list renamed";
        customer_list_delete: "Liste de clients supprimée", "Customer list deleted";
        alarms_update: "Réglages des alarmes modifiés", "Alarm settings changed";
        permissions_grant: "Permissions données", "Permissions granted";
        permissions_update: "Permissions modifiées", "Permissions changed";
        permissions_remove: "Accès retiré", "Access removed";
        invitation_send: "Invitation envoyée", "Invitation sent";
        invitation_update: "Invitation modifiée", "Invitation changed";
        invitation_withdraw: "Invitation retirée", "Invitation withdrawn";
        invitation_accept: "Invitation acceptée", "Invitation accepted";
        invitation_decline: "Invitation refusée", "Invitation declined";
        connection_create: "Application connectée", "Application connected";
        connection_renew: "Application reconnectée", "Application reconnected";
        connection_update: "Réglages de la connexion modifiés", "Connection settings changed";
        connection_block: "Connexion bloquée", "Connection blocked";
        connection_unblock: "Connexion débloquée", "Connection unblocked";
        connection_end: "Application déconnectée", "Application disconnected";
        token_show: "Jeton d'accès affiché", "Access token shown";
        resend_begin: "Renvoi d'événements lancé", "Sending events again begun";
        resend_stop: "Renvoi d'événements arrêté", "Sending events again stopped";
        client_create: "Client OAuth créé", "OAuth client created";
        client_update: "Client OAuth modifié", "OAuth client changed";
        client_rotate: "Secret du client remplacé", "Client secret replaced";
        client_end_rotation: "Ancien secret désactivé", "Former secret disabled";
        client_delete: "Client OAuth supprimé", "OAuth client deleted";
        user_create: "Utilisateur créé", "User created";
        second_factor_enable: "Validation en deux étapes activée", "Two-step verification enabled";
        second_factor_disable: "Validation en deux étapes désactivée", "Two-step verification disabled";
        second_factor_renew: "Codes de récupération remplacés", "Recovery codes replaced";
        second_factor_recover: "Code de récupération utilisé", "Recovery code used";
        second_factor_fail: "Code de validation faux", "Wrong verification code";
        field_name: "nom", "name";
        field_email: "e-mail", "e-mail";
        field_address: "adresse", "address";
        field_postal_code: "code postal", "postcode";
        field_city: "ville", "city";
        field_country: "pays", "country";
        field_timezone: "fuseau horaire", "timezone";
        field_currency: "devise", "currency";
        field_role: "rôle", "role";
        field_scope: "portée", "scope";
        field_catalog: "catalogue", "catalog";
        field_customer_list: "liste de clients", "customer list";
        field_device: "ID du terminal", "device ID";
        field_ref_window: "même référence refusée (minutes)", "same ref refused (minutes)";
        field_retry_seconds: "attentes après un échec (secondes)", "waits after a failure (seconds)";
        field_fires_orders: "commandes programmées envoyées à l'heure", "orders for later sent when due";
        field_kinds: "alarmes", "alarms";
        field_minutes: "minutes", "minutes";
        field_silent_minutes: "minutes de silence", "minutes of silence";
        field_quiet_from: "heures calmes, de", "quiet hours, from";
        field_quiet_to: "heures calmes, à", "quiet hours, to";
        field_mails: "mails", "mails";
        field_webhook_url: "adresse du webhook", "webhook address";
        field_cutoff_time: "fin de la journée", "end of the business day";
        field_opening_hours: "horaires d'ouverture", "opening hours";
        field_preparation_time: "temps de préparation (minutes)", "preparation time (minutes)";
        field_order_acceptance: "prise de commandes", "order acceptance";
        field_listed: "proposée à tous", "offered to everybody";
        field_codes_left: "codes restants", "codes left";
        field_events: "événements", "events";
    } with {
        time(zone: &str): format!("DATE ({zone})"), format!("DATE ({zone})");
        retention(days: u64):
            format!("Les entrées sont conservées {}.", super::fr(days, "jour", "jours")),
            format!("Entries are kept for {}.", super::en(days, "day", "days"));
    }
}

impl Audit {
    /// What an action is called.
    #[must_use]
    pub fn action_label(&self, action: AuditAction) -> &'static str {
        use AuditAction as A;
        match action {
            A::AccountCreate => self.account_create,
            A::AccountUpdate => self.account_update,
            A::AccountSuspend => self.account_suspend,
            A::AccountResume => self.account_resume,
            A::LocationCreate => self.location_create,
            A::LocationUpdate => self.location_update,
            A::CatalogCreate => self.catalog_create,
            A::CatalogRename => self.catalog_rename,
            A::CatalogDelete => self.catalog_delete,
            A::CustomerListCreate => self.customer_list_create,
            A::CustomerListRename => self.customer_list_rename,
            A::CustomerListDelete => self.customer_list_delete,
            A::AlarmsUpdate => self.alarms_update,
            A::PermissionsGrant => self.permissions_grant,
            A::PermissionsUpdate => self.permissions_update,
            A::PermissionsRemove => self.permissions_remove,
            A::InvitationSend => self.invitation_send,
            A::InvitationUpdate => self.invitation_update,
            A::InvitationWithdraw => self.invitation_withdraw,
            A::InvitationAccept => self.invitation_accept,
            A::InvitationDecline => self.invitation_decline,
            A::ConnectionCreate => self.connection_create,
            A::ConnectionRenew => self.connection_renew,
            A::ConnectionUpdate => self.connection_update,
            A::ConnectionBlock => self.connection_block,
            A::ConnectionUnblock => self.connection_unblock,
            A::ConnectionEnd => self.connection_end,
            A::TokenShow => self.token_show,
            A::ResendBegin => self.resend_begin,
            A::ResendStop => self.resend_stop,
            A::ClientCreate => self.client_create,
            A::ClientUpdate => self.client_update,
            A::ClientRotate => self.client_rotate,
            A::ClientEndRotation => self.client_end_rotation,
            A::ClientDelete => self.client_delete,
            A::UserCreate => self.user_create,
            A::SecondFactorEnable => self.second_factor_enable,
            A::SecondFactorDisable => self.second_factor_disable,
            A::SecondFactorRenew => self.second_factor_renew,
            A::SecondFactorRecover => self.second_factor_recover,
            A::SecondFactorFail => self.second_factor_fail,
        }
    }

    /// What a field is called; none for a technical one, which is shown by its own name.
    #[must_use]
    pub fn field_label(&self, field: &str) -> Option<&'static str> {
        Some(match field {
            "name" => self.field_name,
            "codes_left" => self.field_codes_left,
            "email" => self.field_email,
            "address" => self.field_address,
            "postal_code" => self.field_postal_code,
            "city" => self.field_city,
            "country" => self.field_country,
            "timezone" => self.field_timezone,
            "currency" => self.field_currency,
            "permissions" => self.field_role,
            "scope" => self.field_scope,
            "catalog" => self.field_catalog,
            "customer_list" => self.field_customer_list,
            "device_id" => self.field_device,
            "ref_window" => self.field_ref_window,
            "retry_seconds" => self.field_retry_seconds,
            "fires_orders" => self.field_fires_orders,
            "kinds" => self.field_kinds,
            "minutes" => self.field_minutes,
            "silent_minutes" => self.field_silent_minutes,
            "quiet_from" => self.field_quiet_from,
            "quiet_to" => self.field_quiet_to,
            "mails" => self.field_mails,
            "webhook_url" => self.field_webhook_url,
            "cutoff_time" => self.field_cutoff_time,
            "opening_hours" => self.field_opening_hours,
            "preparation_time" => self.field_preparation_time,
            "order_acceptance" => self.field_order_acceptance,
            "is_listed" => self.field_listed,
            "events" => self.field_events,
            _ => return None,
        })
    }
}
