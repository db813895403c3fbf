//! Articles and stock.

use serde_json::{Value, json};

use super::{ENGINES, Shop};

impl Shop {
    async fn catalog_data(&self) -> Value {
        let path = format!("/catalogs/{}", self.catalog);
        let catalog: Value = self.site.get(&path, &[]).await.unwrap();
        catalog["data"].clone()
    }

    async fn inventory(&self) -> Vec<Value> {
        let path = format!("/catalogs/{}/location/inventory", self.catalog);
        self.site.get(&path, &[]).await.unwrap()
    }
}

fn names(list: &Value) -> Vec<&str> {
    let elements = list.as_array().unwrap().iter();
    elements.map(|it| it["name"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_published_articles_are_exported_with_categories_options_and_menus() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k7", engine).await else {
            continue;
        };
        // **Fiche Article** > **Menu** > **Paramètres** > **Publication WEB** > **Appliq.**
        let unticked = [("tab", "settings")];
        shop.till.post("/articles/10004", &unticked).await;
        let page = shop.send("articles", &[]).await;
        assert!(page.says("Envoi effectué."), "{}", page.text);

        let data = shop.catalog_data().await;
        let products = names(&data["products"]);
        assert!(products.contains(&"Regina 33 cm"), "{products:?}");
        assert!(!products.contains(&"Regina 40 cm"), "{products:?}");
        let categories = data["categories"].as_array().unwrap();
        let parent = |name: &str| {
            let found = categories.iter().find(|it| it["name"] == name).unwrap();
            let above = categories
                .iter()
                .find(|it| it["ref"] == found["parent_ref"]);
            above.map(|it| it["name"].as_str().unwrap())
        };
        assert_eq!(parent("Pizzas rouges"), Some("Pizzas"));
        assert_eq!(parent("Pizzas"), Some("Restauration"));
        assert_eq!(parent("Restauration"), None);
        assert_eq!(names(&data["option_lists"]), ["Suppléments"]);
        assert!(!products.contains(&"Burrata"), "{products:?}");
        assert_eq!(data["deals"][0]["ref"], "90001");
        assert_eq!(data["deals"].as_array().unwrap().len(), 1);

        let page = shop.till.get("/settings/hub-options/export").await;
        assert!(
            page.says("Envoi Articles (") && page.says("Envoyé"),
            "{}",
            page.text
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_is_refused_until_it_is_activated() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k8", engine).await else {
            continue;
        };
        shop.send("articles", &[]).await;
        let page = shop.send("stock", &[]).await;
        assert!(
            page.says("La gestion du stock n'est pas activée"),
            "{}",
            page.text
        );
        assert_eq!(shop.inventory().await, Vec::<Value>::new());

        let options = "/settings/hub-options/options/save";
        shop.till.post(options, &[("stock", "on")]).await;
        let page = shop.send("stock", &[]).await;
        assert!(page.says("Envoi effectué."), "{}", page.text);
        let inventory = shop.inventory().await;
        let tiramisu = inventory.iter().find(|entry| entry["sku_ref"] == "10016");
        assert_eq!(tiramisu.unwrap()["stock"], "20", "{inventory:?}");
        assert!(inventory.iter().any(|entry| entry["option_ref"] == "10012"));

        // **Envoyer le stock**: from now on by itself.
        let sync = "/settings/hub-options/sync/save";
        shop.till.post(sync, &[("stock", "on")]).await;
        let fields = [("idart", "10016"), ("stock", "7")];
        shop.till.post("/stock", &fields).await;
        while !shop.inventory().await.iter().any(|it| it["stock"] == "7") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refs_are_numbers_or_internal_codes() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k9", engine).await else {
            continue;
        };
        let reference = |data: &Value, name: &str| {
            let products = data["products"].as_array().unwrap();
            let product = products.iter().find(|it| it["name"] == name).unwrap();
            product["skus"][0]["ref"].clone()
        };
        shop.send("articles", &[]).await;
        let data = shop.catalog_data().await;
        assert_eq!(reference(&data, "Tiramisu"), "10016");

        let options = "/settings/hub-options/options/save";
        shop.till.post(options, &[("by_code", "on")]).await;
        shop.send("articles", &[]).await;
        let data = shop.catalog_data().await;
        assert_eq!(reference(&data, "Tiramisu"), "TIRA");
        let without =
            "Mousse au chocolat grand cru de Madagascar, éclats de fèves de cacao torréfiées";
        assert_eq!(reference(&data, without), "10017");

        let items = json!({ "items": [
            { "product_name": "Tiramisu", "sku_ref": "TIRA", "price": "5.00 EUR", "quantity": "1" },
            { "product_name": "Mousse", "sku_ref": "10017", "price": "5.50 EUR", "quantity": "1" },
            { "product_name": "Tiramisu", "sku_ref": "10016", "price": "5.00 EUR", "quantity": "1" },
        ] });
        let id = shop.receive("REF", &items).await;
        let page = shop.till.get(&format!("/till/1/orders/{id}")).await;
        assert_eq!(
            page.text.matches("Article reconnu").count(),
            2,
            "{}",
            page.text
        );
    }
}
