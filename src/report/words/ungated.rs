//! Owns the words on what no gate counts: channels that sell next to nothing, phases nobody came
//! in, orders that await payment, shoppers sent away or told otherwise, cancellations in their
//! whole. Must not know which of it decides the verdict.

use super::number::{count, counted, money, share};
use crate::report::summary::Summary;
use crate::report::summary::band::Band;
use crate::report::summary::gate::{InvariantKind, Kpi};
use crate::report::summary::measured::{Refusal, Totals};
use crate::report::summary::verdict::Channel;

/// What a record without the load cannot tell.
pub(super) const LOAD_UNSEEN: &str = "The record does not hold the calls of the load: how many \
                                      shoppers came and what they were told is not known";

/// `The record holds kinds of facts that this doorbuster does not know (12 recalled) …`.
pub(super) fn unknown_kinds(summary: &Summary) -> String {
    let kinds = summary.record.unknown_kinds.iter();
    let kinds: Vec<String> = kinds.map(|(kind, n)| format!("{} {kind}", count(*n))).collect();
    format!(
        "The record holds kinds of facts that this doorbuster does not know ({}): a later one \
         wrote it ({}), and what it says may change all that is found here",
        kinds.join(", "),
        summary.doorbuster,
    )
}

/// `market accepted none of the 40 orders wanted on it: whether it would sell is not known`.
pub(super) fn closed(channel: &Channel) -> String {
    let totals = &channel.totals;
    let turned: u64 = totals.turned_away.iter().map(|turned| turned.orders).sum();
    let wanted = counted(totals.offered.max(totals.accepted + turned), "order", "orders");
    let name = &channel.name;
    match totals.accepted {
        0 => format!(
            "{name} accepted none of the {wanted} wanted on it: whether it would sell is not known"
        ),
        accepted => format!(
            "{name} accepted {} of the {wanted} wanted on it, though stock was there for {}: \
             whether it would sell is not known",
            count(accepted),
            count(totals.takeable),
        ),
    }
}

/// The same beside the channel's name.
pub(super) fn closed_short(totals: &Totals) -> String {
    match totals.accepted {
        0 => "every order was turned away".to_owned(),
        accepted => format!(
            "only {} of {} that it could have taken {} accepted",
            counted(accepted, "order", "orders"),
            count(totals.takeable),
            if accepted == 1 { "was" } else { "were" },
        ),
    }
}

/// That the terms hold a KPI to nothing.
pub(super) fn not_gated(kpi: Kpi) -> String {
    format!("nothing in the terms holds {} to a limit, though the record shows it", kpi.title())
}

/// Why nothing was put to the test: nobody came, or not when the terms say that orders come.
pub(super) fn nobody_came(summary: &Summary) -> String {
    match summary.silent_phases.as_slice() {
        [] => "No order was wanted: nothing was put to the test".to_owned(),
        phases => format!(
            "No order was wanted in {}, where the terms say that orders come: that part was not \
             put to the test, or its record is missing",
            phases.join(", "),
        ),
    }
}

/// KPIs that the record shows and no gate holds to anything, for "not tested".
pub fn not_tested(summary: &Summary) -> Vec<String> {
    let gates = summary.not_gated.iter().map(|kpi| format!("{}: not gated", kpi.title()));
    summary.not_tested.iter().cloned().chain(gates).collect()
}

/// What belongs on the first screen and stands in no gate; a line a kind, none where there is
/// nothing of it.
pub fn beside_the_gates(summary: &Summary) -> Vec<String> {
    let told = [awaiting(summary), sent_away(summary), later(summary), ended(summary)];
    told.into_iter().chain([contradicted(summary)]).flatten().collect()
}

/// A number by channel: `amazon 13 of 10,100, ebay 2 of 40`; none where all are zero.
fn by_channel(summary: &Summary, of: impl Fn(&Totals) -> [u64; 2]) -> Option<String> {
    let told = summary.channels.iter().filter_map(|channel| {
        let [n, all] = of(&channel.totals);
        (n > 0).then(|| format!("{} {} of {}", channel.name, count(n), count(all)))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| told.join(", "))
}

fn awaiting(summary: &Summary) -> Option<String> {
    let on = by_channel(summary, |t| [t.awaiting_payment, t.accepted])?;
    Some(format!("still awaiting payment at the end, and so perhaps never handed over: {on}"))
}

fn sent_away(summary: &Summary) -> Option<String> {
    let on = by_channel(summary, |t| [t.sent_away, t.offered.max(t.accepted)])?;
    let throttled = summary.totals.turned_away.iter().any(|t| t.why == Refusal::Throttled);
    let why = if throttled { "unavailable or too busy" } else { "unavailable" };
    Some(format!("told that the channel was {why}, and never served: {on} shoppers"))
}

/// Cancellations whatever their term, where some came after it.
fn later(summary: &Summary) -> Option<String> {
    let late = rule(summary, InvariantKind::LateCancellation)?;
    let totals = &summary.totals;
    let whole = totals.accepted.max(1);
    let part = (u128::from(totals.cancelled) * 1_000_000 / u128::from(whole)) as u32;
    (late > 0).then(|| {
        format!(
            "cancelled for want of stock, sooner or later: {} of {} orders ({}), {} of them after \
             the time within which that counts",
            count(totals.cancelled),
            count(totals.accepted),
            share(part),
            count(late),
        )
    })
}

fn ended(summary: &Summary) -> Option<String> {
    let ended = rule(summary, InvariantKind::OneSidedEnd).filter(|n| *n > 0)?;
    let dead = summary.totals.money_at_risk.dead;
    let dead = match dead {
        0 => String::new(),
        dead => format!(
            "; {} of it is promised by channels and dead in the OMS",
            money(dead, &summary.campaign)
        ),
    };
    let orders = counted(ended, "order is", "orders are");
    Some(format!("{orders} cancelled on one side and alive on the other{dead}"))
}

fn contradicted(summary: &Summary) -> Option<String> {
    let on = by_channel(summary, |t| [t.denied + t.unkept, t.offered.max(t.accepted)])?;
    Some(format!("shoppers told otherwise than the channel's own record says: {on}"))
}

/// Definite breaches of a rule, where it was looked at.
fn rule(summary: &Summary, kind: InvariantKind) -> Option<u64> {
    let rule = summary.invariants.iter().find(|rule| rule.invariant == kind)?;
    let told = rule.band != Band::NotProved || rule.breaches.definite > 0;
    told.then_some(rule.breaches.definite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_order_was_accepted_and_several_were() {
        let said = |accepted| closed_short(&Totals { accepted, takeable: 20, ..Totals::default() });
        assert_eq!(said(13), "only 13 orders of 20 that it could have taken were accepted");
        assert_eq!(said(1), "only 1 order of 20 that it could have taken was accepted");
    }
}
