//! Owns the sentences of a report: the headline, the one-sentence why, reasons in plain words.
//! Must not know where they are printed; reads [`Summary`] only.

#![expect(clippy::format_push_string, reason = "a dozen sentences: reading them matters")]

pub mod acted;
pub mod advice;
pub mod advised;
pub mod again;
mod channel;
pub mod checklist;
mod clock;
pub mod condition;
mod cut;
pub mod diagnosis;
pub mod errors;
pub mod gate;
pub mod input;
pub mod limits;
mod load;
mod mend;
pub mod number;
pub mod objective;
mod reserve;
mod rules;
mod settings;
pub mod standing;
pub mod steps;
pub mod story;
mod turned;
mod ungated;
mod way;

pub use self::channel::channel_reason;
use self::gate::{gate_sentence, invariant_sentence};
pub use self::load::{load_honesty, load_verdict};
use self::number::{civil_short, count, counted, speed};
pub use self::reserve::{accepted_risks, limits_loosened};
pub use self::rules::{Rules, rules_clean, rules_told};
pub use self::turned::Refused;
pub use self::ungated::{beside_the_gates, not_tested};
use super::summary::Summary;
use super::summary::band::{Band, Unproved};
use super::summary::gate::Gate;
use super::summary::measured::Call;
use super::summary::verdict::{Evidence, Reason, Verdict};

/// What a load call asks, in words.
pub fn call(call: Call) -> &'static str {
    match call {
        Call::PlaceOrder => "Place an order",
        Call::FillCart => "Fill a cart",
        Call::CancelOrder => "Cancel an order",
        Call::EditOrder => "Edit an order",
        Call::AdjustStock => "Move stock",
        Call::SetPrice => "Set a price",
        Call::PublishListing => "Publish a listing",
        Call::Plain => "Plain request",
    }
}

/// The verdict on a channel or a run, in capitals. Never print it alone for a run: a model's GO
/// needs [`headline`].
pub fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Go => "GO",
        Verdict::GoWithConditions => "GO WITH CONDITIONS",
        Verdict::Inconclusive => "INCONCLUSIVE",
        Verdict::NoGo => "NO-GO",
    }
}

/// A band as a word.
pub fn band_word(band: Band) -> &'static str {
    match band {
        Band::Healthy => "healthy",
        Band::Watch => "watch",
        Band::Failed => "failed",
        Band::NotProved => "not proved",
    }
}

/// What a run is evidence about.
pub fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Model => "model: not your systems",
        Evidence::YourConnector => "your connector, mock channels",
        Evidence::Staging => "staging endpoints",
        Evidence::Operations => "live operations, no load",
    }
}

/// The verdict with what it rests on: `NO-GO · model: not your systems · 27 Nov 06:00 · 60x`. The
/// GO of a model is never bare: `GO (model: not your systems) · 27 Nov 06:00 · 60x`.
pub fn headline(summary: &Summary) -> String {
    let (word, about) = word_and_about(summary);
    format!("{word} · {about}")
}

/// The headline in its two parts: the answer, and what it rests on beside what is said in it.
pub fn word_and_about(summary: &Summary) -> (&'static str, String) {
    let campaign = &summary.campaign;
    let played = format!("{} · {}", civil_short(&campaign.starts), speed(campaign.speed_milli));
    let played = match reserve::in_headline(summary) {
        Some(reserved) => format!("{reserved} · {played}"),
        None => played,
    };
    match (summary.verdict, summary.evidence) {
        (Verdict::Go, Evidence::Model) => ("GO (model: not your systems)", played),
        (Verdict::GoWithConditions, Evidence::Model) => {
            ("GO WITH CONDITIONS (model: not your systems)", played)
        }
        (verdict, about) => (verdict_word(verdict), format!("{} · {played}", evidence(about))),
    }
}

/// What stands over the verdicts by channel, which are single words: a model's reservation must be
/// in sight of them too.
pub fn by_channel(summary: &Summary) -> String {
    match summary.evidence {
        Evidence::Model => format!("by channel ({})", evidence(summary.evidence)),
        _ => "by channel".to_owned(),
    }
}

/// Why, in one sentence with numbers and money.
pub fn why(summary: &Summary) -> String {
    match summary.verdict {
        Verdict::Go => why_go(summary),
        Verdict::GoWithConditions => why_conditions(summary),
        Verdict::NoGo | Verdict::Inconclusive => why_not(summary),
    }
}

fn why_go(summary: &Summary) -> String {
    let healthy = summary.gates.iter().filter(|gate| gate.band == Band::Healthy).count();
    let mut text = format!(
        "{} of {} are healthy over {} on {}",
        count(healthy as u64),
        counted(summary.gates.len() as u64, "gate", "gates"),
        counted(summary.totals.accepted, "accepted order", "accepted orders"),
        counted(summary.channels.len() as u64, "channel", "channels"),
    );
    if let Some(nearest) = nearest_to_its_limit(summary, None) {
        let on = nearest.channel.as_deref().map_or(String::new(), |name| format!(" on {name}"));
        let (title, bound) =
            (nearest.kpi.title(), standing::bound_against_limit(nearest, &summary.terms));
        text.push_str(&format!("; nearest to its limit is {title}{on}: {bound}"));
    }
    text + "."
}

/// The proved gate that has used up most of its room; of a channel, or of all.
fn nearest_to_its_limit<'a>(summary: &'a Summary, channel: Option<&str>) -> Option<&'a Gate> {
    let used = |gate: &Gate| standing::share_of_limit_used_ppm(gate, &summary.terms);
    let asked = |gate: &&Gate| channel.is_none() || gate.channel.as_deref() == channel;
    let proved = |gate: &&Gate| matches!(gate.band, Band::Healthy | Band::Watch);
    let usable = summary.gates.iter().filter(asked).filter(proved);
    let usable = usable.filter(|gate| used(gate).is_some());
    usable.max_by_key(|gate| (used(gate), std::cmp::Reverse(gate.kpi)))
}

fn why_conditions(summary: &Summary) -> String {
    let watched: Vec<&Gate> = summary.conditions.iter().map(|c| &summary.gates[c.gate]).collect();
    let rules = summary.reasons.iter().filter_map(|reason| match *reason {
        Reason::Invariant(place) => Some(invariant_sentence(summary, &summary.invariants[place])),
        Reason::NotGated(kpi) => Some(ungated::not_gated(kpi)),
        Reason::RowsMissing => Some(self::reason(summary, *reason)),
        _ => None,
    });
    let mut said: Vec<String> = rules.collect();
    match watched.as_slice() {
        [] => {}
        [one] => said.push(format!(
            "one gate is in the watch band: {}",
            standing::in_watch(one, &summary.terms)
        )),
        [first, ..] => said.push(format!(
            "{} gates are in the watch band, the first of them {}",
            watched.len(),
            standing::in_watch(first, &summary.terms),
        )),
    }
    let mut text = if said.is_empty() {
        "Every gate is proved within its limits".to_owned()
    } else {
        gate::capitalised(&said.join("; "))
    };
    let covering = summary.accepted_risks.iter().filter(|risk| !risk.covers.is_empty()).count();
    if covering > 0 {
        let risks = counted(covering as u64, "accepted risk covers", "accepted risks cover");
        let besides = if said.is_empty() { " but what follows" } else { "" };
        text.push_str(&format!("{besides}; {risks} what failed or is not proved"));
    }
    text + "."
}

/// Why a run is not a GO: its worst reason in full, the next of another kind short.
fn why_not(summary: &Summary) -> String {
    let Some((first, rest)) = summary.reasons.split_first() else {
        return "No reason is recorded.".to_owned();
    };
    let mut text = reason(summary, *first);
    let about = |reason: &Reason| match *reason {
        Reason::Gate(place) => Some(summary.gates[place].kpi),
        _ => None,
    };
    // What is merely not proved does not make a NO-GO, and is not said to.
    let counts = |gate: &Gate| summary.verdict != Verdict::NoGo || gate.band == Band::Failed;
    let other = rest.iter().find_map(|next| match *next {
        Reason::Gate(place) if about(next) != about(first) => Some(&summary.gates[place]),
        _ => None,
    });
    let other = other.filter(|gate| counts(gate));
    if let Some(gate) = other {
        let against = gate::value_against_limit(gate, &summary.terms);
        text.push_str(&match gate.because {
            None => format!("; {against}{}", standing::stake(summary, gate)),
            Some(why) => {
                let (title, is) = (gate.kpi.title(), gate::is(gate.kpi));
                format!("; {title} {is} not proved either ({})", short(why))
            }
        });
    }
    let cut = summary.record.ending.is_none();
    if cut && *first != Reason::Run(Unproved::Truncated) {
        text.push_str(&format!("; the record stops at {}", cut::stops_at(summary)));
    }
    text + "."
}

/// One reason in full, without a full stop.
pub fn reason(summary: &Summary, reason: Reason) -> String {
    match reason {
        Reason::Gate(place) => gate_sentence(summary, &summary.gates[place]),
        Reason::Invariant(place) => invariant_sentence(summary, &summary.invariants[place]),
        Reason::Objective(place) => objective::sentence(&summary.objectives[place]),
        Reason::Run(why) => run_sentence(summary, why),
        Reason::NothingAccepted(place) => ungated::closed(&summary.channels[place]),
        Reason::NotGated(kpi) => gate::capitalised(&ungated::not_gated(kpi)),
        Reason::RowsMissing => summary.input.as_ref().map_or(String::new(), input::sentence),
    }
}

fn run_sentence(summary: &Summary, why: Unproved) -> String {
    let load = &summary.load;
    match why {
        Unproved::Truncated => cut::sentence(summary),
        Unproved::HarnessFailed => format!(
            "doorbuster itself failed, not the systems it played: {}",
            load::befell(&load.harness).unwrap_or_else(|| "a part of it stopped".to_owned()),
        ),
        Unproved::GeneratorSaturated => gate::capitalised(&load::behind(summary)),
        Unproved::TimeScaleTooCoarse => clock::too_fast(summary),
        Unproved::Unanswered => format!(
            "{} of {} calls came back without an answer in time: whoever waited for one was not \
             served, whatever became of the call",
            count(load.silent),
            count(load.sent),
        ),
        Unproved::NotExercised => ungated::nobody_came(summary),
        Unproved::NotObserved => ungated::LOAD_UNSEEN.to_owned(),
        Unproved::UnknownKinds => ungated::unknown_kinds(summary),
        other => format!("The run is not proved: {}", unproved(other)),
    }
}

/// Why something is not proved, in plain words, with the numbers of the load where that is why.
fn unproved_in(summary: &Summary, why: Unproved) -> String {
    match why {
        Unproved::GeneratorSaturated => load::behind(summary),
        other => unproved(other).to_owned(),
    }
}

/// Why something is not proved, in plain words.
pub fn unproved(why: Unproved) -> &'static str {
    match why {
        Unproved::Truncated => "the record stops before its end",
        Unproved::UnknownKinds => "the record holds kinds of facts that this version does not know",
        Unproved::HarnessFailed => "doorbuster itself failed, and may have caused it",
        Unproved::GeneratorSaturated => "calls of the load left late, or not at all",
        Unproved::TimeScaleTooCoarse => {
            "the clock ran too fast for what the gate and the connectors rest on"
        }
        Unproved::Unanswered => "too many calls came back without an answer",
        Unproved::Contradicted => "shoppers were told otherwise than the channel's record says",
        Unproved::NotObserved => "nothing in the record can show it",
        Unproved::NotExercised => "what it guards against never came up in this run",
        Unproved::TooFewSamples => "there are too few samples to be sure",
        Unproved::Unresolved => "outcomes that nobody knows could tip it either way",
        Unproved::AtTheLimit => "it is too near to its limit to be sure, or beyond it",
    }
}

/// Why something is not proved, in two or three words for a table.
pub fn short(why: Unproved) -> &'static str {
    match why {
        Unproved::Truncated => "record cut off",
        Unproved::UnknownKinds => "unknown kinds of facts",
        Unproved::HarnessFailed => "doorbuster failed",
        Unproved::GeneratorSaturated => "load fell behind",
        Unproved::TimeScaleTooCoarse => "clock too fast",
        Unproved::Unanswered => "calls without an answer",
        Unproved::Contradicted => "shoppers told otherwise",
        Unproved::NotObserved => "not observed",
        Unproved::NotExercised => "never put to the test",
        Unproved::TooFewSamples => "too few samples",
        Unproved::Unresolved => "outcomes unknown",
        Unproved::AtTheLimit => "at the limit",
    }
}

/// Gates that are not healthy: those that decided the verdict first, then the rest as they stand.
pub fn gates_to_mend(summary: &Summary) -> Vec<&Gate> {
    let mut places: Vec<usize> = Vec::new();
    let decisive = summary.reasons.iter().filter_map(|reason| match *reason {
        Reason::Gate(place) => Some(place),
        _ => None,
    });
    for place in decisive.chain(0..summary.gates.len()) {
        if summary.gates[place].band != Band::Healthy && !places.contains(&place) {
            places.push(place);
        }
    }
    places.into_iter().map(|place| &summary.gates[place]).collect()
}

/// The gates of a short table: each of the run, and below it those of channels that stand
/// elsewhere than the run and are not healthy, or that failed.
pub fn gates_told(summary: &Summary) -> Vec<&Gate> {
    let mut told = Vec::new();
    for of_run in summary.gates.iter().filter(|gate| gate.channel.is_none()) {
        told.push(of_run);
        let of_channels = summary.gates.iter().filter(|gate| {
            let same = gate.band == of_run.band && gate.because == of_run.because;
            let tells = gate.band == Band::Failed || gate.band != Band::Healthy && !same;
            gate.kpi == of_run.kpi && gate.channel.is_some() && tells
        });
        told.extend(of_channels);
    }
    told
}

/// What is left of the sales, and what was turned away: the price of an answer is part of it.
pub fn sales_kept(summary: &Summary) -> Vec<String> {
    let totals = &summary.totals;
    if totals.accepted == 0 {
        return Vec::new();
    }
    let money = |minor: i64| number::money(minor, &summary.campaign);
    let mut text = format!(
        "{} of {} accepted ({} of {})",
        money(totals.kept.money),
        money(totals.money),
        count(totals.kept.units.unsigned_abs()),
        counted(totals.units.unsigned_abs(), "unit", "units"),
    );
    let turned: u64 = totals.turned_away.iter().map(|turned| turned.orders).sum();
    if turned > 0 {
        let orders = counted(turned, "order was", "orders were");
        let wanted = totals.offered.max(totals.accepted);
        let part = number::share(crate::units::Ppm::of(turned, wanted).0);
        text.push_str(&format!("; {orders} turned away, {part} of all wanted"));
    }
    std::iter::once(text).chain(Refused::in_run(summary).told(summary)).collect()
}

/// What it means that no unit was oversold: nothing, where nothing was sold.
pub fn not_oversold(summary: &Summary) -> &'static str {
    match (summary.totals.accepted, summary.record.ending) {
        (0, _) => "No order was accepted, so nothing could be oversold",
        (_, None) => "No unit was oversold up to where the record ends",
        (_, Some(_)) => "No unit was oversold",
    }
}

#[cfg(test)]
mod tests;
