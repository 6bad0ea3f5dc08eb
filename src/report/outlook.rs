//! Owns what people and pipelines read of a plan before it is put to a verdict: `plan.json`, the
//! terminal's text, the page. Must not compute: everything is made from one [`Sheet`]. Start at
//! [`Sheet::of`].

mod document;
mod finding;
mod findings;
mod pictures;
pub mod sheet;
mod stating;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;

pub use finding::{Finding, Weight};
pub use sheet::Sheet;

use super::summary::gate::Kpi;
use super::summary::{Stated as _, printable, printable_text};
use super::terminal::Paper;
use super::words::again;
use super::{ReportError, publish};
use crate::history::charter::{self, Charter};
use crate::outlook::Outlook;
use crate::study::preview::Preview;

impl Sheet {
    /// States an outlook on the plan of this charter, and what a few afternoons of it showed.
    /// `typed` is the scenario, as a reader would type it again.
    pub fn of(
        outlook: &Outlook,
        preview: Option<&Preview>,
        charter: &Charter,
        typed: &str,
    ) -> Sheet {
        let charter = &printable(charter);
        let mut sheet = Sheet {
            version: sheet::SHEET_VERSION,
            doorbuster: charter.made_by.clone(),
            scenario: again::quoted(&printable_text(typed)),
            campaign: charter.state(charter),
            channels: charter.channels.iter().map(|channel| channel.name.clone()).collect(),
            headline: String::new(),
            chance: String::new(),
            findings: Vec::new(),
            accepted_risks_yaml: String::new(),
            played: preview.map(|preview| stating::played(preview, charter)),
            orders: stating::orders(outlook, charter),
            merchant: stating::merchant(outlook),
            calls: stating::calls(outlook, charter),
            loads: stating::loads(outlook, charter),
            given_up: stating::given_up(outlook, charter),
            lags: stating::lags(outlook, charter),
            on_sale: outlook.on_sale,
            proofs: stating::proofs(outlook, charter),
            gates: stating::gates(outlook, preview, charter),
            pace: stating::pace(outlook),
            series: stating::series(outlook),
        };
        let gated = |kpi: &charter::Kpi| charter.gates.iter().any(|gate| gate.kpi == *kpi);
        let ungated: Vec<Kpi> =
            charter::Kpi::ALL.into_iter().filter(|kpi| !gated(kpi)).map(Kpi::from).collect();
        sheet.findings = findings::findings(
            &sheet,
            &outlook.unprovable,
            &ungated,
            findings::reserves(charter, preview),
        );
        sheet.headline = words::headline(&sheet, &outlook.unprovable);
        sheet.chance = words::chance(&sheet);
        sheet.accepted_risks_yaml = words::accepted_risks(&sheet);
        sheet
    }
}

/// What a terminal shows of it.
pub fn text(sheet: &Sheet, paper: Paper) -> String {
    super::document::terminal::text(&document::document(sheet), paper)
}

/// Writes `plan.json` and `plan.html` into `folder`, each whole or not at all.
pub fn write(folder: &Path, sheet: &Sheet) -> Result<(), ReportError> {
    publish::file(folder, "plan.json", &sheet.to_json())?;
    let page = super::document::html::page(&document::document(sheet))?;
    publish::file(folder, "plan.html", page.as_bytes())
}
