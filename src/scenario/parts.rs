//! Owns turning the parts of a scenario, each valid by itself, into the plan and its charter.
//! Must not know the grammar of any value.

use std::collections::BTreeMap;

use super::alerts;
use super::bundles::BundleSpec;
use super::catalog::Catalog;
use super::channel::ChannelSpec;
use super::demand::DemandSpec;
use super::faults::FaultSpec;
use super::head::Head;
use super::interventions::Steps;
use super::judged::Judged;
use super::levers::Levers;
use super::locations::Locations;
use super::merchant::MerchantSpec;
use super::plan::{External, Plan, Undisclosed};
use super::replay::Replayed;
use super::resolved;
use super::stated::{connector_terms, outside_terms, with_silence};
use super::timeline::Timeline;
use crate::commerce::terms::{ChannelPlay, ConnectorPlay, OfferPlay, OmsPlay, Payment, WorldTerms};
use crate::history::charter::{
    ActorRole, AlertRule, BookedBy, ChannelTerms, Charter, Evidence, FaultPlanned, HISTORY_VERSION,
    Honesty, Input, Observed, PromotionTerms, SourceTells, Tariff,
};
use crate::ids::ConnectorId;
use crate::language::number::unmistakable;
use crate::language::problem::Reading;
use crate::language::tree::Node;
use crate::traffic::plan::{Demand, MerchantEvent, Traffic};
use crate::units::{At, Ppm};

/// Everything that was read.
pub(super) struct Parts {
    pub(super) head: Head,
    pub(super) channels: Vec<ChannelSpec>,
    pub(super) traffic: TrafficParts,
    pub(super) bundles: Vec<BundleSpec>,
    pub(super) locations: Locations,
    pub(super) merchant: MerchantSpec,
    pub(super) oms: OmsPlay,
    pub(super) connectors: Vec<ConnectorPlay>,
    pub(super) unknowns: Vec<Undisclosed>,
    pub(super) external: Option<External>,
    pub(super) judged: Judged,
    pub(super) ports: BTreeMap<String, u16>,
    pub(super) levers: Levers,
    pub(super) faults: Vec<FaultSpec>,
    pub(super) actors: Vec<ActorRole>,
    pub(super) steps: Steps,
    pub(super) alerts: Vec<AlertRule>,
}

/// What `traffic:` comes to.
pub(super) struct TrafficParts {
    pub(super) timeline: Timeline,
    pub(super) payment: Payment,
    pub(super) kind: TrafficKind,
}

/// Where the orders come from. None where something is wrong: the timeline is of use all the same.
pub(super) enum TrafficKind {
    Modelled(Box<(Option<DemandSpec>, Option<Catalog>)>),
    Replayed(Box<Replayed>),
}

impl TrafficKind {
    /// How many SKUs are for sale, and their names where they have any, where that could be read.
    pub(super) fn catalog(&self) -> Option<(usize, &[String])> {
        let catalog = self.for_sale()?;
        Some((catalog.skus.len(), &catalog.names))
    }

    /// What is for sale, where that could be read.
    pub(super) fn for_sale(&self) -> Option<&Catalog> {
        match self {
            TrafficKind::Modelled(parts) => parts.1.as_ref(),
            TrafficKind::Replayed(replayed) => Some(&replayed.catalog),
        }
    }
}

/// Where the orders come from, with what they buy.
struct Played {
    traffic: Traffic,
    catalog: Catalog,
    returns: Vec<MerchantEvent>,
    shares: Vec<Ppm>,
    input: Option<Input>,
}

impl Played {
    /// How many SKUs are on sale from the start.
    fn on_sale(&self) -> usize {
        self.catalog.skus.iter().filter(|sku| sku.listed).count()
    }

    /// What is asked for, once all is known that is for sale.
    fn wanted(&mut self, bundles: &[BundleSpec], channels: usize) {
        if let Traffic::Modelled(demand) = &mut self.traffic {
            demand.popularity.clone_from(&self.catalog.popularity);
            let first = self.catalog.skus.len() as u32;
            demand.offers = BundleSpec::wanted(bundles, channels, first);
        }
    }
}

impl Parts {
    /// The plan.
    pub(super) fn plan(self, root: &Node, text: &str, r: &Reading) -> Option<Plan> {
        let resolved = resolved::text(text, root, &self.values_in_force(), r);
        let not_tested = self.not_tested();
        let Parts { head, channels, traffic, mut merchant, oms, connectors, mut judged, .. } = self;
        let (places, booked) = (self.locations, (&head, oms.books));
        let written = channels.iter().map(|spec| spec.share.unwrap_or(Ppm::ZERO)).collect();
        let mut played = played(traffic.kind, written)?;
        judged.gates.retain(|gate| merchant.puts_in_question(gate.kpi));
        merchant.within_grace(played.on_sale(), judged.promises.price_grace, r)?;
        let listings = merchant.listings.take().map(|spec| played.catalog.with(&spec));
        played.wanted(&self.bundles, channels.len());
        let offers: Vec<OfferPlay> = self.bundles.into_iter().map(OfferPlay::from).collect();
        let until = traffic.timeline.end()?;
        let faults = self.faults.into_iter().map(|spec| (spec.terms, spec.planned));
        let (faults, planned): (Vec<_>, Vec<_>) = faults.unzip();
        let is_outside = self.external.is_some();
        let stated = if is_outside { outside_terms } else { connector_terms };
        let charter = Charter {
            skus: played.catalog.skus.len() as u32,
            sku_names: played.catalog.names,
            offers: offers.iter().map(|offer| offer.terms.clone()).collect(),
            channels: channel_terms(&channels, (&played.shares, &places), &connectors, booked),
            locations: places.terms,
            connectors: connectors.iter().map(|c| stated(c, &channels)).collect(),
            source_tells: oms.tells,
            phases: with_silence(traffic.timeline.charter_phases()?, &played.traffic),
            promotions: merchant.promotions.iter().map(promotion_terms).collect(),
            traffic_ends: until,
            not_tested,
            input: played.input,
            roles: self.actors,
            steps: self.steps.planned,
            ..charter_of((judged, planned, self.alerts), &head, is_outside)
        };
        let channels = channels.into_iter().map(|c| channel_play(c, &traffic.payment)).collect();
        let world = WorldTerms {
            catalog: played.catalog.skus,
            offers,
            locations: places.shares,
            channels,
            oms,
            connectors,
            faults,
            defects: Vec::new(),
            seed: head.seed,
        };
        let mut plan = Plan {
            charter,
            traffic: played.traffic,
            merchant: merchant.plan(listings, played.returns, until),
            world,
            external: self.external,
            unknowns: self.unknowns,
            notes: r.notes(),
            resolved,
            ports: self.ports,
            levers: self.levers,
            interventions: self.steps.steps,
        };
        plan.finish();
        Some(plan)
    }

    /// What a command line may have changed, and what has a default that a run must state.
    fn values_in_force(&self) -> Vec<(&'static str, String)> {
        let multiple = |milli: u64| format!("{}x", unmistakable(milli as f64 / 1e3));
        let mut values =
            vec![("seed", self.head.seed.to_string()), ("speed", multiple(self.head.speed_milli))];
        if self.head.shorten_milli != 1_000 {
            values.push(("shorten", multiple(self.head.shorten_milli)));
        }
        values
    }
}

impl Plan {
    /// What can be said of it only when all of it is there.
    fn finish(&mut self) {
        self.charter.minor = self.charter.least_minor();
        self.tell_unknowns();
        let unmet = super::faults::unmet::notes(self);
        self.notes.extend(unmet);
    }
}

/// Whose word the history holds: nobody has the journal of somebody else's program.
fn observed(is_outside: bool) -> Vec<Observed> {
    let mut all = Observed::everything();
    all.retain(|kind| !is_outside || *kind != Observed::Connector);
    all
}

/// The terms of judgement, and what the head says, in a charter that says nothing else yet.
fn charter_of(
    (judged, faults, alerts): (Judged, Vec<FaultPlanned>, Vec<AlertRule>),
    head: &Head,
    is_outside: bool,
) -> Charter {
    Charter {
        version: HISTORY_VERSION,
        minor: 0,
        made_by: concat!("doorbuster ", env!("CARGO_PKG_VERSION")).to_owned(),
        campaign: head.campaign.clone(),
        starts: head.starts.0.to_string(),
        seed: head.seed,
        evidence: if is_outside { Evidence::YourConnector } else { Evidence::Model },
        speed_milli: head.speed_milli,
        currency: head.currency.code.to_owned(),
        currency_digits: head.currency.digits,
        skus: 0,
        sku_names: vec![],
        offers: vec![],
        locations: vec![],
        channels: vec![],
        connectors: vec![],
        phases: vec![],
        promotions: vec![],
        faults,
        roles: vec![],
        steps: vec![],
        objectives: judged.objectives,
        alerts: alerts::owned(alerts, &judged.owners),
        traffic_ends: At::START,
        drain: judged.drain,
        promises: judged.promises,
        gates: judged.gates,
        go_when: judged.go_when,
        owners: judged.owners,
        accepted_risks: judged.accepted_risks,
        honesty: Honesty::default(),
        observes: observed(is_outside),
        source_tells: SourceTells::Available,
        not_tested: vec![],
        not_known: vec![],
        input: None,
    }
}

/// Modelled or replayed, once both demand and catalogue are right.
fn played(kind: TrafficKind, written: Vec<Ppm>) -> Option<Played> {
    match kind {
        TrafficKind::Modelled(parts) => {
            let (spec, catalog) = *parts;
            let (spec, mut catalog) = (spec?, catalog?);
            let demand = Demand {
                curve: spec.curve,
                channels: written.clone(),
                popularity: vec![],
                heroes: catalog.heroes.take(),
                offers: vec![],
                lines: spec.lines,
                units: spec.units,
                cancellations: spec.cancellations,
                buyers: spec.buyers,
            };
            let traffic = Traffic::Modelled(demand);
            Some(Played { traffic, catalog, returns: vec![], shares: written, input: None })
        }
        TrafficKind::Replayed(replayed) => {
            let Replayed { log, returns, catalog, shares, input, .. } = *replayed;
            Some(Played {
                traffic: Traffic::Replayed(log),
                catalog,
                returns,
                shares,
                input: Some(input),
            })
        }
    }
}

fn channel_terms(
    channels: &[ChannelSpec],
    (shares, places): (&[Ppm], &Locations),
    connectors: &[ConnectorPlay],
    (head, books): (&Head, BookedBy),
) -> Vec<ChannelTerms> {
    let served_by = |index: usize| {
        let serves = |c: &ConnectorPlay| c.channels.iter().any(|id| id.index() == index);
        ConnectorId(connectors.iter().position(serves).unwrap_or(0) as u16)
    };
    let terms = |(index, spec): (usize, &ChannelSpec)| ChannelTerms {
        name: spec.name.clone(),
        share: shares.get(index).copied().unwrap_or(Ppm::ZERO),
        rule: spec.rule,
        own_sales: spec.own_sales,
        takes_stock: spec.takes.when(),
        edits: spec.edits.is_some(),
        from: places.from.get(index).cloned().unwrap_or_default(),
        connector: served_by(index),
        book_offset_min: spec
            .zone
            .as_ref()
            .map_or_else(|| head.starts.0.offset().seconds() / 60, |z| head.starts.offset_min(z)),
        flap: spec.flap,
        tariff: spec.tariff.clone().map(|tariff| Tariff { books, ..tariff }),
        flow: spec.flow,
    };
    channels.iter().enumerate().map(terms).collect()
}

fn channel_play(spec: ChannelSpec, payment: &Payment) -> ChannelPlay {
    ChannelPlay {
        name: spec.name,
        rule: spec.rule,
        own_sales: spec.own_sales,
        takes: spec.takes,
        edits: spec.edits,
        shows_changes_after: spec.shows_changes_after,
        lists_after: spec.lists_after,
        limits: spec.limits,
        batch_max: spec.batch_max,
        payment: spec.payment.unwrap_or_else(|| payment.clone()),
        imperfections: spec.imperfections,
        webhooks: spec.webhooks,
        dialect: spec.dialect,
        feeds_take: spec.feeds_take,
    }
}

fn promotion_terms(promotion: &crate::traffic::plan::Promotion) -> PromotionTerms {
    let (from, until, on) = (promotion.starts, promotion.ends, promotion.on.clone());
    PromotionTerms { name: promotion.name.clone(), from, until, on }
}
