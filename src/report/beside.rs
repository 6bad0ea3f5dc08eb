//! Owns what is known beside a run, read back from its folder: `trials.json`, `afternoons.json`,
//! `remedies.json`. Must not know where the folder lies.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::compare::read::clean;
use super::many::{REPLICATIONS_VERSION, Replications};
use super::remedies::{REMEDIES_VERSION, Remedies};
use super::trials::{TRIALS_VERSION, Trials};

/// Why a file beside a run is left aside.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LeftAside {
    /// Not ours, or not whole.
    #[error("it cannot be read ({0})")]
    NotWhole(String),
    /// Of another doorbuster.
    #[error("it is of version {0}, and this doorbuster reads version {1}")]
    OtherVersion(u64, u32),
}

/// What was tried, from the bytes of `trials.json`.
pub fn trials(bytes: &[u8]) -> Result<Trials, LeftAside> {
    parsed(bytes, TRIALS_VERSION)
}

/// Other afternoons, from the bytes of `afternoons.json`.
pub fn replications(bytes: &[u8]) -> Result<Replications, LeftAside> {
    let all: Replications = parsed(bytes, REPLICATIONS_VERSION)?;
    let of = |chance: &super::many::Chance| chance.of == all.runs && chance.yes <= chance.of;
    let band = all.in_band.yes <= all.in_band.of && all.in_band.of + all.spoilt == all.runs;
    let channels = all.channels.iter().all(|channel| of(&channel.go));
    let each = all.each.is_whole(all.gates.len());
    if all.runs == 0 || !band || !of(&all.go) || !channels || !each {
        return Err(LeftAside::NotWhole("its counts do not add up".to_owned()));
    }
    Ok(all)
}

/// What was tried on the seed of the run, from the bytes of `remedies.json`.
pub fn remedies(bytes: &[u8]) -> Result<Remedies, LeftAside> {
    parsed(bytes, REMEDIES_VERSION)
}

fn parsed<T: DeserializeOwned>(bytes: &[u8], version: u32) -> Result<T, LeftAside> {
    let not_whole = |cause: serde_json::Error| LeftAside::NotWhole(cause.to_string());
    let mut json: Json = serde_json::from_slice(bytes).map_err(not_whole)?;
    match json.get("version").and_then(Json::as_u64) {
        Some(found) if found != u64::from(version) => {
            return Err(LeftAside::OtherVersion(found, version));
        }
        _ => {}
    }
    clean(&mut json);
    serde_json::from_value(json).map_err(not_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_is_left_aside_with_a_reason() {
        for (bytes, says) in [
            ("{", "cannot be read"),
            (&format!("{{\"version\": {TRIALS_VERSION}}}"), "cannot be read"),
            ("{\"version\": 2}", "version 2"),
            ("{\"version\": 9}", "version 9"),
        ] {
            let said = trials(bytes.as_bytes()).unwrap_err().to_string();
            assert!(said.contains(says), "{bytes}: {said}");
            assert!(replications(bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}
