//! Owns how the numbers of a plan are worded: rates, ranges, what afternoons showed, the headline.
//! Must not choose what is said.

use super::sheet::{Counts, Gate, Lag, Load, Played, Provable, Range, RunsOut, Sheet, Stood};
use crate::outlook::Unprovable;
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::words::number::{clock, count, counted, share, span, three_digits};

/// A scenario whose chance of a GO is below this is none.
pub(super) const GOOD: u32 = 900_000;

/// Gates that can hold a GO back.
pub(super) fn held(sheet: &Sheet) -> impl Iterator<Item = &Gate> {
    sheet.gates.iter().filter(|gate| gate.blocks && !gate.accepted)
}

/// A chance in whole percent: it is not known better.
fn percent(ppm: u32) -> String {
    match ppm {
        0 => "0 %".to_owned(),
        1..10_000 => "under 1 %".to_owned(),
        995_000..1_000_000 => "over 99 %".to_owned(),
        ppm => format!("{} %", (ppm + 5_000) / 10_000),
    }
}

/// A rate of what is named beside it: `400/min`, `0.56/min`.
pub(super) fn per_min(milli: u64) -> String {
    format!("{}/min", self::milli(milli))
}

/// A rate of orders: `400 orders/min`.
pub(super) fn orders_per_min(milli: u64) -> String {
    format!("{} orders/min", self::milli(milli))
}

/// A rate of what workers or a limit serve: `92 jobs/min`, `1,200 calls/min`.
pub(super) fn served_per_min(load: &Load, milli: u64) -> String {
    let what = match load.counts {
        Counts::Jobs => "jobs",
        Counts::Calls => "calls",
    };
    format!("{} {what}/min", self::milli(milli))
}

/// Thousandths as a number of three digits; thousands apart.
pub(super) fn milli(milli: u64) -> String {
    if milli >= 999_500 {
        return count((milli + 500) / 1_000);
    }
    three_digits(milli as f64 / 1e3)
}

/// A moment of the campaign.
pub(super) fn clock_at(us: u64) -> String {
    clock(us)
}

/// `a, b and c`.
pub(super) fn joined(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A phase by its place, quoted.
pub(super) fn phase(sheet: &Sheet, place: u32) -> String {
    let phase = sheet.campaign.phases.get(place as usize);
    phase.map_or_else(|| "the campaign".to_owned(), |phase| format!("“{}”", phase.name))
}

/// The limit of a GO: `12 min`, `1.2 %`.
pub(super) fn limit(gate: &Gate, lags: &[Lag]) -> String {
    let of_lag = lags.iter().find(|lag| lag.kpi == gate.kpi).map(|lag| span(lag.limit_us));
    match gate.limits {
        Limits::LagP95Us { watch, .. } => of_lag.unwrap_or_else(|| span(watch)),
        Limits::AtMostPpm { watch, .. } | Limits::AtLeastPpm { watch, .. } => share(watch),
    }
}

/// What a lag is called: that of a handoff is the time to the OMS.
pub(super) fn lag_title(lag: &Lag) -> &'static str {
    match lag.kpi {
        Kpi::HandoffSuccess => "time to the OMS",
        kpi => kpi.title(),
    }
}

/// `1,197 (1,180–1,204)`; one number where all are the same.
pub(super) fn ranged(of: &Range) -> String {
    if of.least == of.most {
        return count(of.median);
    }
    format!("{} ({}–{})", count(of.median), count(of.least), count(of.most))
}

/// `1 of 1 SKU runs out`, `12 (9–14) of 40 SKUs run out`.
pub(super) fn run_out(sold_out: &Range, on_sale: u64) -> String {
    let verb = if (sold_out.least, sold_out.most) == (1, 1) { "runs" } else { "run" };
    format!("{} of {} {verb} out", ranged(sold_out), counted(on_sale, "SKU", "SKUs"))
}

/// The same of durations.
pub(super) fn ranged_span(of: &Range) -> String {
    if of.least == of.most {
        return span(of.median);
    }
    format!("{} ({}–{})", span(of.median), span(of.least), span(of.most))
}

/// `9 of 10 afternoons`.
pub(super) fn of_replications(n: u64, played: &Played) -> String {
    let all = counted(played.replications, "afternoon", "afternoons");
    format!("{n} of {all}")
}

/// Afternoons within a gate's limit: `10 of 10`.
pub(super) fn within(stood: Stood) -> String {
    let star = if stood.by_chance > 0 { "*" } else { "" };
    format!("{} of {}{star}", stood.within - stood.by_chance, stood.within + stood.beyond)
}

const STAR: &str = "; * where an afternoon has so few orders that chance decides it, only all \
                    together are judged";

fn starred(sheet: &Sheet) -> bool {
    sheet.gates.iter().any(|gate| gate.stood.is_some_and(|stood| stood.by_chance > 0))
}

/// What the columns of the gates say: how an afternoon stood, and what it takes to prove it.
pub(super) fn two_questions(sheet: &Sheet) -> String {
    let proof = "To prove it: the least that it takes, were nothing bad ever seen";
    match &sheet.played {
        None => proof.to_owned(),
        Some(played) => format!(
            "Within limit: afternoons of {} whose own count lies within it{}. {proof}; how they \
             stood does not enter into that",
            played.replications,
            if starred(sheet) { STAR } else { "" }
        ),
    }
}

/// `runs out at 1:12:20 (1:04:10–1:25:00)`.
pub(super) fn runs_out(sku: &RunsOut, played: &Played) -> String {
    let Some(at) = &sku.at_us else {
        return format!("runs out in none of {}", counted_all(played));
    };
    let when = if at.least == at.most {
        clock(at.median)
    } else {
        format!("{} ({}–{})", clock(at.median), clock(at.least), clock(at.most))
    };
    if sku.in_replications == played.replications {
        format!("runs out at {when}")
    } else {
        format!("runs out in {}, at {when}", of_replications(sku.in_replications, played))
    }
}

fn counted_all(played: &Played) -> String {
    counted(played.replications, "afternoon", "afternoons")
}

/// How a plan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Every afternoon played kept every limit.
    Good,
    /// Some did, or none was played.
    Careful,
    /// A GO cannot be proved, or its chance is too small.
    Bad,
}

pub(super) fn standing(sheet: &Sheet) -> Standing {
    let out_of_reach = held(sheet).any(|gate| is_out_of_reach(gate.provable));
    match &sheet.played {
        _ if out_of_reach => Standing::Bad,
        Some(played) if played.good == 0 || played.high_ppm < GOOD => Standing::Bad,
        Some(played) if played.good == played.replications => Standing::Good,
        _ => Standing::Careful,
    }
}

fn is_out_of_reach(provable: Provable) -> bool {
    match provable {
        Provable::InOneRun | Provable::Together => false,
        Provable::NothingCounted
        | Provable::NothingTaken
        | Provable::TooFew
        | Provable::TooLate => true,
    }
}

/// What is said where nothing was found: never more than was looked at.
pub(super) fn nothing_found(sheet: &Sheet) -> &'static str {
    match (standing(sheet), &sheet.played) {
        (Standing::Good, _) => "Nothing stands in the way.",
        (_, None) => "By arithmetic alone nothing stands in the way: no afternoon was played.",
        (_, Some(_)) => "Nothing more is known of it.",
    }
}

/// How the plan stands, in one line.
pub(super) fn headline(sheet: &Sheet, unprovable: &[Unprovable]) -> String {
    if !unprovable.is_empty() {
        return "This campaign cannot prove a GO".to_owned();
    }
    if held(sheet).any(|gate| gate.provable == Provable::TooLate) {
        return "No GO: the plan's own times break a limit".to_owned();
    }
    match &sheet.played {
        None => "Arithmetic alone rules nothing out".to_owned(),
        Some(played) => {
            let all = counted(played.replications, "simulated afternoon", "simulated afternoons");
            format!("{} of {all} kept every limit", played.good)
        }
    }
}

/// What the headline rests on.
pub(super) fn chance(sheet: &Sheet) -> String {
    let Some(played) = &sheet.played else {
        return format!(
            "No afternoon was played, so that every order is taken to be accepted; `{}` says how \
             the systems do",
            sheet.simulate(),
        );
    };
    let (low, high) = (percent(played.low_ppm), percent(played.high_ppm));
    let bounds = match played.good {
        0 => format!("at most {high} (95 % sure)"),
        good if good == played.replications => format!("at least {low} (95 % sure)"),
        _ => format!("at least {low} and at most {high} (each 95 % sure)"),
    };
    let played = match played.replications {
        1 => "By this one".to_owned(),
        n => format!("By these {n}"),
    };
    format!(
        "{played} the chance of such a one is {bounds}; `{}` gives the verdict",
        sheet.simulate(),
    )
}

/// What it takes to prove a gate: `one run`, `3 together`, `cannot`.
pub(super) fn provable(gate: &Gate) -> String {
    match (gate.provable, gate.replications_needed) {
        _ if gate.accepted => "accepted".to_owned(),
        (Provable::InOneRun, _) => "one run".to_owned(),
        (Provable::Together, Some(n)) => format!("{} together", count(n)),
        (Provable::TooLate, _) => "too late".to_owned(),
        (Provable::NothingTaken, _) => "none taken".to_owned(),
        _ => "cannot".to_owned(),
    }
}

/// Accepted risks to paste, for every gate that cannot be proved.
pub(super) fn accepted_risks(sheet: &Sheet) -> String {
    let mut lines = Vec::new();
    let mut runs: Vec<Kpi> = Vec::new();
    for gate in held(sheet) {
        let why = match gate.provable {
            Provable::NothingCounted => "never happens in this campaign".to_owned(),
            Provable::TooFew => {
                format!("{} samples an afternoon, {} needed", gate.samples, gate.needed)
            }
            _ => continue,
        };
        // What is accepted for the run is accepted on every channel.
        if runs.contains(&gate.kpi) {
            continue;
        }
        let channel = gate.channel.as_ref();
        runs.extend(channel.is_none().then_some(gate.kpi));
        let channel = channel.map_or_else(String::new, |c| format!(", channel: {}", quoted(c)));
        lines.push(format!(
            "  - {{ gate: {}{channel}, why: {}, by: \"who answers for it\", until: {} }}",
            kpi_key(gate),
            quoted(&why),
            last_day(sheet),
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    format!("accepted risks:\n{}\n", lines.join("\n"))
}

fn kpi_key(gate: &Gate) -> String {
    let key = serde_json::to_value(gate.kpi).ok();
    key.and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A text as YAML takes it anywhere.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The civil day on which traffic ends.
fn last_day(sheet: &Sheet) -> String {
    let starts = &sheet.campaign.starts;
    let (day, time) = (starts.get(..10).unwrap_or(""), starts.get(11..16).unwrap_or("00:00"));
    let Ok(mut date) = day.parse::<jiff::civil::Date>() else { return day.to_owned() };
    let part = |from: usize| time.get(from..from + 2).and_then(|n| n.parse::<u64>().ok());
    let into_us = (part(0).unwrap_or(0) * 60 + part(3).unwrap_or(0)) * 60_000_000;
    let days = (into_us + sheet.campaign.traffic_ends_us) / 86_400_000_000;
    for _ in 0..days.min(400) {
        date = date.tomorrow().unwrap_or(date);
    }
    date.to_string()
}
