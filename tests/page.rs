//! A page never contradicts itself: the page, the terminal and the comment of judged runs are read
//! as a reader reads them, and whatever is stated twice is stated alike.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::collections::BTreeMap;
use std::path::Path;

use doorbuster::drive::hand::Nobody;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::stamp::Tape;
use doorbuster::judge::Fold;
use doorbuster::report::front::{Beside, Front};
use doorbuster::report::terminal::{Ink, Paper};
use doorbuster::report::{Summary, run};
use doorbuster::scenario::{self, Overrides};

/// One run as its reader gets it.
struct Read {
    name: &'static str,
    page: String,
    comment: String,
    terminal: String,
}

/// Black Friday oversells and creates orders twice, the small shop does nothing wrong, twelve
/// channels with long names need more columns than a page is wide.
fn runs() -> Vec<Read> {
    let small = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/small.yaml");
    let black_friday = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/black-friday.yaml");
    let temp = tempfile::tempdir().unwrap();
    let twelve = temp.path().join("twelve.yaml");
    let text = std::fs::read_to_string(&small).unwrap();
    let (head, rest) = text.split_once("channels:\n").unwrap();
    let (_, rest) = rest.split_once("traffic:").unwrap();
    let channel = |n: u32| {
        let share = if n == 0 { 34 } else { 6 };
        format!("  International Marketplace Number {n}: {{ of orders: {share}% }}\n")
    };
    let channels: String = (0..12).map(channel).collect();
    std::fs::write(&twelve, format!("{head}channels:\n{channels}\ntraffic:{rest}")).unwrap();
    vec![read("small", &small), read("Black Friday", &black_friday), read("twelve", &twelve)]
}

fn read(name: &'static str, scenario: &Path) -> Read {
    let plan = scenario::read(scenario, &Overrides::default()).expect("the scenario is valid");
    let mut fold = Fold::new();
    let mut tape = Tape::new(|fact: Fact| fold.eat(&fact).expect("a driver writes a history"));
    simulated::play(&plan, &mut tape, &mut Nobody);
    let summary = Summary::of(&fold.judge().expect("a history has a charter"));
    let beside = Beside::default();
    let front = Front::of(&summary, &beside, ".");
    let spaced = |text: String| text.replace(['\u{a0}', '\u{200b}'], " ");
    Read {
        name,
        page: spaced(run::page(&summary, &front, &beside).unwrap()),
        comment: spaced(run::comment(&summary, &front, &beside)),
        terminal: {
            let paper = Paper::new(Ink::Plain, Some(80));
            run::screen(&summary, &front, &beside, Some("run/"), paper)
        },
    }
}

/// The line of a measure in the terminal's table of them.
fn measured<'a>(terminal: &'a str, measure: &str) -> &'a str {
    let (_, table) = terminal.split_once("\nMeasures\n").expect("measures have a title");
    table.lines().find(|line| line.starts_with(measure)).expect("each measure has its line")
}

/// What stands between tags, entities read, spaces told once.
fn plain(html: &str) -> String {
    let pieces = html.split('<').enumerate().map(|(at, piece)| match at {
        0 => piece,
        _ => piece.split_once('>').map_or("", |(_, text)| text),
    });
    let text: Vec<&str> = pieces.collect();
    let text = text.join(" ").replace("&#38;", "&").replace("&#39;", "'");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A table of the page: its head, and its rows by their names; of a cell what stands in large.
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn cell(&self, row: &str, column: &str) -> &str {
        let at = self.head.iter().position(|head| head == column);
        let at = at.unwrap_or_else(|| panic!("no {column} in {:?}", self.head));
        let row = self.rows.iter().find(|cells| cells[0] == row);
        &row.unwrap_or_else(|| panic!("no such row"))[at]
    }

    fn column(&self, column: &str) -> Vec<&str> {
        let at = self.head.iter().position(|head| head == column).unwrap();
        self.rows.iter().map(|cells| cells[at].as_str()).collect()
    }
}

/// Every table whose caption begins so.
fn tables(page: &str, caption: &str) -> Vec<Table> {
    let all = page.split("<caption>").skip(1);
    let these =
        all.filter(|rest| plain(rest.split("</caption>").next().unwrap()).starts_with(caption));
    these.map(|rest| table(rest.split("</table>").next().unwrap())).collect()
}

fn table(html: &str) -> Table {
    let (head, body) = html.split_once("</thead>").unwrap();
    let head = head.split("<th scope=\"col\"").skip(1);
    let head = head.map(|cell| plain(&format!("<th{cell}"))).collect();
    let rows = body.split("<tr").skip(1).map(|row| {
        let cells = row.split("<th scope=\"row\"").nth(1).unwrap().split("<td");
        let large = |cell: &str| plain(&format!("<td{}", cell.split("<small>").next().unwrap()));
        cells.map(large).collect()
    });
    Table { head, rows: rows.collect() }
}

/// The two tables of rules.
const ZERO: &str = "Rules that must be zero for a GO";
const COUNTED: &str = "Rules that are counted";

fn the(page: &str, caption: &str) -> Table {
    tables(page, caption).into_iter().next().unwrap_or_else(|| panic!("no table {caption}"))
}

/// The title of the chart whose id begins so.
fn title(page: &str, key: &str) -> String {
    let after = page.split(&format!("<title id=\"{key}-wide-title\">")).nth(1);
    plain(after.unwrap_or_else(|| panic!("no chart {key}")).split("</title>").next().unwrap())
}

/// Numbers of a text as they are written, thousands together.
fn numbers(text: &str) -> Vec<f64> {
    let bare = text.replace(',', "");
    let parts = bare.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    parts.filter_map(|part| part.trim_end_matches('.').parse().ok()).collect()
}

/// A duration as it is written, in seconds.
fn seconds(said: &str) -> f64 {
    let Some((number, unit)) = said.split_once(' ') else { return 0.0 };
    let unit =
        [("µs", 1e-6), ("ms", 1e-3), ("s", 1.0), ("min", 60.0), ("h", 3600.0), ("d", 86_400.0)]
            .iter()
            .find_map(|(name, size)| (*name == unit).then_some(*size));
    number.parse::<f64>().unwrap() * unit.unwrap()
}

/// What the page says of a figure beside the verdict.
fn tile(page: &str, name: &str) -> String {
    let after = page.split(&format!("<dt>{name}</dt><dd>")).nth(1);
    plain(after.unwrap_or_else(|| panic!("no tile {name}")).split("</dd>").next().unwrap())
}

#[test]
fn a_measure_is_said_alike_wherever_it_stands() {
    for Read { name, page, comment, terminal } in runs() {
        let (short, full) = (the(&page, "The run as a whole"), the(&page, "Each gate in full"));
        assert!(short.rows.len() >= 6, "{name}: {} measures", short.rows.len());
        for row in short.rows.iter().filter(|row| !row[0].starts_with('…')) {
            let measure = row[0].trim_end_matches(", p95");
            for column in ["value", "bounds", "stands", "owner"] {
                let (a, b) = (short.cell(&row[0], column), full.cell(measure, column));
                assert_eq!(a, b, "{name}: {column} of {measure}");
            }
            let (value, bounds) = (full.cell(measure, "value"), full.cell(measure, "bounds"));
            let line = measured(&terminal, measure);
            let limit = full.cell(measure, "limits");
            for said in [value, bounds] {
                assert!(line.contains(said), "{name}: {said} in {line}");
            }
            assert!(!limit.is_empty());
            let line = comment.lines().find(|line| line.contains(&format!("**{}**", row[0])));
            let line = line.unwrap_or_else(|| panic!("{name}: no {measure} in the comment"));
            assert!(line.contains(value) && line.contains(bounds), "{name}: {line}");
        }
    }
}

#[test]
fn a_terminal_of_80_columns_keeps_every_limit() {
    for Read { name, page, terminal, .. } in runs() {
        let head = terminal.lines().find(|line| line.starts_with("measure ")).unwrap();
        assert!(head.contains("limit") && head.contains("stands"), "{name}: {head}");
        let ends = head.find("limit").unwrap() + "limit".len();
        let short = the(&page, "The run as a whole");
        for row in short.rows.iter().filter(|row| !row[0].starts_with('…')) {
            let measure = row[0].trim_end_matches(", p95");
            let line = measured(&terminal, measure);
            let until: String = line.chars().take(ends).collect();
            let unit = until.ends_with(" %") || until.ends_with(" min") || until.ends_with(" s");
            assert!(unit && !until.contains('…'), "{name}: the limit is cut in {line}");
        }
        assert!(terminal.lines().all(|line| line.chars().count() <= 80), "{name}");
    }
}

#[test]
fn a_figure_beside_the_verdict_is_that_of_the_totals() {
    for Read { name, page, .. } in runs() {
        let totals = the(&page, "Totals of the run");
        for (beside, row) in [
            ("accepted orders", "Accepted"),
            ("oversold orders", "Oversold orders"),
            ("cancelled for stock", "Cancelled for stock"),
        ] {
            assert_eq!(tile(&page, beside), totals.cell(row, "the run"), "{name}: {row}");
        }
        let full = the(&page, "Each gate in full");
        for (gate, row) in [
            ("Oversold orders", "Oversold orders"),
            ("Cancellations for stock", "Cancelled for stock"),
        ] {
            assert_eq!(full.cell(gate, "bad"), totals.cell(row, "the run"), "{name}: {row}");
            assert_eq!(full.cell(gate, "of"), totals.cell("Accepted", "the run"), "{name}: {gate}");
        }
    }
}

/// "None of n: at most x": one event has one bound, and one n has one bound where no gate knows
/// more of the event.
#[test]
fn none_of_n_leaves_the_same_open_everywhere() {
    let mut seen = 0;
    for Read { name, page, .. } in runs() {
        let (strict, counted) = (the(&page, ZERO), the(&page, COUNTED));
        let full = the(&page, "Each gate in full");
        let mut of_n: BTreeMap<String, String> = BTreeMap::new();
        for row in strict.rows.iter().chain(&counted.rows) {
            let Some((_, rest)) = row[1].split_once("None of ") else { continue };
            let (n, rest) = rest.split_once(" (at most ").unwrap();
            let most = rest.split(" at 95 %").next().unwrap();
            seen += 1;
            let gate = match row[0].as_str() {
                "Oversell" => Some("Oversold orders"),
                "Order mispriced" => Some("Mispriced orders"),
                _ => None,
            };
            let gate = gate.filter(|gate| full.rows.iter().any(|row| row[0] == *gate));
            if let Some(gate) = gate {
                assert_eq!(n, full.cell(gate, "of"), "{name}: {gate}");
                let bounds = full.cell(gate, "bounds");
                assert!(bounds.ends_with(&format!("–{most}")), "{name}: {most}, {bounds}");
            } else {
                let known = of_n.entry(n.to_owned()).or_insert_with(|| most.to_owned());
                assert_eq!(known, most, "{name}: none of {n}");
            }
        }
        let variance = "Reconciliation variance";
        if full.cell(variance, "bad") == "0"
            && let Some(most) = of_n.get(full.cell(variance, "of"))
        {
            let bounds = full.cell(variance, "bounds");
            assert!(bounds.ends_with(&format!("–{most}")), "{name}: {most}, {bounds}");
        }
    }
    assert!(seen > 20, "{seen} rules without a breach were read");
}

/// What a chart's title states is in its own table, and is what the rest of the page states.
#[test]
fn a_charts_title_states_what_is_plotted() {
    for Read { name, page, .. } in runs() {
        let (totals, full) = (the(&page, "Totals of the run"), the(&page, "Each gate in full"));
        let of_run = |row: &str| totals.cell(row, "the run").to_owned();
        let sum = |cells: Vec<&str>| cells.iter().flat_map(|cell| numbers(cell)).sum::<f64>();

        let orders = title(&page, "orders");
        let plotted = the(&page, &orders);
        for (column, row) in [("offered", "Orders offered"), ("accepted", "Accepted")] {
            let off = sum(plotted.column(column)) - numbers(&of_run(row))[0];
            assert!(off.abs() < 0.5, "{name}: {column} is off by {off}");
        }
        let refused = sum(plotted.column("refused"));
        assert!(numbers(&orders).contains(&refused), "{name}: {refused} in {orders}");

        let lag = title(&page, "sync-lag");
        let value = full.cell("Inventory sync lag", "value");
        assert!(
            lag.starts_with(&format!("Sync lag p95 was {value} over the run")),
            "{name}: {lag}"
        );
        let plotted = the(&page, &lag);
        let p95 = plotted.column("p95").into_iter();
        let worst = p95.max_by(|a, b| seconds(a).total_cmp(&seconds(b))).unwrap();
        assert!(lag.contains(&format!("and {worst} in the worst ")), "{name}: {worst} in {lag}");

        let parity = title(&page, "price-parity");
        let right = of_run("Price parity");
        assert!(parity.contains(&right) || right == "100 %", "{name}: {right} in {parity}");
        let plotted = the(&page, &parity);
        let drawn = plotted.column("at its price").into_iter();
        let least =
            drawn.filter(|cell| *cell != "—").map(|cell| numbers(cell)[0]).fold(100.0, f64::min);
        assert!(least >= 100.0 || numbers(&parity).contains(&least), "{name}: {least} in {parity}");

        if page.contains("id=\"oversold-wide-title\"") {
            let oversold = title(&page, "oversold");
            let said = numbers(&oversold);
            let cancelled = numbers(&of_run("Cancelled for stock"))[0];
            assert!(said.contains(&numbers(&of_run("Oversold units"))[0]), "{name}: {oversold}");
            assert!(cancelled == 0.0 || said.contains(&cancelled), "{name}: {oversold}");
            // The first of them is the one that the rule names.
            let rule = the(&page, COUNTED);
            let found = rule.cell("Oversell", "what was found");
            let first = found.split("first at ").nth(1).unwrap().split(',').next().unwrap();
            assert!(oversold.contains(&format!("from {first} on")), "{name}: {first}, {oversold}");
        }
    }
}

/// One order may break several rules: the checklist counts what each rule counts, and adds nothing.
#[test]
fn the_checklist_counts_as_the_rules_do() {
    let runs = runs();
    let Read { page, .. } = runs.iter().find(|run| run.name == "Black Friday").unwrap();
    let because = the(page, "What operating these channels rests on");
    let because = because.cell("Reliability controls", "because").to_owned();
    let rules = the(page, ZERO);
    let mut told = 0;
    for rule in ["Order created twice", "Stock taken twice", "Purchase accepted twice"] {
        let found = rules.cell(rule, "what was found").split(',').next().unwrap();
        let found = found.split(';').next().unwrap();
        if !found.starts_with("None") {
            assert!(because.to_lowercase().contains(&found.to_lowercase()), "{found}: {because}");
            told += 1;
        }
    }
    assert!(told >= 2, "two rules are broken in this run, or the test sees nothing");
    assert_eq!(because.split("; ").count(), told, "{because}");
}

/// Words that only those know who program or judge; JSON keys keep theirs.
const NOT_PLAIN: [&str; 16] = [
    "in band",
    "concerned",
    "invariant",
    "truncated",
    "needlessly",
    "not exercised",
    "unresolved",
    "census",
    "cluster",
    "definite",
    "censored",
    "p-value",
    "quantile",
    "effective sample",
    "enum",
    "n_eff",
];

#[test]
fn the_first_screen_is_in_plain_words() {
    for Read { name, page, comment, terminal } in runs() {
        let first =
            plain(page.split("<body>").nth(1).unwrap().split("class=\"bar\"").next().unwrap());
        for (where_, said) in [("page", first), ("comment", comment), ("terminal", terminal)] {
            let said = said.to_lowercase();
            for word in NOT_PLAIN {
                assert!(!said.contains(word), "{name}: “{word}” in the {where_}");
            }
        }
    }
}

/// No table is wider than a page, however many channels there are, and each cell can stand alone
/// with its column's name where columns have no room.
#[test]
fn twelve_channels_fit_a_page_and_a_telephone() {
    let runs = runs();
    let Read { page, .. } = runs.iter().find(|run| run.name == "twelve").unwrap();
    let lone = page.split("<caption>").skip(1).map(|rest| rest.split("</table>").next().unwrap());
    for html in lone {
        let (caption, table) = (html.split('<').next().unwrap(), table(html));
        assert!(table.head.len() <= 10, "{caption}: {} columns", table.head.len());
        for row in &table.rows {
            assert_eq!(row.len(), table.head.len(), "{caption}: {row:?}");
        }
    }
    let cells = page.matches("<td").count();
    assert_eq!(page.matches("<td data-head=").count(), cells, "each cell has its column's name");
}
