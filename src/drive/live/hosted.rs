//! Owns the world as servers ask it. Must not know sockets, nor what an answer means.

use std::sync::Arc;

use super::world::World;
use crate::commerce::outbox::Answer;
use crate::commerce::protocol::{ChannelReply, ChannelRequest, Notice, OmsReply, OmsRequest};
use crate::ids::{ChannelId, ConnectorId};
use crate::wire::server::Serves;

/// The world behind servers.
pub(super) struct Hosted(pub(super) Arc<World>);

/// The answer of a world that is shut: none.
fn unheard<R>(reply: R) -> Answer<R> {
    Answer { reply, lost: true }
}

impl Serves for Hosted {
    fn channel(&self, channel: ChannelId, request: ChannelRequest) -> Answer<ChannelReply> {
        let handled =
            self.0.channel(channel, |machine, now, out| machine.handle(now, request, out));
        handled.unwrap_or_else(|| unheard(ChannelReply::Unavailable))
    }

    fn oms(&self, request: OmsRequest) -> Answer<OmsReply> {
        let handled = self.0.oms(|machine, now, out| machine.handle(now, request, out));
        handled.unwrap_or_else(|| unheard(OmsReply::Unavailable))
    }

    fn notice(&self, connector: ConnectorId, notice: Notice) -> Answer<()> {
        let told =
            self.0.connector(connector, |machine, now, out| machine.notice(now, notice, out));
        told.map_or_else(|| unheard(()), Answer::heard)
    }
}
