//! Owns the sentences about many afternoons. Must not know where they are printed.

pub mod gate;
pub mod sales;

pub use self::gate::{More, gate_name, in_the_way, stands, told, trouble, worst_gates, worst_of};
use super::ruling::{Ended, Stands};
use super::{Chance, GateOver, Interval, Replications, recovered};
use crate::history::charter::{UNREAD_MOST, UNREAD_NEGLIGIBLE};
use crate::report::summary::Summary;
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::{Evidence, Verdict};
use crate::report::words::gate::{capitalised, invariant_title, is};
use crate::report::words::limits::{lag_of, samples_word};
use crate::report::words::number::{count, counted, share, span};
use crate::report::words::{evidence, input, verdict_word};
use crate::study::chance::CONFIDENCE;
use crate::units::Ppm;

/// The verdict on the scenario: a word that is never without what it rests on.
pub fn word(all: &Replications) -> String {
    format!("{} ({})", verdict_word(all.verdict), evidence(all.evidence))
}

/// The verdict on the scenario with the share of afternoons in band, in one line.
pub fn headline(all: &Replications) -> String {
    format!("{} · {}", word(all), within_limits(all))
}

/// How many lie within every limit, with the bounds that decide; how sure those are is said where
/// looks share what may be wrong.
pub fn within_limits(all: &Replications) -> String {
    let said = chance(&all.in_band);
    match how_sure(all) {
        None => said,
        Some(sure) => format!("{said}, {sure}"),
    }
}

/// `99.95 % sure of each end`; none where that is the 95 % of everything else: looks share the 5 %
/// that may be wrong.
pub fn how_sure(all: &Replications) -> Option<String> {
    let sure = Ppm(all.confidence_ppm);
    (sure != CONFIDENCE).then(|| format!("{} sure of each end", share(sure.0)))
}

/// `29 of 30 afternoons lie within every limit: 96.7 % (85 % … 99.9 %)`.
pub fn chance(chance: &Chance) -> String {
    let ppm = crate::units::Ppm::of(chance.yes, chance.of).0;
    let replications = counted(chance.of, "afternoon lies", "afternoons lie");
    let bounds = format!("{} … {}", share(chance.low_ppm), share(chance.high_ppm));
    format!("{} of {replications} within every limit: {} ({bounds})", count(chance.yes), share(ppm))
}

/// Why the scenario has that verdict, in one sentence or two.
pub fn why(all: &Replications) -> String {
    let wanted = share(all.in_band_at_least_ppm);
    match all.verdict {
        Verdict::Go | Verdict::GoWithConditions => format!(
            "Every measure is proved within its limit over {} together, and at least {wanted} of \
             afternoons are proved to lie within every limit{}.",
            counted(all.runs, "afternoon", "afternoons"),
            conditions(all),
        ),
        Verdict::NoGo => why_no_go(all),
        Verdict::Inconclusive => why_open(all),
    }
}

/// Gates and rules that make a GO one with conditions; nothing where none does.
fn conditions(all: &Replications) -> String {
    let said = conditions_told(all);
    if said.is_empty() { String::new() } else { format!("; with conditions: {}", said.join("; ")) }
}

/// Each condition in a line.
pub fn conditions_told(all: &Replications) -> Vec<String> {
    conditions_about(all).into_iter().map(|(_, said)| said).collect()
}

/// The gate that a condition is about; a rule and an accepted risk are about none.
pub type About = Option<(Kpi, Option<String>)>;

/// The same, each with what it is about.
pub fn conditions_about(all: &Replications) -> Vec<(About, String)> {
    let watched = |gate: &&GateOver| gate.pooled.stands == Stands::Watch && gate.accepted == 0;
    let watched = by_kpi(all.gates.iter().filter(watched)).into_iter().map(|(first, scopes)| {
        let name = match scopes.as_slice() {
            [_] => gate_name(first),
            scopes => format!("{} ({})", first.kpi.title(), scopes.join(", ")),
        };
        let is = is(first.kpi);
        let about = Some((first.kpi, first.channel.clone()));
        let how = falls_short(first);
        (about, format!("{name} {is} proved within the limit, not within the healthy one: {how}"))
    });
    let accepted = all.gates.iter().filter(|gate| {
        gate.accepted > 0 && !matches!(gate.pooled.stands, Stands::Healthy | Stands::Watch)
    });
    let accepted = accepted.map(|gate| {
        format!("{}: {}; the risk is accepted", gate_name(gate), stands(gate, More::of(all)))
    });
    let rules = all.rules.iter().map(|rule| {
        let times = counted(rule.replications, "afternoon", "afternoons");
        format!("{} in {times} of {}", invariant_title(rule.invariant), count(all.runs))
    });
    let missing = all.input.as_ref().filter(|input| Ppm(input.not_read_ppm) > UNREAD_NEGLIGIBLE);
    let missing = missing.map(input::sentence);
    watched.chain(accepted.chain(rules).chain(missing).map(|said| (None, said))).collect()
}

/// Why a gate is not proved healthy. Of a lag the share that came later than the limit would not
/// say it, nor would a rate of nothing.
fn falls_short(gate: &GateOver) -> String {
    let pooled = &gate.pooled;
    if lag_of(gate.kpi) {
        return format!("p95 {} in the middle afternoon", quantile(gate.kpi, gate.quantiles[1]));
    }
    if pooled.bad.possible == 0 {
        let what = samples_word(gate.kpi);
        let most = share(pooled.high_ppm);
        return format!(
            "none of {} {what} went wrong, which proves at most {most}",
            count(pooled.counted)
        );
    }
    if pooled.rate_ppm.saturating_mul(2) <= pooled.limit_ppm {
        return format!("{}, which proves at most {}", told(gate), share(pooled.high_ppm));
    }
    told(gate)
}

/// Gates of one KPI together: the first, and the scopes of all.
fn by_kpi<'a>(gates: impl Iterator<Item = &'a GateOver>) -> Vec<(&'a GateOver, Vec<String>)> {
    let mut groups: Vec<(&GateOver, Vec<String>)> = Vec::new();
    for gate in gates {
        let scope = gate.channel.clone().unwrap_or_else(|| "the run".to_owned());
        match groups.iter_mut().find(|(first, _)| first.kpi == gate.kpi) {
            Some((_, scopes)) => scopes.push(scope),
            None => groups.push((gate, vec![scope])),
        }
    }
    groups
}

fn why_no_go(all: &Replications) -> String {
    let mut said: Vec<String> = dead(all).chain(worst_failed(all)).collect();
    if all.in_band.high_ppm < all.in_band_at_least_ppm {
        let most = worst_gates(all).into_iter().find(|gate| gate.out > 0 && gate.accepted == 0);
        let most = most.map_or_else(
            || {
                all.rules.first().map_or(String::new(), |rule| {
                    let title = invariant_title(rule.invariant);
                    format!("; most often {title}, in {} of {}", rule.replications, all.runs)
                })
            },
            |gate| {
                let (name, out) = (gate_name(gate), count(gate.out));
                format!("; most often {name}, beyond its limit in {out} of {}", count(all.runs))
            },
        );
        said.push(format!(
            "fewer than {} of afternoons lie within every limit, {} of {}{most}",
            share(all.in_band_at_least_ppm),
            count(all.in_band.yes),
            count(all.in_band.of),
        ));
    }
    said.extend(objectives(all, Verdict::NoGo));
    format!("{}.", capitalised(&said.join("; ")))
}

/// Objectives for recovery that say so, a sentence each.
pub fn objectives(all: &Replications, what: Verdict) -> impl Iterator<Item = String> {
    let these = all.objectives.iter().filter(move |one| one.verdict == what);
    these.map(|one| recovered::sentence(one, all.in_band_at_least_ppm))
}

/// Channels that sell nothing, a sentence each.
fn dead(all: &Replications) -> impl Iterator<Item = String> {
    all.channels.iter().filter(|channel| channel.accepted_none).map(|channel| {
        format!("{} accepted none, or next to none, of the orders wanted on it", channel.name)
    })
}

/// The first measure that is proved beyond its limit, where it is worst: over all channels
/// together the share of one that is dead would be thinned by those that are well.
fn worst_failed(all: &Replications) -> Option<String> {
    let fails = |gate: &&GateOver| gate.pooled.stands == Stands::Failed && gate.pooled.in_the_way;
    let first = all.gates.iter().find(fails)?;
    let same = all.gates.iter().filter(fails).filter(|gate| gate.kpi == first.kpi);
    // Of those that are as bad the first: the run before its channels.
    let worst = same.rev().max_by_key(|gate| gate.pooled.rate_ppm)?;
    let over_all = match (&first.channel, &worst.channel) {
        (None, Some(_)) => {
            format!("; over all channels together {}", share(first.pooled.rate_ppm))
        }
        _ => String::new(),
    };
    let (name, is) = (gate_name(worst), is(worst.kpi));
    Some(format!("{name} {is} proved beyond the limit: {}{over_all}", told(worst)))
}

/// What is open and what settles it, the first gate in full.
fn why_open(all: &Replications) -> String {
    let missing = all.input.as_ref().filter(|input| Ppm(input.not_read_ppm) > UNREAD_MOST);
    let mut said: Vec<String> = missing.map(input::sentence).into_iter().collect();
    if all.spoilt > 0 {
        said.push(format!(
            "{} of {} count for nothing: cut off, or their load was not what it should be",
            count(all.spoilt),
            counted(all.runs, "afternoon", "afternoons"),
        ));
    }
    said.extend(dead(all));
    if let Some(rule) = all.untested.first() {
        said.push(format!(
            "{}: nothing put that to the test in any afternoon: play a campaign in which it \
             comes up",
            invariant_title(*rule),
        ));
    }
    if let Some(gate) = worst_gates(all).first().filter(|gate| gate.pooled.in_the_way) {
        let stands = stands(gate, More::of(all));
        said.push(format!("{} {} not proved: {stands}", gate_name(gate), is(gate.kpi)));
    }
    said.extend(objectives(all, Verdict::Inconclusive));
    if all.in_band.low_ppm < all.in_band_at_least_ppm {
        said.push(band_open(all));
    } else if said.is_empty() {
        said.push(match More::of(all) {
            More::Played => {
                format!("a GO needs {RUNS_MIN} afternoons: play as many (`--runs {RUNS_MIN}`)")
            }
            More::Runs(runs) => format!(
                "a GO needs {RUNS_MIN} runs: make {} more like these, each on a seed of its own",
                count(RUNS_MIN.saturating_sub(runs)),
            ),
        });
    }
    if all.ended == Ended::OutOfTime {
        said.push(format!(
            "no more are played unasked: `--runs auto` goes on, to {RUNS_MOST} at the most"
        ));
    }
    format!("{}.", capitalised(&said.join("; ")))
}

const RUNS_MOST: usize = crate::study::chance::RUNS_MOST;
const RUNS_MIN: u64 = crate::study::chance::RUNS_MIN as u64;

fn band_open(all: &Replications) -> String {
    let wanted = share(all.in_band_at_least_ppm);
    let seen = format!(
        "whether {wanted} of afternoons lie within every limit is open, {} of {} do",
        count(all.in_band.yes),
        count(all.in_band.of),
    );
    match all.in_band_replications_needed {
        Some(runs) => format!("{seen}: {}", More::of(all).settled_by(runs)),
        None => format!(
            "{seen}: too near to it for any number of them; `doorbuster advise` finds what gives \
             it more room"
        ),
    }
}

/// What is said of the one afternoon whose report stands below the study's verdict.
pub fn shown(all: &Replications, by_itself: Verdict) -> String {
    let which = if all.runs == 2 { "the worse" } else { "the median" };
    let place = format!("one of {}, {which}", counted(all.runs, "afternoon", "afternoons"));
    let word = verdict_word(by_itself);
    let by_itself = match by_itself {
        Verdict::Go | Verdict::GoWithConditions => go_this_time(all).unwrap_or(word.to_owned()),
        Verdict::Inconclusive | Verdict::NoGo => word.to_owned(),
    };
    format!("{place} (seed {}), by itself: {by_itself}", all.median_seed)
}

/// What is said of a GO where the share of afternoons in band is not proved; none where it is.
fn go_this_time(all: &Replications) -> Option<String> {
    if all.in_band.low_ppm >= all.in_band_at_least_ppm {
        return None;
    }
    let out = crate::units::Ppm::of(all.in_band.of - all.in_band.yes, all.in_band.of).0;
    Some(match out {
        0 => format!(
            "GO this time; up to {} of such afternoons may not be",
            share(1_000_000 - all.in_band.low_ppm)
        ),
        out => format!("GO this time; {} of such afternoons are not", share(out)),
    })
}

/// Gates of the first screen.
const OTHERS_SAID: usize = 3;

/// What all afternoons say, a line each: how many lie within every limit, what stands in the way,
/// what was sold.
pub fn others(all: &Replications, summary: &Summary) -> Vec<String> {
    let mut lines = vec![capitalised(&within_limits(all))];
    for gate in worst_gates(all).iter().take(OTHERS_SAID) {
        lines.push(format!(
            "{}: {}",
            capitalised(&gate_name(gate)),
            trouble(gate, all.runs, More::of(all))
        ));
    }
    lines.push(capitalised(&sales::kept(&all.sales, &all.currency)));
    lines.extend(sales::refused(all, summary));
    lines.extend(cut_short(all));
    lines
}

/// That fewer were played than would have settled it; none where all were.
pub fn cut_short(all: &Replications) -> Option<String> {
    let played = counted(all.runs, "afternoon was", "afternoons were");
    match all.ended {
        Ended::Played | Ended::Pooled => None,
        Ended::OutOfTime => Some(format!(
            "{played} played, and no more are unasked: `--runs auto` goes on until the verdict is \
             settled, to {RUNS_MOST} at the most; `--runs {}` plays so many",
            (all.runs * 2).max(RUNS_MIN)
        )),
        Ended::Stopped => Some(format!("Stopped: {played} played of {}", count(all.asked))),
    }
}

/// The reason that a channel has its verdict; empty where all is healthy.
pub fn channel_reason(all: &Replications, name: &str) -> String {
    let of = |gate: &&GateOver| gate.channel.as_deref() == Some(name);
    let accepted_none =
        |channel: &&super::ruling::ChannelOver| channel.name == name && channel.accepted_none;
    if all.channels.iter().any(|channel| accepted_none(&channel)) {
        return "accepted none, or next to none, of the orders wanted on it".to_owned();
    }
    let gates: Vec<GateOver> = all.gates.iter().filter(of).cloned().collect();
    if let Some(gate) = worst_of(&gates).first().filter(|gate| gate.pooled.in_the_way) {
        return format!("{}: {}", gate.kpi.title(), stands(gate, More::of(all)));
    }
    let waived = gates.iter().find(|gate| gate.pooled.waived);
    waived.map_or(String::new(), |gate| {
        format!("{} {} not proved, on a channel too small to block", gate.kpi.title(), is(gate.kpi))
    })
}

/// Whether the evidence is a model's.
pub fn is_model(all: &Replications) -> bool {
    all.evidence == Evidence::Model
}

/// A value of a KPI: microseconds or parts per million.
pub fn valued(kpi: Kpi, value: u64) -> String {
    if lag_of(kpi) { span(value) } else { share(value.min(1_000_000) as u32) }
}

/// The bounds of a chance: `0 % … 9.5 %`.
pub fn chance_short(chance: &Chance) -> String {
    format!("{} … {}", share(chance.low_ppm), share(chance.high_ppm))
}

/// A percentile of a KPI; none is beyond what anybody could see.
pub fn quantile(kpi: Kpi, value: Option<u64>) -> String {
    value.map_or("never".to_owned(), |value| valued(kpi, value))
}

/// A mean with its interval: `2.18 min (2.1 min … 2.26 min)`.
pub fn interval(kpi: Kpi, mean: Interval) -> String {
    let said = |value: i64| valued(kpi, value.max(0).unsigned_abs());
    let end = |value: Option<i64>| value.map_or("—".to_owned(), said);
    format!("{} ({} … {})", said(mean.mean), end(mean.low), end(mean.high))
}
