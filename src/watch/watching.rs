//! Owns the fold that eats a run's history while it is written. Must not know who looks at it.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::history::Fact;
use crate::history::writer::Observer;
use crate::judge::{Fold, Glance, Judgement, UnderWay};

/// The fold that eats a run's history while it is written.
#[derive(Clone, Default)]
pub struct Watching {
    eating: Arc<Mutex<Eating>>,
}

#[derive(Default)]
struct Eating {
    fold: Fold,
    wrong: Option<String>,
}

/// Why a run that was watched cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum NotJudged {
    /// A fact of it is none: a driver's fault.
    #[error("this run's own history cannot be judged: {0}")]
    Wrong(String),
    /// It has no charter.
    #[error("the run ended before it began")]
    Nothing,
}

impl Watching {
    /// What the journal's writer hands every fact to.
    pub fn observer(&self) -> Observer {
        let eating = Arc::clone(&self.eating);
        Box::new(move |fact: &Fact| {
            let mut eating = eating.lock();
            if eating.wrong.is_none()
                && let Err(wrong) = eating.fold.eat(fact)
            {
                eating.wrong = Some(wrong.to_string());
            }
        })
    }

    /// How the run stands.
    pub fn glance(&self) -> Glance {
        self.eating.lock().fold.glance()
    }

    /// How it stands, and what it still waits for, at one moment.
    pub fn look(&self) -> (Glance, UnderWay) {
        let eating = self.eating.lock();
        (eating.fold.glance(), eating.fold.under_way())
    }

    /// How much has moved, once nobody orders any more: for who waits for somebody to be still.
    pub fn moves_since_traffic(&self) -> Option<u64> {
        self.eating.lock().fold.moves_since_traffic()
    }

    /// What it still waits for.
    pub fn under_way(&self) -> UnderWay {
        self.eating.lock().fold.under_way()
    }

    /// Judges what was eaten.
    pub fn judge(&self) -> Result<Judgement, NotJudged> {
        let eating = self.eating.lock();
        match &eating.wrong {
            Some(wrong) => Err(NotJudged::Wrong(wrong.clone())),
            None => eating.fold.judge().ok_or(NotJudged::Nothing),
        }
    }
}
