//! JSON in. A body that is not JSON is a 400; what is wrong with its content is told field by
//! field by the resource that reads it.
//!
//! A body is read once the caller is admitted, never before: nobody without a token makes the hub
//! hold more than a moment's bytes. What takes long is done apart, and only so many large bodies are
//! worked on at a time, since each may take several times its size in memory.

use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use http_body_util::BodyExt as _;
use wire::id::ConnectionId;
use wire::image::MAX_IMAGE_BYTES;
use wire::input::{self, FromJson, Input};
use wire::problem::{Path, Problems};

use super::content_encoding::{self, Charset, ContentEncoding};
use super::large::{self, LARGE};
use super::problem::ApiError;
use crate::db;
use crate::hub::Hub;
use crate::journal::MAX_STORED_BODY_BYTES;
use crate::large_bodies::BodyPermit;

/// The bytes of a request.
#[derive(Clone, Debug)]
pub struct Body(pub Bytes);

/// An object that was sent, or why it is none.
pub(crate) type ParsedBody<T> = Result<T, Problems>;

/// What was read of a request's body, for the journal.
#[derive(Clone, Debug, Default)]
pub(super) struct CapturedBody(pub Arc<OnceLock<Bytes>>);

/// The most bytes that are still read of the body of a request that is refused. A client that is cut
/// off while it sends may never see why.
const MAX_DRAINED_BYTES: usize = 256 * 1024;

/// Bytes of a body that are read in less time than it takes to begin a thread for it twice.
const SMALL: usize = 32 * 1024;

/// Whether a body becomes what handlers read in no time: it is that already, or there is little of it.
/// Without a charset it is no text.
#[must_use]
pub fn is_quick(encoding: ContentEncoding, charset: Option<Charset>, length: usize) -> bool {
    match (encoding, charset) {
        // A few bytes may be packed from very many.
        (ContentEncoding::Gzip, _) => false,
        (ContentEncoding::Identity, Some(Charset::Windows1252)) => length <= SMALL,
        (ContentEncoding::Identity, Some(Charset::Utf8) | None) => true,
    }
}

/// Reads the body of an admitted call into memory, for the handler and for the journal: unpacked, and
/// in UTF-8 if it is a text, in whatever characters it was written. The permit of a large one is to be
/// kept until the call is answered.
pub(super) async fn buffer_body<'a>(
    hub: &'a Hub,
    sender: &ConnectionId,
    request: Request,
    charset: Option<Charset>,
) -> Result<(Request, Option<BodyPermit<'a>>), ApiError> {
    let (parts, mut body) = request.into_parts();
    let most = match charset {
        Some(_) => hub.config().limits.body_bytes,
        // A file is an image. It is kept as it is, takes no more memory than its bytes, and needs no permit.
        None => hub.config().limits.body_bytes.min(MAX_IMAGE_BYTES),
    };
    let read = in_memory(hub, sender, &mut body, &parts.headers, charset, most);
    let (bytes, permit) = read.await?;
    if let Some(CapturedBody(captured)) = parts.extensions.get() {
        // Nobody has read it before.
        let _first = captured.set(match charset {
            Some(_) => for_journal(&bytes),
            None => bytes.clone(),
        });
    }
    Ok((Request::from_parts(parts, bytes.into()), permit))
}

async fn in_memory<'a>(
    hub: &'a Hub,
    sender: &ConnectionId,
    body: &mut axum::body::Body,
    headers: &HeaderMap,
    charset: Option<Charset>,
    most: usize,
) -> Result<(Bytes, Option<BodyPermit<'a>>), ApiError> {
    let Some(charset) = charset else {
        let (bytes, _none) = large::read(body, most, || Ok(None)).await?;
        let encoding = content_encoding::of_body(&bytes, headers)?;
        let is_quick = is_quick(encoding, None, bytes.len());
        let unpacked = run_work(hub, is_quick, move || {
            content_encoding::decode(bytes, encoding, most)
        });
        return Ok((unpacked.await??, None));
    };
    let acquire = || {
        hub.large_bodies()
            .try_acquire(sender)
            .map(Some)
            .ok_or(ApiError::Busy)
    };
    let (bytes, mut permit) = large::read(body, most, acquire).await?;
    let encoding = content_encoding::of_body(&bytes, headers)?;
    let is_quick = is_quick(encoding, Some(charset), bytes.len());
    let readable = |bytes: Bytes, most: usize| {
        run_work(hub, is_quick, move || {
            let bytes = content_encoding::decode(bytes, encoding, most)?;
            content_encoding::in_utf8(bytes, charset, most)
        })
    };
    // Few bytes may be packed from very many: what becomes a large body needs a permit from then on.
    if permit.is_none() {
        match readable(bytes.clone(), most.min(LARGE - 1)).await? {
            Err(ApiError::TooLarge(_)) if most >= LARGE => permit = acquire()?,
            made => return Ok((made?, None)),
        }
    }
    Ok((readable(bytes, most).await??, permit))
}

/// What the journal keeps of a text: of a large one a copy of its beginning, so that it does not
/// outlive its reading.
fn for_journal(bytes: &Bytes) -> Bytes {
    let Some(beginning) = bytes.get(..MAX_STORED_BODY_BYTES) else {
        return bytes.clone();
    };
    // Not cut within a character: that would be no text.
    let end = match std::str::from_utf8(beginning) {
        Err(error) if error.error_len().is_none() => error.valid_up_to(),
        _ => MAX_STORED_BODY_BYTES,
    };
    Bytes::copy_from_slice(&beginning[..end])
}

/// Does the work for a body here, or apart.
pub(crate) async fn run_work<T: Send + 'static>(
    hub: &Hub,
    is_small: bool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    if is_small {
        return Ok(work());
    }
    let no_thread = || db::Error::Unavailable("no thread for a large body".to_owned());
    let made = hub.cpu_pool().run(work).await.ok_or_else(no_thread)?;
    Ok(made)
}

/// Reads the body of a refused request and drops it, up to [`MAX_DRAINED_BYTES`]. The journal shows the
/// body of a caller that is known; of anybody else nothing is kept.
pub(super) async fn drain_body(request: Request, keep: bool) {
    let (parts, mut body) = request.into_parts();
    let (mut drained, mut prefix) = (0, Vec::new());
    while drained < MAX_DRAINED_BYTES
        && let Some(Ok(frame)) = body.frame().await
    {
        let data = frame.into_data().unwrap_or_default();
        drained += data.len();
        if keep {
            prefix.extend_from_slice(&data);
        }
    }
    if let Some(CapturedBody(captured)) = parts.extensions.get() {
        let _first = captured.set(prefix.into());
    }
}

impl FromRequest<Hub> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, ApiError> {
        // It is in memory already, within its bound; only that call is asked to be read here.
        let most = hub.config().limits.body_bytes;
        let read = axum::body::to_bytes(request.into_body(), most).await;
        read.map(Self).map_err(|_| ApiError::Interrupted)
    }
}

impl Body {
    /// Whether it is read in no time.
    pub(crate) fn is_small(&self) -> bool {
        self.0.len() <= SMALL
    }

    /// Reads the body as whatever JSON it is. Nothing at all is absent.
    pub(crate) async fn parse_lenient<T: FromJson + Send + 'static>(
        self,
        hub: &Hub,
    ) -> Result<Input<T>, ApiError> {
        run_work(hub, self.is_small(), move || self.parse_lenient_here()).await?
    }

    /// Reads the body as an object of the kind `T`. Nothing at all counts as `{}`.
    pub(crate) async fn parse<T: FromJson + Default + Send + 'static>(
        self,
        hub: &Hub,
    ) -> Result<T, ApiError> {
        Ok(self.parse_deferred(hub).await??)
    }

    /// Like [`Body::parse`], on this thread: for a thread of its own, or a small body.
    pub(crate) fn parse_here<T: FromJson + Default>(self) -> Result<T, ApiError> {
        Ok(parse_object(self.parse_lenient_here()?)?)
    }

    /// Like [`Body::parse`], but does not refuse a bad body yet: the handler does so, with `?`, once it
    /// knows that the caller may change the thing at all.
    pub(crate) async fn parse_deferred<T: FromJson + Default + Send + 'static>(
        self,
        hub: &Hub,
    ) -> Result<ParsedBody<T>, ApiError> {
        Ok(parse_object(self.parse_lenient(hub).await?))
    }

    fn parse_lenient_here<T: FromJson>(&self) -> Result<Input<T>, ApiError> {
        input::read::<T>(&self.0).map_err(|error| {
            ApiError::Malformed(
                content_encoding::text_error(&self.0)
                    .unwrap_or_else(|| format!("The request body is not valid JSON: {error}")),
            )
        })
    }
}

/// An object, of which nothing at all counts as `{}`.
fn parse_object<T: Default>(given: Input<T>) -> ParsedBody<T> {
    match given {
        Input::Good(value) => Ok(value),
        Input::Absent | Input::Null => Ok(T::default()),
        bad @ Input::Bad(_) => {
            let mut problems = Problems::new();
            let _none = bad.optional(&Path::ROOT, &mut problems);
            Err(problems)
        }
    }
}
