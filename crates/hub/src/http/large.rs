//! Reading bodies that may be large: see [`crate::large_bodies`].

use axum::body::{Body, Bytes, HttpBody as _};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::problem::ApiError;
use crate::large_bodies::BodyPermit;

/// Bytes from which a body is a large one, packed or not.
pub const LARGE: usize = 256 * 1024;

/// Reads a body of at most `most` bytes. Once so much of it is there that it is a large one, `acquire`
/// is asked for a permit; it gives none to a body that needs none.
pub(super) async fn read<'a>(
    body: &mut Body,
    most: usize,
    mut acquire: impl FnMut() -> Result<Option<BodyPermit<'a>>, ApiError>,
) -> Result<(Bytes, Option<BodyPermit<'a>>), ApiError> {
    let declared = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
    if declared > most {
        return Err(ApiError::TooLarge(most));
    }
    let mut frames = Limited::new(body, most);
    let (mut first, mut whole, mut permit) = (Bytes::new(), Vec::new(), None);
    while let Some(frame) = frames.frame().await {
        let frame = frame.map_err(|error| match error.is::<LengthLimitError>() {
            true => ApiError::TooLarge(most),
            false => ApiError::Interrupted,
        })?;
        // Trailers say nothing that anybody asks for.
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let length = first.len() + whole.len() + data.len();
        if permit.is_none() && length >= LARGE {
            permit = acquire()?;
        }
        if length == data.len() {
            // Most bodies come in one piece.
            first = data;
            continue;
        }
        if length >= LARGE {
            whole.reserve_exact(declared.saturating_sub(whole.len()));
        }
        whole.extend_from_slice(&std::mem::take(&mut first));
        whole.extend_from_slice(&data);
    }
    let bytes = match whole.is_empty() {
        true => first,
        false => whole.into(),
    };
    Ok((bytes, permit))
}
