//! Images of catalogs (API, chapter Images).

use serde::{Deserialize, Serialize};

use crate::id::ImageId;
use crate::schema::JsonSchema;
use crate::word::words;

/// Bytes an image may have.
pub const MAX_IMAGE_BYTES: usize = 1_048_576;

words! {
    /// A format that images may have, by its MIME type.
    ImageType {
        /// JPEG.
        Jpeg = "image/jpeg" | "image/jpg",
        /// PNG.
        Png = "image/png",
        /// WebP.
        Webp = "image/webp",
        /// GIF.
        Gif = "image/gif",
        /// BMP.
        Bmp = "image/bmp",
    }
}

/// An image, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Image {
    /// Identifier.
    pub id: ImageId,
    /// Its format.
    #[serde(rename = "type")]
    pub kind: ImageType,
    /// Its number of bytes.
    pub size: u32,
    /// The MD5 of its bytes, in hexadecimal.
    pub md5: String,
    /// The identifier that the reading client has given it, if that client has sent the image.
    pub private_ref: Option<String>,
    /// Seconds until the image is removed because the catalog does not use it. `None` while it is
    /// used.
    pub seconds_before_removal: Option<u32>,
}
