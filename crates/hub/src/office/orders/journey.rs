//! What happened to an order, from the first request to the last answer.
//!
//! Two kinds of steps: requests that apps made, and events that the hub had to pass on. Under an
//! event stands one delivery per app that follows it, and under that every attempt. Each says in
//! plain words how it went; the JSON is one click away.

use crate::office::dispatches::DispatchView;
use crate::office::exchange::Exchange;

/// The steps, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Journey {
    /// The zone of the times, `UTC+02:00`.
    pub zone: String,
    /// The steps; empty when they are no longer kept.
    pub steps: Vec<JourneyStep>,
    /// What the reader should know of the list: that it is cut, say.
    pub note: Option<String>,
}

/// A step.
#[derive(Clone, Debug)]
pub enum JourneyStep {
    /// A request about the order.
    Request {
        /// What it did, `Commande créée`; empty for a mere read.
        what: String,
        /// `par Developer Tools`.
        by: String,
        /// The request and its answer.
        exchange: Box<Exchange>,
    },
    /// Something that other apps are told.
    Event {
        /// What happened, `Commande créée`.
        what: String,
        /// A change of status in words, `Nouvelle → Reçue`.
        change: Option<String>,
        /// `par Developer Tools`, if it is known.
        by: Option<String>,
        /// When, to the second.
        time: String,
        /// The time in a format for machines.
        at: String,
        /// The event's id and type, `e8n5y · order.update`.
        name: String,
        /// Who is told; empty when nobody follows such events.
        deliveries: Vec<DispatchView>,
    },
}
