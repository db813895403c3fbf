//! The rows that are seeded. Row `n` is the same at every run, but for ids and the time at which the
//! data ends.

use std::mem;

use hub::args;
use hub::customers::store as customers_store;
use hub::db::{self, QueryBuilder, Tx, Value};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use wire::event::{EventResource, EventType};
use wire::id::{
    AccountId, ClientId, ConnectionId, CustomerId, CustomerListId, EventId, LocationId,
    LoyaltyCardId, OrderId,
};
use wire::order::{Order, OrderStatus};
use wire::time::Time;

/// Orders, or customers, per transaction.
pub const ROWS_PER_TRANSACTION: u32 = 2_500;
/// Rows per statement: more cost SQLite more time to find its arguments.
const ROWS_PER_STATEMENT: usize = 25;
/// Over so many days the orders are spread.
const DAYS: i64 = 180;
/// Senders of orders, with how many of 10,000 orders each sends.
pub const SENDERS: [(&str, u64); 5] = [
    ("Vitrine", 5_000),
    ("Messagerie", 3_000),
    ("Borne", 1_500),
    ("Téléphone", 499),
    ("Comptoir", 1),
];

const ORDERS: &str = "INSERT INTO orders (account_id, id, location_id, status, ref, created_by,
    client_id, connection_id, customer_id, total, version, created_at, document) VALUES ";
const CUSTOMERS: &str = "INSERT INTO customers (account_id, id, customer_list_id, nb_orders,
    order_total, first_order_date, last_order_date, email, phone, document, version, created_at)
    VALUES ";
const CARDS: &str = "INSERT INTO loyalty_cards (account_id, id, customer_list_id, customer_id, ref,
    name, balance, created_at) VALUES ";
const OPERATIONS: &str = "INSERT INTO loyalty_operations (account_id, id, loyalty_card_id,
    customer_id, order_id, order_location_id, reason, delta, new_balance, created_at) VALUES ";
/// What most cards are called, and what one in fifty is.
const CARD_NAMES: [&str; 2] = ["Fidélité", "Or"];
const PRIVATE_REFS: &str = "INSERT INTO private_refs (account_id, client_id, holder_id, object_id,
    value) VALUES ";
const EVENTS: &str = "INSERT INTO events (account_id, id, resource, kind, subject_id, location_id,
    order_id, turn, client_id, request_id, created_at, kept_from, document) VALUES ";
const PENDING: &str = "INSERT INTO pending_dispatches (account_id, connection_id, turn, event_id,
    subject_id, created_at) VALUES ";
const DELIVERIES: &str = "INSERT INTO dispatches (account_id, connection_id, event_id,
    subject_id, turn, state, attempts, created_at, settled_at)
    VALUES ";

/// A location and what its orders need.
#[derive(Clone, Debug)]
pub struct SeedLocation {
    /// Its account.
    pub account: AccountId,
    /// The location.
    pub location: LocationId,
    /// The account's customer list.
    pub list: CustomerListId,
}

/// What the rows are made of.
#[derive(Clone, Debug)]
pub struct SeedPlan {
    /// Orders in all.
    pub orders: u32,
    /// When the last was created.
    pub end: Timestamp,
    /// The zone of every location.
    pub zone: TimeZone,
    /// The locations of the chain, the busiest first and the quietest last.
    pub chain: Vec<SeedLocation>,
    /// The locations of small accounts.
    pub small: Vec<SeedLocation>,
    /// [`SENDERS`], each with a connection.
    pub senders: Vec<(ClientId, ConnectionId)>,
    /// The client that has private refs on orders of the chain.
    pub till: ClientId,
    /// The client of the head office, which has private refs on customers.
    pub office: ClientId,
    /// The connection of the chain that fetches its events.
    pub passive: ConnectionId,
    /// Orders as the hub has made them.
    pub templates: Vec<Order>,
    /// Customers of the chain.
    pub customers: Vec<CustomerId>,
}

/// Numbers that look random and are the same every time.
struct SeedRandom(u64);

impl SeedRandom {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (it ^ (it >> 31)) % limit.max(1)
    }
}

/// Rows of one table, which are written together.
struct RowBatch {
    insert: &'static str,
    width: usize,
    args: Vec<Value>,
}

impl RowBatch {
    fn of(insert: &'static str) -> Self {
        Self {
            insert,
            width: 0,
            args: Vec::new(),
        }
    }

    fn push(&mut self, tx: &mut Tx<'_>, row: &[Value]) -> db::Result<()> {
        self.width = row.len();
        self.args.extend_from_slice(row);
        if self.args.len() == self.width * ROWS_PER_STATEMENT {
            return self.flush(tx);
        }
        Ok(())
    }

    fn flush(&mut self, tx: &mut Tx<'_>) -> db::Result<()> {
        if self.args.is_empty() {
            return Ok(());
        }
        let args = mem::take(&mut self.args);
        let mut query = QueryBuilder::new(self.insert, &[]);
        for (index, row) in args.chunks(self.width).enumerate() {
            let numbers: Vec<String> = row
                .iter()
                .map(|value| query.argument(value.clone()))
                .collect();
            let comma = if index == 0 { "" } else { ", " };
            query.push(&format!("{comma}({})", numbers.join(", ")));
        }
        query.execute(tx).map(drop)
    }
}

/// An order to be written, and where it comes from.
struct SeedOrder<'a> {
    location: &'a SeedLocation,
    sender: &'static str,
    client: &'a ClientId,
    connection: &'a ConnectionId,
    created_at: Timestamp,
    order: Order,
    /// The order's JSON.
    document: String,
}

/// The rows of orders and of what belongs to them.
struct OrderRows {
    orders: RowBatch,
    refs: RowBatch,
    events: RowBatch,
    deliveries: RowBatch,
    pending: RowBatch,
}

impl OrderRows {
    fn push_private_ref(
        &mut self,
        tx: &mut Tx<'_>,
        seed: &SeedOrder<'_>,
        client: &ClientId,
        value: String,
    ) -> db::Result<()> {
        let (account, order) = (&seed.location.account, &seed.order.id);
        let row = args![account, client, order, order, value];
        self.refs.push(tx, row)
    }

    /// The event of the order's creation, which a connection has yet to fetch.
    fn push_event(
        &mut self,
        tx: &mut Tx<'_>,
        seed: &SeedOrder<'_>,
        connection: &ConnectionId,
    ) -> db::Result<()> {
        let event = EventId::from_generated(tx.fresh_id()?);
        let (resource, kind) = (EventResource::Order, EventType::Create);
        let state = format!(r#"{{"new_state":{}}}"#, seed.document);
        let (account, order) = (&seed.location.account, &seed.order.id);
        let (at, none) = (seed.created_at, None::<&str>);
        self.events.push(
            tx,
            args![
                account,
                &event,
                resource.as_str(),
                kind.as_str(),
                order,
                &seed.location.location,
                order,
                1_i64,
                seed.client,
                none,
                at,
                at,
                state
            ],
        )?;
        self.deliveries.push(
            tx,
            args![
                account, connection, &event, order, 1_i64, "pending", 0_i64, at, none
            ],
        )?;
        self.pending
            .push(tx, args![account, connection, 1_i64, &event, order, at])
    }

    fn push_order(&mut self, tx: &mut Tx<'_>, seed: &SeedOrder<'_>) -> db::Result<()> {
        let order = &seed.order;
        self.orders.push(
            tx,
            args![
                &seed.location.account,
                &order.id,
                &seed.location.location,
                order.status.as_str(),
                order.reference.as_deref(),
                seed.sender,
                seed.client,
                seed.connection,
                order.customer.id.as_ref(),
                order.total.cents(),
                1_i64,
                seed.created_at,
                seed.document.as_str()
            ],
        )
    }
}

impl SeedPlan {
    /// When order `number` was created.
    pub fn time(&self, number: u32) -> Timestamp {
        let all = DAYS * 86_400 * 1_000_000;
        let before = i128::from(all) * i128::from(self.orders - number) / i128::from(self.orders);
        self.end - SignedDuration::from_micros(i64::try_from(before).unwrap_or(all))
    }

    /// What the till of the chain calls order `number`.
    pub fn private_ref(number: u32) -> Option<String> {
        number.is_multiple_of(5).then(|| format!("T-{number}"))
    }

    /// Whether order `number` belongs to the chain.
    pub fn is_of_chain(number: u32) -> bool {
        number % 10 != 9
    }

    fn location_of(&self, number: u32, random: &mut SeedRandom) -> Option<&SeedLocation> {
        if !Self::is_of_chain(number) {
            return self
                .small
                .get(random.below(self.small.len() as u64) as usize);
        }
        let (last, others) = (self.chain.len() - 1, self.chain.len() as u64 - 2);
        match random.below(1_000) {
            0 => self.chain.get(last),
            1..=120 => self.chain.first(),
            _ => self.chain.get(1 + random.below(others) as usize),
        }
    }

    fn status(&self, number: u32, random: &mut SeedRandom) -> &'static str {
        if u64::from(self.orders - number) * 200 <= u64::from(self.orders) {
            return ["new", "received", "accepted", "in_preparation"][random.below(4) as usize];
        }
        match random.below(10_000) {
            0..2 => "delivery_failed",
            2..400 => "cancelled",
            400..550 => "rejected",
            _ => "completed",
        }
    }

    /// The first customer is a regular, the others come more often the earlier they are in the row.
    fn customer(&self, number: u32, random: &mut SeedRandom) -> Option<&CustomerId> {
        if !Self::is_of_chain(number) {
            return None;
        }
        let all = self.customers.len() as u64;
        match random.below(1_000) {
            0..2 => self.customers.first(),
            2..550 => self
                .customers
                .get(random.below(all).min(random.below(all)) as usize),
            _ => None,
        }
    }

    fn sender(&self, random: &mut SeedRandom) -> Option<(&'static str, &(ClientId, ConnectionId))> {
        let mut left = random.below(10_000);
        for ((name, share), ids) in SENDERS.iter().zip(&self.senders) {
            if left < *share {
                return Some((name, ids));
            }
            left -= share;
        }
        None
    }

    /// Writes the orders from `first` on, with their private refs and pending events.
    pub fn write_orders(&self, tx: &mut Tx<'_>, first: u32, count: u32) -> db::Result<()> {
        let mut rows = OrderRows {
            orders: RowBatch::of(ORDERS),
            refs: RowBatch::of(PRIVATE_REFS),
            events: RowBatch::of(EVENTS),
            deliveries: RowBatch::of(DELIVERIES),
            pending: RowBatch::of(PENDING),
        };
        for number in first..first + count {
            let order = self.seed_order(tx, number)?;
            if Self::is_of_chain(number) {
                if let Some(value) = Self::private_ref(number) {
                    rows.push_private_ref(tx, &order, &self.till, value)?;
                }
                if u64::from(self.orders - number) * 20 <= u64::from(self.orders) * 3 {
                    rows.push_event(tx, &order, &self.passive)?;
                }
            }
            rows.push_order(tx, &order)?;
        }
        let OrderRows {
            orders,
            refs,
            events,
            deliveries,
            pending,
        } = rows;
        for mut batch in [orders, refs, events, deliveries, pending] {
            batch.flush(tx)?;
        }
        Ok(())
    }

    /// Order `number`, made of a template.
    fn seed_order(&self, tx: &mut Tx<'_>, number: u32) -> db::Result<SeedOrder<'_>> {
        let mut random = SeedRandom(u64::from(number) << 20);
        let lost = || db::Error::Broken("nothing to make an order of".to_owned());
        let location = self.location_of(number, &mut random).ok_or_else(lost)?;
        let (sender, (client, connection)) = self.sender(&mut random).ok_or_else(lost)?;
        let template = random.below(self.templates.len() as u64) as usize;
        let mut order = self.templates.get(template).ok_or_else(lost)?.clone();
        let (id, created_at) = (tx.fresh_id()?, self.time(number));
        order.id = OrderId::from_generated(id);
        order.location_id = location.location.clone();
        order.reference = Some(format!("R-{number}"));
        order.status = OrderStatus::parse(self.status(number, &mut random)).ok_or_else(lost)?;
        order.created_at = Time::new(created_at, &self.zone);
        order.created_by = Some(sender.to_owned());
        order.connection_name = Some(sender.to_owned());
        order.customer.id = self.customer(number, &mut random).cloned();
        order.customer.customer_list_id = order.customer.id.as_ref().map(|_| location.list.clone());
        let document =
            serde_json::to_string(&order).map_err(|error| db::Error::Broken(error.to_string()))?;
        Ok(SeedOrder {
            location,
            sender,
            client,
            connection,
            created_at,
            order,
            document,
        })
    }

    /// Writes so many customers of the list of `place`, the first of them number `first`, with a
    /// loyalty card each, and the private refs of the head office.
    pub fn write_customers(
        &self,
        tx: &mut Tx<'_>,
        location: &SeedLocation,
        first: u32,
        count: u32,
    ) -> db::Result<Vec<(CustomerId, LoyaltyCardId)>> {
        let mut rows = [CUSTOMERS, CARDS, PRIVATE_REFS].map(RowBatch::of);
        let [customers, cards, refs] = &mut rows;
        let mut made = Vec::with_capacity(count as usize);
        let template = self.templates.first();
        let template = template.map(|order| order.customer.clone());
        let mut person = template.unwrap_or_default();
        let none = None::<&str>;
        for number in first..first + count {
            let id = CustomerId::from_generated(tx.fresh_id()?);
            let card = LoyaltyCardId::from_generated(tx.fresh_id()?);
            let (email, phone) = (Self::email(number), format!("+336{number:08}"));
            person.email = Some(email.clone());
            person.phone = Some(phone.clone());
            let document = serde_json::to_string(&person)
                .map_err(|error| db::Error::Broken(error.to_string()))?;
            let at = self.time(0) + SignedDuration::from_secs(i64::from(number));
            let (account, list) = (&location.account, &location.list);
            let (reference, name) = (
                format!("F-{number}"),
                CARD_NAMES[usize::from(number.is_multiple_of(50))],
            );
            customers.push(
                tx,
                args![
                    account, &id, list, 0_i64, 0_i64, none, none, email, phone, document, 1_i64, at
                ],
            )?;
            customers_store::index(tx, (account, list), (&id, at), &person)?;
            cards.push(
                tx,
                args![account, &card, list, &id, reference, name, 0_i64, at],
            )?;
            if number.is_multiple_of(3) {
                let value = format!("K-{number}");
                refs.push(tx, args![account, &self.office, &id, &id, value])?;
            }
            made.push((id, card));
        }
        for mut rows in rows {
            rows.flush(tx)?;
        }
        Ok(made)
    }

    /// Writes what happened to one card: a point each, the first of them number `first`.
    pub fn write_operations(
        &self,
        tx: &mut Tx<'_>,
        (account, customer, card): (&AccountId, &CustomerId, &LoyaltyCardId),
        first: u32,
        count: u32,
    ) -> db::Result<()> {
        let mut rows = RowBatch::of(OPERATIONS);
        let none = None::<&str>;
        for number in first..first + count {
            let id = tx.fresh_id()?;
            let at = self.time(0) + SignedDuration::from_secs(i64::from(number));
            let points = i64::from(number + 1) * 1_000;
            let row = args![
                account, id, card, customer, none, none, none, 1_000_i64, points, at
            ];
            rows.push(tx, row)?;
        }
        rows.flush(tx)
    }

    /// The address of customer `number`: one in a hundred writes from a rare house.
    pub fn email(number: u32) -> String {
        let house = if number.is_multiple_of(100) {
            "rare.example"
        } else {
            "example.com"
        };
        format!("client{number}@{house}")
    }
}
