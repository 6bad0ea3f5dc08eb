//! Owns the levers of whoever sells: what channels may offer, and when the campaign starts.
//! Must not know connectors.

use jiff::{SignedDuration, ZonedDateTime};

use super::{Burden, Lever, owner};
use crate::commerce::terms::ChannelPlay;
use crate::history::charter::Kpi;
use crate::language::path;
use crate::scenario::Plan;
use crate::scenario::levers::Kind;
use crate::scenario::patch::Patch;
use crate::units::Ppm;

/// Stands for every channel together.
const EVERY: &str = "every channel";

/// Holding back, capping and dividing stock: on a channel that is not alone on it.
pub(super) fn rules(plan: &Plan, found: &mut Vec<Lever>) {
    let channels = &plan.world.channels;
    if channels.len() < 2 {
        return;
    }
    let covered: Vec<&ChannelPlay> =
        channels.iter().filter(|channel| plan.levers.covers(&channel.name)).collect();
    let mut groups: Vec<(String, Vec<&ChannelPlay>)> =
        covered.iter().map(|channel| (channel.name.clone(), vec![*channel])).collect();
    if covered.len() > 1 {
        groups.push((EVERY.to_owned(), covered));
    }
    for (to, channels) in &groups {
        if let Some(more) = plan.levers.bound(Kind::HoldsBack) {
            let steps = if to == EVERY { 1..=more.min(2) } else { more..=more };
            for more in steps {
                found.push(hold_back(plan, to, channels, more as i64));
            }
        }
        if let Some(cap) = plan.levers.bound(Kind::ShowsAtMost) {
            found.extend(cap_at(plan, to, channels, cap as i64));
        }
    }
    let is_divided = channels.iter().any(|channel| channel.rule.allocation != Ppm::ONE);
    let all_covered = channels.iter().all(|channel| plan.levers.covers(&channel.name));
    if plan.levers.bound(Kind::Allocation).is_some() && all_covered && !is_divided {
        found.push(divide(plan));
    }
}

fn of_channels(plan: &Plan, to: &str, what: String, changes: &[(String, String)]) -> Lever {
    let patch = changes
        .iter()
        .fold(Patch::default(), |all, (path, value)| all.then(Patch::set(path, value)));
    let mends = Kpi::OversoldOrders;
    let owner = owner(plan, mends);
    Lever { what, to: to.to_owned(), owner, mends, patch, burden: Burden::Sales }
}

fn hold_back(plan: &Plan, to: &str, channels: &[&ChannelPlay], more: i64) -> Lever {
    let change = |channel: &&ChannelPlay| {
        let units = channel.rule.holds_back.0 + more;
        (path::of(["channels", &channel.name, "holds back"]), units.to_string())
    };
    let units = if more == 1 { "unit" } else { "units" };
    let what = match channels {
        [one] if one.rule.holds_back.0 == 0 => format!("hold back {more} {units}"),
        [one] => {
            let now = one.rule.holds_back.0;
            format!("hold back {} units instead of {now}", now + more)
        }
        _ => format!("hold back {more} {units} more"),
    };
    of_channels(plan, to, what, &channels.iter().map(change).collect::<Vec<_>>())
}

/// A cap, where it is lower than what is shown today.
fn cap_at(plan: &Plan, to: &str, channels: &[&ChannelPlay], cap: i64) -> Option<Lever> {
    let lower = channels.iter().filter(|c| c.rule.shows_at_most.is_none_or(|now| now.0 > cap));
    let changes: Vec<(String, String)> = lower
        .map(|c| (path::of(["channels", &c.name, "shows at most"]), cap.to_string()))
        .collect();
    let what = format!("show at most {cap} units of a SKU");
    (!changes.is_empty()).then(|| of_channels(plan, to, what, &changes))
}

/// Each channel its share of the stock: what one sells no other can.
fn divide(plan: &Plan) -> Lever {
    let shares = plan.charter.channels.iter();
    let change = |channel: &crate::history::charter::ChannelTerms| {
        let percent = (channel.share.0 / 10_000).max(1);
        (path::of(["channels", &channel.name, "allocation"]), format!("{percent}%"))
    };
    let what = "divide the stock between the channels by their share of orders".to_owned();
    of_channels(plan, EVERY, what, &shares.map(change).collect::<Vec<_>>())
}

/// The start, earlier and later.
pub(super) fn start(plan: &Plan, found: &mut Vec<Lever>) {
    let Some(by) = plan.levers.bound(Kind::Start) else { return };
    let Ok(starts) = plan.charter.starts.parse::<ZonedDateTime>() else { return };
    let by = SignedDuration::from_micros(by as i64);
    for (by, which) in [(-by, "earlier"), (by, "later")] {
        let Ok(moved) = starts.checked_add(by) else { continue };
        let zone = moved.time_zone().iana_name().unwrap_or("UTC");
        let at = format!("{} {zone}", moved.strftime("%Y-%m-%d %H:%M"));
        found.push(Lever {
            what: format!("start {which}, at {}", moved.strftime("%d %b %H:%M")),
            to: "campaign".to_owned(),
            owner: owner(plan, Kpi::OversoldOrders),
            mends: Kpi::OversoldOrders,
            patch: Patch::set("starts", &at),
            burden: Burden::Setting,
        });
    }
}
