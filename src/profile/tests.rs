//! Tests of profiles: those that ship are sound, what is wrong is said, conversations go on.

mod bad_input;
mod language;
mod requests;
mod talks;
mod written;

use super::{Profile, read_str};

/// A profile that is as small as one can be.
const SMALL: &str = "\
profile: Small
settings:
  url: { from: SMALL_URL }
  token of ours: { from: SMALL_TOKEN, secret: yes }
base: \"{url}\"
auth: { headers: { X-Token: \"{token of ours}\" } }
operations:
  set stock:
    send: PUT /items/{sku}
    json: { quantity: \"{quantity}\" }
outcomes:
  - { is: accepted, status: 2xx }
";

fn profile(text: &str) -> Profile {
    read_str("small.yaml", text).unwrap_or_else(|problems| panic!("{problems}"))
}

fn said(text: &str) -> String {
    match read_str("small.yaml", text) {
        Ok(_) => "nothing is wrong".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

/// The small profile with one piece of its text replaced.
fn small(piece: &str, by: &str) -> String {
    assert!(SMALL.contains(piece), "`{piece}` is not in the small profile");
    SMALL.replacen(piece, by, 1)
}
