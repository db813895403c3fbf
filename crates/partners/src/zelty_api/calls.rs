//! The calls of the API, each as a function that says what it answers.

use serde::Deserialize;

use super::catalog::{CatalogSummary, ZeltyCatalog};
use super::client::ZeltyClient;
use super::customer::{CustomerDraft, ZeltyCustomer};
use super::error::{RestaurantChoice, ZeltyError};
use super::menu::{Dish, DishOption, SetMenu, Tag};
use super::order::{AddedTransactions, NewZeltyOrder, OrderChange, ProductionStart};
use super::order_view::ZeltyOrder;
use super::pace::Urgency;
use super::payment::{Coupon, TransactionMethod};
use super::reading;
use super::request::{OrdersFilter, ZeltyRequest};
use super::restaurant::{Restaurant, StockAvailability};
use super::webhook::WebhookRegistration;

/// Reads one member of a reply, under the name that the API gives it.
macro_rules! member {
    ($name:ident, $member:literal: $kind:ty) => {
        #[derive(Deserialize)]
        struct $name {
            #[serde(rename = $member)]
            value: $kind,
        }
    };
    ($name:ident, $member:literal: list of $kind:ty) => {
        #[derive(Deserialize)]
        struct $name {
            #[serde(default, rename = $member, deserialize_with = "reading::list")]
            value: Vec<$kind>,
        }
    };
}

member!(RestaurantsReply, "restaurants": list of Restaurant);
member!(RestaurantReply, "restaurant": Restaurant);
member!(MethodsReply, "transaction_methods": list of TransactionMethod);
member!(CouponReply, "coupon": Coupon);
member!(CatalogsReply, "catalogs": list of CatalogSummary);
member!(CatalogReply, "catalog": ZeltyCatalog);
member!(DishesReply, "dishes": list of Dish);
member!(MenusReply, "menus": list of SetMenu);
member!(OptionsReply, "options": list of DishOption);
member!(TagsReply, "tags": list of Tag);
member!(OrdersReply, "orders": list of ZeltyOrder);
member!(OrderReply, "order": ZeltyOrder);
member!(CustomerReply, "customer": ZeltyCustomer);

/// A reply of which only the `errno` counts.
#[derive(Deserialize)]
struct EmptyReply {}

/// The reply to a new order.
#[derive(Deserialize)]
struct CreatedReply {
    order: ZeltyOrder,
    /// Zelty spells it so.
    #[serde(default, deserialize_with = "reading::or_default")]
    already_registred: bool,
}

/// Restaurants, and what belongs to them.
impl ZeltyClient {
    /// The restaurants that the key can see.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn restaurants(&self, urgency: Urgency) -> Result<Vec<Restaurant>, ZeltyError> {
        let reply: RestaurantsReply = self.send(&ZeltyRequest::restaurants(), urgency).await?;
        Ok(reply.value)
    }

    /// The restaurant of the key: the one that was chosen, or the only one.
    ///
    /// # Errors
    /// [`ZeltyError::RestaurantUnknown`], [`ZeltyError::NoRestaurant`], or
    /// [`ZeltyError::SeveralRestaurants`] to choose from; and every other.
    pub async fn restaurant_of_key(&self, chosen: Option<i64>) -> Result<Restaurant, ZeltyError> {
        let mut restaurants = self.restaurants(Urgency::Person).await?;
        if let Some(id) = chosen {
            let found = restaurants.into_iter().find(|it| it.id == id);
            return found.ok_or(ZeltyError::RestaurantUnknown(id));
        }
        match restaurants.pop() {
            None => Err(ZeltyError::NoRestaurant),
            Some(only) if restaurants.is_empty() => Ok(only),
            Some(last) => {
                restaurants.push(last);
                let choices = restaurants.into_iter().map(|it| RestaurantChoice {
                    id: it.id,
                    name: it.name,
                });
                Err(ZeltyError::SeveralRestaurants(choices.collect()))
            }
        }
    }

    /// One restaurant.
    ///
    /// # Errors
    /// [`ZeltyError::RestaurantUnknown`], and every other.
    pub async fn restaurant(&self, id: i64, urgency: Urgency) -> Result<Restaurant, ZeltyError> {
        let reply = self.send(&ZeltyRequest::restaurant(id), urgency).await;
        match reply {
            Ok(RestaurantReply { value }) => Ok(value),
            Err(ZeltyError::Refused { status: 404, .. }) => Err(ZeltyError::RestaurantUnknown(id)),
            Err(error) => Err(error),
        }
    }

    /// What is sold out at a restaurant.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn availability(&self, restaurant: i64) -> Result<StockAvailability, ZeltyError> {
        let request = ZeltyRequest::availability(restaurant);
        self.send(&request, Urgency::Availability).await
    }

    /// The ways to pay.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn transaction_methods(
        &self,
        urgency: Urgency,
    ) -> Result<Vec<TransactionMethod>, ZeltyError> {
        let request = ZeltyRequest::transaction_methods();
        let reply: MethodsReply = self.send(&request, urgency).await?;
        Ok(reply.value)
    }

    /// One promotion.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn coupon(&self, id: i64) -> Result<Coupon, ZeltyError> {
        let reply: CouponReply = self.send(&ZeltyRequest::coupon(id), Urgency::Order).await?;
        Ok(reply.value)
    }

    /// Registers for webhooks, or removes them.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn register_webhooks(
        &self,
        registration: &WebhookRegistration,
    ) -> Result<(), ZeltyError> {
        let request = ZeltyRequest::register_webhooks(registration)?;
        let EmptyReply {} = self.send(&request, Urgency::Person).await?;
        Ok(())
    }
}

/// What is sold. All of it can wait.
impl ZeltyClient {
    /// The catalogs, without their content.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn catalogs(&self, urgency: Urgency) -> Result<Vec<CatalogSummary>, ZeltyError> {
        let reply: CatalogsReply = self.send(&ZeltyRequest::catalogs(), urgency).await?;
        Ok(reply.value)
    }

    /// One catalog with its content.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn catalog(&self, id: &str) -> Result<ZeltyCatalog, ZeltyError> {
        let request = ZeltyRequest::catalog(id);
        let reply: CatalogReply = self.send(&request, Urgency::Catalog).await?;
        Ok(reply.value)
    }

    /// All dishes.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn dishes(&self, urgency: Urgency) -> Result<Vec<Dish>, ZeltyError> {
        let reply: DishesReply = self.send(&ZeltyRequest::dishes(), urgency).await?;
        Ok(reply.value)
    }

    /// All menus.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn menus(&self, urgency: Urgency) -> Result<Vec<SetMenu>, ZeltyError> {
        let reply: MenusReply = self.send(&ZeltyRequest::menus(), urgency).await?;
        Ok(reply.value)
    }

    /// All options with their values.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn options(&self, urgency: Urgency) -> Result<Vec<DishOption>, ZeltyError> {
        let reply: OptionsReply = self.send(&ZeltyRequest::options(), urgency).await?;
        Ok(reply.value)
    }

    /// All tags.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn tags(&self, urgency: Urgency) -> Result<Vec<Tag>, ZeltyError> {
        let reply: TagsReply = self.send(&ZeltyRequest::tags(), urgency).await?;
        Ok(reply.value)
    }
}

/// Orders and guests.
impl ZeltyClient {
    /// Sends an order. The second part says whether Zelty had it already, which is as good.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn create_order(
        &self,
        order: &NewZeltyOrder,
    ) -> Result<(ZeltyOrder, bool), ZeltyError> {
        let request = ZeltyRequest::create_order(order)?;
        let reply: CreatedReply = self.send(&request, Urgency::Order).await?;
        Ok((reply.order, reply.already_registred))
    }

    /// One order with all that belongs to it.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn order(&self, id: i64) -> Result<ZeltyOrder, ZeltyError> {
        let reply: OrderReply = self.send(&ZeltyRequest::order(id), Urgency::Order).await?;
        Ok(reply.value)
    }

    /// Orders with all that belongs to them, without those of training mode.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn orders(
        &self,
        filter: &OrdersFilter,
        offset: u32,
    ) -> Result<Vec<ZeltyOrder>, ZeltyError> {
        let request = ZeltyRequest::orders(filter, offset);
        let reply: OrdersReply = self.send(&request, Urgency::Poll).await?;
        Ok(reply
            .value
            .into_iter()
            .filter(|it| !it.is_sandbox)
            .collect())
    }

    /// Adds to an open order.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn change_order(&self, id: i64, change: &OrderChange) -> Result<(), ZeltyError> {
        let request = ZeltyRequest::change_order(id, change)?;
        let EmptyReply {} = self.send(&request, Urgency::Order).await?;
        Ok(())
    }

    /// Adds payments to an open order.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn add_transactions(
        &self,
        id: i64,
        transactions: &AddedTransactions,
    ) -> Result<(), ZeltyError> {
        let request = ZeltyRequest::add_transactions(id, transactions)?;
        let EmptyReply {} = self.send(&request, Urgency::Order).await?;
        Ok(())
    }

    /// Closes an order that is fully paid.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn close_order(&self, id: i64) -> Result<(), ZeltyError> {
        let request = ZeltyRequest::close_order(id);
        let EmptyReply {} = self.send(&request, Urgency::Order).await?;
        Ok(())
    }

    /// Has the kitchen begin.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn start_production(
        &self,
        id: i64,
        start: &ProductionStart,
    ) -> Result<(), ZeltyError> {
        let request = ZeltyRequest::start_production(id, start)?;
        let EmptyReply {} = self.send(&request, Urgency::Order).await?;
        Ok(())
    }

    /// Makes or updates a guest.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn upsert_customer(
        &self,
        customer: &CustomerDraft,
    ) -> Result<ZeltyCustomer, ZeltyError> {
        let request = ZeltyRequest::upsert_customer(customer)?;
        let reply: CustomerReply = self.send(&request, Urgency::Order).await?;
        Ok(reply.value)
    }

    /// One guest.
    ///
    /// # Errors
    /// Every [`ZeltyError`].
    pub async fn customer(&self, id: i64) -> Result<ZeltyCustomer, ZeltyError> {
        let request = ZeltyRequest::customer(id);
        let reply: CustomerReply = self.send(&request, Urgency::Order).await?;
        Ok(reply.value)
    }
}
