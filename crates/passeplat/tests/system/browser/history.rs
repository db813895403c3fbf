//! The demo as everybody starts it: apps are connected, a month of orders is there, and the first order can be placed
//! at once.

use super::demo::Demo;
use super::screen::Screen;

#[tokio::test]
async fn the_demo_has_a_month_behind_it_and_takes_an_order_at_once() {
    let demo = Demo::start_with_history().await;
    let screen = Screen::open("histoire").await;
    screen.go(&demo.hub).await;
    screen.fill("E-mail", &demo.email).await;
    screen.fill("Mot de passe", &demo.password).await;
    screen.click("Connexion").await;
    screen.expect_text("Cinq choses à essayer").await;
    screen.expect_text("il n'en manque aucune").await;
    screen.expect_text("Ventes par canal").await;
    screen.expect_no_text("Aucune vente").await;
    screen.pictures("tableau-de-bord").await;
    for (page, expected) in [
        ("COMMANDES", "Terminée"),
        ("CLIENTS", "Chevalier"),
        ("CONNEXIONS", "Vue à l'instant"),
        ("INVENTAIRE", "Choisissez un point de vente"),
    ] {
        screen.click(page).await;
        screen.expect_text(expected).await;
        screen.pictures(page).await;
    }
    screen.click("Lyon Bellecour").await;
    screen.expect_text("SUP-BUR").await;
    screen.pictures("stock").await;

    screen.go(&demo.developer_tools).await;
    screen.click("Lyon Bellecour").await;
    screen.click("Passer une commande").await;
    screen.fill("Référence", "CMD-1").await;
    screen.click("Envoyer la commande").await;
    screen.expect_text("CMD-1").await;
    screen.go(&demo.kezia).await;
    screen.click("CAISSE").await;
    screen.click("Camille").await;
    screen.click("Commandes Web").await;
    screen.expect_text_after_reload("CMD-1").await;
}
