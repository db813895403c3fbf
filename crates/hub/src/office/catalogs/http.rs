//! The pages of catalogs, from the database to the browser.

use std::collections::BTreeSet;

use crate::office::page_path::Path;
use axum::extract::RawQuery;
use axum::routing::get;
use jiff::tz::TimeZone;
use wire::catalog::{Category, depth_first};
use wire::id::CatalogId;

use super::tables::{self, ContentRenderer, category_names};
use super::{
    CatalogLine, CatalogPage, CatalogTab, CatalogsPage, ContentCell, ContentFilter, TabLine, images,
};
use crate::catalogs::browse::{self, CatalogSummary, SectionFilter, SectionPage, SectionPosition};
use crate::catalogs::images::store as stored_images;
use crate::db::page::Page;
use crate::db::{self, Tx};
use crate::http::paging::Query;
use crate::hub::Hub;
use crate::office::form::longest;
use crate::office::format;
use crate::office::frame::MenuEntry;
use crate::office::pages::PageRoutes;
use crate::office::response::{PageError, PageResult, page, to};
use crate::office::translations::{Translations, isolated};
use crate::office::visitor::{AccountMember, zone_of};
use crate::office::widgets::SelectOption;

/// The routes of the pages of catalogs.
pub(crate) fn routes() -> PageRoutes {
    PageRoutes::new()
        .placed("/catalogs", get(list))
        .placed("/catalogs/{id}", get(show))
        .placed("/catalogs/{id}/images/{image}", get(images::show))
}

/// Products, deals, … of one page.
const THINGS_PER_PAGE: usize = 50;

/// Categories that are offered at most: in more, nobody finds one.
const MAX_OFFERED_CATEGORIES: usize = 500;

/// The catalogs that the reader reaches from where they stand, oldest first.
fn reachable(tx: &mut Tx<'_>, member: &AccountMember) -> db::Result<Vec<CatalogSummary>> {
    let mut catalogs = browse::list(tx, &member.at.id, member.at.location.as_ref())?;
    catalogs.retain(|catalog| member.may_view_what_belongs_to(catalog.location.as_ref()));
    Ok(catalogs)
}

/// `GET /catalogs`; with `catalog`, leads to that one.
async fn list(hub: Hub, member: AccountMember, RawQuery(query): RawQuery) -> PageResult {
    member.needs_to_view()?;
    let query = Query::parse(query.as_deref().unwrap_or_default());
    if let Some(Ok(id)) = query.get("catalog").map(CatalogId::parse) {
        return Ok(to(&format!("/catalogs/{id}")));
    }
    let reader = member.clone();
    let (zone, found) = hub
        .read::<_, db::Error, _>("office.catalogs", move |tx| {
            let zone = zone_of(tx, &reader.at.id, reader.at.location.as_ref())?;
            Ok((zone, reachable(tx, &reader)?))
        })
        .await?;
    let language = member.browser.language;
    let words = &language.translations().catalogs;
    let mut catalogs = Vec::with_capacity(found.len());
    for catalog in found {
        let owner = catalog.location.as_ref();
        let owner = owner.map(|location| member.location_name(location));
        let counts = catalog.counts()?;
        catalogs.push(CatalogLine {
            owner: owner.unwrap_or_else(|| words.account.to_owned()),
            products: counts.map(|it| format::whole(language, it.products as u64)),
            created: format::date(language, &catalog.created_at.to_zoned(zone.clone())),
            id: catalog.id.to_string(),
            name: catalog.name,
        });
    }
    let shown = CatalogsPage {
        frame: member.frame(MenuEntry::Catalogs),
        catalogs,
    };
    Ok(page(&member.browser, &shown))
}

/// What a page of a catalog is asked for.
#[derive(Clone, Debug)]
struct ContentQuery {
    tab: CatalogTab,
    /// The id of a category; empty for all of them.
    category: String,
    search: String,
    from: Option<String>,
}

impl ContentQuery {
    fn of(query: &Query) -> Self {
        let text = |name: &str| -> String {
            let text = query.get(name).unwrap_or_default().chars();
            let text: String = text
                .filter(|char| !char.is_control())
                .take(longest(name))
                .collect();
            text.trim().to_owned()
        };
        let tab = CatalogTab::of(query.get("tab").unwrap_or_default());
        let own = |text: String, is_own: bool| if is_own { text } else { String::new() };
        Self {
            tab,
            category: own(text("category"), tab == CatalogTab::Skus),
            search: own(text("search"), tab.is_searched()),
            from: query.get("from").map(str::to_owned),
        }
    }

    /// The address of a page of this table.
    fn path(&self, catalog: &CatalogId, from: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("tab", self.tab.as_str());
        let others = [("category", &self.category), ("search", &self.search)];
        for (name, value) in others {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if let Some(from) = from {
            query.append_pair("from", from);
        }
        format!("/catalogs/{catalog}?{}", query.finish())
    }
}

/// A category and all that is in it, by id.
fn with_descendants(categories: &[Category], id: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::from([id.to_owned()]);
    // Parents come before their children.
    for category in depth_first(categories) {
        let parent = category.parent_id.as_ref().map(ToString::to_string);
        if let (Some(own), Some(parent)) = (&category.id, parent)
            && ids.contains(&parent)
        {
            ids.insert(own.to_string());
        }
    }
    ids
}

/// What the page of a catalog is made of.
struct CatalogContent {
    catalog: CatalogSummary,
    choices: Vec<CatalogSummary>,
    categories: Vec<Category>,
    things: SectionPage,
    images: Page<stored_images::ImageRow>,
    zone: TimeZone,
}

impl CatalogContent {
    fn find(
        tx: &mut Tx<'_>,
        member: &AccountMember,
        id: &CatalogId,
        asked: &ContentQuery,
    ) -> Result<Self, PageError> {
        let account = &member.at.id;
        let catalog = browse::find(tx, account, id)?.ok_or(PageError::NotFound)?;
        if !member.may_view_what_belongs_to(catalog.location.as_ref()) {
            return Err(PageError::NotFound);
        }
        member.needs_location_of_object(catalog.location.as_ref())?;
        let mut found = Self {
            choices: reachable(tx, member)?,
            categories: Vec::new(),
            things: SectionPage::default(),
            images: Page::cut(Vec::new(), 1),
            zone: zone_of(tx, account, catalog.location.as_ref())?,
            catalog,
        };
        if asked.tab == CatalogTab::Images {
            let after = asked.from.as_deref().unwrap_or_default();
            // PostgreSQL has no such character in a text.
            let after = after.replace('\0', "");
            found.images = stored_images::page(tx, account, id, &after, THINGS_PER_PAGE as u32)?;
            return Ok(found);
        }
        if asked.tab == CatalogTab::Skus {
            found.categories = browse::categories(tx, account, id)?;
        }
        let chosen = Some(asked.category.as_str()).filter(|id| !id.is_empty());
        let text = Some(asked.search.to_lowercase()).filter(|text| !text.is_empty());
        let filter = SectionFilter {
            categories: chosen.map(|id| with_descendants(&found.categories, id)),
            text,
        };
        let from = asked.from.as_deref().and_then(SectionPosition::parse);
        found.things = browse::page(
            tx,
            (account, &found.catalog),
            tables::section(asked.tab),
            &filter,
            &from.unwrap_or_default(),
            THINGS_PER_PAGE,
        )?;
        Ok(found)
    }

    fn rows(&self, words: &'static Translations, tab: CatalogTab) -> Rows {
        if tab == CatalogTab::Images {
            let images = &self.images.items;
            return Ok(images::rows(words, &self.catalog.id, &self.zone, images));
        }
        let renderer = ContentRenderer {
            words,
            categories: &category_names(&self.categories),
        };
        renderer.rows(tab, &self.things.things)
    }

    /// Where the next page begins, as its address says it.
    fn next(&self, tab: CatalogTab) -> Option<String> {
        match tab {
            CatalogTab::Images => self.images.next.as_ref().map(|next| next.id.clone()),
            _ => self.things.next.as_ref().map(ToString::to_string),
        }
    }
}

type Rows = db::Result<Vec<Vec<ContentCell>>>;

/// `GET /catalogs/{id}`.
async fn show(
    hub: Hub,
    member: AccountMember,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> PageResult {
    let id = CatalogId::parse(&id).map_err(|_| PageError::NotFound)?;
    let asked = ContentQuery::of(&Query::parse(query.as_deref().unwrap_or_default()));
    let (reader, wanted, catalog) = (member.clone(), asked.clone(), id.clone());
    let found = hub
        .read("office.catalog", move |tx| {
            CatalogContent::find(tx, &reader, &catalog, &wanted)
        })
        .await?;
    let words = member.browser.language.translations();
    let option = |catalog: &CatalogSummary| {
        let label = format!("{} - {}", isolated(&catalog.name), catalog.id);
        SelectOption::new(catalog.id.as_str(), label, catalog.id == id)
    };
    let next = found.next(asked.tab);
    let shown = CatalogPage {
        frame: member.frame(MenuEntry::Catalogs),
        id: id.to_string(),
        catalogs: found.choices.iter().map(option).collect(),
        tab: asked.tab,
        tabs: tabs(words, &found.catalog, asked.tab)?,
        filter: ContentFilter {
            categories: category_choices(words, &found.categories, &asked.category),
            search: asked.search.clone(),
        },
        heads: tables::heads(&words.catalogs, asked.tab),
        rows: found.rows(words, asked.tab)?,
        next: next.map(|next| asked.path(&id, Some(&next))),
        first: asked.from.is_some().then(|| asked.path(&id, None)),
        name: found.catalog.name,
    };
    Ok(page(&member.browser, &shown))
}

fn tabs(
    words: &Translations,
    catalog: &CatalogSummary,
    here: CatalogTab,
) -> db::Result<Vec<TabLine>> {
    let w = &words.catalogs;
    let counts = catalog.counts()?;
    let line = |tab: CatalogTab| {
        let (label, count) = match tab {
            CatalogTab::Skus => (w.skus, None),
            CatalogTab::Deals => (w.deals, counts.map(|it| it.deals)),
            CatalogTab::Discounts => (w.discounts, counts.map(|it| it.discounts)),
            CatalogTab::Options => (w.options, counts.map(|it| it.option_lists)),
            CatalogTab::Charges => (w.charges, counts.map(|it| it.charges)),
            CatalogTab::Variants => (w.variants, counts.map(|it| it.variants)),
            CatalogTab::Images => (w.images, None),
        };
        TabLine {
            label,
            count: count.map(|count| format::whole(words.language, count as u64)),
            href: format!("/catalogs/{}?tab={}", catalog.id, tab.as_str()),
            here: tab == here,
        }
    };
    Ok(CatalogTab::ALL.into_iter().map(line).collect())
}

/// The categories to choose from, those in others behind them and shifted.
fn category_choices(
    words: &Translations,
    categories: &[Category],
    chosen: &str,
) -> Vec<SelectOption> {
    if categories.is_empty() || categories.len() > MAX_OFFERED_CATEGORIES {
        return Vec::new();
    }
    let any = words.catalogs.any_category;
    let mut choices = vec![SelectOption::new("", any, chosen.is_empty())];
    let mut above: Vec<&str> = Vec::new();
    for category in depth_first(categories) {
        let id = category.id.as_ref().map_or("", |id| id.as_str());
        let parent = category.parent_id.as_ref().map_or("", |id| id.as_str());
        while above.last().is_some_and(|last| *last != parent) {
            above.pop();
        }
        let shift = "\u{a0}\u{a0}".repeat(above.len());
        let label = format!("{shift}{}", category.name);
        choices.push(SelectOption::new(id, label, id == chosen));
        above.push(id);
    }
    choices
}
