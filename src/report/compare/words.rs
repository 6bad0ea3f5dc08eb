//! Owns the sentences of a comparison. Must not decide anything: a finding is worded as it stands,
//! and nothing is called better or worse that was not shown to be.

use super::{
    Against, Basis, Broken, BrokenIn, Comparison, Difference, Finding, Group, Party, Run, Study,
    studies,
};
use crate::report::many::Chance;
use crate::report::summary::gate::{Count, InvariantKind, Kpi, Value};
use crate::report::summary::verdict::{Evidence, Verdict};
use crate::report::words::gate::{self, capitalised};
use crate::report::words::{limits, number, verdict_word};

/// `inventory sync lag p95 on amazon`.
pub(in crate::report) fn title(kpi: Kpi, channel: Option<&str>) -> String {
    let p95 = if limits::lag_of(kpi) { " p95" } else { "" };
    let scope = channel.map_or(String::new(), |name| format!(" on {name}"));
    format!("{}{p95}{scope}", kpi.title())
}

/// What a finding says in a table.
pub(in crate::report) fn finding(finding: Finding) -> &'static str {
    match finding {
        Finding::Better => "better, beyond chance",
        Finding::Worse => "worse, beyond chance",
        Finding::BetterHere => "shorter in these runs",
        Finding::WorseHere => "longer in these runs",
        Finding::NotShown => "not shown to differ",
        Finding::NotComparable => "not comparable",
    }
}

/// A difference with its sign: `−5.13 points`, `+97.8 s`.
pub(in crate::report) fn by(kpi: Kpi, by: i64) -> String {
    let sign = match by {
        ..0 => "−",
        0 => "",
        1.. => "+",
    };
    if limits::lag_of(kpi) {
        return format!("{sign}{}", number::span(by.unsigned_abs()));
    }
    format!("{sign}{}", number::points(by.unsigned_abs()))
}

/// The bounds of a difference: `−5.58 to −4.67 points`, `−2 min to −95 s`.
pub(in crate::report) fn bounds(difference: &Difference) -> Option<String> {
    let (low, high) = difference.by_low.zip(difference.by_high)?;
    let said = |by: i64| {
        let text = self::by(difference.kpi, by);
        text.trim_end_matches(" points").to_owned()
    };
    // A census of which everything is known has one value.
    let exact = low == high && limits::lag_of(difference.kpi);
    (!exact).then(|| format!("{} to {}", said(low), self::by(difference.kpi, high)))
}

/// The verdict of a run; a model's GO is never bare.
pub(in crate::report) fn verdict(run: &Run) -> String {
    let word = verdict_word(run.verdict);
    let over = run.study.as_ref().map_or(String::new(), |study| {
        format!(" over {}", number::counted(study.runs, "afternoon", "afternoons"))
    });
    match (run.verdict, run.evidence) {
        (Verdict::Go | Verdict::GoWithConditions, Evidence::Model) => {
            format!("{word} (model: not your systems){over}")
        }
        _ => format!("{word}{over}"),
    }
}

/// The study that a group is.
fn study(group: &Group) -> Option<&Study> {
    match group.runs.as_slice() {
        [run] => run.study.as_ref(),
        _ => None,
    }
}

/// Whether one of the two is many afternoons played together and the other is not.
fn is_mixed(comparison: &Comparison, against: &Against) -> bool {
    let group = comparison.groups.iter().find(|group| group.letter == against.letter);
    let baseline = study(&comparison.groups[0]).is_some();
    group.is_some_and(|group| study(group).is_some() != baseline)
}

/// The verdicts of a group: of one run, or counted over its afternoons.
pub(in crate::report) fn verdicts(group: &Group) -> String {
    if let [run] = &group.runs[..] {
        return verdict(run);
    }
    let mut counted: Vec<(String, usize)> = Vec::new();
    for run in &group.runs {
        let word = verdict(run);
        match counted.iter_mut().find(|(said, _)| *said == word) {
            Some((_, n)) => *n += 1,
            None => counted.push((word, 1)),
        }
    }
    let of = group.runs.len();
    let said = counted.into_iter().map(|(word, n)| format!("{word} on {n} of {of}"));
    said.collect::<Vec<String>>().join(", ")
}

fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The differences of a finding, the furthest toward or over its limit first: those of the run,
/// or, where there are none, of channels.
pub(super) fn with<'a>(against: &'a Against, finding: Finding) -> Vec<&'a Difference> {
    let found = |run: bool| -> Vec<&'a Difference> {
        let all = against.differences.iter();
        all.filter(|d| d.finding == finding && d.channel.is_none() == run).collect()
    };
    let run = found(true);
    let mut found = if run.is_empty() { found(false) } else { run };
    // Stable: what used as much of its limit stays in the order of the band table.
    found.sort_by_key(|d| std::cmp::Reverse(d.used_ppm));
    found
}

/// `oversold orders (5.13 % → 0 %) and …`.
fn moves(differences: &[&Difference]) -> String {
    let told = |d: &&Difference| {
        let [before, after] = [d.baseline.value, d.other.value].map(number::value);
        format!("{} ({before} → {after})", title(d.kpi, d.channel.as_deref()))
    };
    listed(&differences.iter().map(told).collect::<Vec<String>>())
}

/// Verdicts that changed, else in how many measures the runs differ beyond chance.
pub(in crate::report) fn headline(comparison: &Comparison) -> String {
    if comparison.against.is_empty() {
        return replications(&comparison.groups[0]);
    }
    let differ = || comparison.against.iter().filter_map(differs).collect::<Vec<String>>();
    let said = changed(comparison).unwrap_or_else(|| differ().join("; "));
    let said = if said.is_empty() { nothing_differs(comparison) } else { said };
    let mixed = comparison.against.iter().any(|against| is_mixed(comparison, against));
    if mixed { format!("One afternoon against one: {said}") } else { said }
}

/// `B is worse in 2 measures and better in 3 than A, beyond chance`; none where nothing differs.
fn differs(against: &Against) -> Option<String> {
    let part = |word: &str, finding: Finding| match with(against, finding)[..] {
        [] => None,
        [one] => Some(format!("{word} in {}", title(one.kpi, one.channel.as_deref()))),
        ref all => Some(format!("{word} in {} measures", all.len())),
    };
    let parts = [part("worse", Finding::Worse), part("better", Finding::Better)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let letter = &against.letter;
    (!parts.is_empty())
        .then(|| format!("{letter} is {} than A, beyond chance", parts.join(" and ")))
}

fn nothing_differs(comparison: &Comparison) -> String {
    let letters: Vec<String> = comparison.groups.iter().map(|g| g.letter.clone()).collect();
    let comparable =
        |against: &Against| against.differences.iter().any(|d| d.finding != Finding::NotComparable);
    if comparison.against.iter().any(comparable) {
        format!("Nothing differs beyond chance between {}", listed(&letters))
    } else {
        format!("Nothing can be compared between {}", listed(&letters))
    }
}

/// The verdicts, where they are not the same: no difference weighs more.
fn changed(comparison: &Comparison) -> Option<String> {
    let worst = |group: &Group| group.runs.iter().map(|run| run.verdict).max();
    let first = worst(&comparison.groups[0]);
    let verdict = |group: &Group| format!("{} is {}", group.letter, verdicts(group));
    comparison
        .groups
        .iter()
        .any(|group| worst(group) != first)
        .then(|| comparison.groups.iter().rev().map(verdict).collect::<Vec<String>>().join(", "))
}

/// What differs, the furthest over its limit first; none where nothing does.
fn beyond_chance(against: &Against) -> Option<String> {
    let letter = &against.letter;
    let told = |word: &str, finding: Finding| {
        let found = with(against, finding);
        (!found.is_empty()).then(|| format!("{word} in {letter}, beyond chance: {}", moves(&found)))
    };
    let (worse, better) = (told("Worse", Finding::Worse), told("Better", Finding::Better));
    let nothing = match (&worse, &better) {
        (None, None) => return None,
        (None, _) => Some("nothing is worse beyond chance".to_owned()),
        (_, None) => Some("nothing is better beyond chance".to_owned()),
        _ => None,
    };
    let parts = [worse, better, nothing].into_iter().flatten();
    Some(parts.collect::<Vec<String>>().join("; "))
}

/// What several afternoons of one scenario came to.
fn replications(group: &Group) -> String {
    format!("These {} runs are afternoons of one scenario: {}", group.runs.len(), verdicts(group))
}

/// What else there is to say.
pub(in crate::report) fn sentences(comparison: &Comparison) -> Vec<String> {
    let mut told = Vec::new();
    if !comparison.against.is_empty() {
        let verdict = |group: &Group| format!("{} in {}", verdicts(group), group.letter);
        let verdicts: Vec<String> = comparison.groups.iter().map(verdict).collect();
        if changed(comparison).is_none() {
            told.push(format!("Verdict: {}", verdicts.join(", ")));
        }
        let beyond: Vec<String> = comparison.against.iter().filter_map(beyond_chance).collect();
        if beyond.is_empty() && changed(comparison).is_some() {
            told.push(nothing_differs(comparison));
        }
        told.extend(beyond);
    }
    told.extend(in_band(comparison));
    for against in &comparison.against {
        told.extend(one_of_each(comparison, against));
        told.extend(against.broken.iter().filter_map(|broken| breaches(broken, against)));
        told.extend(here(against));
        told.extend(kept(comparison, against));
        told.extend(basis(comparison, against));
    }
    told
}

/// How many afternoons of each study lie within every limit.
fn in_band(comparison: &Comparison) -> Option<String> {
    let told = |group: &Group| {
        let Chance { yes, of, low_ppm, high_ppm } = study(group)?.in_band;
        let [yes, of] = [yes, of].map(number::count);
        let bounds = [low_ppm, high_ppm].map(number::share).join(" to ");
        Some(format!("{yes} of {of} in {} ({bounds})", group.letter))
    };
    let told: Vec<String> = comparison.groups.iter().filter_map(told).collect();
    (!told.is_empty()).then(|| format!("Afternoons within every limit: {}", told.join(", ")))
}

/// What is held against what, where a study meets a single run: the verdict of each is its own.
fn one_of_each(comparison: &Comparison, against: &Against) -> Option<String> {
    let letter = &against.letter;
    let many = if study(&comparison.groups[0]).is_some() { "A" } else { letter };
    is_mixed(comparison, against).then(|| {
        format!(
            "{many} is many afternoons and the other is not: each verdict is its own. What follows \
             holds the one afternoon that the report of {many} shows against one of the other; to \
             compare verdicts, play both many times"
        )
    })
}

/// What two runs differ in, and what that leaves open.
fn here(against: &Against) -> Option<String> {
    let (better, worse) = (with(against, Finding::BetterHere), with(against, Finding::WorseHere));
    let letter = &against.letter;
    let part = |word: &str, found: &[&Difference]| {
        (!found.is_empty()).then(|| format!("{word} in {letter}: {}", moves(found)))
    };
    let parts: Vec<String> =
        [part("shorter", &better), part("longer", &worse)].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| {
        format!(
            "In these two runs lags were {}. It is one afternoon each, so chance between \
             afternoons is not excluded: play both on more seeds, and compare those",
            parts.join("; "),
        )
    })
}

/// What a better verdict cost, or brought.
fn kept(comparison: &Comparison, against: &Against) -> Option<String> {
    let kept = against.kept?;
    let run = &comparison.groups[0].runs[0];
    let money = |minor: i64| number::money_in(minor, &run.currency, run.currency_digits);
    let letter = &against.letter;
    let (word, size) = match kept.money {
        0 => return Some(format!("Sales kept are the same in A and {letter}")),
        more @ 1.. => ("more", more),
        less => ("less", less.saturating_neg()),
    };
    let bounds = match kept.money_low.zip(kept.money_high) {
        Some((low, high)) => format!(" (95 %: {} to {})", money(low), money(high)),
        None => String::new(),
    };
    let shoppers = match against.basis {
        Basis::PairedReplications { same_shoppers: false, .. } => "on the same seeds",
        _ if kept.paired => "on the same shoppers",
        _ => "on shoppers of its own",
    };
    let is_study = comparison.groups.iter().any(|g| g.letter == *letter && study(g).is_some());
    let mean = if is_study && kept.money_low.is_some() { " in an afternoon" } else { "" };
    let over = match against.basis {
        Basis::PairedReplications { pairs, .. } => format!(", over {pairs} afternoons of both"),
        _ => String::new(),
    };
    Some(format!(
        "{letter} kept {} {word} of its sales than A{mean}{bounds}, {shoppers}{over}",
        money(size)
    ))
}

/// What the comparison rests on.
fn basis(comparison: &Comparison, against: &Against) -> Option<String> {
    let letter = &against.letter;
    let baseline = &comparison.groups[0];
    let group = comparison.groups.iter().find(|group| group.letter == *letter)?;
    match against.basis {
        Basis::SameShoppers { baseline: i, other: j } => {
            let (a, b) = (&baseline.runs[i], &group.runs[j]);
            let simulated =
                a.speed_milli == 0 && b.speed_milli == 0 && a.doorbuster == b.doorbuster;
            let cause = match (simulated, against.changes.as_deref()) {
                (true, Some([_, ..])) => {
                    ": what differs between these two runs, the changes \
                                         to the scenario made"
                }
                _ => "",
            };
            let orders = number::counted(a.offered, "order", "orders");
            Some(format!(
                "A and {letter} met the same shoppers (seed {}, {orders} wanted){cause}",
                a.seed,
            ))
        }
        Basis::OwnShoppers { baseline: i, other: j } => {
            let [a, b] = [baseline.runs[i].seed, group.runs[j].seed];
            (a != b).then(|| {
                format!(
                    "A and {letter} met shoppers of their own (seeds {a} and {b}): one afternoon \
                     each"
                )
            })
        }
        Basis::PairedReplications { pairs, same_shoppers } => {
            let shoppers = if same_shoppers {
                "the same shoppers"
            } else {
                "the same seeds, on which they wanted other orders"
            };
            Some(format!(
                "A and {letter} were played on {pairs} afternoons, pair by pair on {shoppers}: \
                 differences are means over them",
            ))
        }
        Basis::Replications { baseline, other } => Some(format!(
            "A was played on {baseline} afternoons and {letter} on {other}, each on shoppers of \
             its own: differences are between their means",
        )),
    }
}

/// What must not happen and did.
fn breaches(broken: &Broken, against: &Against) -> Option<String> {
    if broken.baseline == broken.other {
        return None;
    }
    let [a, b] = [broken.baseline, broken.other].map(|n| counted(broken.counted, n));
    let what = capitalised(counted_as(broken.invariant));
    Some(format!("{what}: {a} in A, {b} in {}", against.letter))
}

/// How many: `none`, `61`, `3 to 5`, `7 afternoons`.
pub(in crate::report) fn counted(what: BrokenIn, count: Count) -> String {
    match (what, count.possible) {
        (_, 0) => "none".to_owned(),
        (BrokenIn::Breaches, _) => gate::between(count),
        (BrokenIn::Replications, n) => number::counted(n, "afternoon", "afternoons"),
    }
}

/// What is counted of a broken invariant.
pub(in crate::report) fn counted_as(invariant: InvariantKind) -> &'static str {
    gate::invariant_title(invariant)
}

/// A value and, where there are several afternoons, from which to which they went.
pub(in crate::report) fn value(seen: &super::Seen) -> String {
    match seen.value {
        Value::Absent if seen.replications > 1 => "not on all".to_owned(),
        value => number::value(value),
    }
}

/// Which afternoon charts show of each study; none where there is no study.
pub(in crate::report) fn shown(parties: &[Party], groups: &[Group]) -> Option<String> {
    let of = |(party, group): (&Party, &Group)| {
        let all = studies::of(party)?;
        let played = number::counted(all.runs, "afternoon", "afternoons");
        Some(format!("of {} the median of {played} (seed {})", group.letter, all.median_seed))
    };
    let told: Vec<String> = parties.iter().zip(groups).filter_map(of).collect();
    (!told.is_empty()).then(|| format!("One afternoon each: {}", listed(&told)))
}
