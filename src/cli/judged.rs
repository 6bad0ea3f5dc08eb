//! Owns what a command says once a run is judged: files, words, the exit code.
//! Must not know how it was played.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use anyhow::Context as _;
use clap::ValueEnum;

use super::earlier::Earlier;
use super::step::Step;
use super::{Exit, OutputArgs, earlier};
use crate::history::charter::Evidence;
use crate::history::fact::Ending;
use crate::judge::Judgement;
use crate::report::compare::Given;
use crate::report::many::Replications;
use crate::report::summary::verdict::Verdict;
use crate::report::terminal::{Ink, Paper};
use crate::report::words::again;
use crate::report::{self, Beside, Front, Summary, beside, compare};
use crate::scenario::Plan;
use crate::study::ways;

/// Evidence as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum EvidenceArg {
    Model,
    YourConnector,
    Staging,
    Operations,
}

impl EvidenceArg {
    pub(super) fn meant(self) -> Evidence {
        match self {
            EvidenceArg::Model => Evidence::Model,
            EvidenceArg::YourConnector => Evidence::YourConnector,
            EvidenceArg::Staging => Evidence::Staging,
            EvidenceArg::Operations => Evidence::Operations,
        }
    }
}

/// Who reads annotations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum AnnotationsArg {
    /// GitHub, where `GITHUB_ACTIONS` is true; else nobody.
    #[default]
    Auto,
    /// Nobody.
    Never,
    /// GitHub.
    Github,
}

impl AnnotationsArg {
    fn wanted(self, github_actions: Option<&str>) -> bool {
        match self {
            AnnotationsArg::Auto => github_actions == Some("true"),
            AnnotationsArg::Never => false,
            AnnotationsArg::Github => true,
        }
    }
}

/// What goes to standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Printed {
    /// What was asked for: the summary, or the folder.
    Told,
    /// Nothing: somebody else prints.
    Nothing,
}

/// A plan of which not everything is known is played every way in virtual time, and goes on as the
/// worst of them; another stays as it is.
pub(super) fn settled(plan: Plan) -> anyhow::Result<Plan> {
    if plan.unknowns.is_empty() {
        return Ok(plan);
    }
    let step = Step::begin("simulating what is not known, every way");
    let settled = ways::settle_worst(plan, || true).context("nothing stops it")?;
    step.done();
    for line in &settled.charter.not_known {
        super::note(line);
    }
    Ok(settled)
}

/// Says of a plan that is played on many afternoons what nobody knows of it.
pub(super) fn say_unknowns(plan: &Plan) {
    if !plan.unknowns.is_empty() {
        let (unknown, ways) = (plan.unknowns_in_words(), plan.ways().count());
        super::note(&format!(
            "not known of {unknown}. Every afternoon is played all {ways} ways, and the worst \
             counts"
        ));
    }
}

/// Writes the report of a judged run, says the verdict, and gives the exit code.
pub(super) fn publish(
    folder: &Path,
    judgement: &Judgement,
    output: &OutputArgs,
) -> anyhow::Result<Exit> {
    publish_as(folder, judgement, output, Printed::Told)
}

/// The same of a run that stands in `source`, into another folder: nothing is written beside it.
pub(super) fn publish_from(
    source: &Path,
    folder: &Path,
    judgement: &Judgement,
    output: &OutputArgs,
) -> anyhow::Result<Exit> {
    say(folder, write_from(source, folder, judgement)?, judgement, output, Printed::Told)
}

/// The same, somebody else printing on standard output where it says so. A run that is one
/// afternoon of many has the verdict of all of them, here as everywhere.
pub(super) fn publish_as(
    folder: &Path,
    judgement: &Judgement,
    output: &OutputArgs,
    printed: Printed,
) -> anyhow::Result<Exit> {
    say(folder, write(folder, judgement)?, judgement, output, printed)
}

/// Says what was written, and what it comes to.
fn say(
    folder: &Path,
    (summary, front, beside): (Summary, Front, Beside),
    judgement: &Judgement,
    output: &OutputArgs,
    printed: Printed,
) -> anyhow::Result<Exit> {
    sayln!();
    let place = folder.display().to_string();
    let text = report::run::screen(&summary, &front, &beside, Some(&place), paper());
    let open = link(&folder.join("report.html"), paper().ink);
    // The last line stays the verdict.
    let (before, verdict) = text.rsplit_once("\n\n").unwrap_or(("", &text));
    say!("{before}\nopen   {open}\n\n{verdict}");
    let actions = std::env::var("GITHUB_ACTIONS").ok();
    if output.annotations.wanted(actions.as_deref()) {
        annotate(&summary, &front, beside.replications.as_ref(), &folder.join("report.md"));
    }
    match printed {
        Printed::Nothing => {}
        Printed::Told if output.json => super::data(&summary.to_json())?,
        Printed::Told => super::data(format!("{place}\n").as_bytes())?,
    }
    let required = output.require_evidence.map(EvidenceArg::meant);
    if let Some(required) = required.filter(|required| judgement.evidence < *required) {
        sayln!(
            "This run is evidence about {}, and --require-evidence asks for {}: exit code 3.",
            report::words::evidence(judgement.evidence.into()),
            report::words::evidence(required.into()),
        );
    }
    let weak = required.is_some_and(|required| judgement.evidence < required);
    let verdict = beside.replications.map_or(judgement.verdict.into(), |all| all.verdict);
    Ok(match judgement.ending {
        Some(Ending::Interrupted) => Exit::Interrupted,
        _ => exit_of(verdict, weak),
    })
}

/// Writes the report of a judged run with what is known beside it.
pub(super) fn write(
    folder: &Path,
    judgement: &Judgement,
) -> anyhow::Result<(Summary, Front, Beside)> {
    write_from(folder, folder, judgement)
}

fn write_from(
    source: &Path,
    folder: &Path,
    judgement: &Judgement,
) -> anyhow::Result<(Summary, Front, Beside)> {
    let summary = Summary::of(judgement);
    let study = kept(source, "afternoons.json", beside::replications);
    let now = Given { label: String::new(), summary, study };
    let since =
        earlier::previous(source, &now.summary).map(|previous| since(source, previous, &now));
    let again = (source != folder).then(|| {
        let [place, out] = [source, folder].map(|path| path.display().to_string());
        again::commands_elsewhere(&now.summary, &place, &out, now.study.as_ref())
    });
    let beside = Beside {
        since,
        trials: kept(source, "trials.json", beside::trials),
        remedies: kept(source, "remedies.json", beside::remedies),
        replications: now.study,
        again,
    };
    let step = Step::begin("rendering the report");
    let (summary, front) = report::write_all(folder, source, judgement, &beside)?;
    step.done();
    Ok((summary, front, beside))
}

/// What moved since the run before this one, and the command that tells all of it.
fn since(folder: &Path, previous: Earlier, now: &Given) -> Vec<String> {
    let beside = |label: &str| {
        let above = match (folder.file_name(), folder.parent()) {
            (Some(_), Some(above)) => above.to_path_buf(),
            _ => folder.join(".."),
        };
        above.join(label).display().to_string()
    };
    let compare = |label: &str| {
        let [was, is] = [beside(label), folder.display().to_string()].map(|p| again::quoted(&p));
        format!("`doorbuster compare {was} {is}`")
    };
    match previous {
        Earlier::Same(previous) => {
            let name = &previous.label;
            let with = format!("Compared with {name}: {} tells all that changed", compare(name));
            compare::since(&previous, now).into_iter().chain([with]).collect()
        }
        Earlier::Another(name, why) => vec![format!(
            "Not compared with {name}: it has the same name and {why}, so it is another scenario; \
             {} holds them against each other all the same",
            compare(&name)
        )],
    }
}

/// A study of the scenario that stands in the folder; one that cannot be read is told and left.
fn kept<T>(
    folder: &Path,
    name: &str,
    read: impl FnOnce(&[u8]) -> Result<T, beside::LeftAside>,
) -> Option<T> {
    let bytes = earlier::bytes(&folder.join(name)).ok()?;
    let left = |cause| sayln!("note: {name} is left aside: {cause}: the report is without it");
    read(&bytes).map_err(left).ok()
}

/// Annotations go to standard error, which the runner reads too: standard output is data. The
/// job's summary gets report.md. Neither is the answer, so neither can fail the command.
fn annotate(summary: &Summary, front: &Front, all: Option<&Replications>, comment: &Path) {
    say!("{}", report::annotations::lines(summary, front, all));
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return;
    };
    let file = || std::fs::OpenOptions::new().append(true).create(true).open(&path);
    let text = std::fs::read_to_string(comment);
    match text.and_then(|text| writeln!(file()?, "{text}")) {
        Ok(()) => sayln!("note: report.md is in the job's summary"),
        Err(cause) => sayln!("note: report.md is not in the job's summary: {cause}"),
    }
}

/// A file as a reader can open it: a link where the terminal shows one (OSC 8), its path elsewhere.
fn link(path: &Path, ink: Ink) -> String {
    let said = compare::read::printable(&path.display().to_string());
    let Ok(whole) = path.canonicalize() else { return said };
    if ink == Ink::Plain {
        return said;
    }
    let mut url = String::from("file://");
    for byte in whole.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => url.push(char::from(*byte)),
            letter if letter.is_ascii_alphanumeric() => url.push(char::from(*letter)),
            other => url.push_str(&format!("%{other:02X}")),
        }
    }
    format!("\x1b]8;;{url}\x1b\\{said}\x1b]8;;\x1b\\")
}

/// Whether people look at standard error in colour, and how wide it is.
pub(super) fn paper() -> Paper {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    if !std::io::stderr().is_terminal() {
        return Paper::new(Ink::Plain, None);
    }
    Paper::new(if plain { Ink::Plain } else { Ink::Colour }, super::columns())
}

/// The exit code of a verdict that rests on enough evidence, or on less.
pub(super) fn exit_of(verdict: Verdict, weak: bool) -> Exit {
    match verdict {
        Verdict::NoGo => Exit::NoGo,
        Verdict::Inconclusive => Exit::Inconclusive,
        Verdict::Go | Verdict::GoWithConditions if weak => Exit::Inconclusive,
        Verdict::Go | Verdict::GoWithConditions => Exit::Go,
    }
}

#[cfg(test)]
mod tests {
    use super::AnnotationsArg::{Auto, Github, Never};
    use super::{Ink, link};

    #[test]
    fn the_page_is_a_link_on_a_terminal_and_a_path_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let page = folder.path().join("a b\u{1b}.html");
        std::fs::write(&page, "").unwrap();
        let said = page.display().to_string().replace('\u{1b}', "\u{fffd}");
        assert_eq!(link(&page, Ink::Plain), said);
        let linked = link(&page, Ink::Colour);
        assert!(linked.starts_with("\x1b]8;;file:///"), "{linked}");
        assert!(linked.contains("/a%20b%1B.html\x1b\\") && linked.contains(&said), "{linked}");
    }

    #[test]
    fn annotations_are_for_github_unless_said_otherwise() {
        let asked = [Auto, Never, Github]
            .map(|asked| [Some("true"), Some("false"), None].map(|actions| asked.wanted(actions)));
        assert_eq!(asked, [[true, false, false], [false; 3], [true; 3]]);
    }
}
