//! What tills sell, kept for a while: an order must not wait for four requests each time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::mapping::TillMenu;

/// For how long a menu is good.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(10);

#[derive(Default)]
struct KeptMenu {
    menu: Option<(Timestamp, Arc<TillMenu>)>,
    /// Counts the changes that were reported.
    round: u64,
}

/// The menus of all connections.
#[derive(Default)]
pub(super) struct KeptMenus(Mutex<BTreeMap<String, KeptMenu>>);

impl KeptMenus {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, KeptMenu>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The menu of a connection, unless it is too old.
    pub(super) fn find(&self, connection: &str, now: Timestamp) -> Option<Arc<TillMenu>> {
        let all = self.all();
        let (at, menu) = all.get(connection)?.menu.as_ref()?;
        (now.duration_since(*at) < MAX_AGE).then(|| Arc::clone(menu))
    }

    /// How many changes were reported so far.
    pub(super) fn round(&self, connection: &str) -> u64 {
        self.all().get(connection).map_or(0, |entry| entry.round)
    }

    /// Keeps a menu that was read since that round, unless a change was reported meanwhile.
    pub(super) fn keep(&self, connection: &str, round: u64, menu: Arc<TillMenu>, now: Timestamp) {
        let mut all = self.all();
        let entry = all.entry(connection.to_owned()).or_default();
        if entry.round == round {
            entry.menu = Some((now, menu));
        }
    }

    /// A change was reported: the next order reads anew.
    pub(super) fn forget(&self, connection: &str) {
        let mut all = self.all();
        let entry = all.entry(connection.to_owned()).or_default();
        entry.menu = None;
        entry.round += 1;
    }
}
