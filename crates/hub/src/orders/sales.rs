//! What was sold: a narrow row beside each order, which the dashboard adds up.
//!
//! The row is written with the order and changes with it, so that no sum is ever behind. Rows are found by the
//! quarter of an hour in which the order came; whatever the range, nothing outside it is read.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use const_format::formatcp;
use jiff::Timestamp;
use wire::decimal::Decimal;
use wire::id::{AccountId, LocationId, OrderId};
use wire::order::{Order, OrderStatus};

use super::sales_days;
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    INSERT = "INSERT INTO sales (account_id, location_id, quarter, order_id, is_sale, total, channel,
            connection_name, products)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE = "UPDATE sales SET is_sale = $5, total = $6, products = $7
        WHERE account_id = $1 AND location_id = $2 AND quarter = $3 AND order_id = $4";
    BY_QUARTER = "SELECT quarter, COUNT(*), CAST(SUM(total) AS BIGINT) FROM sales
        WHERE account_id = $1 AND location_id = $2 AND quarter >= $3 AND quarter < $4 AND is_sale
        GROUP BY quarter";
    BY_ORIGIN = formatcp!("SELECT {} FROM sales
        WHERE account_id = $1 AND location_id = $2 AND quarter >= $3 AND quarter < $4 AND is_sale
        GROUP BY channel, connection_name", OriginSales::COLUMNS);
    SUM = "SELECT COUNT(*), CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM sales
        WHERE account_id = $1 AND location_id = $2 AND quarter >= $3 AND quarter < $4 AND is_sale";
    PRODUCTS = "SELECT quarter, order_id, products FROM sales
        WHERE account_id = $1 AND location_id = $2 AND (quarter, order_id) > ($3, $4) AND quarter < $5
            AND is_sale
        ORDER BY quarter, order_id LIMIT $6";
}

/// Orders whose products are read at a time.
const MAX_ORDERS_AT_A_TIME: u32 = 10_000;

/// Characters of a name that are kept.
const MAX_NAME_CHARS: usize = 80;

/// What the dashboard knows of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sale {
    is_sale: bool,
    total: i64,
    channel: String,
    connection_name: String,
    products: String,
}

impl Sale {
    /// What counts of an order.
    pub(crate) fn of(order: &Order) -> Self {
        let text = |text: &Option<String>| {
            let text = text.as_deref().filter(|text| !text.trim().is_empty());
            text.map(|text| text.replace(char::is_control, " "))
        };
        let sender = text(&order.created_by).unwrap_or_default();
        Self {
            is_sale: !matches!(
                order.status,
                OrderStatus::Rejected | OrderStatus::Cancelled | OrderStatus::DeliveryFailed
            ),
            total: order.total.cents(),
            channel: text(&order.channel).unwrap_or_else(|| sender.clone()),
            connection_name: text(&order.connection_name).unwrap_or(sender),
            products: product_lines(order),
        }
    }
}

/// A name on one line, without tabs.
fn name(text: &str) -> String {
    let text = text.trim().chars().take(MAX_NAME_CHARS);
    text.map(|char| if char.is_control() { ' ' } else { char })
        .collect()
}

/// A line per product: thousandths of the quantity, hundredths of the price, name, sku.
fn product_lines(order: &Order) -> String {
    let mut sold: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for item in order.items.iter().filter(|item| !item.deleted) {
        let sku = item.sku_name.as_deref().map(name).unwrap_or_default();
        let entry = sold.entry((name(&item.product_name), sku)).or_default();
        entry.0 = entry.0.saturating_add(item.quantity.to_thousandths());
        entry.1 = entry.1.saturating_add(item.subtotal.cents());
    }
    let mut lines = String::new();
    for ((product, sku), (thousandths, cents)) in sold {
        // Writing to a text does not fail.
        let _written = writeln!(lines, "{thousandths}\t{cents}\t{product}\t{sku}");
    }
    lines
}

/// The quarter of an hour in which something happened.
pub(crate) fn quarter(at: Timestamp) -> String {
    let stored = wire::time::stored(at);
    let minutes = match stored.get(14..16).unwrap_or_default() {
        minute if minute < "15" => "00",
        minute if minute < "30" => "15",
        minute if minute < "45" => "30",
        _ => "45",
    };
    format!("{}{minutes}", stored.get(..14).unwrap_or_default())
}

/// When a quarter of an hour begins.
pub(crate) fn start_of_quarter(quarter: &str) -> Option<Timestamp> {
    format!("{quarter}:00Z").parse().ok()
}

/// Which order the rows beside it belong to.
#[derive(Clone, Copy, Debug)]
pub(super) struct OrderKey<'a> {
    pub account: &'a AccountId,
    pub location: &'a LocationId,
    pub order: &'a OrderId,
    pub created_at: Timestamp,
}

/// Adds what a new order is worth.
pub(super) fn insert(tx: &mut Tx<'_>, key: OrderKey<'_>, sale: &Sale) -> db::Result<()> {
    tx.write(
        INSERT,
        args![
            key.account,
            key.location,
            quarter(key.created_at),
            key.order,
            sale.is_sale,
            sale.total,
            sale.channel.as_str(),
            sale.connection_name.as_str(),
            sale.products.as_str()
        ],
    )
}

/// Keeps what an order that has changed is worth now.
pub(super) fn update(tx: &mut Tx<'_>, key: OrderKey<'_>, was: &Sale, is: &Sale) -> db::Result<()> {
    if was == is {
        return Ok(());
    }
    tx.write(
        UPDATE,
        args![
            key.account,
            key.location,
            quarter(key.created_at),
            key.order,
            is.is_sale,
            is.total,
            is.products.as_str()
        ],
    )?;
    // After the change: whoever adds up the day has locked its sales, or will see it.
    let quarter = quarter(key.created_at);
    let day = sales_days::day_of(&quarter);
    sales_days::delete(tx, key.account, key.location, day)
}

/// The sales of one location in a time, from its beginning up to its end, which is left out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SalesRange<'a> {
    pub account: &'a AccountId,
    pub location: &'a LocationId,
    pub from: Timestamp,
    pub until: Timestamp,
}

row! {
    /// What came from one channel through one connection.
    #[derive(Clone, Debug)]
    pub(crate) struct OriginSales {
        pub channel: String = "channel",
        pub connection_name: String = "connection_name",
        pub count: i64 = "COUNT(*)",
        /// In minor units of the account's currency.
        pub total: i64 = "CAST(SUM(total) AS BIGINT)",
    }
}

impl SalesRange<'_> {
    fn args(&self) -> [db::Value; 4] {
        [
            self.account.into(),
            self.location.into(),
            quarter(self.from).into(),
            quarter(self.until).into(),
        ]
    }

    /// How many sales there were, and their total.
    pub(crate) fn sum(&self, tx: &mut Tx<'_>) -> db::Result<(i64, i64)> {
        Ok(tx.first(SUM, &self.args())?.unwrap_or_default())
    }

    /// The quarters of an hour in which something was sold: when each began, how much, and the total.
    pub(crate) fn by_quarter(&self, tx: &mut Tx<'_>) -> db::Result<Vec<(Timestamp, i64, i64)>> {
        let rows: Vec<(String, i64, i64)> = tx.all(BY_QUARTER, &self.args())?;
        let rows = rows.into_iter().filter_map(|(quarter, count, total)| {
            Some((start_of_quarter(&quarter)?, count, total))
        });
        Ok(rows.collect())
    }

    /// Where the sales came from.
    pub(crate) fn by_origin(&self, tx: &mut Tx<'_>) -> db::Result<Vec<OriginSales>> {
        tx.all(BY_ORIGIN, &self.args())
    }

    /// Adds what was sold of each product.
    pub(crate) fn add_products(
        &self,
        tx: &mut Tx<'_>,
        products: &mut ProductSales,
    ) -> db::Result<()> {
        let (account, location) = (self.account, self.location);
        let (mut after, mut after_order) = (quarter(self.from), String::new());
        let until = quarter(self.until);
        loop {
            let (from, order, end) = (after.as_str(), after_order.as_str(), until.as_str());
            let values = args![account, location, from, order, end, MAX_ORDERS_AT_A_TIME];
            let rows: Vec<(String, String, String)> = tx.all(PRODUCTS, values)?;
            for (_, _, lines) in &rows {
                products.add(lines);
            }
            match rows.into_iter().nth(MAX_ORDERS_AT_A_TIME as usize - 1) {
                Some((quarter, order, _)) => (after, after_order) = (quarter, order),
                None => return Ok(()),
            }
        }
    }
}

/// What was sold of each product.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProductSales(BTreeMap<String, (i64, i64)>);

/// A product, and how much of it was sold.
#[derive(Clone, Debug)]
pub(crate) struct ProductSale {
    pub product: String,
    /// The sku; empty if it has no name.
    pub sku: String,
    pub quantity: Decimal,
    /// In minor units of the account's currency.
    pub total: i64,
}

impl ProductSales {
    pub(super) fn add(&mut self, lines: &str) {
        for line in lines.lines() {
            let mut parts = line.splitn(3, '\t');
            let number = |text: Option<&str>| text.and_then(|text| text.parse::<i64>().ok());
            let (Some(thousandths), Some(cents), Some(name)) =
                (number(parts.next()), number(parts.next()), parts.next())
            else {
                continue;
            };
            let sold = match self.0.get_mut(name) {
                Some(sold) => sold,
                None => self.0.entry(name.to_owned()).or_default(),
            };
            sold.0 = sold.0.saturating_add(thousandths);
            sold.1 = sold.1.saturating_add(cents);
        }
    }

    /// A line per product, as [`Sale`] has them.
    pub(super) fn lines(&self) -> String {
        let mut lines = String::new();
        for (name, (thousandths, cents)) in &self.0 {
            // Writing to a text does not fail.
            let _written = writeln!(lines, "{thousandths}\t{cents}\t{name}");
        }
        lines
    }

    /// How many products there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The products of which most was sold, up to so many.
    pub(crate) fn most_sold(self, count: usize) -> Vec<ProductSale> {
        let mut products: Vec<_> = self.0.into_iter().collect();
        products.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        let products = products.into_iter().take(count);
        let products = products.map(|(name, (thousandths, total))| {
            let (product, sku) = name.split_once('\t').unwrap_or((name.as_str(), ""));
            ProductSale {
                product: product.to_owned(),
                sku: sku.to_owned(),
                quantity: Decimal::from_thousandths(thousandths).unwrap_or(Decimal::ZERO),
                total,
            }
        });
        products.collect()
    }
}
