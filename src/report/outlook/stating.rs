//! Owns how an outlook becomes a sheet: names for numbers, floats rounded to integers.
//! Must not word findings.

use super::sheet::{
    Call, ChannelSeries, Counts, Gate, GivenUp, Lag, Load, Merchant, OrderCount, OrderScope,
    Orders, Pace, Played, Proof, Provable, Series,
};
use crate::history::charter::{self, Charter, GoWhen};
use crate::outlook::{self, CallKind, Outlook, Server};
use crate::report::summary::gate::{Kpi, Limits};
use crate::report::summary::mirror::Stated as _;
use crate::report::summary::printable_text;
use crate::report::words::gate::capitalised;
use crate::study::pooled::Ruling;
use crate::study::preview::{self, Preview};
use crate::units::Span;

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

pub(super) fn played(preview: &Preview, charter: &Charter) -> Played {
    let sales = &preview.sales;
    Played {
        replications: preview.good.of as u64,
        first_seed: preview.first_seed,
        good: preview.good.yes as u64,
        rules_out: preview.rules_out.state(charter),
        failed_together: together(preview, charter, Ruling::failed),
        never_proved: together(preview, charter, Ruling::never_proved),
        low_ppm: preview.good.low.0,
        high_ppm: preview.good.high.0,
        sold_out: preview.sold_out.state(charter),
        run_outs: preview.run_outs.state(charter),
        queues: preview.queues.state(charter),
        given_up: preview.given_up.state(charter),
        accepted: sales.accepted.state(charter),
        cancelled: sales.cancelled.state(charter),
        oversold_units: sales.oversold_units.state(charter),
        kept_minor: sales.money.0,
    }
}

/// Gates that the ruling on all of them picks: `Oversold orders on ebay`.
fn together(
    preview: &Preview,
    charter: &Charter,
    pick: impl Fn(&Ruling) -> Vec<usize>,
) -> Vec<String> {
    let Some(ruling) = &preview.together else { return Vec::new() };
    let said = |place: usize| {
        let (kpi, channel) = (Kpi::from(ruling.gates[place].kpi), ruling.gates[place].channel);
        let on = channel.map_or(String::new(), |id| {
            format!(" on {}", printable_text(&charter.channels[id.index()].name))
        });
        format!("{}{on}", capitalised(kpi.title()))
    };
    pick(ruling).into_iter().map(said).collect()
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
    let call = |&(endpoint, base, peak): &(CallKind, f64, f64)| {
        let (call, of) = match endpoint {
            CallKind::PlaceOrder(id) => ("orders placed on", id.state(charter)),
            CallKind::OrderWebhook(id) => ("order webhooks from", id.state(charter)),
            CallKind::ReadOrders(id) => ("looks at orders of", id.state(charter)),
            CallKind::SourceWebhook(id) => ("change webhooks to", id.state(charter)),
            CallKind::ReadChanges(id) => ("looks at changes by", id.state(charter)),
            CallKind::Handoff(id) => ("handoffs to the OMS by", id.state(charter)),
            CallKind::Reserve(id) => ("reservations and releases by", id.state(charter)),
            CallKind::PushStock(id) => ("stock updates to", id.state(charter)),
            CallKind::PushPrice(id) => ("price updates to", id.state(charter)),
            CallKind::PushListing(id) => ("listings published to", id.state(charter)),
        };
        let (base_per_min_milli, peak_per_min_milli) = (per_min(base), per_min(peak));
        Call { call: call.to_owned(), of, base_per_min_milli, peak_per_min_milli }
    };
    outlook.endpoints.iter().map(call).collect()
}

/// `amazon's limit on stock calls`.
fn limit_named(of: &str, on: &[&str]) -> String {
    match on {
        [] => format!("{of}'s limit on all calls"),
        on => format!("{of}'s limit on {} calls", on.join(", ")),
    }
}

pub(super) fn loads(outlook: &Outlook, charter: &Charter) -> Vec<Load> {
    let name = |load: &outlook::Load| match &load.of {
        Server::Workers(id) => format!("{}'s workers", id.state(charter)),
        Server::Channel(id, on) => limit_named(&id.state(charter), on),
        Server::Oms(on) => limit_named("the OMS", on),
    };
    let stated = |load: &outlook::Load| Load {
        name: name(load),
        counts: match load.of {
            Server::Workers(_) => Counts::Jobs,
            Server::Channel(..) | Server::Oms(_) => Counts::Calls,
        },
        base_per_min_milli: per_min(load.base_per_s),
        peak_per_min_milli: per_min(load.peak_per_s),
        capacity_per_min_milli: load.capacity_per_s.map(per_min),
        utilisation_ppm: whole(load.utilisation * 1e6),
        carries_per_min_milli: load.carries.map(|(carries, _)| per_min(carries)),
        brings_per_min_milli: load.carries.map(|(_, brings)| per_min(brings)),
        used_up_at_us: load.used_up.map(|at| at.0),
        keys: load.keys.state(charter),
    };
    outlook.loads.iter().map(stated).collect()
}

pub(super) fn given_up(outlook: &Outlook, charter: &Charter) -> Vec<GivenUp> {
    let stated = |seen: &outlook::GivenUp| {
        let of = seen.channel.state(charter);
        GivenUp {
            limit: limit_named(&of, &seen.on),
            channel: of,
            connector: seen.connector.state(charter),
            attempts: seen.attempts,
            patience_us: seen.patience.0,
            updates: whole(seen.updates),
            keys: seen.keys.state(charter),
        }
    };
    outlook.given_up.iter().map(stated).collect()
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
        channel: floor.channel.state(charter),
        p95_us: micros(floor.p95_s),
        limit_us: limit(floor.kpi).0,
        beyond_ppm: ppm(floor.late),
        keys: floor.keys.state(charter),
    };
    let seen = outlook.floors.iter().filter(|floor| floor.samples > 0.0);
    seen.map(lag).collect()
}

pub(super) fn proofs(outlook: &Outlook, charter: &Charter) -> Vec<Proof> {
    let proofs = &outlook.proofs;
    let proof = |what: String, n: f64| Proof { what, expected_milli: milli(n) };
    let retried = |(place, n): (usize, f64)| {
        let name = &charter.connectors[place].name;
        proof(format!("{name} must try something a second time"), n)
    };
    let retries = proofs.retries.iter().enumerate();
    let retries = retries.filter_map(|(place, n)| n.map(|n| (place, n))).map(retried);
    let twice = "the OMS must be handed an order that it already holds".to_owned();
    retries.chain([proof(twice, proofs.handed_twice)]).collect()
}

pub(super) fn gates(outlook: &Outlook, preview: Option<&Preview>, charter: &Charter) -> Vec<Gate> {
    let stood = |gate: &outlook::GateOutlook| {
        let here =
            |stood: &&preview::GateStood| (stood.kpi, stood.channel) == (gate.kpi, gate.channel);
        let stood = preview?.gates.iter().find(here)?;
        Some(stood.state(charter))
    };
    let gate = |gate: &outlook::GateOutlook| {
        let (provable, replications_needed) = match gate.proof {
            outlook::Provable::In(1) => (Provable::InOneRun, Some(1)),
            outlook::Provable::In(replications) => (Provable::Together, Some(replications)),
            outlook::Provable::NothingCounted => (Provable::NothingCounted, None),
            outlook::Provable::NothingTaken => (Provable::NothingTaken, None),
            outlook::Provable::TooFew => (Provable::TooFew, None),
            outlook::Provable::TooLate(_) => (Provable::TooLate, None),
        };
        Gate {
            kpi: Kpi::from(gate.kpi),
            channel: gate.channel.state(charter),
            limits: Limits::from(gate.limits),
            samples: whole(gate.samples),
            needed: gate.needed,
            minutes: gate.minutes.map(whole),
            exposed: gate.exposed.map(whole),
            blocks: gate.blocks,
            accepted: gate.accepted,
            provable,
            replications_needed,
            beyond_ppm: match gate.proof {
                outlook::Provable::TooLate(share) => Some(ppm(share)),
                _ => None,
            },
            stood: stood(gate),
        }
    };
    outlook.gates.iter().map(gate).collect()
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
        work_us: pace.work.map(us),
        exchange_wall_us: pace.exchange.0,
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
