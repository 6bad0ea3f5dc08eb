//! Owns the least lag that the plan's own limits imply: when a change is heard of, how long it
//! waits, is worked on, and takes to show. Must not know what a gate makes of it.

use std::ops::Range;

use super::calls::Endpoint;
use super::queues::{Queues, Setting};
use super::selling::syncs_own_sales;
use super::spread::Spread;
use crate::commerce::terms::Rhythm;
use crate::history::charter::Kpi;
use crate::ids::{ChannelId, ConnectorId};

/// A p95 is the lag that 95 of 100 stay within.
const P95: f64 = 0.95;

/// The least lag of one kind on one channel.
#[derive(Clone, Debug)]
pub struct Floor {
    /// Sync lag, price lag, listing latency or, for the time to the OMS, handoff success.
    pub kpi: Kpi,
    /// Where.
    pub channel: ChannelId,
    /// The least 95th percentile in the quietest phase, in seconds.
    pub base_p95_s: f64,
    /// … of what comes at the end of the busiest phase.
    pub peak_p95_s: f64,
    /// The least share of the whole campaign's samples beyond the limit of a GO.
    pub late: f64,
    /// Samples expected.
    pub samples: f64,
    /// Minutes in which some are expected, with the variance.
    pub minutes: (f64, f64),
}

/// What is timed on a channel.
struct Timed {
    kpi: Kpi,
    endpoint: Endpoint,
    /// Events a cell.
    samples: Vec<f64>,
    minutes: (f64, f64),
    /// Everything but waiting.
    takes: Spread,
}

/// The least lags of every channel. `limit_s` is the limit of a GO in seconds, for lags and for the
/// handoff's deadline.
pub(super) fn floors(
    setting: &Setting<'_>,
    queues: &Queues,
    limit_s: impl Fn(Kpi) -> f64,
) -> Vec<Floor> {
    let mut floors = Vec::new();
    for (place, connector) in setting.plan.world.connectors.iter().enumerate() {
        let works = Spread::of(&connector.service);
        let hears = |rhythm: Rhythm| match rhythm {
            Rhythm::Webhook => Spread::zero(),
            Rhythm::Poll(every) => Spread::until_next(every),
        };
        let orders_work = Spread::of(connector.order_service());
        let heard = [
            hears(connector.stock_out).plus(&works),
            hears(connector.orders_in).plus(&orders_work),
        ];
        for id in &connector.channels {
            for timed in timed(setting, place, *id, &works, &heard) {
                let limit = limit_s(timed.kpi);
                floors.push(floor(setting, queues, place, *id, &timed, limit));
            }
        }
    }
    floors.sort_by_key(|floor| (floor.kpi, floor.channel));
    floors
}

fn timed(
    setting: &Setting<'_>,
    connector: usize,
    id: ChannelId,
    works: &Spread,
    [of_source, of_orders]: &[Spread; 2],
) -> [Timed; 4] {
    let channel = &setting.plan.world.channels[id.index()];
    let changes = setting.changes;
    let grid = changes.grid;
    let own = syncs_own_sales(&setting.plan.charter, id.index());
    let stock = changes.stock_to_show(id.index(), own);
    let shows = of_source.plus(&Spread::of(&channel.shows_changes_after));
    let lists = of_source.plus(&Spread::of(&channel.lists_after));
    let accepted = changes.accepted[id.index()].clone();
    // What a promotion sets is known before it is due: then nobody has to hear of it first.
    let totals = changes.totals;
    let ahead = totals.promoted / (totals.promoted + totals.repriced).max(1e-9);
    let known = works.plus(&Spread::of(&channel.shows_changes_after));
    let priced = known.mixed_with(&shows, ahead);
    [
        Timed {
            kpi: Kpi::SyncLag,
            endpoint: Endpoint::PushStock(id),
            minutes: grid.minutes_with(&stock),
            samples: stock,
            takes: shows.clone(),
        },
        Timed {
            kpi: Kpi::PriceLag,
            endpoint: Endpoint::PushPrice(id),
            minutes: changes.price_minutes(),
            samples: changes.prices.clone(),
            takes: priced,
        },
        Timed {
            kpi: Kpi::ListingLatency,
            endpoint: Endpoint::PushListing(id),
            minutes: (changes.listing_minutes as f64, 0.0),
            samples: changes.listings.clone(),
            takes: lists,
        },
        Timed {
            kpi: Kpi::HandoffSuccess,
            endpoint: Endpoint::Handoff(ConnectorId(connector as u16)),
            minutes: grid.minutes_with(&accepted),
            samples: accepted,
            takes: of_orders.clone(),
        },
    ]
}

fn floor(
    setting: &Setting<'_>,
    queues: &Queues,
    connector: usize,
    channel: ChannelId,
    timed: &Timed,
    limit_s: f64,
) -> Floor {
    let wait = |cell: usize| queues.wait(connector, timed.endpoint, cell);
    let takes = timed.takes.quantile(P95);
    let mean_wait =
        |cells: &Range<usize>| cells.clone().map(&wait).sum::<f64>() / cells.len().max(1) as f64;
    let samples: f64 = timed.samples.iter().sum();
    let late: f64 = timed
        .samples
        .iter()
        .enumerate()
        .filter(|(_, n)| **n > 0.0)
        .map(|(cell, n)| n * timed.takes.beyond(limit_s - wait(cell)))
        .sum();
    Floor {
        kpi: timed.kpi,
        channel,
        base_p95_s: takes + mean_wait(&setting.quiet),
        peak_p95_s: takes + wait(setting.busy.end - 1),
        late: if samples > 0.0 { (late / samples).max(0.0) } else { 0.0 },
        samples,
        minutes: timed.minutes,
    }
}
