//! Owns what people and pipelines read of a run: `summary.json`, the page, the charts, the
//! terminal. Must not judge: it states a [`Judgement`] once, as [`Summary`], and every page,
//! picture and sentence is made from that alone. Start at [`write_all`].

pub mod annotations;
pub mod beside;
pub mod charts;
pub mod compare;
mod document;
pub mod front;
pub mod headroom;
pub mod health;
pub mod junit;
pub mod many;
pub mod outlook;
pub(crate) mod publish;
pub mod remedies;
pub mod run;
#[cfg(test)]
mod sample;
mod stated;
pub mod summary;
pub mod terminal;
pub mod trials;
pub mod vary;
pub mod words;

use std::ffi::OsStr;
use std::path::Path;

use rayon::prelude::*;

use document::Document;
pub use front::{Beside, Front};
pub use publish::ReportError;
pub use summary::Summary;

use crate::judge::Judgement;

/// Writes `summary.json`, `report.md`, `junit.xml`, `charts/*.svg`, the same as `.png`, and
/// `report.html` into `folder`, each whole or not at all; the page last, so that whoever waits for
/// it finds the rest. Gives the summary and the first screen. `place` is where the run is, as it
/// was typed: the commands of every page are typed where the tool was.
pub fn write_all(
    folder: &Path,
    place: &Path,
    judgement: &Judgement,
    beside: &Beside,
) -> Result<(Summary, Front), ReportError> {
    write(folder, place, judgement, beside, Charts::DrawnAndPainted)
}

/// In which forms charts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charts {
    /// As SVG and as PNG.
    DrawnAndPainted,
    /// As SVG only, in a hundredth of the time.
    #[cfg(test)]
    Drawn,
}

fn write(
    folder: &Path,
    place: &Path,
    judgement: &Judgement,
    beside: &Beside,
    forms: Charts,
) -> Result<(Summary, Front), ReportError> {
    let by_itself = Summary::of(judgement);
    let front = Front::of(&by_itself, beside, &place.display().to_string());
    let all = beside.replications.as_ref();
    let summary = front.answer_for(by_itself, all);
    let junit = match all {
        Some(all) => many::junit::xml(all, &summary.doorbuster)?,
        None => junit::xml(&summary)?,
    };
    publish::file(folder, "summary.json", &summary.to_json())?;
    publish::file(folder, "report.md", run::comment(&summary, &front, beside).as_bytes())?;
    publish::file(folder, "junit.xml", junit.as_bytes())?;
    let document = run::document(&summary, &front, beside, run::figures(&summary)?);
    write_document(folder, "report.html", &document, forms)?;
    Ok((summary, front))
}

/// Writes a document's charts, and its page, last. Painting takes longer than everything else here,
/// so charts are painted side by side. Those of an earlier report that this one does not have are
/// removed: a folder tells one story.
fn write_document(
    folder: &Path,
    page: &str,
    document: &Document,
    forms: Charts,
) -> Result<(), ReportError> {
    let charts = document.charts()?;
    charts.par_iter().try_for_each(|chart| {
        publish::file(folder, &format!("charts/{}.svg", chart.key), chart.svg.as_bytes())?;
        match forms {
            Charts::DrawnAndPainted => {
                publish::file(folder, &format!("charts/{}.png", chart.key), &chart.png()?)
            }
            #[cfg(test)]
            Charts::Drawn => Ok(()),
        }
    })?;
    let written = |file: &Path| {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        charts.iter().any(|chart| stem == Some(chart.key.as_str()))
    };
    let picture =
        |file: &Path| ["svg", "png"].map(OsStr::new).map(Some).contains(&file.extension());
    publish::removed(folder, "charts", |file| picture(file) && !written(file))?;
    publish::file(folder, page, document::html::page(document)?.as_bytes())
}

/// Writes a study of the scenario beside its report: `afternoons.json`, `trials.json`.
pub fn write_beside(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ReportError> {
    publish::file(folder, name, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_folder_gets_every_file_and_no_leftover() {
        let folder = tempfile::tempdir().unwrap();
        let (summary, front) =
            write_all(folder.path(), "reports/a b".as_ref(), &sample::no_go(), &Beside::default())
                .unwrap();
        let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
        for page in ["report.html", "report.md"] {
            let text = String::from_utf8(read(page)).unwrap().replace("&#39;", "'");
            for command in &front.commands {
                assert!(command.typed.contains("'reports/a b"), "{}", command.typed);
                assert!(text.contains(&command.typed), "{page}: {}", command.typed);
            }
        }
        assert_eq!(read("summary.json"), summary.to_json());
        assert!(read("report.html").ends_with(b"</html>\n") || !read("report.html").is_empty());
        assert!(read("report.md").starts_with(b"## NO-GO"));
        assert!(read("junit.xml").starts_with(b"<?xml"));
        for key in ["orders", "sync-lag", "queue", "oversold", "handoff", "story", "causes"] {
            assert!(read(&format!("charts/{key}.svg")).starts_with(b"<svg"), "{key}");
            assert!(read(&format!("charts/{key}.png")).starts_with(b"\x89PNG"), "{key}");
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5);
    }

    #[test]
    fn a_report_written_again_leaves_no_chart_of_the_one_before() {
        let folder = tempfile::tempdir().unwrap();
        let charts = |judgement| {
            let place = "x".as_ref();
            write(folder.path(), place, &judgement, &Beside::default(), Charts::Drawn).unwrap();
            let files = std::fs::read_dir(folder.path().join("charts")).unwrap();
            let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
            names.collect::<std::collections::BTreeSet<String>>()
        };
        let (bad, good) = (charts(sample::no_go()), charts(sample::go()));
        assert!(bad.contains("oversold.svg") && !good.contains("oversold.svg"), "{good:?}");
        assert!(good.contains("orders.svg"));
    }

    #[test]
    fn a_folder_that_cannot_be_is_refused_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a file");
        std::fs::write(&file, b"").unwrap();
        let said = write_all(&file, &file, &sample::go(), &Beside::default()).unwrap_err();
        let said = said.to_string();
        assert!(said.contains("a file/summary.json"), "{said}");
    }

    /// Set `DOORBUSTER_REPORT_SAMPLES` to a folder to look at the sample pages in a browser.
    #[test]
    fn samples_can_be_looked_at() {
        let temporary = tempfile::tempdir().unwrap();
        let asked = std::env::var_os("DOORBUSTER_REPORT_SAMPLES");
        let forms = if asked.is_some() { Charts::DrawnAndPainted } else { Charts::Drawn };
        let folder = asked.map_or_else(|| temporary.path().to_owned(), std::path::PathBuf::from);
        let edges = [("hostile", sample::hostile()), ("empty", sample::empty())];
        for (name, judgement) in sample::all().into_iter().chain(edges) {
            let folder = folder.join(name);
            write(&folder, &folder, &judgement, &Beside::default(), forms).unwrap();
        }
        let beside = Beside {
            trials: Some(trials::tests::sample()),
            replications: Some(many::tests::sample()),
            ..Beside::default()
        };
        write(&folder.join("study"), "study".as_ref(), &sample::no_go(), &beside, forms).unwrap();
        let parties = compare::tests::no_go_and_go();
        let comparison = compare::Comparison::of(&parties);
        compare::write_all(&folder.join("compare"), &parties, &comparison).unwrap();
    }
}
