//! Owns which names of the charter a fact speaks of. Must not know whether they are there.

use super::groups::of_outside;
use super::{
    ActedOn, Address, Job, Line, OperatorAct, Party, PartyAct, SourceSaid, StockCause, What,
};
use crate::ids::{AlertId, ChannelId, ConnectorId, FaultId, LocationId, OrderId, SkuId};

/// A name that the charter gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Named {
    /// A channel.
    Channel(ChannelId),
    /// A connector.
    Connector(ConnectorId),
    /// A location.
    Location(LocationId),
    /// A SKU.
    Sku(SkuId),
    /// A SKU, or an offer by its number behind them.
    Offer(SkuId),
    /// A fault.
    Fault(FaultId),
    /// A promotion, by its place.
    Promotion(u16),
    /// A role, by its place.
    Role(u16),
    /// A rule that raises alerts.
    Alert(AlertId),
}

impl What {
    /// Tells every name of the charter's that the fact speaks of, until `each` refuses one. A kind
    /// that is not here does not compile: a name that nobody checks would be believed.
    pub fn names<E>(&self, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
        use Named::{Channel, Connector, Offer, Sku};
        if let What::Harness { at, .. } = self {
            return of_address(*at, each);
        }
        if let Some(told) = of_rules(self, each) {
            return told;
        }
        match self {
            What::Answered { .. } | What::Resolved { .. } | of_outside!() => Ok(()),
            What::Carted(_) | What::CartEnded(_) => of_carts(self, each),
            What::Edited(edited) => of_version(edited.order, &edited.lines, each),
            What::Amended(told) => of_version(told.order, &told.lines, each),
            What::Sent { channel, .. } | What::Unsent { channel, .. } => of_channel(*channel, each),
            What::Supply { sku, at, .. } => each(Sku(*sku)).and_then(|()| of_place(*at, each)),
            What::ListingSet { sku, .. } => each(Sku(*sku)),
            What::PriceSet { sku, channel, .. } => {
                each(Sku(*sku)).and_then(|()| of_channel(*channel, each))
            }
            What::Accepted { order, lines, .. }
            | What::Held { order, lines, .. }
            | What::Shipped { order, lines, .. } => {
                each(Channel(order.channel))?;
                of_lines(lines, each)
            }
            What::Acknowledged(of) | What::Dispatched(of) => each(Channel(of.order.channel)),
            What::RuleSet { channel, .. } => each(Channel(*channel)),
            What::TurnedAway { channel, line, .. } => {
                each(Channel(*channel))?;
                line.map_or(Ok(()), |line| each(Offer(line.sku)))
            }
            What::Paid { order } | What::Released { order, .. } | What::Delivered { order, .. } => {
                each(Channel(order.channel))
            }
            What::Shown { channel, sku, .. }
            | What::Priced { channel, sku, .. }
            | What::Listed { channel, sku, .. } => {
                each(Channel(*channel))?;
                each(Offer(*sku))
            }
            What::Stock { sku, cause, at, .. } => each(Offer(*sku))
                .and_then(|()| of_place(*at, each))
                .and_then(|()| of_cause(*cause, each)),
            What::OmsCancelled { order, sku, .. } => {
                each(Channel(order.channel))?;
                sku.map_or(Ok(()), |sku| each(Sku(sku)))
            }
            What::Noticed { connector, order, .. }
            | What::HandoffTried { connector, order, .. } => {
                each(Connector(*connector)).and_then(|()| each(Channel(order.channel)))
            }
            What::Pushed { connector, channel, items, .. } => {
                each(Connector(*connector))?;
                each(Channel(*channel))?;
                items.iter().try_for_each(|item| each(Offer(item.sku)))
            }
            What::GaveUp { connector, job, .. } => {
                each(Connector(*connector)).and_then(|()| of_job(job, each))
            }
            What::Queue { connector, .. } => each(Connector(*connector)),
        }
    }
}

fn of_channel<E>(
    channel: Option<ChannelId>,
    each: &mut impl FnMut(Named) -> Result<(), E>,
) -> Result<(), E> {
    channel.map_or(Ok(()), |channel| each(Named::Channel(channel)))
}

fn of_place<E>(
    at: Option<LocationId>,
    each: &mut impl FnMut(Named) -> Result<(), E>,
) -> Result<(), E> {
    at.map_or(Ok(()), |at| each(Named::Location(at)))
}

/// What carts hold, and where.
fn of_carts<E>(what: &What, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    if let What::Carted(cart) = what {
        each(Named::Channel(cart.channel))?;
        return of_lines(&cart.lines, each);
    }
    let What::CartEnded(end) = what else { return Ok(()) };
    each(Named::Channel(end.channel))
}

/// What is injected, raised by a rule of the charter or of a connector from outside; none: the fact
/// is of something else.
fn of_rules<E>(
    what: &What,
    each: &mut impl FnMut(Named) -> Result<(), E>,
) -> Option<Result<(), E>> {
    if let What::Fault { fault, .. } | What::FaultHits { fault, .. } = what {
        return Some(each(Named::Fault(*fault)));
    }
    if let What::Party(party) = what {
        return Some(of_party(party, each));
    }
    if let What::Acted(action) = what {
        let role = action.role.map_or(Ok(()), |role| each(Named::Role(role)));
        return Some(role.and_then(|()| of_act(&action.act, each)));
    }
    let What::Alert { alert, channel, .. } = what else { return None };
    let told = each(Named::Alert(*alert));
    Some(told.and_then(|()| channel.map_or(Ok(()), |channel| each(Named::Channel(channel)))))
}

fn of_party<E>(party: &Party, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    each(Named::Connector(party.connector))?;
    match party.act {
        PartyAct::Read { sku, told } => {
            each(Named::Offer(sku))?;
            let SourceSaid::Price { channel: Some(channel), .. } = told else { return Ok(()) };
            each(Named::Channel(channel))
        }
        PartyAct::Wrote { channel, sku, .. } => {
            each(Named::Channel(channel))?;
            each(Named::Offer(sku))
        }
        PartyAct::Met { at, .. } => of_address(at, each),
        PartyAct::Is(_) => Ok(()),
    }
}

fn of_version<E>(
    order: OrderId,
    lines: &[Line],
    each: &mut impl FnMut(Named) -> Result<(), E>,
) -> Result<(), E> {
    each(Named::Channel(order.channel))?;
    of_lines(lines, each)
}

fn of_lines<E>(lines: &[Line], each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    lines.iter().try_for_each(|line| each(Named::Sku(line.sku)))
}

fn of_cause<E>(cause: StockCause, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    match cause {
        StockCause::Opening | StockCause::Merchant => Ok(()),
        StockCause::Reserve(order) | StockCause::Release(order) | StockCause::Ship(order) => {
            each(Named::Channel(order.channel))
        }
    }
}

fn of_job<E>(job: &Job, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    match job {
        Job::Push { channel, items, .. } => {
            each(Named::Channel(*channel))?;
            items.iter().try_for_each(|(sku, _)| each(Named::Offer(*sku)))
        }
        Job::Handoff(order)
        | Job::Reserve(order)
        | Job::Amend(order)
        | Job::Release(order)
        | Job::Cancel(order)
        | Job::Accept(order)
        | Job::Dispatch(order) => each(Named::Channel(order.channel)),
    }
}

fn of_act<E>(act: &OperatorAct, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    match *act {
        OperatorAct::Pause { at } | OperatorAct::Resume { at } => match at {
            ActedOn::Connector(id) => each(Named::Connector(id)),
            ActedOn::Channel(id) => each(Named::Channel(id)),
        },
        OperatorAct::ZeroStock { channel }
        | OperatorAct::HoldBack { channel, .. }
        | OperatorAct::Cap { channel, .. }
        | OperatorAct::Allocate { channel, .. }
        | OperatorAct::Resync { channel }
        | OperatorAct::Replay { channel } => each(Named::Channel(channel)),
        OperatorAct::EndPromotion { promotion } => each(Named::Promotion(promotion)),
        OperatorAct::Detected { .. } | OperatorAct::Did { .. } | OperatorAct::Note { .. } => Ok(()),
    }
}

fn of_address<E>(address: Address, each: &mut impl FnMut(Named) -> Result<(), E>) -> Result<(), E> {
    match address {
        Address::Channel(channel) => each(Named::Channel(channel)),
        Address::Connector(connector) => each(Named::Connector(connector)),
        Address::Oms => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value as Json;

    use super::*;
    use crate::history::samples::{Drawn, one_of_each};

    /// Every id of a channel, connector or SKU that stands in a fact as it is written.
    fn written(json: &Json, found: &mut BTreeSet<(String, u64)>) {
        match json {
            Json::Object(fields) => {
                for (key, value) in fields {
                    let named =
                        ["channel", "connector", "sku", "fault", "role", "promotion", "alert"];
                    let named = named.contains(&key.as_str());
                    if let Some(id) = value.as_u64().filter(|_| named) {
                        found.insert((key.clone(), id));
                    }
                    written(value, found);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| written(item, found)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }

    #[test]
    fn every_id_that_is_written_down_is_told() {
        let d = Drawn { small: 7, medium: 11, large: 13, signed: 17, flag: true };
        for what in one_of_each(d).iter().filter(|what| !matches!(what, What::Charter(_))) {
            let mut told = BTreeSet::new();
            let never: Result<(), ()> = what.names(&mut |name| {
                told.insert(match name {
                    Named::Channel(id) => ("channel".to_owned(), u64::from(id.0)),
                    Named::Connector(id) => ("connector".to_owned(), u64::from(id.0)),
                    Named::Location(id) => ("at".to_owned(), u64::from(id.0)),
                    Named::Sku(id) | Named::Offer(id) => ("sku".to_owned(), u64::from(id.0)),
                    Named::Fault(id) => ("fault".to_owned(), u64::from(id.0)),
                    Named::Promotion(id) => ("promotion".to_owned(), u64::from(id)),
                    Named::Role(id) => ("role".to_owned(), u64::from(id)),
                    Named::Alert(id) => ("alert".to_owned(), u64::from(id.0)),
                });
                Ok(())
            });
            assert_eq!(never, Ok(()));
            let mut ids = BTreeSet::new();
            written(&serde_json::to_value(what).unwrap(), &mut ids);
            assert!(ids.is_subset(&told), "{what:?}: {ids:?}, told {told:?}");
        }
    }
}
