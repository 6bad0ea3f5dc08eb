//! Owns histories made up for tests: a charter, one of every kind of fact, long runs of both.
//! Must not know what is tested with them.

use smallvec::smallvec;

use super::charter::{
    Charter, Evidence, GoWhen, HISTORY_MINOR, HISTORY_VERSION, Honesty, Promises, StockRule,
};
use super::fact::{
    ActedBy, ActedOn, Action, Address, Amended, Call, CallOutcome, Cart, CartEnd, CartEnding,
    Confirmed, Delivery, Edited, Ending, Fact, HarnessFault, Intake, Job, Line, Met, OfferWrite,
    OperatorAct, Outcome, Party, PartyAct, PartyState, PushItem, PushKind, Refusal, Release, Seen,
    SourceSaid, StockCause, SupplyChange, What,
};
use crate::ids::{
    AlertId, Buyer, ChannelId, ConnectorId, FaultId, Intent, LocationId, OmsOrder, OpId, OrderId,
    SkuId, Version,
};
use crate::units::{At, Money, Ppm, Qty, Span};

/// A charter with nothing in its lists.
pub(crate) fn charter() -> Charter {
    Charter {
        version: HISTORY_VERSION,
        minor: HISTORY_MINOR,
        made_by: "0.1.0".into(),
        campaign: "test".into(),
        starts: "2026-11-27T06:00:00-05:00[America/New_York]".into(),
        seed: 1,
        evidence: Evidence::Model,
        speed_milli: 1_000,
        currency: "USD".into(),
        currency_digits: 2,
        skus: 1,
        sku_names: Vec::new(),
        offers: Vec::new(),
        locations: Vec::new(),
        channels: Vec::new(),
        connectors: Vec::new(),
        phases: Vec::new(),
        promotions: Vec::new(),
        faults: Vec::new(),
        roles: Vec::new(),
        steps: Vec::new(),
        objectives: Vec::new(),
        alerts: Vec::new(),
        traffic_ends: At(1_000_000),
        drain: Span::from_secs(1),
        promises: Promises::default(),
        gates: Vec::new(),
        go_when: GoWhen::Watch,
        owners: Vec::new(),
        accepted_risks: Vec::new(),
        honesty: Honesty::default(),
        observes: crate::history::charter::Observed::everything(),
        source_tells: crate::history::charter::SourceTells::Available,
        not_tested: Vec::new(),
        not_known: Vec::new(),
        input: None,
    }
}

/// A name that makes a line of at least this length.
pub(crate) fn name_of_length(bytes: usize) -> String {
    "x".repeat(bytes)
}

/// A history of `count` facts: a charter, calls sent and answered, an end.
pub(crate) fn facts(count: u64) -> Vec<Fact> {
    (0..count)
        .map(|seq| {
            let (at, op) = (At(seq * 37), OpId(seq / 2));
            let what = match seq {
                0 => What::Charter(Box::new(charter())),
                seq if seq + 1 == count => What::Ended { why: Ending::Finished },
                seq if seq % 2 == 1 => sent(op, at),
                _ => What::Answered { op, outcome: Outcome::Done },
            };
            Fact { seq, at, wall: seq * 11, what }
        })
        .collect()
}

fn sent(op: OpId, intended: At) -> What {
    What::Sent { op, call: Call::Plain, channel: None, intent: Intent(op.0), intended }
}

/// Numbers that a sample is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    pub small: u16,
    pub medium: u32,
    pub large: u64,
    pub signed: i64,
    pub flag: bool,
}

/// One of each kind of fact, and of each kind inside a fact, made of the numbers drawn.
pub(crate) fn one_of_each(d: Drawn) -> Vec<What> {
    let mut all = vec![What::Charter(Box::new(Charter {
        seed: d.large,
        campaign: format!("campaign \"{}\"\n\u{1f6d2}", d.signed),
        ..charter()
    }))];
    all.extend(load_facts(d));
    all.extend(channel_facts(d));
    all.extend(oms_facts(d));
    all.extend(connector_facts(d));
    all.extend(acts(d).into_iter().map(|act| acted(d, act)));
    all.extend(party_facts(d));
    all.extend([
        What::Supply {
            sku: SkuId(d.medium),
            units: Qty(d.signed),
            why: SupplyChange::Return,
            at: d.flag.then_some(LocationId(d.small as u8)),
        },
        What::Stalled { wall_us: d.large },
        What::Harness { fault: HarnessFault::Evicted, at: Address::Oms, times: d.large },
        What::Fault { fault: FaultId(d.small), in_force: d.flag },
        What::FaultHits { fault: FaultId(d.small), hits: d.large },
        What::Alert {
            alert: AlertId(d.small),
            channel: d.flag.then_some(ChannelId(d.small)),
            firing: d.flag,
        },
        What::TrafficEnded {},
        What::Quiet {},
        What::Ended { why: Ending::Interrupted },
    ]);
    all
}

/// One of each thing that somebody can do.
pub(crate) fn acts(d: Drawn) -> Vec<OperatorAct> {
    let (channel, units) = (ChannelId(d.small), Qty(d.signed));
    let what = "quantities to zero \u{1f6d2}".to_owned();
    vec![
        OperatorAct::Pause { at: ActedOn::Channel(channel) },
        OperatorAct::Resume { at: ActedOn::Connector(ConnectorId(d.small)) },
        OperatorAct::ZeroStock { channel },
        OperatorAct::HoldBack { channel, units },
        OperatorAct::Cap { channel, units: d.flag.then_some(units) },
        OperatorAct::Allocate { channel, share: Ppm(d.medium) },
        OperatorAct::EndPromotion { promotion: d.small },
        OperatorAct::Resync { channel },
        OperatorAct::Replay { channel },
        OperatorAct::Detected { what: what.clone() },
        OperatorAct::Did { what: what.clone() },
        OperatorAct::Note { what },
    ]
}

fn acted(d: Drawn, act: OperatorAct) -> What {
    let role = d.flag.then_some(d.small);
    let by = "on call".to_owned();
    What::Acted(Box::new(Action { by, role, how: ActedBy::Operator, act, allowed: d.flag }))
}

fn order(d: Drawn) -> OrderId {
    OrderId { channel: ChannelId(d.small), number: d.large }
}

fn lines(d: Drawn) -> Vec<Line> {
    let line = Line {
        offer: d.flag.then_some(d.medium),
        sku: SkuId(d.medium),
        qty: Qty(d.signed),
        price: Money(d.signed),
        offered: Qty(i64::MIN),
        left: Qty(i64::MAX),
    };
    vec![line; usize::from(d.small % 4)]
}

fn load_facts(d: Drawn) -> Vec<What> {
    let (channel, intent) = (d.flag.then_some(ChannelId(d.small)), Intent(d.large));
    let (op, intended) = (OpId(d.large), At(d.large));
    vec![
        What::Sent { op, call: Call::PlaceOrder, channel, intent, intended },
        What::Sent { op, call: Call::FillCart, channel, intent, intended },
        What::Sent { op, call: Call::CancelOrder, channel, intent, intended },
        What::Sent { op, call: Call::EditOrder, channel, intent, intended },
        What::Sent { op, call: Call::AdjustStock, channel, intent, intended },
        What::Answered { op, outcome: Outcome::Done },
        What::Answered { op, outcome: Outcome::Refused },
        What::Unsent { op: Some(op), call: Call::SetPrice, channel, intent, intended },
        What::Unsent { op: None, call: Call::PublishListing, channel, intent, intended },
        What::Resolved { op, outcome: Outcome::Unknown },
    ]
}

fn channel_facts(d: Drawn) -> Vec<What> {
    let (channel, sku, version) = (ChannelId(d.small), SkuId(d.medium), Version(d.large));
    let (order, intent) = (order(d), Intent(d.large));
    let looked = || Box::new(Seen { not_before: At(d.large), theirs: Some(At(d.large)) });
    let seen = || d.flag.then(looked);
    vec![
        What::Accepted {
            order,
            intent,
            buyer: Buyer(d.large),
            lines: lines(d).into(),
            awaits_payment: d.flag,
        },
        What::TurnedAway {
            channel,
            intent,
            why: Refusal::NotListed,
            line: lines(d).first().copied(),
        },
        What::Carted(Cart { channel, intent, lines: lines(d).into() }),
        What::CartEnded(CartEnd { channel, intent, why: CartEnding::Lapsed }),
        What::Paid { order },
        What::Released { order, why: Release::Customer },
        What::Acknowledged(Confirmed { order }),
        What::Dispatched(Confirmed { order }),
        What::Edited(Edited { order, version, lines: lines(d).into() }),
        What::Shown { channel, sku, version, qty: Qty(d.signed), seen: seen() },
        What::Priced { channel, sku, version, price: Money(d.signed), seen: seen() },
        What::Listed { channel, sku, version, seen: seen() },
    ]
}

fn oms_facts(d: Drawn) -> Vec<What> {
    let (sku, version) = (SkuId(d.medium), Version(d.large));
    let (order, oms) = (order(d), OmsOrder(d.large));
    let quantity = Qty(d.signed);
    let shows_at_most = d.flag.then_some(quantity);
    let (allocation, in_or_out) = (Ppm(d.medium), d.flag);
    let rule = StockRule { allocation, holds_back: quantity, shows_at_most, in_or_out };
    let stock = |cause| What::Stock {
        sku,
        version,
        on_hand: quantity,
        reserved: quantity,
        change: quantity,
        cause,
        at: d.flag.then_some(LocationId(d.small as u8)),
    };
    vec![
        stock(StockCause::Opening),
        stock(StockCause::Merchant),
        stock(StockCause::Reserve(order)),
        stock(StockCause::Release(order)),
        stock(StockCause::Ship(order)),
        What::PriceSet {
            sku,
            version,
            price: Money(d.signed),
            due: At(d.large),
            channel: d.flag.then_some(ChannelId(d.small)),
        },
        What::ListingSet { sku, version },
        What::RuleSet { channel: ChannelId(d.small), rule },
        What::Delivered { order, attempt: d.medium, made: Delivery::Known },
        What::Held {
            order,
            oms,
            lines: lines(d).into(),
            booked: d.flag.then_some(Money(d.signed)),
        },
        What::Amended(Amended { order, oms, version, lines: lines(d).into() }),
        What::OmsCancelled { order, oms, why: Release::Stock, sku: d.flag.then_some(sku) },
        What::Shipped { order, oms, lines: lines(d).into() },
    ]
}

fn connector_facts(d: Drawn) -> Vec<What> {
    let (connector, order, channel) = (ConnectorId(d.small), order(d), ChannelId(d.small));
    let (sku, version, outcome) = (SkuId(d.medium), Version(d.large), CallOutcome::Throttled);
    let gave_up =
        |job| What::GaveUp { connector, job, attempts: d.medium, last: CallOutcome::Unavailable };
    let push = Job::Push { channel, kind: PushKind::Price, items: vec![(sku, version)] };
    vec![
        What::Noticed { connector, order, by: Intake::Poll },
        What::Pushed {
            connector,
            channel,
            kind: PushKind::Stock,
            attempt: d.medium,
            waited: Span(d.large),
            sent: At(d.large),
            outcome,
            items: smallvec![PushItem { sku, version, outcome: CallOutcome::Rejected }],
        },
        What::HandoffTried {
            connector,
            order,
            attempt: d.medium,
            waited: Span(d.large),
            sent: At(d.large),
            outcome,
        },
        gave_up(push),
        gave_up(Job::Handoff(order)),
        gave_up(Job::Reserve(order)),
        gave_up(Job::Amend(order)),
        gave_up(Job::Release(order)),
        gave_up(Job::Cancel(order)),
        gave_up(Job::Accept(order)),
        gave_up(Job::Dispatch(order)),
        What::Queue {
            connector,
            partition: d.small,
            depth: d.medium,
            busy: d.small,
            workers: d.small,
        },
    ]
}

fn party_facts(d: Drawn) -> Vec<What> {
    let (sku, version) = (SkuId(d.medium), Version(d.large));
    let channel = ChannelId(d.small);
    let read = |told| PartyAct::Read { sku, told };
    let wrote = |wrote| PartyAct::Wrote { channel, sku, wrote };
    let acts = [
        read(SourceSaid::Stock { version, available: Qty(d.signed) }),
        read(SourceSaid::Price {
            version,
            price: Money(d.signed),
            channel: d.flag.then_some(channel),
        }),
        read(SourceSaid::Listing { version }),
        wrote(OfferWrite::Offer(Qty(d.signed))),
        wrote(OfferWrite::Change(Qty(d.signed))),
        wrote(OfferWrite::Price(Money(d.signed))),
        wrote(OfferWrite::Listing),
        PartyAct::Met { at: Address::Channel(channel), met: Met::Flooded, times: d.large },
        PartyAct::Is(PartyState::Ready),
        PartyAct::Is(PartyState::Gone(d.flag.then_some(1))),
    ];
    acts.map(|act| What::Party(Party { connector: ConnectorId(d.small), act })).to_vec()
}

/// The kind of a fact. A new kind does not compile here until it is given a number, and the round
/// trip then fails until [`one_of_each`] makes one.
pub(crate) fn kind(what: &What) -> usize {
    match what {
        What::Charter(_) => 0,
        What::Sent { .. } => 1,
        What::Answered { .. } => 2,
        What::Unsent { .. } => 3,
        What::Resolved { .. } => 4,
        What::Supply { .. } => 5,
        What::Accepted { .. } => 6,
        What::TurnedAway { .. } => 7,
        What::Paid { .. } => 8,
        What::Released { .. } => 9,
        What::Shown { .. } => 10,
        What::Priced { .. } => 11,
        What::Listed { .. } => 12,
        What::Stock { .. } => 13,
        What::PriceSet { .. } => 14,
        What::ListingSet { .. } => 15,
        What::Delivered { .. } => 16,
        What::Held { .. } => 17,
        What::OmsCancelled { .. } => 18,
        What::Shipped { .. } => 19,
        What::Noticed { .. } => 20,
        What::Pushed { .. } => 21,
        What::HandoffTried { .. } => 22,
        What::GaveUp { .. } => 23,
        What::Queue { .. } => 24,
        What::Stalled { .. } => 25,
        What::TrafficEnded {} => 26,
        What::Quiet {} => 27,
        What::Ended { .. } => 28,
        What::Harness { .. } => 29,
        What::RuleSet { .. } => 30,
        What::Fault { .. } => 31,
        What::FaultHits { .. } => 32,
        What::Acted(_) => 33,
        What::Alert { .. } => 34,
        What::Carted(_) => 35,
        What::CartEnded(_) => 36,
        What::Party(_) => 37,
        What::Edited(_) => 38,
        What::Amended(_) => 39,
        What::Dispatched(_) => 40,
        What::Acknowledged(_) => 41,
        What::Unknown(kind) => unreachable!("nobody writes `{kind}`"),
    }
}

/// How many kinds [`kind`] knows.
pub(crate) const KINDS: usize = 42;
