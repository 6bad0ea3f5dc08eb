//! Tests of the page: whole, safe, small.

use crate::report::document::controls::hash;
use crate::report::front::{Beside, Front};
use crate::report::run::page;
use crate::report::sample;
use crate::report::summary::Summary;

const PAGE_BYTES_MAX: usize = 2_000_000;

fn page_of(summary: &Summary) -> String {
    let beside = Beside::default();
    page(summary, &Front::of(summary, &beside, "."), &beside).unwrap()
}

fn pages() -> Vec<(&'static str, String)> {
    let edges = [("hostile", sample::hostile()), ("empty", sample::empty())];
    let all = sample::all().into_iter().chain(edges);
    all.map(|(name, judgement)| (name, page_of(&Summary::of(&judgement)))).collect()
}

/// What stands between the first `from` and the next `until`.
fn between<'a>(text: &'a str, from: &str, until: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(until).unwrap().0
}

/// The values of an attribute, in the order of the page.
fn values<'a>(page: &'a str, attribute: &str) -> Vec<&'a str> {
    let from = format!(" {attribute}=\"");
    page.split(&from).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn a_page_fetches_nothing_and_stays_small() {
    for (name, page) in pages() {
        let names =
            ["xmlns=\"http://www.w3.org/2000/svg\"", "\"http://www.w3.org/2000/svg\"", "url(#"];
        let plain = names.iter().fold(page.clone(), |page, name| page.replace(name, ""));
        for fetch in ["http:", "https:", "src=\"", "url(", "@import", "<link", "<iframe", "fetch("]
        {
            assert!(!plain.contains(fetch), "{name} has {fetch}");
        }
        assert!(page.len() < PAGE_BYTES_MAX, "{name}: {} bytes", page.len());
    }
}

#[test]
fn the_policy_allows_the_pages_own_script_and_no_other() {
    for (name, page) in pages() {
        let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
        let own = between(&page, "<script>", "</script>");
        assert!(policy.starts_with("default-src 'none';"), "{name}: {policy}");
        let scripts = between(policy, "script-src ", ";");
        assert_eq!(scripts, format!("'{}'", hash(own)), "{name}");
        assert_eq!(page.matches("<script>").count(), 1, "{name}");
        let more = page.matches("<script").count() - 1;
        assert_eq!(more, page.matches("<script type=\"application/json\">").count(), "{name}");
        for handler in [" onclick=", " onload=", "javascript:"] {
            assert!(!page.contains(handler), "{name} has {handler}");
        }
    }
}

/// Names of a scenario are text and stay text, in the page and inside its drawings.
#[test]
fn hostile_names_are_escaped() {
    let page = page_of(&Summary::of(&sample::hostile()));
    for live in ["<script>alert", "<img", "</svg><", "<b>owner", "</style><"] {
        assert!(!page.contains(live), "{live} is alive");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(page.contains("&#60;script&#62;alert(&#39;doors&#39;)"));
}

#[test]
fn the_first_screen_answers_before_all_else() {
    for (name, page) in pages() {
        let first = page.split("class=\"bar\"").next().unwrap();
        for part in ["class=\"verdict", "class=\"why\"", "Not tested"] {
            assert!(first.contains(part), "{name}: {part}");
        }
        assert!(first.contains(">By channel") != (name == "empty"), "{name}");
    }
    let conditions = page_of(&Summary::of(&sample::go_with_conditions()));
    let first = conditions.split("class=\"bar\"").next().unwrap();
    for part in ["Conditions", "Limits loosened", "Accepted risks", "EXPIRED"] {
        assert!(first.contains(part), "{part}");
    }
}

#[test]
fn a_models_go_is_never_bare() {
    let page = page_of(&sample::summary_go());
    assert!(page.contains("<title>GO (model: not your systems): Black Friday doors</title>"));
    assert!(!page.contains(">GO</span>"));
    assert!(page.contains("By channel (model: not your systems)"));
}

#[test]
fn every_id_is_used_once_and_every_jump_has_its_place() {
    for (name, page) in pages() {
        let mut ids = values(&page, "id");
        for target in values(&page, "href") {
            let id = target.strip_prefix('#').unwrap();
            assert!(ids.contains(&id), "{name}: nothing is called {id}");
        }
        let jumps: Vec<&str> =
            values(&page, "href").iter().filter_map(|to| to.strip_prefix('#')).collect();
        let (_, below) = page.split_once("class=\"bar\"").unwrap();
        for heading in below.split("<h2 id=\"").skip(1).filter_map(|h| h.split('"').next()) {
            assert!(jumps.contains(&heading), "{name}: no jump leads to {heading}");
        }
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}

#[test]
fn headings_come_in_order_and_every_table_has_its_caption() {
    for (name, page) in pages() {
        let body = between(&page, "<body>", "<script>");
        let levels: Vec<u8> = body
            .split("<h")
            .skip(1)
            .filter_map(|rest| rest.bytes().next().filter(u8::is_ascii_digit))
            .map(|digit| digit - b'0')
            .collect();
        assert_eq!(levels[0], 1, "{name}");
        assert_eq!(body.matches("<h1").count(), 1, "{name}");
        assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{name}: {levels:?}");
        assert_eq!(page.matches("<table>").count(), page.matches("<caption>").count(), "{name}");
        let figures = page.matches("<figure>").count();
        assert_eq!(figures, page.matches("<details class=\"again\">").count(), "{name}");
    }
}

#[test]
fn what_needs_the_script_is_not_there_without_it() {
    let page = page_of(&Summary::of(&sample::no_go()));
    let controls = between(&page, "<div class=\"controls\"", ">");
    assert!(controls.ends_with(" hidden"), "{controls}");
    let outside = page.replace(between(&page, "<div class=\"controls\"", "</output>"), "");
    for control in ["<button", "<input"] {
        assert!(!outside.contains(control), "{control}");
    }
}

#[test]
fn a_long_campaign_on_many_channels_stays_under_two_megabytes() {
    let mut summary = Summary::of(&sample::no_go());
    let windows = summary.series.run.clone();
    summary.series.run = windows.iter().cycle().take(10_080).copied().collect();
    summary.series.channels = vec![summary.series.run.clone(); 33];
    let channel = summary.channels[1].clone();
    let day = summary.books[1].clone();
    for place in 0..30 {
        let name = format!("channel {place}");
        for gate in 0..7 {
            let mut gate = summary.gates[gate * 4 + 2].clone();
            gate.channel = Some(name.clone());
            summary.gates.push(gate);
        }
        let days = (0..90).map(|at| {
            let missing = u64::from(at % 30 == 0);
            crate::report::summary::series::BookDay {
                channel: name.clone(),
                day: at,
                missing,
                ..day.clone()
            }
        });
        summary.books.extend(days);
        summary.channels.push(crate::report::summary::verdict::Channel { name, ..channel.clone() });
    }
    let page = page_of(&summary);
    assert!(page.len() < PAGE_BYTES_MAX, "{} bytes", page.len());
}

#[test]
fn what_was_tried_and_other_replications_have_their_sections_and_places() {
    let summary = Summary::of(&sample::no_go());
    let beside = Beside {
        trials: Some(crate::report::trials::tests::sample()),
        replications: Some(crate::report::many::tests::sample()),
        ..Beside::default()
    };
    let with = page(&summary, &Front::of(&summary, &beside, "."), &beside).unwrap();
    for said in [
        "href=\"#tried\"",
        "id=\"tried\"",
        "send changes instead of absolute stock",
        "updates: delta",
        "href=\"#afternoons\"",
        "id=\"afternoons\"",
        "fan-oversold-wide",
        "fan-oversold-narrow",
        "middle 90",
    ] {
        assert!(with.contains(said), "{said}");
    }
    let without = page_of(&summary);
    assert!(!without.contains("#tried") && !without.contains("id=\"afternoons\""));
}

/// Calls are timed by the campaign's clock, the generator by the wall's: each says which.
#[test]
fn every_duration_of_a_call_says_whose_clock_it_is() {
    let mut summary = sample::summary_go();
    for (speed_milli, said) in [
        (1_000, "campaign time, which ran as fast as the wall clock"),
        (45_000, "campaign time: at 45x a second of it took 22.2 ms of wall time"),
    ] {
        summary.campaign.speed_milli = speed_milli;
        let page = page_of(&summary).replace('\u{a0}', " ");
        let latency = between(&page, "<h2 id=\"latency\">", "</section>");
        let drawn = between(latency, "latency-wide-about\">", "</desc>");
        let drawn = drawn.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(drawn.contains(said), "{drawn}");
        let load = between(&page, "<h2 id=\"load\">", "</section>");
        assert!(load.contains(">wall time</th>"), "lateness is of the wall's clock");
    }
}
