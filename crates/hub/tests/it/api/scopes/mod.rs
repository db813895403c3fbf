//! Every endpoint, asked by every scope, also with bad bodies, for things of its own, of its account,
//! of a sibling location, of another account and of nobody. The endpoints are the program's own
//! list; what each must answer is in [`table`] and [`rules`].
#![expect(clippy::expect_used, reason = "a test says by panicking what is wrong")]

mod calls;
mod if_match;
mod rules;
mod table;
mod things;

use std::collections::BTreeMap;

use self::calls::{ScopedCall, calls};
use self::rules::{HeldScope, Level, Whose, expected};
use self::table::Row;
use self::things::{Things, mark, routed};
use crate::engine::apply;
use crate::support::{Answer, Caller, TestHub};

/// Bodies that are bad everywhere: one of the wrong kind, and one with fields of the wrong kind. Every
/// other caller sends the same.
const BAD: [&str; 2] = [
    "[7]",
    r#"{"status":7,"carrier":7,"fee":7,"gender":7,"customer_id":7,"delta":"x","name":7,"data":7,
        "preparation_time":"x","events":7}"#,
];

/// Failures that are shown; with more the reader has enough to go on.
const MAX_SHOWN_FAILURES: usize = 60;

#[test]
fn every_endpoint_has_a_row_in_the_table_of_scopes() {
    let rows = table::rows();
    let known = |method: &str, path: &str| {
        rows.iter()
            .any(|row| row.method == method && row.paths.contains(&path))
    };
    let without: Vec<String> = routed()
        .into_iter()
        .filter(|(method, path)| !known(method, path))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(
        without.is_empty(),
        "these endpoints have no row in tests/it/api/scopes/table.rs; add one, written from the API \
         and not from the program:\n  {}",
        without.join("\n  ")
    );
}

#[test]
fn every_row_of_the_table_of_scopes_is_an_endpoint() {
    let routed = routed();
    let missing: Vec<String> = table::rows()
        .iter()
        .flat_map(|row| {
            row.paths
                .iter()
                .map(|path| (row.method.to_owned(), (*path).to_owned()))
        })
        .filter(|endpoint| !routed.contains(endpoint))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    assert!(
        missing.is_empty(),
        "the table of scopes has endpoints that the program has not:\n  {}",
        missing.join("\n  ")
    );
}

#[apply(each_engine!)]
fn every_scope_reaches_what_it_names_and_nothing_else(hub: TestHub) {
    let mut walk = Walk::begin(hub);
    for row in &table::rows() {
        for path in &row.paths {
            walk.row(row, path);
        }
    }
    walk.end();
}

/// The walk through the table.
struct Walk {
    things: Things,
    /// Everybody, with the two events that wait for them.
    callers: Vec<(HeldScope, Caller, Option<[String; 2]>)>,
    calls: usize,
    failures: Vec<String>,
    /// How often each row failed.
    rows: BTreeMap<String, usize>,
}

impl Walk {
    fn begin(hub: TestHub) -> Self {
        let mut things = Things::make(hub);
        let callers: Vec<(HeldScope, Caller)> = HeldScope::every()
            .into_iter()
            .enumerate()
            .map(|(index, held)| (held.clone(), things.caller(index, &held)))
            .collect();
        things.happen();
        things.happen();
        let waiting = |held: &HeldScope, caller: &Caller| {
            held.level?;
            let events = caller.get("/callback/events").ok();
            let id = |at: usize| events[at]["id"].as_str().map(str::to_owned);
            Some([id(0)?, id(1)?])
        };
        Self {
            callers: callers
                .into_iter()
                .map(|(held, caller)| {
                    let event = waiting(&held, &caller);
                    (held, caller, event)
                })
                .collect(),
            things,
            calls: 0,
            failures: Vec::new(),
            rows: BTreeMap::new(),
        }
    }

    /// Asks one endpoint in every way, if the program has it.
    fn row(&mut self, row: &Row, path: &'static str) {
        let endpoint = (row.method.to_owned(), path.to_owned());
        if !routed().contains(&endpoint) {
            return;
        }
        self.without_token(row, path);
        for call in calls(path) {
            for index in 0..self.callers.len() {
                let (held, caller, event) = self.callers[index].clone();
                let wanted = expected(row, call, &held);
                let target = self.target(row, call, event.as_ref(), wanted);
                let (kind, body) = self.things.body(row.body, call.thing);
                // A refusal comes before a word about the body; only those who may are told of that.
                let status = if matches!(wanted, 403 | 404) {
                    wanted
                } else {
                    422
                };
                let bad = BAD.get(index % BAD.len()).filter(|_| !row.body.is_empty());
                let bad = bad.map(|bad| (status, bad.as_bytes().to_vec())).into_iter();
                for (wanted, body) in bad.chain([(wanted, body)]) {
                    let answer = send(row, &caller, &target, kind, body);
                    self.calls += 1;
                    if let Some(wrong) = self.wrong(path, call, &held, wanted, &answer) {
                        self.fail(row, call, &held.name(), &wrong);
                    }
                }
            }
        }
    }

    /// Without a token, and with one that nobody has.
    fn without_token(&mut self, row: &Row, path: &'static str) {
        let Some(call) = calls(path).into_iter().next() else {
            return;
        };
        let target = format!("/v1{}", self.target(row, call, None, 401));
        let (_, body) = self.things.body(row.body, call.thing);
        let made_up = [("X-Access-Token", "0123456789abcdef0123456789")];
        for headers in [&[][..], &made_up[..]] {
            let anybody = self.things.hub.anybody();
            let answer = anybody.send(row.method, &target, headers, body.clone());
            self.calls += 1;
            if answer.status_and_body() != UNKNOWN_TOKEN {
                self.fail(row, call, "nobody", &came(401, &answer));
            }
        }
    }

    /// The path with ids in it. What is to be destroyed is made for it.
    fn target(
        &mut self,
        row: &Row,
        call: ScopedCall,
        events: Option<&[String; 2]>,
        wanted: u16,
    ) -> String {
        let destroys = row.method == "DELETE" && wanted == 200;
        call.with(|kind, whose| match (kind, whose) {
            ("locations", Whose::Unknown) => "zzzzz-0".to_owned(),
            ("events", Whose::Own) => {
                // What acknowledges the first one leaves the other.
                let at = usize::from(!row.is_for_several());
                events
                    .map_or("zzzzz", |events| events[at].as_str())
                    .to_owned()
            }
            ("catalogs" | "customer_lists", _) if destroys => self.things.fresh(kind, whose),
            _ => self.things.id(kind, whose),
        })
    }

    /// What is wrong with an answer, if anything is.
    fn wrong(
        &self,
        path: &str,
        call: ScopedCall,
        held: &HeldScope,
        wanted: u16,
        answer: &Answer,
    ) -> Option<String> {
        if answer.status != wanted {
            return Some(came(wanted, answer));
        }
        if matches!(wanted, 403 | 404) && !says_nothing(answer) {
            return Some(format!(
                "a refusal that says too much: {}",
                shortened(answer)
            ));
        }
        if wanted == 200 {
            let secrets = self.must_not_see(path, held);
            let leak = secrets
                .iter()
                .find(|text| answer.text.contains(text.as_str()));
            return leak.map(|text| format!("a leak of {text}: {} ({call:?})", shortened(answer)));
        }
        None
    }

    /// What an answer to this caller may not hold.
    fn must_not_see(&self, path: &str, held: &HeldScope) -> Vec<String> {
        let (hub, other) = (&self.things.hub, &self.things.other);
        let mut texts = vec![mark(Whose::Foreign).to_owned(), other.location.to_string()];
        texts.push("Chez l'autre".to_owned());
        if held.level == Some(Level::Location) {
            texts.push(mark(Whose::Sibling).to_owned());
            texts.push(hub.second_location.to_string());
        }
        for (word, all, name) in [
            ("catalogs", "all_catalogs.read", "Carte"),
            ("customer_lists", "all_customer_lists.read", "Liste"),
        ] {
            if path.contains(word) && !held.has(all) && !path.ends_with("/inventory") {
                texts.push(format!("{name} {}", mark(Whose::Own)));
            }
        }
        texts
    }

    fn fail(&mut self, row: &Row, call: ScopedCall, who: &str, what: &str) {
        let endpoint = format!("{} {}", row.method, call.path);
        self.failures
            .push(format!("{} {} as {who}: {what}", row.method, call.shown()));
        *self.rows.entry(endpoint).or_default() += 1;
    }

    /// Says everything that was wrong.
    fn end(self) {
        assert!(self.calls > 1_000, "only {} calls", self.calls);
        eprintln!("{} answers looked at", self.calls);
        if self.failures.is_empty() {
            return;
        }
        let rows: Vec<String> = self
            .rows
            .iter()
            .map(|(endpoint, count)| format!("{count:>6} × {endpoint}"))
            .collect();
        let shown = &self.failures[..self.failures.len().min(MAX_SHOWN_FAILURES)];
        panic!(
            "{} of {} answers are not what the API says:\n{}\n\nthe first {}:\n  {}",
            self.failures.len(),
            self.calls,
            rows.join("\n"),
            shown.len(),
            shown.join("\n  ")
        );
    }
}

const UNKNOWN_TOKEN: &str = r#"401 {"message":"The access token is invalid or the connection has been revoked","error_type":"unauthorized"}"#;

fn send(row: &Row, caller: &Caller, path: &str, kind: &str, body: Vec<u8>) -> Answer {
    let length = body.len().to_string();
    let headers = [("Content-Type", kind), ("Content-Length", length.as_str())];
    let headers = if body.is_empty() {
        &[][..]
    } else {
        &headers[..]
    };
    caller.send(row.method, path, headers, body)
}

fn came(wanted: u16, answer: &Answer) -> String {
    format!("{wanted} expected, came {}", shortened(answer))
}

fn shortened(answer: &Answer) -> String {
    answer.status_and_body().chars().take(160).collect()
}

/// Whether a refusal is one of the sentences that tell nothing of what is there.
fn says_nothing(answer: &Answer) -> bool {
    let text = answer.status_and_body();
    let message = text
        .strip_prefix(r#"403 {"message":""#)
        .and_then(|rest| rest.strip_suffix(r#"","error_type":"forbidden"}"#));
    let names_a_scope = |message: &str| {
        let words: Vec<&str> = message.split(' ').collect();
        matches!(
            words.as_slice(),
            ["A", _, "read" | "write", "scope", "is", "required"]
        )
    };
    text == r#"404 {"error_type":"not_found"}"#
        || message.is_some_and(|message| {
            message == "Operation not allowed for the current scope"
                || message == "A write scope is required"
                || message == "A 'profile' scope is required"
                || names_a_scope(message)
        })
}
