//! Owns how what somebody does to a run reaches its machines, and by which rule each channel is to
//! show stock meanwhile. Must not know who acts, nor whether they may: an action says so.

use super::cell::Cell as _;
use super::{Cells, Driver, Estate};
use crate::commerce::command::MachineCommand;
use crate::commerce::outbox::Outbox;
use crate::history::What;
use crate::history::charter::{Charter, StockRule};
use crate::history::fact::{ActedOn, Action, OperatorAct};
use crate::ids::{ChannelId, ConnectorId};
use crate::units::Qty;

/// By which rule a channel is to show stock.
#[derive(Clone, Copy, Debug)]
pub(in crate::drive) struct Setting {
    rule: StockRule,
    /// Nothing is shown, whatever the rule says.
    zeroed: bool,
    connector: ConnectorId,
}

impl Setting {
    /// Those of a charter, by channel.
    pub(in crate::drive) fn all(charter: &Charter) -> Vec<Setting> {
        let setting = |terms: &crate::history::charter::ChannelTerms| Setting {
            rule: terms.rule,
            zeroed: false,
            connector: terms.connector,
        };
        charter.channels.iter().map(setting).collect()
    }

    fn in_force(&self) -> StockRule {
        if self.zeroed {
            StockRule { shows_at_most: Some(Qty::ZERO), ..self.rule }
        } else {
            self.rule
        }
    }
}

impl<C: Cells> Estate<C> {
    /// The rules by which channels are to show stock now.
    pub(in crate::drive) fn rules_in_force(&self) -> Vec<StockRule> {
        self.settings.with(|settings| settings.iter().map(Setting::in_force).collect())
    }

    /// Somebody acts: says so, and tells what is to befall which connectors
    /// ([`Estate::command`]).
    pub(in crate::drive) fn operated(
        &self,
        by: &mut impl Driver,
        action: Action,
        out: &mut Outbox,
    ) -> Vec<(ConnectorId, MachineCommand)> {
        let (act, allowed) = (action.act.clone(), action.allowed);
        by.stamp(out, |_, out| out.facts.push(What::Acted(Box::new(action))));
        if !allowed {
            return vec![];
        }
        match act {
            OperatorAct::Pause { at: ActedOn::Connector(id) } => vec![(id, MachineCommand::Halt)],
            OperatorAct::Resume { at: ActedOn::Connector(id) } => {
                let paused = self.rules.as_ref().map(|rules| rules.with(|rules| rules.pausing(id)));
                let mut all = vec![];
                for fault in paused.into_iter().flatten() {
                    all.extend(self.set_fault(by, fault, false, out));
                }
                all.push((id, MachineCommand::GoOn));
                for channel in self.served_by(id) {
                    all.extend(self.set(by, channel, |setting| setting.zeroed = false, out));
                }
                all
            }
            OperatorAct::Pause { at: ActedOn::Channel(channel) } => {
                vec![(self.connector_of(channel), MachineCommand::Hold(channel))]
            }
            OperatorAct::Resume { at: ActedOn::Channel(channel) } => {
                let mut all = vec![(self.connector_of(channel), MachineCommand::Release(channel))];
                all.extend(self.set(by, channel, |setting| setting.zeroed = false, out));
                all
            }
            OperatorAct::ZeroStock { channel } => {
                self.set(by, channel, |setting| setting.zeroed = true, out)
            }
            OperatorAct::HoldBack { channel, units } => {
                self.set(by, channel, |setting| setting.rule.holds_back = units, out)
            }
            OperatorAct::Cap { channel, units } => {
                self.set(by, channel, |setting| setting.rule.shows_at_most = units, out)
            }
            OperatorAct::Allocate { channel, share } => {
                self.set(by, channel, |setting| setting.rule.allocation = share, out)
            }
            OperatorAct::Resync { channel } => {
                vec![(self.connector_of(channel), MachineCommand::Resync(channel))]
            }
            OperatorAct::Replay { channel } => {
                vec![(self.connector_of(channel), MachineCommand::Replay(channel))]
            }
            // The merchant's to carry out ([`crate::drive::script`]), or nobody's.
            OperatorAct::EndPromotion { .. }
            | OperatorAct::Detected { .. }
            | OperatorAct::Did { .. }
            | OperatorAct::Note { .. } => vec![],
        }
    }

    /// Changes by which rule a channel is to show stock; a rule that stays is not said again.
    fn set(
        &self,
        by: &mut impl Driver,
        channel: ChannelId,
        change: impl FnOnce(&mut Setting),
        out: &mut Outbox,
    ) -> Vec<(ConnectorId, MachineCommand)> {
        let changed = self.settings.with(|settings| {
            let setting = &mut settings[channel.index()];
            let before = setting.in_force();
            change(setting);
            let rule = setting.in_force();
            (rule != before).then_some((setting.connector, rule))
        });
        let Some((connector, rule)) = changed else { return vec![] };
        by.stamp(out, |_, out| out.facts.push(What::RuleSet { channel, rule }));
        vec![(connector, MachineCommand::Show(channel, rule))]
    }

    fn connector_of(&self, channel: ChannelId) -> ConnectorId {
        self.settings.with(|settings| settings[channel.index()].connector)
    }

    fn served_by(&self, connector: ConnectorId) -> Vec<ChannelId> {
        self.settings.with(|settings| {
            let all = settings.iter().zip(0..).filter(|(of, _)| of.connector == connector);
            all.map(|(_, place)| ChannelId(place)).collect()
        })
    }
}
