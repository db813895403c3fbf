//! Taking personal data out of the journal: a walk through the requests of one account, looking into
//! the bodies.
//!
//! A request is about an anonymised customer if their id is in its URL or in one of its bodies; if
//! it was about customers, also if their e-mail address or phone number is, for a refused request
//! has no id. In such a request their data is cleared wherever it stands under their id; a body
//! sent to make or change a customer is cleared altogether; a body in which something of them is
//! left then, or that was cut when it was kept, goes as a whole, and so does what a list was
//! narrowed down to.

use std::collections::BTreeSet;
use std::sync::Arc;

use const_format::formatcp;
use serde_json::Value;
use wire::customer::{erase_customers, erase_personal_data};
use wire::id::AccountId;

use super::Journal;
use super::bodies::{BodyCompressor, unpack};
use crate::db::{self, Tx};
use crate::{args, row, statements};

statements! {
    AFTER = formatcp!("SELECT {} FROM requests WHERE account_id = $1 AND id > $2
        ORDER BY id LIMIT $3", PackedRow::COLUMNS);
    /// The moment says in which day the request is.
    REWRITE = "UPDATE requests SET url = $4, packing = $5, request_body = $6, response_body = $7
        WHERE account_id = $1 AND id = $2 AND at = $3";
}

/// Requests that are looked at together.
const REQUESTS: u32 = 200;

/// What stands in place of a body that went as a whole.
const ERASED: &str = "(erased: a customer was anonymised)";

/// Customers to look for: their ids, and e-mail addresses and phone numbers in small letters.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErasureTargets {
    ids: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl ErasureTargets {
    /// Also looks for this customer.
    pub(crate) fn add(&mut self, id: &str, words: Vec<String>) {
        self.ids.insert(id.to_owned());
        // Short words are in anything.
        let telling = words.into_iter().filter(|word| word.chars().count() > 3);
        self.words.extend(telling);
    }

    fn has_id(&self, text: &str) -> bool {
        self.ids.contains(text)
    }

    /// Whether a quoted word of a body is an id.
    fn names(&self, body: &str) -> bool {
        body.split('"').any(|part| self.has_id(part))
    }

    fn is_in(&self, text: &str) -> bool {
        let folded = text.to_lowercase();
        self.words.iter().any(|word| folded.contains(word.as_str()))
    }
}

/// A request of the journal.
struct ErasableRequest {
    id: String,
    at: String,
    resource: String,
    url: String,
    request: String,
    response: String,
}

row! {
    /// A request in the journal, with its bodies compressed.
    struct PackedRow {
        id: String = "id",
        at: String = "at",
        resource: String = "resource",
        url: String = "url",
        packing: i64 = "packing",
        request: Vec<u8> = "request_body",
        response: Vec<u8> = "response_body",
    }
}

impl From<PackedRow> for ErasableRequest {
    fn from(row: PackedRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            resource: row.resource,
            url: row.url,
            request: unpack(row.request, row.packing),
            response: unpack(row.response, row.packing),
        }
    }
}

impl ErasableRequest {
    fn is_about_customers(&self) -> bool {
        matches!(self.resource.as_str(), "customer" | "customer_list")
    }

    /// The request without what is wanted; none if it has nothing of it.
    fn erased_copy(&self, wanted: &ErasureTargets) -> Option<Self> {
        let path = self.url.split('?').next().unwrap_or_default();
        let bodies = [&self.request, &self.response];
        let is_named = path.split('/').any(|part| wanted.has_id(part))
            || bodies.iter().any(|body| wanted.names(body));
        let is_told = self.is_about_customers()
            && (wanted.is_in(&decode_url(&self.url)) || bodies.iter().any(|it| wanted.is_in(it)));
        if !is_named && !is_told {
            return None;
        }
        let narrows = self.is_about_customers() && self.url.contains('?');
        Some(Self {
            id: self.id.clone(),
            at: self.at.clone(),
            resource: self.resource.clone(),
            url: if narrows { path } else { &self.url }.to_owned(),
            request: clear_body(&self.request, wanted, self.is_about_customers()),
            response: clear_body(&self.response, wanted, false),
        })
    }
}

/// A body without what is wanted. One that was sent about a customer belongs to the customer even
/// without an id.
fn clear_body(body: &str, wanted: &ErasureTargets, is_of_customer: bool) -> String {
    if body.is_empty() {
        return String::new();
    }
    let Ok(mut value) = serde_json::from_str::<Value>(body) else {
        return ERASED.to_owned();
    };
    let mut found = erase_customers(&mut value, &|id| wanted.has_id(id));
    if let (true, Value::Object(sent)) = (is_of_customer, &mut value) {
        found |= erase_personal_data(sent);
    }
    let text = if found {
        value.to_string()
    } else {
        body.to_owned()
    };
    if wanted.is_in(&text) {
        return ERASED.to_owned();
    }
    text
}

/// A URL with what was escaped in its query.
fn decode_url(url: &str) -> String {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .map(|(_, value)| value.into_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Goes through the next requests of an account behind the request `after`, and answers the one behind
/// which to go on; none at the end.
pub(crate) async fn walk(
    journal: &Journal,
    account: &AccountId,
    wanted: &Arc<ErasureTargets>,
    after: &str,
) -> db::Result<Option<String>> {
    let (of, wanted, after) = (account.clone(), Arc::clone(wanted), after.to_owned());
    let (rewritten, next) = journal
        .db()
        .read("journal.erase.look", move |tx| {
            read_page(tx, &of, &wanted, &after)
        })
        .await?;
    if !rewritten.is_empty() {
        let account = account.clone();
        journal
            .db()
            .write("journal.erase", move |tx| {
                let mut packer = BodyCompressor::new();
                rewritten.iter().try_for_each(|row| {
                    tx.write(
                        REWRITE,
                        args![
                            &account,
                            row.id.as_str(),
                            row.at.as_str(),
                            row.url.as_str(),
                            packer.dictionary_number(),
                            packer.pack(row.request.as_bytes()),
                            packer.pack(row.response.as_bytes())
                        ],
                    )
                })
            })
            .await?;
    }
    Ok(next)
}

fn read_page(
    tx: &mut Tx<'_>,
    account: &AccountId,
    wanted: &ErasureTargets,
    after: &str,
) -> db::Result<(Vec<ErasableRequest>, Option<String>)> {
    let rows: Vec<PackedRow> = tx.all(AFTER, args![account, after, REQUESTS])?;
    let rows: Vec<ErasableRequest> = rows.into_iter().map(ErasableRequest::from).collect();
    let is_more = rows.len() == REQUESTS as usize;
    let next = rows.last().filter(|_| is_more).map(|last| last.id.clone());
    let rewritten = rows.iter().filter_map(|row| row.erased_copy(wanted));
    Ok((rewritten.collect(), next))
}
