//! What `plan` says against what `simulate` finds, for every shipped scenario: no contradiction.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use doorbuster::judge::judgement::Verdict;
use doorbuster::outlook::{Outlook, Provable};
use doorbuster::report::outlook::Sheet;
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::study::chance::Chance;
use doorbuster::study::outcome::StudyOutcome;
use doorbuster::study::pooled::{Pooled, Stands};
use doorbuster::study::preview::{self, Preview};
use doorbuster::study::replicate::replicate;
use doorbuster::study::replication::{Played, Replication};
use doorbuster::units::{Ppm, Span};

/// Replications that `plan` is given, and that `simulate` plays.
const PREVIEWED: usize = 10;
const PLAYED: usize = 30;

const HEAD: &str = "
## `plan` against `simulate`

Every shipped scenario, `plan --runs 10` beside `simulate --runs 30`. No row contradicts itself, and
no gate in it: the afternoons that `plan` counts, in all and within each gate's limit, are the first
ten of those; an afternoon that it does not count is beyond a gate's limit or breaks a rule; a gate
that it says cannot be proved, or not by thirty together, is not proved by `simulate`; where it
rules a GO out, or its upper bound lies below 90 %, the verdict is no GO.

| scenario | `plan` says | the chance of such a one | ruled out | gates compared; the one \
most often beyond its limit, in 10 and in 30 | `simulate` finds |
|---|---|---|---|---|---|
";

fn shipped() -> anyhow::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The table, as Markdown.
pub(crate) fn table() -> anyhow::Result<String> {
    let mut page = HEAD.to_owned();
    for path in shipped()? {
        writeln!(page, "{}", row(&path)?)?;
    }
    Ok(page)
}

fn row(path: &Path) -> anyhow::Result<String> {
    let plan_of = |seed| -> anyhow::Result<Plan> {
        Ok(scenario::read(path, &Overrides { seed, ..Overrides::default() })?)
    };
    let plan = plan_of(None)?;
    let keep = |played: &Played| (preview::see(played), Replication::of(played));
    let of_seed = |seed| plan_of(Some(seed)).ok();
    let played = replicate(of_seed, plan.charter.seed, PLAYED, &|| false, keep, |_| ());
    let (seen, replications): (Vec<_>, Vec<Replication>) = played.replications.into_iter().unzip();
    let preview = Preview::of(&plan, &seen[..PREVIEWED]).context("ten were played")?;
    let outlook = Outlook::of(&plan, &preview.taken, Span::from_millis(1));
    let sheet = Sheet::of(&outlook, Some(&preview), &plan.charter, "scenario.yaml");
    let outcome = StudyOutcome::of(&replications).context("thirty were played")?;
    let verdict = outcome.verdict();
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();

    let good = |of: &[Replication]| of.iter().filter(|a| a.in_band).count();
    ensure!(preview.good.yes == good(&replications[..PREVIEWED]), "{name}: other afternoons");
    ensure!(outcome.ruling.in_band.yes == good(&replications), "{name}: simulate counts others");
    let played = sheet.played.as_ref().context("ten were played")?;
    ensure!(played.failed_together.is_empty() || verdict == Verdict::NoGo, "{name}: failed, a GO");
    let gates = by_gate(name, &outlook, &sheet, &replications, &outcome)?;
    let held = outlook.gates.iter().filter(|gate| gate.blocks && !gate.accepted);
    let out = held.filter(|gate| !matches!(gate.proof, Provable::In(_))).count();
    let ruled_out = out + usize::from(outlook.proofs.handed_twice <= 0.0);
    let is_go = matches!(verdict, Verdict::Go | Verdict::GoWithConditions);
    ensure!(ruled_out == 0 || !is_go, "{name}: a GO that cannot be");
    ensure!(preview.good.high >= Ppm(900_000) || !is_go, "{name}: a GO that is out of reach");

    let found = match verdict {
        Verdict::Go => "GO",
        Verdict::GoWithConditions => "GO WITH CONDITIONS",
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::NoGo => "NO-GO",
    };
    let (said, low, high) = (&sheet.headline, preview.good.low, preview.good.high);
    let rules = if ruled_out == 0 { "nothing".to_owned() } else { format!("{ruled_out} gates") };
    let good = good(&replications);
    Ok(format!(
        "| `{name}` | {said} | {low} … {high} | {rules} | {gates} | {good} of {PLAYED}: {found} |"
    ))
}

/// Holds the plan's own times against the lags played: of no kind fewer are late than those make
/// late for certain.
fn floors(name: &str, outlook: &Outlook, outcome: &StudyOutcome) -> anyhow::Result<()> {
    for floor in outlook.floors.iter().filter(|floor| floor.samples > 0.0) {
        let here = |gate: &&Pooled| (gate.kpi, gate.channel) == (floor.kpi, Some(floor.channel));
        let Some(ruled) = outcome.ruling.gates.iter().find(here) else { continue };
        let late = Chance::at(ruled.bad.possible as usize, ruled.counted as usize, Ppm(999_900));
        ensure!(
            f64::from(late.high.0) >= floor.late * 1e6,
            "{name}, {:?}: fewer are late than must be",
            floor.kpi
        );
    }
    Ok(())
}

/// Compares `plan` and `simulate` gate by gate; what is said of it in the table.
fn by_gate(
    name: &str,
    outlook: &Outlook,
    sheet: &Sheet,
    replications: &[Replication],
    outcome: &StudyOutcome,
) -> anyhow::Result<String> {
    let played = sheet.played.as_ref().context("ten were played")?;
    let mut worst = (0, String::new());
    let mut beyond_any = 0;
    for (place, (gate, ruled)) in sheet.gates.iter().zip(&outcome.ruling.gates).enumerate() {
        let channel = gate.channel.as_ref().map_or(String::new(), |name| format!(" on {name}"));
        let title = format!("{}{channel}", gate.kpi.title());
        let beyond = |of: &[Replication]| of.iter().filter(|a| a.gates[place].out).count();
        let (ten, thirty) = (beyond(&replications[..PREVIEWED]), beyond(replications));
        let stood = gate.stood.context("ten were played")?;
        ensure!(stood.beyond == ten as u64, "{name}, {title}: other afternoons beyond its limit");
        ensure!(
            stood.within + stood.beyond == PREVIEWED as u64,
            "{name}, {title}: not all counted"
        );
        if !gate.accepted {
            beyond_any += stood.beyond;
            ensure!(played.good <= stood.within, "{name}, {title}: good ones beyond its limit");
        }
        let is_proved = matches!(ruled.stands, Stands::Healthy | Stands::Watch);
        let can = match outlook.gates[place].proof {
            Provable::In(replications) => replications <= PLAYED as u64,
            _ => false,
        };
        ensure!(can || !is_proved, "{name}, {title}: proved, and said to be out of reach");
        if thirty > worst.0 {
            worst = (thirty, format!("{title}: {ten}, {thirty}"));
        }
    }
    floors(name, outlook, outcome)?;
    let by_rules: u64 = played.rules_out.iter().map(|out| out.replications).sum();
    let out = PREVIEWED as u64 - played.good;
    ensure!(out <= beyond_any + by_rules, "{name}: out of band, and nothing says why");
    let worst = if worst.0 == 0 { "none".to_owned() } else { worst.1 };
    Ok(format!("{}; {worst}", sheet.gates.len()))
}
