//! Other programs: run to their end, told a signal, and tied to this one.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicU16, Ordering};

use tokio::process::Command;

/// Below the ports that the system gives to connections.
const FIRST_PORT: u16 = 20_000;

/// Runs a program to its end and answers what it printed; its complaint if it failed.
pub async fn run(program: impl AsRef<Path>, arguments: &[&str]) -> Result<String, String> {
    let program = program.as_ref();
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    finish(command).await
}

/// Runs a command to its end and answers what it printed; its complaint if it failed.
pub async fn finish(mut command: Command) -> Result<String, String> {
    let name = command.as_std().get_program().display().to_string();
    let output = command
        .output()
        .await
        .map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{name}: {}", stderr.trim()))
}

/// The command as one whose process dies when this process does, however that ends.
///
/// The system ties it to the thread that starts it, so start it on one that lives as long as the
/// test.
pub fn dying_with_this_process(command: &Command) -> Command {
    let mut outer = Command::new("setpriv");
    outer
        .args(["--pdeathsig", "KILL"])
        .arg(command.as_std().get_program());
    finished_like(outer, command)
}

/// A copy of a command: a command can be started again, but not with other pipes.
pub fn same(command: &Command) -> Command {
    finished_like(Command::new(command.as_std().get_program()), command)
}

/// A command with another's arguments, variables and folder.
fn finished_like(mut command: Command, other: &Command) -> Command {
    let other = other.as_std();
    command
        .args(other.get_args())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    for (name, value) in other.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = other.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

/// Sends a signal such as `KILL`. A process that is gone does not hear it.
pub async fn signal(process: u32, name: &str) {
    let _gone = run("kill", &[&format!("-{name}"), &process.to_string()]).await;
}

/// Whether a process is there.
pub fn is_there(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

/// Whether a program can be found.
pub fn is_installed(program: &str) -> bool {
    let path = std::env::var("PATH").unwrap_or_default();
    path.split(':')
        .any(|folder| Path::new(folder).join(program).is_file())
}

/// A loopback port that is free, and that the system does not give to others by itself, so that it
/// can be taken again and again. Nobody in this process gets it a second time: a receiver that refuses
/// has let go of its port for a while.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    // Two runs beside each other begin at places of their own.
    let first = u32::from(FIRST_PORT) + std::process::id() * 37 % 10_000;
    let next = || {
        let given = u32::from(GIVEN.fetch_add(1, Ordering::Relaxed));
        u16::try_from(first + given).expect("a port")
    };
    std::iter::repeat_with(next)
        .find(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
