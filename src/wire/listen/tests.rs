//! A service that is no system of the neutral API: whatever answers is guarded alike.

use std::net::Ipv4Addr;

use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

/// A page that says what was asked; `/known` is asked by whoever is known.
struct Page;

#[derive(Debug, thiserror::Error)]
#[error("nothing is said")]
struct Silent;

impl Service for Page {
    type Reply = Full<Bytes>;
    type Lost = Silent;

    async fn answer(
        &self,
        request: Request<Incoming>,
        guest: &Guest,
    ) -> Result<Response<Full<Bytes>>, Silent> {
        match request.uri().path() {
            "/silent" => return Err(Silent),
            "/known" => guest.is_known_now(),
            _ => guest.refused(),
        }
        Ok(Response::new(Full::from(request.uri().path().to_owned())))
    }
}

async fn opened(connections_max: usize) -> Listening {
    let limits = ListenerLimits { connections_max, ..ListenerLimits::default() };
    open(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), limits, Page).await.expect("a port")
}

async fn ask(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a connection");
    let mut heard = Vec::new();
    while !heard.ends_with(path.as_bytes()) {
        if stream.read_buf(&mut heard).await.unwrap_or(0) == 0 {
            break;
        }
    }
    String::from_utf8(heard).expect("text")
}

#[tokio::test]
async fn any_service_is_listened_for_and_strangers_make_room() {
    let listening = opened(2).await;
    let connect = || TcpStream::connect(listening.address());
    let mut known = connect().await.expect("a connection");
    assert!(ask(&mut known, "/known").await.starts_with("HTTP/1.1 200"));
    let mut stranger = connect().await.expect("a connection");
    assert!(ask(&mut stranger, "/what").await.ends_with("/what"));
    // There is no third place: the stranger's is taken, and not that of who is known.
    let mut third = connect().await.expect("a connection");
    assert!(ask(&mut third, "/known").await.ends_with("/known"));
    assert_eq!(ask(&mut stranger, "/what").await, "");
    assert!(ask(&mut known, "/known").await.ends_with("/known"));
    assert_eq!(ask(&mut third, "/silent").await, "");
    let tally = listening.close().await;
    let seen = (tally.connections, tally.evicted, tally.refused, tally.strangers, tally.panicked);
    assert_eq!(seen, (3, 1, 1, 1, 0));
}

/// What finds no connection while an address is shut, or just after, met that; at no other time.
#[tokio::test]
async fn an_address_knows_whether_it_was_shut() {
    let listening = opened(2).await;
    let gate = listening.gate();
    let (now, later) = (Duration::ZERO, Duration::from_hours(1));
    assert!(!gate.has_refused(later), "never yet");
    gate.shut(true);
    assert!(gate.has_refused(now));
    while TcpStream::connect(listening.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    gate.shut(false);
    while TcpStream::connect(listening.address()).await.is_err() {
        assert!(gate.has_refused(later), "not open yet, or just now");
        tokio::task::yield_now().await;
    }
    while gate.has_refused(now) {
        tokio::task::yield_now().await;
    }
    assert!(gate.has_refused(later), "just now");
    listening.close().await;
}
