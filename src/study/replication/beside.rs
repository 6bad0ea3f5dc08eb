//! Owns a replication on two cores: one plays, the other judges what has been played.
//! Must not know what is judged, nor keep more than a few batches between the two.

use std::sync::mpsc;

use super::{BATCH, Eater, Hand, Played};
use crate::drive::simulated;
use crate::history::Fact;
use crate::history::stamp::Tape;
use crate::scenario::Plan;
use crate::watch::Alarmed;

/// Batches that may wait: a player that is ahead rests.
const WAITING_MAX: usize = 16;

/// Plays a plan once and judges it on a thread of its own: the judgement is the same, and takes
/// half the time where a core is free. `None` when `go_on` said stop.
///
/// # Panics
/// When the driver writes a history that its own judge refuses: a broken invariant.
pub fn play_beside(plan: &Plan, go_on: impl Fn() -> bool) -> Option<Played> {
    let (full, to_judge) = mpsc::sync_channel::<Vec<Fact>>(WAITING_MAX);
    let (eaten, empty) = mpsc::channel::<Vec<Fact>>();
    std::thread::scope(|scope| {
        let judge = scope.spawn(move || {
            let mut eater = Eater::default();
            for batch in to_judge {
                eater.eat(&batch);
                // Whoever made the facts takes them apart: its allocator has their memory.
                let _ = eaten.send(batch);
            }
            eater
        });
        let mut batch = Vec::with_capacity(BATCH);
        let mut tape = Tape::new(|fact: Fact| {
            batch.push(fact);
            if batch.len() == BATCH {
                let mut next = empty.try_recv().unwrap_or_default();
                next.clear();
                // A judge that is gone says why when it is asked for its judgement.
                let _ = full.send(std::mem::replace(&mut batch, next));
            }
        });
        let mut hand = Hand::new(go_on);
        let (mut record, mut alerts) = Alarmed::new(&plan.charter, &mut tape);
        simulated::play(plan, &mut record, &mut |at| {
            let mut acts = hand.turn(at);
            acts.extend(alerts.turn(at));
            acts
        });
        let _ = full.send(batch);
        drop(full);
        let eater = judge.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        eater.judged().filter(|_| !hand.stopped)
    })
}
