//! Owns `doorbuster man`: manual pages, made from the same words as `--help`.
//! Must not know what a command does.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap_mangen::Man;

use super::{Exit, help};

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write the main page and one a subcommand to this folder, e.g. ~/.local/share/man/man1
    #[arg(long)]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut command = help::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.out else {
        super::data(&page(command, "EXIT STATUS")?)?;
        return Ok(Exit::Go);
    };
    std::fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    for subcommand in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        write(folder, subcommand.clone(), "EXAMPLES")?;
    }
    write(folder, command, "EXIT STATUS")?;
    Ok(Exit::Go)
}

fn write(folder: &Path, command: clap::Command, closing: &str) -> anyhow::Result<()> {
    let path = folder.join(Man::new(command.clone()).get_filename());
    let page = page(command, closing)?;
    std::fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    super::data(format!("{}\n", path.display()).as_bytes())
}

/// A page; `closing` is what manual pages call the text that ends `--help`, whose lines are kept
/// as they are.
fn page(command: clap::Command, closing: &str) -> anyhow::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).manual("doorbuster").render(&mut page)?;
    let page = String::from_utf8(page).context("a manual page is made of text")?;
    let Some((before, after)) = page.split_once(".SH EXTRA\n") else {
        return Ok(page.into_bytes());
    };
    let end = after.find(".SH ").unwrap_or(after.len());
    // Its first line names it, as the heading does.
    let lines = after[..end].split_once('\n').map_or("", |(_, lines)| lines);
    Ok(format!("{before}.SH \"{closing}\"\n.nf\n{lines}.fi\n{}", &after[end..]).into_bytes())
}
