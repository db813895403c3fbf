//! Lines that the log writes of itself, in the form of all others.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use tracing::Level;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// What lines look like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineFormat {
    /// One JSON object a line, for programs; otherwise words, for people.
    pub(crate) json: bool,
    /// Words have colours.
    pub(crate) colours: bool,
}

impl LineFormat {
    /// A line that is written now, with its end.
    pub(super) fn line(
        self,
        level: Level,
        target: &str,
        message: &str,
        fields: &[(&str, Value)],
    ) -> String {
        let mut time = String::new();
        // Writing to a string cannot fail, here and below.
        let _written = SystemTime.format_time(&mut Writer::new(&mut time));
        if self.json {
            let mut object = Map::new();
            object.insert("timestamp".to_owned(), time.into());
            object.insert("level".to_owned(), level.as_str().into());
            object.insert("message".to_owned(), message.into());
            let fields = fields.iter().cloned();
            object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
            object.insert("target".to_owned(), target.into());
            return format!("{}\n", Value::Object(object));
        }
        let (dim, bright, plain) = match (self.colours, level) {
            (false, _) => ("", "", ""),
            (true, Level::ERROR) => ("\x1b[2m", "\x1b[31m", "\x1b[0m"),
            (true, _) => ("\x1b[2m", "\x1b[33m", "\x1b[0m"),
        };
        let mut line = format!("{dim}{time}{plain} {bright}{level:>5}{plain} {message}");
        for (name, value) in fields {
            let _written = match value {
                Value::String(text) => write!(line, " {name}={text}"),
                other => write!(line, " {name}={other}"),
            };
        }
        line.push('\n');
        line
    }

    /// The last line of a program that fails.
    pub(super) fn final_line(self, cause: &str) -> Vec<u8> {
        if self.json {
            let fields = [("error", cause.into())];
            let line = self.line(Level::ERROR, "passeplat", "program failed", &fields);
            line.into_bytes()
        } else {
            format!("passeplat: {cause}\n").into_bytes()
        }
    }
}
