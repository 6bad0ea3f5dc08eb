//! Owns the commands that show a run again. Must not know what the run came to.

use crate::report::many::Replications;
use crate::report::summary::Summary;
use crate::report::summary::verdict::{Evidence, Verdict};
use crate::study::chance::CONFIDENCE;

/// A command with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// As it is typed.
    pub typed: String,
    /// What comes of it.
    pub does: &'static str,
}

/// The scenario that a run's folder keeps, as one word of a shell.
pub fn scenario(folder: &str) -> String {
    inside(folder, "scenario.yaml")
}

/// A file of a run's folder, as one word of a shell.
fn inside(folder: &str, file: &str) -> String {
    match folder.trim_end_matches('/') {
        "." => file.to_owned(),
        folder => quoted(&format!("{folder}/{file}")),
    }
}

/// The commands for a run in `folder` as the reader would type it, `.` is the reader's own; of one
/// afternoon of many for all of them, too.
pub fn commands(summary: &Summary, folder: &str, all: Option<&Replications>) -> Vec<Command> {
    let scenario = scenario(folder);
    let command = |typed: String, does: &'static str| Command { typed, does };
    let judge = command(
        format!("doorbuster report {}", quoted(folder.trim_end_matches('/'))),
        "judges the record again and writes these files anew",
    );
    let verdict = all.map_or(summary.verdict, |all| all.verdict);
    let advise = (summary.evidence == Evidence::Model && verdict == Verdict::NoGo).then(|| {
        command(
            format!("doorbuster advise {scenario}"),
            "tries what could be changed, and says what makes it a GO and what that costs",
        )
    });
    let plays = match (summary.evidence, summary.campaign.speed_milli, all) {
        (Evidence::Operations, ..) => vec![],
        (_, 0, None) => vec![command(
            format!("doorbuster simulate {scenario} --runs 1"),
            "plays it again, on the same seed",
        )],
        (_, 0, Some(all)) => vec![
            command(
                format!("doorbuster simulate {scenario} --runs {}", runs(all)),
                "plays all the afternoons again",
            ),
            command(
                format!("doorbuster simulate {scenario} --runs 1 --seed {}", all.median_seed),
                "plays the one that is shown again",
            ),
        ],
        _ => {
            vec![command(format!("doorbuster run {scenario}"), "plays it again, on the same seed")]
        }
    };
    plays.into_iter().chain(advise).chain([judge]).collect()
}

/// The same of a report that stands in `out`, away from its run.
pub fn commands_elsewhere(
    summary: &Summary,
    folder: &str,
    out: &str,
    all: Option<&Replications>,
) -> Vec<Command> {
    let mut commands = commands(summary, folder, all);
    if let Some(judge) = commands.last_mut() {
        judge.typed.push_str(&format!(" --out {}", quoted(out)));
    }
    commands
}

/// The commands that play the scenario of `folder` with the patch that was found for it.
pub fn with_advice(folder: &str) -> [String; 2] {
    let (scenario, advice) = (scenario(folder), inside(folder, "advice.yaml"));
    [
        format!("doorbuster simulate {scenario} --patch {advice} --runs 60"),
        format!("doorbuster run {scenario} --patch {advice}"),
    ]
}

/// The command that judges runs together again.
pub fn pool(runs: impl Iterator<Item = String>, out: Option<String>) -> Command {
    let out = out.map(|out| format!(" --out {}", quoted(&out))).unwrap_or_default();
    let runs: Vec<String> = runs.map(|run| quoted(&run)).collect();
    let typed = format!("doorbuster pool {}{out}", runs.join(" "));
    Command { typed, does: "judges these runs together again" }
}

/// How many afternoons to ask for to come to the same: those that were settled look by look are
/// looked at again, with the same share of the error for each look.
fn runs(all: &Replications) -> String {
    if all.confidence_ppm > CONFIDENCE.0 { "auto".to_owned() } else { all.asked.to_string() }
}

/// As one word of a shell.
pub fn quoted(path: &str) -> String {
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
            commands(summary, folder, None).into_iter().map(|command| command.typed).collect()
        };
        let mut summary = sample::summary_go();
        let there = typed(&summary, "reports/a b's/");
        let run = r"doorbuster run 'reports/a b'\''s/scenario.yaml'";
        assert_eq!(there, [run, r"doorbuster report 'reports/a b'\''s'"]);
        summary.campaign.speed_milli = 0;
        assert_eq!(
            typed(&summary, "."),
            ["doorbuster simulate scenario.yaml --runs 1", "doorbuster report ."]
        );
        summary.verdict = Verdict::NoGo;
        let advise = "doorbuster advise scenario.yaml";
        assert_eq!(typed(&summary, ".")[1], advise);
        summary.evidence = Evidence::Operations;
        assert_eq!(typed(&summary, "."), ["doorbuster report ."]);
        let elsewhere = commands_elsewhere(&summary, "runs/1", "the report", None);
        assert_eq!(elsewhere[0].typed, "doorbuster report runs/1 --out 'the report'");
        assert_eq!(
            with_advice("a b")[1],
            "doorbuster run 'a b/scenario.yaml' --patch 'a b/advice.yaml'"
        );
    }

    /// What is pasted plays what the report is about: all afternoons, or the one below them. Their
    /// verdict decides what is offered, not that of the one.
    #[test]
    fn many_replications_are_played_again_as_many() {
        let mut summary = sample::summary_go();
        summary.campaign.speed_milli = 0;
        let mut all = crate::report::many::tests::sample();
        let typed = |all: &Replications| -> Vec<String> {
            commands(&summary, "x", Some(all)).into_iter().map(|command| command.typed).collect()
        };
        assert_eq!(
            typed(&all),
            [
                "doorbuster simulate x/scenario.yaml --runs 30",
                "doorbuster simulate x/scenario.yaml --runs 1 --seed 12",
                "doorbuster advise x/scenario.yaml",
                "doorbuster report x",
            ]
        );
        (all.confidence_ppm, all.verdict) = (987_500, Verdict::Go);
        assert_eq!(typed(&all)[0], "doorbuster simulate x/scenario.yaml --runs auto");
        assert_eq!(typed(&all).len(), 3);
    }
}
