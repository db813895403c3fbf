//! The callback of a connection, and its events (API, chapter Callbacks and events).

use crate::connection::{Connection, path_segment};
use crate::error::Error;
use crate::event_feed::EventFeed;
use crate::events::{AcknowledgedEvents, Callback, Event, EventHead};
use crate::pages::Pages;

/// Callback and events (API, chapter Callbacks and events).
impl Connection {
    /// The callback of this connection; none set looks like [`Callback::default`].
    pub async fn callback(&self) -> Result<Callback, Error> {
        self.get("/callback", &[]).await
    }

    /// Sets or replaces the callback.
    ///
    /// # Errors
    /// 422 when the scope does not cover an event.
    pub async fn set_callback(&self, callback: &Callback) -> Result<Callback, Error> {
        self.post("/callback", callback).await
    }

    /// Removes the callback, and with it the waiting events.
    pub async fn delete_callback(&self) -> Result<(), Error> {
        self.delete("/callback").await
    }

    /// Events not yet acknowledged, oldest first, without states. Do not ask more often than every 30 s.
    pub fn events(&self) -> Pages<EventHead> {
        Pages::new(self, "/callback/events".into(), Vec::new())
    }

    /// The events of a callback without a URL, one after the other, as soon as they happen. A hub that has no
    /// streams is asked for its list every 30 s.
    pub fn event_feed(&self) -> EventFeed {
        EventFeed::new(self)
    }

    /// One event with its states.
    ///
    /// # Errors
    /// 404 once acknowledged.
    pub async fn event(&self, id: &str) -> Result<Event, Error> {
        self.get(&format!("/callback/events/{}", path_segment(id)), &[])
            .await
    }

    /// Acknowledges these events, 1,000 at most. Says how many of them had not been acknowledged. Only Passeplat
    /// has this call.
    ///
    /// # Errors
    /// 422 when there are more.
    pub async fn acknowledge_events<I: AsRef<str>>(&self, ids: &[I]) -> Result<u32, Error> {
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        let body = serde_json::json!({ "event_ids": ids });
        let done: AcknowledgedEvents = self.post("/callback/events/acknowledge", &body).await?;
        Ok(done.acknowledged)
    }

    /// Acknowledges an event: it is gone.
    ///
    /// # Errors
    /// 404 once acknowledged.
    pub async fn delete_event(&self, id: &str) -> Result<(), Error> {
        self.delete(&format!("/callback/events/{}", path_segment(id)))
            .await
    }
}
