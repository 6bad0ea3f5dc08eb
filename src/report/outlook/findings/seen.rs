//! Owns what to know of the afternoons that were played. Must not compute.

use super::super::sheet::{Gate, Load, Played, Sheet, Stood};
use super::super::words::{joined, of_replications, ranged, run_out, runs_out};
use super::{keys, kpis};
use crate::outlook::of_channel;
use crate::report::outlook::finding::{Finding, Weight};
use crate::report::outlook::words::{GOOD, held};
use crate::report::summary::band::Unproved;
use crate::report::summary::gate::Kpi;
use crate::report::words::gate::{capitalised, invariant_title, is};
use crate::report::words::number::{counted, share};

/// All of it.
pub(super) fn all(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let mut findings: Vec<Finding> = none_taken(sheet).into_iter().collect();
    findings.extend(of_beyond(sheet, played));
    findings.extend(together(sheet, played));
    findings.extend(of_rules(sheet, played));
    findings.extend(of_untested(sheet, played));
    findings.extend(lost(sheet, played));
    findings.extend(of_stock(sheet, played));
    findings
}

/// Channels that want orders and accept none.
fn none_taken(sheet: &Sheet) -> Option<Finding> {
    let none = sheet.orders.scopes.iter().filter(|s| s.all.accepted == 0 && s.all.offered > 0);
    let dead: Vec<&str> = none.filter_map(|scope| scope.channel.as_deref()).collect();
    (!dead.is_empty()).then(|| Finding {
        weight: Weight::Stops,
        text: format!("{} accepts none of its orders in the afternoons played", joined(&dead)),
        todo: format!(
            "see what it shows: `{}`, `{}` or its stock",
            of_channel(dead[0], "allocation"),
            of_channel(dead[0], "holds back")
        ),
    })
}

/// Updates that were given up though arithmetic saw no need.
fn lost(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let told = |channel: &str| sheet.given_up.iter().any(|seen| seen.channel == channel);
    let channels = sheet.channels.iter().zip(&played.given_up);
    let lost = channels.filter(|(channel, lost)| lost.median > 0 && !told(channel));
    lost.map(|(channel, lost)| Finding {
        weight: Weight::Doubtful,
        text: format!(
            "{} throttles more than its connector has patience for: {} updates were given up an \
             afternoon",
            capitalised(channel),
            ranged(lost)
        ),
        todo: match sheet.loads.iter().find(|load| limits(load, channel)) {
            Some(load) => format!("change {}, or let the connector retry longer", keys(&load.keys)),
            None => String::new(),
        },
    })
    .collect()
}

fn limits(load: &Load, channel: &str) -> bool {
    load.name.strip_prefix(channel).is_some_and(|rest| rest.starts_with("'s limit"))
}

/// Gates whose limit some of the afternoons played were beyond, those alike together.
fn of_beyond(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let mut alike: Vec<(String, Vec<Kpi>)> = Vec::new();
    for kpi in kpis(sheet) {
        let beyond = |gate: &&Gate| gate.kpi == kpi && gate.stood.is_some_and(|s| s.beyond > 0);
        let beyond: Vec<&Gate> = held(sheet).filter(beyond).collect();
        let Some(most) = beyond.iter().filter_map(|gate| Some(gate.stood?.beyond)).max() else {
            continue;
        };
        let when = format!("{} in {}", scopes(&beyond), of_replications(most, played));
        match alike.iter_mut().find(|(known, _)| *known == when) {
            Some((_, kpis)) => kpis.push(kpi),
            None => alike.push((when, vec![kpi])),
        }
    }
    let told = alike.into_iter().map(|(when, kpis)| {
        let titles: Vec<&str> = kpis.iter().map(|kpi| kpi.title()).collect();
        let (are, limits) = match kpis.as_slice() {
            [one] if is(*one) == "is" => ("is", "its limit"),
            [_] => ("are", "their limit"),
            _ => ("are", "their limits"),
        };
        out_of_band(
            sheet,
            format!("{} {are} beyond {limits}{when}", capitalised(&joined(&titles))),
            played,
        )
    });
    told.collect()
}

/// What all afternoons together say of gates, where single ones do not say it.
fn together(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    // What was beyond its limit in single afternoons is told with these.
    let silent = held(sheet).filter(|gate| gate.stood.is_some_and(|stood| stood.beyond == 0));
    let silent: Vec<String> = silent.map(name).collect();
    let told = |gates: &[String]| -> Vec<String> {
        gates.iter().filter(|gate| silent.contains(gate)).cloned().collect()
    };
    let all = counted(played.replications, "afternoon", "afternoons");
    let failed = told(&played.failed_together).into_iter().map(|gate| Finding {
        weight: Weight::Stops,
        text: format!("{gate}: beyond the limit over {all} together"),
        todo: sheet.advise(),
    });
    let never = told(&played.never_proved);
    let never = (!never.is_empty()).then(|| Finding {
        weight: Weight::Doubtful,
        text: format!(
            "{} put to the test too seldom: no number of such afternoons proves it",
            joined(&never.iter().map(String::as_str).collect::<Vec<_>>())
        ),
        todo: "play a busier campaign, or one with less stock".to_owned(),
    });
    failed.chain(never).collect()
}

/// `Oversold orders on ebay`.
fn name(gate: &Gate) -> String {
    let on = gate.channel.as_ref().map_or(String::new(), |channel| format!(" on {channel}"));
    format!("{}{on}", capitalised(gate.kpi.title()))
}

/// Rules that put some of the afternoons played out of band.
fn of_rules(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let told = played.rules_out.iter().map(|out| {
        let (rule, when) = (invariant_title(out.rule), of_replications(out.replications, played));
        out_of_band(
            sheet,
            format!("A rule that no afternoon may break is broken in {when}: {rule}"),
            played,
        )
    });
    told.collect()
}

fn out_of_band(sheet: &Sheet, text: String, played: &Played) -> Finding {
    let weight = if played.high_ppm < GOOD { Weight::Stops } else { Weight::Doubtful };
    Finding { weight, text, todo: sheet.advise() }
}

/// Gates whose limit none of the afternoons played was beyond, and that some of them did not put to
/// the test, or came too near to.
fn of_untested(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let mut findings = Vec::new();
    for kpi in kpis(sheet) {
        let stood: Vec<(&Gate, Stood)> = held(sheet)
            .filter(|gate| gate.kpi == kpi)
            .filter_map(|gate| Some((gate, gate.stood?)))
            .collect();
        if stood.iter().any(|(_, stood)| stood.beyond > 0) {
            continue;
        }
        let most = |why: Unproved| {
            let so = stood.iter().filter(|(gate, stood)| {
                stood.why == Some(why) && gate.replications_needed.is_some()
            });
            so.map(|(_, stood)| stood.unproved).max().filter(|most| *most > 0)
        };
        let title = format!("{} {}", capitalised(kpi.title()), is(kpi));
        if let Some(most) = most(Unproved::NotExercised) {
            findings.push(Finding {
                weight: Weight::Doubtful,
                text: format!("{title} not put to the test in {}", of_replications(most, played)),
                todo: to_exercise(sheet, kpi).to_owned(),
            });
        }
        if let Some(most) = most(Unproved::AtTheLimit) {
            findings.push(Finding {
                weight: Weight::Doubtful,
                text: format!(
                    "{title} within the limit, and too near to it for one afternoon to prove it, \
                     in {}",
                    of_replications(most, played)
                ),
                todo: sheet.advise(),
            });
        }
    }
    findings
}

/// ` on amazon and ebay`; nothing when the run is among them.
fn scopes(gates: &[&Gate]) -> String {
    let names: Option<Vec<&str>> = gates.iter().map(|gate| gate.channel.as_deref()).collect();
    names.map_or_else(String::new, |names| format!(" on {}", joined(&names)))
}

fn to_exercise(sheet: &Sheet, kpi: Kpi) -> &'static str {
    match kpi {
        Kpi::OversoldOrders | Kpi::StockCancellations if sheet.orders.drawn => {
            "let SKUs run out on two channels: less stock for `catalog.heroes`, or `catalog.stock`"
        }
        Kpi::OversoldOrders | Kpi::StockCancellations => {
            "let SKUs run out on two channels: `traffic.replay.stock`"
        }
        _ => "let calls fail and come twice now and then: `channels.<name>.imperfections`",
    }
}

fn of_stock(sheet: &Sheet, played: &Played) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = &sheet.orders.scopes[0].all;
    let refused = all.offered.saturating_sub(all.accepted) * 1_000_000 / all.offered.max(1);
    if played.sold_out.most > 0 {
        findings.push(Finding::note(format!(
            "{}, and {} of all orders are turned away",
            run_out(&played.sold_out, sheet.on_sale),
            share(refused as u32),
        )));
    }
    let heroes: Vec<_> = played.run_outs.iter().filter(|sku| sku.hero).collect();
    if let Some(first) = heroes.iter().min_by_key(|sku| sku.at_us.map_or(u64::MAX, |at| at.median))
    {
        let hero = match heroes.len() {
            1 => format!("The hero {}", first.sku),
            n => format!("The first of {n} heroes, {},", first.sku),
        };
        findings.push(Finding::note(format!("{hero} {}", runs_out(first, played))));
    }
    findings
}
