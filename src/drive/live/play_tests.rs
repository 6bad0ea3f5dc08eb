//! A live run that is stopped, starved, or called by strangers.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::commerce::connector::Connector;
use crate::commerce::outbox::{Calling, Outbox};
use crate::commerce::protocol::{Asked, ChannelRequest, Notice, OmsRequest, SourceNotice};
use crate::drive::testing::Sketch;
use crate::history::Fact;
use crate::history::fact::{Address, Call, HarnessFault};
use crate::ids::{Intent, OpId, OrderId, SkuId};
use crate::units::Money;
use crate::wire::call::CallResult;
use crate::wire::client::{Client, Limits as Lines};
use crate::wire::permit::Permit;
use crate::wire::server::Serves as _;

/// Plays a plan until its `stop`th call has left, then leaves at once.
fn stopped(plan: &Plan, stop: usize) -> Vec<Fact> {
    let facts = Arc::new(Mutex::new(Vec::new()));
    let (slow_down, pace) = watch::channel(Pace::Play);
    let (seen, mut sent) = (Arc::clone(&facts), 0);
    let observer = move |fact: &Fact| {
        seen.lock().push(fact.clone());
        sent += usize::from(matches!(fact.what, What::Sent { .. }));
        if sent == stop {
            slow_down.send_replace(Pace::Leave);
        }
    };
    let journal = Journal::over(std::io::sink(), Some(Box::new(observer))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(play(plan, &journal, pace)).unwrap();
    journal.close().unwrap();
    let facts = facts.lock();
    facts.clone()
}

/// A generator that is far behind when it is stopped once forgot all that was still waiting:
/// a thousandth of what was due had left, and the record said that all of it had.
#[test]
fn what_was_due_and_never_left_is_said_when_a_run_is_stopped() {
    let mut plan = Sketch {
        shares: &[1_000_000],
        skus: 10,
        stock_each: 10,
        orders_per_hour: 36_000_000,
        lasts: Span::from_mins(10),
    }
    .plan();
    plan.charter.speed_milli = 60_000;
    let facts = stopped(&plan, 400);
    let is_order = |what: &What| {
        matches!(
            what,
            What::Sent { call: Call::PlaceOrder, .. } | What::Unsent { call: Call::PlaceOrder, .. }
        )
    };
    let said = facts.iter().filter(|fact| is_order(&fact.what)).count();
    let sent = facts.iter().filter(|fact| matches!(fact.what, What::Sent { .. })).count();
    let ended = facts.iter().find(|fact| matches!(fact.what, What::TrafficEnded {})).unwrap();
    let due_by = |at: At| {
        plan.traffic.arrivals(plan.world.seed).take_while(|arrival| arrival.at <= at).count()
    };
    let (least, most) = (due_by(ended.at), due_by(facts[facts.len() - 1].at));
    assert!(sent < least, "it was behind: {sent} of {least}");
    assert!((least..=most).contains(&said), "{said} said, {least} to {most} due");
}

/// A plan that has time to be played while a test does something else.
fn quiet_plan() -> Plan {
    let lasts = Span::from_mins(60);
    Sketch { shares: &[1_000_000], skus: 4, stock_each: 10, orders_per_hour: 60, lasts }.plan()
}

/// A journal, and the facts that it has taken so far.
fn journal() -> (Journal, Arc<Mutex<Vec<Fact>>>) {
    let facts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&facts);
    let observer = move |fact: &Fact| seen.lock().push(fact.clone());
    (Journal::over(std::io::sink(), Some(Box::new(observer))).unwrap(), facts)
}

fn on_a_runtime<T>(what: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(what)
}

/// A request that came between the end of the record and the closing of the listeners once made a
/// fact after the end, and the whole run could not be judged.
#[test]
fn whoever_calls_after_the_end_is_not_heard() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let hosted = Hosted(Arc::clone(&hosting.world));
        let price = |sku| OmsRequest::SetPrice { sku, price: Money(5), due: At::START };
        assert!(!hosted.oms(price(SkuId(0))).lost);
        hosting.world.shut();
        hosting.world.say(What::Ended { why: Ending::Finished });
        assert!(hosted.oms(price(SkuId(1))).lost);
        hosting.close().await;
    });
    journal.close().unwrap();
    let facts = facts.lock();
    assert!(matches!(facts.last().unwrap().what, What::Ended { .. }));
    assert!(facts.iter().any(|fact| matches!(fact.what, What::PriceSet { .. })));
}

/// Calls that found no connection once counted as answered "refused", by the systems under test.
#[test]
fn a_call_that_finds_no_connection_is_unsent_and_never_refused() {
    let (journal, facts) = journal();
    let plan = quiet_plan();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&plan, &journal, keys).await.unwrap();
        let world = Arc::clone(&hosting.world);
        for listening in hosting.listening {
            listening.close().await;
        }
        for arrival in plan.traffic.arrivals(1).take(3) {
            world.arrive(arrival);
        }
        while !world.is_idle() {
            tokio::task::yield_now().await;
        }
        world.hang_up().await;
    });
    journal.close().unwrap();
    let facts = facts.lock();
    let count = |is: fn(&What) -> bool| facts.iter().filter(|fact| is(&fact.what)).count();
    assert_eq!(count(|what| matches!(what, What::Sent { .. })), 3);
    assert_eq!(count(|what| matches!(what, What::Unsent { op: Some(_), .. })), 3);
    assert_eq!(count(|what| matches!(what, What::Answered { .. })), 0);
}

/// What is said of the harness where something leaves when nobody listens any more.
fn befell_when_nobody_listens(leave: impl FnOnce(&Arc<World>)) -> (HarnessFault, Address) {
    let (journal, facts) = journal();
    let said = || {
        facts.lock().iter().find_map(|fact| match fact.what {
            What::Harness { fault, at, .. } => Some((fault, at)),
            _ => None,
        })
    };
    let mut befell = None;
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let Hosting { world, listening, doors, .. } = hosting;
        for listening in listening {
            listening.close().await;
        }
        leave(&world);
        while befell.is_none() {
            doors.look(&[], &world);
            tokio::task::yield_now().await;
            befell = said();
        }
        world.hang_up().await;
    });
    journal.close().unwrap();
    befell.unwrap()
}

/// A webhook that found no connection would else be an outage of the connector.
#[test]
fn a_webhook_that_finds_no_connection_is_the_harnesss_own_doing() {
    let befell = befell_when_nobody_listens(|world| {
        let notice = Notice::Source(SourceNotice::Short { order: OrderId::default() });
        world.happen(Later::Webhook { to: ConnectorId(0), notice, attempt: 1 });
    });
    assert_eq!(befell, (HarnessFault::NeverLeft, Address::Connector(ConnectorId(0))));
}

/// A call of a connector that found no connection comes late through no fault of its own.
#[test]
fn a_connectors_call_that_finds_no_connection_is_the_harnesss_own_doing() {
    let befell = befell_when_nobody_listens(|world| {
        let asked = Asked::Channel(ChannelId(0), ChannelRequest::ListOrders { after: 0, limit: 1 });
        let asks = |_: &mut Connector, _, out: &mut Outbox| {
            out.calls.push(Calling { op: OpId(1 << 40), asked });
        };
        world.connector(ConnectorId(0), asks).unwrap();
    });
    assert_eq!(befell, (HarnessFault::NeverLeft, Address::Channel(ChannelId(0))));
}

/// A change of mind that was due when the lines were closed was due all the same.
#[test]
fn a_cancellation_that_was_due_at_the_end_and_never_left_is_said() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let world = Arc::clone(&hosting.world);
        let order = OrderId { channel: ChannelId(0), number: 7 };
        world.diary.set(At::START, Later::Cancel(Intent(70), order));
        world.diary.set(At::NEVER, Later::Cancel(Intent(71), order));
        world.hang_up().await;
        hosting.close().await;
    });
    journal.close().unwrap();
    let facts = facts.lock();
    let unsent: Vec<Intent> = facts
        .iter()
        .filter_map(|fact| match fact.what {
            What::Unsent { call: Call::CancelOrder, intent, .. } => Some(intent),
            _ => None,
        })
        .collect();
    assert_eq!(unsent, [Intent(70)], "what is due later was not due");
}

#[test]
fn strangers_with_and_without_a_token_are_facts_of_the_run() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let (role, address, _) = hosting.places().remove(0);
        assert!(matches!(role, Role::Channel(_)));
        let uri = format!("http://{address}").parse().unwrap();
        let client = Client::new(Permit::loopback(&uri).unwrap(), Lines::default());
        // The first is what the seed's credentials once were: anybody could compute them.
        for token in [Some("3a6f0f9a5b1c4d2e8f7a6b5c4d3e2f1a"), None] {
            let mut request = hyper::Request::get("/orders");
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let request = request.body(http_body_util::Full::default()).unwrap();
            let answer = client.call(request).await;
            assert!(matches!(answer, CallResult::Answered(answer) if answer.status == 401));
        }
        hosting.doors.look(&hosting.listening, &hosting.world);
        client.close().await;
        hosting.close().await;
    });
    journal.close().unwrap();
    let strangers = facts.lock().iter().find_map(|fact| match fact.what {
        What::Harness { fault: HarnessFault::Stranger, at, times } => Some((at, times)),
        _ => None,
    });
    assert_eq!(strangers, Some((Address::Channel(ChannelId(0)), 2)));
}
