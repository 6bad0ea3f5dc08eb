//! Owns what a room may touch: sockets, files, clocks, the system's randomness, serialisation,
//! floats.

use crate::layering::room;
use crate::source::{self, Source};
use crate::{Findings, found, none};

/// What reaches outside the process, or reads what differs from run to run.
const OUTSIDE: &[&str] = &[
    "tokio",
    "hyper",
    "hyper_util",
    "rustix",
    "std::net",
    "std::fs",
    "std::time",
    "std::thread",
    "std::env",
    "std::process",
    "std::io",
    "rand::rng",
    "rand::random",
    "thread_rng",
    "OsRng",
    "SysRng",
    "ThreadRng",
    "SmallRng",
    "StdRng",
    "RandomState",
    "Instant",
    "SystemTime",
];

/// Files that may derive serde outside the rooms that may, each with the reason.
const SPOKEN: &[(&str, &str)] = &[
    ("src/units.rs", "quantities stand in facts as they are"),
    ("src/ids.rs", "names stand in facts as they are"),
    ("src/operate/command.rs", "a command is said so over HTTP"),
    ("src/operate/double/asked.rs", "what is asked of mocks is said so over HTTP"),
    ("src/commerce/protocol/told.rs", "notices are the wire's own words, the same in both"),
];

/// Rooms that only think: the same arguments give the same answers on any machine.
fn is_pure(path: &str) -> bool {
    let pure = ["units", "ids", "rng", "law", "traffic", "commerce", "judge"];
    let driven = [
        "src/drive/simulated",
        "src/drive/estate",
        "src/drive/calendar",
        "src/drive/hand",
        "src/drive/script",
    ];
    pure.contains(&room(path)) || driven.iter().any(|part| path.starts_with(part))
}

/// Sockets, files, clocks or global randomness where there must be none.
fn reaches_out(file: &Source) -> Findings {
    if !is_pure(&file.path) {
        return Vec::new();
    }
    each(file, OUTSIDE, |word| format!("`{word}`: time, randomness and bytes are arguments here"))
}

/// tokio outside the three that host it.
fn knows_tokio(file: &Source) -> Findings {
    let hosts = ["src/wire/", "src/drive/live/", "src/cli/"];
    if hosts.iter().any(|host| file.path.starts_with(host)) || file.path == "src/main.rs" {
        return Vec::new();
    }
    each(file, &["tokio"], |_| "only wire, drive::live and cli know tokio".to_owned())
}

/// Connections from elsewhere than where a `Permit` is held to: load goes to no host by a slip.
fn connects(file: &Source) -> Findings {
    if file.path == "src/wire/connection.rs" {
        return Vec::new();
    }
    let ways = ["TcpStream::connect", "TcpSocket", "UdpSocket", "UnixStream", "hyper_util::client"];
    each(file, &ways, |way| format!("`{way}`: only wire::connection connects, with a Permit"))
}

/// serde where nothing is written or read.
fn serialises(file: &Source) -> Findings {
    let rooms = ["history", "scenario", "wire", "faces", "report", "tables"];
    if rooms.contains(&room(&file.path)) || SPOKEN.iter().any(|(path, _)| *path == file.path) {
        return Vec::new();
    }
    each(file, &["Serialize", "Deserialize", "JsonSchema"], |word| {
        format!("`{word}`: only history, scenario, wire, report and tables put values into words")
    })
}

/// Floats in what must come out the same, bit for bit, on any machine.
fn floats(file: &Source) -> Findings {
    let exact = ["src/history/fact.rs", "src/history/charter.rs", "src/judge/judgement"];
    let summary = file.path.starts_with("src/report/summary");
    if !summary && !exact.iter().any(|path| file.path.starts_with(path)) {
        return Vec::new();
    }
    each(file, &["f32", "f64"], |_| "no float enters a history or summary.json".to_owned())
}

/// One finding for each place where one of `words` stands by itself in the product's code.
fn each(file: &Source, words: &[&str], says: impl Fn(&str) -> String) -> Findings {
    let mut findings = Vec::new();
    for word in words {
        for (offset, _) in file.product.match_indices(word) {
            if stands_alone(&file.product, offset, word.len()) {
                findings.push(file.at(offset, &says(word)));
            }
        }
    }
    findings
}

/// Whether the text at `offset` is a name of its own and not a part of a longer one.
pub(crate) fn stands_alone(text: &str, offset: usize, len: usize) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    !text[..offset].ends_with(part) && !text[offset + len..].starts_with(part)
}

#[test]
fn rooms_that_think_reach_for_nothing() {
    none(&source::rooms().iter().flat_map(reaches_out).collect());
}

#[test]
fn few_know_tokio() {
    none(&source::rooms().iter().flat_map(knows_tokio).collect());
}

#[test]
fn one_place_connects() {
    none(&source::rooms().iter().flat_map(connects).collect());
}

#[test]
fn a_second_place_that_connects_is_found() {
    let text = "async fn f() { TcpStream::connect(address).await; }";
    assert_eq!(found(connects, "src/wire/client.rs", text).len(), 1);
    assert_eq!(found(connects, "src/cli/serve.rs", "use std::net::UdpSocket;").len(), 1);
    assert_eq!(found(connects, "src/wire/connection.rs", text).len(), 0);
    assert_eq!(found(connects, "src/wire/server.rs", "use tokio::net::TcpStream;").len(), 0);
}

#[test]
fn few_serialise() {
    none(&source::rooms().iter().flat_map(serialises).collect());
}

#[test]
fn what_is_written_down_holds_no_float() {
    none(&source::rooms().iter().flat_map(floats).collect());
}

#[test]
fn exceptions_that_nobody_needs_are_taken_back() {
    let rooms = source::rooms();
    for (path, reason) in SPOKEN {
        let used =
            rooms.iter().any(|file| file.path == *path && file.product.contains("Serialize"));
        assert!(used && !reason.is_empty(), "{path} no longer derives serde");
    }
}

#[test]
fn a_room_that_reaches_out_is_found() {
    let reached = |path, text| found(reaches_out, path, text).len();
    assert_eq!(reached("src/traffic/curve.rs", "use std::time::Duration;"), 1);
    assert_eq!(reached("src/commerce/oms.rs", "fn f() { let mut r = rand::rng(); }"), 1);
    assert_eq!(reached("src/judge/lag.rs", "use std::fs::File;"), 1);
    assert_eq!(reached("src/drive/simulated.rs", "use tokio::time;"), 1);
    assert_eq!(reached("src/drive/simulated/agenda.rs", "fn f() { Instant::now(); }"), 1);
    assert_eq!(reached("src/traffic/curve.rs", "use rand::rngs::ChaCha8Rng; // std::time"), 0);
    assert_eq!(reached("src/traffic/curve.rs", "#[cfg(test)]\nuse std::fs;\nfn instant() {}"), 0);
    assert_eq!(reached("src/drive/live/clock.rs", "use std::time::Instant;"), 0);
}

#[test]
fn tokio_is_found_where_it_does_not_belong() {
    let knows = |path, text| found(knows_tokio, path, text).len();
    assert_eq!(knows("src/history/writer.rs", "use tokio::fs;"), 1);
    assert_eq!(knows("src/drive/systems.rs", "async fn f() { tokio::spawn(g()); }"), 1);
    assert_eq!(knows("src/drive/live/pacer.rs", "use tokio::io::unix::AsyncFd;"), 0);
    assert_eq!(knows("src/history/writer.rs", "// Not tokio::fs.\nuse std::fs;"), 0);
}

#[test]
fn serde_is_found_where_nothing_is_written() {
    let derives = "#[derive(Clone, Serialize)]\nstruct X;";
    assert_eq!(found(serialises, "src/judge/judgement.rs", derives).len(), 1);
    assert_eq!(found(serialises, "src/commerce/oms.rs", derives).len(), 1);
    assert_eq!(found(serialises, "src/commerce/protocol/told.rs", derives).len(), 0);
    assert_eq!(found(serialises, "src/history/fact.rs", derives).len(), 0);
}

#[test]
fn floats_are_found_where_bits_must_agree() {
    let text = "/// Not an f64.\npub struct X { share: f64 }";
    assert_eq!(found(floats, "src/judge/judgement.rs", text).len(), 1);
    assert_eq!(found(floats, "src/report/summary/gate.rs", text).len(), 1);
    assert_eq!(found(floats, "src/judge/bounds.rs", text).len(), 0);
    assert_eq!(found(floats, "src/history/fact.rs", "pub struct X { share: Ppm }").len(), 0);
}
