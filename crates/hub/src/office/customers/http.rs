//! The pages of customers, from the database to the browser.

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::routing::get;
use wire::currency::Currency;
use wire::id::{CustomerId, CustomerListId};

use super::{CustomerLine, CustomerPage, CustomersPage, customer_view};
use crate::accounts::store::{self as accounts, Choice};
use crate::customers::cards::CustomerCard;
use crate::customers::{Customer, browse, cards};
use crate::db::page::{Cursor, Page, PageRequest};
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::form::longest;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::json;
use crate::office::orders::order_line;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page};
use crate::office::translations::isolated;
use crate::office::visitor::AccountMember;
use crate::office::widgets::{Badge, SelectOption, Severity};
use crate::orders::browse::{self as orders, OfficeOrderFilter, OrderSummary};

/// The routes of the pages of customers.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .placed("/customers", get(list))
        .placed("/customers/{id}", get(show))
}

/// Customers of one page of the list.
const CUSTOMERS_PER_PAGE: u32 = 50;

/// Orders of one page of a customer.
const ORDERS_PER_PAGE: u32 = 20;

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
struct CustomerListQuery {
    list: String,
    search: String,
    cursor: Option<Cursor>,
}

impl CustomerListQuery {
    fn of(query: &Query) -> Self {
        let search = query.get("search").unwrap_or_default();
        let search: String = search
            .chars()
            .filter(|char| !char.is_control())
            .take(longest("search"))
            .collect();
        Self {
            list: query.get("list").unwrap_or_default().to_owned(),
            search: search.trim().to_owned(),
            cursor: query.get("cursor").and_then(Cursor::parse),
        }
    }

    /// The address of a page of this list.
    fn path(&self, cursor: Option<&Cursor>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("list", &self.list);
        if !self.search.is_empty() {
            query.append_pair("search", &self.search);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", &cursor.token());
        }
        format!("/customers?{}", query.finish())
    }
}

/// The customer lists that the reader reaches from where they stand, oldest first.
fn reachable_lists(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<Choice>> {
    let here = member.at.location.as_ref();
    let mut lists = accounts::customer_lists(tx, &member.at.id, here)?;
    lists.retain(|(_, _, owner)| member.may_view_what_belongs_to(owner.as_ref()));
    Ok(lists)
}

/// What the list is made of; without a list there is no page of it.
struct CustomerListData {
    lists: Vec<Choice>,
    chosen: String,
    customers: Page<Customer>,
    currency: Currency,
}

impl CustomerListData {
    fn find(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        asked: &CustomerListQuery,
    ) -> Result<Self, PageError> {
        let account = &member.at.id;
        let lists = reachable_lists(tx, member)?;
        // A list that cannot be reached from here (any more) is as if none had been chosen.
        let chosen = lists.iter().find(|(id, _, _)| *id == asked.list);
        let chosen = chosen.or(lists.first()).map(|(id, _, _)| id.clone());
        let wanted = PageRequest {
            count: CUSTOMERS_PER_PAGE,
            after: asked.cursor.clone().unwrap_or_default(),
        };
        let customers = match &chosen {
            None => Page::cut(Vec::new(), CUSTOMERS_PER_PAGE),
            Some(id) => {
                let list = CustomerListId::from_generated(id.clone());
                match asked.search.as_str() {
                    "" => browse::newest(tx, account, &list, &wanted)?,
                    text => browse::matching(tx, account, &list, text, &wanted)?,
                }
            }
        };
        let account = accounts::find(tx, account)?.ok_or(PageError::NotFound)?;
        Ok(Self {
            lists,
            chosen: chosen.unwrap_or_default(),
            customers,
            currency: account.currency,
        })
    }
}

/// `GET /customers`.
async fn list(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    member.needs_to_view()?;
    let mut asked = CustomerListQuery::of(&Query::parse(query.as_deref().unwrap_or_default()));
    let (reader, wanted) = (member.clone(), asked.clone());
    let found = hub
        .read("office.customers", move |tx| {
            CustomerListData::find(tx, &reader, &wanted)
        })
        .await?;
    let words = member.browser.language.translations();
    let line = |customer: &Customer| {
        let person = &customer.person;
        let contact = person.email.clone().or_else(|| person.phone.clone());
        let since = customer
            .first_order
            .map(|at| at.to_zoned(customer.zone.clone()));
        CustomerLine {
            id: customer.id.to_string(),
            name: customer_view::name(person),
            contact: contact.unwrap_or_default(),
            orders: customer_view::order_count(words, customer),
            spending: customer_view::spending(words, customer, found.currency),
            since: since.map(|at| format::date(words.language, &at)),
        }
    };
    let option = |(id, name, _): &Choice| {
        let label = format!("{} - {id}", isolated(name));
        SelectOption::new(id.as_str(), label, *id == found.chosen)
    };
    let is_first = asked.cursor.is_none();
    asked.list.clone_from(&found.chosen);
    let shown = CustomersPage {
        frame: member.frame(MenuEntry::Customers),
        lists: found.lists.iter().map(option).collect(),
        customers: found.customers.items.iter().map(line).collect(),
        next: found.customers.next.map(|next| asked.path(Some(&next))),
        first: (!is_first).then(|| asked.path(None)),
        search: asked.search,
    };
    Ok(page(&member.browser, &shown))
}

/// A customer that the reader may see, with what the page shows beside.
struct CustomerData {
    customer: Customer,
    list_name: String,
    cards: Vec<CustomerCard>,
    orders: Page<OrderSummary>,
    currency: Currency,
}

impl CustomerData {
    fn find(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        id: &CustomerId,
        from: &Cursor,
    ) -> Result<Self, PageError> {
        let account = &member.at.id;
        let customer = browse::find(tx, account, id)?.ok_or(PageError::NotFound)?;
        if !member.may_view_what_belongs_to(customer.location.as_ref()) {
            return Err(PageError::NotFound);
        }
        member.needs_location_of_object(customer.location.as_ref())?;
        let lists = accounts::customer_lists(tx, account, None)?;
        let list = lists
            .into_iter()
            .find(|(id, _, _)| id == customer.list.as_str());
        let filter = OfficeOrderFilter {
            customer: Some(id.clone()),
            locations: member.viewable_locations(),
            ..OfficeOrderFilter::default()
        };
        let row = accounts::find(tx, account)?.ok_or(PageError::NotFound)?;
        Ok(Self {
            list_name: list.map(|(_, name, _)| name).unwrap_or_default(),
            cards: cards::of_customer(tx, account, id)?,
            orders: orders::newest(tx, account, &filter, from, ORDERS_PER_PAGE)?,
            currency: row.currency,
            customer,
        })
    }
}

/// `GET /customers/{id}`.
async fn show(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let id = CustomerId::parse(&id).map_err(|_| PageError::NotFound)?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let cursor = query.get("cursor").and_then(Cursor::parse);
    let from = cursor.clone().unwrap_or_else(orders::newest_cursor);
    let reader = member.clone();
    let found = hub
        .read("office.customer", move |tx| {
            CustomerData::find(tx, &reader, &id, &from)
        })
        .await?;
    let language = member.browser.language;
    let words = language.translations();
    let CustomerData {
        customer,
        currency,
        orders,
        ..
    } = found;
    let older = orders.next;
    let mut lines = Vec::with_capacity(orders.items.len());
    for order in orders.items {
        let location = member.location_name(&order.location);
        lines.push(order_line(language, order, Some(location), &customer.zone)?);
    }
    let path = format!("/customers/{}", customer.id);
    let person = &customer.person;
    let custom = &person.custom_fields;
    let now = hub.clock().now().to_zoned(customer.zone.clone());
    let is_erased = person.anonymised;
    let shown = CustomerPage {
        frame: member.frame(MenuEntry::Customers),
        id: customer.id.to_string(),
        name: customer_view::name(person),
        badge: is_erased.then(|| Badge::new(words.orders.anonymised, Severity::Warn)),
        list: (
            found.list_name,
            format!("/customers?list={}", customer.list),
        ),
        details: customer_view::details(words, &customer),
        address: customer_view::address(words, person),
        activity: customer_view::activity(words, &customer, currency),
        cards: customer_view::cards(words, &found.cards),
        custom_fields: (!custom.is_empty())
            .then(|| serde_json::to_string(custom).unwrap_or_default())
            .map(|text| json::pretty(&text)),
        zone: format::utc_offset(&now),
        orders: lines,
        older: older.map(|older| format!("{path}?cursor={}", older.token())),
        newest: cursor.is_some().then_some(path),
    };
    Ok(page(&member.browser, &shown))
}
