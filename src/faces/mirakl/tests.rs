//! Tests of Mirakl's face: exchanges as files, and what needs more than one file can say.

use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::{HeaderMap, StatusCode};
use serde_json::Value;

use super::{Mirakl, credentials};
use crate::drive::testing::channel_play;
use crate::faces::played::{Played, terms};
use crate::faces::{Face, FaceReply, FaceTerms};
use crate::ids::ChannelId;
use crate::units::Span;

fn key() -> HeaderMap {
    let key = credentials(terms().keys, ChannelId(0))[0].1.parse().unwrap();
    [(AUTHORIZATION, key)].into_iter().collect()
}

fn played(terms: FaceTerms) -> Played<Mirakl> {
    Played::new(Mirakl::new(terms), channel_play())
}

#[test]
fn offers() {
    played(terms()).play(include_str!("exchanges/offers.txt"), &key());
}

#[test]
fn files() {
    played(terms()).play(include_str!("exchanges/files.txt"), &key());
}

#[test]
fn orders() {
    played(terms()).play(include_str!("exchanges/orders.txt"), &key());
}

#[test]
fn orders_that_wait_and_leave() {
    let within = Span::from_secs(600);
    let end = crate::units::At(10_000_000_000);
    let waits = |shop: crate::commerce::marketplace::Marketplace| {
        shop.to_be_told_of_acceptance(Some(within)).to_be_told_what_left(Some((within, end)))
    };
    played(terms()).made(waits).play(include_str!("exchanges/waiting.txt"), &key());
}

/// Somebody's connector, which sends a file and asks what became of it.
struct Seller(Played<Mirakl>);

impl Seller {
    fn send(&mut self, what: &str, file: &str) -> String {
        let mut headers = key();
        headers.insert(CONTENT_TYPE, "multipart/form-data; boundary=--b".parse().unwrap());
        let body = format!(
            "----b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n{file}\r\n----b--\r\n"
        );
        let target = format!("/api/offers/{what}/imports");
        let reply = self.0.ask("POST", &target, &headers, body.as_bytes(), true);
        assert_eq!(reply.status, 201, "{}", String::from_utf8_lossy(&reply.body));
        told(&reply)["import_id"].as_str().unwrap().to_owned()
    }

    fn get(&mut self, target: &str) -> FaceReply {
        self.0.ask("GET", target, &key(), b"", true)
    }
}

fn told(reply: &FaceReply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or(Value::Null)
}

/// The way of a file: it waits, is worked on, and says which lines are in error, ready to be sent
/// again; a connector is told of them once.
#[test]
fn a_file_takes_its_time_and_reports_on_its_lines() {
    let mut seller = Seller(played(terms()));
    let id = seller.send("stock", "offer-sku;quantity\nMUG-RED;4\nMUG-BLUE;many\nMUG-NEW;1\n");
    let status = format!("/api/offers/stock/imports/{id}/status");
    for (passes, expected, meant) in [
        (29, "WAITING", None),
        (30, "RUNNING", None),
        (30, "COMPLETE", Some(StatusCode::UNPROCESSABLE_ENTITY)),
        (30, "COMPLETE", None),
    ] {
        assert!(!seller.0.face.is_quiet() || expected == "COMPLETE");
        seller.0.pass(Span::from_secs(passes));
        let reply = seller.get(&status);
        assert_eq!((told(&reply)["status"].as_str(), reply.meant), (Some(expected), meant));
    }
    assert!(seller.0.face.is_quiet());
    let report = seller.get(&format!("/api/offers/stock/imports/{id}/error_report"));
    let expected = "error-line;error-message;offer-sku;quantity\n\
        3;quantity: expected a whole number, 0 or more;MUG-BLUE;many\n\
        4;The offer does not exist;MUG-NEW;1\n";
    assert_eq!((report.content, &*report.body), ("text/csv", expected.as_bytes()));
    let other = seller.get(&format!("/api/offers/pricing/imports/{id}/error_report"));
    assert_eq!(other.status, 404, "it is an import of stock");
}

/// A file without the columns is refused as a whole; one in which all is well has no report.
#[test]
fn a_file_that_cannot_be_read_has_failed() {
    let mut seller = Seller(played(terms()));
    let id = seller.send("stock", "sku;quantity\nMUG-RED;4\n");
    seller.0.pass(Span::from_secs(60));
    let reply = seller.get(&format!("/api/offers/stock/imports/{id}/status"));
    assert_eq!(told(&reply)["status"], "FAILED");
    assert_eq!(reply.meant, Some(StatusCode::UNPROCESSABLE_ENTITY));
    let id = seller.send("stock", "offer-sku;quantity\nMUG-RED;4\n");
    seller.0.pass(Span::from_secs(60));
    let reply = seller.get(&format!("/api/offers/stock/imports/{id}/status"));
    assert_eq!((&told(&reply)["status"], reply.meant), (&"COMPLETE".into(), None));
    let report = seller.get(&format!("/api/offers/stock/imports/{id}/error_report"));
    assert_eq!(report.status, 404);
}

/// What keeps the shop from taking a line is told of that line; more lines than a batch holds are
/// asked for in several.
#[test]
fn what_the_shop_refuses_is_in_the_report() {
    for (fares, in_error, why) in [
        ("fine", 0, ""),
        ("unavailable", 2, "The service is temporarily unavailable"),
        ("throttled", 2, "Too many requests"),
    ] {
        let mut seller = Seller(played(FaceTerms { batch_max: 1, ..terms() }));
        let id = seller.send("pricing", "offer-sku;price\nMUG-RED;4\nMUG-BLUE;5\n");
        seller.0.play(&format!("% {fares}\n"), &key());
        seller.0.pass(Span::from_secs(60));
        let reply = seller.get("/api/offers/pricing/imports");
        assert_eq!(told(&reply)["data"][0]["lines_in_error"], in_error);
        let report = seller.get(&format!("/api/offers/pricing/imports/{id}/error_report"));
        assert!(String::from_utf8_lossy(&report.body).contains(why));
    }
}

/// Imports are kept within bounds, and none that is still to be worked on is lost.
#[test]
fn as_many_imports_wait_as_are_borne() {
    let terms = FaceTerms { feeds_take: Span::from_mins(600), ..terms() };
    let mut seller = Seller(played(terms));
    let mut refused = 0;
    for _ in 0..300 {
        seller.0.pass(Span::from_mins(1));
        let body = b"{\"offers\":[{\"shop_sku\":\"MUG-RED\",\"price\":1}]}";
        let reply = seller.0.ask("POST", "/api/offers", &key(), body, true);
        refused += usize::from(reply.status == 429);
    }
    assert_eq!(refused, 300 - 256);
}
