//! Owns what is said of faults that a plan leaves nothing to meet. Must not judge: a fault that
//! might meet something is not spoken of.

use super::among::kinds;
use super::target;
use crate::commerce::fault::{FaultEffect, FaultTerms, MessageKind};
use crate::commerce::protocol::Role;
use crate::commerce::terms::{ConnectorPlay, Reserve, Rhythm};
use crate::ids::SkuId;
use crate::scenario::plan::Plan;

/// What a person should know of the faults of a plan before it is played.
pub(in crate::scenario) fn notes(plan: &Plan) -> Vec<String> {
    let ends = plan.charter.traffic_ends + plan.charter.drain;
    let mut notes = Vec::new();
    for fault in &plan.world.faults {
        if let Some(why) = never(plan, fault) {
            notes.push(format!("fault `{}` can meet nothing: {why}", fault.name));
        }
        if fault.spells.iter().any(|(_, until)| *until > ends) {
            notes.push(format!(
                "fault `{}` lasts longer than the run, and ends with it",
                fault.name
            ));
        }
    }
    notes
}

/// Why a fault can meet nothing, if it cannot.
fn never(plan: &Plan, fault: &FaultTerms) -> Option<String> {
    if matches!(fault.does, FaultEffect::SkewsClock(_)) {
        let none = plan.merchant.promotions.is_empty();
        return none.then(|| "no price is sent before it is due".to_owned());
    }
    if fault.does.command(true).is_some() {
        return None;
    }
    let kinds = kinds(fault);
    let met = |role: &Role| kinds.iter().any(|kind| is_met(plan, fault, *role, *kind));
    if fault.at.iter().any(met) {
        return None;
    }
    let words: Vec<&str> = kinds.iter().map(|kind| target::word(*kind)).collect();
    Some(format!("nobody sends {} there in this scenario", words.join(" or ")))
}

/// Whether anybody sends such a message about such a SKU.
fn is_met(plan: &Plan, fault: &FaultTerms, role: Role, kind: MessageKind) -> bool {
    let merchant = &plan.merchant;
    let anybody = |is: &dyn Fn(&ConnectorPlay) -> bool| plan.world.connectors.iter().any(is);
    match (kind, role) {
        (MessageKind::Listing, _) => merchant.listings.as_ref().is_some_and(|listings| {
            let is_its = |sku: &SkuId| match &fault.skus {
                Some(skus) => skus.binary_search(sku).is_ok(),
                None => true,
            };
            listings.skus.iter().any(is_its)
        }),
        (MessageKind::Price, _) => merchant.repricing.is_some() || !merchant.promotions.is_empty(),
        (MessageKind::Read | MessageKind::Webhook, Role::Channel(id)) => {
            let serves = |play: &ConnectorPlay| {
                play.channels.contains(&id)
                    && (play.orders_in == Rhythm::Webhook) == (kind == MessageKind::Webhook)
            };
            anybody(&serves)
        }
        (MessageKind::Read, _) => anybody(&|play| play.stock_out != Rhythm::Webhook),
        (MessageKind::Webhook, _) => anybody(&|play| play.stock_out == Rhythm::Webhook),
        (MessageKind::Confirmation, Role::Channel(id)) => {
            !plan.charter.channels[id.index()].flow.is_plain()
        }
        (MessageKind::Reservation, _) => anybody(&|play| play.reserve != Reserve::OnHandoff),
        (
            MessageKind::Order
            | MessageKind::Cancellation
            | MessageKind::Confirmation
            | MessageKind::Stock
            | MessageKind::Handoff
            | MessageKind::Release
            | MessageKind::Foreign,
            _,
        ) => true,
    }
}
