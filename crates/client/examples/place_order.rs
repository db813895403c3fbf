//! Places one order. `PASSEPLAT_API` is the hub's API (such as `http://127.0.0.1:8080/v1`),
//! `PASSEPLAT_TOKEN` the access token of a location-level connection that may write orders.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use client::order::{
    CustomerDetails, Money, NewItem, NewOption, NewOrder, Order, OrderStatus, ServiceType,
};
use client::{Error, HubClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = std::env::var("PASSEPLAT_API")?;
    let token = std::env::var("PASSEPLAT_TOKEN")?;
    let hub = HubClient::new(&api, &api.replace("/v1", "/oauth2/v1"))?;
    let margherita = NewItem::new("Margherita", Money::parse("9.50 EUR")?, 1)
        .sku_ref("MAR")
        .option(NewOption::new("Suppléments", "Burrata").price(Money::parse("3.00 EUR")?));
    let customer = CustomerDetails::default()
        .first_name("Ada")
        .phone("+33600000000");
    let order = NewOrder::new(OrderStatus::New)
        .service_type(ServiceType::Collection)
        .item(margherita)
        .guest(customer);
    let placed: Result<Order, Error> = hub.connection(token).create_order(&order).await;
    match placed {
        Ok(order) => println!("order {} for {}", order.id, order.total),
        Err(Error::Api(api_error)) => {
            println!("refused: {api_error}");
            for error in api_error.errors {
                println!("  {}: {}", error.field, error.message);
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
