//! The zoo: every defect on a hundred seeds, and systems without one under every fault that can be
//! survived. What is found is what the table says, as often as it says, and nothing else.

#[path = "../../tests/zoo/faults.rs"]
mod faults;
#[path = "../../tests/zoo/held.rs"]
mod held;
#[path = "../../tests/zoo/table.rs"]
mod table;

use std::fmt::{Debug, Write as _};

use anyhow::ensure;
use doorbuster::commerce::defect::{Defect, Marked};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::judge::judgement::Verdict;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::report::words::verdict_word;
use doorbuster::scenario::{Overrides, Plan};
use held::{Came, Row, Sign, Times};
use rayon::prelude::*;

/// A campaign that is a GO, in which a defect must not be one.
const SOUND: &str = "scenarios/quickstart.yaml";

/// What is few enough there to be forgiven: half of the cancellations of a hundredth of the orders.
/// Contradictions leave a channel unproved from a hundredth of its orders on.
const FORGIVEN: [Defect; 1] = [Defect::IgnoresCancels];

fn simulated(plan: &Plan) -> (Marked, Judgement) {
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    let marks = simulated::play_marked(plan, &mut tape, &mut Nobody);
    (marks, fold.judge().expect("a history has a charter"))
}

/// `DuplicateHandoff` as people write it.
fn spaced(name: &impl Debug) -> String {
    let name = format!("{name:?}");
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn sign(sign: Sign, times: Times) -> String {
    let what = match sign {
        Sign::Rule(rule) => spaced(&rule),
        Sign::Units(rule) => format!("units of {}", spaced(&rule)),
        Sign::Class(class) => format!("orders in class *{}*", spaced(&class)),
        Sign::Cause(why) => format!("units oversold for *{}*", spaced(&why)),
        Sign::Unreliable => "gates not proved: contradicted".to_owned(),
    };
    let times = match times {
        Times::Each => "= marks".to_owned(),
        Times::ByMarks(n) => format!("= {n} × marks"),
        Times::Within(1) => "1 … marks".to_owned(),
        Times::Within(n) => format!("1 … {n} × marks"),
        Times::Standing(1) => "= standing".to_owned(),
        Times::Standing(n) => format!("= standing, ≤ {n} × marks"),
        Times::Some => "≥ 1".to_owned(),
    };
    format!("{what} {times}")
}

/// A campaign that is a GO; its OMS knows orders by their keys alone, so that one key is all there
/// is between a retry and a duplicate.
fn elsewhere_sound() -> Plan {
    let set = [("connectors.hub.record ids", "own")];
    held::plan(SOUND, &set, &Overrides::default())
}

/// What that comes to with the defect.
fn elsewhere(row: &Row) -> (u64, Verdict) {
    let mut plan = elsewhere_sound();
    plan.world.defects.push(row.defect);
    let (marks, judged) = simulated(&plan);
    (marks.marks.of(row.defect), judged.verdict)
}

fn played(row: &Row, seeds: u64) -> Vec<Came> {
    let each = |seed| {
        let (_, sound) = simulated(&row.plan(seed, true));
        let (marks, judged) = simulated(&row.plan(seed, false));
        row.held(&marks, &judged, &sound)
    };
    (1..=seeds).into_par_iter().map(each).collect()
}

fn defects(seeds: u64, page: &mut String) -> anyhow::Result<usize> {
    page.push_str(
        "| defect | what is wrong | found by | found | never reached | invented | in a GO |\n\
         |---|---|---|---:|---:|---:|---|\n",
    );
    let (_, sound) = simulated(&elsewhere_sound());
    ensure!(sound.verdict == Verdict::Go, "{SOUND} is no GO: {:?}", sound.reasons);
    let mut wrong = 0;
    let rows = table::rows();
    let others: Vec<_> = rows.par_iter().map(elsewhere).collect();
    for (row, (marks, verdict)) in rows.iter().zip(others) {
        let all = played(row, seeds);
        let reached = all.iter().filter(|came| came.marks > 0);
        let found = reached.clone().filter(|came| came.missed.is_empty()).count();
        let (reached, invented) = (reached.count(), all.iter().map(|came| came.invented.len()));
        let invented: usize = invented.sum();
        for came in all.iter().filter(|c| !c.missed.is_empty() || !c.invented.is_empty()).take(3) {
            println!("         {:?} {:?}", came.missed, came.invented);
        }
        let by: Vec<String> = row.finds.iter().map(|(of, times)| sign(*of, *times)).collect();
        let elsewhere = match (marks, verdict) {
            (0, _) => "never reached".to_owned(),
            (_, verdict) => verdict_word(verdict.into()).to_owned(),
        };
        let line = format!(
            "| {} | {} | {} | {found} of {reached} | {} | {invented} | {elsewhere} |",
            spaced(&row.defect),
            row.bug,
            by.join("; "),
            all.len() - reached,
        );
        let holds = found == reached && reached > 0 && invented == 0;
        let missed = marks > 0 && verdict == Verdict::Go && !FORGIVEN.contains(&row.defect);
        wrong += usize::from(!holds || missed);
        println!("{:8} {line}", if holds && !missed { "holds" } else { "BROKEN" });
        writeln!(page, "{line}")?;
    }
    Ok(wrong)
}

fn survived(seeds: u64, page: &mut String) -> anyhow::Result<usize> {
    page.push_str(
        "\n| fault, on systems without a defect | met something | a must-be-zero rule broken |\n\
         |---|---:|---:|\n",
    );
    let mut wrong = 0;
    for (place, (name, _)) in faults::FAULTS.iter().enumerate() {
        let each = |seed| {
            let (_, judged) = simulated(&faults::broken(place, seed));
            (judged.injected.first().is_some_and(|fault| fault.hits > 0), faults::violated(&judged))
        };
        let all: Vec<(bool, Vec<String>)> = (1..=seeds).into_par_iter().map(each).collect();
        let met = all.iter().filter(|(met, _)| *met).count();
        let broken = all.iter().filter(|(_, broken)| !broken.is_empty()).count();
        for (_, broken) in all.iter().filter(|(_, broken)| !broken.is_empty()).take(3) {
            println!("         {broken:?}");
        }
        wrong += usize::from(broken > 0 || met == 0);
        println!("{:8} {name}", if broken == 0 { "holds" } else { "BROKEN" });
        writeln!(page, "| {name} | {met} of {seeds} | {broken} |")?;
    }
    Ok(wrong)
}

/// The tables, once every row has come to what it must.
pub(crate) fn table(seeds: u64) -> anyhow::Result<String> {
    let mut page = String::new();
    let wrong = defects(seeds, &mut page)? + survived(seeds, &mut page)?;
    ensure!(wrong == 0, "{wrong} rows of the zoo are broken");
    Ok(page)
}
