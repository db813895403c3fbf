//! Images of catalogs (API, chapter Images).
//!
//! - An image is sent as it is. What its bytes say counts: they must be of the type that is declared,
//!   and of no more pixels than a reader can unpack.
//! - The bytes are a file, in a folder or in a bucket. The file is written before its row, and the row is
//!   deleted before the file: so a row never names a file that is not there. A file without a row is an
//!   *orphan*: it is noted before it is written, and a chore deletes it.
//! - An image that its catalog does not use is removed after 30 days. Whoever writes a catalog may use
//!   those of [`of_catalog`], says with [`attach`] which it uses now, and with
//!   [`delete_of_catalog`] that it goes.
//! - The same bytes sent twice are two images. Images cause no events.

mod http;
pub mod rules;
pub mod size;
pub mod store;

use wire::image::{Image, ImageType};

use super::{READ, WRITE};
use crate::http::routes::{Paths, Routes};

pub(crate) use http::respond;
pub use store::{attach, delete_of_catalog, of_catalog};

const IMAGES: Paths = Paths::of_any_token("/catalogs/{catalog_id}/images");
const IMAGE: Paths = Paths::of_any_token("/catalogs/{catalog_id}/images/{image_id}");
const DATA: Paths = Paths::of_any_token("/catalogs/{catalog_id}/images/{image_id}/data");
const IMAGE_ID: &str = "image_id";

/// The endpoints of images.
pub fn routes() -> Routes {
    Routes::new()
        .post(IMAGES, WRITE, http::create)
        .operation_id("images.create")
        .summary("Add an image to a catalog")
        .note("The body is the image itself, of at most 1 048 576 bytes and 67 108 864 pixels, in the format that `Content-Type` says. It is removed after 30 days unless the catalog uses it.")
        .filter::<String>("private_ref", "An identifier of the client's own, unique in the catalog")
        .request_files(ImageType::WORDS)
        .response::<Image>()
        .get(IMAGES, READ, http::list)
        .operation_id("images.list")
        .summary("List the images of a catalog")
        .filter::<String>("private_ref", "Only what has this private ref, set by the same client")
        .response::<Vec<Image>>()
        .get(IMAGE, READ, http::find)
        .operation_id("images.find")
        .summary("Read an image, without its bytes")
        .response::<Image>()
        .get(DATA, READ, http::data)
        .operation_id("images.data")
        .summary("Read the bytes of an image")
        .note("The bytes of an image never change.")
        .response_files(ImageType::WORDS)
}
