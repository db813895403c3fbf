//! The journeys find things by what a person reads; here is the proof that they find the right
//! ones.

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;

use super::screen::Screen;

const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>:root { color-scheme: light dark }</style>
<section><h2>Fox Order</h2><label><input type="checkbox"> Actif</label>
  <button onclick="say('Fox')">Configurer</button></section>
<section><h2>HubRise</h2><label><input id="h" type="checkbox"> Actif</label>
  <button onclick="say('Hub ' + h.checked)">Configurer</button></section>
<button hidden onclick="say('hidden')">Enregistrer tout</button>
<button onclick="say('saved')" style="text-transform: uppercase">Enregistrer</button>
<label for="c">Liste des champs :</label><select id="c"><option>MCU 0<option>MCU 1</select>
<label>Libellé du champ <input id="l"></label>
<button onclick="say(c.value + ' / ' + l.value)">Voir l’activité&nbsp;!</button>
<p id="said"></p><p>0123456789abcdef0123456789abcdef</p>
<script>function say(what) { said.innerText = 'said: ' + what }</script>"#;

#[tokio::test]
async fn things_are_found_by_what_a_person_reads() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let router = Router::new().route("/", get(|| async { Html(PAGE) }));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let screen = Screen::open("words").await;
    screen.go(&url).await;
    screen.tick("Actif", "HubRise").await;
    screen.click_near("Configurer", "HubRise").await;
    screen.expect_text("said: Hub true").await;
    screen.click("ENREGISTRER").await;
    screen.expect_text("said: saved").await;
    screen.choose("Liste des champs", "MCU 1").await;
    screen.fill("Libellé du champ", "Commandes Web").await;
    screen.click("Voir l'activité !").await;
    screen.expect_text("said: MCU 1 / Commandes Web").await;
    screen.expect_no_text("Enregistrer tout").await;
    assert!(
        !screen.click_if_there("Enregistrer tout").await,
        "it is hidden"
    );
    let code = screen.word(|word| word.len() == 32).await;
    assert_eq!(code, "0123456789abcdef0123456789abcdef");
    screen.pictures("page").await;
}
