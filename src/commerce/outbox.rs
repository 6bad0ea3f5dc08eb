//! Owns what a machine leaves behind after an input: facts, notices, calls.
//! Must not know who drains it; the driver drains it completely after every input.

use super::protocol::{Asked, CameBack, Notice, Reply};
use crate::history::What;
use crate::ids::{ConnectorId, OpId};
use crate::units::{At, Span};

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
    /// Its signature is wrong: no connector takes it.
    pub is_spoiled: bool,
}

/// A webhook as it is posted, once or again.
#[derive(Clone, Debug, PartialEq)]
pub struct Posting {
    /// To whom.
    pub to: ConnectorId,
    /// What it says.
    pub notice: Notice,
    /// Its signature is wrong.
    pub is_spoiled: bool,
    /// How often it has been posted with this.
    pub posts: u32,
}

impl Posted {
    /// A webhook that leaves then.
    pub fn new(to: ConnectorId, at: At, notice: Notice) -> Posted {
        Posted { to, at, notice, is_spoiled: false }
    }

    /// Its first post.
    pub fn first(self) -> Posting {
        let Posted { to, notice, is_spoiled, .. } = self;
        Posting { to, notice, is_spoiled, posts: 1 }
    }
}

/// A call to make.
#[derive(Clone, Debug, PartialEq)]
pub struct Calling {
    /// The caller's number for it: its reply carries it back.
    pub op: OpId,
    /// What is asked, and of whom.
    pub asked: Asked,
}

/// An answer, and what becomes of it on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<R> {
    /// The answer.
    pub reply: R,
    /// Whether the caller gets to see it.
    pub fate: Fate,
}

/// What becomes of the answer to a call that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Heard,
    /// It is lost on the way: the caller does not know what became of its call.
    Lost(How),
    /// It takes its time, and then arrives or is lost.
    Late {
        /// How long.
        after: Span,
        /// How it is lost, if it is.
        lost: Option<How>,
    },
    /// It comes piece by piece.
    Trickles {
        /// How long until its end.
        over: Span,
        /// How it is lost before its end, if it is.
        lost: Option<How>,
    },
    /// It arrives, on a wire in words of its own.
    Worded(Wording),
    /// There is none: the caller finds no connection.
    NoConnection,
}

impl Fate {
    /// Whoever called does not hear it.
    pub fn is_lost(self) -> bool {
        match self {
            Fate::Heard | Fate::Worded(_) => false,
            Fate::Late { lost, .. } | Fate::Trickles { lost, .. } => lost.is_some(),
            Fate::Lost(_) | Fate::NoConnection => true,
        }
    }
}

/// Words that a wire has and virtual time has not: what they mean there is in the reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// To be tried again at the date that comes so much later.
    RetryAt(Span),
    /// From a stranger: the token is not known.
    Stranger,
}

/// How an answer is lost. On a wire these differ; in virtual time all are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The connection closes before it.
    Close,
    /// The connection is reset before it.
    Reset,
    /// The connection closes after half of it.
    HalfBody,
}

impl<R> Answer<R> {
    /// An answer that arrives.
    pub fn heard(reply: R) -> Answer<R> {
        Answer { reply, fate: Fate::Heard }
    }

    /// The same fate for a reply in other words.
    pub fn map<T>(self, words: impl FnOnce(R) -> T) -> Answer<T> {
        Answer { reply: words(self.reply), fate: self.fate }
    }
}

impl Answer<Reply> {
    /// What its caller sees of it, and after how long.
    #[inline]
    pub fn seen(self) -> (CameBack, Span) {
        match self.fate {
            Fate::Heard | Fate::Worded(_) => (self.reply.into(), Span::ZERO),
            Fate::Late { after, lost: None } | Fate::Trickles { over: after, lost: None } => {
                (self.reply.into(), after)
            }
            Fate::NoConnection => (CameBack::NotSent, Span::ZERO),
            Fate::Lost(_) => (CameBack::Unknown, Span::ZERO),
            Fate::Late { after, lost: Some(_) } | Fate::Trickles { over: after, lost: Some(_) } => {
                (CameBack::Unknown, after)
            }
        }
    }
}
