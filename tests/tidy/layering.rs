//! Owns who may know whom: the rooms of the house and the doors between them.
//!
//! `units ids numbered rng law wrong file ← history, records, language ← traffic, commerce ←
//! judge ← scenario ← fit, wire ← drive ← outlook, watch ← study ← report ← tables ← cli`. The
//! table is narrower than that line: no door that nobody needs.

use crate::source::{self, Source};
use crate::{Findings, found, none};

/// A room and the rooms it may know. Everything may know itself.
const DOORS: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("ids", &[]),
    ("numbered", &["ids"]),
    ("rng", &[]),
    ("law", &["units"]),
    ("wrong", &[]),
    ("file", &[]),
    // How people write files by hand, whatever the files mean.
    ("language", &["units", "law", "wrong", "file"]),
    // What others have recorded, whatever it is read for.
    ("records", &["units", "ids", "wrong", "file"]),
    ("history", &["units", "ids", "rng", "law", "file"]),
    ("traffic", &["units", "ids", "rng", "law", "history"]),
    ("commerce", &["units", "ids", "numbered", "rng", "law", "history", "traffic"]),
    // From the record alone: a judge that knew the systems played would inherit their bugs.
    ("judge", &["units", "ids", "numbered", "history"]),
    (
        "scenario",
        &[
            "units", "ids", "rng", "law", "wrong", "file", "history", "traffic", "commerce",
            "records", "language",
        ],
    ),
    // A scenario out of what others have recorded.
    ("fit", &["units", "ids", "law", "wrong", "traffic", "records", "language", "scenario"]),
    // A user's system, described in a file.
    ("profile", &["units", "wrong", "language"]),
    ("wire", &["units", "ids", "rng", "law", "history", "traffic", "commerce"]),
    // Platforms' own APIs over the channels played.
    ("faces", &["units", "ids", "history", "commerce", "wire"]),
    // Not the judge: what watches a run is handed to the drivers.
    (
        "drive",
        &[
            "units", "ids", "rng", "law", "history", "traffic", "commerce", "scenario", "wire",
            "faces",
        ],
    ),
    // What a plan implies before it is played: arithmetic, no play.
    (
        "outlook",
        &[
            "units", "ids", "rng", "law", "history", "traffic", "commerce", "judge", "language",
            "scenario",
        ],
    ),
    (
        "study",
        &[
            "units", "ids", "rng", "law", "history", "traffic", "commerce", "judge", "language",
            "scenario", "drive", "outlook", "watch",
        ],
    ),
    // The hands that look at the judgement of a run while it is played.
    ("watch", &["units", "ids", "history", "judge", "drive"]),
    // From the record and its judgement: a run folder that came from elsewhere looks the same.
    ("report", &["units", "ids", "history", "judge", "outlook", "study"]),
    // What a run is looked at by from outside while it goes on.
    ("operate", &["units", "ids", "wrong", "history", "drive", "wire", "report", "watch"]),
    // A run as tables: its facts, and what its summary counts.
    ("tables", &["units", "ids", "history", "judge", "report"]),
    ("cli", EVERY_ROOM),
    // What others see: a scenario played and judged.
    ("library", &["history", "judge", "language", "scenario", "study"]),
    ("lib", EVERY_ROOM),
    ("main", EVERY_ROOM),
];

const EVERY_ROOM: &[&str] = &[
    "units", "ids", "numbered", "rng", "law", "wrong", "file", "history", "records", "language",
    "traffic", "commerce", "judge", "scenario", "fit", "profile", "wire", "faces", "drive",
    "outlook", "study", "watch", "report", "operate", "tables", "cli",
];

/// Which foreign crates judgement rests on; each adds to what a verdict must be trusted for.
const JUDGES_WITH: &[&str] = &["std", "core", "statrs", "rustc_hash", "jiff"];

/// The room that a file under `src/` belongs to.
pub(crate) fn room(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

/// Doors used that are not there.
fn doors(file: &Source) -> Findings {
    let room = room(&file.path);
    let Some((_, open)) = DOORS.iter().find(|(name, _)| *name == room) else {
        return vec![file.at(0, &format!("`{room}` has no row in the table of doors"))];
    };
    known(file)
        .into_iter()
        .filter(|(_, other)| other != room && !open.contains(&other.as_str()))
        .map(|(offset, other)| file.at(offset, &format!("`{room}` must not know `{other}`")))
        .collect()
}

/// What judgement imports from outside beyond what it may rest on.
fn foreign_to_judgement(file: &Source) -> Findings {
    if room(&file.path) != "judge" {
        return Vec::new();
    }
    let declared: Vec<&str> = file
        .product
        .split("mod ")
        .skip(1)
        .filter_map(|rest| rest.split([';', ' ']).next())
        .collect();
    uses(&file.product)
        .filter(|(_, head)| !["crate", "self", "super"].contains(head))
        .filter(|(_, head)| !JUDGES_WITH.contains(head) && !declared.contains(head))
        .map(|(offset, head)| file.at(offset, &format!("judgement must not rest on `{head}`")))
        .collect()
}

/// Every `use` at the head of a line with the first name of its path.
fn uses(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices("use ").filter_map(|(offset, found)| {
        let before = code[..offset].rsplit('\n').next().unwrap_or("").trim();
        let statement = before.is_empty() || before == "pub" || before.starts_with("pub(");
        statement.then(|| (offset, name_at(&code[offset + found.len()..])))
    })
}

/// Every room that is named by a path from the crate's root, with where it is named.
fn known(file: &Source) -> Vec<(usize, String)> {
    let code = &file.product;
    let mut named = Vec::new();
    for root in ["crate::", "doorbuster::"] {
        for (offset, found) in code.match_indices(root) {
            let glued = code[..offset].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if !glued {
                named.extend(heads(&code[offset + found.len()..]).map(|head| (offset, head)));
            }
        }
    }
    // `super` as often as the module is deep is the crate's root by another name.
    let climb = "super::".repeat(depth(&file.path));
    for (offset, found) in code.match_indices(climb.as_str()) {
        if !found.is_empty() {
            named.extend(heads(&code[offset + found.len()..]).map(|head| (offset, head)));
        }
    }
    // Only rooms: `crate::VERSION` or a macro of the root is no door.
    named.retain(|(_, name)| EVERY_ROOM.contains(&name.as_str()));
    named
}

/// How many modules a file stands below the root.
fn depth(path: &str) -> usize {
    let below = path.strip_prefix("src/").unwrap_or(path).trim_end_matches(".rs");
    if below == "lib" || below == "main" {
        return 0;
    }
    below.trim_end_matches("/mod").split('/').count()
}

/// The first names of a path or of a group of paths: `x::y` or `{x::{y, z}, w}`.
fn heads(rest: &str) -> impl Iterator<Item = String> {
    let mut heads = Vec::new();
    let Some(group) = rest.strip_prefix('{') else {
        heads.push(name_at(rest).to_owned());
        return heads.into_iter();
    };
    let (mut depth, mut from) = (0, 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' | ',' if depth == 0 => {
                heads.push(name_at(group[from..at].trim_start()).to_owned());
                from = at + 1;
                if c == '}' {
                    break;
                }
            }
            '}' => depth -= 1,
            _ => {}
        }
    }
    heads.into_iter()
}

fn name_at(rest: &str) -> &str {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

#[test]
fn nothing_points_back() {
    none(&source::rooms().iter().flat_map(doors).collect());
}

#[test]
fn judgement_rests_on_little() {
    none(&source::rooms().iter().flat_map(foreign_to_judgement).collect());
}

#[test]
fn a_door_that_is_not_there_is_found_however_it_is_opened() {
    for (path, text) in [
        ("src/judge/lag.rs", "use crate::commerce::oms::Oms;"),
        ("src/judge/lag.rs", "use crate::{ids::SkuId, commerce::{oms, outbox}};"),
        ("src/judge/mod.rs", "use super::commerce::oms::Oms;"),
        ("src/judge/lag.rs", "fn f() { super::super::drive::go(); }"),
        ("src/judge/lag.rs", "fn f(x: crate::rng::Draws) {}"),
        ("src/history/fact.rs", "use crate::commerce::protocol;"),
        ("src/traffic/curve.rs", "use crate::commerce::terms;"),
        ("src/commerce/oms.rs", "use crate::scenario::Plan;"),
        ("src/wire/server.rs", "use crate::drive::live;"),
        ("src/drive/simulated.rs", "use crate::judge::Fold;"),
        ("src/report/html.rs", "use crate::scenario::Plan;"),
        ("src/units.rs", "use crate::ids::SkuId;"),
        ("src/cellar/mod.rs", "//! A room that the table does not know."),
    ] {
        assert_eq!(found(doors, path, text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn doors_that_are_there_stay_open() {
    for (path, text) in [
        ("src/judge/lag.rs", "use crate::{history::Fact, ids::SkuId};\nuse crate::judge::bits;"),
        ("src/judge/lag.rs", "// use crate::commerce::oms;\nconst S: &str = \"crate::drive\";"),
        ("src/judge/lag.rs", "#[cfg(test)]\nmod tests { use crate::rng::Draws; }"),
        ("src/judge/handoff/late.rs", "use super::super::bits; use super::drive;"),
        ("src/commerce/oms.rs", "use crate::traffic::plan; use mycrate::judge::x;"),
        ("src/cli/run.rs", "use crate::judge::judge; use crate::drive::live;"),
        ("src/main.rs", "use doorbuster::cli;"),
    ] {
        assert_eq!(found(doors, path, text), Findings::new(), "{path}: {text}");
    }
}

#[test]
fn a_crate_that_judgement_may_not_rest_on_is_found() {
    let judged = |text| found(foreign_to_judgement, "src/judge/lag.rs", text).len();
    assert_eq!(judged("use hyper::Uri;\npub use serde::Serialize;"), 2);
    assert_eq!(judged("mod lag;\nuse statrs::x;\nuse super::y;\npub use lag::Lag;"), 0);
    assert_eq!(found(foreign_to_judgement, "src/wire/mod.rs", "use hyper::Uri;").len(), 0);
}
