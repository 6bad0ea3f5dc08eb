//! Owns setting the systems of a plan up, the same for both drivers.
//! Must not know what makes time pass.

use std::borrow::Cow;

use crate::commerce::connector::Connector;
use crate::commerce::defect::Defects;
use crate::commerce::desk::open_supply;
use crate::commerce::fault::FaultRules;
use crate::commerce::marketplace::Marketplace;
use crate::commerce::oms::Oms;
use crate::commerce::outbox::Outbox;
use crate::commerce::terms::{
    ChannelPlay, ConnectorPlay, Dialect, KeptForOperator, Rhythm, SkuTerms,
};
use crate::drive::estate::{Checkouts, Ear, Seat, Setting};
use crate::history::charter::{ChannelTerms, MINOR_ACTED_ON, Offers, Serving, Tariff};
use crate::history::{Charter, What};
use crate::ids::{ChannelId, ConnectorId};
use crate::rng::Draws;
use crate::scenario::Plan;
use crate::units::{Qty, Span};

/// The systems of a plan, before anything happens.
pub(super) struct Systems {
    pub(super) channels: Vec<Marketplace>,
    pub(super) oms: Oms,
    pub(super) connectors: Vec<Seat<Connector>>,
    /// What is heard of a connector that is somebody else's program.
    pub(super) ear: Option<Ear>,
    /// The faults; none where the plan has none.
    pub(super) rules: Option<FaultRules>,
    /// By which rule each channel is to show stock.
    pub(super) settings: Vec<Setting>,
    pub(super) carts: Checkouts,
}

impl Systems {
    /// Sets a plan's systems up. `exchange_allowance` is what an exchange takes over this driver's
    /// wire; none: it has no wire.
    pub(super) fn new(plan: &Plan, exchange_allowance: Option<Span>) -> Systems {
        let (world, terms) = (&plan.world, &plan.charter.channels);
        let again = plan.asked_again(exchange_allowance.is_some());
        // Over a wire somebody may act on the run who says so only then.
        let over_a_wire = exchange_allowance.is_some();
        let keeps = kept(plan, over_a_wire);
        let exchange_allowance = exchange_allowance.unwrap_or(Span::ZERO);
        let (catalog, offers) = (&world.catalog, world.numbered_offers());
        let (serving, levels) = (plan.charter.serving(), world.levels());
        let defects = || Defects::new(&world.defects, world.seed);
        let hears_orders = |id: &ConnectorId| {
            let play = world.connectors.get(id.index());
            play.is_some_and(|play| play.orders_in == Rhythm::Webhook)
        };
        let ends = plan.charter.traffic_ends + plan.charter.drain;
        let channel = |(place, play): (usize, &ChannelPlay)| {
            // Whoever is not played here hears of orders by the channel's own face.
            let has_face = play.dialect != Dialect::Neutral;
            let hears = |id: &ConnectorId| hears_orders(id) || has_face && !is_played(plan, *id);
            let tells = Some(terms[place].connector).filter(hears);
            let id = ChannelId(place as u16);
            let sale = world.for_sale(Some(id));
            let sale = at_hand(&sale, &serving, id, &levels);
            let sale = charged(&sale, terms[place].tariff.as_ref());
            let mut channel = Marketplace::new(id, play.clone(), &sale, tells, world.seed)
                .with_offers(offers.clone())
                .to_be_told_of_acceptance(terms[place].flow.accept_within)
                .to_be_told_what_left(terms[place].flow.dispatch_within.map(|w| (w, ends)))
                .with_defects(defects());
            if !again.answered {
                channel = channel.heard_but_for_losses();
            }
            if again.orders[place] { channel } else { channel.unread() }
        };
        let connector = |(place, play): (usize, &ConnectorPlay)| {
            let batches = world.batches(play);
            let play = ConnectorPlay { exchange_allowance, keeps, ..play.clone() };
            let id = ConnectorId(place as u16);
            let for_sale = world.for_sale(None);
            let connector = Connector::new(id, play, batches, terms, &for_sale, world.seed)
                .with_offers(&offers, &world.offers)
                .with_locations(serving.clone(), levels.clone());
            if plan.external.is_some() {
                return Seat::Outside;
            }
            Seat::Played(connector.with_defects(defects()))
        };
        let outside = || Ear::new(ConnectorId(0), world.channels.len(), catalog.len());
        let oms = the_oms(plan, (&offers, serving.clone(), &levels)).with_defects(defects());
        Systems {
            channels: world.channels.iter().enumerate().map(channel).collect(),
            oms: if again.changes { oms } else { oms.unread() },
            connectors: world.connectors.iter().enumerate().map(connector).collect(),
            ear: plan.external.as_ref().map(|_| outside()),
            rules: FaultRules::new(&world.faults, world.seed),
            settings: Setting::all(&plan.charter),
            carts: Checkouts {
                terms: world.channels.iter().map(|play| play.takes.carts().cloned()).collect(),
                edits: world.channels.iter().map(|play| play.edits.clone()).collect(),
                draws: Draws::new(world.seed),
            },
        }
    }

    /// Says what everything opens with: the charter, supply, the ledger, what each channel shows.
    pub(super) fn open(&self, plan: &Plan, speed_milli: u64, out: &mut Outbox) {
        // Over a wire somebody may act on the run.
        let minor = plan.charter.minor.max(if speed_milli > 0 { MINOR_ACTED_ON } else { 0 });
        let charter = Charter { minor, speed_milli, ..plan.charter.clone() };
        out.facts.push(What::Charter(Box::new(charter)));
        let stock = plan.world.catalog.iter().map(|sku| sku.stock);
        open_supply(stock, &plan.world.locations, out);
        self.oms.open(out);
        for channel in &self.channels {
            channel.open(out);
        }
    }
}

/// Who is told of changes at the source.
fn hear_of_changes(plan: &Plan) -> Vec<ConnectorId> {
    let plays = &plan.world.connectors;
    let hears = |id: &ConnectorId| {
        plays.get(id.index()).is_some_and(|play| play.stock_out == Rhythm::Webhook)
    };
    let connectors = (0..plays.len() as u16).map(ConnectorId);
    match plan.world.oms.dialect {
        Dialect::Neutral => connectors.filter(hears).collect(),
        // The same where it is the OMS that has a face: that hears of each change once.
        _ if is_played(plan, ConnectorId(0)) => connectors.filter(hears).collect(),
        _ => vec![ConnectorId(0)],
    }
}

/// The OMS, with all that is for sale, where it lies and what channels ask it to tell.
fn the_oms(plan: &Plan, (offers, serving, levels): (&Offers, Serving, &[Qty])) -> Oms {
    let (world, terms) = (&plan.world, &plan.charter.channels);
    let asks = |channel: &ChannelTerms| channel.flow.dispatch_within.is_some();
    Oms::new(world.oms_play(), &world.catalog, hear_of_changes(plan), world.seed)
        .pricing(terms.len())
        .with_offers(offers.clone())
        .booking(plan.charter.conversions())
        .with_locations(serving, world.oms.takes, levels)
        .amending(world.channels.iter().map(|play| play.edits.is_some()).collect())
        .telling_what_left(terms.iter().map(asks).collect())
}

/// What a connector keeps for somebody who may act on it.
fn kept(plan: &Plan, over_a_wire: bool) -> KeptForOperator {
    if plan.may_be_replayed(over_a_wire) {
        KeptForOperator::Orders
    } else if over_a_wire || !plan.interventions.is_empty() {
        KeptForOperator::DeadLetters
    } else {
        KeptForOperator::Nothing
    }
}

/// What a channel opens with: of stock at several locations, what lies at its own.
fn at_hand<'c>(
    catalog: &'c [SkuTerms],
    serving: &Serving,
    channel: ChannelId,
    levels: &[Qty],
) -> Cow<'c, [SkuTerms]> {
    if serving.locations() == 0 {
        return catalog.into();
    }
    let rows = catalog.iter().zip(levels.chunks(serving.locations()));
    rows.map(|(sku, row)| SkuTerms { stock: serving.sum(channel, row), ..*sku }).collect()
}

/// What a channel opens with: the catalogue at its own prices.
fn charged<'c>(catalog: &'c [SkuTerms], tariff: Option<&Tariff>) -> Cow<'c, [SkuTerms]> {
    let Some(converts) = tariff.map(Tariff::conversion) else { return catalog.into() };
    catalog.iter().map(|sku| SkuTerms { price: converts.charges(sku.price), ..*sku }).collect()
}

/// Whether a connector is played here: it is there, and nobody else's program.
fn is_played(plan: &Plan, id: ConnectorId) -> bool {
    plan.external.is_none() && id.index() < plan.world.connectors.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commerce::protocol::{ChannelReply, ChannelRequest, OmsReply, OmsRequest};
    use crate::drive::testing::Sketch;
    use crate::ids::{Buyer, Intent, SkuId};
    use crate::units::{At, Qty};

    /// However slow a wire's clock, whoever is on it may read what a webhook told another; and
    /// without a wire the plan says who looks.
    #[test]
    fn what_nobody_will_ask_for_is_not_kept() {
        let lasts = Span::from_mins(1);
        let sketch =
            Sketch { shares: &[1_000_000], skus: 1, stock_each: 9, orders_per_hour: 1, lasts };
        let mut plan = sketch.plan();
        let looks = Rhythm::Poll(Span::from_secs(5));
        for (wire, rhythm, kept) in
            [(Some(Span::ZERO), Rhythm::Webhook, 1), (None, Rhythm::Webhook, 0), (None, looks, 1)]
        {
            let hub = &mut plan.world.connectors[0];
            (hub.orders_in, hub.stock_out) = (rhythm, rhythm);
            let (mut systems, mut out) = (Systems::new(&plan, wire), Outbox::default());
            let channel = &mut systems.channels[0];
            let lines = vec![(SkuId(0), Qty(1))];
            let order = ChannelRequest::PlaceOrder { intent: Intent(1), buyer: Buyer(1), lines };
            channel.handle(At::START, order, &mut out);
            let list = ChannelRequest::ListOrders { after: 0, limit: 9 };
            let answer = channel.handle(At::START, list, &mut out);
            let ChannelReply::Orders { page, .. } = answer.reply else { panic!("{answer:?}") };
            assert_eq!(page.len(), kept, "{wire:?} {rhythm:?}");
            systems.oms.handle(At::START, OmsRequest::Publish { sku: SkuId(0) }, &mut out);
            let list = OmsRequest::ListChanges { after: 0, limit: 9 };
            let answer = systems.oms.handle(At::START, list, &mut out);
            let OmsReply::Changes { page, .. } = answer.reply else { panic!("{answer:?}") };
            assert_eq!(page.len(), kept, "{wire:?} {rhythm:?}");
        }
    }
}
