//! Owns the health page: one page that asks for `state.json` about once a second and shows it.
//! Must not know how a run stands: nothing of the run stands in the page itself.

use askama::Template;

use crate::report::ReportError;
use crate::report::document::controls::hash;

/// What asks, and shows what it is told.
const SCRIPT: &str = include_str!("../../../templates/health.js");

#[derive(Template)]
#[template(path = "health.html")]
struct Page {
    policy: String,
    script: &'static str,
}

/// What the page may do, as a browser is told: run its own script, and ask where it came from.
pub fn policy() -> String {
    let script = hash(SCRIPT);
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src '{script}'; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The page as text.
pub fn page() -> Result<String, ReportError> {
    // A page is told what it may not do by its head too, but for who may frame it.
    let policy = policy().replace("; frame-ancestors 'none'", "");
    Ok(Page { policy, script: SCRIPT }.render()?)
}
