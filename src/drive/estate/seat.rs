//! Owns the seat of a machine: it is played here, or somebody else's. Must not know machines.

/// Where a machine sits that is played here, or nobody does.
#[derive(Debug)]
pub(in crate::drive) enum Seat<M> {
    /// It is played.
    Played(M),
    /// It is somebody else's, and calls.
    Outside,
}

impl<M> Seat<M> {
    /// What is played there.
    pub(in crate::drive) fn played(&self) -> Option<&M> {
        match self {
            Seat::Played(machine) => Some(machine),
            Seat::Outside => None,
        }
    }

    /// The same seat for what is made of it.
    pub(in crate::drive) fn map<T>(self, made: impl FnOnce(M) -> T) -> Seat<T> {
        match self {
            Seat::Played(machine) => Seat::Played(made(machine)),
            Seat::Outside => Seat::Outside,
        }
    }
}
