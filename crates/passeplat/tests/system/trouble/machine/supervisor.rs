//! Keeps a program running, as an operator's supervisor does: whatever ends is started again.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::log::Log;
use super::process;

/// From the end of the program to its next start.
const PAUSE: Duration = Duration::from_millis(200);

/// A program that is kept running. It dies with this value.
pub struct Supervisor {
    state: watch::Sender<SupervisorState>,
    task: JoinHandle<()>,
}

/// What became of the program so far.
#[derive(Default)]
struct SupervisorState {
    process: Option<u32>,
    /// How often it has ended.
    ends: usize,
    last: Option<ExitStatus>,
    /// How it ended when nobody had asked it to.
    unasked: Vec<ExitStatus>,
    /// It was told to end.
    is_asked: bool,
    /// It is not started again for now.
    is_held: bool,
}

impl Supervisor {
    /// Starts what `make` makes, again and again. What it says goes into the log.
    pub fn start(make: impl Fn() -> Command + Send + 'static, log: &Log) -> Self {
        let state = watch::Sender::new(SupervisorState::default());
        let task = tokio::spawn(keep(make, log.clone(), state.clone()));
        Self { state, task }
    }

    /// The process that runs now.
    pub fn process_id(&self) -> Option<u32> {
        self.state.borrow().process
    }

    /// Sends a signal that does not end the program, or ends it without anybody waiting for it.
    pub async fn signal(&self, name: &str) {
        let process = self.process_id();
        self.state.send_modify(|state| state.is_asked = true);
        if let Some(process) = process {
            process::signal(process, name).await;
        }
    }

    /// Tells the program to end by a signal, and answers how it did; none if it did not in time.
    pub async fn end(&self, signal: &str, patience: Duration) -> Option<ExitStatus> {
        let mut state = self.state.subscribe();
        let ends = state.borrow().ends;
        self.signal(signal).await;
        let ended = timeout(patience, state.wait_for(|state| state.ends > ends)).await;
        ended.ok()?.ok()?.last
    }

    /// From now on the program is not started again when it ends, until [`Self::release`].
    pub fn hold(&self) {
        self.state.send_modify(|state| state.is_held = true);
    }

    /// The program is started again.
    pub fn release(&self) {
        self.state.send_modify(|state| state.is_held = false);
    }

    /// How the program ended by itself, each time.
    pub fn unexpected_ends(&self) -> Vec<ExitStatus> {
        self.state.borrow().unasked.clone()
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn keep(make: impl Fn() -> Command, log: Log, state: watch::Sender<SupervisorState>) {
    let mut state_changes = state.subscribe();
    loop {
        let released = state_changes.wait_for(|state| !state.is_held).await;
        drop(released);
        let mut child = process::dying_with_this_process(&make())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .expect("setpriv is there");
        let process = child.id();
        log.read(child.stderr.take().expect("its standard error is a pipe"));
        state.send_modify(|state| {
            state.process = process;
            state.is_asked = false;
        });
        let status = child.wait().await.expect("a child can be waited for");
        log.note(&format!("process {} ended: {status}", process.unwrap_or(0)));
        state.send_modify(|state| {
            state.process = None;
            state.ends += 1;
            state.last = Some(status);
            if !state.is_asked {
                state.unasked.push(status);
            }
        });
        if let Some(process) = process {
            forget_clock(process);
        }
        // A program that ends at once shall not take the whole machine.
        tokio::time::sleep(PAUSE).await;
    }
}

/// The library that bends a program's clock leaves something behind when the program is killed.
fn forget_clock(process: u32) {
    for name in ["faketime_shm_", "sem.faketime_sem_"] {
        let _absent = std::fs::remove_file(format!("/dev/shm/{name}{process}"));
    }
}
