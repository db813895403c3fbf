//! A catalog of 5,000 skus, about 3 MB: how long does replacing it take, and what do others notice?
//!
//! It is replaced over and over by one program, first alone, then while another creates orders and
//! a third reads them. What these two wait at the most is what the catalog costs everybody else.

use anyhow::Context;
use serde_json::{Value, json};

use super::counting::OrderList;
use super::http::{HttpConnection, request};
use super::hub_process::{HubProcess, Merchant};
use super::load::{CreateLoad, LoadDuration, ReadLoad, run};
use super::order;
use super::report::BenchRow;

/// Products of the catalog, with two skus each.
const PRODUCTS: usize = 2_500;

/// Measures on a hub that was started for it; `read` is the path of an order.
pub async fn measure(
    hub: &HubProcess,
    merchant: &Merchant,
    orders: &OrderList,
    read: &str,
    duration: LoadDuration,
) -> anyhow::Result<Vec<BenchRow>> {
    let token = merchant
        .new_client_with_scope(hub, "Catalogues", "location[all_catalogs.write]")
        .await?;
    let host = &orders.host;
    let upload = json!({ "name": "Grande carte", "data": data() }).to_string();
    let create = request("POST", host, "/v1/location/catalogs", &token, Some(&upload));
    let mut connection = HttpConnection::open(host).await?;
    let answer = connection.exchange(&create).await?;
    answer.expect_ok().map_err(anyhow::Error::msg)?;
    let made: Value = serde_json::from_slice(answer.body)?;
    let id = made["id"].as_str().context("a catalog without id")?;
    let path = format!("/v1/catalogs/{id}");
    let put = request("PUT", host, &path, &token, Some(&upload));
    let read_load = |bytes: Vec<u8>| ReadLoad::split(vec![bytes], 1);
    let get = |path: &str| read_load(request("GET", host, path, &token, None));

    let mut rows = Vec::new();
    let alone = run("replace 5,000 skus", host, read_load(put.clone()), duration);
    rows.push(alone.await?.0);
    let whole = run("read 5,000 skus", host, get(&path), duration);
    rows.push(whole.await?.0);
    let charges = get(&format!("{path}/charges"));
    let part = run("read its charges", host, charges, duration);
    rows.push(part.await?.0);

    let name = order::run_name();
    let create_load = || vec![CreateLoad::new(host, &orders.path, &orders.token, &name, 0)];
    let reading = || read_load(request("GET", host, read, &orders.token, None));
    let (creates, reads) = tokio::join!(
        run("create an order, no catalog", host, create_load(), duration),
        run("read an order, no catalog", host, reading(), duration),
    );
    rows.extend([creates?.0, reads?.0]);
    let name = order::run_name();
    let create_load = vec![CreateLoad::new(host, &orders.path, &orders.token, &name, 0)];
    let (creates, reads, replaces) = tokio::join!(
        run("create an order meanwhile", host, create_load, duration),
        run("read an order meanwhile", host, reading(), duration),
        run(
            "replace 5,000 skus meanwhile",
            host,
            read_load(put),
            duration
        ),
    );
    rows.extend([creates?.0, reads?.0, replaces?.0]);
    Ok(rows)
}

/// The content of the catalog.
fn data() -> Value {
    let products: Vec<Value> = (0..PRODUCTS).map(product).collect();
    let categories: Vec<Value> = (0..50)
        .map(|number| json!({ "ref": format!("CAT-{number}"), "name": format!("Rayon {number}") }))
        .collect();
    let options: Vec<Value> = (0..20)
        .map(|number| {
            json!({ "ref": format!("SUP-{number}"), "name": format!("Supplément {number}"),
                "price": "1.50 EUR", "default": false, "tags": [] })
        })
        .collect();
    json!({
        "variants": [{ "ref": "PLATEFORMES", "name": "Plateformes" }],
        "categories": categories,
        "products": products,
        "option_lists": [
            { "ref": "SUP", "name": "Suppléments", "min_selections": 0, "max_selections": 3,
              "options": options }
        ],
        "charges": [{ "ref": "LIV", "name": "Livraison", "type": "delivery", "price": "2.90 EUR" }]
    })
}

fn product(number: usize) -> Value {
    let sku = |size: &str, cents: usize| {
        json!({
            "ref": format!("P{number}-{size}"), "name": format!("{size} cm"),
            "price": format!("{}.{:02} EUR", cents / 100, cents % 100),
            "price_overrides": [
                { "variant_refs": ["PLATEFORMES"], "price": format!("{}.90 EUR", cents / 100 + 2) }
            ],
            "restrictions": { "dow": "-234567", "start_time": "11:30", "end_time": "22:30",
                "max_per_order": 10 },
            "option_list_refs": ["SUP"], "tags": ["allergen_milk"],
            "barcodes": [format!("{:013}", 3_700_000_000_000_u64 + number as u64)],
            "custom_fields": { "caisse": { "famille": number % 50, "imprimante": "Cuisine" } }
        })
    };
    json!({
        "ref": format!("P{number}"), "category_ref": format!("CAT-{}", number % 50),
        "name": format!("Produit numéro {number}"),
        "description": "Pâte levée deux jours, tomates de plein champ, mozzarella di bufala, basilic \
            frais et huile d'olive vierge. Cuite au feu de bois dans notre four, à la commande.",
        "tags": ["vegetarian", "allergen_milk", "allergen_gluten"],
        "tax_rate": { "delivery": "10.0", "collection": "5.5", "eat_in": "10.0" },
        "skus": [sku("33", 900 + number % 700), sku("40", 1_300 + number % 700)]
    })
}
