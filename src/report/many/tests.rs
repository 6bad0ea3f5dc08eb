//! Tests of what is stated of many afternoons: the contract, the sentences, the fans.

use super::ruling::{ChannelOver, Currency, Ended, Pooled, Sales, Stands};
use super::words::{More, headline, others, shown, trouble, why, worst_gates};
use super::*;
use crate::report::charts::Axis;
use crate::report::document::Block;
use crate::report::front::IN_THE_WAY;
use crate::report::front::{Beside, Front};
use crate::report::sample;
use crate::report::summary::Summary;
use crate::report::summary::gate::Count;
use crate::report::summary::tests::breaches;

fn chance(yes: u64, low_ppm: u32, high_ppm: u32) -> Chance {
    Chance { yes, of: 30, low_ppm, high_ppm }
}

fn channel(name: &str, verdict: Verdict, go: Chance) -> ChannelOver {
    ChannelOver {
        name: name.to_owned(),
        verdict,
        share_ppm: 500_000,
        accepted_none: false,
        too_small_to_block: false,
        go,
    }
}

/// A gate that lies beyond its limit in so many afternoons, and as a whole too where it is none's
/// risk.
fn gate(kpi: Kpi, channel: Option<&str>, failed: u64, accepted: u64) -> GateOver {
    GateOver {
        kpi,
        channel: channel.map(str::to_owned),
        healthy: 30 - failed,
        watch: 0,
        failed,
        not_proved: 0,
        accepted,
        out: failed,
        by_chance: 0,
        pooled: Pooled {
            stands: Stands::Failed,
            counted: 120_000,
            bad: Count { definite: 2_400, possible: 2_400 },
            worth: 90_000,
            rate_ppm: 20_000,
            low_ppm: 19_000,
            high_ppm: 21_000,
            limit_ppm: 12_000,
            replications_needed: None,
            in_the_way: accepted == 0,
            waived: false,
        },
        beyond: 0,
        mean: Some(Interval { mean: 9_000, low: Some(8_000), high: Some(10_000) }),
        quantiles: [Some(5_000), Some(9_000), Some(15_000)],
    }
}

const SOME: Interval = Interval { mean: 9_000, low: Some(8_000), high: Some(10_000) };

pub(crate) const SALES: Sales = Sales {
    wanted_milli: SOME,
    accepted_milli: SOME,
    turned_away_milli: SOME,
    kept_units_milli: SOME,
    kept_money: Interval { mean: 900_000, low: Some(800_000), high: Some(1_000_000) },
};

pub(crate) fn currency() -> Currency {
    Currency { code: "USD".to_owned(), digits: 2 }
}

/// Thirty afternoons whose gates and sales move a little from one to the next.
fn each() -> Each {
    let seeds: Vec<u64> = (7..37).collect();
    let moved = |by: i64| -> Vec<i64> { (0..30).map(|n| by + 37 * n % 11).collect() };
    Each {
        in_band: (0..30).map(|n| n >= 7).collect(),
        wanted: vec![4_000; 30],
        kept_units: moved(3_900),
        kept_money: moved(900_000),
        values: [60_000_000, 9_000].map(|by| moved(by).into_iter().map(Some).collect()).into(),
        seeds,
    }
}

/// Afternoons of which seven in thirty are out of band.
pub(crate) fn sample() -> Replications {
    let points = (0..160).map(|n| [n, n + 10, n + 20, n + 30, n + 60]).collect();
    Replications {
        input: None,
        version: REPLICATIONS_VERSION,
        campaign: "Doors".to_owned(),
        runs: 30,
        asked: 30,
        ended: Ended::Played,
        first_seed: 7,
        median_seed: 12,
        evidence: Evidence::Model,
        verdict: Verdict::NoGo,
        in_band: chance(23, 606_000, 885_000),
        in_band_at_least_ppm: 900_000,
        in_band_replications_needed: None,
        spoilt: 0,
        confidence_ppm: 950_000,
        go: chance(23, 606_000, 885_000),
        verdicts: Verdicts { go: 20, go_with_conditions: 3, inconclusive: 0, no_go: 7 },
        channels: vec![
            channel("storefront", Verdict::Go, chance(30, 904_966, 1_000_000)),
            channel("amazon", Verdict::NoGo, chance(23, 606_000, 885_000)),
        ],
        gates: vec![
            gate(Kpi::SyncLag, None, 9, 30),
            gate(Kpi::OversoldOrders, Some("amazon"), 7, 0),
        ],
        rules: vec![],
        untested: vec![],
        objectives: vec![],
        interventions: vec![],
        currency: currency(),
        sales: SALES,
        undersold: None,
        oversold_units_milli: SOME,
        fans: vec![Fan { measure: Measure::OversoldUnits, width_us: 60_000_000, points }],
        each: each(),
    }
}

/// A channel of few orders failed over all afternoons, beside "beyond it in 0 of 30".
#[test]
fn replications_too_small_to_judge_are_counted_and_said_to_be_so() {
    let mut all = sample();
    let gate = &mut all.gates[1];
    (gate.out, gate.by_chance) = (0, 20);
    let said = trouble(&all.gates[1], all.runs, More::Played);
    assert!(said.contains("beyond its limit in 20 of 30, each of too few orders"), "{said}");
    let row = super::table::row(&all, &sample::summary_go(), &all.gates[1]);
    assert_eq!(row.cells.last().unwrap().main, "20 of 30*");
}

#[test]
fn an_accepted_risk_is_said_to_be_accepted_and_comes_last() {
    let all = sample();
    let worst = worst_gates(&all);
    assert_eq!(worst[0].kpi, Kpi::OversoldOrders, "it failed less often, but nobody accepted it");
    assert!(trouble(worst[0], all.runs, More::Played).ends_with("beyond its limit in 7 of 30"));
    let accepted = "beyond its limit in 9 of 30; the risk is accepted";
    assert!(trouble(worst[1], all.runs, More::Played).ends_with(accepted));
    assert_eq!(others(&all, &sample::summary_go()).len(), 4);
    assert!(
        others(&all, &sample::summary_go())[3].starts_with("Sales kept in an afternoon: USD 9 k"),
        "{:?}",
        others(&all, &sample::summary_go())
    );
}

/// Every place that carries the verdict carries the study's: here the afternoon shown is a GO, and
/// the scenario is none.
#[test]
fn the_verdict_of_many_replications_heads_every_output() {
    let all = sample();
    let summary = sample::summary_go();
    let beside = Beside { replications: Some(all.clone()), ..Beside::default() };
    let front = Front::of(&summary, &beside, ".");
    assert_eq!(front.verdict, Verdict::NoGo);
    assert!(front.headline.starts_with("NO-GO"), "{}", front.headline);
    assert_eq!(front.why, why(&all));
    let words: Vec<&str> = front.channels.iter().map(|channel| channel.word).collect();
    assert_eq!(words, ["GO", "NO-GO"]);
    assert!(front.lists.iter().any(|list| list.title == "all afternoons"));
    // The afternoon shown is a GO and asks for nothing: what the others need is said.
    let go_if = front.lists.iter().find(|list| list.title == IN_THE_WAY).unwrap();
    assert!(go_if.lines[0].main.contains("oversold orders on amazon"), "{:?}", go_if.lines);
    assert!(go_if.note.as_deref().unwrap().contains("`doorbuster advise scenario.yaml`"));
    let shown = front.shown.clone().unwrap();
    assert_eq!(
        shown,
        "one of 30 afternoons, the median (seed 12), by itself: GO this time; 23.3 % of such \
         afternoons are not"
    );
    let paper = crate::report::terminal::Paper::new(crate::report::terminal::Ink::Plain, None);
    let terminal = crate::report::run::screen(&summary, &front, &beside, Some("x"), paper);
    assert!(terminal.starts_with("NO-GO") && terminal.contains("One of 30 afternoons"));
    let comment = crate::report::run::comment(&summary, &front, &beside);
    assert!(comment.starts_with("## NO-GO") && comment.contains("One of 30 afternoons"));
    let page = crate::report::run::page(&summary, &front, &beside).unwrap();
    assert!(page.replace('\u{a0}', " ").contains("One of 30 afternoons"));
    let annotations = crate::report::annotations::lines(&summary, &front, Some(&all));
    assert!(annotations.starts_with("::error title=NO-GO"), "{annotations}");
    assert!(annotations.contains("oversold orders"), "{annotations}");
    let tests = junit::xml(&all, "doorbuster 1").unwrap();
    assert!(tests.contains("value=\"NO-GO\"") && tests.contains("<failure"), "{tests}");
}

/// A channel that failed over all afternoons can be healthy in the one that is shown: it stands in
/// their own table, before anything that is of the one, and the tiles beside the verdict are
/// theirs.
#[test]
fn what_failed_over_all_replications_stands_above_what_is_of_one() {
    let mut all = sample();
    let mut of_run = gate(Kpi::OversoldOrders, None, 0, 0);
    (of_run.pooled.stands, of_run.pooled.in_the_way) = (Stands::Healthy, false);
    all.gates.insert(1, of_run);
    let summary = sample::summary_go();
    let beside = Beside { replications: Some(all.clone()), ..Beside::default() };
    let front = Front::of(&summary, &beside, ".");
    let ink = crate::report::terminal::Ink::Plain;
    let paper = crate::report::terminal::Paper::new(ink, Some(120));
    let terminal = crate::report::run::screen(&summary, &front, &beside, Some("x"), paper);
    let comment = crate::report::run::comment(&summary, &front, &beside);
    let page = crate::report::run::page(&summary, &front, &beside).unwrap().replace('\u{a0}', " ");
    for (text, from, to) in [
        (&terminal, "All 30 afternoons together", "What follows is of one afternoon"),
        (&comment, "### All 30 afternoons together", "### What follows is of one afternoon"),
        (&page, "id=\"afternoons\"", "<h2 id=\"one\">"),
    ] {
        let (_, table) = text.split_once(from).expect(from);
        let (table, below) = table.split_once(to).expect(to);
        assert!(table.contains("amazon") && table.contains("failed"), "{table}");
        assert!(table.contains("0 of 30") && below.contains("healthy"), "{table}");
    }
    let tiles = page.split("class=\"first\"").next().unwrap();
    assert!(tiles.contains("<dd>23 of 30") && tiles.contains("sales kept, mean"));
    let own = crate::report::words::number::count(summary.totals.accepted);
    assert!(!tiles.contains(&format!("<dd>{own}")), "a tile is of one afternoon");
}

/// And the reverse: the scenario is a GO, whatever the afternoon shown came to by itself.
#[test]
fn a_no_go_of_one_replication_does_not_head_the_go_of_all() {
    let mut all = sample();
    all.verdict = Verdict::Go;
    all.in_band = chance(30, 904_966, 1_000_000);
    for gate in &mut all.gates {
        gate.pooled.stands = Stands::Healthy;
        (gate.pooled.in_the_way, gate.out) = (false, 0);
    }
    let beside = Beside { replications: Some(all.clone()), ..Beside::default() };
    let summary = Summary::of(&sample::no_go());
    let front = Front::of(&summary, &beside, ".");
    assert!(front.headline.starts_with("GO (model: not your systems)"), "{}", front.headline);
    assert!(front.lists.iter().all(|list| list.title != IN_THE_WAY), "a GO asks for nothing");
    let annotations = crate::report::annotations::lines(&summary, &front, Some(&all));
    assert!(!annotations.contains("::error"), "{annotations}");
    let tests = junit::xml(&all, "doorbuster 1").unwrap();
    assert!(!tests.contains("<failure") && !tests.contains("<error"), "{tests}");
    assert_eq!(
        shown(&all, Verdict::NoGo),
        "one of 30 afternoons, the median (seed 12), by itself: NO-GO"
    );
}

#[test]
fn a_verdict_that_is_open_says_what_settles_it() {
    let mut all = sample();
    all.verdict = Verdict::Inconclusive;
    all.gates.truncate(1);
    all.gates[0].accepted = 0;
    all.gates[0].pooled.in_the_way = true;
    all.ended = Ended::OutOfTime;
    for (stands, says) in [
        (Stands::NotObserved, "record it too"),
        (Stands::NotExercised, "busier or a longer campaign"),
        (Stands::Unresolved, "find them out"),
        (Stands::AtTheLimit, "so lower it"),
        (Stands::MoreReplications, "afternoons would settle it"),
    ] {
        all.gates[0].pooled.stands = stands;
        let said = why(&all);
        assert!(said.contains(says) && said.contains("`--runs auto` goes on"), "{said}");
    }
}

/// One channel is dead and the others are well: the first sentence names it and its own share, not
/// the share that is left of it over all of them.
#[test]
fn a_no_go_names_the_channel_that_is_worst_and_one_that_sells_nothing() {
    let mut all = sample();
    all.channels[1].accepted_none = true;
    all.gates = [(None, 330_000), (Some("storefront"), 20_000), (Some("amazon"), 1_000_000)]
        .map(|(channel, rate_ppm)| {
            let mut gate = gate(Kpi::HandoffSuccess, channel, 30, 0);
            gate.pooled.rate_ppm = rate_ppm;
            gate
        })
        .to_vec();
    let said = why(&all);
    let begins = "Amazon accepted none, or next to none, of the orders wanted on it; order handoff \
                  success on amazon is proved beyond the limit: 100 % of ";
    assert!(said.starts_with(begins), "{said}");
    assert!(said.contains("; over all channels together 33 %"), "{said}");
}

/// Of runs that were made one by one more are made the same way: there is no option for it.
#[test]
fn what_two_runs_leave_open_is_settled_by_more_runs() {
    let mut all = sample();
    (all.verdict, all.ended, all.runs) = (Verdict::Inconclusive, Ended::Pooled, 2);
    all.in_band = Chance { yes: 2, of: 2, low_ppm: 223_606, high_ppm: 1_000_000 };
    all.in_band_replications_needed = Some(30);
    all.gates.truncate(1);
    let gate = &mut all.gates[0];
    (gate.kpi, gate.accepted, gate.out, gate.quantiles) =
        (Kpi::PriceLag, 0, 0, [Some(60_000_000), Some(60_000_000), Some(120_000_000)]);
    let pooled = &mut gate.pooled;
    (pooled.in_the_way, pooled.stands) = (true, Stands::MoreReplications);
    (pooled.counted, pooled.rate_ppm, pooled.limit_ppm, pooled.high_ppm) = (30, 0, 50_000, 95_034);
    pooled.replications_needed = Some(4);
    assert_eq!(
        why(&all),
        "Price propagation lag is not proved: 0 % of 30 changes came later than the limit (5 % \
         may); that proves only that no more than 9.5 % of changes are later: about 2 more runs \
         like these, each on a seed of its own, would settle it; whether 90 % of afternoons lie \
         within every limit is open, 2 of 2 do: about 28 more runs like these, each on a seed of \
         its own, would settle it."
    );
    assert!(shown(&all, Verdict::Go).starts_with("one of 2 afternoons, the worse"));
}

/// A bound is wider where looks share the 5 %: it says so, once, and no other stands beside it.
#[test]
fn the_bound_that_decided_says_how_sure_it_is() {
    let mut all = sample();
    (all.runs, all.confidence_ppm) = (10, 999_500);
    all.in_band = Chance { yes: 0, of: 10, low_ppm: 0, high_ppm: 532_313 };
    let sure = "0 % (0 % … 53.2 %), 99.95 % sure of each end";
    assert!(headline(&all).ends_with(sure), "{}", headline(&all));
    assert!(
        others(&all, &sample::summary_go())[0].ends_with(sure),
        "{:?}",
        others(&all, &sample::summary_go())
    );
    all.confidence_ppm = 975_000;
    assert!(headline(&all).ends_with("97.5 % sure of each end"), "{}", headline(&all));
    all.confidence_ppm = 950_000;
    assert!(headline(&all).ends_with("(0 % … 53.2 %)"), "{}", headline(&all));
}

/// What is a command in a terminal is code on the page, in a channel's reason too.
#[test]
fn no_backtick_stands_on_the_page_or_in_the_comment() {
    let mut all = sample();
    all.verdict = Verdict::Inconclusive;
    all.channels[1].verdict = Verdict::Inconclusive;
    all.ended = Ended::OutOfTime;
    all.gates[1].pooled.stands = Stands::MoreReplications;
    let summary = sample::summary_go();
    let beside = Beside { replications: Some(all.clone()), ..Beside::default() };
    let front = Front::of(&summary, &beside, ".");
    assert!(front.why.contains('`') && front.channels[1].reason.contains('`'), "{front:?}");
    let page = crate::report::run::page(&summary, &front, &beside).unwrap();
    let above = page.split("aria-labelledby=\"over-time\"").next().unwrap();
    assert!(!above.contains('`') && above.contains("<code>--runs auto</code>"));
    let comment = crate::report::run::comment(&summary, &front, &beside);
    assert!(!comment.contains("\\`") && comment.contains("`--runs auto`"), "{comment}");
}

#[test]
fn fans_end_with_the_axis_and_their_tables_can_be_read() {
    let axis = Axis::of(&Summary::of(&sample::no_go()));
    let fans: Vec<Block> = fans::figures(&sample(), &axis).collect();
    let [Block::Figure(fan)] = fans.as_slice() else { panic!("{} fans", fans.len()) };
    let fan = fan.drawn().unwrap();
    assert!(fan.tables[0].rows.len() <= 40, "{}", fan.tables[0].rows.len());
    assert!(fan.hover.is_some(), "the page of a run has a script");
    let mut flat = sample();
    flat.fans[0].points = vec![[0; 5]; 9];
    assert!(fans::figures(&flat, &axis).next().is_none(), "nothing to show");
}

#[test]
fn the_shipped_schema_is_current_and_replications_are_valid_by_it() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/afternoons.schema.json");
    let schema = schema();
    let current = serde_json::to_string_pretty(&schema).unwrap() + "\n";
    if std::env::var_os("DOORBUSTER_WRITE_SCHEMAS").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let shipped = std::fs::read_to_string(path).unwrap_or_default();
    assert!(shipped == current, "stale: run the tests with DOORBUSTER_WRITE_SCHEMAS=1");
    let breaches = |all: &Replications| {
        breaches(&schema, &schema, &serde_json::from_slice(&all.to_json()).unwrap(), "")
    };
    assert_eq!(breaches(&sample()), Vec::<String>::new());
    assert_eq!(breaches(&Replications { version: 3, ..sample() }).len(), 1);
    assert_eq!(crate::report::beside::replications(&sample().to_json()).unwrap(), sample());
    let mut odd = sample();
    odd.in_band.of = 31;
    assert!(
        crate::report::beside::replications(&odd.to_json()).is_err(),
        "counts that do not add up"
    );
    let mut odd = sample();
    odd.each.kept_money.pop();
    assert!(crate::report::beside::replications(&odd.to_json()).is_err(), "an afternoon too few");
}
