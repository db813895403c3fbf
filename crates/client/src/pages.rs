//! Reading a list page by page (API, chapter Protocol: pagination).

use std::marker::PhantomData;

use http::Method;
use serde::de::DeserializeOwned;

use crate::connection::{Connection, parse_json};
use crate::error::Error;

/// The name-value pairs of a query; those without a value are left out.
pub(crate) fn query_pairs<const N: usize>(
    pairs: [(&str, Option<String>); N],
) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .filter_map(|(name, value)| Some((name.into(), value?)))
        .collect()
}

/// A list that is read a page at a time: each request has the filters of the list, and the cursor of the
/// page before.
#[derive(Debug)]
pub struct Pages<T> {
    connection: Connection,
    path: String,
    filters: Vec<(String, String)>,
    cursor: Option<String>,
    is_finished: bool,
    _item: PhantomData<fn() -> T>,
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
            is_finished: false,
            _item: PhantomData,
        }
    }

    /// At most this many results a page, 1 to 100; 100 by default.
    pub fn count(mut self, count: u8) -> Pages<T> {
        self.filters.push(("count".into(), count.to_string()));
        self
    }

    /// The next page, or `None` after the last one. After an error the same page can be asked for
    /// again.
    pub async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        if self.is_finished {
            return Ok(None);
        }
        let mut query = self.filters.clone();
        query.extend(self.cursor.clone().map(|cursor| ("cursor".into(), cursor)));
        let response = self
            .connection
            .send(Method::GET, &self.path, &query, None)
            .await?;
        let page = parse_json(&response)?;
        let next = response
            .headers
            .get("x-cursor-next")
            .and_then(|value| value.to_str().ok());
        // A hub that repeats its cursor would make the list endless.
        self.is_finished =
            next.is_none_or(|next| next.is_empty() || self.cursor.as_deref() == Some(next));
        self.cursor = next.map(Into::into);
        Ok(Some(page))
    }

    /// All remaining results, in one list.
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page);
        }
        Ok(items)
    }
}
