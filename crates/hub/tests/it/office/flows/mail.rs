//! Mails that leave through a mail server.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::{Browser, TestHub};

/// What a mail server was told.
#[derive(Clone, Debug, Default)]
struct Mail {
    from: String,
    to: String,
    login: Option<String>,
    text: String,
}

/// A small mail server on this machine.
struct MailServer {
    listener: std::net::TcpListener,
    received: Arc<Mutex<Vec<Mail>>>,
    arrived: Arc<Notify>,
}

impl MailServer {
    fn bind() -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self {
            listener,
            received: Arc::default(),
            arrived: Arc::default(),
        }
    }

    fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    /// The first mail that comes.
    async fn first(self) -> Mail {
        let listener = TcpListener::from_std(self.listener).unwrap();
        let (received, arrived) = (Arc::clone(&self.received), Arc::clone(&self.arrived));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (received, arrived) = (Arc::clone(&received), Arc::clone(&arrived));
                tokio::spawn(async move {
                    if let Some(mail) = converse(stream).await {
                        received.lock().unwrap().push(mail);
                        arrived.notify_one();
                    }
                });
            }
        });
        self.arrived.notified().await;
        self.received.lock().unwrap()[0].clone()
    }
}

/// One conversation, up to the end of the first mail.
async fn converse(stream: TcpStream) -> Option<Mail> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut mail = Mail::default();
    write.write_all(b"220 mail.test\r\n").await.ok()?;
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let answer = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 AUTH PLAIN",
            "AUTH" => {
                mail.login = Some(line.clone());
                "235 welcome"
            }
            "MAIL" => {
                mail.from = line.clone();
                "250 fine"
            }
            "RCPT" => {
                mail.to = line.clone();
                "250 fine"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.ok()?;
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.text.push_str(&line);
                    mail.text.push('\n');
                }
                write.write_all(b"250 taken\r\n").await.ok()?;
                return Some(mail);
            }
            _ => "500 what?",
        };
        write
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .ok()?;
    }
    None
}

fn sign_up_over(login: &str) -> Mail {
    let server = MailServer::bind();
    let url = format!("smtp://{login}{}", server.address());
    let hub = TestHub::start_with(&[
        ("mail.transport", "smtp"),
        ("mail.smtp_url", url.as_str()),
        ("mail.from", "Ma Marque <hub@example.com>"),
    ]);
    let browser = Browser::new(&hub);
    let form = browser.open("/signup");
    let typed = [
        ("name", "Ana"),
        ("email", "ana@example.com"),
        ("password", "fourchette bleue"),
    ];
    browser.fill(&form, "/signup", &typed);
    hub.wait(server.first())
}

#[test]
fn a_mail_reaches_its_reader_through_a_mail_server() {
    let mail = sign_up_over("");
    assert!(mail.from.contains("<hub@example.com>"), "{mail:?}");
    assert!(mail.to.contains("<ana@example.com>"), "{mail:?}");
    assert_eq!(mail.login, None);
    let text = mail.text.replace("=\n", "").replace("=3D", "=");
    assert!(text.contains("To: ana@example.com"), "{text}");
    assert!(text.contains("http://hub.test/signup/"), "{text}");
}

#[test]
fn the_mail_server_is_shown_the_log_in_of_the_settings() {
    let mail = sign_up_over("hub:s3cret@");
    // PLAIN: nothing, the name and the password, between zeros.
    assert_eq!(mail.login.as_deref(), Some("AUTH PLAIN AGh1YgBzM2NyZXQ="));
    assert!(mail.to.contains("<ana@example.com>"), "{mail:?}");
}
