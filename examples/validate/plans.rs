//! What `plan` says against what `simulate` finds, for every shipped scenario: no contradiction.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use doorbuster::judge::judgement::Verdict;
use doorbuster::outlook::{Outlook, Provable};
use doorbuster::report::outlook::Sheet;
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::study::afternoon::{Afternoon, Played};
use doorbuster::study::outcome::Outcome;
use doorbuster::study::preview::{self, Preview};
use doorbuster::study::replicate::replicate;
use doorbuster::units::{Ppm, Span};

/// Afternoons that `plan` is given, and that `simulate` plays.
const PREVIEWED: usize = 10;
const PLAYED: usize = 30;

const HEAD: &str = "
## `plan` against `simulate`

Every shipped scenario, `plan --runs 10` beside `simulate --runs 30`. No row contradicts itself: the
afternoons that `plan` counts are the first ten of those; where it rules a GO out, or its upper
bound lies below 90 %, the verdict is no GO.

| scenario | `plan` says | the chance of such a one | ruled out | `simulate` finds |
|---|---|---|---|---|
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
    let keep =
        |played: &Played| (preview::see(played), Afternoon::of(played), played.judgement.in_band);
    let of_seed = |seed| plan_of(Some(seed)).ok();
    let played = replicate(of_seed, plan.charter.seed, PLAYED, &|| false, keep, |_| ());
    let (mut seen, mut afternoons, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    for (one, afternoon, in_band) in played.afternoons {
        seen.push(one);
        afternoons.push(afternoon);
        kept.push(in_band);
    }
    let preview = Preview::of(&plan, &seen[..PREVIEWED]).context("ten were played")?;
    let outlook = Outlook::of(&plan, &preview.taken, Span::from_millis(1));
    let sheet = Sheet::of(&outlook, Some(&preview), &plan.charter);
    let outcome = Outcome::of(&afternoons).context("thirty were played")?;
    let verdict = outcome.verdict();
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();

    let good = |kept: &[bool]| kept.iter().filter(|in_band| **in_band).count();
    ensure!(preview.good.yes == good(&kept[..PREVIEWED]), "{name}: other afternoons");
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
    let good = good(&kept);
    Ok(format!("| `{name}` | {said} | {low} … {high} | {rules} | {good} of {PLAYED}: {found} |"))
}
