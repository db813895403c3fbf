//! The smallest HTTP/1.1 client that can load a hub: one connection, one question at a time.
//!
//! It shares the machine with the hub it measures, so it does as little as possible: a request is
//! a row of bytes that the caller prepared, the answer is read into a buffer that is kept.
//! It speaks plain HTTP, keeps the connection alive, and understands `Content-Length` and chunked
//! bodies. It promises nothing else: no TLS, no redirects, no compression.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One kept-alive connection.
#[derive(Debug)]
pub struct HttpConnection {
    stream: TcpStream,
    received: Vec<u8>,
    unchunked: Vec<u8>,
}

/// What the other side said. The body lives until the next question.
#[derive(Debug)]
pub struct RawResponse<'a> {
    /// The HTTP status, such as 200.
    pub status: u16,
    /// The value of `X-Cursor-Next`: where the next page of a list begins.
    pub next: Option<String>,
    /// The whole body.
    pub body: &'a [u8],
}

impl HttpConnection {
    /// Connects to `host:port`.
    pub async fn open(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(16 * 1024),
            unchunked: Vec::new(),
        })
    }

    /// Sends one request, made by [`request`], and reads its answer.
    ///
    /// After an error the connection is of no more use.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<RawResponse<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let head = loop {
            if let Some(end) = find(&self.received, b"\r\n\r\n") {
                break end;
            }
            self.read_more().await?;
        };
        let Head {
            status,
            length,
            next,
        } = Head::read(&self.received[..head])?;
        let body = head + 4;
        match length {
            Some(length) => {
                while self.received.len() < body + length {
                    self.read_more().await?;
                }
                Ok(RawResponse {
                    status,
                    next,
                    body: &self.received[body..body + length],
                })
            }
            None => {
                self.unchunk(body).await?;
                Ok(RawResponse {
                    status,
                    next,
                    body: &self.unchunked,
                })
            }
        }
    }

    async fn read_more(&mut self) -> io::Result<()> {
        if self.stream.read_buf(&mut self.received).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    /// Reads the chunks that begin at `at` into `unchunked`.
    async fn unchunk(&mut self, mut at: usize) -> io::Result<()> {
        self.unchunked.clear();
        loop {
            let line = loop {
                if let Some(end) = find(&self.received[at..], b"\r\n") {
                    break at + end;
                }
                self.read_more().await?;
            };
            let size = std::str::from_utf8(&self.received[at..line])
                .ok()
                .and_then(|text| usize::from_str_radix(text.split(';').next()?.trim(), 16).ok())
                .ok_or_else(|| protocol_error("a chunk without a size"))?;
            let data = line + 2;
            while self.received.len() < data + size + 2 {
                self.read_more().await?;
            }
            self.unchunked
                .extend_from_slice(&self.received[data..data + size]);
            at = data + size + 2;
            if size == 0 {
                return Ok(());
            }
        }
    }
}

impl RawResponse<'_> {
    /// Says why an answer other than 200 is an error, with the beginning of its body.
    pub fn expect_ok(&self) -> Result<(), String> {
        if self.status == 200 {
            return Ok(());
        }
        let body = String::from_utf8_lossy(&self.body[..self.body.len().min(200)]);
        Err(format!("{} {body}", self.status))
    }
}

/// The bytes of a request to the API; with a body it is JSON.
pub fn request(method: &str, host: &str, path: &str, token: &str, body: Option<&str>) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Access-Token: {token}\r\n");
    match body {
        Some(body) => text.push_str(&format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )),
        None if method == "GET" => text.push_str("\r\n"),
        None => text.push_str("Content-Length: 0\r\n\r\n"),
    }
    text.into_bytes()
}

/// `host:port` of an address such as `http://127.0.0.1:8080/`.
pub fn host(url: &str) -> Option<String> {
    let host = url.strip_prefix("http://")?.split('/').next()?;
    let port = if host.contains(':') { "" } else { ":80" };
    (!host.is_empty()).then(|| format!("{host}{port}"))
}

/// Where `wanted` begins in `bytes`.
pub fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

struct Head {
    status: u16,
    /// None when the body comes in chunks.
    length: Option<usize>,
    next: Option<String>,
}

impl Head {
    fn read(bytes: &[u8]) -> io::Result<Self> {
        let text =
            std::str::from_utf8(bytes).map_err(|_| protocol_error("a head that is not text"))?;
        let mut lines = text.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .ok_or_else(|| protocol_error("an answer without a status"))?;
        let mut head = Self {
            status,
            length: Some(0),
            next: None,
        };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                head.length = Some(
                    value
                        .parse()
                        .map_err(|_| protocol_error("a length in words"))?,
                );
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                head.length = None;
            } else if name.eq_ignore_ascii_case("x-cursor-next") {
                head.next = Some(value.to_owned());
            }
        }
        Ok(head)
    }
}

fn protocol_error(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the answer is broken: {what}"),
    )
}
