//! What a run says of faults injected on purpose, in a comment and on its charts.

use crate::report::charts::{Layout, draw_all};
use crate::report::document::Block;
use crate::report::front::{Beside, Front};
use crate::report::run::{comment, figures, page};
use crate::report::sample;
use crate::report::summary::band::Band;
use crate::report::summary::faults::Spell;
use crate::report::summary::gate::Count;
use crate::report::summary::objectives::{Asks, CountedFrom};
use crate::report::summary::{By, Disturbance, Fault, Objective, Recovered, Summary};

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
        detected_by: None,
        acted_us: None,
        acted_by: None,
        cut: false,
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
        detected_by: Some(By::Alert("nothing `moves`".into())),
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
        // Where there is no room for all names, every second is named.
        let named: &[&str] = match layout {
            Layout::Wide => &["broken", "hurt", "seen", "over", "in band", "drained"],
            Layout::Narrow => &["broken", "seen", "over"],
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

/// The answer of a debrief to a question, with its mark.
fn answer(summary: &Summary, question: &str) -> (String, String) {
    let blocks = crate::report::run::drill::section(summary);
    let lists = blocks.into_iter().filter_map(|block| match block {
        Block::List(list) => Some(list.lines),
        _ => None,
    });
    let line = lists.flatten().find(|line| line.main.starts_with(question)).expect("an answer");
    (line.mark.1, line.main)
}

/// In band at 0:44:00, and over: who comes a minute later has helped nobody.
#[test]
fn what_was_seen_or_done_when_all_was_over_is_no_tick() {
    let mut summary = broken();
    let noticed = |at: u64| Disturbance {
        detected_us: Some(at * MINUTE),
        detected_by: Some(By::Somebody("ana".into())),
        acted_us: Some(at * MINUTE),
        acted_by: Some(By::Step("wake it".into())),
        ..broken().disturbances.remove(2)
    };
    summary.disturbances = vec![noticed(44)];
    let said = |summary: &Summary| {
        ["Was it seen?", "Did somebody act?"].map(|question| answer(summary, question))
    };
    let [seen, acted] = said(&summary);
    assert_eq!(seen, ("✓".into(), "Was it seen? by ana 1 of 1 time".into()));
    assert_eq!(acted, ("✓".into(), "Did somebody act? by the step `wake it` 1 of 1 time".into()));
    summary.disturbances = vec![noticed(45)];
    let [seen, acted] = said(&summary);
    let late = "Was it seen? only after it was over 1 of 1 time, by ana";
    assert_eq!(seen, ("!".into(), late.into()));
    assert!(acted.0 == "!" && acted.1.contains("only after it was over"), "{acted:?}");
    summary.disturbances = vec![noticed(40), noticed(45)];
    let [seen, _] = said(&summary);
    assert!(seen.0 == "!" && seen.1.contains("by ana 1 of 2 times; only after"), "{seen:?}");
    // What is never over can still be helped; a summary of before does not say by whom.
    let open = Disturbance { detected_by: None, recovered: Recovered::NotBy, ..noticed(90) };
    summary.disturbances = vec![open];
    assert_eq!(said(&summary)[0], ("✓".into(), "Was it seen? by somebody 1 of 1 time".into()));
}

/// A record that is cut off while something is broken knows of nothing that it did not hurt.
#[test]
fn a_record_that_is_cut_off_has_no_ticks() {
    let mut summary = broken();
    summary.faults = vec![fault("outage", &[(30, None)], 3)];
    let cut = Disturbance { cut: true, ..disturbance(Recovered::Unknown, None) };
    summary.disturbances = vec![cut.clone()];
    let questions = [
        "Did it hurt?",
        "Did it come back?",
        "Was anything lost for good?",
        "Did sending again do harm?",
        "Was anybody hurt beside",
    ];
    for question in questions {
        let (mark, said) = answer(&summary, question);
        assert!(mark == "?" && said.contains("the record was cut off"), "{mark} {said}");
    }
    let beside = Beside::default();
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    assert!(said.contains("from 0:30:00 on: outage"), "{said}");
    assert!(said.contains("not over when the record ended, 6\u{a0}min later"), "{said}");
    // What is known to be bad stays so; out of band when it was cut off, nobody knows how it ends.
    let lost = Count { definite: 1, possible: 1 };
    let bad = Disturbance { lost, recovered: Recovered::NotBy, ..cut };
    summary.disturbances = vec![bad.clone()];
    assert_eq!(answer(&summary, "Was anything lost").0, "!");
    assert_eq!(answer(&summary, "Did it come back?").0, "?");
    summary.disturbances = vec![Disturbance { cut: false, ..bad }];
    assert_eq!(answer(&summary, "Did it come back?").0, "!");
    summary.disturbances = vec![disturbance(Recovered::NeverOut, None)];
    for question in questions {
        assert_eq!(answer(&summary, question).0, "✓", "{question}");
    }
}

/// To the digits that are shown.
#[test]
fn what_comes_back_at_the_end_is_told_so() {
    let mut summary = broken();
    summary.disturbances.truncate(3);
    let one = &mut summary.disturbances[2];
    (one.until_us, one.back_us) = (36 * MINUTE + 200_000, Some(36 * MINUTE));
    let beside = Beside::default();
    let said = comment(&summary, &Front::of(&summary, &beside, "."), &beside);
    assert!(said.contains("| 6\u{a0}min after it began, when it ended |"), "{said}");
}
