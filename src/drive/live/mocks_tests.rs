//! Mocks alone: what they do by themselves, when they are told to, and after a new beginning.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::JoinHandle;

use super::*;
use crate::commerce::fault::{FaultEffect, FaultTerms};
use crate::commerce::protocol::{ChannelReply, ChannelRequest};
use crate::commerce::terms::Dialect;
use crate::drive::live::{JournalWish, OrderWish, Stopping};
use crate::drive::testing::Sketch;
use crate::history::charter::FaultPlanned;
use crate::ids::{ChannelId, FaultId, SkuId};
use crate::units::{At, Ppm, Qty};

const CHANNEL: ChannelId = ChannelId(0);

/// Two channels, four SKUs of ten units; an outage of the first from the first minute to the third.
fn plan() -> Plan {
    let lasts = Span::from_mins(60);
    let shares = &[500_000, 500_000];
    let mut plan = Sketch { shares, skus: 4, stock_each: 10, orders_per_hour: 60, lasts }.plan();
    let spells = vec![(At(60_000_000), At(180_000_000))];
    plan.charter.faults = vec![FaultPlanned {
        name: "outage".to_owned(),
        does: "unavailable".to_owned(),
        spells: spells.clone(),
        at: vec![CHANNEL],
    }];
    plan.world.faults = vec![FaultTerms {
        name: "outage".to_owned(),
        // What befalls a connector befalls nobody here.
        at: vec![Role::Channel(CHANNEL), Role::Connector(ConnectorId(0))],
        on: vec![],
        skus: None,
        share: Ppm::ONE,
        rises_to: None,
        at_most: None,
        spells,
        does: FaultEffect::Unavailable,
    }];
    plan
}

struct Started {
    handle: MocksHandle,
    stage: Arc<Stage>,
    places: Vec<(Role, SocketAddr, String)>,
    faces: Vec<FacePlace>,
    keeping: JoinHandle<Mocks>,
    stop: tokio::sync::oneshot::Sender<()>,
    /// The number of each beginning that a journal was made for.
    begun: Arc<Mutex<Vec<u32>>>,
}

async fn start(terms: MocksTerms) -> Started {
    start_of(&plan(), terms).await
}

async fn start_of(plan: &Plan, terms: MocksTerms) -> Started {
    let begun = Arc::<Mutex<Vec<u32>>>::default();
    let numbers = Arc::clone(&begun);
    let journals: Journals = Box::new(move |number, observer| {
        numbers.lock().push(number);
        Journal::over(std::io::sink(), Some(observer))
    });
    let keys = Keyring::random().unwrap();
    let mut mocks =
        Mocks::open(plan, terms, (keys, AlsoCalled::default()), journals).await.unwrap();
    let (handle, stage, places) = (mocks.handle(), Arc::clone(&mocks.stage), mocks.places());
    let faces = mocks.faces().to_vec();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let keeping = tokio::spawn(async move {
        tokio::select! {
            kept = mocks.keep_time() => kept.unwrap(),
            _ = stopped => {}
        }
        mocks
    });
    Started { handle, stage, places, faces, keeping, stop, begun }
}

impl Started {
    async fn close(self) {
        self.stop.send(()).unwrap();
        self.keeping.await.unwrap().close().await.unwrap();
        assert_eq!(self.handle.faults().await, Err(Stopping));
    }

    async fn order(&self, qty: i64) -> String {
        let lines = vec![(SkuId(1), Qty(qty))];
        let wish = OrderWish { channel: CHANNEL, lines, intent: None, buyer: None };
        let heard = self.handle.order(wish).await.unwrap().unwrap();
        format!("{} {}", heard.status.as_u16(), String::from_utf8_lossy(&heard.body))
    }

    async fn advance(&self, by: Span) -> ClockTold {
        self.handle.clock(ClockWish { held: None, advance: Some(by) }).await.unwrap()
    }

    /// The kinds of facts after the opening ones, with their times.
    async fn told(&self, kinds: &'static [&'static str]) -> Vec<(String, u64)> {
        let picks = Box::new(move |fact: &crate::history::Fact| kinds.contains(&fact.what.kind()));
        let wish = JournalWish { from: 0, picks, limit: u64::MAX, follow: Duration::ZERO };
        let (mut reader, mut told) = (self.handle.journal(wish).unwrap(), vec![]);
        while let Some(lines) = reader.lines().await.unwrap() {
            for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let fact: crate::history::Fact = serde_json::from_slice(line).unwrap();
                told.push((fact.what.kind().to_owned(), fact.at.0));
            }
        }
        told
    }
}

const HELD: MocksTerms = MocksTerms { held: true, faults_when_told: false };

#[tokio::test]
async fn a_clock_that_is_held_moves_on_through_all_that_falls_due() {
    let mocks = start(HELD).await;
    assert!(mocks.order(2).await.starts_with("201"), "before the outage");
    assert_eq!(mocks.advance(Span::from_secs(59)).await.at, At(59_000_000));
    assert!(mocks.order(2).await.starts_with("201"));
    mocks.advance(Span::from_secs(1)).await;
    let refused = mocks.order(2).await;
    assert!(refused.starts_with("503") && refused.contains("unavailable"), "{refused}");
    let told = mocks.advance(Span::from_mins(10)).await;
    assert_eq!((told.at, told.held, told.beginnings), (At(660_000_000), true, 1));
    assert!(mocks.order(2).await.starts_with("201"), "after it");
    let faults = mocks.told(&["fault", "turned_away"]).await;
    let expected = [("fault", 60_000_000), ("turned_away", 60_000_000), ("fault", 180_000_000)];
    let expected = expected.map(|(kind, at)| (kind.to_owned(), at));
    assert_eq!(faults, expected, "each at its own time, in one move");
    mocks.close().await;
}

#[tokio::test]
async fn a_new_beginning_is_the_first_again_at_the_same_addresses() {
    let mocks = start(MocksTerms { held: true, faults_when_told: true }).await;
    let outage = FaultId(0);
    let opened = mocks.told(&["shown", "stock", "supply"]).await;
    let heard = mocks.order(2).await;
    mocks.advance(Span::from_mins(2)).await;
    assert!(mocks.order(2).await.starts_with("201"), "nobody told the outage to begin");
    assert_eq!(mocks.handle.fault(outage, true).await, Ok(vec![outage]));
    assert!(mocks.order(2).await.starts_with("503"));
    let stale = mocks.told(&["accepted"]).await;
    assert_eq!(stale.len(), 2);
    let told = mocks.handle.begin_anew().await.unwrap();
    assert_eq!((told.at, told.held, told.beginnings), (At::START, true, 2));
    assert_eq!(mocks.handle.faults().await, Ok(vec![]));
    assert_eq!(mocks.told(&["shown", "stock", "supply"]).await, opened);
    assert_eq!(mocks.told(&["accepted"]).await, []);
    assert_eq!(mocks.order(2).await, heard, "the same number as at first");
    // What stands behind the addresses is the new beginning.
    let list = ChannelRequest::ListOrders { after: 0, limit: 9 };
    let answer = mocks.stage.exchange(Asked::Channel(CHANNEL, list));
    let Reply::Channel(ChannelReply::Orders { page, .. }) = answer.reply else { panic!() };
    assert_eq!(page.len(), 1);
    assert!(tokio::net::TcpStream::connect(mocks.places[0].1).await.is_ok());
    assert_eq!(*mocks.begun.lock(), [1, 2]);
    mocks.close().await;
}

/// Whoever wishes for an order while the mocks begin anew and whoever does afterwards want two.
#[tokio::test]
async fn no_two_orders_of_a_beginning_are_one() {
    let mocks = start(HELD).await;
    let wish = || {
        let lines = vec![(SkuId(2), Qty(1))];
        OrderWish { channel: CHANNEL, lines, intent: None, buyer: None }
    };
    let (begun, first) = tokio::join!(mocks.handle.begin_anew(), mocks.handle.order(wish()));
    assert_eq!(begun.unwrap().beginnings, 2);
    let second = mocks.handle.order(wish()).await.unwrap().unwrap();
    assert_ne!(first.unwrap().unwrap().body, second.body);
    assert_eq!(mocks.told(&["accepted"]).await.len(), 2);
    mocks.close().await;
}

#[tokio::test]
async fn stock_is_set_whatever_it_was_and_whoever_numbers_acts() {
    let mocks = start(HELD).await;
    let sku = SkuId(2);
    for units in [3, 0, 25] {
        let heard = mocks.handle.stock(sku, Qty(units)).await.unwrap().unwrap();
        assert_eq!(heard.status.as_u16(), 200);
        let carrier = &mocks.stage.now().0;
        let call = carrier.estate.setting(At::START, sku, Qty(units));
        let asked = format!("{:?}", call.asked);
        assert!(asked.contains("units: Qty(0)"), "nothing is left to do: {asked}");
    }
    let supplied = mocks.told(&["supply"]).await;
    assert_eq!(supplied.len(), 4 + 3, "goods move when they are set");
    mocks.close().await;
}

#[tokio::test]
async fn who_follows_a_beginning_hears_its_end() {
    let mocks = start(MocksTerms { held: false, faults_when_told: true }).await;
    let noted = mocks.told(&["supply"]).await.len() as u64;
    let picks = Box::new(|_: &crate::history::Fact| false);
    let follow = Duration::from_hours(1);
    let wish = JournalWish { from: noted, picks, limit: 1, follow };
    let mut reader = mocks.handle.journal(wish).unwrap();
    let following = tokio::spawn(async move { reader.lines().await });
    mocks.handle.begin_anew().await.unwrap();
    assert_eq!(following.await.unwrap(), Ok(None));
    mocks.close().await;
}

/// Counts whatever is posted, and takes none of it.
fn sink() -> (SocketAddr, Arc<AtomicUsize>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (at, count) = (listener.local_addr().unwrap(), Arc::<AtomicUsize>::default());
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut room = [0; 8_192];
        while let Ok(1..) = stream.read(&mut room) {
            // What does not begin so goes on with a request that is answered already.
            if !room.starts_with(b"POST ") {
                continue;
            }
            counted.fetch_add(1, Ordering::SeqCst);
            stream.write_all(b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    });
    (at, count)
}

#[tokio::test]
async fn a_clock_that_is_moved_waits_for_what_sinks_answer() {
    let mut plan = plan();
    plan.world.channels[0].dialect = Dialect::Shopify;
    let mocks = start_of(&plan, HELD).await;
    let (at, posted) = sink();
    let hook = format!(
        "{{\"webhook\": {{\"topic\": \"orders/create\", \"address\": \"http://{at}/hook\"}}}}"
    );
    let token = mocks.faces[0].credentials[0].1.parse().unwrap();
    let headers = [("x-shopify-access-token".parse().unwrap(), token)].into_iter().collect();
    let wanted = FaceRequest {
        method: &hyper::Method::POST,
        path: "/admin/api/2025-01/webhooks.json",
        query: "",
        headers: &headers,
        body: hook.as_bytes(),
        is_secure: false,
    };
    let made = mocks.stage.receive(Role::Channel(CHANNEL), &wanted).reply;
    assert_eq!(made.status.as_u16(), 201, "{made:?}");
    assert!(mocks.order(1).await.starts_with("201 "));
    assert_eq!(posted.load(Ordering::SeqCst), 0, "time stands");
    // It is tried eight times again, from a minute to two hours after the one before.
    mocks.advance(Span::from_mins(300)).await;
    assert_eq!(posted.load(Ordering::SeqCst), 9);
    mocks.close().await;
}
