//! A fault proxy in front of a server that is not ours: what a caller meets on the socket.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::commerce::fault::{FaultEffect, ToldWait};
use crate::commerce::outbox::How;
use crate::drive::testing::Sketch;
use crate::ids::ChannelId;
use crate::law::Law;
use crate::units::Ppm;

const STORE: Role = Role::Channel(ChannelId(0));
const BODY: &str = r#"{"hello":"somebody else's words"}"#;

/// A server that answers every request alike and counts them; it ends with the test's process.
fn elsewhere() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (address, asked) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counts = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let counts = Arc::clone(&counts);
            thread::spawn(move || serve(stream, &counts));
        }
    });
    (address, asked)
}

fn serve(mut stream: TcpStream, asked: &AtomicUsize) {
    let (mut heard, mut some) = (Vec::new(), [0; 4_096]);
    loop {
        while let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&heard[..end]).to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let whole = end + 4 + length.map_or(0, |length| length.parse().unwrap());
            if heard.len() < whole {
                break;
            }
            heard.drain(..whole);
            asked.fetch_add(1, Ordering::SeqCst);
            // Their host is theirs, and what is of a connection has not come this far.
            assert!(head.contains("host: 127.0.0.1:") && !head.contains("x-hop"), "{head}");
            let reply = format!(
                "HTTP/1.1 202 Accepted\r\netag: \"7\"\r\ncontent-length: {}\r\n\r\n{BODY}",
                BODY.len()
            );
            stream.write_all(reply.as_bytes()).unwrap();
        }
        match stream.read(&mut some) {
            Ok(0) | Err(_) => return,
            Ok(read) => heard.extend_from_slice(&some[..read]),
        }
    }
}

fn fault(does: FaultEffect) -> FaultTerms {
    FaultTerms {
        name: format!("{does:?}"),
        at: vec![STORE],
        on: vec![],
        skus: None,
        share: Ppm::ONE,
        rises_to: None,
        at_most: None,
        spells: vec![(At::START, At::START + Span::from_mins(1))],
        does,
    }
}

fn plan(faults: Vec<FaultTerms>) -> Plan {
    let mut plan = Sketch {
        shares: &[1_000_000],
        skus: 1,
        stock_each: 1,
        orders_per_hour: 1,
        lasts: Span::from_mins(1),
    }
    .plan();
    plan.world.faults = faults;
    plan.charter.speed_milli = 1_000_000;
    plan
}

/// What one call by a proxy comes to: what was read, how reading ended, how long it took.
struct Heard {
    text: String,
    ended: std::io::Result<()>,
    took: Duration,
    asked: usize,
    hits: u64,
}

fn call(faults: Vec<FaultTerms>, request: &str) -> Heard {
    let (address, asked) = elsewhere();
    let permit = Permit::loopback(&format!("http://{address}").parse().unwrap()).unwrap();
    let wish =
        ProxyWish { at: STORE, listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), at_once: true };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let proxy = runtime.block_on(FaultProxy::open(&plan(faults), permit, wish)).unwrap();
    let began = Clock::start(1_000);
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut heard = Vec::new();
    let ended = stream.read_to_end(&mut heard).map(drop);
    let took = Duration::from_micros(began.now().wall_us);
    let address = proxy.address();
    let faults = runtime.block_on(proxy.close());
    assert!(TcpStream::connect(address).is_err(), "nobody listens any more");
    Heard {
        text: String::from_utf8(heard).unwrap(),
        ended,
        took,
        asked: asked.load(Ordering::SeqCst),
        hits: faults.iter().map(|fault| fault.hits).sum(),
    }
}

const POST: &str = "POST /v1/orders?a=b HTTP/1.1\r\nhost: localhost\r\nconnection: close, x-hop\r\n\
    x-hop: 1\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n{}";
const GET: &str = "GET /v1/orders HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

fn met(does: FaultEffect) -> Heard {
    let heard = call(vec![fault(does)], GET);
    assert_eq!(heard.hits, 1);
    heard
}

#[test]
fn what_meets_no_fault_passes_as_it_is() {
    for request in [POST, GET] {
        let heard =
            call(vec![FaultTerms { at: vec![Role::Oms], ..fault(FaultEffect::Hangs) }], request);
        heard.ended.unwrap();
        let text = heard.text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n").unwrap_or(&heard.text);
        assert!(text.starts_with("HTTP/1.1 202 Accepted\r\n"), "{text}");
        assert!(text.contains("etag: \"7\"") && text.ends_with(BODY), "{text}");
        assert_eq!((heard.asked, heard.hits), (1, 0));
    }
}

#[test]
fn refusals_are_the_proxys_own_and_never_reach_the_endpoint() {
    let says = |as_date| Some(ToldWait { by: Span::from_mins(30_000), as_date });
    for (does, status, says) in [
        (FaultEffect::Unavailable, "503", ""),
        (FaultEffect::Refuses, "422", ""),
        (FaultEffect::RejectsTokens, "401", "www-authenticate: Bearer"),
        (FaultEffect::Throttles { allows: None, says: None }, "429", ""),
        // At a thousand times the wall's speed.
        (FaultEffect::Throttles { allows: None, says: says(false) }, "429", "retry-after: 1800"),
        (FaultEffect::Throttles { allows: None, says: says(true) }, "429", " GMT"),
    ] {
        let heard = met(does);
        heard.ended.unwrap();
        assert!(heard.text.starts_with(&format!("HTTP/1.1 {status} ")), "{}", heard.text);
        assert!(heard.text.contains(says), "{}", heard.text);
        assert_eq!(heard.asked, 0);
    }
}

#[test]
fn answers_are_lost_on_the_socket() {
    let reset = met(FaultEffect::LosesReplies(How::Reset));
    assert_eq!(reset.ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let closed = met(FaultEffect::LosesReplies(How::Close));
    assert!(closed.text.is_empty() && closed.ended.is_ok());
    let half = met(FaultEffect::LosesReplies(How::HalfBody));
    assert!(half.text.contains(&format!("content-length: {}", BODY.len())), "{}", half.text);
    assert!(half.text.ends_with(&BODY[..BODY.len() / 2]), "{}", half.text);
    assert_eq!([reset.asked, closed.asked, half.asked], [1, 1, 1], "it was carried out");
}

#[test]
fn answers_are_late_or_drip_or_never_come() {
    // Campaign time runs a thousand times as fast: 20 s are 20 ms.
    let by = || Law::Constant(Span::from_secs(20));
    for does in [FaultEffect::Slows(by()), FaultEffect::Trickles(by())] {
        let heard = met(does);
        assert!(heard.took >= Duration::from_millis(20) && heard.ended.is_ok());
        assert!(heard.text.ends_with(BODY), "{}", heard.text);
        assert_eq!(heard.asked, 1);
    }
    for (does, asked) in [(FaultEffect::Hangs, 0), (FaultEffect::SwallowsReplies, 1)] {
        let heard = met(does);
        assert!(heard.took >= Duration::from_millis(30) && heard.text.is_empty());
        assert_eq!(heard.asked, asked);
    }
}

#[test]
fn a_body_that_is_too_large_and_an_endpoint_that_is_gone() {
    let most = crate::wire::listen::BODY_BYTES_MAX;
    let large = format!(
        "POST / HTTP/1.1\r\nhost: [::1]:9\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{}",
        most + 1,
        "x".repeat(most + 1)
    );
    let heard = call(vec![fault(FaultEffect::Hangs)], &large);
    assert!(heard.text.starts_with("HTTP/1.1 413 "), "{}", heard.text);
    assert_eq!(heard.asked, 0);
    let tunnel = "CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\nconnection: close\r\n\r\n";
    assert!(call(vec![], tunnel).text.starts_with("HTTP/1.1 501 "));
    let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let permit = Permit::loopback(&format!("http://{gone}").parse().unwrap()).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let wish = ProxyWish { at: STORE, listen, at_once: true };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let proxy = runtime.block_on(FaultProxy::open(&plan(vec![]), permit, wish)).unwrap();
    let mut stream = TcpStream::connect(proxy.address()).unwrap();
    stream.write_all(GET.as_bytes()).unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    assert!(heard.starts_with("HTTP/1.1 502 ") && heard.contains("no connection"), "{heard}");
    drop(proxy);
}

/// In force when the scenario says, told as it begins and ends, and no longer.
#[test]
fn faults_keep_the_scenarios_time() {
    let (address, asked) = elsewhere();
    let permit = Permit::loopback(&format!("http://{address}").parse().unwrap()).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let wish = ProxyWish { at: STORE, listen, at_once: false };
    let minutes = |minutes| At::START + Span::from_mins(minutes);
    let outage = FaultTerms {
        spells: vec![(minutes(1), minutes(2)), (minutes(4), minutes(5))],
        ..fault(FaultEffect::Unavailable)
    };
    let webhooks = fault(FaultEffect::DropsWebhooks);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (told, faults) = runtime.block_on(async {
        let plan = plan(vec![webhooks, outage]);
        let mut proxy = FaultProxy::open(&plan, permit, wish).await.unwrap();
        let played: Vec<bool> = proxy.faults().iter().map(|f| f.not_played.is_none()).collect();
        assert_eq!(played, [false, true]);
        let (told, mut told_by) = tokio::sync::mpsc::unbounded_channel();
        let way = Arc::clone(&proxy.way);
        let keeps = proxy.keep_time(move |fault, begins| {
            // Asked on the way itself: what a call would meet now.
            let meets = way.ruling(true, 7) != FaultRuling::Pass;
            told.send((fault.name.clone(), begins, meets)).unwrap();
        });
        let heard = async {
            let mut heard = Vec::new();
            while heard.len() < 4 {
                heard.push(told_by.recv().await.unwrap());
            }
            heard
        };
        let told = tokio::select! {
            _ = keeps => unreachable!("it keeps time for ever"),
            heard = heard => heard,
        };
        (told, proxy.close().await)
    });
    let name = format!("{:?}", FaultEffect::Unavailable);
    let edges = [true, false, true, false].map(|begins| (name.clone(), begins, begins));
    assert_eq!(told, edges);
    assert_eq!(faults.iter().map(|fault| fault.hits).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

/// Refused by the system itself while it is shut, and open again after.
#[test]
fn connections_are_refused_while_a_fault_refuses_them() {
    let (address, _) = elsewhere();
    let permit = Permit::loopback(&format!("http://{address}").parse().unwrap()).unwrap();
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let wish = ProxyWish { at: STORE, listen, at_once: false };
    let minutes = |minutes| At::START + Span::from_mins(minutes);
    let shut = FaultTerms {
        spells: vec![(minutes(2), minutes(4))],
        ..fault(FaultEffect::RefusesConnections)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut proxy = FaultProxy::open(&plan(vec![shut]), permit, wish).await.unwrap();
        let at = proxy.address();
        let kept = TcpStream::connect(at).unwrap();
        let (told, mut told_by) = tokio::sync::mpsc::unbounded_channel();
        let keeps = proxy.keep_time(move |_, begins| told.send(begins).unwrap());
        let sees = async {
            // A gate shuts and opens on a task of its own: what is seen comes soon after.
            assert!(told_by.recv().await.unwrap());
            while TcpStream::connect(at).is_ok() {
                tokio::task::yield_now().await;
            }
            let refused = TcpStream::connect(at).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
            assert!(matches!((&kept).read(&mut [0; 9]), Ok(0) | Err(_)), "it is cut");
            assert!(!told_by.recv().await.unwrap());
            while TcpStream::connect(at).is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = keeps => unreachable!("it keeps time for ever"),
            () = sees => {}
        }
        proxy.close().await;
    });
}

/// A page elsewhere may give its own name this machine's address, and a browser would let it read
/// whatever answers.
#[test]
fn another_name_is_passed_nothing_on() {
    for request in [
        "GET /v1/orders HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
        "GET /v1/orders HTTP/1.1\r\nconnection: close\r\n\r\n",
    ] {
        let heard = call(vec![fault(FaultEffect::Hangs)], request);
        assert!(heard.text.starts_with("HTTP/1.1 421 "), "{}", heard.text);
        assert_eq!((heard.asked, heard.hits), (0, 0));
    }
}

/// Played from now on, a share that rises has the time of its first spell to rise.
#[test]
fn a_rising_share_rises_from_now_on() {
    let minutes = |minutes| At::START + Span::from_mins(minutes);
    let rises = FaultTerms {
        share: Ppm(0),
        rises_to: Some(Ppm::ONE),
        spells: vec![(minutes(20), minutes(30)), (minutes(50), minutes(90))],
        ..fault(FaultEffect::Unavailable)
    };
    let mut rules = FaultRules::new(&[from_now_on(rises)], 7).unwrap();
    rules.set(FaultId(0), true);
    let mut met = |from: u64| {
        let things = (0..1_000).map(|thing| Passing::foreign(STORE, true, 1_000 * from + thing));
        let met = things.filter(|call| rules.on_call(minutes(from), call) != FaultRuling::Pass);
        met.count()
    };
    assert_eq!((met(0), met(10), met(4_000)), (0, 1_000, 1_000));
    let half = met(5);
    assert!((400..600).contains(&half), "{half}");
}
