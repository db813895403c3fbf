//! Builds a small catalog and puts it in place of another. `PASSEPLAT_API` is the hub's API (such as
//! `http://127.0.0.1:8080/v1`), `PASSEPLAT_TOKEN` the access token of a connection that may write
//! catalogs, `PASSEPLAT_CATALOG` the id of the catalog.
#![expect(clippy::print_stdout, reason = "a program for a terminal")]

use client::catalog::{
    Catalog, CatalogData, CatalogOption, CatalogUpdate, Category, OptionList, Product, Sku,
};
use client::order::Money;
use client::{Error, HubClient};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let api = std::env::var("PASSEPLAT_API")?;
    let token = std::env::var("PASSEPLAT_TOKEN")?;
    let catalog = std::env::var("PASSEPLAT_CATALOG")?;
    let hub = HubClient::new(&api, &api.replace("/v1", "/oauth2/v1"))?;
    let price = |text: &str| Money::parse(text);
    let data = CatalogData::default()
        .category(Category::new("PIZ", "Pizzas"))
        .product(
            Product::new("PIZ", "Margherita").sku(
                Sku::new(price("9.50 EUR")?)
                    .reference("MAR")
                    .option_list("SUP"),
            ),
        )
        .option_list(
            OptionList::new("SUP", "Suppléments")
                .selections(0, Some(3))
                .option(CatalogOption::new("Burrata", price("3.00 EUR")?).reference("SUP-BUR")),
        );
    let replaced: Result<Catalog, Error> = hub
        .connection(token)
        .put_catalog(&catalog, &CatalogUpdate::replace(data))
        .await;
    match replaced {
        Ok(catalog) => println!("{} is replaced", catalog.name),
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
