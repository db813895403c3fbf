//! Secrets that commands are given. Everybody on the machine sees the arguments of a program, so that there
//! is another way for each: a variable of the environment, or standard input.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use hub::config::Hidden;

/// The longest secret that is read.
const MAX_SECRET_BYTES: u64 = 4_096;

/// The secret: the first line of standard input, if it is to come from there, else the argument.
pub(super) fn read_secret(
    flag: &str,
    argument: Option<Hidden>,
    is_on_stdin: bool,
) -> anyhow::Result<Option<String>> {
    if !is_on_stdin {
        return Ok(argument.map(|it| it.to_string()));
    }
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(MAX_SECRET_BYTES)
        .read_to_string(&mut text)
        .with_context(|| format!("{flag}: standard input cannot be read"))?;
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        bail!("{flag}: there is nothing on standard input");
    }
    Ok(Some(line.to_owned()))
}
