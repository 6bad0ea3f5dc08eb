//! Owns what is fuzzed: every door through which somebody else's bytes come in. `main.rs` plays
//! mutations of shipped files through them, `fuzz/` gives them to libFuzzer: the same bodies.
//!
//! Whatever the bytes are, nothing may panic, hang, or take memory without end; what is refused is
//! refused in words.

#[path = "faces.rs"]
pub(crate) mod faces;

use std::cell::OnceCell;
use std::path::Path;

use doorbuster::commerce::terms::Rhythm;
use doorbuster::drive::hand::Act;
use doorbuster::drive::simulated;
use doorbuster::history::Fact;
use doorbuster::history::reader::Reader;
use doorbuster::history::stamp::Tape;
use doorbuster::judge::{Fold, Judgement};
use doorbuster::language::Problems;
use doorbuster::outlook::{Outlook, Taken};
use doorbuster::report::outlook::Sheet;
use doorbuster::report::terminal::{Ink, Paper};
use doorbuster::report::{self, Beside, Front, Summary};
use doorbuster::scenario::patch::{self, Patch};
use doorbuster::scenario::{self, Overrides, Plan};
use doorbuster::traffic::Traffic;
use doorbuster::units::Span;

/// A target by its name.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// All of them.
pub(crate) const TARGETS: [Target; 6] = [
    ("scenario", scenario),
    ("order_log", order_log),
    ("stock_list", stock_list),
    ("patch", patched),
    ("history", history),
    ("faces", faces::faces),
];

/// The scenario that patches are laid over.
pub(crate) const PATCHED: &str = include_str!("../../scenarios/quickstart.yaml");

const LOG: &str = "\
campaign: Log
starts: 2026-11-27 06:00 UTC
channels: { web: {}, amazon: {} }
traffic:
  replay:
    file: orders.csv
    columns: { channel: channel, buyer: buyer }
    cancellations: { prefix: C }
    stock: { cover: 90% }
connectors: { hub: { reference: {} } }
";

const STOCK: &str = "\
campaign: Stock
starts: 2026-11-27 06:00 UTC
catalog: { file: stock.csv }
channels: { web: {} }
traffic: { demand: 600/hour, phases: [{ name: all, lasts: 10m, rate: 1x }] }
connectors: { hub: { reference: {} } }
";

/// A scenario: read, reckoned with, played for a while, judged.
pub(crate) fn scenario(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    look_at(scenario::read_str(text, Path::new("scenarios"), &Overrides::default()));
}

/// An order log that a scenario replays.
pub(crate) fn order_log(bytes: &[u8]) {
    with_file("orders.csv", bytes, LOG);
}

/// A stock list that a scenario sells from.
pub(crate) fn stock_list(bytes: &[u8]) {
    with_file("stock.csv", bytes, STOCK);
}

/// A patch over a scenario.
pub(crate) fn patched(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Patch::parse("patch.yaml", text) {
        Ok(patch) => {
            let _ = (patch.to_yaml(), patch.lines());
            let here = Path::new("scenarios");
            look_at(patch::read_str_patched(PATCHED, here, &Overrides::default(), &patch));
        }
        Err(errors) => drop(errors.to_string()),
    }
}

/// A history, as it is on disk or as its lines alone: read, judged, told.
pub(crate) fn history(bytes: &[u8]) {
    const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
    let framed = if bytes.starts_with(&MAGIC) { bytes.to_vec() } else { frame(bytes) };
    let Ok(mut facts) = Reader::over(&framed[..]) else { return };
    let mut fold = Fold::new();
    for fact in facts.by_ref() {
        if let Err(refused) = fold.eat(&fact) {
            let _ = refused.to_string();
            return;
        }
    }
    let _ = fold.glance().word();
    if let Some(judgement) = fold.judge() {
        tell(&judgement);
    }
}

/// Lines as a frame that a reader believes.
pub(crate) fn frame(lines: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut frame = zstd::stream::Encoder::new(Vec::new(), 1).expect("a level of zstd's");
    frame.include_checksum(true).expect("zstd has checksums");
    frame.write_all(lines).expect("memory takes bytes");
    frame.finish().expect("memory takes bytes")
}

fn with_file(name: &str, bytes: &[u8], scenario: &str) {
    thread_local! {
        static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
    }
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a folder for a file"));
        std::fs::write(folder.path().join(name), bytes).expect("room for a file");
        look_at(scenario::read_str(scenario, folder.path(), &Overrides::default()));
    });
}

/// What is read is reckoned with and played; what is refused says why.
fn look_at(read: Result<Plan, Problems>) {
    let plan = match read {
        Ok(plan) => plan,
        Err(errors) => return drop(errors.to_string()),
    };
    let outlook = Outlook::of(&plan, &Taken::everything(), Span::from_millis(1));
    let sheet = Sheet::of(&outlook, None, &plan.charter, "scenario.yaml");
    let _ = (sheet.to_json(), report::outlook::text(&sheet, PAPER()));
    if !is_short(&plan) {
        return;
    }
    let (mut fold, mut facts) = (Fold::new(), 0_u32);
    let eaten = std::cell::Cell::new(0_u32);
    let mut tape = Tape::new(|fact: Fact| {
        fold.eat(&fact).expect("a driver writes a history");
        facts += 1;
        eaten.set(facts);
    });
    let mut hand = |_| match eaten.get() {
        ..FACTS_MAX => Vec::new(),
        _ => vec![Act::Drain],
    };
    simulated::play(&plan, &mut tape, &mut hand);
    tell(&fold.judge().expect("a history has a charter"));
}

/// A run that is stopped as soon as it has so many facts.
const FACTS_MAX: u32 = 20_000;

#[expect(non_snake_case, reason = "a constant, but for the constructor")]
fn PAPER() -> Paper {
    Paper::new(Ink::Plain, None)
}

/// Whether playing it is a matter of milliseconds: a scenario may ask for a replication's work.
fn is_short(plan: &Plan) -> bool {
    let busy = |rhythm: Rhythm| match rhythm {
        Rhythm::Webhook => false,
        Rhythm::Poll(every) => every < Span::from_secs(1),
    };
    let hours = plan.charter.traffic_ends.0 as f64 / 3.6e9;
    let highest = match &plan.traffic {
        Traffic::Modelled(demand) => {
            let rates = demand.curve.iter().map(|piece| piece.rate_from.max(piece.rate_to).0);
            rates.max().unwrap_or(0) as f64 / 1e3 * hours
        }
        Traffic::Replayed(_) => 0.0,
    };
    let merchant = &plan.merchant;
    let a_day = |rate: doorbuster::units::Rate| rate.per_sec_f64() * hours * 3_600.0;
    let changes = merchant.repricing.as_ref().map_or(0.0, |seen| a_day(seen.rate))
        + merchant.corrections.as_ref().map_or(0.0, |seen| a_day(seen.rate))
        + merchant.restocks.as_ref().map_or(0.0, |seen| hours * 3.6e9 / seen.every.0 as f64);
    hours < 12.0
        && plan.charter.drain < Span::from_secs(86_400)
        && highest < 5e3
        && changes < 1e3
        && plan.world.catalog.len() <= 5_000
        && !plan.world.connectors.iter().any(|hub| busy(hub.orders_in) || busy(hub.stock_out))
}

/// Everything that is said of a judgement, short of painting it.
fn tell(judgement: &Judgement) {
    let summary = Summary::of(judgement);
    let beside = Beside::default();
    let front = Front::of(&summary, &beside, ".");
    let _ = summary.to_json();
    let _ = report::run::screen(&summary, &front, &beside, Some("reports/x"), PAPER());
    let _ = report::run::comment(&summary, &front, &beside);
    let _ = report::annotations::lines(&summary, &front, None);
    let _ = report::junit::xml(&summary);
}
