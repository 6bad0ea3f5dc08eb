//! Tests of the page: whole, safe, small.

use super::*;
use crate::report::sample;

const PAGE_BYTES_MAX: usize = 2_000_000;

fn pages() -> Vec<(&'static str, String)> {
    let edges = [("hostile", sample::hostile()), ("empty", sample::empty())];
    let all = sample::all().into_iter().chain(edges);
    all.map(|(name, judgement)| (name, page(&Summary::of(&judgement)).unwrap())).collect()
}

#[test]
fn a_page_fetches_nothing_and_stays_small() {
    for (name, page) in pages() {
        let plain = page.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for fetch in ["http:", "https:", "src=\"", "url(", "@import", "<link", "<script", "<iframe"]
        {
            assert!(!plain.contains(fetch), "{name} has {fetch}");
        }
        assert!(page.len() < PAGE_BYTES_MAX, "{name}: {} bytes", page.len());
    }
}

/// Names of a scenario are text and stay text, in the page and inside its drawings.
#[test]
fn hostile_names_are_escaped() {
    let page = page(&Summary::of(&sample::hostile())).unwrap();
    for live in ["<script", "<img", "</svg><", "<b>owner", "</style><"] {
        assert!(!page.contains(live), "{live} is alive");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(page.contains("&#60;script&#62;alert(&#39;doors&#39;)"));
}

#[test]
fn the_first_screen_answers_before_the_first_table() {
    for (name, page) in pages() {
        let first = page.split("<table").next().unwrap();
        for part in ["class=\"verdict", "class=\"why\"", ">By channel", "Not tested"] {
            assert!(first.contains(part), "{name}: {part}");
        }
    }
    let conditions = page(&Summary::of(&sample::go_with_conditions())).unwrap();
    let first = conditions.split("<table").next().unwrap();
    for part in ["Conditions", "Limits loosened", "Accepted risks", "EXPIRED"] {
        assert!(first.contains(part), "{part}");
    }
}

#[test]
fn a_models_go_is_never_bare() {
    let page = page(&sample::summary_go()).unwrap();
    assert!(page.contains("<title>GO (model: not your systems): Black Friday doors</title>"));
    assert!(!page.contains(">GO</span>"));
    assert!(page.contains("By channel (model: not your systems)"));
}

#[test]
fn every_id_is_used_once() {
    for (name, page) in pages() {
        let mut ids: Vec<&str> =
            page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}

#[test]
fn a_long_campaign_on_many_channels_stays_under_two_megabytes() {
    let mut summary = Summary::of(&sample::no_go());
    let windows = summary.series.run.clone();
    summary.series.run = windows.iter().cycle().take(10_080).copied().collect();
    let channel = summary.channels[1].clone();
    for place in 0..30 {
        let name = format!("channel {place}");
        for gate in 0..7 {
            let mut gate = summary.gates[gate * 4 + 2].clone();
            gate.channel = Some(name.clone());
            summary.gates.push(gate);
        }
        summary.channels.push(super::super::summary::verdict::Channel { name, ..channel.clone() });
    }
    assert!(page(&summary).unwrap().len() < PAGE_BYTES_MAX);
}
