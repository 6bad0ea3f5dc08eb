//! Drills over many seeds: that the bound on keeping an objective covers the truth, that nothing is
//! seen before it breaks, and how far what came of it differs from seed to seed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use doorbuster::history::charter::Objective;
use doorbuster::judge::Judgement;
use doorbuster::judge::judgement::{Band, Disturbance, Invariant, Recovered};
use doorbuster::scenario::patch::{Patch, read_patched};
use doorbuster::scenario::{Overrides, Plan};
use doorbuster::study::Replication;
use doorbuster::study::chance::{CONFIDENCE, GO_AT_LEAST};
use doorbuster::study::pooled::Ruling;
use doorbuster::study::replicate::replicate;
use doorbuster::units::At;

/// For each seed of a drill whose spread is shown, seeds from which the truth is taken, and as many
/// that are studied.
const EACH: u64 = 20;
/// Afternoons of a study: as few as prove anything, and as many as a GO needs.
const STUDIES: [usize; 2] = [10, 30];
/// Beyond this many standard deviations too few studies cover: one in a thousand would.
const DEVIATIONS: f64 = 3.1;

const SMALL: &str = "scenarios/validation/zoo.yaml";

/// A small drill of which an objective is kept in some afternoons and missed in others.
struct Small {
    about: &'static str,
    set: &'static [(&'static str, &'static str)],
}

const PATIENT: (&str, &str) =
    ("connectors.hub.retry", "{ attempts: 14, backoff: 1s to 2m, idempotent: true }");
const HASTY: (&str, &str) =
    ("connectors.hub.retry", "{ attempts: 9, backoff: 1s to 2m, idempotent: true }");
const WITHIN: (&str, &str) = ("promises", "{ handoff within: 2m, handoff sla: 1m }");
const THREE_QUARTERS: (&str, &str) =
    ("faults", "[{ name: outage, at: oms, share: 75%, does: unavailable, from: 14m, lasts: 6m }]");
const FOUR_FIFTHS: (&str, &str) =
    ("faults", "[{ name: outage, at: oms, share: 80%, does: unavailable, from: 14m, lasts: 6m }]");

const DRILLS: [Small; 3] = [
    Small {
        about: "the OMS refuses 75 % for six minutes; a connector that keeps trying, three workers",
        set: &[
            THREE_QUARTERS,
            PATIENT,
            WITHIN,
            ("connectors.hub.workers", "3"),
            ("objectives", "{ recovers within: 5m, oldest waits at most: 7m }"),
        ],
    },
    Small {
        about: "the same, and more is forgiven",
        set: &[
            THREE_QUARTERS,
            PATIENT,
            WITHIN,
            ("connectors.hub.workers", "3"),
            ("objectives", "{ recovers within: 6m, oldest waits at most: 7m 30s }"),
        ],
    },
    Small {
        about: "it refuses 80 %; a connector that gives up after nine tries",
        set: &[
            FOUR_FIFTHS,
            HASTY,
            WITHIN,
            ("objectives", "{ recovers within: 6m, loses at most: 32 orders }"),
        ],
    },
];

fn plan_of(path: &Path, set: &[(&str, &str)], seed: u64) -> anyhow::Result<Plan> {
    let patch = set.iter().fold(Patch::default(), |all, (key, to)| all.then(Patch::set(key, to)));
    let overrides = Overrides { seed: Some(seed), ..Overrides::default() };
    Ok(read_patched(path, &overrides, &patch)?)
}

fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Plays so many seeds and keeps something of each.
fn played<T: Send>(
    (path, set): (&Path, &[(&str, &str)]),
    seeds: u64,
    keep: impl Fn(&doorbuster::study::replication::Played) -> T + Sync,
) -> anyhow::Result<Vec<T>> {
    plan_of(path, set, 1).with_context(|| path.display().to_string())?;
    let plan = |seed| plan_of(path, set, seed).ok();
    Ok(replicate(plan, 1, seeds as usize, &|| false, keep, |_| ()).replications)
}

/// The tables, once every law of them holds.
pub(crate) fn table(seeds: u64) -> anyhow::Result<String> {
    let mut page = String::from(
        "| drill | objective | kept, of the truth's seeds | afternoons of a study | studies whose \
         bound lies below |\n|---|---|---:|---:|---:|\n",
    );
    let mut wrong = 0;
    for drill in &DRILLS {
        wrong += covered(drill, seeds * EACH, &mut page)?;
    }
    page.push_str(SPREAD);
    wrong += spread(seeds, &mut page)?;
    ensure!(wrong == 0, "{wrong} rows of the drills are broken");
    Ok(page)
}

const SPREAD: &str = "
| drill | fault → all in band again, min | never out · not by the end · not known | orders lost | \
oldest waited, min | offers wrong at the end | fault → first alert, s | seen in | before any fault |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
";

/// Whether the lower bound of the share that keeps an objective lies below the truth as often as it
/// says, the truth being what as many other seeds come to.
fn covered(drill: &Small, seeds: u64, page: &mut String) -> anyhow::Result<usize> {
    let all = played((&at_root(SMALL), drill.set), 2 * seeds, Replication::of)?;
    let (truth, studied) = all.split_at(seeds as usize);
    let mut wrong = 0;
    for (place, one) in truth[0].objectives.iter().enumerate() {
        let kept = |of: &Replication| of.objectives[place].band == Band::Healthy;
        let yes = truth.iter().filter(|of| kept(of)).count();
        let share = yes as f64 / truth.len() as f64;
        for afternoons in STUDIES {
            let studies = studied.chunks_exact(afternoons);
            let (of, mut below) = (studies.len(), 0);
            for study in studies {
                let ruling = Ruling::on(study, CONFIDENCE, GO_AT_LEAST).context("a study")?;
                below += usize::from(ruling.objectives[place].kept.low.as_f64() <= share);
            }
            let holds = covers(below, of) && yes > 0 && yes < truth.len();
            wrong += usize::from(!holds);
            let row = format!(
                "| {} | {} | {:.1} % of {} | {afternoons} | {below} of {of} |",
                drill.about,
                asked(one.objective),
                100.0 * share,
                truth.len(),
            );
            println!("{:8} {row}", if holds { "holds" } else { "BROKEN" });
            writeln!(page, "{row}")?;
        }
    }
    Ok(wrong)
}

/// At least 95 % of so many studies, less what chance alone may leave out.
fn covers(below: usize, of: usize) -> bool {
    let (sure, of) = (CONFIDENCE.as_f64(), of as f64);
    below as f64 >= sure * of - DEVIATIONS * (of * sure * (1.0 - sure)).sqrt()
}

fn asked(objective: Objective) -> String {
    match objective {
        Objective::RecoversWithin { within, .. } => format!("recovers within {within}"),
        Objective::LosesAtMost { orders } => format!("loses at most {orders} orders"),
        Objective::OldestWaits { at_most } => format!("oldest waits at most {at_most}"),
    }
}

/// What one afternoon of a drill came to.
struct Came {
    /// From the beginning of the first disturbance.
    back: Option<u64>,
    how: Recovered,
    lost: u64,
    /// None: for ever.
    waited: Option<u64>,
    wrong: u64,
    /// From its beginning to the first alert.
    seen: Option<u64>,
    /// An alert fired before anything was broken.
    early: bool,
    /// What is said of when it was seen is not what the alerts and faults of the record say.
    untrue: Option<String>,
}

impl Came {
    fn of(judged: &Judgement) -> Option<Came> {
        let one = judged.disturbances.first()?;
        let wrong = judged.invariants.iter().find(|r| r.invariant == Invariant::WrongOffer)?;
        let fired = fired(judged);
        Some(Came {
            back: one.back.map(|back| back.since(one.from).0),
            how: one.recovered,
            lost: one.lost.definite,
            waited: Some(one.longest_wait.0).filter(|us| *us != u64::MAX),
            wrong: wrong.breaches.definite,
            seen: one.detected.as_ref().map(|seen| seen.at.since(one.from).0),
            early: fired.first().is_some_and(|at| *at < one.from),
            untrue: judged.disturbances.iter().find_map(|one| untrue(judged, one, &fired)),
        })
    }
}

/// When alerts fired, in order.
fn fired(judged: &Judgement) -> Vec<At> {
    let spells = judged.alerts.iter().flat_map(|alert| &alert.spells);
    let mut all: Vec<At> = spells.map(|spell| spell.from).collect();
    all.sort_unstable();
    all
}

/// What is wrong with when a disturbance was seen, beside the faults and alerts of the record.
fn untrue(judged: &Judgement, one: &Disturbance, fired: &[At]) -> Option<String> {
    let of_it = one.faults.iter().flat_map(|fault| &judged.injected[fault.index()].spells);
    let begun = of_it.map(|spell| spell.from).filter(|from| *from >= one.from).min();
    if begun != Some(one.from) {
        return Some(format!("it begins at {:?}, and its first fault at {begun:?}", one.from));
    }
    let at = one.detected.as_ref()?.at;
    let before = at < one.from;
    let first = fired.iter().find(|at| **at >= one.from);
    (before || first != Some(&at)).then(|| format!("seen at {at:?}, first alert at {first:?}"))
}

fn spread(seeds: u64, page: &mut String) -> anyhow::Result<usize> {
    let mut wrong = 0;
    for (name, path) in shipped()? {
        let all = played((&path, &[]), seeds, |played| Came::of(&played.judgement))?;
        let came: Vec<&Came> = all.iter().flatten().collect();
        let untrue: Vec<&String> = came.iter().filter_map(|one| one.untrue.as_ref()).collect();
        let holds = untrue.is_empty() && !all.is_empty();
        wrong += usize::from(!holds);
        let row = if came.is_empty() {
            format!("| {name} | no fault that comes and goes | | | | | | | |")
        } else {
            row(&name, &came)
        };
        println!("{:8} {row}", if holds { "holds" } else { "BROKEN" });
        untrue.iter().take(3).for_each(|what| println!("         {what}"));
        writeln!(page, "{row}")?;
    }
    Ok(wrong)
}

fn row(name: &str, came: &[&Came]) -> String {
    let of = |value: fn(&Came) -> Option<u64>| -> Vec<u64> {
        came.iter().filter_map(|one| value(one)).collect()
    };
    let how = |is: fn(Recovered) -> bool| came.iter().filter(|one| is(one.how)).count();
    let waited = of(|one| one.waited);
    let for_ever = came.len() - waited.len();
    let waited = match for_ever {
        0 => ranged(waited, 60_000_000.0),
        some => format!("{}; for ever {some}", ranged(waited, 60_000_000.0)),
    };
    format!(
        "| {name} | {} | {} · {} · {} | {} | {waited} | {} | {} | {} of {} | {} |",
        ranged(of(|one| one.back), 60_000_000.0),
        how(|how| matches!(how, Recovered::NeverOut)),
        how(|how| matches!(how, Recovered::NotBy(_))),
        how(|how| matches!(how, Recovered::Unknown)),
        ranged(of(|one| Some(one.lost)), 1.0),
        ranged(of(|one| Some(one.wrong)), 1.0),
        ranged(of(|one| one.seen), 1_000_000.0),
        of(|one| one.seen).len(),
        came.len(),
        came.iter().filter(|one| one.early).count(),
    )
}

/// `12 (9 … 15)`: the middle one, and the least and the most.
fn ranged(mut values: Vec<u64>, unit: f64) -> String {
    values.sort_unstable();
    let Some((least, most)) = values.first().zip(values.last()) else { return "—".to_owned() };
    let told = |value: u64| {
        let told = format!("{:.1}", value as f64 / unit);
        told.strip_suffix(".0").unwrap_or(&told).to_owned()
    };
    format!("{} ({} … {})", told(values[values.len() / 2]), told(*least), told(*most))
}

/// The drills that ship, hardened, by name.
fn shipped() -> anyhow::Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(at_root("scenarios/drills"))? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        if let Some(drill) =
            name.strip_suffix(".yaml").filter(|name| name.strip_suffix(".naive").is_none())
        {
            found.insert(drill.to_owned(), path);
        }
    }
    ensure!(!found.is_empty(), "no drills are there");
    Ok(found)
}
