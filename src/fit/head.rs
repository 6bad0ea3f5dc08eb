//! Owns what a fitted scenario says above itself: what it was fitted to, what was taken unsaid, how
//! the log itself is played. Must not know how anything was fitted.

use std::path::{Component, Path, PathBuf};

use super::Files;
use crate::scenario::replay::raw::Raw;

/// The lines.
pub(super) fn of(files: &Files) -> Vec<String> {
    let log = files.log.as_ref().map(|log| format!("{}{}", log.file, log.grouped.stretch));
    let list = files.stock_list.as_ref().map(|(file, _)| file.clone());
    let from: Vec<String> = log.into_iter().chain(list).collect();
    let mut head = vec![format!("Fitted to {}.", from.join(" and to "))];
    if files.log.is_some() {
        head.push(
            "A log shows the demand that was served: what was wanted while it was".to_owned(),
        );
        head.push(
            "sold out is not in it. Raise `demand` to rehearse more than last time.".to_owned(),
        );
    }
    if let Some(log) = &files.log {
        head.push("The log itself, in the place of `catalog` and `traffic`:".to_owned());
        head.push(format!("  {}", replayed(log, &files.folder)));
    }
    if files.currency_taken {
        head.push(format!(
            "Amounts are taken to be {}: no file says. `currency` of `price` says it here.",
            files.currency.code
        ));
    }
    head.push("What no file says is marked as a guess. Play it:".to_owned());
    head
}

/// The lines that play the log itself: its format is one word.
fn replayed(log: &Raw, folder: &Path) -> String {
    let file = serde_json::Value::from(seen_from(folder, &log.file));
    let format = log.format.map(|format| format!(" format: {format},")).unwrap_or_default();
    let day = log.grouped.stretch.strip_prefix(" of ").and_then(|words| words.split(' ').next());
    let day = day.map(|day| format!(" day: {day},")).unwrap_or_default();
    format!("traffic: {{ replay: {{ file: {file},{format}{day} stock: {{ cover: 90% }} }} }}")
}

/// A file as a scenario in `folder` names it. Both were typed from the same place; what cannot be
/// named from there by going up and down is named as it was typed.
fn seen_from(folder: &Path, file: &str) -> String {
    let path = Path::new(file);
    let is_here = |path: &Path| path.is_relative() && path.components().all(is_plain);
    if folder.as_os_str().is_empty() || path.is_absolute() {
        return file.to_owned();
    }
    if !is_here(folder) || !is_here(path) {
        let whole = path.canonicalize().map(|path| path.display().to_string());
        return whole.unwrap_or_else(|_| file.to_owned());
    }
    let plain = |path: &Path| -> Vec<PathBuf> {
        let parts = path.components().filter(|part| !matches!(part, Component::CurDir));
        parts.map(|part| PathBuf::from(part.as_os_str())).collect()
    };
    let (folder, path) = (plain(folder), plain(path));
    let shared = folder.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n(PathBuf::from(".."), folder.len() - shared);
    let seen: PathBuf = up.chain(path[shared..].iter().cloned()).collect();
    seen.display().to_string()
}

fn is_plain(part: Component) -> bool {
    matches!(part, Component::Normal(_) | Component::CurDir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_from_where_the_scenario_stands() {
        let seen = |folder: &str, file: &str| seen_from(Path::new(folder), file);
        assert_eq!(seen("", "last-year.csv"), "last-year.csv");
        assert_eq!(seen("plays", "last-year.csv"), "../last-year.csv");
        assert_eq!(seen("./plays/eu", "plays/logs/a.csv"), "../logs/a.csv");
        assert_eq!(seen("plays", "/data/a.csv"), "/data/a.csv");
        assert_eq!(seen("plays", "plays/a.csv"), "a.csv");
    }
}
