//! Owns what a machine leaves behind after an input: facts, notices, calls.
//! Must not know who drains it; the driver drains it completely after every input.

use super::protocol::{Asked, Notice};
use crate::history::What;
use crate::ids::{ConnectorId, OpId};
use crate::units::At;

/// What a machine leaves behind.
#[derive(Debug, Default)]
pub struct Outbox {
    /// What happened, in order.
    pub facts: Vec<What>,
    /// Webhooks to deliver, each not before its time.
    pub notices: Vec<Posted>,
    /// Calls to make now.
    pub calls: Vec<Calling>,
}

/// A webhook on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Posted {
    /// To whom.
    pub to: ConnectorId,
    /// When it leaves.
    pub at: At,
    /// What it says.
    pub notice: Notice,
}

/// A call to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Calling {
    /// The caller's number for it: its reply carries it back.
    pub op: OpId,
    /// What is asked, and of whom.
    pub asked: Asked,
}

/// An answer, and whether the caller gets to see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<R> {
    /// The answer.
    pub reply: R,
    /// Carried out, but the reply is lost on the way.
    pub lost: bool,
}

impl<R> Answer<R> {
    /// An answer that arrives.
    pub fn heard(reply: R) -> Answer<R> {
        Answer { reply, lost: false }
    }
}
