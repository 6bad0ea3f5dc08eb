//! Owns whether a charter can be judged by: within bounds, and at one with itself.
//! Must not know any fact.

use super::admission::AT_MAX;
use super::books::Books;
use super::refusal::NotAHistory;
use super::run::Run;
use super::terms;
use crate::history::charter::{
    ChannelTerms, Charter, HISTORY_VERSION, Kpi, LOCATIONS_MAX, Limits, OfferPart, PromotionTerms,
    SourceTells, StockRule,
};
use crate::ids::{ChannelId, LocationId, NAME_CHARS_MAX};
use crate::units::{At, Ppm, Qty, Span};

/// SKUs × channels; beyond, tables would not fit a small machine.
const CELLS_MAX: u64 = 2_000_000;
/// Channels, and connectors.
const ROLES_MAX: usize = 256;
/// Faults, steps, and letters of what one does.
const FAULTS_MAX: usize = 1_000;
const STEPS_MAX: usize = 1_000;
const DOES_CHARS_MAX: usize = 100_000;
/// Roles that somebody acts in, and words of what one may do; a later version may know more than
/// there are.
const ACTORS_MAX: usize = 1_000;
const WORDS_MAX: usize = 100;
/// Parts of an offer, units of one in it, and what such a unit may cost.
const PARTS_MAX: usize = 1_000;
const COUNT_MAX: u32 = 1_000_000;
const PRICE_MAX: i64 = 1_000_000_000_000_000;
/// Rules that raise alerts.
const ALERTS_MAX: usize = 1_000;

pub(super) fn begin(charter: &Charter) -> Result<Run, NotAHistory> {
    let wrong = |what: &str| Err(NotAHistory::Charter(what.to_owned()));
    if charter.version > HISTORY_VERSION {
        let (found, known) = (charter.version, HISTORY_VERSION);
        return Err(NotAHistory::TooNew { found, known });
    }
    if charter.version == 0 {
        return wrong("version 0 is none");
    }
    if let Some(what) = ill_named(charter) {
        return wrong(&what);
    }
    if let Some(what) = ill_numbered(charter) {
        return wrong(what);
    }
    if charter.traffic_ends > AT_MAX || charter.drain > Span(AT_MAX.0) {
        return wrong("it lasts longer than ten years");
    }
    let there = charter.connectors.len();
    let unserved = |c: &&ChannelTerms| there > 0 && c.connector.index() >= there;
    if let Some(channel) = charter.channels.iter().find(unserved) {
        return wrong(&format!("channel {} has a connector that is not there", channel.name));
    }
    let ill = ill_phased(charter).or_else(|| ill_shared(charter)).or_else(|| ill_made(charter));
    if let Some(what) = ill.or_else(|| ill_priced(charter)).or_else(|| ill_located(charter)) {
        return wrong(&what);
    }
    if let Some(what) = ill_aimed(charter) {
        return wrong(what);
    }
    if let Some(gate) = charter.gates.iter().find(|gate| !fits(gate.kpi, gate.limits)) {
        return wrong(&format!("the limits of {} are of another kind", gate.kpi.key()));
    }
    if let Some(gate) = charter.gates.iter().find(|gate| !is_a_band(gate.limits)) {
        return wrong(&format!("the limits of {} are no band", gate.kpi.key()));
    }
    let twice = |kpi: Kpi| charter.gates.iter().filter(|gate| gate.kpi == kpi).count() > 1;
    if let Some(gate) = charter.gates.iter().find(|gate| twice(gate.kpi)) {
        return wrong(&format!("{} has two gates", gate.kpi.key()));
    }
    let kinds: Vec<_> = charter.objectives.iter().map(std::mem::discriminant).collect();
    if (1..kinds.len()).any(|place| kinds[..place].contains(&kinds[place])) {
        return wrong("an objective is said twice");
    }
    match Books::new(charter) {
        Some(books) => Ok(Run::new(&terms::put_right(charter), books)),
        None => wrong("`starts` must be like 2026-11-27T06:00:00-05:00"),
    }
}

/// What is said of a channel that is not there.
fn ill_aimed(charter: &Charter) -> Option<&'static str> {
    let known = |channel: ChannelId| channel.index() < charter.channels.len();
    if charter.accepted_risks.iter().filter_map(|risk| risk.channel).any(|c| !known(c)) {
        return Some("an accepted risk names a channel that is not there");
    }
    if charter.faults.iter().flat_map(|fault| &fault.at).any(|channel| !known(*channel)) {
        return Some("a fault is aimed at a channel that is not there");
    }
    let mut watched = charter.alerts.iter().flat_map(|rule| &rule.channels);
    if watched.any(|channel| !known(*channel)) {
        return Some("an alert watches a channel that is not there");
    }
    let on = |promotion: &PromotionTerms| {
        let mut channels: Vec<_> = promotion.on.iter().map(|on| on.channel).collect();
        channels.sort_unstable();
        channels.windows(2).all(|pair| pair[0] != pair[1]) && channels.into_iter().all(known)
    };
    if !charter.promotions.iter().all(on) {
        return Some("a promotion is on a channel that is not there, or twice on one");
    }
    let delays = charter.connectors.iter().flat_map(|connector| &connector.delays);
    if delays.filter_map(|delay| delay.channel).any(|channel| !known(channel)) {
        return Some("a connector's delay names a channel that is not there");
    }
    None
}

/// Whether a KPI can be held against such limits.
fn fits(kpi: Kpi, limits: Limits) -> bool {
    match Limits::standard(kpi) {
        Limits::LagP95 { .. } => matches!(limits, Limits::LagP95 { .. }),
        // A share may be said from either side.
        _ => !matches!(limits, Limits::LagP95 { .. }),
    }
}

/// Whether what is healthy is no worse than what is watched, and no share more than all.
fn is_a_band(limits: Limits) -> bool {
    let shares = |shares: [Ppm; 2]| shares.iter().all(|share| *share <= Ppm::ONE);
    match limits {
        Limits::AtMost { healthy, watch } => healthy <= watch && shares([healthy, watch]),
        Limits::AtLeast { healthy, watch } => healthy >= watch && shares([healthy, watch]),
        Limits::LagP95 { healthy, watch } => healthy <= watch,
    }
}

/// Locations that serve nobody, channels without one, and what is not judged beside them.
fn ill_located(charter: &Charter) -> Option<String> {
    let there = charter.locations.len();
    for channel in &charter.channels {
        let mut from: Vec<_> = channel.from.iter().map(|at| at.index()).collect();
        from.sort_unstable();
        let twice = from.windows(2).any(|pair| pair[0] == pair[1]);
        let known = from.last().is_none_or(|last| *last < there);
        if twice || !known || from.is_empty() != (there == 0) {
            return Some(format!("channel {} is served from where nothing lies", channel.name));
        }
    }
    let serves = |at: &LocationId| charter.channels.iter().any(|c| c.from.contains(at));
    if !charter.serving().all().all(|at| serves(&at)) {
        return Some("stock lies where no channel is served from".to_owned());
    }
    let unbuilt = !charter.offers.is_empty()
        || charter.is_outside()
        || charter.channels.iter().any(|channel| channel.edits)
        || charter.source_tells == SourceTells::OnHand;
    let beside = "locations beside offers of several parts, edits, a connector from outside or a \
                  source that tells what is on hand";
    (there > 0 && unbuilt).then(|| beside.to_owned())
}

/// A channel whose prices nobody could make of the source's.
fn ill_priced(charter: &Charter) -> Option<String> {
    charter.channels.iter().find_map(|channel| {
        let tariff = channel.tariff.as_ref()?;
        let other = "another currency of the source's than the campaign's";
        let is_other = tariff.source_digits != charter.currency_digits;
        let unbuilt = (!charter.offers.is_empty()).then_some("a tariff beside offers of several");
        let flaw = tariff.flaw().or(is_other.then_some(other)).or(unbuilt)?;
        Some(format!("channel {} converts by {flaw}", channel.name))
    })
}

/// More of something than can be judged, or nothing of what there must be.
fn ill_numbered(charter: &Charter) -> Option<&'static str> {
    let is_told = |does: &str| does.len() <= DOES_CHARS_MAX;
    let too_many = [
        (charter.locations.len() > LOCATIONS_MAX, "more than 8 locations"),
        (
            charter.channels.is_empty() || charter.channels.len() > ROLES_MAX,
            "there must be 1 to 256 channels",
        ),
        (charter.connectors.len() > ROLES_MAX, "there may be at most 256 connectors"),
        (
            charter.faults.len() > FAULTS_MAX || !charter.faults.iter().all(|f| is_told(&f.does)),
            "there may be at most 1,000 faults, each in 100,000 letters",
        ),
        (
            charter.steps.len() > STEPS_MAX || !charter.steps.iter().all(|s| is_told(&s.does)),
            "there may be at most 1,000 steps, each in 100,000 letters",
        ),
        (
            charter.roles.len() > ACTORS_MAX
                || charter.roles.iter().any(|role| role.may.len() > WORDS_MAX),
            "there may be at most 1,000 roles, each of which may do at most 100 things",
        ),
        (charter.alerts.len() > ALERTS_MAX, "there may be at most 1,000 alerts"),
        (
            (u64::from(charter.skus) + charter.offers.len() as u64) * charter.channels.len() as u64
                > CELLS_MAX,
            "SKUs (and other offers) × channels may be at most 2,000,000",
        ),
    ];
    too_many.into_iter().find(|(is_so, _)| *is_so).map(|(_, what)| what)
}

/// Names that cannot be told apart, or shown.
fn ill_named(charter: &Charter) -> Option<String> {
    let channels = charter.channels.iter().map(|channel| channel.name.as_str());
    let connectors = charter.connectors.iter().map(|connector| connector.name.as_str());
    let offers = charter.offers.iter().map(|offer| &*offer.name);
    let offers = offers.chain(charter.locations.iter().map(|location| &*location.name));
    let skus = charter.sku_names.iter().map(|name| &**name).chain(offers);
    let times = charter.phases.iter().map(|phase| phase.name.as_str());
    let times = times.chain(charter.promotions.iter().map(|promotion| promotion.name.as_str()));
    let faults = charter.faults.iter().map(|fault| fault.name.as_str());
    let told = charter.alerts.iter().filter_map(|rule| rule.owner.as_deref());
    let alerts = charter.alerts.iter().map(|rule| rule.name.as_str()).chain(told);
    let roles = charter.roles.iter();
    let roles = roles.flat_map(|role| role.may.iter().chain([&role.name]).map(String::as_str));
    let steps = charter.steps.iter().map(|step| step.name.as_str());
    let teams = charter.owners.iter().map(|owner| owner.team.as_str());
    let others = skus
        .chain(times)
        .chain(faults)
        .chain(alerts)
        .chain(roles)
        .chain(steps)
        .chain(teams)
        .chain([charter.campaign.as_str()]);
    let is_long = |name: &&str| name.chars().nth(NAME_CHARS_MAX).is_some();
    if let Some(long) = channels.clone().chain(connectors.clone()).chain(others).find(is_long) {
        let begins: String = long.chars().take(20).collect();
        return Some(format!("the name {begins:?}… is longer than {NAME_CHARS_MAX} letters"));
    }
    if channels.clone().chain(connectors).any(|name| name.trim().is_empty()) {
        return Some("a channel or connector has no name".to_owned());
    }
    let mut small: Vec<String> = channels.map(str::to_lowercase).collect();
    small.sort_unstable();
    let twice = small.windows(2).find(|pair| pair[0] == pair[1])?;
    Some(format!("two channels are named {:?}", twice[0]))
}

/// Phases that leave out a part of the campaign, or say it twice: nobody would be asked for the
/// orders of it.
fn ill_phased(charter: &Charter) -> Option<String> {
    let mut from = At::START;
    for phase in &charter.phases {
        if phase.from != from || phase.until <= from {
            return Some(format!(
                "phase {:?} does not begin where the one before ends",
                phase.name
            ));
        }
        from = phase.until;
    }
    let whole = !charter.phases.is_empty() && from == charter.traffic_ends;
    (!whole).then(|| "its phases do not end where its traffic does".to_owned())
}

/// Offers without parts, or of parts that are no SKUs.
fn ill_made(charter: &Charter) -> Option<String> {
    let is_part = |part: &OfferPart| {
        (1..=COUNT_MAX).contains(&part.count) && (0..=PRICE_MAX).contains(&part.price.0)
    };
    for offer in &charter.offers {
        let mut skus: Vec<_> = offer.parts.iter().map(|part| part.sku).collect();
        skus.sort_unstable();
        let twice = skus.windows(2).any(|pair| pair[0] == pair[1]);
        let known = skus.last().is_some_and(|last| last.0 < charter.skus);
        if twice || !known || !offer.parts.iter().all(is_part) || skus.len() > PARTS_MAX {
            return Some(format!("offer {:?} has parts that cannot be", offer.name));
        }
    }
    None
}

/// Shares of more than all, and stock rules that no channel can follow.
fn ill_shared(charter: &Charter) -> Option<String> {
    let cannot = |channel: &&ChannelTerms| {
        let StockRule { allocation, holds_back, shows_at_most, .. } = channel.rule;
        let negative = [holds_back, shows_at_most.unwrap_or(Qty::ZERO)].iter().any(|q| q.0 < 0);
        negative || allocation > Ppm::ONE || channel.share > Ppm::ONE
    };
    if let Some(channel) = charter.channels.iter().find(cannot) {
        return Some(format!(
            "channel {} has a share or a stock rule that cannot be",
            channel.name
        ));
    }
    let sent = charter.honesty.sent_at_least > Ppm::ONE;
    sent.then(|| "more calls are to be sent than are due".to_owned())
}
