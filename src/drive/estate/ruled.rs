//! Owns how the faults of a run reach its machines: what the rules make of each call and webhook,
//! and what befalls a machine when a fault begins or ends.
//! Must not know what a fault is (`commerce::fault`), nor when one begins.

use smallvec::SmallVec;

use super::cell::Cell;
use super::{Cells, Driver, Estate};
use crate::commerce::command::MachineCommand;
use crate::commerce::connector::Connector;
use crate::commerce::fault::{
    FaultRules, FaultRuling, Instead, Listing, PageAsked, Passing, Stead, Withheld,
};
#[cfg(feature = "live")]
use crate::commerce::inside::{Inside, InsideReply};
use crate::commerce::outbox::{Answer, Outbox};
use crate::commerce::protocol::{
    ChannelReply, ChannelRequest, ItemOutcome, OmsRequest, Role, UpdateItem,
};
use crate::history::What;
#[cfg(feature = "live")]
use crate::ids::Intent;
use crate::ids::{ChannelId, ConnectorId, FaultId};
use crate::units::At;

/// A call to a channel, as far as the rules let it reach the machine, whose list of orders ends
/// there.
pub(super) fn at_channel(
    rules: &impl Cell<FaultRules>,
    (now, id, end): (At, ChannelId, u64),
    request: ChannelRequest,
    out: &mut Outbox,
    mut handle: impl FnMut(ChannelRequest, &mut Outbox) -> Answer<ChannelReply>,
) -> Answer<ChannelReply> {
    let ruling = rules.with(|rules| rules.on_call(now, &Passing::to_channel(id, &request)));
    match ruling {
        FaultRuling::Instead(instead) => {
            if let Some(intent) = request.wanted() {
                let why = instead.refusal();
                out.facts.push(What::TurnedAway { channel: id, intent, why, line: None });
            }
            Answer { reply: ChannelReply::of(instead), fate: instead.fate() }
        }
        FaultRuling::Without(withheld) => without(request, &withheld, |rest| handle(rest, out)),
        FaultRuling::Reads(fault) => {
            let after =
                if let ChannelRequest::ListOrders { after, .. } = request { after } else { 0 };
            let asked = PageAsked { of: Role::Channel(id), after, end };
            read(rules, (now, fault), asked, handle(request, out))
        }
        ruling => answered(&ruling, request, |request| handle(request, out)),
    }
}

/// The answer to a read, as the rule that has spoken has its way with it.
fn read<R: Listing>(
    rules: &impl Cell<FaultRules>,
    (now, fault): (At, FaultId),
    asked: PageAsked,
    mut answer: Answer<R>,
) -> Answer<R> {
    rules.with(|rules| rules.on_read(fault, now, asked, &mut answer.reply));
    answer
}

/// A call to the OMS, whose list of changes ends there.
pub(super) fn at_oms<R: Stead + Listing>(
    rules: &impl Cell<FaultRules>,
    (now, end): (At, u64),
    request: OmsRequest,
    handle: impl FnOnce(OmsRequest) -> Answer<R>,
) -> Answer<R> {
    let ruling = Passing::to_oms(&request)
        .map_or(FaultRuling::Pass, |passing| rules.with(|rules| rules.on_call(now, &passing)));
    match (&ruling, &request) {
        (FaultRuling::Reads(fault), OmsRequest::ListChanges { after, .. }) => {
            let asked = PageAsked { of: Role::Oms, after: *after, end };
            read(rules, (now, *fault), asked, handle(request))
        }
        _ => answered(&ruling, request, handle),
    }
}

/// What becomes of a call as a whole.
pub(super) fn answered<Q, R: Stead>(
    ruling: &FaultRuling,
    request: Q,
    handle: impl FnOnce(Q) -> Answer<R>,
) -> Answer<R> {
    match ruling {
        FaultRuling::Instead(instead) => Answer { reply: R::of(*instead), fate: instead.fate() },
        FaultRuling::Unheard(fate) => Answer { reply: R::of(Instead::Unavailable), fate: *fate },
        FaultRuling::Answered(fate) => Answer { fate: *fate, ..handle(request) },
        FaultRuling::Pass | FaultRuling::Without(_) | FaultRuling::Reads(_) => handle(request),
    }
}

/// Puts the rest of an update to the channel, and answers for what was withheld.
pub(super) fn without(
    request: ChannelRequest,
    withheld: &Withheld,
    handle: impl FnOnce(ChannelRequest) -> Answer<ChannelReply>,
) -> Answer<ChannelReply> {
    let ChannelRequest::Update { key, kind, items } = request else { return handle(request) };
    let rest = rest(&items, withheld);
    let answer = if rest.is_empty() {
        Answer::heard(ChannelReply::Updated { items: SmallVec::new() })
    } else {
        handle(ChannelRequest::Update { key, kind, items: rest })
    };
    answer.map(|reply| match reply {
        ChannelReply::Updated { items } => {
            ChannelReply::Updated { items: outcomes(items, withheld) }
        }
        refused => refused,
    })
}

/// The same for what a channel's own front asks. Of a whole of which one item is rejected nothing
/// reaches the channel.
#[cfg(feature = "live")]
pub(super) fn without_inside(
    asked: Inside,
    withheld: &Withheld,
    handle: impl FnOnce(Inside) -> Answer<InsideReply>,
) -> Answer<InsideReply> {
    let Inside::Update { kind, items, whole } = asked else { return handle(asked) };
    let rest = rest(&items, withheld);
    if rest.is_empty() || (whole && !withheld.as_taken) {
        let items = outcomes(rest.iter().map(|_| ItemOutcome::Taken), withheld);
        return Answer::heard(InsideReply::Updated { items });
    }
    handle(Inside::Update { kind, items: rest, whole }).map(|reply| match reply {
        InsideReply::Updated { items } => InsideReply::Updated { items: outcomes(items, withheld) },
        refused => refused,
    })
}

/// The items that are not withheld.
fn rest(items: &[UpdateItem], withheld: &Withheld) -> SmallVec<[UpdateItem; 1]> {
    let kept = items.iter().zip(&withheld.items).filter(|(_, withheld)| !**withheld);
    kept.map(|(item, _)| *item).collect()
}

/// The outcomes of all items, those of the rest among them.
fn outcomes(
    rest: impl IntoIterator<Item = ItemOutcome>,
    withheld: &Withheld,
) -> SmallVec<[ItemOutcome; 1]> {
    let said = if withheld.as_taken { ItemOutcome::Taken } else { ItemOutcome::Rejected };
    let mut rest = rest.into_iter();
    let each = withheld.items.iter();
    each.filter_map(|withheld| if *withheld { Some(said) } else { rest.next() }).collect()
}

impl<C: Cells> Estate<C> {
    /// A fault begins or ends: says so, unless it was so already, and tells what is to befall
    /// which connectors ([`Estate::command`]).
    pub(in crate::drive) fn set_fault(
        &self,
        by: &mut impl Driver,
        fault: FaultId,
        in_force: bool,
        out: &mut Outbox,
    ) -> Vec<(ConnectorId, MachineCommand)> {
        let set = self.rules.as_ref().and_then(|rules| {
            rules.with(|rules| {
                let terms = rules.set(fault, in_force)?;
                Some((terms.does.command(in_force), terms.at.clone()))
            })
        });
        let Some((command, roles)) = set else { return vec![] };
        by.stamp(out, |_, out| out.facts.push(What::Fault { fault, in_force }));
        let connector = |role| match role {
            Role::Connector(id) => Some((id, command?)),
            Role::Channel(_) | Role::Oms => None,
        };
        roles.into_iter().filter_map(connector).collect()
    }

    /// Something befalls a connector.
    pub(in crate::drive) fn command(
        &self,
        by: &mut impl Driver,
        id: ConnectorId,
        command: MachineCommand,
        out: &mut Outbox,
    ) {
        let obey = |machine: &mut Connector, now, (), out: &mut Outbox| {
            machine.obey(now, command, out);
        };
        // An estate that is shut obeys nobody, nor does somebody else's program.
        let Some(connector) = self.connector(id) else { return };
        let _ = self.turn(by, connector, (), out, obey);
    }

    /// The faults that are in force.
    #[cfg(feature = "live")]
    pub(in crate::drive) fn faults_in_force(&self) -> Vec<FaultId> {
        self.rules.as_ref().map_or_else(Vec::new, |rules| rules.with(|rules| rules.in_force()))
    }

    /// Whether a fault may refuse a system's connections; and whether one does now.
    #[cfg(feature = "live")]
    pub(in crate::drive) fn refuses_connections(&self, of: Role) -> (bool, bool) {
        let rules = self.rules.as_ref();
        rules.map_or((false, false), |rules| rules.with(|rules| rules.refuses_connections(of)))
    }

    /// A call found no connection to a system whose connections a fault refuses: says so of a
    /// shopper, who was turned away.
    #[cfg(feature = "live")]
    pub(in crate::drive) fn found_no_connection(
        &self,
        by: &mut impl Driver,
        of: Role,
        shopper: Option<Intent>,
        out: &mut Outbox,
    ) {
        let Some(rules) = &self.rules else { return };
        by.stamp(out, |_, out| {
            rules.with(|rules| rules.found_no_connection(of));
            if let (Role::Channel(channel), Some(intent)) = (of, shopper) {
                let why = Instead::NoConnection.refusal();
                out.facts.push(What::TurnedAway { channel, intent, why, line: None });
            }
        });
    }

    /// Says how often faults have met something.
    pub(super) fn sample_faults(&self, by: &mut impl Driver, out: &mut Outbox) {
        let Some(rules) = &self.rules else { return };
        by.stamp(out, |_, out| rules.with(|rules| rules.sample(&mut out.facts)));
    }

    /// Whatever is in force ends, whoever ends the run.
    pub(in crate::drive) fn heal(&self, by: &mut impl Driver, out: &mut Outbox) {
        let Some(rules) = &self.rules else { return };
        self.sample_faults(by, out);
        for fault in rules.with(|rules| rules.in_force()) {
            rules.with(|rules| rules.set(fault, false).is_some());
            by.stamp(out, |_, out| out.facts.push(What::Fault { fault, in_force: false }));
        }
    }
}

#[cfg(all(test, feature = "live"))]
mod tests {
    use smallvec::smallvec;

    use super::*;
    use crate::commerce::protocol::Change;
    use crate::history::fact::PushKind;
    use crate::ids::{SkuId, Version};
    use crate::units::Qty;

    /// What is withheld of a front's changes is answered for; the rest reaches the channel, unless
    /// it belongs to a whole that cannot be.
    #[test]
    fn items_are_withheld_from_fronts_as_from_others() {
        use ItemOutcome::{Rejected, Taken};
        let item = |sku: u32| UpdateItem {
            sku: SkuId(sku),
            version: Version(0),
            change: Change::Delta(Qty(1)),
        };
        for (whole, as_taken, hits, told, reached) in [
            (false, false, [false, true], [Taken, Rejected], Some(1)),
            (false, true, [false, true], [Taken, Taken], Some(1)),
            (true, false, [false, true], [Taken, Rejected], None),
            (true, true, [false, true], [Taken, Taken], Some(1)),
            (true, true, [true, true], [Taken, Taken], None),
            (false, false, [true, true], [Rejected, Rejected], None),
        ] {
            let withheld = Withheld { items: hits.to_vec(), as_taken };
            let items = smallvec![item(0), item(1)];
            let asked = Inside::Update { kind: PushKind::Stock, items, whole };
            let mut came = None;
            let answer = without_inside(asked, &withheld, |asked| {
                let Inside::Update { items, .. } = asked else { panic!("{asked:?}") };
                came = Some(items.len());
                let items = items.iter().map(|_| Taken).collect();
                Answer::heard(InsideReply::Updated { items })
            });
            let items = SmallVec::from_slice(&told);
            assert_eq!(answer, Answer::heard(InsideReply::Updated { items }));
            assert_eq!(came, reached, "{whole} {as_taken} {hits:?}");
        }
    }
}
