//! Owns setting the systems of a plan up, the same for both drivers.
//! Must not know what makes time pass.

use crate::commerce::connector::Connector;
use crate::commerce::desk::open_supply;
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::Outbox;
use crate::commerce::terms::{ConnectorPlay, Rhythm};
use crate::history::{Charter, What};
use crate::ids::{ChannelId, ConnectorId};
use crate::scenario::Plan;
use crate::traffic::MerchantEvent;
use crate::units::Span;

/// The systems of a plan, before anything happens.
pub(super) struct Systems {
    pub(super) channels: Vec<Marketplace>,
    pub(super) oms: Oms,
    pub(super) connectors: Vec<Connector>,
}

impl Systems {
    /// Sets a plan's systems up. `exchange_allowance` is what an exchange takes under this driver.
    pub(super) fn new(plan: &Plan, exchange_allowance: Span) -> Systems {
        let (world, terms) = (&plan.world, &plan.charter.channels);
        let catalog = &world.catalog;
        let hears_orders = |id: &ConnectorId| {
            let play = world.connectors.get(id.index());
            play.is_some_and(|play| play.orders_in == Rhythm::Webhook)
        };
        let channel = |(place, play): (usize, &crate::commerce::terms::ChannelPlay)| {
            let tells = Some(terms[place].connector).filter(hears_orders);
            Marketplace::new(ChannelId(place as u16), play.clone(), catalog, tells, world.seed)
        };
        let connector = |(place, play): (usize, &ConnectorPlay)| {
            let batches = world.batches(play);
            let play = ConnectorPlay { exchange_allowance, ..play.clone() };
            let id = ConnectorId(place as u16);
            Connector::new(id, play, batches, terms, catalog, world.seed)
        };
        let hears_source = (0..world.connectors.len() as u16)
            .map(ConnectorId)
            .filter(|id| world.connectors[id.index()].stock_out == Rhythm::Webhook)
            .collect();
        Systems {
            channels: world.channels.iter().enumerate().map(channel).collect(),
            oms: Oms::new(world.oms_play(), catalog, hears_source, world.seed),
            connectors: world.connectors.iter().enumerate().map(connector).collect(),
        }
    }

    /// Says what everything opens with: the charter, supply, the ledger, what each channel shows.
    pub(super) fn open(&self, plan: &Plan, speed_milli: u64, out: &mut Outbox) {
        let charter = Charter { speed_milli, ..plan.charter.clone() };
        out.facts.push(What::Charter(Box::new(charter)));
        open_supply(plan.world.catalog.iter().map(|sku| sku.stock), out);
        self.oms.open(out);
        for channel in &self.channels {
            channel.open(out);
        }
    }
}

/// What the merchant does in a plan.
pub(super) fn merchant_events(plan: &Plan) -> Vec<MerchantEvent> {
    let stock: Vec<_> =
        plan.world.catalog.iter().map(|sku| (sku.stock, sku.price, sku.listed)).collect();
    plan.merchant.events(&stock, plan.world.seed)
}
