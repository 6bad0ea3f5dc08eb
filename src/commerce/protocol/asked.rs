//! Owns who is asked, and what comes back of it. Must not know what a question says.

use super::{ChannelReply, ChannelRequest, OmsReply, OmsRequest, Role};
use crate::ids::ChannelId;
use crate::units::Qty;

/// What is available at each location; none: all stock lies in one place.
pub type Levels = Option<Box<[Qty]>>;

/// What is asked of a system, by a connector or by the load.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// A channel.
    Channel(ChannelId, ChannelRequest),
    /// The OMS.
    Oms(OmsRequest),
}

impl Asked {
    /// Who is asked.
    pub fn role(&self) -> Role {
        match self {
            Asked::Channel(id, _) => Role::Channel(*id),
            Asked::Oms(_) => Role::Oms,
        }
    }
}

/// What is answered to it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// By a channel.
    Channel(ChannelReply),
    /// By the OMS.
    Oms(OmsReply),
}

/// What a connector answers to a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It has it.
    Taken,
    /// It has not: whoever posted it may post it again.
    Refused,
}

/// What came back of it.
#[derive(Clone, Debug, PartialEq)]
pub enum CameBack {
    /// A channel's answer.
    Channel(ChannelReply),
    /// The OMS's answer.
    Oms(OmsReply),
    /// Definitely not carried out: the call never left.
    NotSent,
    /// Nothing that can be read: it may have been carried out.
    Unknown,
}

impl From<Reply> for CameBack {
    fn from(reply: Reply) -> CameBack {
        match reply {
            Reply::Channel(reply) => CameBack::Channel(reply),
            Reply::Oms(reply) => CameBack::Oms(reply),
        }
    }
}
