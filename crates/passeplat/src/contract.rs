//! `passeplat contract`: the machine-readable contract of the API, as `docs/api` keeps it.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::serve::print_line;

/// The flags of `contract`.
#[derive(Args)]
pub(crate) struct ContractOptions {
    /// Write every document into this folder, as in docs/api; without it, print the OpenAPI document
    #[arg(long, value_name = "FOLDER")]
    write: Option<PathBuf>,
    /// Print the document that also has every tolerated way to write "no value", for tests
    #[arg(long, conflicts_with = "write")]
    tolerant: bool,
}

pub(crate) fn run(options: ContractOptions) -> anyhow::Result<()> {
    if options.tolerant {
        return print_line(&format!("{:#}", hub::contract::lenient_openapi()));
    }
    let Some(folder) = options.write else {
        return print_line(&format!("{:#}", hub::contract::openapi()));
    };
    for file in hub::contract::files() {
        let path = folder.join(&file.path);
        let above = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(above)
            .and_then(|()| std::fs::write(&path, &file.text))
            .with_context(|| format!("{} cannot be written", path.display()))?;
        print_line(&path.display().to_string())?;
    }
    Ok(())
}
