//! Connecting and disconnecting.

use super::{ENGINES, HUB_WINDOW, Shop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pasted_code_connects_once_and_a_wrong_one_is_refused() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::open("k1", engine).await else {
            continue;
        };
        let page = shop.enter_code("0123456789abcdef0123456789abcdef").await;
        assert!(page.says("Ce code n'est pas valable"), "{}", page.text);

        let code = shop.new_code().await;
        let page = shop.enter_code(&code).await;
        assert!(page.says("Connexion établie"), "{}", page.text);
        shop.till.post("/settings/hub/save", &[]).await;

        shop.till.post("/settings/hub/disconnect", &[]).await;
        let page = shop.enter_code(&code).await;
        assert!(page.says("Ce code n'est pas valable"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connected_window_shows_location_catalog_and_list() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k2", engine).await else {
            continue;
        };
        let (catalog, customers) = (shop.catalog.clone(), shop.customers.clone());
        let page = shop.till.get(HUB_WINDOW).await;
        assert!(page.says("Informations connexion"), "{}", page.text);
        assert!(page.says("Versailles ("), "{}", page.text);
        for id in [catalog, customers] {
            assert!(page.says(&format!("({id})")), "{id}: {}", page.text);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disconnection_revokes_the_connection() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k11", engine).await else {
            continue;
        };
        let answer = shop.till.post("/settings/hub/disconnect", &[]).await;
        let page = shop.till.follow(answer).await;
        assert!(page.says("Nouvelle Connexion à"), "{}", page.text);
        let page = shop.follow_office("/connections").await;
        let (_, ended) = page.text.split_once("Connexions terminées").unwrap();
        assert!(ended.contains("Kezia II"), "{}", page.text);
        assert_eq!(
            page.text.matches("Kezia II").count(),
            ended.matches("Kezia II").count()
        );
    }
}
