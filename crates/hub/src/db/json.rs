//! JSON documents, written in no more memory than they take, and read.

use std::{fmt, io};

use serde::{Deserialize, Serialize};

use super::{Error, Result};

/// Bytes up to which a document is written by growing. What is longer is measured first: a text that
/// grows by doubling is there up to three times while it grows.
const SHORT: usize = 64 * 1024;

/// A value as JSON, to be stored or answered.
///
/// # Errors
/// [`Error::Broken`] for what no JSON says, such as a map whose keys are no texts.
pub fn text<T: Serialize>(value: &T) -> Result<String> {
    let mut beginning = Beginning::default();
    serde_json::to_writer(&mut beginning, value).map_err(read_error)?;
    let mut text = beginning.text;
    if beginning.length > text.len() {
        text = Vec::with_capacity(beginning.length);
        serde_json::to_writer(&mut text, value).map_err(read_error)?;
    }
    String::from_utf8(text).map_err(read_error)
}

/// Writes a value as JSON at the end of a text.
///
/// # Errors
/// As of [`text`].
pub fn append<T: Serialize>(text: &mut Vec<u8>, value: &T) -> Result<()> {
    serde_json::to_writer(text, value).map_err(read_error)
}

/// Reads a stored document. `what` it is stands in the error: "an order".
///
/// # Errors
/// [`Error::Broken`] for what is no such document.
pub fn read<'a, T: Deserialize<'a>>(document: &'a str, what: impl fmt::Display) -> Result<T> {
    serde_json::from_str(document).map_err(|error| Error::Broken(format!("{what}: {error}")))
}

fn read_error(error: impl std::error::Error) -> Error {
    Error::Broken(error.to_string())
}

/// A text as long as it is short, and how long it is.
#[derive(Default)]
struct Beginning {
    text: Vec<u8>,
    length: usize,
}

impl io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.length += bytes.len();
        if self.length <= SHORT {
            self.text.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
