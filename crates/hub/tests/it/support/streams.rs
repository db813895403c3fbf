//! A stream of server-sent events, read one event at a time.

#![expect(
    clippy::expect_used,
    reason = "a test ends where the world is not as it must be"
)]

use std::sync::Arc;

use axum::body::Body;
use http_body_util::BodyExt as _;
use tokio::runtime::Runtime;

use super::Value;

/// An open stream; dropping it closes it.
pub struct EventStream {
    body: Body,
    read: String,
    runtime: Arc<Runtime>,
}

/// An event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamedEvent {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl EventStream {
    pub fn new(body: Body, runtime: Arc<Runtime>) -> Self {
        Self {
            body,
            read: String::new(),
            runtime,
        }
    }

    /// The next event, passing over comments; none when the stream has ended.
    pub fn next(&mut self) -> Option<StreamedEvent> {
        loop {
            let block = self.next_block()?;
            let field = |name: &str| {
                let lines = block.lines().filter_map(|line| line.split_once(": "));
                let found = lines
                    .filter(|(key, _)| *key == name)
                    .map(|(_, value)| value);
                found.collect::<Vec<_>>().join("\n")
            };
            if block.contains("data: ") {
                return Some(StreamedEvent {
                    id: field("id"),
                    name: field("event"),
                    data: serde_json::from_str(&field("data")).expect("JSON"),
                });
            }
        }
    }

    /// What stands before the next empty line.
    pub fn next_block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.read.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(block);
            }
            let frame = self.runtime.block_on(self.body.frame())?;
            let data = frame.expect("a part of a body").into_data().expect("data");
            self.read
                .push_str(std::str::from_utf8(&data).expect("text"));
        }
    }
}
