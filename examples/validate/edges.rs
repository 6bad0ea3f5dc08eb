//! The edges of a verdict: a campaign that is a GO, broken in one way at a time, and campaigns
//! whose numbers are few. What each must come to is written here by hand; nothing is computed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, ensure};
use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::fact::{Line, Lines, Outcome};
use doorbuster::history::stamp::Tape;
use doorbuster::history::{Fact, What};
use doorbuster::ids::{ChannelId, SkuId};
use doorbuster::judge::judgement::Verdict;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::report::Summary;
use doorbuster::scenario::Overrides;
use doorbuster::scenario::patch::{Patch, read_patched};
use doorbuster::units::{At, Money, Qty, Span};

/// The campaign that is broken.
const SOUND: &str = "scenarios/black-friday-hardened.yaml";
/// The channel that is broken where only one is.
const ONE: ChannelId = ChannelId(1);

/// One way to break it.
struct Edge {
    name: &'static str,
    how: &'static str,
    must_be: Verdict,
    facts: Vec<Fact>,
}

fn played(scenario: &str, changes: &[(&str, &str)]) -> anyhow::Result<Vec<Fact>> {
    let patch =
        changes.iter().fold(Patch::default(), |all, (key, to)| all.then(Patch::set(key, to)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(scenario);
    let plan = read_patched(&path, &Overrides::default(), &patch)?;
    let mut facts = Vec::new();
    let mut tape = Tape::new(|fact: Fact| facts.push(fact));
    simulated::play(&plan, &mut tape, &mut Nobody);
    Ok(facts)
}

fn judged(facts: &[Fact]) -> anyhow::Result<Judgement> {
    let mut fold = Fold::new();
    for (seq, fact) in facts.iter().enumerate() {
        fold.eat(&Fact { seq: seq as u64, ..fact.clone() })?;
    }
    fold.judge().context("a history has a charter")
}

/// The record with every fact changed, or dropped.
fn edited(facts: &[Fact], mut each: impl FnMut(&Fact) -> Option<What>) -> Vec<Fact> {
    let kept = facts.iter().filter_map(|fact| Some(Fact { what: each(fact)?, ..fact.clone() }));
    kept.collect()
}

fn without(facts: &[Fact], mut gone: impl FnMut(&Fact) -> bool) -> Vec<Fact> {
    edited(facts, |fact| (!gone(fact)).then(|| fact.what.clone()))
}

/// The SKU that most units were sold of on a channel.
fn hero(facts: &[Fact], channel: ChannelId) -> SkuId {
    let mut sold: BTreeMap<SkuId, i64> = BTreeMap::new();
    for fact in facts {
        if let What::Accepted { order, lines, .. } = &fact.what
            && order.channel == channel
        {
            lines.iter().for_each(|line| *sold.entry(line.sku).or_default() += line.qty.0);
        }
    }
    sold.into_iter().max_by_key(|(_, units)| *units).map_or(SkuId(0), |(sku, _)| sku)
}

fn ends(facts: &[Fact]) -> At {
    facts.iter().find(|f| matches!(f.what, What::TrafficEnded {})).map_or(At::START, |f| f.at)
}

/// Offers of a channel as they are shown last, a few too many or none at all.
fn offers(facts: &[Fact], qty: impl Fn(Qty) -> Qty) -> Vec<Fact> {
    edited(facts, |fact| {
        let mut what = fact.what.clone();
        if let What::Shown { channel: ONE, qty: shown, .. } = &mut what
            && fact.at > At::START
        {
            *shown = qty(*shown);
        }
        Some(what)
    })
}

/// A third of the orders at a price that nobody set, in both books alike.
fn mispriced(facts: &[Fact]) -> Vec<Fact> {
    let dearer = |lines: &Lines| -> Lines {
        let line = |line: &Line| Line { price: line.price + Money(333), ..*line };
        lines.iter().map(line).collect()
    };
    edited(facts, |fact| {
        let mut what = fact.what.clone();
        match &mut what {
            What::Accepted { order, lines, .. } | What::Held { order, lines, .. }
                if order.number % 3 == 0 =>
            {
                *lines = dearer(lines);
            }
            _ => {}
        }
        Some(what)
    })
}

fn unanswered(facts: &[Fact]) -> Vec<Fact> {
    edited(facts, |fact| match fact.what {
        What::Answered { op, .. } if op.0 % 100 < 46 => {
            Some(What::Answered { op, outcome: Outcome::Unknown })
        }
        ref what => Some(what.clone()),
    })
}

/// The clock of a live run that stood still for so long at this speed.
fn stalled(facts: &[Fact], speed_milli: u64, wall_us: u64) -> Vec<Fact> {
    let mut stalled = false;
    let mut all = Vec::new();
    for fact in facts {
        let mut fact = fact.clone();
        if let What::Charter(charter) = &mut fact.what {
            charter.speed_milli = speed_milli;
        }
        let at = fact.at;
        all.push(fact);
        if !stalled && at > At::START {
            stalled = true;
            all.push(Fact { seq: 0, at, wall: 0, what: What::Stalled { wall_us } });
        }
    }
    all
}

fn edge(name: &'static str, how: &'static str, must_be: Verdict, facts: Vec<Fact>) -> Edge {
    Edge { name, how, must_be, facts }
}

/// Campaigns that are what they are because of what was played.
fn campaigns(sound: &[Fact]) -> anyhow::Result<Vec<Edge>> {
    let never = played(
        "scenarios/validation/promotion.yaml",
        &[("channels.market.shows changes after", "3h")],
    )?;
    let late = played(SOUND, &[("channels.amazon.shows changes after", "40m")])?;
    let closed = played(SOUND, &[("channels.amazon.holds back", "1000000")])?;
    let drop = "one SKU of 500 units, some 2,000 buyers, a look every five minutes";
    let spoilt = "amazon is late by 40 min, and at 300x the driver stood still for 10 s";
    Ok(vec![
        edge("sound", "as it was played", Verdict::Go, sound.to_vec()),
        edge(
            "single-product drop",
            drop,
            Verdict::NoGo,
            played("scenarios/validation/drop.yaml", &[])?,
        ),
        edge(
            "promotion never shown",
            "300 prices, two edges, shown after three hours",
            Verdict::NoGo,
            never,
        ),
        edge("dead channel", "amazon holds back more than there is", Verdict::Inconclusive, closed),
        edge(
            "spoilt by the harness",
            spoilt,
            Verdict::Inconclusive,
            stalled(&late, 300_000, 10_000_000),
        ),
        edge("the same, not spoilt", "amazon is late by 40 min", Verdict::NoGo, late),
    ])
}

/// What a channel shows, or never does.
fn shown(sound: &[Fact]) -> Vec<Edge> {
    let (hero, end) = (hero(sound, ONE), ends(sound));
    let last = At(end.0.saturating_sub(Span::from_mins(5).0));
    let stuck = without(sound, |fact| {
        matches!(fact.what, What::Shown { channel: ONE, sku, .. } if sku == hero)
            && fact.at > At::START
    });
    let dies = without(sound, |fact| {
        matches!(fact.what, What::Shown { channel: ONE, .. }) && fact.at > last
    });
    vec![
        edge(
            "stuck hero",
            "no stock update of amazon's best seller is ever shown",
            Verdict::NoGo,
            stuck,
        ),
        edge(
            "sync dies",
            "amazon shows no stock update in the last five minutes and after",
            Verdict::GoWithConditions,
            dies,
        ),
        edge(
            "wrong offers",
            "amazon shows current versions, three units too many",
            Verdict::NoGo,
            offers(sound, |qty| qty + Qty(3)),
        ),
        edge(
            "nothing for ever",
            "amazon shows current versions, and no unit",
            Verdict::NoGo,
            offers(sound, |_| Qty::ZERO),
        ),
        edge(
            "mispriced",
            "a third of the orders 3.33 dearer, in both books",
            Verdict::NoGo,
            mispriced(sound),
        ),
    ]
}

/// What the record does not hold, or holds and should not.
fn told(sound: &[Fact]) -> Vec<Edge> {
    let is_load = |what: &What| {
        matches!(
            what,
            What::Sent { .. } | What::Answered { .. } | What::Unsent { .. } | What::Resolved { .. }
        )
    };
    let is_oms = |what: &What| {
        matches!(
            what,
            What::Delivered { .. }
                | What::Held { .. }
                | What::HandoffTried { .. }
                | What::OmsCancelled { .. }
                | What::Shipped { .. }
                | What::Stock { .. }
        )
    };
    let mut early = sound.to_vec();
    let half_an_hour_before = At(ends(sound).0.saturating_sub(Span::from_mins(30).0));
    let middle = early.partition_point(|fact| fact.at < half_an_hour_before);
    let Fact { at, wall, .. } = early[middle];
    early.insert(middle, Fact { seq: 0, at, wall, what: What::Quiet {} });
    vec![
        edge(
            "no load",
            "no call of the load is recorded",
            Verdict::Inconclusive,
            without(sound, |fact| is_load(&fact.what)),
        ),
        edge(
            "no OMS",
            "nothing that the OMS, its ledger or a handoff says is recorded",
            Verdict::Inconclusive,
            without(sound, |fact| is_oms(&fact.what)),
        ),
        edge("no answer", "46 % of calls time out", Verdict::Inconclusive, unanswered(sound)),
        edge("quiet before it is", "quiet is said in the middle", Verdict::Inconclusive, early),
    ]
}

fn edges() -> anyhow::Result<Vec<Edge>> {
    let sound = played(SOUND, &[])?;
    let mut all = campaigns(&sound)?;
    all.extend(shown(&sound));
    all.extend(told(&sound));
    Ok(all)
}

/// The table, once every edge has come to what it must.
pub(crate) fn table() -> anyhow::Result<String> {
    let mut page = String::from("| edge | how | verdict | why |\n|---|---|---|---|\n");
    let mut wrong = 0;
    for Edge { name, how, must_be, facts } in edges()? {
        let judgement = judged(&facts).with_context(|| format!("edge `{name}`"))?;
        let summary = Summary::of(&judgement);
        let word = doorbuster::report::words::verdict_word(summary.verdict);
        let holds = judgement.verdict == must_be;
        wrong += usize::from(!holds);
        println!("{:8} {name}: {word}: {}", if holds { "holds" } else { "BROKEN" }, summary.why);
        writeln!(page, "| {name} | {how} | {word} | {} |", summary.why.replace('|', "/"))?;
    }
    ensure!(wrong == 0, "{wrong} edges of the verdict are broken");
    Ok(page)
}
