//! What just happened to the orders of an account, for those who look at a page of it.
//!
//! One task per account reads the newest events when there is news, however many look on, and only as long
//! as somebody does. It says which orders were changed; whoever listens checks what its reader may see.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use const_format::formatcp;
use jiff::Timestamp;
use tokio::sync::{broadcast, watch};
use tokio::time::sleep;
use wire::event::{EventResource, EventType};
use wire::id::{AccountId, EventId, LocationId, OrderId};

use crate::db::{self, Db, Tx};
use crate::{args, row, statements};

statements! {
    NEWEST = formatcp!("SELECT {} FROM events e WHERE e.account_id = $1 AND e.turn >= 0
        ORDER BY e.created_at DESC, e.id DESC LIMIT $2", RecentEvent::COLUMNS);
}

/// Events that are looked at when there is news. When all of them are fresh, there may be more.
const MAX_RECENT_EVENTS: u32 = 200;

/// How often the newest events are read at most.
const MIN_READ_INTERVAL: Duration = Duration::from_millis(500);

/// How often they are read without news, which another hub may have failed to send.
const READ_INTERVAL: Duration = Duration::from_secs(15);

/// Updates that one listener may be behind.
const MAX_WAITING_UPDATES: usize = 64;

row! {
    /// An event as far as a feed needs it.
    #[derive(Clone, Debug)]
    struct RecentEvent {
        id: EventId = "e.id",
        resource: String = "e.resource",
        kind: String = "e.kind",
        order: Option<OrderId> = "e.order_id",
        location: Option<LocationId> = "e.location_id",
        created_at: Timestamp = "e.created_at",
        /// The status that the order has by now.
        status: Option<String> = "(SELECT o.status FROM orders o
            WHERE o.account_id = e.account_id AND o.id = e.order_id)",
    }
}

impl RecentEvent {
    /// Whether it is the beginning of an order.
    fn is_new_order(&self) -> bool {
        self.resource == EventResource::Order.as_str() && self.kind == EventType::Create.as_str()
    }
}

/// An order to which something happened.
#[derive(Clone, Debug)]
pub(crate) struct OrderChange {
    pub order: OrderId,
    pub location: Option<LocationId>,
    /// Whether the order was created just now.
    pub is_new: bool,
    /// The status that it has by now.
    pub status: String,
}

/// What a feed says.
#[derive(Clone, Debug)]
pub(crate) enum FeedUpdate {
    /// These orders were created or changed, none is named twice.
    Orders(Arc<[OrderChange]>),
    /// More has happened than can be said.
    Overflow,
}

/// The feeds of this process that somebody listens to.
#[derive(Debug, Default)]
pub(crate) struct EventFeeds {
    feeds: Mutex<BTreeMap<AccountId, Arc<EventFeed>>>,
}

/// The feed of an account.
#[derive(Debug)]
struct EventFeed {
    updates: broadcast::Sender<FeedUpdate>,
    position: watch::Sender<FeedPosition>,
}

/// How far a feed has read.
#[derive(Clone, Copy, Debug)]
enum FeedPosition {
    /// Not at all yet.
    Start,
    /// Up to an event of this time, or up to none where there is none.
    Newest(Option<Timestamp>),
}

/// Somebody who listens to a feed, until it is dropped.
#[derive(Debug)]
pub(crate) struct FeedSubscription {
    updates: broadcast::Receiver<FeedUpdate>,
    position: watch::Receiver<FeedPosition>,
}

impl FeedSubscription {
    /// The time of the newest event that is not said any more, if there is one. Waits until that is known;
    /// an error when the feed has ended.
    pub(crate) async fn newest(&mut self) -> Result<Option<Timestamp>, FeedEnded> {
        let is_known = |position: &FeedPosition| !matches!(position, FeedPosition::Start);
        let known = self.position.wait_for(is_known).await;
        match known.map(|position| *position) {
            Ok(FeedPosition::Newest(at)) => Ok(at),
            Ok(FeedPosition::Start) | Err(_) => Err(FeedEnded),
        }
    }

    /// The next update.
    pub(crate) async fn next(&mut self) -> Result<FeedUpdate, FeedEnded> {
        match self.updates.recv().await {
            Ok(update) => Ok(update),
            Err(broadcast::error::RecvError::Lagged(_)) => Ok(FeedUpdate::Overflow),
            Err(broadcast::error::RecvError::Closed) => Err(FeedEnded),
        }
    }
}

/// The feed has ended: the hub stops, or the database does not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FeedEnded;

impl EventFeeds {
    fn feeds(&self) -> MutexGuard<'_, BTreeMap<AccountId, Arc<EventFeed>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to what happens to the orders of an account, until the hub stops.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        db: &Db,
        account: &AccountId,
        stopped: watch::Receiver<bool>,
    ) -> FeedSubscription {
        let mut feeds = self.feeds();
        if let Some(feed) = feeds.get(account) {
            return feed.subscription();
        }
        let feed = Arc::new(EventFeed {
            updates: broadcast::Sender::new(MAX_WAITING_UPDATES),
            position: watch::Sender::new(FeedPosition::Start),
        });
        feeds.insert(account.clone(), Arc::clone(&feed));
        let subscription = feed.subscription();
        let reader = FeedReader {
            feeds: Arc::clone(self),
            account: account.clone(),
            feed,
            known: BTreeSet::new(),
        };
        tokio::spawn(reader.run(db.clone(), stopped));
        subscription
    }
}

impl EventFeed {
    fn subscription(&self) -> FeedSubscription {
        FeedSubscription {
            updates: self.updates.subscribe(),
            position: self.position.subscribe(),
        }
    }
}

/// Reads for a feed.
struct FeedReader {
    feeds: Arc<EventFeeds>,
    account: AccountId,
    feed: Arc<EventFeed>,
    /// The newest events as they were read last. What is fresh is not told by its time: a change that
    /// began before another may be committed after it.
    known: BTreeSet<EventId>,
}

/// However it ends, nobody waits for it any longer.
impl Drop for FeedReader {
    fn drop(&mut self) {
        let mut feeds = self.feeds.feeds();
        let own = feeds.get(&self.account);
        if own.is_some_and(|own| Arc::ptr_eq(own, &self.feed)) {
            feeds.remove(&self.account);
        }
    }
}

impl FeedReader {
    async fn run(mut self, db: Db, mut stopped: watch::Receiver<bool>) {
        let mut news = db.subscribe(self.account.as_str());
        loop {
            news.mark_seen();
            if let Err(error) = self.read(&db).await {
                tracing::debug!(%error, "event feed ended, database error");
                return;
            }
            let next_read = async {
                sleep(MIN_READ_INTERVAL).await;
                tokio::select! {
                    () = news.changed() => {}
                    () = sleep(READ_INTERVAL) => {}
                }
            };
            tokio::select! {
                () = next_read => {}
                _ = stopped.wait_for(|stopped| *stopped) => return,
            }
            if !self.has_listeners() {
                return;
            }
        }
    }

    /// Whether anybody listens; if not, the next one begins another feed.
    fn has_listeners(&self) -> bool {
        let mut feeds = self.feeds.feeds();
        let is_heard = self.feed.updates.receiver_count() > 0;
        if !is_heard {
            feeds.remove(&self.account);
        }
        is_heard
    }

    /// Reads the newest events, and says what is fresh among them.
    async fn read(&mut self, db: &Db) -> db::Result<()> {
        let account = self.account.clone();
        let is_first = matches!(*self.feed.position.borrow(), FeedPosition::Start);
        let newest = move |tx: &mut Tx<'_>| tx.all(NEWEST, args![&account, MAX_RECENT_EVENTS]);
        let events: Vec<RecentEvent> = db.read("events.feed", newest).await?;
        let is_fresh = |event: &&RecentEvent| !self.known.contains(&event.id);
        let fresh: Vec<&RecentEvent> = events.iter().filter(is_fresh).collect();
        let update = match fresh.len() >= MAX_RECENT_EVENTS as usize {
            true => Some(FeedUpdate::Overflow),
            false => orders_update(&fresh),
        };
        let newest = events.iter().map(|event| event.created_at).max();
        let position = FeedPosition::Newest(newest);
        self.known = events.into_iter().map(|event| event.id).collect();
        // First, so that whoever begins to listen now does not miss it.
        self.feed.position.send_replace(position);
        if let (false, Some(update)) = (is_first, update) {
            // An error means that nobody listens.
            let _unheard = self.feed.updates.send(update);
        }
        Ok(())
    }
}

/// The orders of these events, the newest first; none if they are about no order.
fn orders_update(events: &[&RecentEvent]) -> Option<FeedUpdate> {
    let mut changes: BTreeMap<&OrderId, OrderChange> = BTreeMap::new();
    for event in events {
        let Some(order) = &event.order else {
            continue;
        };
        let change = changes.entry(order).or_insert_with(|| OrderChange {
            order: order.clone(),
            location: event.location.clone(),
            is_new: false,
            status: event.status.clone().unwrap_or_default(),
        });
        change.is_new |= event.is_new_order();
    }
    (!changes.is_empty()).then(|| FeedUpdate::Orders(changes.into_values().collect()))
}
