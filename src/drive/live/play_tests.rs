//! A live run that is stopped, starved, or called by strangers.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::commerce::fault::{FaultEffect, FaultTerms};
use crate::commerce::outbox::{Calling, Fate, How, Outbox, Posted};
use crate::commerce::protocol::{Asked, ChannelRequest, Notice, OmsRequest, Receipt, SourceNotice};
use crate::drive::estate::Driver as _;
use crate::drive::testing::{Sketch, Sums};
use crate::history::Fact;
use crate::history::charter::FaultPlanned;
use crate::history::fact::{Address, Call, HarnessFault};
use crate::ids::{Intent, OpId, OrderId, SkuId};
use crate::traffic::plan::{MerchantAct, MerchantEvent};
use crate::units::{Money, Ppm};
use crate::wire::call::CallResult;
use crate::wire::client::{Client, ClientLimits as Lines};
use crate::wire::permit::Permit;

/// Plays a plan until its `stop`th call has left, then leaves at once.
fn stopped(plan: &Plan, stop: usize) -> Vec<Fact> {
    let (journal, facts) = journal();
    let seen = Arc::clone(&facts);
    let mut hand = |_: At| {
        let is_sent = |fact: &&Fact| matches!(fact.what, What::Sent { .. });
        let sent = seen.lock().iter().filter(is_sent).count();
        if sent >= stop { vec![Act::Leave] } else { Vec::new() }
    };
    on_a_runtime(play(plan, &journal, &mut hand)).unwrap();
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

/// Mocks that kept every order for ever once made a run of hours impossible.
#[test]
fn a_live_run_keeps_what_is_under_way_and_nothing_else() {
    let mut plan = Sketch {
        shares: &[700_000, 300_000],
        skus: 20,
        stock_each: 40,
        orders_per_hour: 6_000,
        lasts: Span::from_mins(10),
    }
    .plan();
    plan.charter.speed_milli = 300_000;
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&plan, &journal, keys).await.unwrap();
        let carrier = Arc::clone(&hosting.carrier);
        // Looked for at every sample, however few they are.
        let mut hand = |_: At| {
            carrier.estate.may_keep(0);
            Vec::new()
        };
        hosting.play(&plan, &journal, &mut hand).await.unwrap();
        carrier.estate.forget(carrier.clock.now().at);
        assert_eq!(carrier.estate.remembers(), 0, "nothing is under way any more");
    });
    journal.close().unwrap();
    let sums = Sums::of(&facts.lock());
    assert_eq!(sums.duplicates, 0);
    assert!(sums.is_quiet && sums.accepted > 600, "{}", sums.accepted);
}

/// A plan that has time to be played while a test does something else.
fn quiet_plan() -> Plan {
    let lasts = Span::from_mins(60);
    Sketch { shares: &[1_000_000], skus: 4, stock_each: 10, orders_per_hour: 60, lasts }.plan()
}

/// The same, with a fault that will refuse connections everywhere and does not yet.
fn refusing_later() -> Plan {
    let mut plan = quiet_plan();
    let minute = |minute| At::START + Span::from_mins(minute);
    let spells = vec![(minute(40), minute(50))];
    plan.charter.faults = vec![FaultPlanned {
        name: "shut".into(),
        does: String::new(),
        spells: spells.clone(),
        at: vec![],
    }];
    plan.world.faults = vec![FaultTerms {
        name: "shut".into(),
        at: vec![Role::Channel(ChannelId(0)), Role::Oms],
        on: vec![],
        skus: None,
        share: Ppm::ONE,
        rises_to: None,
        at_most: None,
        spells,
        does: FaultEffect::RefusesConnections,
    }];
    plan
}

/// A journal, and the facts that it has taken so far.
pub(super) fn journal() -> (Journal, Arc<Mutex<Vec<Fact>>>) {
    let facts = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&facts);
    let observer = move |fact: &Fact| seen.lock().push(fact.clone());
    (Journal::over(std::io::sink(), Some(Box::new(observer))).unwrap(), facts)
}

pub(super) fn on_a_runtime<T>(what: impl Future<Output = T>) -> T {
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
        let hosted = Hosted(Arc::clone(&hosting.carrier));
        let price = |sku| {
            Asked::Oms(OmsRequest::SetPrice { sku, price: Money(5), due: At::START, channel: None })
        };
        let notice = || Notice::Source(SourceNotice::Short { order: OrderId::default() });
        assert_eq!(hosted.exchange(price(SkuId(0))).fate, Fate::Heard);
        assert_eq!(hosted.notice(ConnectorId(0), notice()).reply, Receipt::Taken);
        hosting.carrier.estate.shut();
        hosting.carrier.say(What::Ended { why: Ending::Finished });
        assert_eq!(hosted.exchange(price(SkuId(1))).fate, Fate::Lost(How::Close));
        assert_eq!(hosted.notice(ConnectorId(0), notice()).reply, Receipt::Refused);
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
    for plan in [quiet_plan(), refusing_later()] {
        is_unsent_and_never_refused(&plan);
    }
}

fn is_unsent_and_never_refused(plan: &Plan) {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(plan, &journal, keys).await.unwrap();
        let Hosting { carrier, doors, .. } = hosting;
        doors.close().await;
        for arrival in plan.traffic.arrivals(1).take(3) {
            carrier.arrive(arrival);
        }
        while !carrier.estate.is_quiet() {
            tokio::task::yield_now().await;
        }
        carrier.hang_up().await;
    });
    journal.close().unwrap();
    let facts = facts.lock();
    let count = |is: fn(&What) -> bool| facts.iter().filter(|fact| is(&fact.what)).count();
    assert_eq!(count(|what| matches!(what, What::Sent { .. })), 3);
    assert_eq!(count(|what| matches!(what, What::Unsent { op: Some(_), .. })), 3);
    assert_eq!(count(|what| matches!(what, What::Answered { .. })), 0);
}

/// What is said of the harness where something leaves when nobody listens any more.
fn befell_when_nobody_listens(
    plan: &Plan,
    leave: impl FnOnce(&Arc<Carrier>),
) -> (HarnessFault, Address) {
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
        let hosting = Hosting::open(plan, &journal, keys).await.unwrap();
        let Hosting { carrier, mut doors, .. } = hosting;
        for (_, listening) in std::mem::take(&mut doors.listening) {
            listening.close().await;
        }
        leave(&carrier);
        while befell.is_none() {
            carrier.obey(doors.turn(At::START));
            tokio::task::yield_now().await;
            befell = said();
        }
        carrier.hang_up().await;
    });
    journal.close().unwrap();
    befell.unwrap()
}

/// A webhook that found no connection would else be an outage of the connector.
#[test]
fn a_webhook_that_finds_no_connection_is_the_harnesss_own_doing() {
    let befell = befell_when_nobody_listens(&quiet_plan(), |carrier| {
        let notice = Notice::Source(SourceNotice::Short { order: OrderId::default() });
        let posted = Posted::new(ConnectorId(0), At::START, notice);
        carrier.happen(Later::Post(posted.first()));
    });
    assert_eq!(befell, (HarnessFault::NeverLeft, Address::Connector(ConnectorId(0))));
}

/// A call of a connector that found no connection comes late through no fault of its own.
#[test]
fn a_connectors_call_that_finds_no_connection_is_the_harnesss_own_doing() {
    // Nor is it the doing of a fault that is not in force.
    for plan in [quiet_plan(), refusing_later()] {
        let befell = befell_when_nobody_listens(&plan, |mut carrier| {
            let after = ChannelRequest::ListOrders { after: 0, limit: 1 };
            let mut out = Outbox::default();
            let asked = Asked::Channel(ChannelId(0), after);
            out.calls.push(Calling { op: OpId(1 << 40), asked });
            carrier.carry(Role::Connector(ConnectorId(0)), &mut out);
        });
        assert_eq!(befell, (HarnessFault::NeverLeft, Address::Channel(ChannelId(0))));
    }
}

/// A change of mind that was due when the lines were closed was due all the same.
#[test]
fn a_cancellation_that_was_due_at_the_end_and_never_left_is_said() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let carrier = Arc::clone(&hosting.carrier);
        let order = OrderId { channel: ChannelId(0), number: 7 };
        carrier.diary.set(At::START, Later::Cancel(Intent(70), order));
        carrier.diary.set(At::NEVER, Later::Cancel(Intent(71), order));
        carrier.hang_up().await;
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

/// What fell due between the closing of the lines and the last record was once said after it, which
/// spoils a run.
#[test]
fn nothing_follows_the_last_record() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        hosting.carrier.hang_up().await;
        let order = OrderId { channel: ChannelId(0), number: 7 };
        hosting.carrier.diary.set(At::START, Later::Cancel(Intent(70), order));
        hosting.end(Ending::Interrupted).await;
    });
    journal.close().unwrap();
    let last = facts.lock().last().map(|fact| fact.what.clone());
    assert_eq!(last, Some(What::Ended { why: Ending::Interrupted }));
}

#[test]
fn strangers_with_and_without_a_token_are_facts_of_the_run() {
    let (journal, facts) = journal();
    on_a_runtime(async {
        let keys = Keyring::random().unwrap();
        let mut hosting = Hosting::open(&quiet_plan(), &journal, keys).await.unwrap();
        let (role, listening) = &hosting.doors.listening[0];
        assert!(matches!(role, Role::Channel(_)));
        let address = listening.address();
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
        hosting.carrier.obey(hosting.doors.turn(At::START));
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

/// Does what it is told when its turn has come.
struct Script(Vec<(At, Act)>);

impl Hand for Script {
    fn turn(&mut self, now: At) -> Vec<Act> {
        let due = self.0.iter().take_while(|(at, _)| *at <= now).count();
        self.0.drain(..due).map(|(_, act)| act).collect()
    }

    fn next_turn(&self) -> Option<At> {
        self.0.first().map(|(at, _)| *at)
    }
}

#[test]
fn a_hand_notes_acts_as_the_merchant_and_stops_a_run() {
    let (journal, facts) = journal();
    let (turn, stop) = (At(40_000), At(80_000));
    let act = MerchantAct::Price { sku: SkuId(1), price: Money(5), due: turn, channel: None };
    let mut script = Script(vec![
        (turn, Act::Note(What::Stalled { wall_us: 7 })),
        (turn, Act::Merchant(MerchantEvent { at: turn, act })),
        (stop, Act::Drain),
    ]);
    on_a_runtime(play(&quiet_plan(), &journal, &mut script)).unwrap();
    journal.close().unwrap();
    let facts = facts.lock();
    let at = |is: &dyn Fn(&What) -> bool| facts.iter().find(|fact| is(&fact.what)).map(|f| f.at);
    let noted = at(&|what| *what == What::Stalled { wall_us: 7 }).unwrap();
    let priced = at(&|what| matches!(what, What::PriceSet { sku: SkuId(1), .. })).unwrap();
    let ended = at(&|what| *what == What::TrafficEnded {}).unwrap();
    assert!(turn <= noted && noted <= priced && priced <= ended && stop <= ended);
    assert_eq!(facts.last().unwrap().what, What::Ended { why: Ending::Interrupted });
    assert!(facts.iter().any(|fact| fact.what == What::Quiet {}), "it drained");
}
