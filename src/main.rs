//! doorbuster.
fn main() {}
