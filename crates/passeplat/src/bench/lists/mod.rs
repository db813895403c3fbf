//! `passeplat bench --lists ORDERS`: do lists stay fast when there is much to list?
//!
//! So many orders, a tenth as many customers and 200 connections are seeded through the storage
//! layer: one chain of 50 locations with most of it, and small accounts beside it. The data is the
//! same at every run, but for the time at which it ends: now. Then each list of [`queries::LIST_QUERIES`] is
//! asked over HTTP for its first page and for its 1,000th, which is walked to without counting; a
//! list that ends before is measured at its end. With `--plans` the engine's plans are shown, too.

mod queries;
mod rows;
mod seed;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use hub::Hub;
use hub::clock::Clock;
use hub::config::Config;
use hub::db::Plan;
use hub::entropy::Entropy;
use serde::Serialize;
use tokio::net::TcpListener;

use super::http::{HttpConnection, request};
use super::load::{self, LoadDuration, ReadLoad};
use super::report::{BenchRow, table};
use super::{BenchOptions, progress};
use queries::{LIST_QUERIES, ListQuery};
use seed::SeededHub;

/// The number of the page that is walked to.
const DEEP_PAGE: u32 = 1_000;
/// Neighbours of the deep page that are asked for in turn.
const NEIGHBOUR_PAGES: usize = 20;
/// What a page may take, in milliseconds, 95 times of 100.
const MAX_P95_MS: f64 = 20.0;

/// What was measured.
#[derive(Clone, Debug, Serialize)]
pub struct ListReport {
    /// `SQLite` or `PostgreSQL`.
    pub hub: String,
    /// Whether this program was built with optimisations; without them the numbers say little.
    pub release: bool,
    /// Orders that were seeded.
    pub orders: u32,
    /// How long that took.
    pub seeding_s: f64,
    /// The pages.
    pub pages: Vec<MeasuredPage>,
}

/// One page of one list.
#[derive(Clone, Debug, Serialize)]
pub struct MeasuredPage {
    /// Which page it is, from 1.
    pub number: u32,
    /// The size of its JSON.
    pub bytes: usize,
    /// The times.
    pub row: BenchRow,
    /// How the engine goes about it; empty unless asked for.
    pub plans: Vec<Plan>,
}

/// Seeds, measures and prints. It is an error if a page misses the bar in an optimised program.
pub async fn run(options: &BenchOptions, folder: &Path, orders: u32) -> anyhow::Result<()> {
    let database = match &options.database {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", folder.join("hub.db").display()),
    };
    let flags = [
        ("database.url", database),
        ("keys.file", folder.join("key").display().to_string()),
        ("limits.enabled", "false".to_owned()),
        ("egress.allow_loopback", "true".to_owned()),
    ];
    let hub = Hub::open(
        Config::read(None, [], &flags)?,
        Clock::real(),
        Entropy::seeded(7),
    )?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let host = listener.local_addr()?.to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let served = tokio::spawn(hub::serve(hub.clone(), listener, async {
        let _ended = stopped.await;
    }));

    let began = Instant::now();
    let seeded = seed::run(&hub, &host, orders).await?;
    let mut report = ListReport {
        hub: if hub.db().is_postgres() {
            "PostgreSQL".to_owned()
        } else {
            "SQLite".to_owned()
        },
        release: !cfg!(debug_assertions),
        orders,
        seeding_s: began.elapsed().as_secs_f64(),
        pages: Vec::new(),
    };
    for list in LIST_QUERIES {
        progress(list.name);
        report
            .pages
            .extend(both_pages(options, &hub, &host, &seeded, list).await?);
    }
    let _nobody = stop.send(());
    served.await?;
    super::publish(options, &report)?;
    let late = report
        .pages
        .iter()
        .filter(|page| page.row.p95_ms.is_none_or(|p95| p95 >= MAX_P95_MS));
    let late: Vec<&str> = late.map(|page| page.row.name.as_str()).collect();
    if report.release && !late.is_empty() {
        anyhow::bail!("not under {MAX_P95_MS} ms at p95: {}", late.join("; "));
    }
    Ok(())
}

/// The first page of a list, and the last of the first thousand.
async fn both_pages(
    options: &BenchOptions,
    hub: &Hub,
    host: &str,
    seeded: &SeededHub,
    list: &ListQuery,
) -> anyhow::Result<Vec<MeasuredPage>> {
    let (path, token) = (seeded.fill(list.path), seeded.token(list.reader));
    let get = |cursor: Option<&str>| {
        let and = if path.contains('?') { '&' } else { '?' };
        let cursor = cursor.map(|it| format!("&cursor={it}")).unwrap_or_default();
        request(
            "GET",
            host,
            &format!("{path}{and}count=100{cursor}"),
            token,
            None,
        )
    };
    let mut connection = HttpConnection::open(host).await?;
    let mut number = 1;
    let mut deep_requests = vec![get(None)];
    while number < DEEP_PAGE {
        let request = deep_requests.last().context("there is a first page")?;
        let answer = connection.exchange(request).await?;
        answer.expect_ok().map_err(anyhow::Error::msg)?;
        let Some(next) = answer.next else { break };
        if deep_requests.len() == NEIGHBOUR_PAGES {
            deep_requests.remove(0);
        }
        deep_requests.push(get(Some(&next)));
        number += 1;
    }
    let mut pages = Vec::new();
    let first = (1, vec![get(None)]);
    let deep = (number, deep_requests);
    for (number, requests) in [first, deep]
        .into_iter()
        .take(if number > 1 { 2 } else { 1 })
    {
        let last = requests.last().context("there is a request")?.clone();
        hub.db().show_plans(options.plans);
        let bytes = connection.exchange(&last).await?.body.len();
        let plans = hub.db().show_plans(false);
        let name = format!("{}, page {number}", list.name);
        let duration = LoadDuration::seconds(options.length());
        let (row, _) = load::run(&name, host, ReadLoad::split(requests, 1), duration).await?;
        pages.push(MeasuredPage {
            number,
            bytes,
            row,
            plans,
        });
    }
    Ok(pages)
}

impl fmt::Display for ListReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Lists of a hub on {} with {} orders (seeded in {:.0} s), 100 a page",
            self.hub, self.orders, self.seeding_s
        )?;
        if !self.release {
            writeln!(f, "Built without optimisations: these numbers say little.")?;
        }
        let rows: Vec<&BenchRow> = self.pages.iter().map(|page| &page.row).collect();
        table(f, &rows)?;
        // Most lists ask some questions in the same way: each is shown once.
        let mut known = BTreeSet::new();
        for page in &self.pages {
            if let Some(error) = &page.row.first_error {
                writeln!(f, "First error of \"{}\": {error}", page.row.name)?;
            }
            for plan in &page.plans {
                let sql = short_sql(&plan.sql);
                if !known.insert((sql.clone(), &plan.steps)) {
                    continue;
                }
                writeln!(f, "\n{}\n  {sql}", page.row.name)?;
                for step in &plan.steps {
                    writeln!(f, "    {step}")?;
                }
            }
        }
        Ok(())
    }
}

/// A statement on one line, with `…` for all arguments of a long list but the first.
fn short_sql(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    let line = words.join(" ");
    let Some((head, list)) = line.split_once(" IN ($") else {
        return line;
    };
    match list.split_once(')') {
        Some((list, tail)) if list.matches('$').count() > 2 => {
            let first = list.split(',').next().unwrap_or_default();
            format!("{head} IN (${first}, …){tail}")
        }
        _ => line,
    }
}
