//! Owns the kinds of facts by who saw them, as patterns: whoever reads facts of one group names the
//! others by these, so that a new kind reaches everybody who must say what it means to him.
//! Must not know what is in a fact.

/// Calls by shoppers and merchant, from the client that makes them.
macro_rules! of_load {
    () => {
        $crate::history::fact::What::Sent { .. }
            | $crate::history::fact::What::Answered { .. }
            | $crate::history::fact::What::Unsent { .. }
            | $crate::history::fact::What::Resolved { .. }
    };
}

/// A channel's own journal.
macro_rules! of_channels {
    () => {
        $crate::history::fact::What::Accepted { .. }
            | $crate::history::fact::What::TurnedAway { .. }
            | $crate::history::fact::What::Carted(_)
            | $crate::history::fact::What::CartEnded(_)
            | $crate::history::fact::What::Paid { .. }
            | $crate::history::fact::What::Released { .. }
            | $crate::history::fact::What::Edited(_)
            | $crate::history::fact::What::Acknowledged(_)
            | $crate::history::fact::What::Dispatched(_)
            | $crate::history::fact::What::Shown { .. }
            | $crate::history::fact::What::Priced { .. }
            | $crate::history::fact::What::Listed { .. }
    };
}

/// Physical truth, and the journal of the OMS and source of record.
macro_rules! of_sources {
    () => {
        $crate::history::fact::What::Supply { .. }
            | $crate::history::fact::What::Stock { .. }
            | $crate::history::fact::What::PriceSet { .. }
            | $crate::history::fact::What::ListingSet { .. }
            | $crate::history::fact::What::RuleSet { .. }
            | $crate::history::fact::What::Delivered { .. }
            | $crate::history::fact::What::Held { .. }
            | $crate::history::fact::What::Amended(_)
            | $crate::history::fact::What::OmsCancelled { .. }
            | $crate::history::fact::What::Shipped { .. }
    };
}

/// A connector's journal.
macro_rules! of_connectors {
    () => {
        $crate::history::fact::What::Noticed { .. }
            | $crate::history::fact::What::Pushed { .. }
            | $crate::history::fact::What::HandoffTried { .. }
            | $crate::history::fact::What::GaveUp { .. }
            | $crate::history::fact::What::Queue { .. }
    };
}

/// Faults injected on purpose.
macro_rules! of_faults {
    () => {
        $crate::history::fact::What::Fault { .. } | $crate::history::fact::What::FaultHits { .. }
    };
}

/// Whoever acts on the run from outside.
macro_rules! of_operators {
    () => {
        $crate::history::fact::What::Acted(_)
    };
}

/// A connector that is somebody else's program.
macro_rules! of_the_party {
    () => {
        $crate::history::fact::What::Party(_)
    };
}

/// The run itself.
macro_rules! of_the_run {
    () => {
        $crate::history::fact::What::Charter(_)
            | $crate::history::fact::What::Stalled { .. }
            | $crate::history::fact::What::Harness { .. }
            | $crate::history::fact::What::Alert { .. }
            | $crate::history::fact::What::TrafficEnded {}
            | $crate::history::fact::What::Quiet {}
            | $crate::history::fact::What::Ended { .. }
            | $crate::history::fact::What::Unknown(_)
    };
}

/// Whatever no system played says: faults, operators, an outside party, the run itself.
macro_rules! of_outside {
    () => {
        $crate::history::fact::groups::of_faults!()
            | $crate::history::fact::groups::of_operators!()
            | $crate::history::fact::groups::of_the_party!()
            | $crate::history::fact::groups::of_the_run!()
    };
}

pub(crate) use {
    of_channels, of_connectors, of_faults, of_load, of_operators, of_outside, of_sources,
    of_the_party, of_the_run,
};
