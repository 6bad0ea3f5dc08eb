//! Owns what moved since the last run of a campaign, in a few lines for the first screen.
//! Must not know where the last run is.

use super::alike::is_sound;
use super::cautions::flaw;
use super::words::{self, title};
use super::{Against, Comparison, Difference, Finding, Given, Party};
use crate::report::summary::gate::{Gate, Value};
use crate::report::summary::{Disturbance, Recovered, Summary};
use crate::report::words::gate::capitalised;
use crate::report::words::limits::lag_of;
use crate::report::words::number;

/// Lines told at most.
const LINES: usize = 5;
/// What moved from `previous` to `now`, dearest first.
pub fn since(previous: &Given, now: &Given) -> Vec<String> {
    let party = |given: &Given| Party { runs: vec![given.clone()], changes: None };
    let comparison = Comparison::of(&[party(previous), party(now)]);
    let against = &comparison.against[0];
    let mut lines = Vec::new();
    let [before, after] = [0, 1].map(|place| words::verdict(&comparison.groups[place].runs[0]));
    if previous.study.is_some() != now.study.is_some() {
        return vec![format!(
            "Verdict: {after}; it was {before}. One is of many afternoons and the other of one, so \
             no more is compared"
        )];
    }
    if before != after {
        lines.push(format!("Verdict: {after}; it was {before}"));
    }
    let is_study = now.study.is_some();
    let (previous, now) = (&previous.summary, &now.summary);
    for broken in against.broken.iter().filter(|broken| broken.baseline != broken.other) {
        let [was, is] = [broken.baseline, broken.other].map(|n| words::counted(broken.counted, n));
        let what = capitalised(words::counted_as(broken.invariant));
        lines.push(format!("{what}: {is}; it was {was}"));
    }
    if !is_study {
        for (run, which) in [(previous, "the last run"), (now, "this run")] {
            if !is_sound(run) {
                lines.push(format!("No more is compared: {which} {}", flaw(run)));
                return lines;
            }
        }
    }
    let again = [previous, now].map(|run| recovery(run).filter(|_| !is_study));
    if let [Some(was), Some(is)] = again
        && was != is
    {
        lines.push(format!("Recovery from what was broken: {is}; it was {was}"));
    }
    if let Some(kept) = against.kept.filter(|kept| kept.money != 0 && kept.paired) {
        let (word, size) =
            if kept.money < 0 { ("less", -kept.money) } else { ("more", kept.money) };
        let mean = if is_study { " in an afternoon" } else { "" };
        lines.push(format!("Sales kept: {} {word}{mean}", number::money(size, &now.campaign)));
    }
    let money = |d: &Difference| if is_study { String::new() } else { money(d, previous, now) };
    lines.extend(moved(against).into_iter().map(|d| line(d, &money(d))));
    lines.truncate(LINES);
    if lines.is_empty() {
        lines.push("Nothing moved that chance does not explain".to_owned());
    }
    lines
}

/// How long it took, at worst, from the beginning of what was broken until nothing was out of band
/// any more; none where nothing was broken.
fn recovery(run: &Summary) -> Option<String> {
    let all = &run.disturbances;
    let is = |how| all.iter().any(|one| one.recovered == how);
    let took = |one: &Disturbance| Some(one.in_band_us()?.saturating_sub(one.from_us));
    Some(match all.iter().filter_map(took).max() {
        _ if all.is_empty() => return None,
        _ if is(Recovered::NotBy) => "not in band again while it was followed".to_owned(),
        _ if is(Recovered::Unknown) => "not known".to_owned(),
        Some(longest) => format!("in band again after {}", number::span(longest)),
        None => "never out of band".to_owned(),
    })
}

/// Figures of the run that moved, those with most money first, then lags by how far they went.
fn moved(against: &Against) -> Vec<&Difference> {
    let tells = |d: &&Difference| !matches!(d.finding, Finding::NotShown | Finding::NotComparable);
    let run = against.differences.iter().filter(|d| d.channel.is_none());
    let mut moved: Vec<&Difference> = run.filter(tells).collect();
    // Stable: within a kind the order of the band table.
    moved.sort_by_key(|d| (lag_of(d.kpi), std::cmp::Reverse(weight(d))));
    moved
}

/// How much a difference weighs among its kind: bad orders more or less, or the part of a lag.
fn weight(difference: &Difference) -> u64 {
    match lag_moved(difference) {
        Some(ppm) => ppm,
        None => difference.baseline.bad.definite.abs_diff(difference.other.bad.definite),
    }
}

/// The part of the longer lag that the difference is, in parts per million; none where one of the
/// two was never seen, or it is no lag.
fn lag_moved(difference: &Difference) -> Option<u64> {
    match (difference.baseline.value, difference.other.value) {
        (Value::LagUs(a), Value::LagUs(b)) => {
            let part = u128::from(a.abs_diff(b)) * 1_000_000 / u128::from(a.max(b).max(1));
            u64::try_from(part).ok()
        }
        _ => None,
    }
}

fn line(difference: &Difference, money: &str) -> String {
    let [was, is] = [difference.baseline.value, difference.other.value].map(number::value);
    let finding = words::finding(difference.finding);
    let what = capitalised(&title(difference.kpi, None));
    format!("{what}: {is}; it was {was} ({finding}{money})")
}

/// What the difference is in money at stake, where there is any.
fn money(difference: &Difference, previous: &Summary, now: &Summary) -> String {
    let at_stake = |summary: &Summary| {
        let of = |gate: &&Gate| gate.kpi == difference.kpi && gate.channel.is_none();
        summary.gates.iter().find(of).map_or(0, |gate| gate.money)
    };
    let by = at_stake(now) - at_stake(previous);
    if by == 0 || previous.campaign.currency != now.campaign.currency {
        return String::new();
    }
    let (word, size) = if by < 0 { ("less", -by) } else { ("more", by) };
    format!(", {} {word} at stake", number::money(size, &now.campaign))
}
