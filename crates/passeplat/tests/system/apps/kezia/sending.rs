//! Orders, invoices and customers of the till.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ENGINES, Shop};

impl Shop {
    /// The order of a ref at the hub.
    async fn order_of_ref(&self, reference: &str) -> Option<Value> {
        let orders: Vec<Value> = self.site.get("/location/orders", &[]).await.unwrap();
        orders.into_iter().find(|order| order["ref"] == reference)
    }

    async fn customers_of_email(&self, email: &str) -> Vec<Value> {
        let path = format!("/customer_lists/{}/customers", self.customers);
        self.site.get(&path, &[("email", email)]).await.unwrap()
    }

    /// Enters an order for a customer at the till.
    async fn enter_order(&mut self, customer: &str) {
        let fields = [
            ("seller", "1"),
            ("customer", customer),
            ("service", "delivery"),
            ("delivery", "2,90"),
            ("idart", "10001"),
            ("quantity-10001", "2"),
        ];
        let answer = self.till.post("/orders/new", &fields).await;
        let page = self.till.follow(answer).await;
        assert!(page.says("enregistrée"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_go_out_only_with_the_option_and_an_invoice_is_sent_as_an_order() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k10", engine).await else {
            continue;
        };
        // Ada is a web client: she has ordered on the web.
        shop.receive("LIVP", &json!({})).await;
        shop.enter_order("1").await;
        let page = shop.send("orders", &[("number", "CDE-1")]).await;
        assert!(page.says("Cette commande ne part pas"), "{}", page.text);
        assert_eq!(shop.order_of_ref("CDE-1").await, None);

        let options = "/settings/hub-options/options/save";
        shop.till.post(options, &[("orders", "web")]).await;
        let page = shop.send("orders", &[("number", "CDE-1")]).await;
        assert!(page.says("Envoi effectué."), "{}", page.text);
        let order = shop.order_of_ref("CDE-1").await.unwrap();
        assert_eq!(order["status"], "accepted");
        assert_eq!(order["total"], "21.90 EUR");
        assert_eq!(order["customer"]["email"], "ada@example.com");
        let page = shop.send("orders", &[("number", "CDE-1")]).await;
        assert!(page.says("l'a déjà"), "{}", page.text);

        shop.till
            .post("/till/1/sale/add", &[("idart", "10016")])
            .await;
        shop.till
            .post("/till/1/sale/pay", &[("mode", "cash")])
            .await;
        let path = "/settings/hub-options/invoices/send";
        let answer = shop.till.post(path, &[("invoice", "2")]).await;
        let page = shop.till.follow(answer).await;
        assert!(page.says("Envoi effectué."), "{}", page.text);
        let invoice = shop.order_of_ref("FA-2").await.unwrap();
        assert_eq!(invoice["status"], "completed");
        assert_eq!(invoice["total"], "5.00 EUR");
        assert_eq!(invoice["payments"][0]["type"], "cash");
        // What the till has sent is no web order for it.
        let page = shop.till.get("/till/1/orders").await;
        assert!(!page.says("FA-2") && !page.says("CDE-1"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_matched_by_e_mail_or_made() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("clients", engine).await else {
            continue;
        };
        let path = format!("/customer_lists/{}/customers", shop.customers);
        let known = json!({ "email": "bob@example.com", "first_name": "Bobby" });
        let _: Value = shop.site.post(&path, &known).await.unwrap();
        for (email, name) in [("bob@example.com", "Bob"), ("eve@example.com", "Eve")] {
            let fields = [("email", email), ("first_name", name)];
            shop.till.post("/customers/new", &fields).await;
        }
        let page = shop.send("customers", &[]).await;
        assert!(page.says("clients partent"), "{}", page.text);
        while shop.customers_of_email("eve@example.com").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        loop {
            let bobs = shop.customers_of_email("bob@example.com").await;
            assert_eq!(bobs.len(), 1, "{bobs:?}");
            if bobs[0]["first_name"] == "Bob" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(shop.customers_of_email("eve@example.com").await.len(), 1);
    }
}
