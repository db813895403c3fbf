//! What a program says on standard error: a pipe whose reader appends it to a file, pauses or goes
//! away.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe;
use tokio::process::ChildStderr;
use tokio::sync::watch;

/// So much of a log is kept; a program that says more is heard, not written down.
const MAX_LOG_BYTES: usize = 256 * 1024 * 1024;

/// A log file and the reader of the pipe that it comes through.
#[derive(Clone)]
pub struct Log {
    file: Arc<Mutex<(File, usize)>>,
    path: PathBuf,
    reader: watch::Sender<ReaderState>,
}

/// What the reader does. A program that is started anew always has one that reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ReaderState {
    Reads,
    Pauses,
    Gone,
}

impl Log {
    /// An empty log.
    pub fn new(path: &Path) -> Self {
        let file = File::create(path).unwrap();
        Self {
            file: Arc::new(Mutex::new((file, 0))),
            path: path.to_owned(),
            reader: watch::Sender::new(ReaderState::Reads),
        }
    }

    /// Reads what a program says from now on.
    pub fn read(&self, stderr: ChildStderr) {
        self.reader.send_replace(ReaderState::Reads);
        tokio::spawn(copy(stderr, self.clone(), self.reader.subscribe()));
    }

    /// The reader goes away: who writes hears of it.
    pub fn close(&self) {
        self.reader.send_replace(ReaderState::Gone);
    }

    /// The reader stops reading, and the pipe of this process is full: who writes waits.
    pub async fn pause(&self, process: u32) {
        self.reader.send_replace(ReaderState::Pauses);
        let end = format!("/proc/{process}/fd/2");
        let Ok(pipe) = pipe::OpenOptions::new().open_sender(end) else {
            return;
        };
        for junk in [[b'\n'; 4096].as_slice(), b"\n"] {
            while pipe.try_write(junk).is_ok() {}
        }
    }

    /// The reader reads on, unless it has gone.
    pub fn resume(&self) {
        self.reader.send_if_modified(|reader| {
            let pauses = *reader == ReaderState::Pauses;
            if pauses {
                *reader = ReaderState::Reads;
            }
            pauses
        });
    }

    /// A log of another program, in a file beside this one.
    pub fn beside(&self, extension: &str) -> Self {
        Self::new(&self.path.with_extension(extension))
    }

    /// Adds a line of the test's own.
    pub fn note(&self, line: &str) {
        self.append(format!("---- {line}\n").as_bytes());
    }

    fn append(&self, bytes: &[u8]) {
        let mut file = self.file.lock().unwrap();
        if file.1 < MAX_LOG_BYTES {
            file.1 += bytes.len();
            file.0.write_all(bytes).unwrap();
        }
    }

    /// The last lines, without colours.
    pub fn tail(&self, lines: usize) -> String {
        let text = std::fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text[text.len().saturating_sub(lines * 1000)..]);
        let all: Vec<String> = text
            .lines()
            .filter(|line| !line.is_empty())
            .map(plain)
            .collect();
        all[all.len().saturating_sub(lines)..].join("\n")
    }
}

async fn copy(mut stderr: ChildStderr, log: Log, mut reader: watch::Receiver<ReaderState>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let now = *reader.borrow_and_update();
        match now {
            ReaderState::Gone => return,
            ReaderState::Pauses => {
                if reader.changed().await.is_err() {
                    return;
                }
            }
            ReaderState::Reads => tokio::select! {
                _ = reader.changed() => {}
                read = stderr.read(&mut buffer) => match read {
                    Ok(0) | Err(_) => return,
                    Ok(length) => log.append(&buffer[..length]),
                },
            },
        }
    }
}

/// A line without the sequences that colour it.
fn plain(line: &str) -> String {
    let mut parts = line.split('\u{1b}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    text
}
