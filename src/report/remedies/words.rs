//! Owns how it is said what an action would have changed, and how it is found out where nothing was
//! tried. Must not compute.

use super::{Remedied, Remedies, Remedy};
use crate::report::document::ListLine;
use crate::report::many::words::sales;
use crate::report::summary::Summary;
use crate::report::summary::gate::Kpi;
use crate::report::summary::verdict::Evidence;
use crate::report::words::diagnosis::Diagnosis;
use crate::report::words::gate::{breaches, capitalised};
use crate::report::words::number::{count, counted};

/// A line for each diagnosis: the action that left least of what shows it.
pub(in crate::report) fn lines(tried: &Remedies, told: &[Diagnosis]) -> Vec<ListLine> {
    told.iter().map(|one| line(tried, one)).collect()
}

fn line(tried: &Remedies, one: &Diagnosis) -> ListLine {
    let shows = |remedy: &&Remedy| one.is_shown_by(remedy.kpi, remedy.rule);
    let of = tried.of.iter().filter(shows).max_by_key(|remedy| remedy.best.is_some());
    let symptom = capitalised(one.symptom);
    let Some((remedy, best)) = of.and_then(|remedy| Some((remedy, remedy.best.as_ref()?))) else {
        let played = counted(tried.played, "action", "actions");
        let why = match of {
            Some(_) => format!("none of {played} played left less of it"),
            None => "no setting of a scenario mends it, so nothing was played".to_owned(),
        };
        return ListLine::plain(format!("{symptom}: {why}"));
    };
    let what = format!("{}: {}", best.to, best.what);
    let changed = format!("{} instead of {}", happened(remedy, best.after), count(remedy.before));
    let main = format!("{symptom}: with \u{201c}{what}\u{201d} ({}) {changed}", best.owner);
    ListLine::new(
        main,
        format!("{}. Setting: `{}`.", then(tried, best), best.settings.join("`, `")),
    )
}

/// `0 orders oversold`: what is counted where this failed.
fn happened(remedy: &Remedy, n: u64) -> String {
    let (one, many) = match (remedy.kpi, remedy.rule) {
        (Some(kpi), _) => match kpi {
            Kpi::ListingLatency | Kpi::SyncLag | Kpi::PriceLag => {
                ("change came later than the limit", "changes came later than the limit")
            }
            Kpi::HandoffSuccess => ("order failed its handoff", "orders failed their handoff"),
            Kpi::ReconciliationVariance => {
                ("order differs in the books", "orders differ in the books")
            }
            Kpi::StockCancellations => {
                ("order was cancelled for stock", "orders were cancelled for stock")
            }
            Kpi::OversoldOrders => ("order was oversold", "orders were oversold"),
            Kpi::MispricedOrders => ("order was mispriced", "orders were mispriced"),
        },
        (None, Some(rule)) => return breaches(rule, n),
        (None, None) => ("time", "times"),
    };
    counted(n, one, many)
}

/// What else came of it.
fn then(tried: &Remedies, best: &Remedied) -> String {
    let limits =
        if best.in_band { "All lies within its limit then" } else { "More is out of band" };
    let money = |minor: i64| sales::money(minor, &tried.currency);
    match best.kept_money {
        0 => limits.to_owned(),
        more @ 1.. => format!("{limits}, with {} more of sales kept", money(more)),
        less => format!("{limits}, with {} less of sales kept", money(-less)),
    }
}

/// That nothing was tried of a run that failed, and how to. `scenario` is the one in its folder, as
/// a shell takes it.
pub(in crate::report) fn untried(summary: &Summary, scenario: &str) -> String {
    match summary.evidence {
        Evidence::Model => format!(
            "Not tried on this seed here. `doorbuster simulate {scenario} --runs 1` plays the same \
             shoppers and faults in virtual time, and what could be done about what fails."
        ),
        Evidence::YourConnector | Evidence::Staging | Evidence::Operations => {
            "Not tried: what is not doorbuster's own cannot be played again in virtual time. Make \
             the change, and measure again."
                .to_owned()
        }
    }
}
