//! Walking through a list page by page (API, chapter Pagination).

use std::fmt::Display;
use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, read};
use crate::error::Error;

/// The pairs of a query; what is none is left out.
pub(crate) fn query<const N: usize>(pairs: [(&str, Option<String>); N]) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.into(), value?)))
        .collect()
}

/// A value as a query has it.
pub(crate) fn text(value: impl Display) -> String {
    value.to_string()
}

/// A list, read a page at a time: the same filters each time, and the cursor of the page before.
#[derive(Debug)]
pub struct Pages<T> {
    connection: Connection,
    path: String,
    filters: Vec<(String, String)>,
    cursor: Option<String>,
    done: bool,
    item: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(
        connection: &Connection,
        path: String,
        filters: Vec<(String, String)>,
    ) -> Pages<T> {
        Pages {
            connection: connection.clone(),
            path,
            filters,
            cursor: None,
            done: false,
            item: PhantomData,
        }
    }

    /// At most this many results a page, 1 to 100; 100 unless told.
    pub fn count(mut self, count: u8) -> Pages<T> {
        self.filters.push(("count".into(), count.to_string()));
        self
    }

    /// The next page, or `None` after the last one. After an error the same page can be asked for
    /// again.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        if self.done {
            return Ok(None);
        }
        let mut query = self.filters.clone();
        query.extend(self.cursor.clone().map(|cursor| ("cursor".into(), cursor)));
        let answer = self
            .connection
            .send(Method::GET, &self.path, &query, None)
            .await?;
        let page = read(&answer)?;
        let next = answer
            .headers
            .get("x-cursor-next")
            .and_then(|value| value.to_str().ok());
        // A hub that repeats its cursor would keep us here for ever.
        self.done = next.is_none_or(|next| next.is_empty() || self.cursor.as_deref() == Some(next));
        self.cursor = next.map(Into::into);
        Ok(Some(page))
    }

    /// Everything that is left, in one list.
    ///
    /// # Errors
    /// As every call: [`Error`].
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page);
        }
        Ok(items)
    }
}
