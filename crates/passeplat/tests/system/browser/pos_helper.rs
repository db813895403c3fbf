//! The journey of POS HELPER, from **CONNECTER** to **DÉCONNECTER**, in the words of its guide; between the
//! two an order goes from Developer Tools over the production board and back.

use super::demo::Demo;
use super::screen::Screen;

/// The ref of the order that travels.
const ORDER: &str = "CMD-3107";

#[tokio::test]
async fn a_kitchen_is_connected_prepares_an_order_and_is_disconnected() {
    let journey = Journey {
        demo: Demo::start().await,
        screen: Screen::open("pos-helper").await,
    };
    journey.connect().await;
    journey.verify().await;
    let kitchen = journey.screen.window().await;
    journey.screen.another_window().await;
    journey.place_an_order().await;
    journey.screen.to_window(kitchen.clone()).await;
    journey.prepare().await;
    journey.look_around().await;
    journey.screen.another_window().await;
    journey.give_access().await;
    journey.block().await;
    journey.screen.to_window(kitchen).await;
    journey.expect_no_healthy_link().await;
    journey.disconnect().await;
}

struct Journey {
    demo: Demo,
    screen: Screen,
}

impl Journey {
    async fn open_integration(&self) {
        self.screen.click("Ventes").await;
        self.screen.click("HUBRISE INTEGRATION").await;
    }

    /// "Connecter POS HELPER", steps 1 to 6.
    async fn connect(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.pos_helper).await;
        self.open_integration().await;
        screen.pictures("integration").await;
        screen.click("CONNECTER").await;
        screen.fill("E-mail", &self.demo.email).await;
        screen.fill("Mot de passe", &self.demo.password).await;
        screen.click("Connexion").await;
        self.authorize("POS HELPER").await;
    }

    async fn authorize(&self, app: &str) {
        let screen = &self.screen;
        screen
            .expect_text(&format!("{app} souhaite accéder à un point de vente"))
            .await;
        screen
            .choose("Choisissez le point de vente", "Lyon Bellecour")
            .await;
        screen.click_if_there("Suivant").await;
        screen.click("Autoriser").await;
    }

    /// "Vérifier la connexion" (P1).
    async fn verify(&self) {
        let screen = &self.screen;
        screen.expect_text("Connexion établie").await;
        self.open_integration().await;
        screen.expect_text("Hubrise Connecté").await;
        screen.expect_text("GO TO HUBRISE").await;
        screen.expect_text("Location Name : Lyon Bellecour (").await;
        screen
            .expect_text("Account Name : Pizzeria Lumière (")
            .await;
        screen.expect_text("Catalog Name : ").await;
        screen.expect_text("Customer List Name : ").await;
        screen.pictures("connecte").await;
    }

    async fn place_an_order(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.developer_tools).await;
        if screen.click_if_there("Se connecter à").await {
            self.authorize("Developer Tools").await;
        }
        screen.click("Passer une commande").await;
        screen.fill("Référence", ORDER).await;
        screen.click("Envoyer la commande").await;
        screen.expect_text(ORDER).await;
        screen.click("Commandes").await;
        screen.expect_text_after_reload("Reçue").await;
    }

    /// The ticket goes from column to column (P2), and comes back once.
    async fn prepare(&self) {
        let screen = &self.screen;
        screen.click("Production").await;
        screen.expect_text(ORDER).await;
        screen.pictures("production").await;
        for (button, result) in [
            ("Accepter", "Acceptée"),
            ("Préparer", "En préparation"),
            ("Prête", "Attente"),
            ("Terminer", "Terminée"),
        ] {
            screen.click_near(button, ORDER).await;
            screen.expect_text(&format!("{ORDER} : {result}")).await;
        }
        screen.click(&format!("Rappeler {ORDER}")).await;
        screen.expect_text(&format!("{ORDER} : Attente")).await;
    }

    async fn look_around(&self) {
        let screen = &self.screen;
        screen.click(ORDER).await;
        screen.expect_text("Developer Tools").await;
        screen.pictures("ticket").await;
        screen.click("ETIQUETTES").await;
        screen.expect_text(ORDER).await;
        screen.pictures("etiquettes").await;
        for tab in [
            "TOUTES LES VENTES",
            "VENTES INTERNET",
            "VENTES EN BORNE",
            "LIVRAISONS PARTENAIRES",
            "PARTENAIRES LIVRAISON",
        ] {
            screen.click(tab).await;
            screen.expect_text(tab).await;
            screen.pictures(&tab.to_lowercase().replace(' ', "-")).await;
        }
        for icon in ["Stats", "Produits", "Clients", "Admin"] {
            screen.click(icon).await;
            screen.expect_text(icon).await;
            screen.pictures(&icon.to_lowercase()).await;
        }
    }

    /// "Donner accès au support de POS HELPER".
    async fn give_access(&self) {
        let screen = &self.screen;
        screen.go(&self.demo.hub).await;
        screen.click("CONFIGURATION").await;
        screen.expect_text("Permissions").await;
        screen.fill("E-mail", "support@poshelper.fr").await;
        screen.choose("Rôle", "Manager").await;
        screen.click("+").await;
        screen.expect_text("support@poshelper.fr").await;
    }

    async fn block(&self) {
        let screen = &self.screen;
        screen.click("CONNEXIONS").await;
        screen.expect_text("POS HELPER").await;
        screen.click_near("Actions", "POS HELPER").await;
        screen.click_near("Bloquer", "POS HELPER").await;
        screen.expect_text_after_reload("Bloquée").await;
    }

    /// P5: a blocked connection does not look healthy.
    async fn expect_no_healthy_link(&self) {
        let screen = &self.screen;
        self.open_integration().await;
        screen.expect_text("Hubrise Non connecté").await;
        screen.expect_no_text("Hubrise Connecté").await;
        screen.pictures("bloque").await;
    }

    /// "Déconnecter POS HELPER" (P4).
    async fn disconnect(&self) {
        let screen = &self.screen;
        self.open_integration().await;
        screen.click("DÉCONNECTER").await;
        screen.expect_text("Connexion supprimée").await;
        screen.expect_text("CONNECTER").await;
        screen.pictures("deconnecte").await;
    }
}
