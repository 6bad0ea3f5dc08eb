//! Owns what a person reads who does not know what to type: the top help, its groups, first steps.
//! Must not know what a command does.

use std::fmt::Write as _;
use std::path::Path;

use clap::builder::Styles;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::Cli;
use crate::report::words::again;

/// Commands by the job a person has; what is in none stands in the last.
const JOBS: &[(&str, &[&str])] = &[
    ("Plan it", &["init", "plan", "headroom", "advise"]),
    ("Play it", &["simulate", "run", "operate", "serve", "proxy"]),
    ("Connect it", &["profile"]),
    ("Read it", &["report", "compare", "pool", "export"]),
    ("Set it up", &["schema", "completions", "man", "help"]),
];

/// What is said when nothing was typed.
pub(super) const FIRST_STEPS: &str = "\
doorbuster plays a promotion before the day and says go or no-go.

Start here:
  doorbuster simulate scenarios/quickstart.yaml   an afternoon in a second, nothing else needed
  doorbuster run scenarios/quickstart.yaml        the same over real HTTP, in a minute and a half
  then open report.html in the folder that is named at the end
  doorbuster init                                 a scenario of your own, to put your figures in

`doorbuster --help` lists every command, `doorbuster <command> --help` has examples.
";

/// The whole command line with its top help by jobs.
pub(super) fn command() -> Command {
    let command = Cli::command();
    let header = *Styles::styled().get_header();
    let styled = |heading: &str| format!("{header}{heading}:{header:#}");
    let mut help = format!("{{about-with-newline}}\n{} {{usage}}\n", styled("Usage"));
    for (job, names) in jobs(&command) {
        let _ = write!(help, "\n{}\n", styled(job));
        for name in names {
            let about = command.find_subcommand(&name).and_then(Command::get_about);
            let about =
                about.map_or("Print help, of a command too".to_owned(), ToString::to_string);
            let literal = *Styles::styled().get_literal();
            let _ = writeln!(help, "  {literal}{name:<11}{literal:#}  {about}");
        }
    }
    let _ = write!(help, "\n{}\n{{options}}{{after-help}}", styled("Options"));
    command.help_template(help)
}

/// Every subcommand that there is, by job.
fn jobs(command: &Command) -> Vec<(&'static str, Vec<String>)> {
    let is_there = |name: &str| name == "help" || command.find_subcommand(name).is_some();
    let mut jobs: Vec<(&str, Vec<String>)> = JOBS
        .iter()
        .map(|(job, names)| {
            let there = names.iter().filter(|name| is_there(name));
            (*job, there.map(|name| (*name).to_owned()).collect())
        })
        .filter(|(_, names): &(_, Vec<_>)| !names.is_empty())
        .collect();
    let placed = |name: &str| JOBS.iter().any(|(_, names)| names.contains(&name));
    let rest = command.get_subcommands().map(Command::get_name).filter(|name| !placed(name));
    if let Some((_, last)) = jobs.last_mut() {
        last.extend(rest.map(str::to_owned));
    }
    jobs
}

/// Prints what is wrong with what was typed, or the help that was asked for.
pub(super) fn explain(error: &clap::Error) -> u8 {
    // A reader of help that has gone (`… | head`) is no error.
    let _ = error.print();
    if error.kind() == ErrorKind::InvalidSubcommand {
        let command = Cli::command();
        let names: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        sayln!("\nThe commands are {}.", names.join(", "));
    }
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand)
        && Path::new(typed).extension().is_some_and(|ending| ending == "yaml" || ending == "yml")
    {
        sayln!("\n  to play that scenario: doorbuster simulate {}", again::quoted(typed));
    }
    if error.kind() == ErrorKind::InvalidSubcommand {
        let commands = Cli::command();
        let names: Vec<&str> = commands.get_subcommands().map(Command::get_name).collect();
        sayln!("\n  the commands are {}", names.join(", "));
    }
    error.exit_code() as u8
}

#[cfg(test)]
mod tests {
    use super::{command, jobs};

    #[test]
    fn every_command_has_its_place_in_the_help() {
        let command = command();
        let placed: Vec<String> = jobs(&command).into_iter().flat_map(|(_, names)| names).collect();
        for subcommand in command.get_subcommands() {
            let name = subcommand.get_name();
            assert_eq!(placed.iter().filter(|n| *n == name).count(), 1, "{name}");
        }
        assert_eq!(placed.len(), command.get_subcommands().count() + 1, "and help itself");
    }

    #[test]
    fn the_command_line_holds_together() {
        command().debug_assert();
    }
}
