//! Owns the sentences about rows of a file that could not be read.
//! Must not know how rows are read.

use super::advised::NextStep;
use super::number::{count, counted, share};
use crate::report::summary::input::Input;

/// `7 of 700 rows of 2025-11-28 in orders.csv could not be read (1 %): price 6, time 1`.
pub fn sentence(input: &Input) -> String {
    let rows = counted(input.rows, "row", "rows");
    let stretch = match input.stretch.as_str() {
        "" => format!("of {}", input.file),
        stretch => format!("{stretch} in {}", input.file),
    };
    let reasons: Vec<String> =
        input.by_reason.iter().map(|row| format!("{} {}", row.about, count(row.rows))).collect();
    format!(
        "{} of {rows} {stretch} could not be read ({}): {}",
        count(input.not_read),
        share(input.not_read_ppm),
        reasons.join(", "),
    )
}

/// The same for the first screen; nothing where every row was read.
pub fn told(input: Option<&Input>) -> Vec<String> {
    let some = input.filter(|input| input.not_read > 0);
    let told = |input| format!("{}: their orders were not played", sentence(input));
    some.map(told).into_iter().collect()
}

/// What to do about it.
pub fn advice() -> NextStep {
    NextStep {
        action: "put the rows right, or say how they are to be read: `doorbuster init --orders \
                 FILE --check` names them"
            .to_owned(),
        validate: "no more than 0.1 % of the rows are left out",
        ..NextStep::default()
    }
}
