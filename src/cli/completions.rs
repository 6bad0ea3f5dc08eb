//! Owns `doorbuster completions`: what a shell must know to complete this command line.
//! Must not know any shell (`clap_complete`).

use clap_complete::Shell;

use super::{Exit, help};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut help::command(), "doorbuster", &mut script);
    super::data(&script)?;
    Ok(Exit::Go)
}
