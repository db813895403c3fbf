//! Lines on their way to standard error.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tracing::Level;

use super::limit::RepeatLimit;
use super::line::LineFormat;

/// Bytes that wait to be written at most: some thousand lines.
pub(crate) const MAX_QUEUED_BYTES: usize = 1 << 20;

/// Bytes that a buffer keeps when little is logged.
const MAX_IDLE_BUFFER_BYTES: usize = 1 << 16;

/// How often it is tried to say that lines were lost, when there is nothing else to write.
const LOSS_REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Lines that wait, between whoever logs and the thread that writes.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<QueueState>,
    filled: Condvar,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct QueueState {
    /// Whole lines.
    lines: Vec<u8>,
    /// Lines for which there was no room. They belong behind those that wait: until these are taken
    /// nothing more is let in, so that the line that tells of it stands where they would have stood.
    lost: u64,
    closed: bool,
    last: Option<Vec<u8>>,
    is_done: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, QueueState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line, or counts it as lost. It is one line whatever is in it: what an error says must not
    /// look like a line of ours.
    pub(crate) fn push(&self, line: &[u8]) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if line.is_empty() {
            return;
        }
        let mut state = self.state();
        if state.lost > 0 || state.lines.len() + line.len() >= MAX_QUEUED_BYTES {
            state.lost = state.lost.saturating_add(1);
        } else {
            state.lines.extend(one_line(line));
        }
        drop(state);
        self.filled.notify_one();
    }

    /// Writes what comes to `out`, until the queue is closed and empty: the work of a thread.
    pub(crate) fn write_out(&self, out: impl Write, form: LineFormat, limit: &RepeatLimit) {
        let writer = LineWriter {
            out,
            form,
            lost: 0,
            is_torn: false,
        };
        let mut output = Output {
            batch: Vec::new(),
            at: 0,
            writer,
        };
        // Even a fault of ours must not end the log: the line at which it happened is lost.
        while catch_unwind(AssertUnwindSafe(|| self.work(&mut output, limit))).is_err() {}
        self.state().is_done = true;
        self.ended.notify_all();
    }

    fn work(&self, output: &mut Output<impl Write>, limit: &RepeatLimit) {
        loop {
            output.write_batch();
            let batch = self.take(output, limit);
            output.write_batch();
            let writer = &mut output.writer;
            writer.lost = writer.lost.saturating_add(batch.lost);
            for line in limit.due(Instant::now(), batch.is_last) {
                let text = line.to_text(writer.form);
                writer.write(&one_line(text.trim_end().as_bytes()));
            }
            writer.report_lost();
            if batch.is_last {
                let last = self.state().last.take();
                writer.put(&last.unwrap_or_default());
                return;
            }
        }
    }

    /// Waits until there is something to do, and takes what waits.
    fn take(&self, output: &mut Output<impl Write>, limit: &RepeatLimit) -> Batch {
        let mut wait = limit.wait(Instant::now());
        if output.writer.lost > 0 {
            wait = Some(wait.map_or(LOSS_REPORT_INTERVAL, |wait| wait.min(LOSS_REPORT_INTERVAL)));
        }
        let is_idle =
            |state: &mut QueueState| state.lines.is_empty() && state.lost == 0 && !state.closed;
        let state = self.state();
        let mut state = match wait {
            None => self
                .filled
                .wait_while(state, is_idle)
                .unwrap_or_else(PoisonError::into_inner),
            Some(wait) => {
                let woken = self.filled.wait_timeout_while(state, wait, is_idle);
                woken.unwrap_or_else(PoisonError::into_inner).0
            }
        };
        output.next_batch(&mut state.lines);
        Batch {
            lost: std::mem::take(&mut state.lost),
            is_last: state.closed,
        }
    }

    /// Lets the thread write what waits, and `last` behind it; returns when that is done, or after
    /// `timeout`.
    pub(crate) fn close(&self, last: Option<Vec<u8>>, timeout: Duration) {
        let mut state = self.state();
        state.last = last;
        state.closed = true;
        self.filled.notify_one();
        let _done = self
            .ended
            .wait_timeout_while(state, timeout, |state| !state.is_done);
    }
}

/// What an event says as one line, with its end.
fn one_line(text: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(text.len() + 1);
    for byte in text {
        match byte {
            b'\n' => line.extend(b"\\n"),
            b'\r' => line.extend(b"\\r"),
            byte => line.push(*byte),
        }
    }
    line.push(b'\n');
    line
}

/// Takes whole lines into the queue; never fails.
pub(crate) struct QueueWriter(pub(crate) Arc<Queue>);

impl Write for QueueWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the thread takes from the queue beside lines.
struct Batch {
    lost: u64,
    is_last: bool,
}

/// The lines that the thread has taken, and how far writing has come.
struct Output<W> {
    batch: Vec<u8>,
    /// Where what is not written yet begins.
    at: usize,
    writer: LineWriter<W>,
}

impl<W: Write> Output<W> {
    fn next_batch(&mut self, lines: &mut Vec<u8>) {
        self.batch.clear();
        self.batch.shrink_to(MAX_IDLE_BUFFER_BYTES);
        self.at = 0;
        std::mem::swap(&mut self.batch, lines);
    }

    fn write_batch(&mut self) {
        // Line by line: other programs may write to the same pipe or file.
        while let Some(rest) = self.batch.get(self.at..).filter(|rest| !rest.is_empty()) {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line = rest.split_at(end.map_or(rest.len(), |end| end + 1)).0;
            self.at += line.len();
            self.writer.write(line);
        }
    }
}

/// Writes lines, and knows which it could not write.
struct LineWriter<W> {
    out: W,
    form: LineFormat,
    /// Lines that were lost and not told of yet.
    lost: u64,
    /// Half a line was written.
    is_torn: bool,
}

impl<W: Write> LineWriter<W> {
    /// Writes a line, and before it how many were lost; or counts it.
    fn write(&mut self, line: &[u8]) {
        let can_write = self.report_lost();
        self.lost = self.lost.saturating_add(1);
        if can_write && self.put(line) {
            self.lost -= 1;
        }
    }

    /// Says how many lines were lost, if any were. False when even that cannot be written.
    fn report_lost(&mut self) -> bool {
        if self.lost == 0 {
            return true;
        }
        let count = [("count", Value::from(self.lost))];
        let message = "log lines dropped";
        let line = self.form.line(Level::WARN, module_path!(), message, &count);
        let is_reported = self.put(line.as_bytes());
        if is_reported {
            self.lost = 0;
        }
        is_reported
    }

    fn put(&mut self, line: &[u8]) -> bool {
        if self.is_torn {
            if self.write_all(b"\n") < 1 {
                return false;
            }
            self.is_torn = false;
        }
        let written = self.write_all(line);
        self.is_torn = (1..line.len()).contains(&written);
        written == line.len()
    }

    /// How many bytes could be written.
    fn write_all(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
            match self.out.write(rest) {
                Ok(0) => break,
                Ok(some) => written += some,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        written
    }
}
