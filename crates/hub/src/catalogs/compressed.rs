//! The content of a catalog as it is stored: parts of JSON, compressed.
//!
//! A part holds so many things of one section, with commas between them and nothing around them, so
//! that parts can be put in a row. Ids rise from part to part: the part that may hold an id is the
//! last one that begins with it or before it. Compressing makes a tenth of the text of a typical
//! catalog; that is what keeps the change short, the log of the database small, and the server away
//! from compressing it itself.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use wire::catalog::{CatalogData, CatalogItemId};
use wire::id::ImageId;

use crate::db::{self, json};
use crate::ids::sortable_id;

/// Bytes of JSON after which a part is full.
const PART: usize = 64 * 1024;
/// The cheapest level: higher ones save little on text like this.
const LEVEL: i32 = 1;

/// The sections of a catalog, in the order in which the API shows them.
pub(super) const SECTIONS: [&str; 7] = [
    "variants",
    "categories",
    "products",
    "option_lists",
    "deals",
    "discounts",
    "charges",
];
/// The section of what others may ask for.
pub(super) const REFS: &str = "refs";
/// The section of how much there is in each of the others.
pub(super) const COUNTS: &str = "counts";

/// A part of a section.
#[derive(Debug)]
pub(super) struct SectionPart {
    pub section: &'static str,
    /// Where it stands among the parts of its section.
    pub first: String,
    /// Compressed JSON.
    pub document: Vec<u8>,
}

/// The content of a catalog, ready to be stored and to be answered.
#[derive(Debug)]
pub(crate) struct CompressedCatalog {
    pub(super) parts: Vec<SectionPart>,
    /// The images that it names.
    pub(super) images: BTreeSet<ImageId>,
}

/// The refs in a catalog that others go by.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Refs {
    skus: BTreeSet<String>,
    options: BTreeSet<String>,
}

impl Refs {
    fn of(data: &CatalogData) -> Self {
        let skus = data.products.iter().flat_map(|product| &product.skus);
        let options = data.option_lists.iter().flat_map(|list| &list.options);
        Self {
            skus: skus.filter_map(|it| it.reference.clone()).collect(),
            options: options.filter_map(|it| it.reference.clone()).collect(),
        }
    }

    /// Whether a sku has this ref.
    pub fn has_sku(&self, reference: &str) -> bool {
        self.skus.contains(reference)
    }

    /// Whether an option has this ref.
    pub fn has_option(&self, reference: &str) -> bool {
        self.options.contains(reference)
    }
}

/// How many things there are in each section of a catalog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct SectionCounts {
    pub variants: usize,
    pub categories: usize,
    pub products: usize,
    pub option_lists: usize,
    pub deals: usize,
    pub discounts: usize,
    pub charges: usize,
}

impl SectionCounts {
    fn of(data: &CatalogData) -> Self {
        Self {
            variants: data.variants.len(),
            categories: data.categories.len(),
            products: data.products.len(),
            option_lists: data.option_lists.len(),
            deals: data.deals.len(),
            discounts: data.discounts.len(),
            charges: data.charges.len(),
        }
    }
}

impl CompressedCatalog {
    /// The content with its ids. Each thing is let go of as soon as it is packed: never are there two
    /// of the whole.
    pub(super) fn of(data: CatalogData) -> db::Result<Self> {
        let images = images(&data);
        let refs = json::text(&Refs::of(&data))?.into_bytes();
        let counts = json::text(&SectionCounts::of(&data))?.into_bytes();
        let by_id = |id: &Option<CatalogItemId>, _: usize| {
            sortable_id(id.as_ref().map_or("", CatalogItemId::as_str))
        };
        let mut packing = CatalogPacker::default();
        packing.section(data.variants, |_, index| sortable_id(&index.to_string()))?;
        packing.section(data.categories, |it, index| by_id(&it.id, index))?;
        packing.section(data.products, |it, index| by_id(&it.id, index))?;
        packing.section(data.option_lists, |it, index| by_id(&it.id, index))?;
        packing.section(data.deals, |it, index| by_id(&it.id, index))?;
        packing.section(data.discounts, |it, index| by_id(&it.id, index))?;
        packing.section(data.charges, |it, index| by_id(&it.id, index))?;
        let mut parts = packing.parts;
        for (section, text) in [(REFS, refs), (COUNTS, counts)] {
            parts.push(SectionPart {
                section,
                first: String::new(),
                document: compress(&text)?,
            });
        }
        Ok(Self { parts, images })
    }

    /// Puts the whole `data` object at the end of `text`.
    pub(super) fn write(&self, text: &mut String) -> db::Result<()> {
        let parts = self.parts.iter();
        write_data(text, parts.map(|part| (part.section, &*part.document)))
    }
}

/// The images that anything in the catalog shows.
fn images(data: &CatalogData) -> BTreeSet<ImageId> {
    (data.categories.iter().flat_map(|it| &it.image_ids))
        .chain(data.products.iter().flat_map(|it| &it.image_ids))
        .chain(data.deals.iter().flat_map(|it| &it.image_ids))
        .chain(data.discounts.iter().flat_map(|it| &it.image_ids))
        .cloned()
        .collect()
}

#[derive(Default)]
struct CatalogPacker {
    parts: Vec<SectionPart>,
    /// The part that is being filled.
    text: Vec<u8>,
    done: usize,
}

impl CatalogPacker {
    /// Adds the next of [`SECTIONS`]. `key` says where a thing, at its place in the list, belongs.
    fn section<T: Serialize>(
        &mut self,
        things: Vec<T>,
        key: impl Fn(&T, usize) -> String,
    ) -> db::Result<()> {
        let section = SECTIONS.get(self.done).copied().unwrap_or_default();
        self.done += 1;
        let mut first = String::new();
        for (index, thing) in things.into_iter().enumerate() {
            if self.text.is_empty() {
                first = key(&thing, index);
            } else {
                self.text.push(b',');
            }
            json::append(&mut self.text, &thing)?;
            if self.text.len() >= PART {
                self.end_part(section, std::mem::take(&mut first))?;
            }
        }
        if !self.text.is_empty() {
            self.end_part(section, first)?;
        }
        Ok(())
    }

    fn end_part(&mut self, section: &'static str, first: String) -> db::Result<()> {
        self.parts.push(SectionPart {
            section,
            first,
            document: compress(&self.text)?,
        });
        self.text.clear();
        Ok(())
    }
}

fn compress(text: &[u8]) -> db::Result<Vec<u8>> {
    zstd::bulk::compress(text, LEVEL).map_err(|error| db::Error::Broken(error.to_string()))
}

/// The JSON of a part.
pub(super) fn decompress(document: &[u8]) -> db::Result<String> {
    let text =
        zstd::stream::decode_all(document).map_err(|error| db::Error::Broken(error.to_string()))?;
    String::from_utf8(text).map_err(|error| db::Error::Broken(error.to_string()))
}

/// The parts of a section as a list.
pub(super) fn list<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> db::Result<String> {
    let mut list = String::new();
    write_list(&mut list, parts)?;
    Ok(list)
}

fn write_list<'a>(text: &mut String, parts: impl IntoIterator<Item = &'a [u8]>) -> db::Result<()> {
    text.push('[');
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&decompress(part)?);
    }
    text.push(']');
    Ok(())
}

/// Puts the whole `data` object at the end of `text`, from the parts of all sections.
pub(super) fn write_data<'a>(
    text: &mut String,
    parts: impl Iterator<Item = (&'a str, &'a [u8])> + Clone,
) -> db::Result<()> {
    // Room for all of it at once: what grows by doubling is there twice while it grows.
    let length = parts.clone().map(|(_, part)| decompressed_length(part) + 1);
    let around = SECTIONS.map(|section| section.len() + "\"\":[],".len());
    text.reserve(length.sum::<usize>() + around.iter().sum::<usize>() + 2);
    for (index, section) in SECTIONS.iter().enumerate() {
        text.push(if index == 0 { '{' } else { ',' });
        text.extend(["\"", section, "\":"]);
        let own = parts.clone().filter(|(name, _)| name == section);
        write_list(text, own.map(|(_, part)| part))?;
    }
    text.push('}');
    Ok(())
}

/// How many bytes a part says that it has.
fn decompressed_length(document: &[u8]) -> usize {
    let length = zstd::zstd_safe::get_frame_content_size(document);
    let length = length.ok().flatten().unwrap_or_default();
    usize::try_from(length).unwrap_or_default()
}
