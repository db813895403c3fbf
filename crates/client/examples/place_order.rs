//! Places one order. `PASSEPLAT_API` is the hub's API (such as `http://127.0.0.1:8080/v1`),
//! `PASSEPLAT_TOKEN` the access token of a location-level connection that may write orders.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use client::{Error, Hub};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = std::env::var("PASSEPLAT_API")?;
    let token = std::env::var("PASSEPLAT_TOKEN")?;
    let hub = Hub::new(&api, &api.replace("/v1", "/oauth2/v1"))?;
    let placed: Result<Value, Error> = hub
        .connection(token)
        .create_order(&json!({
            "status": "new",
            "service_type": "collection",
            "items": [{ "product_name": "Margherita", "sku_ref": "MAR", "price": "9.50 EUR",
                        "quantity": "1" }],
            "customer": { "first_name": "Ada", "phone": "+33600000000" },
        }))
        .await;
    match placed {
        Ok(order) => println!("order {} for {}", order["id"], order["total"]),
        Err(Error::Refused(refusal)) => {
            println!("refused: {refusal}");
            for error in refusal.errors {
                println!("  {}: {}", error.field, error.message);
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
