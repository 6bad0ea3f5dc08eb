//! What a run says of faults injected on purpose, in a comment and on its charts.

use crate::report::charts::{Layout, draw_all};
use crate::report::front::{Beside, Front};
use crate::report::run::{comment, figures, page};
use crate::report::sample;
use crate::report::summary::band::Band;
use crate::report::summary::faults::Spell;
use crate::report::summary::gate::Count;
use crate::report::summary::objectives::{Asks, CountedFrom};
use crate::report::summary::{Disturbance, Fault, Objective, Recovered, Summary};

const MINUTE: u64 = 60_000_000;

fn fault(name: &str, spells: &[(u64, Option<u64>)], hits: u64) -> Fault {
    let spell = |(from, until): &(u64, Option<u64>)| Spell {
        from_us: from * MINUTE,
        until_us: until.map(|until| until * MINUTE),
    };
    let does = "unavailable at amazon: 30 % of stock".to_owned();
    Fault { name: name.into(), does, spells: spells.iter().map(spell).collect(), hits }
}

fn disturbance(recovered: Recovered, at: Option<u64>) -> Disturbance {
    Disturbance {
        from_us: 30 * MINUTE,
        until_us: 36 * MINUTE,
        faults: vec!["outage".into()],
        impact_us: None,
        out: vec![],
        recovered,
        recovered_us: at.map(|at| at * MINUTE),
        worst_lag_us: 7 * MINUTE,
        backlog: 279,
        oversold: 0,
        cancelled: 0,
        unhanded: 0,
        turned_away: 0,
        last_out_us: None,
        back_us: None,
        detected_us: None,
        acted_us: None,
        collateral: vec![],
        backlog_usual: Some(4),
        backlog_area_us: 600 * MINUTE,
        drained_us: at.map(|at| at * MINUTE),
        drains_in_us: Some(2 * MINUTE),
        lost: Count::default(),
        longest_wait_us: Some(0),
        duplicates: 0,
        mispriced: 0,
        undersold: 0,
    }
}

fn broken() -> Summary {
    let mut summary = sample::summary_go();
    let often = [(30, Some(36)), (40, Some(41)), (50, Some(51)), (60, Some(61)), (70, None)];
    summary.faults = vec![
        fault("outage", &often, 3_277),
        fault("storm", &[(32, Some(38))], 1),
        fault("never", &[], 0),
    ];
    let hurt = |recovered, at| Disturbance {
        impact_us: Some(31 * MINUTE),
        out: vec!["amazon".into(), "ebay".into()],
        oversold: 87,
        cancelled: 81,
        unhanded: 1,
        turned_away: 189,
        ..disturbance(recovered, at)
    };
    summary.disturbances = vec![
        disturbance(Recovered::NeverOut, None),
        disturbance(Recovered::Unknown, None),
        hurt(Recovered::InBand, Some(44)),
        Disturbance { out: vec![], ..hurt(Recovered::InBand, Some(35)) },
        hurt(Recovered::NotBy, Some(150)),
    ];
    summary
}

#[test]
fn what_was_broken_and_what_came_of_it_is_told() {
    let summary = broken();
    let beside = Beside::default();
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    let from = said.find("What was broken on purpose").expect("a section");
    let until =
        said[from..].find("\n## ").or(said[from..].find("\n### ")).unwrap_or(said.len() - from);
    insta::assert_snapshot!(&said[from..from + until]);
    let whole = sample::summary_go();
    assert!(!comment(&whole, &Front::of(&whole, &beside, "."), &beside).contains("on purpose"));
}

#[test]
fn charts_shade_what_overlaps_once_and_name_each() {
    let summary = broken();
    assert!(figures(&summary).is_ok());
    let beside = Beside::default();
    let html = page(&summary, &Front::of(&summary, &beside, "."), &beside).expect("a page");
    // Of one chart: five spells and one that overlaps the first.
    let chart = html.split("<svg").nth(1).expect("a chart");
    assert_eq!(chart.matches("data-fault=\"\"").count(), 5);
    assert_eq!(chart.matches("data-fault=\"outage\"").count(), 5);
    assert_eq!(chart.matches("data-fault=\"storm\"").count(), 1);
}

#[test]
fn the_drill_has_a_chart_of_its_own_its_scores_and_what_a_debrief_asks() {
    let mut summary = broken();
    let hurt = Disturbance {
        back_us: Some(35 * MINUTE),
        detected_us: Some(33 * MINUTE),
        collateral: vec!["ebay".into()],
        lost: Count { definite: 2, possible: 3 },
        longest_wait_us: None,
        duplicates: 1,
        drained_us: Some(38 * MINUTE),
        ..summary.disturbances[2].clone()
    };
    // One figure, wherever it stands.
    assert_eq!((hurt.in_band_us(), hurt.recovered_us), (Some(35 * MINUTE), Some(44 * MINUTE)));
    summary.disturbances = vec![hurt];
    let beside = Beside::default();
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    assert!(said.contains("| 5\u{a0}min after it began, before it ended |"), "{said}");
    assert!(said.contains("| in band again, after it began | 5\u{a0}min |"), "{said}");
    assert!(!said.contains("| 14\u{a0}min after"), "{said}");
    summary.objectives = vec![Objective {
        asks: Asks::RecoversWithin,
        at_most: 4 * MINUTE,
        counted_from: Some(CountedFrom::Beginning),
        band: Band::Failed,
        because: None,
        kept: 0,
        missed: 1,
        open: 0,
        worst: Some(5 * MINUTE),
        first_us: Some(30 * MINUTE),
        owner: "commerce-ops".into(),
    }];
    let beside = Beside::default();
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    let from = said.find("What recovery was to come to").expect("a table of objectives");
    let until = said[from..].find("### How honest").unwrap_or(said.len() - from);
    insta::assert_snapshot!(&said[from..from + until]);
    for layout in [Layout::Wide, Layout::Narrow] {
        let charts = draw_all(&summary, layout).expect("charts");
        let chart = charts.into_iter().find(|chart| chart.key == "recovery").expect("its chart");
        // Where there is no room for all names, some of them are named.
        let named: &[&str] = match layout {
            Layout::Wide => &["broken", "hurt", "seen", "over", "in band", "drained"],
            Layout::Narrow => &["broken"],
        };
        for name in named {
            assert!(chart.svg.contains(&format!("\n{name}\n")), "{layout:?} {name}");
        }
        assert!(chart.title.starts_with("outage at 0:30:00: in band again 5 min after"));
    }
    // Nothing broken, nothing drawn.
    let whole = draw_all(&sample::summary_go(), Layout::Wide).expect("charts");
    assert!(whole.iter().all(|chart| chart.key != "recovery"));
}
