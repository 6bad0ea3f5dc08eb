//! Owns reading `summary.json` back, strictly: whose it is, of which version, whole.
//! Must not know where it lies.

use serde_json::Value as Json;

use crate::report::summary::{SUMMARY_VERSION, Summary, printable_text};

/// Bytes that are no summary of ours.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotASummary {
    /// Not JSON.
    #[error("it is not JSON ({0}): give a run folder, or the summary.json of one")]
    NotJson(String),
    /// JSON of something else.
    #[error("it is JSON, but no summary of doorbuster: give a run folder, or its summary.json")]
    Foreign,
    /// Of an earlier doorbuster, in which `verdict` could be another's.
    #[error(
        "it is of version {0} of summary.json, and this doorbuster reads version \
         {SUMMARY_VERSION}: run `doorbuster report` on its run folder, which makes it again from \
         the history"
    )]
    Older(u64),
    /// Of a later doorbuster.
    #[error(
        "it is of version {0} of summary.json, and this doorbuster reads version \
         {SUMMARY_VERSION}: compare with the newer doorbuster that made it"
    )]
    Newer(u64),
    /// Not whole, or of a doorbuster that knew less.
    #[error(
        "something in it is missing or strange ({0}): run `doorbuster report` on its run folder, \
         which makes it again from the history"
    )]
    NotWhole(String),
}

/// A summary from the bytes of `summary.json`.
pub fn summary(bytes: &[u8]) -> Result<Summary, NotASummary> {
    let mut json: Json =
        serde_json::from_slice(bytes).map_err(|cause| NotASummary::NotJson(cause.to_string()))?;
    let ours = json.get("campaign").is_some() && json.get("verdict").is_some();
    let version = json.get("version").and_then(Json::as_u64).filter(|_| ours);
    match version {
        None => return Err(NotASummary::Foreign),
        Some(version) if version < u64::from(SUMMARY_VERSION) => {
            return Err(NotASummary::Older(version));
        }
        Some(version) if version > u64::from(SUMMARY_VERSION) => {
            return Err(NotASummary::Newer(version));
        }
        Some(_) => {}
    }
    clean(&mut json);
    serde_json::from_value(json).map_err(|cause| NotASummary::NotWhole(cause.to_string()))
}

/// A text that can be printed anywhere, as names in a summary are.
pub fn printable(text: &str) -> String {
    printable_text(text)
}

/// A file that comes from elsewhere may hold names that move a terminal's cursor.
pub(in crate::report) fn clean(json: &mut Json) {
    match json {
        Json::String(text) => *text = printable_text(text),
        Json::Array(items) => items.iter_mut().for_each(clean),
        Json::Object(fields) => fields.values_mut().for_each(clean),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn spoilt(spoil: impl Fn(&mut Json)) -> NotASummary {
        let mut json: Json = serde_json::from_slice(&sample::summary_go().to_json()).unwrap();
        spoil(&mut json);
        summary(&serde_json::to_vec(&json).unwrap()).unwrap_err()
    }

    #[test]
    fn a_summary_is_read_back_as_it_was() {
        let written = sample::summary_go();
        assert_eq!(summary(&written.to_json()), Ok(written));
    }

    #[test]
    fn what_is_no_summary_is_refused_with_what_to_do() {
        assert!(matches!(summary(b"<html>"), Err(NotASummary::NotJson(_))));
        assert_eq!(summary(b"{\"version\": 1}"), Err(NotASummary::Foreign));
        assert_eq!(summary(b"[1]"), Err(NotASummary::Foreign));
        assert_eq!(spoilt(|json| json["version"] = 9.into()), NotASummary::Newer(9));
        assert_eq!(spoilt(|json| json["version"] = 1.into()), NotASummary::Older(1));
        let half = spoilt(|json| drop(json.as_object_mut().unwrap().remove("load")));
        assert!(half.to_string().contains("`load`"), "{half}");
        assert!(half.to_string().contains("doorbuster report"), "{half}");
        let odd = spoilt(|json| json["gates"][0]["samples"] = (-1).into());
        assert!(matches!(odd, NotASummary::NotWhole(_)));
    }

    #[test]
    fn names_of_a_strange_file_are_made_printable() {
        let mut json: Json = serde_json::from_slice(&sample::summary_go().to_json()).unwrap();
        json["campaign"]["name"] = "a\u{1b}[2Jb".into();
        let read = summary(&serde_json::to_vec(&json).unwrap()).unwrap();
        assert_eq!(read.campaign.name, "a\u{fffd}[2Jb");
    }
}
