//! A console over sockets: what it answers, and to whom.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;
use crate::history::Charter;
use crate::history::samples::charter;
use crate::report::health::{Health, SoFar, Watched};
use crate::watch::Watching;

const NAME: &str = "black friday";

/// A console on a run that has not begun.
async fn opened(blind: bool) -> Listening {
    let watching = Watching::default();
    let charter = Charter { campaign: NAME.to_owned(), ..charter() };
    let looked = Looked::new(Watched { charter, blind }, watching);
    open(0, 4, Console::new(looked)).await.expect("a port")
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
