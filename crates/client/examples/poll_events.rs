//! Fetches events every 30 seconds, prints them and acknowledges them, until interrupted.
//! `PASSEPLAT_API` is the hub's API, `PASSEPLAT_TOKEN` the access token of a connection that may
//! read orders.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use std::time::Duration;

use client::{Callback, EventResource, EventType, HubClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = std::env::var("PASSEPLAT_API")?;
    let token = std::env::var("PASSEPLAT_TOKEN")?;
    let connection = HubClient::new(&api, &api.replace("/v1", "/oauth2/v1"))?.connection(token);
    let orders = [EventType::Create, EventType::Update];
    connection
        .set_callback(&Callback::passive().on(EventResource::Order, &orders))
        .await?;
    loop {
        let mut pages = connection.events();
        while let Some(page) = pages.next().await? {
            for head in page {
                let event = connection.event(&head.id).await?;
                let status = event.new_state.as_ref().map(|order| &order["status"]);
                println!("{} {}: {status:?}", head.resource_type, head.event_type);
                connection.delete_event(&head.id).await?;
            }
        }
        tokio::time::sleep(Duration::from_secs(30)).await;
    }
}
