//! `passeplat demo`
use clap::Args;
#[derive(Args, Debug)]
pub(crate) struct Options {}
pub(crate) async fn run(_options: Options) -> anyhow::Result<()> {
    anyhow::bail!("soon")
}
