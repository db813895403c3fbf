//! The journey of Kezia II, from "Nouvelle Connexion" to "Déconnexion", in French, in the words
//! of its guide; between the two an order goes from Developer Tools to the till and back.

use super::demo::Demo;
use super::screen::Screen;

#[tokio::test]
async fn a_till_is_connected_takes_an_order_and_is_disconnected() {
    let demo = Demo::start().await;
    let screen = Screen::open("kezia").await;

    screen.go(&demo.kezia).await;
    let till = screen.window().await;
    connect(&screen, &demo).await;
    set_up_the_till(&screen).await;

    let shop = screen.another_window().await;
    place_an_order(&screen, &demo).await;

    screen.to_window(till.clone()).await;
    accept(&screen, &demo).await;

    screen.to_window(shop).await;
    screen.sees_after_reload("Acceptée").await;
    screen.picture("outils-acceptee").await;

    let office = screen.another_window().await;
    look_in_the_office(&screen, &demo).await;

    give_access(&screen).await;

    screen.to_window(till).await;
    disconnect(&screen).await;

    screen.to_window(office).await;
    screen.click("CONNEXIONS").await;
    screen.sees("Developer Tools").await;
    screen.misses("Kezia II").await;
    screen.pictures("bureau-sans-caisse").await;
}

/// The name of the hub on the screens.
const HUB: &str = "Passeplat";
/// The ref of the order that travels.
const ORDER: &str = "CMD-2041";

async fn open_web_orders(screen: &Screen) {
    screen.click("Fichier").await;
    screen.click("Paramètres").await;
    screen.click("Commandes Web").await;
}

/// "Connecter Kezia II", steps 1 to 10.
async fn connect(screen: &Screen, demo: &Demo) {
    open_web_orders(screen).await;
    screen.tick("Actif", HUB).await;
    screen.click_near("Configurer", HUB).await;
    let till = screen.window().await;
    screen.click("Nouvelle Connexion").await;

    screen.newest_window().await;
    screen.fill("E-mail", &demo.email).await;
    screen.fill("Mot de passe", &demo.password).await;
    screen.click("Connexion").await;
    screen
        .sees("Kezia II souhaite accéder à un point de vente")
        .await;
    screen
        .choose("Choisissez le point de vente", "Lyon Bellecour")
        .await;
    screen.sees("Voir et modifier les commandes").await;
    screen.pictures("autoriser").await;
    if screen.click_if_there("Suivant").await {
        screen.sees("Choisissez les données à partager").await;
        screen.picture("autoriser-suivant").await;
    }
    screen.click("Autoriser").await;
    let code = screen.word(is_code).await;
    screen.pictures("code").await;

    screen.to_window(till).await;
    screen.fill("Collez le code ici", &code).await;
    screen.click("OK").await;
    screen.sees("Informations connexion").await;
    screen.pictures("connectee").await;
    screen.click("Enregistrer").await;
    screen.sees("Liste des commandes").await;
    screen.click("Enregistrer").await;
    screen.sees("Paramètres enregistrés").await;
}

/// "Configurer les actions de caisse".
async fn set_up_the_till(screen: &Screen) {
    open_web_orders(screen).await;
    screen.sees("Liste des commandes").await;
    screen.choose("Liste des champs", "MCU 1").await;
    screen.fill("Libellé du champ", "Commandes Web").await;
    screen.picture("actions-de-caisse").await;
    screen.click("Enregistrer").await;
}

/// An order is placed in Developer Tools, and the till takes it by itself.
async fn place_an_order(screen: &Screen, demo: &Demo) {
    screen.go(&demo.developer_tools).await;
    if screen.click_if_there("Se connecter à").await {
        screen
            .sees("Developer Tools souhaite accéder à un point de vente")
            .await;
        screen
            .choose("Choisissez le point de vente", "Lyon Bellecour")
            .await;
        screen.pictures("outils-autoriser").await;
        screen.click_if_there("Suivant").await;
        screen.click("Autoriser").await;
    }
    screen.click("Passer une commande").await;
    screen.fill("Référence", ORDER).await;
    screen.pictures("outils-commande").await;
    screen.click("Envoyer la commande").await;
    screen.sees(ORDER).await;
    screen.click("Commandes").await;
    screen.sees_after_reload("Reçue").await;
    screen.pictures("outils-commandes").await;
}

/// The cashier finds the order behind the new button, and accepts it.
async fn accept(screen: &Screen, demo: &Demo) {
    screen.go(&demo.kezia).await;
    screen.pictures("caisse").await;
    screen.click("CAISSE").await;
    screen.click("Camille").await;
    screen.pictures("vente").await;
    screen.click("Commandes Web").await;
    screen.sees("En attente").await;
    screen.click(ORDER).await;
    screen.pictures("commandes-web").await;
    screen.click("Détails commande").await;
    screen.sees("Total TTC").await;
    screen.pictures("details-commande").await;
    screen.click("Fermer").await;
    screen.click("Valider commande").await;
    screen.sees("Validée").await;
    screen.picture("validee").await;
}

/// "DONNÉES > COMMANDES", the order with its journey, and the logs of the till's connection.
async fn look_in_the_office(screen: &Screen, demo: &Demo) {
    screen.go(&demo.hub).await;
    screen.click("DONNÉES").await;
    screen.click("COMMANDES").await;
    screen.sees("ORIGINE").await;
    screen.sees("Developer Tools").await;
    screen.pictures("commandes").await;
    // The link is the order's date and time.
    screen.click_near(":", ORDER).await;
    screen.sees("Parcours de la commande").await;
    screen.sees("Acceptée").await;
    screen.sees("POST").await;
    screen.sees("PATCH").await;
    screen.pictures("commande").await;

    screen.click("CONNEXIONS").await;
    screen.sees("Kezia II").await;
    screen.pictures("connexions").await;
    screen.click_near("Actions", "Kezia II").await;
    screen.click_near("Voir les logs", "Kezia II").await;
    screen.sees("Logs de connexion : Kezia II").await;
    screen.sees("Portée").await;
    screen.pictures("logs").await;
}

/// "Donner accès au support Kezia II": somebody unknown is invited as Manager with the + icon.
async fn give_access(screen: &Screen) {
    screen.click("CONFIGURATION").await;
    screen.sees("Permissions").await;
    screen.fill("E-mail", "licencekezia@jdc.fr").await;
    screen.choose("Rôle", "Manager").await;
    screen.click("+").await;
    screen.sees("licencekezia@jdc.fr").await;
    screen.sees("Invitation en attente").await;
    screen.pictures("permissions").await;
}

/// "Déconnecter Kezia II".
async fn disconnect(screen: &Screen) {
    open_web_orders(screen).await;
    screen.click_near("Configurer", HUB).await;
    screen.click("Déconnexion").await;
    screen.sees("Nouvelle Connexion").await;
    screen.pictures("deconnectee").await;
}

/// An authorisation code: 32 hexadecimal digits.
fn is_code(word: &str) -> bool {
    word.len() == 32 && word.chars().all(|digit| digit.is_ascii_hexdigit())
}
