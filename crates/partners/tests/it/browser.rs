//! A browser of the simplest kind: it keeps cookies, follows nothing, and posts forms.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::Router;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Serves a router on a free loopback port.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
}

#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: String,
    pub text: String,
}

impl Page {
    /// The text as people read it, apostrophes included.
    pub fn says(&self, words: &str) -> bool {
        self.text
            .replace("&#39;", "'")
            .replace("&#38;", "&")
            .contains(words)
    }
}

impl Browser {
    pub fn new(address: SocketAddr) -> Browser {
        Browser {
            address,
            cookies: BTreeMap::new(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.send("GET", path, "", "").await
    }

    /// Goes on to where an answer redirects.
    pub async fn follow(&mut self, page: Page) -> Page {
        assert!((300..400).contains(&page.status), "no redirect: {page:?}");
        self.get(&page.location).await
    }

    /// Posts a form as a page of the app would, with its token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = |cookies: &BTreeMap<String, String>| {
            cookies
                .iter()
                .find(|(name, _)| name.ends_with("_form"))
                .map(|(_, v)| v.clone())
        };
        if form(&self.cookies).is_none() {
            self.get("/nowhere").await;
        }
        let token = form(&self.cookies).unwrap();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", &token)
            .extend_pairs(fields)
            .finish();
        self.send(
            "POST",
            path,
            "Content-Type: application/x-www-form-urlencoded\r\n",
            &body,
        )
        .await
    }

    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Page {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\
             Content-Length: {}\r\n{headers}\r\n{body}",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        let mut location = String::new();
        for line in head.lines().skip(1) {
            let (name, value) = line.split_once(": ").unwrap();
            match name.to_ascii_lowercase().as_str() {
                "location" => location = value.into(),
                "set-cookie" => {
                    let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
                    self.cookies.insert(name.into(), value.into());
                }
                _ => {}
            }
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Page {
            status,
            location,
            text: text.into(),
        }
    }
}
