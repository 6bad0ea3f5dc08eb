//! Owns how an outlook's numbers are worded: chances, rates, ranges, the headline.
//! Must not choose what is said.

use super::findings::{GOOD, doubtful};
use super::sheet::{Gate, Lag, Sheet, ShortOf, WantedMost};
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::words::number::{clock, share, span, three_digits};

/// A chance in whole percent: it is not known better.
pub(super) fn chance(ppm: u32) -> String {
    match ppm {
        0 => "0 %".to_owned(),
        1..10_000 => "under 1 %".to_owned(),
        995_000.. => "over 99 %".to_owned(),
        ppm => format!("{} %", (ppm + 5_000) / 10_000),
    }
}

/// A rate: `400/min`, `0.56/min`.
pub(super) fn per_min(milli: u64) -> String {
    format!("{}/min", self::milli(milli))
}

/// Thousandths as a number of three digits; thousands apart.
pub(super) fn milli(milli: u64) -> String {
    if milli >= 999_500 {
        return crate::report::words::number::count((milli + 500) / 1_000);
    }
    three_digits(milli as f64 / 1e3)
}

/// `1.4 times`.
pub(super) fn length_of(milli: u64) -> String {
    format!("{} times", three_digits(milli as f64 / 1e3))
}

/// A moment of the campaign.
pub(super) fn clock_at(us: u64) -> String {
    clock(us)
}

/// A duration up to the next whole minute.
pub(super) fn minutes(us: u64) -> u64 {
    us.div_ceil(60_000_000) * 60_000_000
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
        Limits::AtMostPpm { watch, .. } => share(watch),
        Limits::AtLeastPpm { .. } => of_lag.unwrap_or_else(|| "its deadline".to_owned()),
    }
}

/// What a lag is called: that of a handoff is the time to the OMS.
pub(super) fn lag_title(lag: &Lag) -> &'static str {
    match lag.kpi {
        Kpi::HandoffSuccess => "time to the OMS",
        kpi => kpi.title(),
    }
}

/// `at 1:12:20 (1:04–1:25 in nine campaigns of ten)`.
pub(super) fn wanted_range(sku: &WantedMost) -> String {
    match (sku.early_us, sku.middle_us, sku.late_us) {
        (Some(early), Some(middle), Some(late)) if early == late => format!("at {}", clock(middle)),
        (Some(early), Some(middle), Some(late)) => format!(
            "at {} ({}–{} in nine campaigns of ten)",
            clock(middle),
            clock(early),
            clock(late)
        ),
        (Some(early), Some(middle), None) => format!(
            "at {} (from {} on; in some campaigns not before the end)",
            clock(middle),
            clock(early)
        ),
        (Some(early), None, _) => format!(
            "from {} on, with a chance of {} before the end",
            clock(early),
            chance(sku.chance_ppm)
        ),
        _ => format!("before the end with a chance of {}", chance(sku.chance_ppm)),
    }
}

/// What performance was assumed.
pub(super) fn assumed(sheet: &Sheet) -> String {
    let assumed = &sheet.assumed;
    let most = match assumed.of_limit_ppm {
        0 => "if the systems do no wrong at all".to_owned(),
        500_000 => "if the systems do half as badly as each limit allows".to_owned(),
        of => format!("if the systems do as badly as {} of each limit", share(of)),
    };
    let stated: Vec<String> = assumed
        .stated
        .iter()
        .map(|stated| format!("{} bad for {}", share(stated.bad_ppm), stated.kpi.title()))
        .collect();
    if stated.is_empty() { most } else { format!("{most}, and {}", stated.join(", ")) }
}

/// The chance of a GO in one line.
pub(super) fn headline(sheet: &Sheet) -> String {
    let go = &sheet.go;
    let chance = match (go.least_ppm, go.most_ppm) {
        (least, _) if least >= 995_000 => "over 99 %".to_owned(),
        (0, most) if most < 5_000 => return "This plan cannot reach GO".to_owned(),
        (0, most) => format!("at most {}", chance(most)),
        (least, most) if chance(least) == chance(most) => chance(most),
        (least, most) => {
            format!("{}–{}", chance(least).trim_end_matches(" %"), chance(most))
        }
    };
    format!("Chance of a GO: {chance}")
}

/// What it takes to have a good chance.
pub(super) fn needs(sheet: &Sheet) -> String {
    let apart = if sheet.go.independent_ppm == sheet.go.most_ppm {
        String::new()
    } else {
        format!(
            "That is if the doubtful gates hold and fail together; if each goes its own way, {}. ",
            chance(sheet.go.independent_ppm)
        )
    };
    let needs = match sheet.go.good_at_ppm {
        Some(0) => "A chance of 90 % needs systems that do no wrong at all".to_owned(),
        Some(of) => format!(
            "A chance of 90 % needs systems that do no worse than {} of each limit",
            share(of)
        ),
        None => {
            let short = doubtful(sheet).find(|gate| gate.flawless_ppm < GOOD);
            let why = short.map_or_else(String::new, |gate| match gate.short_of {
                ShortOf::Speed => ": the plan's own limits stand in the way".to_owned(),
                _ => ": the plan is too small to show it".to_owned(),
            });
            format!("Not even systems that do no wrong have a chance of 90 %{why}")
        }
    };
    format!("{apart}{needs}")
}

/// Accepted risks to paste, for every gate that is left unproved.
pub(super) fn accepted_risks(sheet: &Sheet) -> String {
    let mut lines = Vec::new();
    for gate in doubtful(sheet) {
        let channel = gate
            .channel
            .as_ref()
            .map_or_else(String::new, |channel| format!(", channel: {}", quoted(channel)));
        let why = match gate.short_of {
            ShortOf::Exercise => "not put to the test in this campaign".to_owned(),
            ShortOf::Speed => "the plan's own limits are too slow for it".to_owned(),
            ShortOf::Minutes | ShortOf::Changes => format!(
                "{} changes in {} minutes expected, 59 in 20 needed",
                gate.samples,
                gate.minutes.unwrap_or(0)
            ),
            ShortOf::Exposed => format!(
                "{} SKUs expected to run out, {} needed",
                gate.exposed.unwrap_or(0),
                gate.needed_clean
            ),
            _ => format!(
                "{} orders expected, {} chance of proof",
                gate.samples,
                chance(gate.chance_ppm)
            ),
        };
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
