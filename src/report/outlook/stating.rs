//! Owns how an outlook becomes a sheet: names for numbers, floats rounded to integers.
//! Must not word findings.

use super::sheet::{
    Assumed, Call, ChannelSeries, Gate, Go, Lag, Merchant, OrderCount, OrderScope, Orders, Pace,
    Proof, Queue, Series, ShortOf, Stated, Stock, WantedMost,
};
use crate::history::charter::{self, Charter, GoWhen};
use crate::outlook::{self, Endpoint, Outlook, QueueOf, QueueOutlook};
use crate::report::summary::gate::{Kpi, Limits};
use crate::units::{At, Span};

/// Nine values of ten of a normal distribution lie within so many standard deviations.
const NINE_OF_TEN: f64 = 1.644_853_626_951_472_7;

pub(super) fn whole(value: f64) -> u64 {
    if value.is_finite() { value.round().clamp(0.0, 1e18) as u64 } else { 0 }
}

fn milli(value: f64) -> u64 {
    whole(value * 1e3)
}

fn ppm(share: f64) -> u32 {
    whole(share.clamp(0.0, 1.0) * 1e6) as u32
}

/// A rate a second as thousandths a minute.
fn per_min(per_s: f64) -> u64 {
    milli(per_s * 60.0)
}

fn micros(seconds: f64) -> u64 {
    whole(seconds * 1e6)
}

pub(super) fn assumed(assumed: &outlook::Assumed) -> Assumed {
    let stated = |(kpi, share): &(charter::Kpi, crate::units::Ppm)| Stated {
        kpi: (*kpi).into(),
        bad_ppm: share.0,
    };
    Assumed {
        of_limit_ppm: assumed.of_limit.0,
        stated: assumed.stated.iter().map(stated).collect(),
        design_effect_milli: assumed.design_effect.map(milli),
        exchange_wall_us: assumed.exchange.0,
    }
}

pub(super) fn go(outlook: &Outlook) -> Go {
    Go {
        least_ppm: ppm(outlook.go.least),
        most_ppm: ppm(outlook.go.most),
        independent_ppm: ppm(outlook.go.independent),
        good_at_ppm: outlook.good_at.map(|share| share.0),
    }
}

pub(super) fn orders(outlook: &Outlook, charter: &Charter) -> Orders {
    let count = |offered: f64, accepted: f64| OrderCount {
        offered: whole(offered),
        give_or_take: if outlook.drawn { whole(NINE_OF_TEN * offered.sqrt()) } else { 0 },
        accepted: whole(accepted),
    };
    let scope = |channel: Option<usize>| {
        let picked = |place: &usize| channel.is_none_or(|channel| channel == *place);
        let phases = 0..charter.phases.len();
        let sums: Vec<(f64, f64)> = phases
            .map(|phase| {
                let here = (0..outlook.orders.len()).filter(picked).map(|c| &outlook.orders[c]);
                here.fold((0.0, 0.0), |(offered, accepted), orders| {
                    (offered + orders.offered[phase], accepted + orders.accepted[phase])
                })
            })
            .collect();
        let all = sums.iter().fold((0.0, 0.0), |all, (o, a)| (all.0 + o, all.1 + a));
        OrderScope {
            channel: channel.map(|channel| charter.channels[channel].name.clone()),
            all: count(all.0, all.1),
            phases: sums.into_iter().map(|(offered, accepted)| count(offered, accepted)).collect(),
        }
    };
    let channels = (0..charter.channels.len()).map(Some);
    let offered: f64 = outlook.orders.iter().flat_map(|orders| &orders.offered).sum();
    let (lines, units) = outlook.basket;
    Orders {
        drawn: outlook.drawn,
        scopes: std::iter::once(None).chain(channels).map(scope).collect(),
        peak_per_min_milli: per_min(outlook.peak.per_s),
        peak_at_us: outlook.peak.at.0,
        quiet_phase: outlook.quiet_phase as u32,
        busy_phase: outlook.busy_phase as u32,
        lines: whole(offered * lines),
        units: whole(offered * lines * units),
    }
}

pub(super) fn merchant(outlook: &Outlook) -> Merchant {
    let totals = &outlook.merchant;
    Merchant {
        receipts: whole(totals.receipts),
        corrections: whole(totals.corrections),
        returns: whole(totals.fixed),
        repriced: whole(totals.repriced),
        promoted: whole(totals.promoted),
        listings: whole(totals.listings),
    }
}

pub(super) fn calls(outlook: &Outlook, charter: &Charter) -> Vec<Call> {
    let channel = |id: crate::ids::ChannelId| charter.channels[id.index()].name.clone();
    let connector = |id: crate::ids::ConnectorId| charter.connectors[id.index()].name.clone();
    let call = |&(endpoint, base, peak): &(Endpoint, f64, f64)| {
        let (call, of) = match endpoint {
            Endpoint::PlaceOrder(id) => ("orders placed on", channel(id)),
            Endpoint::OrderWebhook(id) => ("order webhooks from", channel(id)),
            Endpoint::ReadOrders(id) => ("looks at orders of", channel(id)),
            Endpoint::SourceWebhook(id) => ("change webhooks to", connector(id)),
            Endpoint::ReadChanges(id) => ("looks at changes by", connector(id)),
            Endpoint::Handoff(id) => ("handoffs to the OMS by", connector(id)),
            Endpoint::Reserve(id) => ("reservations and releases by", connector(id)),
            Endpoint::PushStock(id) => ("stock updates to", channel(id)),
            Endpoint::PushPrice(id) => ("price updates to", channel(id)),
            Endpoint::PushListing(id) => ("listings published to", channel(id)),
        };
        let (base_per_min_milli, peak_per_min_milli) = (per_min(base), per_min(peak));
        Call { call: call.to_owned(), of, base_per_min_milli, peak_per_min_milli }
    };
    outlook.endpoints.iter().map(call).collect()
}

pub(super) fn queues(outlook: &Outlook, charter: &Charter) -> Vec<Queue> {
    let limit = |of: String, on: &[&str]| match on {
        [] => format!("{of}'s limit on all calls"),
        on => format!("{of}'s limit on {} calls", on.join(", ")),
    };
    let name = |queue: &QueueOutlook| match &queue.of {
        QueueOf::Workers(id) => format!("{}'s workers", charter.connectors[id.index()].name),
        QueueOf::Channel(id, on) => limit(charter.channels[id.index()].name.clone(), on),
        QueueOf::Oms(on) => limit("the OMS".to_owned(), on),
    };
    let stated = |queue: &QueueOutlook| {
        let growth = queue.capacity_per_s.map_or(0.0, |capacity| queue.peak_per_s - capacity);
        Queue {
            name: name(queue),
            base_per_min_milli: per_min(queue.base_per_s),
            peak_per_min_milli: per_min(queue.peak_per_s),
            capacity_per_min_milli: queue.capacity_per_s.map(per_min),
            utilisation_ppm: whole(queue.utilisation * 1e6),
            growth_per_min_milli: per_min(growth.max(0.0)),
            backlog_most: whole(queue.backlog_most.0),
            backlog_most_at_us: queue.backlog_most.1.0,
            wait_us: micros(queue.wait_s),
            carries_per_min_milli: queue.carries.map(|(carries, _)| per_min(carries)),
            brings_per_min_milli: queue.carries.map(|(_, brings)| per_min(brings)),
            overflows_at_us: queue.overflows.map(|at| at.0),
        }
    };
    outlook.queues.iter().map(stated).collect()
}

pub(super) fn lags(outlook: &Outlook, charter: &Charter) -> Vec<Lag> {
    let limit = |kpi: charter::Kpi| {
        let gate = charter.gates.iter().find(|gate| gate.kpi == kpi);
        let limits = gate.map_or(charter::Limits::standard(kpi), |gate| gate.limits);
        match (limits, charter.go_when) {
            (charter::Limits::LagP95 { healthy, .. }, GoWhen::Healthy) => healthy,
            (charter::Limits::LagP95 { watch, .. }, GoWhen::Watch) => watch,
            _ => charter.promises.handoff_within,
        }
    };
    let lag = |floor: &outlook::Floor| Lag {
        kpi: floor.kpi.into(),
        channel: charter.channels[floor.channel.index()].name.clone(),
        base_p95_us: micros(floor.base_p95_s),
        peak_p95_us: micros(floor.peak_p95_s),
        limit_us: limit(floor.kpi).0,
        beyond_ppm: ppm(floor.late),
    };
    let seen = outlook.floors.iter().filter(|floor| floor.samples > 0.0);
    seen.map(lag).collect()
}

pub(super) fn stock(outlook: &Outlook, charter: &Charter) -> Stock {
    let name = |sku: crate::ids::SkuId| {
        let named = charter.sku_names.get(sku.index()).cloned();
        named.unwrap_or_else(|| format!("SKU {}", sku.0))
    };
    let us = |at: Option<At>| at.map(|at| at.0);
    let wanted = |wanted: &outlook::WantedMost| WantedMost {
        sku: name(wanted.sku),
        hero: wanted.hero,
        stock: wanted.stock.0,
        wanted: whole(wanted.wanted),
        chance_ppm: ppm(wanted.chance),
        early_us: us(wanted.gone[0]),
        middle_us: us(wanted.gone[1]),
        late_us: us(wanted.gone[2]),
    };
    let sum = |of: fn(&outlook::OrdersOutlook) -> &Vec<f64>| -> f64 {
        outlook.orders.iter().flat_map(of).sum()
    };
    let (offered, accepted) = (sum(|orders| &orders.offered), sum(|orders| &orders.accepted));
    Stock {
        on_sale: outlook.on_sale,
        sold_out: whole(outlook.sold_out),
        refused_ppm: ppm(1.0 - accepted / offered.max(1e-9)),
        wanted_most: outlook.wanted_most.iter().map(wanted).collect(),
    }
}

pub(super) fn proofs(outlook: &Outlook, charter: &Charter) -> Vec<Proof> {
    let proofs = &outlook.proofs;
    let counted = |what: String, n: f64| Proof {
        what,
        expected_milli: Some(milli(n)),
        chance_ppm: ppm(-(-n).exp_m1()),
    };
    let retried = |(place, n): (usize, f64)| {
        let name = &charter.connectors[place].name;
        counted(format!("{name} must try something a second time"), n)
    };
    let retries = proofs.retries.iter().enumerate();
    let retries = retries.filter_map(|(place, n)| n.map(|n| (place, n))).map(retried);
    let on = if charter.channels.len() > 1 { "on two channels" } else { "on its channel" };
    let runs_out = Proof {
        what: format!("one SKU must run out under orders {on}"),
        expected_milli: None,
        chance_ppm: ppm(proofs.runs_out),
    };
    let twice = "the OMS must be handed an order that it already holds".to_owned();
    retries.chain([counted(twice, proofs.handed_twice), runs_out]).collect()
}

pub(super) fn gates(outlook: &Outlook, charter: &Charter) -> Vec<Gate> {
    let gate = |gate: &outlook::GateOutlook| Gate {
        kpi: Kpi::from(gate.kpi),
        channel: gate.channel.map(|id| charter.channels[id.index()].name.clone()),
        limits: Limits::from(gate.limits),
        bad_ppm: ppm(gate.rate),
        design_effect_milli: milli(gate.design_effect),
        samples: whole(gate.samples),
        samples_for_good: gate.good_samples.map(|samples| samples.ceil() as u64),
        needed_clean: gate.needed_clean,
        minutes: gate.minutes.map(|(minutes, _)| whole(minutes)),
        exposed: gate.exposed.map(|(exposed, _)| whole(exposed)),
        implied_ppm: ppm(gate.implied),
        blocks: gate.blocks,
        accepted: gate.accepted,
        chance_ppm: ppm(gate.chance),
        flawless_ppm: ppm(gate.flawless),
        short_of: short_of(gate.short_of),
        length_milli: gate.length.map(milli),
    };
    outlook.gates.iter().map(gate).collect()
}

fn short_of(short: outlook::ShortOf) -> ShortOf {
    match short {
        outlook::ShortOf::Nothing => ShortOf::Nothing,
        outlook::ShortOf::Exercise => ShortOf::Exercise,
        outlook::ShortOf::Speed => ShortOf::Speed,
        outlook::ShortOf::Minutes => ShortOf::Minutes,
        outlook::ShortOf::Changes => ShortOf::Changes,
        outlook::ShortOf::Exposed => ShortOf::Exposed,
        outlook::ShortOf::Orders => ShortOf::Orders,
        outlook::ShortOf::Margin => ShortOf::Margin,
    }
}

pub(super) fn pace(outlook: &Outlook) -> Pace {
    let pace = &outlook.pace;
    let us = |span: Span| span.0;
    Pace {
        speed_milli: pace.speed_milli,
        traffic_wall_us: pace.traffic_wall.0,
        drain_wall_us_max: pace.drain_wall_max.0,
        shortest_us: pace.shortest.map(us),
        coarse_share_ppm: pace.coarse_share.0,
        speed_milli_max: pace.speed_milli_max,
        exchange_wall_us_max: pace.exchange_max.map(us),
        calls_per_wall_s_milli: milli(pace.calls_per_wall_s),
        calls_per_wall_s_milli_max: pace.calls_per_wall_s_max.map(milli),
    }
}

pub(super) fn series(outlook: &Outlook) -> Series {
    let series = &outlook.series;
    let minutes = series.width.as_secs_f64() / 60.0;
    let rates = |cells: &Vec<f64>| cells.iter().map(|n| milli(n / minutes)).collect();
    let channel = |place: usize| ChannelSeries {
        offered_per_min_milli: rates(&series.offered[place]),
        accepted_ppm: series.accepted[place].iter().map(|share| ppm(*share)).collect(),
        updates_per_min_milli: rates(&series.updates[place]),
        limit_per_min_milli: series.limits[place].map(|n| milli(n / minutes)),
    };
    Series { width_us: series.width.0, channels: (0..series.offered.len()).map(channel).collect() }
}
