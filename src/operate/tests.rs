//! A console over sockets: what it answers, and to whom.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::drive::hand::{Act, Hand};
use crate::drive::script::PromotionEnds;
use crate::drive::testing::Sketch;
use crate::history::Charter;
use crate::history::charter::ActorRole;
use crate::history::fact::{ActedOn, OperatorAct};
use crate::history::samples::charter;
use crate::ids::ChannelId;
use crate::report::health::{Health, SoFar, Watched};
use crate::units::{At, Span};
use crate::watch::Watching;
use crate::wire::keys::Token;

const NAME: &str = "black friday";
const TOKEN: &str = "0123456789abcdef";

/// A console on a run that has not begun.
async fn opened(blind: bool) -> Listening {
    let watching = Watching::default();
    let charter = Charter { campaign: NAME.to_owned(), ..charter() };
    let looked = Looked::new(Watched { charter, blind }, watching);
    open(0, 4, Console::new(looked, controls(Desk::default()))).await.expect("a port")
}

/// The terms of a campaign on one channel.
fn played() -> Charter {
    let lasts = Span::from_mins(1);
    let sketch = Sketch { shares: &[1_000_000], skus: 1, stock_each: 9, orders_per_hour: 1, lasts };
    sketch.plan().charter
}

fn controls(desk: Desk) -> Controls {
    let token = Token::given(TOKEN).unwrap();
    let roles = vec![ActorRole { name: "on call".to_owned(), may: vec!["pause".to_owned()] }];
    Controls { token, charter: Charter { roles, ..played() }, desk }
}

/// What is heard in answer to a request, head and body.
async fn ask(listening: &Listening, head: &str) -> (String, String) {
    let mut stream = TcpStream::connect(listening.address()).await.expect("a connection");
    let request = format!("{head}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a connection");
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.expect("text");
    let (head, body) = heard.split_once("\r\n\r\n").expect("a head");
    (head.to_lowercase(), body.to_owned())
}

#[tokio::test]
async fn a_run_is_looked_at_by_page_state_and_metrics() {
    let console = opened(false).await;
    let (head, page) = ask(&console, "GET / HTTP/1.1\r\nhost: localhost").await;
    assert!(head.starts_with("http/1.1 200") && head.contains("text/html"), "{head}");
    assert!(head.contains("frame-ancestors 'none'") && head.contains("no-store"), "{head}");
    assert!(page.contains("state.json") && !page.contains("http:"), "nothing from elsewhere");
    let (head, state) = ask(&console, "GET /state.json HTTP/1.1\r\nhost: 127.0.0.1").await;
    let state: Health = serde_json::from_str(&state).expect("a state");
    assert!(head.contains("application/json"), "{head}");
    assert_eq!(
        (state.facts, state.so_far, state.campaign),
        (0, SoFar::OnTrack, Some(NAME.to_owned()))
    );
    let (head, metrics) = ask(&console, "GET /metrics HTTP/1.1\r\nhost: [::1]:1").await;
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(metrics.contains("\ndoorbuster_facts_total 0\n"), "{metrics}");
    let (head, none) = ask(&console, "HEAD /metrics HTTP/1.1\r\nhost: localhost").await;
    assert!(head.starts_with("http/1.1 200") && none.is_empty(), "{head} {none}");
    console.close().await;
}

#[tokio::test]
async fn whoever_asks_by_another_name_or_for_something_else_is_told_so() {
    let console = opened(false).await;
    for (asked, status) in [
        ("GET /state.json HTTP/1.1\r\nhost: evil.example", "421"),
        ("GET /state.json HTTP/1.1\r\nhost: localhost\r\nhost: evil.example", "421"),
        ("GET http://evil.example/ HTTP/1.1\r\nhost: localhost", "421"),
        ("GET /secrets HTTP/1.1\r\nhost: localhost", "404"),
        ("GET /../state.json HTTP/1.1\r\nhost: localhost", "404"),
        ("DELETE /metrics HTTP/1.1\r\nhost: localhost", "405"),
        ("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0", "405"),
    ] {
        let (head, body) = ask(&console, asked).await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{asked}: {head}");
        assert!(!body.contains("facts"), "{asked}: {body}");
    }
    let seen = console.close().await;
    assert_eq!(seen.panicked, 0);
}

#[tokio::test]
async fn a_blind_run_gives_no_name_away() {
    let (seeing, blind) = (opened(false).await, opened(true).await);
    for path in ["/state.json", "/metrics", "/"] {
        let asked = format!("GET {path} HTTP/1.1\r\nhost: localhost");
        let (_, seen) = ask(&seeing, &asked).await;
        assert_eq!(seen.contains(NAME), path != "/", "{path}: {seen}");
        let (_, hidden) = ask(&blind, &asked).await;
        assert!(!hidden.contains(NAME), "{path}: {hidden}");
    }
}

/// A command, sent so.
async fn commanded(desk: &Desk, heads: &str, body: &str) -> (String, String) {
    let looked = Looked::new(Watched { charter: charter(), blind: false }, Watching::default());
    let console = Console::new(looked, controls(desk.clone()));
    let listening = open(0, 4, console).await.expect("a port");
    let length = body.len();
    let head =
        format!("POST /commands HTTP/1.1\r\nhost: localhost\r\n{heads}content-length: {length}");
    let mut stream = TcpStream::connect(listening.address()).await.expect("a connection");
    let request = format!("{head}\r\nconnection: close\r\n\r\n{body}");
    // Whoever is refused in the middle of a body may find the connection closed.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut heard = String::new();
    let _ = stream.read_to_string(&mut heard).await;
    listening.close().await;
    let (head, body) = heard.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

const SHOWN: &str = "authorization: Bearer 0123456789abcdef\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn a_command_waits_for_the_run_and_is_answered() {
    let desk = Desk::default();
    let channel = &played().channels[0].name;
    let body = format!("{{\"command\":\"pause\",\"at\":\"{channel}\",\"by\":\"ana\"}}");
    let (status, said) = commanded(&desk, SHOWN, &body).await;
    assert_eq!(status, "HTTP/1.1 200 OK", "{said}");
    let mut hand = Operator::new(desk.clone(), PromotionEnds::default());
    let acts = hand.turn(At::START);
    let [Act::Do(action)] = &acts[..] else { panic!("{acts:?}") };
    assert_eq!((&*action.by, action.role, action.allowed), ("ana", Some(0), true));
    assert_eq!(action.act, OperatorAct::Pause { at: ActedOn::Channel(ChannelId(0)) });
    assert_eq!(hand.turn(At::START), []);
}

#[tokio::test]
async fn what_a_role_may_not_is_refused_and_recorded() {
    let desk = Desk::default();
    let body = "{\"command\":\"note\",\"value\":\"hm\"}";
    let (status, said) = commanded(&desk, SHOWN, body).await;
    assert_eq!(status, "HTTP/1.1 403 Forbidden");
    assert!(said.contains("on call may not note; it may pause"), "{said}");
    let acts = Operator::new(desk, PromotionEnds::default()).turn(At::START);
    let [Act::Do(action)] = &acts[..] else { panic!("{acts:?}") };
    assert!(!action.allowed);
}

#[tokio::test]
async fn who_may_not_or_makes_no_sense_is_told_why_and_nothing_happens() {
    let wrong = "authorization: Bearer 0123456789abcdee\r\ncontent-type: application/json\r\n";
    let text = "authorization: Bearer 0123456789abcdef\r\ncontent-type: text/plain\r\n";
    let pause = "{\"command\":\"pause\",\"at\":\"storefront\"}";
    let long = format!("{{\"command\":\"note\",\"value\":\"{}\"}}", "x".repeat(20_000));
    for (heads, body, status) in [
        ("", pause, "401"),
        (wrong, pause, "401"),
        (text, pause, "415"),
        (SHOWN, "pause amazon", "400"),
        (SHOWN, "{\"command\":\"pause\",\"where\":\"amazon\"}", "400"),
        (SHOWN, "{\"command\":\"puase\",\"at\":\"amazon\"}", "422"),
        (SHOWN, "{\"command\":\"pause\",\"at\":\"amazn\"}", "422"),
        (SHOWN, "{\"command\":\"pause\"}", "422"),
        (SHOWN, &long, "413"),
    ] {
        let desk = Desk::default();
        let (head, said) = commanded(&desk, heads, body).await;
        assert!(head.contains(status), "{head} {said}");
        assert!(said.contains("\"done\":false"), "{said}");
        let acts = Operator::new(desk, PromotionEnds::default()).turn(At::START);
        assert_eq!(acts, [], "{body}");
    }
}
