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

use super::rules::broken;
use crate::db;
use crate::ids::sortable;

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

/// A part of a section.
#[derive(Debug)]
pub(super) struct Part {
    pub section: &'static str,
    /// Where it stands among the parts of its section.
    pub first: String,
    /// Compressed JSON.
    pub document: Vec<u8>,
}

/// The content of a catalog, ready to be stored and to be answered.
#[derive(Debug)]
pub(crate) struct Packed {
    pub(super) parts: Vec<Part>,
    /// The images that it names.
    pub(super) images: BTreeSet<ImageId>,
    /// The whole `data` object.
    pub(super) document: String,
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

impl Packed {
    /// The content with its ids.
    pub(super) fn of(data: &CatalogData) -> db::Result<Self> {
        let mut packing = Packing::default();
        let by_id = |id: &Option<CatalogItemId>, _: usize| {
            sortable(id.as_ref().map_or("", CatalogItemId::as_str))
        };
        packing.section(&data.variants, |_, place| sortable(&place.to_string()))?;
        packing.section(&data.categories, |it, place| by_id(&it.id, place))?;
        packing.section(&data.products, |it, place| by_id(&it.id, place))?;
        packing.section(&data.option_lists, |it, place| by_id(&it.id, place))?;
        packing.section(&data.deals, |it, place| by_id(&it.id, place))?;
        packing.section(&data.discounts, |it, place| by_id(&it.id, place))?;
        packing.section(&data.charges, |it, place| by_id(&it.id, place))?;
        let mut parts = packing.parts;
        let refs = serde_json::to_vec(&Refs::of(data)).map_err(broken)?;
        parts.push(Part {
            section: REFS,
            first: String::new(),
            document: pack(&refs)?,
        });
        packing.document.push(b'}');
        let document = String::from_utf8(packing.document)
            .map_err(|error| db::Error::Broken(error.to_string()))?;
        Ok(Self {
            parts,
            images: images(data),
            document,
        })
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
struct Packing {
    parts: Vec<Part>,
    document: Vec<u8>,
    done: usize,
}

impl Packing {
    /// Adds the next of [`SECTIONS`]. `key` says where a thing, at its place in the list, belongs.
    fn section<T: Serialize>(
        &mut self,
        things: &[T],
        key: impl Fn(&T, usize) -> String,
    ) -> db::Result<()> {
        let section = SECTIONS.get(self.done).copied().unwrap_or_default();
        self.done += 1;
        let before = if self.done == 1 { b'{' } else { b',' };
        self.document.push(before);
        self.document
            .extend_from_slice(format!("\"{section}\":[").as_bytes());
        let mut begins_at = self.document.len();
        let mut first = String::new();
        for (place, thing) in things.iter().enumerate() {
            if begins_at == self.document.len() {
                first = key(thing, place);
            } else {
                self.document.push(b',');
            }
            serde_json::to_writer(&mut self.document, thing).map_err(broken)?;
            let is_last = place + 1 == things.len();
            if is_last || self.document.len() - begins_at >= PART {
                let text = self.document.get(begins_at..).unwrap_or_default();
                let document = pack(text)?;
                let first = std::mem::take(&mut first);
                self.parts.push(Part {
                    section,
                    first,
                    document,
                });
                if !is_last {
                    self.document.push(b',');
                }
                begins_at = self.document.len();
            }
        }
        self.document.push(b']');
        Ok(())
    }
}

fn pack(text: &[u8]) -> db::Result<Vec<u8>> {
    zstd::bulk::compress(text, LEVEL).map_err(|error| db::Error::Broken(error.to_string()))
}

/// The JSON of a part.
pub(super) fn unpack(document: &[u8]) -> db::Result<String> {
    let text =
        zstd::stream::decode_all(document).map_err(|error| db::Error::Broken(error.to_string()))?;
    String::from_utf8(text).map_err(|error| db::Error::Broken(error.to_string()))
}

/// The parts of a section as a list.
pub(super) fn list<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> db::Result<String> {
    let mut list = "[".to_owned();
    for part in parts {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(&unpack(part)?);
    }
    list.push(']');
    Ok(list)
}
