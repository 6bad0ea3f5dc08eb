//! Owns what is read of a plan. Must not compute: it puts in order what a [`Sheet`] says.

mod tables;

use super::finding::Weight;
use super::pictures::over_time;
use super::sheet::{Played, RunsOut, Sheet};
use super::words::{
    Standing, clock_at, milli, nothing_found, orders_per_min, phase, ranged, ranged_span, run_out,
    runs_out, standing, two_questions,
};
use crate::report::document::bars::{Bar, Bars, Stretch};
use crate::report::document::{Block, Code, Document, Fact, List, ListLine, Tone, Verdict, Voice};
use crate::report::words::gate::capitalised;
use crate::report::words::number::{civil, count, counted, money, share, span, speed};

/// What is read of it.
pub(super) fn document(sheet: &Sheet) -> Document {
    let mut blocks = vec![
        Block::Verdict(verdict(sheet)),
        Block::heading("know", "What to know before it counts"),
        findings(sheet),
    ];
    blocks.extend(risks(sheet));
    let in_full = vec![Block::Table(tables::gates_in_full(sheet))];
    blocks.extend([
        Block::heading("gates", "Gates"),
        Block::Table(tables::gates(sheet)),
        Block::said(Voice::Quiet, format!("{}.", two_questions(sheet))),
        Block::Details("Every gate in full".to_owned(), in_full),
        Block::Table(tables::proofs(sheet)),
        Block::heading("time", "The campaign over time"),
        over_time(sheet),
    ]);
    blocks.extend(sheet.played.iter().flat_map(|played| seen(sheet, played)));
    blocks.extend([
        Block::heading("lags", "What arithmetic alone says"),
        Block::Table(tables::lags(sheet)),
        Block::Table(tables::loads(sheet)),
        Block::heading("sent", "What will be sent"),
        Block::Table(tables::orders(sheet)),
        Block::Facts(merchant(sheet)),
        Block::Details("Every kind of call".to_owned(), vec![Block::Table(tables::calls(sheet))]),
        Block::heading("pace", "How long it takes, and how fast it may go"),
        Block::Facts(pace(sheet)),
        Block::said(Voice::Quiet, premise(sheet)),
        Block::said(Voice::Fine, "docs/plan.md has the formula of every number here."),
    ]);
    Document { title: format!("{}: {}", sheet.headline, sheet.campaign.name), blocks }
}

fn verdict(sheet: &Sheet) -> Verdict {
    let campaign = &sheet.campaign;
    Verdict {
        tone: match standing(sheet) {
            Standing::Good => Tone::Good,
            Standing::Careful => Tone::Careful,
            Standing::Bad => Tone::Bad,
        },
        about: format!("{} · {}", campaign.name, civil(&campaign.starts)),
        headline: sheet.headline.clone(),
        why: vec![format!("{}.", sheet.chance)],
        facts: facts(sheet),
    }
}

fn facts(sheet: &Sheet) -> Vec<Fact> {
    let orders = &sheet.orders;
    let all = &orders.scopes[0].all;
    let give =
        if orders.drawn { format!(" ± {}", count(all.give_or_take)) } else { String::new() };
    let mut facts = vec![Fact::plain("orders", format!("{}{give}", count(all.offered)))];
    if let Some(played) = &sheet.played {
        facts.push(Fact::plain("of them accepted", count(played.accepted.median)));
        facts.push(Fact::plain("SKUs sold out", count(played.sold_out.median)));
    }
    let (peak, at) = (orders_per_min(orders.peak_per_min_milli), clock_at(orders.peak_at_us));
    let busiest = phase(sheet, orders.busy_phase);
    facts.push(Fact::plain("peak", format!("{peak} at {at}")));
    facts.push(Fact::plain("busiest phase", busiest));
    facts.push(Fact::plain("traffic", span(sheet.campaign.traffic_ends_us)));
    facts.push(Fact::plain("live at this speed", span(sheet.pace.traffic_wall_us)));
    facts
}

fn findings(sheet: &Sheet) -> Block {
    if sheet.findings.is_empty() {
        return Block::said(Voice::Plain, nothing_found(sheet));
    }
    let line = |finding: &super::Finding| {
        let (tone, word) = match finding.weight {
            Weight::Stops => (Tone::Bad, "Stops a GO"),
            Weight::Doubtful => (Tone::Careful, "Doubtful"),
            Weight::Note => (Tone::Plain, "Good to know"),
        };
        let todo = (!finding.todo.is_empty()).then(|| format!("{}.", capitalised(&finding.todo)));
        ListLine {
            mark: (tone, word.to_owned()),
            main: format!("{}.", finding.text),
            small: todo.unwrap_or_default(),
        }
    };
    let lines = sheet.findings.iter().map(line).collect();
    Block::List(List { title: String::new(), lines, note: String::new() })
}

/// What accepts the gates that cannot be proved.
fn risks(sheet: &Sheet) -> Option<Block> {
    let yaml = &sheet.accepted_risks_yaml;
    (!yaml.is_empty()).then(|| {
        Block::Code(Code {
            lead: "To accept what cannot be proved, write into the scenario:".to_owned(),
            lines: yaml.lines().map(str::to_owned).collect(),
            aside: false,
        })
    })
}

/// What the afternoons showed.
fn seen(sheet: &Sheet, played: &Played) -> Vec<Block> {
    let mut facts = vec![
        Fact::plain("orders accepted", ranged(&played.accepted)),
        Fact::plain("cancelled for stock", ranged(&played.cancelled)),
        Fact::plain("units oversold", ranged(&played.oversold_units)),
        Fact::plain("sales kept", money(played.kept_minor, &sheet.campaign)),
    ];
    for queue in played.queues.iter().filter(|queue| queue.depth.most > 0) {
        let of = &queue.connector;
        facts.push(Fact::plain(format!("{of}: jobs waiting at most"), ranged(&queue.depth)));
        facts.push(Fact::plain(format!("{of}: 95 % wait up to"), ranged_span(&queue.wait_us)));
    }
    for (channel, lost) in sheet.channels.iter().zip(&played.given_up) {
        if lost.most > 0 {
            facts.push(Fact::plain(format!("{channel}: updates given up"), ranged(lost)));
        }
    }
    let said = format!(
        "{}, from seed {} on: the middle one of each number, the least and the most in brackets. \
         {}.",
        counted(played.replications, "simulated afternoon", "simulated afternoons"),
        played.first_seed,
        run_out(&played.sold_out, sheet.on_sale),
    );
    let mut blocks = vec![
        Block::heading("seen", "What a few afternoons showed"),
        Block::said(Voice::Plain, said),
        Block::Facts(facts),
    ];
    if !played.run_outs.is_empty() {
        blocks.push(Block::Bars(sold_out(sheet, played)));
    }
    blocks
}

/// When SKUs run out, over the campaign's clock.
fn sold_out(sheet: &Sheet, played: &Played) -> Bars {
    let at = |us: u64| thousandths(sheet, us);
    let bar = |sku: &RunsOut| {
        let reach = sku.at_us.map(|us| {
            let from = at(us.least);
            [from, at(us.median), at(us.most).max(from + 4)]
        });
        let hero = if sku.hero { " (hero)" } else { "" };
        Bar {
            name: format!("{}{hero}", sku.sku),
            number: count(sku.stock.max(0).unsigned_abs()),
            said: runs_out(sku, played),
            reach,
        }
    };
    let stretch = |phase: &crate::report::summary::Stretch| Stretch {
        name: phase.name.clone(),
        from: at(phase.from_us),
        until: at(phase.until_us),
    };
    Bars {
        caption: "When SKUs run out".to_owned(),
        drawn: "bars from the first afternoon to the last, the mark is the middle",
        head: ["SKU", "stock", "when"],
        stretches: sheet.campaign.phases.iter().map(stretch).collect(),
        bars: played.run_outs.iter().map(bar).collect(),
    }
}

fn thousandths(sheet: &Sheet, at_us: u64) -> u64 {
    let ends = u128::from(sheet.campaign.traffic_ends_us.max(1));
    (u128::from(at_us) * 1_000 / ends).min(1_000) as u64
}

fn merchant(sheet: &Sheet) -> Vec<Fact> {
    let merchant = &sheet.merchant;
    let all = [
        ("lines ordered", sheet.orders.lines),
        ("units ordered", sheet.orders.units),
        ("receipts of a SKU", merchant.receipts),
        ("stock corrections", merchant.corrections),
        ("returns", merchant.returns),
        ("single prices changed", merchant.repriced),
        ("prices of promotions", merchant.promoted),
        ("new listings", merchant.listings),
    ];
    let told = all.into_iter().filter(|(_, n)| *n > 0);
    told.map(|(name, n)| Fact::plain(name, count(n))).collect()
}

/// What the fastest honest speed rests on.
fn premise(sheet: &Sheet) -> String {
    let pace = &sheet.pace;
    let gates = format!(
        "The fastest honest speed takes it that a call and its answer take {} of real time at \
         worst: times the speed, that must stay under {} of the shortest duration that a gate \
         rests on",
        span(pace.exchange_wall_us),
        share(pace.coarse_share_ppm),
    );
    let work = pace.work_us.map_or_else(String::new, |work| {
        format!(
            "; and half of that in the mean, which may not be more than the {} that a connector \
             works on a job",
            span(work),
        )
    });
    format!("{gates}{work}.")
}

fn pace(sheet: &Sheet) -> Vec<Fact> {
    let pace = &sheet.pace;
    let or_any = |said: Option<String>| said.unwrap_or_else(|| "any".to_owned());
    vec![
        Fact::plain("speed", speed(pace.speed_milli)),
        Fact::plain("traffic takes", span(pace.traffic_wall_us)),
        Fact::plain("draining at most", span(pace.drain_wall_us_max)),
        Fact::plain("calls a second", milli(pace.calls_per_wall_s_milli)),
        Fact::plain("shortest duration of a gate", or_any(pace.shortest_us.map(span))),
        Fact::plain("slowest honest exchange", or_any(pace.exchange_wall_us_max.map(span))),
        Fact::plain("fastest honest speed", or_any(pace.speed_milli_max.map(speed))),
    ]
}
