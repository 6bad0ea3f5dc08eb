//! Owns the commands that show a run again. Must not know what the run came to.

use crate::report::summary::Summary;
use crate::report::summary::verdict::{Evidence, Verdict};

/// A command with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// As it is typed.
    pub typed: String,
    /// What comes of it.
    pub does: &'static str,
}

/// The commands for a run in `folder` as the reader would type it; `.` is the reader's own.
pub fn commands(summary: &Summary, folder: &str) -> Vec<Command> {
    let folder = folder.trim_end_matches('/');
    let scenario = match folder {
        "." => "scenario.yaml".to_owned(),
        _ => quoted(&format!("{folder}/scenario.yaml")),
    };
    let play = play_word(summary).map(|word| Command {
        typed: format!("doorbuster {word} {scenario}"),
        does: "plays it again, on the same seed",
    });
    let judge = Command {
        typed: format!("doorbuster report {}", quoted(folder)),
        does: "judges the record again and writes these files anew",
    };
    let advise = (summary.evidence == Evidence::Model && summary.verdict == Verdict::NoGo).then(
        || Command {
            typed: format!("doorbuster advise {scenario}"),
            does: "tries what could be changed, and says what makes it a GO and what that costs",
        },
    );
    play.into_iter().chain(advise).chain([judge]).collect()
}

/// The subcommand that plays it; none for what was not played but imported.
fn play_word(summary: &Summary) -> Option<&'static str> {
    match (summary.evidence, summary.campaign.speed_milli) {
        (Evidence::Operations, _) => None,
        (_, 0) => Some("simulate"),
        _ => Some("run"),
    }
}

/// As one word of a shell.
fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._/-+=:@%".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn commands_are_typed_where_the_reader_is() {
        let typed = |summary: &Summary, folder: &str| -> Vec<String> {
            commands(summary, folder).into_iter().map(|command| command.typed).collect()
        };
        let mut summary = sample::summary_go();
        let there = typed(&summary, "reports/a b's/");
        let run = r"doorbuster run 'reports/a b'\''s/scenario.yaml'";
        assert_eq!(there, [run, r"doorbuster report 'reports/a b'\''s'"]);
        summary.campaign.speed_milli = 0;
        assert_eq!(
            typed(&summary, "."),
            ["doorbuster simulate scenario.yaml", "doorbuster report ."]
        );
        summary.verdict = Verdict::NoGo;
        let advise = "doorbuster advise scenario.yaml";
        assert_eq!(typed(&summary, ".")[1], advise);
        summary.evidence = Evidence::Operations;
        assert_eq!(typed(&summary, "."), ["doorbuster report ."]);
    }
}
