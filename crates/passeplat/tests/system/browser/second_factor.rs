//! The journey of the second factor: it is set up, and asked for at the next log-in.

use hub::clock::Clock;
use hub::users::second_factor::TotpSecret;

use super::demo::Demo;
use super::screen::Screen;

/// Signs in with the password; what comes then depends.
async fn log_in(demo: &Demo, screen: &Screen) {
    screen.go(&format!("{}/login", demo.hub)).await;
    screen.fill("E-mail", &demo.email).await;
    screen.fill("Mot de passe", &demo.password).await;
    screen.click("Connexion").await;
}

#[tokio::test]
async fn a_user_enables_it_and_signs_in_with_a_code() {
    let demo = Demo::start().await;
    let screen = Screen::open("second-factor").await;
    let clock = Clock::real();
    log_in(&demo, &screen).await;
    screen.expect_text("TABLEAU DE BORD").await;

    screen
        .go(&format!("{}/profile/second_factor", demo.hub))
        .await;
    screen.click("Activer").await;
    screen.expect_text("QR code").await;
    screen.pictures("deux-etapes-qr").await;
    let secret = "return document.querySelector('#secret').value";
    let secret = screen.run(secret).await;
    let app = TotpSecret::parse(secret.as_str().unwrap()).unwrap();
    let first = app.code(clock.now());
    screen.fill("Code à 6 chiffres", &first).await;
    screen.fill("Mot de passe actuel", &demo.password).await;
    screen.click("Activer").await;
    screen.expect_text("Notez ces codes maintenant").await;
    screen.pictures("deux-etapes-codes").await;
    let recovery = |word: &str| word.len() == 14 && word.split('-').count() == 3;
    let recovery = screen.word(recovery).await;

    screen
        .run("document.querySelector('form[action=\"/logout\"]').submit()")
        .await;
    screen.expect_text("Déjà inscrit").await;
    log_in(&demo, &screen).await;
    screen.expect_text("Entrez le code affiché").await;
    screen.pictures("deux-etapes-connexion").await;
    // The first code was used; the next step's is taken before it begins.
    let next = app.code(clock.now() + jiff::SignedDuration::from_secs(30));
    screen.fill("Code à 6 chiffres", &next).await;
    screen.click("Connexion").await;
    screen.expect_text("TABLEAU DE BORD").await;

    screen
        .run("document.querySelector('form[action=\"/logout\"]').submit()")
        .await;
    screen.expect_text("Déjà inscrit").await;
    log_in(&demo, &screen).await;
    screen.click("Utiliser un code de récupération").await;
    screen.fill("Code de récupération", &recovery).await;
    screen
        .run("document.querySelector('details form').requestSubmit()")
        .await;
    screen.expect_text("TABLEAU DE BORD").await;
}
