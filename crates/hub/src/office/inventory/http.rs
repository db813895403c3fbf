//! The inventory of a location, from the database to the browser.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::RawQuery;
use axum::routing::get;
use jiff::tz::TimeZone;
use wire::id::{CatalogId, LocationId};
use wire::inventory::Counted;

use super::{InventoryPage, StockRow};
use crate::accounts::store as accounts;
use crate::catalogs::browse;
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::inventories::store::{self, StockLine};
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageResult, page};
use crate::office::translations::isolated;
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::{Badge, SelectOption, Severity};
use crate::users::permissions::Permissions;

/// The routes of the pages of inventories.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new().placed("/inventory", get(show))
}

/// Entries of one page.
const ROWS_PER_PAGE: usize = 100;

/// An entry as addresses name it: `sku:REF` or `option:REF`.
fn parse(text: &str) -> Option<Counted> {
    let (kind, reference) = text.split_once(':')?;
    // PostgreSQL has no such character in a text.
    let reference = reference.replace('\0', "");
    match kind {
        "sku" => Some(Counted::Sku(reference)),
        "option" => Some(Counted::Option(reference)),
        _ => None,
    }
}

fn path_behind(counted: &Counted) -> String {
    let kind = match counted {
        Counted::Sku(_) => "sku",
        Counted::Option(_) => "option",
    };
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("after", &format!("{kind}:{}", counted.text()));
    format!("/inventory?{}", query.finish())
}

/// What the page is made of.
struct InventoryData {
    lines: Vec<StockLine>,
    has_more: bool,
    names: BTreeMap<Counted, String>,
    zone: TimeZone,
}

impl InventoryData {
    fn find(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        location: &LocationId,
        after: Option<&Counted>,
    ) -> db::Result<Self> {
        let account = &member.at.id;
        let most = ROWS_PER_PAGE as u32 + 1;
        let mut lines = store::page(tx, account, location, after, most)?;
        let has_more = lines.len() > ROWS_PER_PAGE;
        lines.truncate(ROWS_PER_PAGE);
        let mut unnamed: BTreeSet<Counted> = lines.iter().map(|it| it.counted.clone()).collect();
        let mut names = BTreeMap::new();
        for (id, _, _) in accounts::catalogs(tx, account, Some(location))? {
            if unnamed.is_empty() {
                break;
            }
            let id = CatalogId::from_generated(id);
            let found = browse::names(tx, account, &id, &unnamed)?;
            unnamed.retain(|counted| !found.contains_key(counted));
            names.extend(found);
        }
        Ok(Self {
            lines,
            has_more,
            names,
            zone: zone_of(tx, account, Some(location))?,
        })
    }
}

/// `GET /inventory`.
async fn show(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    member.needs_to_view()?;
    let Some(location) = member.at.location.clone() else {
        return Ok(page(&member.browser, &without_location(&member)));
    };
    let query = Query::parse(query.as_deref().unwrap_or_default());
    let after = query.get("after").and_then(parse);
    let (reader, from) = (member.clone(), after.clone());
    let found = hub
        .read::<_, db::Error, _>("office.inventory", move |tx| {
            InventoryData::find(tx, &reader, &location, from.as_ref())
        })
        .await?;
    let next = found.lines.last().filter(|_| found.has_more);
    let shown = InventoryPage {
        frame: member.frame(MenuEntry::Inventory),
        locations: None,
        next: next.map(|line| path_behind(&line.counted)),
        first: after.is_some().then(|| "/inventory".to_owned()),
        rows: found
            .lines
            .iter()
            .map(|line| row(&member, &found, line))
            .collect(),
    };
    Ok(page(&member.browser, &shown))
}

fn row(member: &AccountMember, found: &InventoryData, line: &StockLine) -> StockRow {
    let language = member.browser.language;
    let words = &language.translations().inventories;
    let is_gone = line.stock.to_thousandths() == 0;
    let until = line.expires_at.map(|at| {
        words.until(&format::date_time(
            language,
            &at.to_zoned(found.zone.clone()),
        ))
    });
    StockRow {
        name: found.names.get(&line.counted).cloned(),
        kind: match &line.counted {
            Counted::Sku(_) => words.sku,
            Counted::Option(_) => words.option,
        },
        reference: line.counted.text().to_owned(),
        stock: format::decimal(language, &line.stock.to_string()),
        badge: is_gone.then(|| Badge::new(words.sold_out, Severity::Bad)),
        until,
    }
}

/// The page that asks for a location.
fn without_location(member: &AccountMember) -> InventoryPage {
    let viewable = member
        .at
        .locations
        .iter()
        .filter(|(id, _)| member.may_at(Permissions::VIEW, Some(id)));
    let option = |(id, name): &(LocationId, String)| {
        SelectOption::new(id.as_str(), format!("{} {id}", isolated(name)), false)
    };
    InventoryPage {
        frame: member.frame(MenuEntry::Inventory),
        locations: Some(viewable.map(option).collect()),
        rows: Vec::new(),
        next: None,
        first: None,
    }
}
