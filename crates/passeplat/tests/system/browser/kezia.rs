//! The journey of Kezia II, from "Nouvelle Connexion" to "Déconnexion", in the words of its guide,
//! in French and in English; between the two an order goes from Developer Tools to the till and
//! back.

use std::time::Duration;

use super::demo::Demo;
use super::screen::Screen;

#[tokio::test]
async fn a_till_is_connected_takes_an_order_and_is_disconnected() {
    Journey {
        demo: Demo::start().await,
        screen: Screen::open("kezia").await,
        is_english: false,
    }
    .walk()
    .await;
}

#[tokio::test]
async fn the_same_in_english() {
    Journey {
        demo: Demo::start().await,
        screen: Screen::open_in_language("en-GB", "kezia-en").await,
        is_english: true,
    }
    .walk()
    .await;
}

/// The name of the hub on the screens.
const HUB: &str = "Passeplat";
/// The ref of the order that travels.
const ORDER: &str = "CMD-2041";

struct Journey {
    demo: Demo,
    screen: Screen,
    is_english: bool,
}

impl Journey {
    /// What the screens say in the language of the journey.
    fn t(&self, french: &'static str, english: &'static str) -> &'static str {
        if self.is_english { english } else { french }
    }

    async fn walk(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.kezia).await;
        self.switch().await;
        let till = screen.window().await;
        self.connect().await;
        self.set_up_the_till().await;

        let shop = screen.another_window().await;
        self.place_an_order().await;

        screen.to_window(till.clone()).await;
        self.accept().await;

        screen.to_window(shop).await;
        screen
            .expect_text_after_reload(self.t("Acceptée", "Accepted"))
            .await;
        screen.picture("outils-acceptee").await;

        let office = screen.another_window().await;
        self.look_in_the_office().await;
        self.look_at_callbacks().await;
        self.give_access().await;

        screen.to_window(till).await;
        self.disconnect().await;

        screen.to_window(office).await;
        screen.click(self.t("CONNEXIONS", "CONNECTIONS")).await;
        screen.expect_text("Developer Tools").await;
        // It is only among those that have ended.
        screen
            .expect_text(self.t("Connexions terminées", "Ended connections"))
            .await;
        let by_itself = self.t("par l'application elle-même", "by the application itself");
        screen.expect_text(by_itself).await;
        screen.pictures("bureau-sans-caisse").await;
    }

    /// Apps, and users of the demo, speak French until somebody wishes otherwise.
    async fn switch(&self) {
        if self.is_english {
            self.screen.click("English").await;
            self.screen.expect_text("Français").await;
        }
    }

    async fn open_web_orders(&self) {
        let screen = &self.screen;
        screen.click(self.t("Fichier", "File")).await;
        screen.click(self.t("Paramètres", "Settings")).await;
        screen.click(self.t("Commandes Web", "Web orders")).await;
    }

    /// "Connecter Kezia II", steps 1 to 10.
    async fn connect(&self) {
        let screen = &self.screen;
        self.open_web_orders().await;
        screen.tick(self.t("Actif", "Active"), HUB).await;
        screen
            .click_near(self.t("Configurer", "Configure"), HUB)
            .await;
        let till = screen.window().await;
        screen
            .click(self.t("Nouvelle Connexion", "New connection"))
            .await;

        screen.newest_window().await;
        screen.fill("E-mail", &self.demo.email).await;
        screen
            .fill(self.t("Mot de passe", "Password"), &self.demo.password)
            .await;
        screen.click(self.t("Connexion", "Login")).await;
        screen
            .expect_text("Kezia II souhaite accéder à un point de vente")
            .await;
        self.switch().await;
        let asks = self.t(
            "Kezia II souhaite accéder à un point de vente",
            "Kezia II would like to access a location",
        );
        screen.expect_text(asks).await;
        screen
            .choose(
                self.t("Choisissez le point de vente", "Choose a location"),
                "Lyon Bellecour",
            )
            .await;
        screen
            .expect_text(self.t("Voir et modifier les commandes", "View and modify orders"))
            .await;
        screen.pictures("autoriser").await;
        if screen.click_if_there(self.t("Suivant", "Next")).await {
            screen
                .expect_text(self.t(
                    "Choisissez les données à partager",
                    "Choose the data to share",
                ))
                .await;
            screen.picture("autoriser-suivant").await;
        }
        // On a slow machine this page is still there when the code is looked for.
        assert_eq!(screen.find_word_now(is_code).await, None);
        screen.click(self.t("Autoriser", "Allow")).await;
        let code = screen.word(is_code).await;
        screen.pictures("code").await;

        screen.to_window(till).await;
        screen
            .fill(self.t("Collez le code ici", "Paste the code here"), &code)
            .await;
        screen.click("OK").await;
        screen
            .expect_text(self.t("Informations connexion", "Connection details"))
            .await;
        screen.pictures("connectee").await;
        screen.click(self.t("Enregistrer", "Save")).await;
        screen
            .expect_text(self.t("Liste des commandes", "Order list"))
            .await;
        screen.click(self.t("Enregistrer", "Save")).await;
        screen
            .expect_text(self.t("Paramètres enregistrés", "Settings saved"))
            .await;
    }

    /// "Configurer les actions de caisse".
    async fn set_up_the_till(&self) {
        let screen = &self.screen;
        self.open_web_orders().await;
        screen
            .expect_text(self.t("Liste des commandes", "Order list"))
            .await;
        screen
            .choose(self.t("Liste des champs", "Fields"), "MCU 1")
            .await;
        let label = self.t("Commandes Web", "Web orders");
        screen
            .fill(self.t("Libellé du champ", "Field label"), label)
            .await;
        screen.picture("actions-de-caisse").await;
        screen.click(self.t("Enregistrer", "Save")).await;
    }

    /// An order is placed in Developer Tools, and the till takes it by itself.
    async fn place_an_order(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.developer_tools).await;
        self.switch().await;
        if screen
            .click_if_there(self.t("Se connecter à", "Connect to"))
            .await
        {
            let asks = self.t(
                "Developer Tools souhaite accéder à un point de vente",
                "Developer Tools would like to access a location",
            );
            screen.expect_text(asks).await;
            screen
                .choose(
                    self.t("Choisissez le point de vente", "Choose a location"),
                    "Lyon Bellecour",
                )
                .await;
            screen.pictures("outils-autoriser").await;
            screen.click_if_there(self.t("Suivant", "Next")).await;
            screen.click(self.t("Autoriser", "Allow")).await;
        }
        screen
            .click(self.t("Passer une commande", "Place an order"))
            .await;
        screen.fill(self.t("Référence", "Reference"), ORDER).await;
        screen.pictures("outils-commande").await;
        screen
            .click(self.t("Envoyer la commande", "Send the order"))
            .await;
        screen.expect_text(ORDER).await;
        screen.click(self.t("Commandes", "Orders")).await;
        screen
            .expect_text_after_reload(self.t("Reçue", "Received"))
            .await;
        screen.pictures("outils-commandes").await;
    }

    /// The cashier finds the order behind the new button, and accepts it.
    async fn accept(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.kezia).await;
        screen.pictures("caisse").await;
        screen.click(self.t("CAISSE", "TILL")).await;
        screen.click("Camille").await;
        screen.pictures("vente").await;
        screen.click(self.t("Commandes Web", "Web orders")).await;
        screen.expect_text(self.t("En attente", "Waiting")).await;
        screen.click(ORDER).await;
        screen.pictures("commandes-web").await;
        self.type_while_the_page_is_refreshed().await;
        screen
            .click(self.t("Détails commande", "Order details"))
            .await;
        screen.expect_text(self.t("Total TTC", "Total")).await;
        screen.pictures("details-commande").await;
        screen.click(self.t("Fermer", "Close")).await;
        screen
            .click(self.t("Valider commande", "Accept order"))
            .await;
        screen.expect_text(self.t("Validée", "Accepted")).await;
        screen.picture("validee").await;
        screen.click(self.t("Impression", "Print")).await;
        screen.expect_text("Total TTC").await;
        screen.pictures("ticket").await;
        screen.click(self.t("Fermer", "Close")).await;
        screen.expect_text(self.t("Paiement", "Payment")).await;
    }

    /// A refresh leaves a part of the page in which something was typed as it is, and renews the others.
    async fn type_while_the_page_is_refreshed(&self) {
        let screen = &self.screen;
        let typed = "document.querySelector('#panel input[name=cause]')";
        // Both parts look as if the hub had news for them.
        screen
            .run_if_loaded(&format!(
                "{typed}.value = 'Rupture'; document.activeElement.blur(); \
                 for (const id of ['panel', 'list']) document.getElementById(id).dataset.was = 'old';"
            ))
            .await;
        let was = "return document.getElementById('list').dataset.was === 'old'";
        while screen.run_if_loaded(was).await != false {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let value = screen.run_if_loaded(&format!("return {typed}.value")).await;
        assert_eq!(value, "Rupture");
        screen.run_if_loaded(&format!("{typed}.value = ''")).await;
    }

    /// "DONNÉES > COMMANDES", the order with its journey, and the logs of the till's connection.
    async fn look_in_the_office(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.hub).await;
        screen.pictures("tableau-de-bord").await;
        screen.click(self.t("DONNÉES", "DATA")).await;
        screen.click(self.t("COMMANDES", "ORDERS")).await;
        screen.expect_text(self.t("ORIGINE", "ORIGIN")).await;
        screen.expect_text("Developer Tools").await;
        screen.pictures("commandes").await;
        // The link is the order's ref.
        screen.click(ORDER).await;
        screen
            .expect_text(self.t("Parcours de la commande", "Journey of the order"))
            .await;
        screen.expect_text(self.t("Acceptée", "Accepted")).await;
        screen.expect_text("POST").await;
        screen.expect_text("PATCH").await;
        screen.pictures("commande").await;
        screen.go(&format!("{}/apps", self.demo.hub)).await;
        screen
            .expect_text(self.t("Logiciels de caisse", "Point of Sales"))
            .await;
        screen.expect_text(self.t("Outils", "Tools")).await;
        screen
            .expect_no_text(self.t("Autres applications", "Other Apps"))
            .await;

        self.open_logs("Kezia II").await;
        screen.expect_text(self.t("Portée", "Scope")).await;
        screen.pictures("logs").await;
    }

    async fn open_logs(&self, app: &str) {
        let screen = &self.screen;
        screen.click(self.t("CONNEXIONS", "CONNECTIONS")).await;
        screen.expect_text("Kezia II").await;
        screen.pictures("connexions").await;
        screen.click_near("Actions", app).await;
        screen
            .click_near(self.t("Voir les logs", "View logs"), app)
            .await;
        let title = self.t("Logs de connexion :", "Connection logs:");
        screen.expect_text(&format!("{title} {app}")).await;
    }

    /// What the hub told Developer Tools stands in the logs of its connection.
    async fn look_at_callbacks(&self) {
        let screen = &self.screen;
        self.open_logs("Developer Tools").await;
        screen.click("Callback Log").await;
        screen.expect_text(self.t("Essai 1", "Attempt 1")).await;
        screen
            .expect_text(self.t("Événement envoyé", "Event sent"))
            .await;
        screen.pictures("envois").await;
    }

    /// "Donner accès au support Kezia II": somebody unknown is invited as Manager with the + icon.
    async fn give_access(&self) {
        let screen = &self.screen;
        screen.click(self.t("CONFIGURATION", "SETTINGS")).await;
        screen.expect_text("Permissions").await;
        screen.fill("E-mail", "licencekezia@jdc.fr").await;
        screen.choose(self.t("Rôle", "Role"), "Manager").await;
        screen.click("+").await;
        screen.expect_text("licencekezia@jdc.fr").await;
        screen
            .expect_text(self.t("Invitation en attente", "Invitation pending"))
            .await;
        screen.pictures("permissions").await;
    }

    /// "Déconnecter Kezia II".
    async fn disconnect(&self) {
        let screen = &self.screen;
        self.open_web_orders().await;
        screen
            .click_near(self.t("Configurer", "Configure"), HUB)
            .await;
        screen.click(self.t("Déconnexion", "Disconnect")).await;
        screen
            .expect_text(self.t("Nouvelle Connexion", "New connection"))
            .await;
        screen.pictures("deconnectee").await;
    }
}

/// An authorisation code: 32 hexadecimal digits.
fn is_code(word: &str) -> bool {
    word.len() == 32 && word.chars().all(|digit| digit.is_ascii_hexdigit())
}
