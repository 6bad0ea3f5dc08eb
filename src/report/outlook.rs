//! Owns what people and pipelines read of a plan before it is played: `plan.json`, the terminal's
//! text, the page. Must not compute: everything is made from one [`Sheet`]. Start at [`Sheet::of`].

mod findings;
mod page;
mod pictures;
pub mod sheet;
mod stating;
pub mod terminal;
#[cfg(test)]
mod tests;
mod words;

use std::path::Path;

pub use findings::{Finding, Weight};
pub use sheet::Sheet;

use super::summary::{Campaign, printable};
use super::{ReportError, publish};
use crate::history::charter::Charter;
use crate::outlook::Outlook;

impl Sheet {
    /// States an outlook on the plan of this charter.
    pub fn of(outlook: &Outlook, charter: &Charter) -> Sheet {
        let charter = &printable(charter);
        let mut sheet = Sheet {
            version: sheet::SHEET_VERSION,
            doorbuster: charter.made_by.clone(),
            campaign: Campaign::of(charter),
            channels: charter.channels.iter().map(|channel| channel.name.clone()).collect(),
            assumed: stating::assumed(&outlook.assumed),
            headline: String::new(),
            needs: String::new(),
            findings: Vec::new(),
            accepted_risks_yaml: String::new(),
            go: stating::go(outlook),
            orders: stating::orders(outlook, charter),
            merchant: stating::merchant(outlook),
            calls: stating::calls(outlook, charter),
            queues: stating::queues(outlook, charter),
            lags: stating::lags(outlook, charter),
            stock: stating::stock(outlook, charter),
            proofs: stating::proofs(outlook, charter),
            gates: stating::gates(outlook, charter),
            pace: stating::pace(outlook),
            series: stating::series(outlook),
        };
        sheet.headline = words::headline(&sheet);
        sheet.needs = words::needs(&sheet);
        sheet.findings = findings::findings(&sheet);
        sheet.accepted_risks_yaml = words::accepted_risks(&sheet);
        sheet
    }
}

/// Writes `plan.json` and `plan.html` into `folder`, each whole or not at all.
pub fn write(folder: &Path, sheet: &Sheet) -> Result<(), ReportError> {
    publish::file(folder, "plan.json", &sheet.to_json())?;
    publish::file(folder, "plan.html", page::page(sheet)?.as_bytes())
}
