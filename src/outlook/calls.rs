//! Owns who calls whom how often: what every accepted order and every change costs in calls.
//! Must not know who keeps up with it.

use super::changes::{Changes, Fate, add};
use crate::commerce::limiter::LimitedOp;
use crate::commerce::terms::{ConnectorPlay, Reserve, Rhythm, UpdateStyle};
use crate::history::charter::{Charter, OwnSales};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::units::{At, Span};

use super::inflow::Inflow;

/// Orders or changes that one look brings.
const PAGE: f64 = 250.0;

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallKind {
    /// A shopper places an order on a channel.
    PlaceOrder(ChannelId),
    /// A channel tells of an order.
    OrderWebhook(ChannelId),
    /// A connector reads a channel's orders.
    ReadOrders(ChannelId),
    /// The source tells a connector of a change.
    SourceWebhook(ConnectorId),
    /// A connector reads the source's changes.
    ReadChanges(ConnectorId),
    /// A connector hands an order to the OMS.
    Handoff(ConnectorId),
    /// A connector reserves or releases units ahead of or beside the handoff.
    Reserve(ConnectorId),
    /// A connector updates a channel's stock.
    PushStock(ChannelId),
    /// A connector updates a channel's prices.
    PushPrice(ChannelId),
    /// A connector publishes listings on a channel.
    PushListing(ChannelId),
}

impl CallKind {
    /// What a limit calls it; none: nobody limits it.
    pub(super) fn limited_as(self) -> Option<LimitedOp> {
        match self {
            CallKind::PlaceOrder(_) | CallKind::OrderWebhook(_) | CallKind::SourceWebhook(_) => {
                None
            }
            CallKind::ReadOrders(_) | CallKind::ReadChanges(_) => Some(LimitedOp::Read),
            CallKind::Handoff(_) | CallKind::Reserve(_) => Some(LimitedOp::Order),
            CallKind::PushStock(_) => Some(LimitedOp::Stock),
            CallKind::PushPrice(_) => Some(LimitedOp::Price),
            CallKind::PushListing(_) => Some(LimitedOp::Listing),
        }
    }

    /// The channel that answers it; none: the OMS or a connector.
    pub(super) fn answered_by(self) -> Option<ChannelId> {
        match self {
            CallKind::PlaceOrder(channel)
            | CallKind::ReadOrders(channel)
            | CallKind::PushStock(channel)
            | CallKind::PushPrice(channel)
            | CallKind::PushListing(channel) => Some(channel),
            _ => None,
        }
    }

    /// Whether the OMS answers it.
    pub(super) fn asks_oms(self) -> bool {
        matches!(self, CallKind::ReadChanges(_) | CallKind::Handoff(_) | CallKind::Reserve(_))
    }
}

/// Calls of one kind.
#[derive(Clone, Debug)]
pub(super) struct Calls {
    pub(super) endpoint: CallKind,
    /// The connector that makes or takes them.
    pub(super) connector: usize,
    /// Calls a cell; updates in full batches.
    pub(super) cells: Vec<f64>,
    /// Changes a call carries at most.
    pub(super) batch: f64,
}

/// Every kind of call of the campaign.
pub(super) fn all(plan: &Plan, inflow: &Inflow, changes: &Changes, fates: &[Fate]) -> Vec<Calls> {
    let mut calls = Vec::new();
    let grid = changes.grid;
    for channel in 0..plan.charter.channels.len() {
        let connector = plan.charter.channels[channel].connector.index();
        let placed = (0..grid.cells)
            .map(|cell| inflow.orders(Some(channel), grid.start(cell), grid.start(cell + 1)));
        let endpoint = CallKind::PlaceOrder(ChannelId(channel as u16));
        calls.push(Calls { endpoint, connector, cells: placed.collect(), batch: 1.0 });
    }
    for (place, connector) in plan.world.connectors.iter().enumerate() {
        orders(&mut calls, plan, (place, connector), changes, fates);
        source(&mut calls, (place, connector), changes);
        pushes(&mut calls, plan, (place, connector), changes);
    }
    calls
}

/// Whether a channel learns of its own sales only by the next update.
pub(super) fn syncs_own_sales(charter: &Charter, channel: usize) -> bool {
    charter.channels[channel].own_sales == OwnSales::OnSync
}

fn scaled(cells: &[f64], by: f64) -> Vec<f64> {
    cells.iter().map(|n| n * by).collect()
}

/// What a connector's orders cost: learning of them, handing them over, reserving and releasing.
fn orders(
    calls: &mut Vec<Calls>,
    plan: &Plan,
    (place, connector): (usize, &ConnectorPlay),
    changes: &Changes,
    fates: &[Fate],
) {
    let seconds = changes.grid.seconds();
    let mut handoffs = vec![0.0; changes.grid.cells];
    let mut beside = handoffs.clone();
    for id in &connector.channels {
        let (accepted, fate) = (&changes.accepted[id.index()], fates[id.index()]);
        let channel = &plan.world.channels[id.index()];
        let awaits = !matches!(channel.payment, crate::commerce::terms::Payment::Immediate);
        let notices = 1.0 + f64::from(u8::from(awaits)) + fate.paid * fate.cancelled;
        let twice = channel.imperfections.duplicates.as_f64();
        let (endpoint, cells, again) = match connector.orders_in {
            Rhythm::Webhook => {
                let cells = scaled(accepted, notices * (1.0 + twice));
                (CallKind::OrderWebhook(*id), cells, twice)
            }
            Rhythm::Poll(every) => {
                let looks = seconds / every.as_secs_f64().max(1e-6);
                let pages = accepted.iter().map(|orders| (orders * notices / PAGE).max(looks));
                (CallKind::ReadOrders(*id), pages.collect(), 0.0)
            }
        };
        calls.push(Calls { endpoint, connector: place, cells, batch: 1.0 });
        add(&mut handoffs, &scaled(accepted, fate.paid * (1.0 + again)));
        let ahead = if connector.reserve == Reserve::OnHandoff { 0.0 } else { fate.reserved };
        add(&mut beside, &scaled(accepted, ahead + fate.returned));
    }
    let id = ConnectorId(place as u16);
    for (endpoint, cells) in [(CallKind::Handoff(id), handoffs), (CallKind::Reserve(id), beside)] {
        calls.push(Calls { endpoint, connector: place, cells, batch: 1.0 });
    }
}

/// How a connector learns of changes at the source.
fn source(calls: &mut Vec<Calls>, (place, connector): (usize, &ConnectorPlay), changes: &Changes) {
    let mut told = changes.stock();
    add(&mut told, &changes.prices(None));
    add(&mut told, &changes.listings);
    let id = ConnectorId(place as u16);
    let (endpoint, cells) = match connector.stock_out {
        Rhythm::Webhook => (CallKind::SourceWebhook(id), told),
        Rhythm::Poll(every) => {
            let looks = changes.grid.seconds() / every.as_secs_f64().max(1e-6);
            let pages = told.iter().map(|changes| (changes / PAGE).max(looks)).collect();
            (CallKind::ReadChanges(id), pages)
        }
    };
    calls.push(Calls { endpoint, connector: place, cells, batch: 1.0 });
}

/// What a connector tells its channels.
fn pushes(
    calls: &mut Vec<Calls>,
    plan: &Plan,
    (place, connector): (usize, &ConnectorPlay),
    changes: &Changes,
) {
    let batches = plan.world.batches(connector);
    for id in &connector.channels {
        let batch = f64::from(batches[id.index()]);
        // An absolute figure is sent whenever what should be shown changes, own sales included.
        let own = connector.updates == UpdateStyle::Absolute
            || syncs_own_sales(&plan.charter, id.index());
        let mut stock = changes.stock_to_show(id.index(), own);
        let on_sale = plan.world.catalog.iter().filter(|sku| sku.listed).count() as f64;
        let every = connector.pushes_all.unwrap_or(Span::ZERO);
        let mut at = At::START + every;
        while every > Span::ZERO && at < plan.charter.traffic_ends {
            stock[changes.grid.cell(at)] += on_sale;
            at = at + every;
        }
        for (endpoint, told) in [
            (CallKind::PushStock(*id), &stock),
            (CallKind::PushPrice(*id), &changes.prices(Some(*id))),
            (CallKind::PushListing(*id), &changes.listings),
        ] {
            let cells = scaled(told, 1.0 / batch);
            calls.push(Calls { endpoint, connector: place, cells, batch });
        }
    }
}
