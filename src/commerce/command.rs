//! Owns what may befall a machine from outside, whoever's hand it is: a pause, a crash, a return.
//! Must not know who commands, nor why.

/// What befalls a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MachineCommand {
    /// It takes up no work and looks for nothing; what it hears it keeps.
    Pause,
    /// It is gone until it resumes: what it had queued or in hand is lost.
    Crash,
    /// It goes on.
    Resume,
}
