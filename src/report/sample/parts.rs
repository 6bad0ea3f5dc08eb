//! Owns the pieces of the hand-made judgements.

use super::*;

pub(super) fn at_min(min: u64) -> At {
    At(min * 60_000_000)
}

pub(super) fn lag(s: u64) -> Measure {
    Measure::Lag(Some(Span::from_secs(s)))
}

/// The place of a gate: the KPI's place, and the scope's (0 is the run, then the channels).
pub(super) fn gate_at(kpi: usize, scope: usize) -> usize {
    kpi * 4 + scope
}

pub(super) fn charter() -> Charter {
    let phase = |name: &str, from, until| Phase {
        name: name.into(),
        from: at_min(from),
        until: at_min(until),
        silent: false,
    };
    let standard = |kpi| Gate { kpi, limits: Limits::standard(kpi), loosened: false };
    let owner = |class: &str, team: &str| Owner { class: class.into(), team: team.into() };
    Charter {
        made_by: "doorbuster 0.1.0".into(),
        campaign: "Black Friday doors".into(),
        starts: "2026-11-27T06:00:00-05:00[America/New_York]".into(),
        seed: 1_127,
        evidence: Evidence::Model,
        speed_milli: 60_000,
        currency: "USD".into(),
        currency_digits: 2,
        skus: 2_000,
        sku_names: vec!["HERO-01".into(), "HERO-02".into()],
        channels: [("storefront", 500_000), ("amazon", 300_000), ("ebay", 200_000)]
            .map(|(name, share)| channel(name, share))
            .into(),
        connectors: vec![ConnectorTerms {
            name: "hub".into(),
            retries: true,
            settings: vec![],
            works: None,
            looks: None,
            delays: delays(),
        }],
        phases: vec![
            phase("baseline", 0, 20),
            phase("doors open", 20, 25),
            phase("peak", 25, 45),
            phase("fade", 45, 105),
            phase("recovery", 105, MINUTES),
        ],
        promotions: vec![PromotionTerms {
            name: "doors".into(),
            from: at_min(20),
            until: at_min(105),
            on: vec![],
        }],
        traffic_ends: at_min(MINUTES),
        drain: Span::from_mins(60),
        promises: Promises::default(),
        gates: Kpi::ALL.map(standard).into(),
        go_when: GoWhen::Watch,
        owners: vec![owner("inventory sync", "ops-integration"), owner("*", "commerce-ops")],
        honesty: Honesty::default(),
        not_tested: vec![
            "faults and recovery: no fault was played".into(),
            "other afternoons: this is one run, not a probability".into(),
        ],
        ..crate::history::samples::charter()
    }
}

fn channel(name: &str, share: u32) -> ChannelTerms {
    ChannelTerms {
        name: name.into(),
        share: Ppm(share),
        rule: StockRule::ALL,
        own_sales: OwnSales::AtOnce,
        takes_stock: TakesStock::AtOrder,
        edits: false,
        from: Vec::new(),
        connector: ConnectorId(0),
        book_offset_min: -300,
        flap: Span::from_mins(2),
        tariff: None,
        flow: OrderFlow::default(),
    }
}

pub(super) fn gates(charter: &Charter) -> Vec<GateResult> {
    let mut all = Vec::new();
    for gate in &charter.gates {
        for scope in [None, Some(ChannelId(0)), Some(ChannelId(1)), Some(ChannelId(2))] {
            all.push(healthy(gate, scope));
        }
    }
    all
}

fn shares(value: u32, low: u32, high: u32) -> (Measure, Measure, Measure) {
    (Measure::Share(Ppm(value)), Measure::Share(Ppm(low)), Measure::Share(Ppm(high)))
}

fn healthy(gate: &Gate, channel: Option<ChannelId>) -> GateResult {
    let (value, low, high) = match gate.limits {
        Limits::LagP95 { .. } => (lag(74), lag(71), lag(79)),
        Limits::AtMost { .. } => shares(420, 190, 810),
        Limits::AtLeast { .. } => shares(999_400, 998_900, 999_700),
    };
    let of = channel.map_or(24_010, |id| [12_005, 7_203, 4_802][id.index()]);
    GateResult {
        kpi: gate.kpi,
        channel,
        limits: gate.limits,
        band: Band::Healthy,
        value,
        low,
        high,
        samples: of,
        independent: of,
        samples_needed: 0,
        bad: Count { definite: of / 2_400, possible: of / 2_400 },
        first_bad: None,
        owner: match gate.kpi.owned_as() {
            "inventory sync" => "ops-integration".into(),
            "order handoff" => "oms-team".into(),
            _ => "commerce-ops".into(),
        },
        accepted: None,
        impact: (gate.kpi != Kpi::ListingLatency).then(Impact::default),
        pool: crate::judge::judgement::Pool::default(),
    }
}

pub(super) fn fail_lags(j: &mut Judgement) {
    for (scope, value, low, high) in [(0, 1_611, 1_580, 1_640), (2, 2_472, 2_410, 2_530)] {
        let gate = &mut j.gates[gate_at(1, scope)];
        gate.band = Band::Failed;
        (gate.value, gate.low, gate.high) = (lag(value), lag(low), lag(high));
        gate.bad = Count { definite: 6_404, possible: 6_488 };
        gate.first_bad = Some(Witness { seq: 40_912, at: at_min(22) });
        gate.impact =
            Some(impact(if scope == 0 { [402, 374, 1_761_900] } else { [343, 319, 1_552_400] }));
    }
    let unseen = &mut j.gates[gate_at(0, 3)];
    unseen.band = Band::Failed;
    (unseen.value, unseen.low, unseen.high) = (Measure::Lag(None), lag(3_100), Measure::Lag(None));
    unseen.bad = Count { definite: 31, possible: 31 };
    let watched = &mut j.gates[gate_at(1, 1)];
    watched.band = Band::Watch;
    (watched.value, watched.low, watched.high) = (lag(402), lag(390), lag(421));
}

pub(super) fn fail_shares(j: &mut Judgement) {
    let share = |ppm| Measure::Share(Ppm(ppm));
    for (scope, seen, bad, money) in [(0, 20_117, 483, 2_091_400), (2, 57_199, 412, 1_843_720)] {
        let gate = &mut j.gates[gate_at(6, scope)];
        gate.band = Band::Failed;
        (gate.value, gate.low, gate.high) = (share(seen), share(seen - 1_950), share(seen + 2_210));
        gate.bad = Count { definite: bad, possible: bad };
        gate.first_bad = Some(Witness { seq: 41_377, at: at_min(23) });
        gate.impact = Some(impact([bad as i64, bad as i64 * 444 / 483, money]));
    }
    let handoff = &mut j.gates[gate_at(3, 0)];
    handoff.band = Band::Watch;
    (handoff.value, handoff.low, handoff.high) = (share(991_700), share(990_470), share(992_800));
    handoff.bad = Count { definite: 188, possible: 199 };
    handoff.impact = Some(impact([188, 203, 761_240]));
    let thin = &mut j.gates[gate_at(5, 3)];
    thin.band = Band::NotProved(Unproved::TooFewSamples);
    thin.samples_needed = 0;
}

pub(super) fn break_invariants(j: &mut Judgement) {
    let twice = &mut j.invariants[0];
    twice.band = Band::Failed;
    twice.breaches = Count { definite: 3, possible: 3 };
    (twice.units, twice.money) = (Qty(4), Money(9_960));
    twice.first = Some(Witness { seq: 52_001, at: At(2_527_000_000) });
    twice.first_order = Some(OrderId { channel: ChannelId(1), number: 1_234 });
    let oversell = &mut j.invariants[8];
    oversell.breaches = Count { definite: 483, possible: 483 };
    (oversell.units, oversell.money) = (Qty(444), Money(2_091_400));
    let ghost = &mut j.invariants[4];
    ghost.band = Band::NotProved(Unproved::Unresolved);
    ghost.breaches = Count { definite: 0, possible: 2 };
}

pub(super) fn invariants() -> Vec<InvariantResult> {
    use Invariant::*;
    let all = [
        (DuplicateHandoff, true),
        (DoubleDecrement, true),
        (DuplicateAcceptance, true),
        (LostHandoff, false),
        (GhostOrder, true),
        (AlteredOrder, true),
        (Conservation, true),
        (LostUpdate, true),
        (Oversell, false),
        (Undersell, false),
        (StaleListing, false),
        (MispricedOrder, false),
        (PriceOutOfTime, false),
        (Regression, false),
    ];
    let clean = |(invariant, must_be_zero): (Invariant, bool)| InvariantResult {
        invariant,
        must_be_zero,
        breaches: Count::default(),
        of: 24_010,
        units: Qty(0),
        money: Money(0),
        band: Band::Healthy,
        first: None,
        first_order: None,
        owner: "oms-team".into(),
    };
    all.map(clean).into()
}

pub(super) fn percentiles(count: u64, us: [u64; 4]) -> Percentiles {
    let [p50, p95, p99, max] = us.map(|us| Some(Span(us)));
    Percentiles { count, p50, p95, p99, max }
}

pub(super) fn totals(accepted: u64) -> Totals {
    Totals {
        offered: accepted + accepted / 40,
        accepted,
        kept: crate::judge::judgement::Kept {
            units: Qty((accepted + accepted / 8) as i64),
            money: Money((accepted * 3_890) as i64),
        },
        turned_away: vec![(Refusal::Stock, accepted / 50), (Refusal::Throttled, accepted / 200)],
        unknown: accepted / 4_000,
        lines: accepted + accepted / 10,
        units: Qty((accepted + accepted / 8) as i64),
        money: Money((accepted * 3_890) as i64),
        released: vec![(Release::Payment, accepted / 34), (Release::Customer, accepted / 90)],
        due: accepted - accepted / 34,
        handed_off: accepted - accepted / 34 - accepted / 2_000,
        handed_off_in_sla: accepted - accepted / 34 - accepted / 900,
        undersold_policy: Qty((accepted / 300) as i64),
        undersold_stale: Qty((accepted / 900) as i64),
        throttled: accepted / 60,
        price_parity: Some(Ppm(996_200)),
        undersold_carts: Qty::ZERO,
        undersold_money: Money((accepted / 225 * 3_890) as i64),
        sync_jitter: Some(Span(53_000_000)),
        sync_lag: percentiles(accepted, [21_000_000, 74_000_000, 131_000_000, 188_000_000]),
        shelf_lag: percentiles(accepted, [52_000_000, 119_000_000, 190_000_000, 260_000_000]),
        handoff_time: percentiles(accepted, [19_000_000, 34_000_000, 70_000_000, 320_000_000]),
        ..Totals::default()
    }
}

pub(super) fn oversell(totals: &mut Totals, orders: u64) {
    totals.oversold_orders = Count { definite: orders, possible: orders };
    totals.oversold_units = Qty((orders * 444 / 483) as i64);
    totals.oversold_money = Money((orders * 4_330) as i64);
    totals.cancelled = orders * 9 / 10;
    totals.cancelled_money = Money((orders * 9 / 10 * 4_330) as i64);
    totals.lost_after_throttling = orders / 20;
    totals.lost_by_kind = [orders / 20, 0, 0];
    totals.stale_sku_us = orders * 190_000_000;
    totals.money_at_risk = MoneyAtRisk {
        oversold: totals.oversold_money,
        cancelled: totals.cancelled_money,
        mispriced: Money(orders as i64 * 90),
        lost: Money(orders as i64 * 230),
        dead: Money::ZERO,
        total: totals.cancelled_money + Money(orders as i64 * 790),
    };
    totals.kept.units = totals.units - totals.oversold_units;
    totals.kept.money = totals.money - totals.money_at_risk.total;
}

pub(super) fn load() -> LoadHonesty {
    LoadHonesty {
        offered: 66_000,
        sent: 65_999,
        answered: 65_962,
        unknown: 23,
        unsent: 1,
        resolved: 14,
        silent: 37,
        unanswered: false,
        lateness_wall: percentiles(65_999, [92, 210, 344, 2_140]),
        in_flight_max: 61,
        stall_wall_max: Span::from_millis(4),
        exchange_wall: percentiles(65_976, [410, 980, 2_100, 18_400]),
        saturated: false,
        too_coarse: false,
        coarse: None,
        harness: HarnessSeen::default(),
    }
}

pub(super) fn latency() -> Vec<CallLatency> {
    let row = |call, channel: Option<u16>| CallLatency {
        call,
        channel: channel.map(ChannelId),
        service: percentiles(12_005, [24_000, 61_000, 130_000, 1_104_000]),
        response: percentiles(12_005, [25_000, 66_000, 141_000, 1_190_000]),
    };
    vec![
        row(Call::PlaceOrder, Some(0)),
        row(Call::PlaceOrder, Some(1)),
        row(Call::PlaceOrder, Some(2)),
        row(Call::AdjustStock, None),
    ]
}

pub(super) fn books() -> Vec<BookDay> {
    let day = |(channel, orders): (u16, u64)| BookDay {
        channel: ChannelId(channel),
        day: 0,
        partial: true,
        channel_orders: orders,
        oms_orders: orders,
        missing: 0,
        surplus: 0,
        altered: 0,
        variance: Ppm(0),
        units_variance: Ppm(0),
        money_variance: Ppm(0),
    };
    [(0, 12_005), (1, 7_203), (2, 4_802)].map(day).into()
}

pub(super) fn queue(partition: u16, depth_max: u32, busy: u32) -> QueueSummary {
    let (connector, busy_mean) = (ConnectorId(0), Ppm(busy));
    let depth_mean_milli = u64::from(depth_max) * 250;
    let emptied_after = (depth_max < 100).then_some(Span::from_mins(4));
    QueueSummary { connector, partition, depth_max, depth_mean_milli, emptied_after, busy_mean }
}

pub(super) fn story() -> SkuStory {
    let order = |channel: u16, number| OrderId { channel: ChannelId(channel), number };
    let event = |s: u64, seq, what, left, offered: [i64; 3]| StoryEvent {
        at: At(s * 1_000_000),
        seq,
        what,
        really_left: Qty(left),
        offered: offered.map(|qty| Some(Qty(qty))).into(),
    };
    let sold = |order, intent, qty, oversold| StoryWhat::Sold {
        order,
        intent: Intent(intent),
        qty: Qty(qty),
        oversold: Qty(oversold),
    };
    let mut events = vec![
        event(1_401, 41_300, sold(order(0, 902), 2_011, 2, 0), 1, [1, 7, 4]),
        event(
            1_403,
            41_340,
            StoryWhat::Reserved { order: order(0, 902), available: Qty(3) },
            1,
            [1, 7, 4],
        ),
        event(1_404, 41_377, sold(order(1, 512), 2_019, 2, 1), -1, [1, 5, 4]),
        event(1_406, 41_390, sold(order(2, 340), 2_024, 1, 1), -2, [1, 5, 3]),
        event(
            1_466,
            41_802,
            StoryWhat::Shown { channel: ChannelId(1), qty: Qty(0) },
            -2,
            [0, 0, 3],
        ),
        event(
            1_600,
            42_000,
            StoryWhat::Released { order: order(2, 340), why: Release::Stock },
            -1,
            [0, 0, 0],
        ),
    ];
    events[5].offered[2] = None;
    SkuStory { sku: SkuId(1), oversold: Qty(61), events }
}

/// Waits of a thousand jobs around so many milliseconds.
fn delays() -> Vec<Delay> {
    let delay = |of, channel, secs| Delay { of, channel, p95: Span::from_secs(secs) };
    let shows = |(i, secs)| delay(DelayOf::Shows, Some(ChannelId(i)), secs);
    let looks = [delay(DelayOf::OrdersLook, None, 20), delay(DelayOf::ChangesLook, None, 30)];
    looks.into_iter().chain([(0, 2), (1, 90), (2, 45)].map(shows)).collect()
}

pub(super) fn wait(work: Work, ms: u64) -> WaitSummary {
    let at = |times| Some(Span::from_millis(ms * times));
    let waits = Percentiles { count: 1_000, p50: at(1), p95: at(6), p99: at(9), max: at(14) };
    WaitSummary { connector: ConnectorId(0), work, mean: Span::from_millis(ms * 2), waits }
}
