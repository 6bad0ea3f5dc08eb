//! Owns pages of lists in REST: how many, from where, and the link to the next.
//! Must not know what is listed.
//!
//! A cursor holds the filters that the list began with and where it goes on: as the platform has
//! it, the next page is asked for by nothing but its cursor and its size.

use serde_json::{Value, json};

use super::Asked;
use super::shapes::Refused;
use crate::faces::FaceReply;
use crate::faces::values::{Pairs, base64, encoded, of, pairs, unbase64};

/// Entries of a page, unless said.
const EACH_DEFAULT: u32 = 50;
/// The most.
const EACH_MAX: u32 = 250;

/// A page that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RestPage {
    pub(super) each: u32,
    /// Where the page before ended.
    pub(super) after: Option<u64>,
    /// What the list is filtered by.
    pub(super) filters: Vec<(String, String)>,
}

impl RestPage {
    pub(super) fn of(asked: &Asked<'_>) -> Result<RestPage, Refused> {
        let each = match asked.text("limit") {
            None => EACH_DEFAULT,
            Some(text) => text.parse().unwrap_or(0),
        };
        if !(1..=EACH_MAX).contains(&each) {
            return Err(Refused::new(400, json!({ "limit": format!("1 to {EACH_MAX}") })));
        }
        let Some(cursor) = asked.text("page_info") else {
            let said = |name: &str| name != "limit" && name != "fields";
            let filters = asked.query.iter().filter(|(name, _)| said(name)).cloned();
            return Ok(RestPage { each, after: None, filters: owned(filters.collect()) });
        };
        let invalid = || Refused::new(400, json!({ "page_info": "it is no cursor of this list" }));
        let text = unbase64(&cursor).ok_or_else(invalid)?;
        let (after, filters) = text.split_once('|').ok_or_else(invalid)?;
        let after = Some(after.parse().map_err(|_| invalid())?);
        Ok(RestPage { each, after, filters: owned(pairs(filters)) })
    }

    /// A filter.
    pub(super) fn says(&self, name: &str) -> Option<&str> {
        of(&self.filters, name)
    }

    /// Leads to the next page, where there is one.
    pub(super) fn told(&self, reply: FaceReply, asked: &Asked<'_>, next: Option<u64>) -> FaceReply {
        let Some(next) = next else { return reply };
        let filters: Vec<String> = self
            .filters
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect();
        let cursor = base64(format!("{next}|{}", filters.join("&")).as_bytes());
        let link = format!(
            "<{}{}?limit={}&page_info={}>; rel=\"next\"",
            asked.address(),
            asked.path,
            self.each,
            encoded(&cursor)
        );
        reply.with("link", &link)
    }
}

fn owned(pairs: Pairs<'_>) -> Vec<(String, String)> {
    pairs.into_iter().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

/// Only the fields that are asked for, where some are.
pub(super) fn only(asked: &Asked<'_>, mut thing: Value) -> Value {
    if let (Some(fields), Value::Object(all)) = (asked.text("fields"), &mut thing) {
        all.retain(|name, _| fields.split(',').any(|field| field.trim() == name));
    }
    thing
}
