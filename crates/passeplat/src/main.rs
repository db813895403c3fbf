//! Passeplat: a self-hosted order hub that speaks the HubRise v1 API.
//!
//! One binary: `serve` is the server, `demo` shows it with two partner apps and made-up data, `app` runs one app,
//! `admin` does without a browser what scripts need, `bench` measures, `contract` writes down what the
//! API takes and answers, `config` prints the settings.

#![cfg_attr(not(test), warn(clippy::too_many_lines))]

mod admin;
mod app;
mod bench;
mod contract;
mod demo;
mod files;
mod log;
mod serve;
mod settings;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// Gives memory back to the system. The system's own allocator keeps what large bodies took: a hub that
/// had answered some dozens of them at a time stayed at several hundred megabytes.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[derive(Parser)]
#[command(version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the hub
    Serve(serve::ServeOptions),
    /// Show the hub with partner apps and a month of made-up orders
    Demo(demo::DemoOptions),
    /// Run one of the apps beside a hub: a till, a printer, a tool for developers
    App(app::AppOptions),
    /// Make users, accounts, clients and connections without a browser; answers in JSON
    Admin(admin::AdminOptions),
    /// Measure a hub, and this machine's limits beside it
    Bench(bench::BenchOptions),
    /// Print or write the machine-readable contract of the API
    Contract(contract::ContractOptions),
    /// Print the settings that count, secrets masked
    Config(settings::SettingsFlags),
}

/// The allocator asks for pages of 2 MB, one for the first bytes of each thread: an idle hub on PostgreSQL took
/// 86 MB with them, and takes 29 MB without.
#[cfg(target_os = "linux")]
fn refuse_huge_pages() {
    // A system that knows no such pages has none to refuse.
    let _refused = nix::sys::prctl::set_thp_disable(true);
}

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    refuse_huge_pages();
    log::report_panics();
    match log::run_and_log_error(|| run(Cli::parse())) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let command = async {
        match cli.command {
            Command::Serve(options) => serve::run(options).await,
            Command::Demo(options) => demo::run(options).await,
            Command::App(options) => app::run(options).await,
            Command::Admin(options) => admin::run(options).await,
            Command::Bench(options) => bench::run(options).await,
            Command::Contract(options) => contract::run(options),
            Command::Config(options) => options.print(),
        }
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| runtime.block_on(command)));
    // Whatever still runs has had its time, and is not waited for, whether the command panicked or not.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}
