//! Wakes those who wait for news of a topic, such as the events of an account, once they are committed:
//! here, or by another process on the same PostgreSQL.
//!
//! A wake-up says only that it is worth looking. It may come in vain, and where processes cannot notify each
//! other it does not come: whoever waits looks by itself now and then, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

/// Names of topics, none twice.
pub(super) type TopicNames = BTreeSet<String>;

/// The topics that somebody in this process waits for.
#[derive(Debug, Default)]
pub(super) struct Topics {
    senders: Mutex<BTreeMap<String, watch::Sender<()>>>,
}

impl Topics {
    fn senders(&self) -> MutexGuard<'_, BTreeMap<String, watch::Sender<()>>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn subscribe(self: &Arc<Self>, topic: &str) -> TopicSubscription {
        let mut senders = self.senders();
        let sender = senders.entry(topic.to_owned()).or_default();
        TopicSubscription {
            receiver: sender.subscribe(),
            topic: topic.to_owned(),
            topics: Arc::clone(self),
        }
    }

    pub(super) fn wake<'n>(&self, names: impl IntoIterator<Item = &'n str>) {
        let senders = self.senders();
        for name in names {
            if let Some(sender) = senders.get(name) {
                sender.send_replace(());
            }
        }
    }

    pub(super) fn wake_all(&self) {
        for sender in self.senders().values() {
            sender.send_replace(());
        }
    }
}

/// Somebody who waits for news of a topic, until it is dropped.
#[derive(Debug)]
pub struct TopicSubscription {
    receiver: watch::Receiver<()>,
    topic: String,
    topics: Arc<Topics>,
}

impl TopicSubscription {
    /// Waits until there is news that is not marked as seen.
    pub async fn changed(&mut self) {
        if self.receiver.changed().await.is_err() {
            // The sender is there as long as a subscription is.
            std::future::pending::<()>().await;
        }
    }

    /// Marks what has happened until now as seen: to be called before looking.
    pub fn mark_seen(&mut self) {
        self.receiver.mark_unchanged();
    }
}

impl Drop for TopicSubscription {
    fn drop(&mut self) {
        let mut senders = self.topics.senders();
        let is_last = senders
            .get(&self.topic)
            .is_some_and(|sender| sender.receiver_count() <= 1);
        if is_last {
            senders.remove(&self.topic);
        }
    }
}

/// What a transaction wakes once it is committed.
#[derive(Debug, Default)]
pub(super) struct Wakeups {
    pub dispatcher: bool,
    pub topics: TopicNames,
}

impl Wakeups {
    pub(super) fn add(&mut self, more: Wakeups) {
        self.dispatcher |= more.dispatcher;
        self.topics.extend(more.topics);
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.dispatcher && self.topics.is_empty()
    }
}

/// What the other processes are to be woken for, until the notifier sends it.
#[derive(Debug, Default)]
pub(super) struct RemoteWakeups {
    topics: Mutex<TopicNames>,
    signal: Notify,
}

impl RemoteWakeups {
    pub(super) fn add(&self, topics: TopicNames) {
        let mut waiting = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody takes them where there is no other process; more than are sent at once need not be known.
        if waiting.len() < MAX_WAITING_TOPICS {
            waiting.extend(topics);
        }
        drop(waiting);
        self.signal.notify_one();
    }

    /// Waits until there is something to send.
    pub(super) async fn added(&self) {
        self.signal.notified().await;
    }

    /// Takes what is to be sent.
    pub(super) fn take(&self) -> TopicNames {
        std::mem::take(&mut *self.topics.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Topics that wait to be sent at most. So many do not go into one notification, which then wakes all.
const MAX_WAITING_TOPICS: usize = 4_000;

/// Bytes of the topics of one notification at most: PostgreSQL permits 8,000 with the name of the sender.
const MAX_TOPIC_BYTES: usize = 7_000;

/// Stands for all topics.
const ALL_TOPICS: &str = "*";

/// What one process notifies the others of: its name, and the topics.
pub(super) fn payload(process: &str, topics: &TopicNames) -> String {
    let length: usize = topics.iter().map(|topic| topic.len() + 1).sum();
    let mut payload = process.to_owned();
    if length > MAX_TOPIC_BYTES {
        return format!("{payload} {ALL_TOPICS}");
    }
    for topic in topics {
        payload.push(' ');
        payload.push_str(topic);
    }
    payload
}

/// The process that sent a payload, and the topics of it.
pub(super) fn parse_payload(payload: &str) -> (&str, Vec<&str>) {
    let mut words = payload.split(' ');
    let process = words.next().unwrap_or_default();
    (process, words.collect())
}

/// Wakes those who wait for these topics, which another process has named.
pub(super) fn wake_named(topics: &Topics, names: &[&str]) {
    match names {
        // An older program names none.
        [] | [ALL_TOPICS] => topics.wake_all(),
        names => topics.wake(names.iter().copied()),
    }
}
