//! Web orders.

use serde_json::json;

use super::{ENGINES, Shop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_order_is_seen_at_once_and_received() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k3", engine).await else {
            continue;
        };
        let id = shop.receive("LIVP", &json!({})).await;
        let page = shop.till.get("/").await;
        assert!(page.says("Nouvelle commande LIVP-1"), "{}", page.text);
        let page = shop.till.get("/till/1").await;
        assert!(page.text.contains("button key hot"), "{}", page.text);
        shop.wait_for_status(&id, "received").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_cashier_does_changes_the_order_at_the_hub() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k4", engine).await else {
            continue;
        };
        let rejected = shop.receive("NON", &json!({})).await;
        let path = format!("/till/1/orders/{rejected}/reject");
        shop.till.post(&path, &[("cause", "Plus de pâte")]).await;
        shop.wait_for_status(&rejected, "rejected").await;

        let id = shop.receive("OUI", &json!({})).await;
        let order = format!("/till/1/orders/{id}");
        shop.till.post(&format!("{order}/accept"), &[]).await;
        shop.wait_for_status(&id, "accepted").await;
        let confirmed = shop.order(&id).await["confirmed_time"].clone();
        let late = [("minutes", "15")];
        shop.till.post(&format!("{order}/late"), &late).await;
        assert_ne!(shop.order(&id).await["confirmed_time"], confirmed);
        shop.till.post(&format!("{order}/ready"), &[]).await;
        shop.wait_for_status(&id, "awaiting_shipment").await;
        shop.till.post(&format!("{order}/done"), &[]).await;
        shop.wait_for_status(&id, "completed").await;

        let fields = [("order", id.as_str()), ("status", "in_delivery")];
        let page = shop.send("status", &fields).await;
        assert!(page.says("Statut modifié."), "{}", page.text);
        shop.wait_for_status(&id, "in_delivery").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_ref_keeps_its_line_without_tick() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k5", engine).await else {
            continue;
        };
        let items = json!({ "items": [
            { "product_name": "Mystère", "sku_ref": "NOPE", "price": "1.00 EUR", "quantity": "1" },
            { "product_name": "Regina", "sku_ref": "10003", "price": "9.99 EUR", "quantity": "1" },
        ] });
        let id = shop.receive("LIVP", &items).await;
        let page = shop.till.get(&format!("/till/1/orders/{id}")).await;
        assert!(page.says("Mystère"), "{}", page.text);
        assert_eq!(page.text.matches("Article reconnu").count(), 1);
        // The hub's price counts, whatever the article costs.
        assert!(page.says("9,99"), "{}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cash_is_unpaid_and_any_other_payment_is_paid() {
    for engine in ENGINES {
        let Some(mut shop) = Shop::connected("k6", engine).await else {
            continue;
        };
        for (kind, is_paid) in [("cash", false), ("online", true)] {
            let payments =
                json!({ "payments": [{ "type": kind, "name": "X", "amount": "12.50 EUR" }] });
            let id = shop.receive(kind, &payments).await;
            let page = shop.till.get(&format!("/till/1/orders/{id}")).await;
            assert_eq!(page.says("Non Payée"), !is_paid, "{kind}: {}", page.text);
        }
    }
}
