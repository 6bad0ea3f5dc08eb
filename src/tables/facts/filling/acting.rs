//! Owns the columns of whoever acts from outside the machines: operators, a party's own program.
//! Must not know the machines' facts.

use super::super::Row;
use crate::history::charter::Charter;
use crate::history::codes::code;
use crate::history::fact::{
    ActedOn, Action, Address, OfferWrite, OperatorAct, Party, PartyAct, PartyState, SourceSaid,
};

impl<'c> Row<'c> {
    pub(super) fn party(&mut self, party: &Party) {
        self.cause = Some(code(&party.act));
        match party.act {
            PartyAct::Read { sku, told } => {
                self.told = Some(code(&told));
                match told {
                    SourceSaid::Stock { version, available } => {
                        self.of_sku(sku, version);
                        self.qty = Some(available);
                    }
                    SourceSaid::Price { version, price, channel } => {
                        self.of_sku(sku, version);
                        (self.price, self.channel) = (Some(price), channel);
                    }
                    SourceSaid::Listing { version } => self.of_sku(sku, version),
                }
            }
            PartyAct::Wrote { channel, sku, wrote } => {
                (self.channel, self.sku) = (Some(channel), Some(sku));
                self.told = Some(code(&wrote));
                match wrote {
                    OfferWrite::Offer(qty) | OfferWrite::Change(qty) => self.qty = Some(qty),
                    OfferWrite::Price(price) => self.price = Some(price),
                    OfferWrite::Listing => {}
                }
            }
            PartyAct::Met { at, met, times } => {
                self.at(at, times);
                self.told = Some(code(&met));
            }
            PartyAct::Is(state) => {
                self.told = Some(code(&state));
                if let PartyState::Gone(code) = state {
                    self.exit_code = code;
                }
            }
        }
        self.connector = Some(party.connector);
    }

    pub(super) fn acted(&mut self, action: &Action, charter: &'c Charter) {
        self.act = Some(code(&action.act));
        (self.cause, self.allowed) = (Some(code(&action.how)), Some(action.allowed));
        self.actor = Some(action.by.clone());
        self.role_id = action.role;
        let role = action.role.and_then(|place| charter.roles.get(usize::from(place)));
        self.role = role.map(|role| &*role.name);
        self.remark = action.act.remark().map(str::to_owned);
        match action.act {
            OperatorAct::Pause { at } | OperatorAct::Resume { at } => match at {
                ActedOn::Channel(channel) => self.channel = Some(channel),
                ActedOn::Connector(connector) => self.connector = Some(connector),
            },
            OperatorAct::HoldBack { channel, units } => {
                (self.channel, self.holds_back) = (Some(channel), Some(units));
            }
            OperatorAct::Cap { channel, units } => {
                (self.channel, self.shows_at_most) = (Some(channel), units);
            }
            OperatorAct::Allocate { channel, share } => {
                (self.channel, self.allocation_ppm) = (Some(channel), Some(share.0));
            }
            OperatorAct::ZeroStock { channel }
            | OperatorAct::Resync { channel }
            | OperatorAct::Replay { channel } => self.channel = Some(channel),
            OperatorAct::EndPromotion { promotion } => self.promotion = Some(promotion),
            OperatorAct::Detected { .. } | OperatorAct::Did { .. } | OperatorAct::Note { .. } => {}
        }
    }

    pub(super) fn at(&mut self, at: Address, times: u64) {
        self.times = Some(times);
        self.address = Some(match at {
            Address::Channel(channel) => {
                self.channel = Some(channel);
                "channel"
            }
            Address::Connector(connector) => {
                self.connector = Some(connector);
                "connector"
            }
            Address::Oms => "oms",
        });
    }
}
