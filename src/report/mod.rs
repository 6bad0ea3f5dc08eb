//! Owns what people and pipelines read of a run: `summary.json`, the page, the charts, the
//! terminal. Must not judge: it states a [`Judgement`] once, as [`Summary`], and every page,
//! picture and sentence is made from that alone. Start at [`write_all`].

pub mod annotations;
pub mod charts;
pub mod front;
pub mod html;
pub mod junit;
pub mod markdown;
pub mod outlook;
mod publish;
#[cfg(test)]
mod sample;
pub mod summary;
pub mod tables;
pub mod terminal;
pub mod words;

use std::path::Path;

pub use front::{Beside, Front};
pub use publish::ReportError;
pub use summary::Summary;

use crate::judge::Judgement;

/// Writes `summary.json`, `charts/*.svg`, `report.md`, `junit.xml` and `report.html` into `folder`,
/// each whole or not at all; the page last, so that whoever waits for it finds the rest.
pub fn write_all(
    folder: &Path,
    judgement: &Judgement,
    beside: &Beside,
) -> Result<Summary, ReportError> {
    let summary = Summary::of(judgement);
    let front = Front::of(&summary, beside);
    publish::file(folder, "summary.json", &summary.to_json())?;
    publish::file(folder, "report.md", markdown::text(&summary, &front).as_bytes())?;
    publish::file(folder, "junit.xml", junit::xml(&summary)?.as_bytes())?;
    for chart in charts::draw_all(&summary, charts::Layout::Wide)? {
        publish::file(folder, &format!("charts/{}.svg", chart.key), chart.svg.as_bytes())?;
    }
    publish::file(folder, "report.html", html::page(&summary)?.as_bytes())?;
    Ok(summary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_folder_gets_every_file_and_no_leftover() {
        let folder = tempfile::tempdir().unwrap();
        let summary = write_all(folder.path(), &sample::no_go(), &Beside::default()).unwrap();
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        assert_eq!(read("summary.json"), summary.to_json());
        assert!(read("report.html").ends_with(b"</html>\n") || !read("report.html").is_empty());
        assert!(read("report.md").starts_with(b"## NO-GO"));
        assert!(read("junit.xml").starts_with(b"<?xml"));
        for key in ["orders", "sync-lag", "queue", "oversold", "handoff"] {
            assert!(read(&format!("charts/{key}.svg")).starts_with(b"<svg"), "{key}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5);
    }

    #[test]
    fn a_folder_that_cannot_be_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file");
        std::fs::write(&file, b"").unwrap();
        let said = write_all(&file, &sample::go(), &Beside::default()).unwrap_err().to_string();
        assert!(said.contains("a file/summary.json"), "{said}");
    }

    /// Set `DOORBUSTER_REPORT_SAMPLES` to a folder to look at the sample pages in a browser.
    #[test]
    fn samples_can_be_looked_at() {
        let temporary = tempfile::tempdir().unwrap();
        let asked = std::env::var_os("DOORBUSTER_REPORT_SAMPLES");
        let folder = asked.map_or_else(|| temporary.path().to_owned(), std::path::PathBuf::from);
        let edges = [("hostile", sample::hostile()), ("empty", sample::empty())];
        for (name, judgement) in sample::all().into_iter().chain(edges) {
            write_all(&folder.join(name), &judgement, &Beside::default()).unwrap();
        }
    }
}
