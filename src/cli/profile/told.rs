//! Owns what a check of a profile says, for a person. Must not know how anything was played.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::profile::{Profile, ProfileOperation, ProfileRequest, RuleLine};

/// How many SKUs a catalogue is taken to have where the least time is told.
const SKUS: u64 = 10_000;

/// The letters of a body that are shown.
const BODY_CHARS: usize = 600;

/// What is said where nothing is sent.
pub(super) const AT_NOTHING: &str = "Only shown; nothing is sent.\n";

/// One operation, or one case of it.
pub(super) struct Entry {
    pub(super) name: String,
    /// Its first request, with secrets masked.
    pub(super) shown: Option<ProfileRequest>,
    pub(super) went: Went,
    /// Rules that spoke.
    pub(super) rules: BTreeSet<RuleLine>,
}

/// How it went.
pub(super) enum Went {
    Well(String),
    Wrong { place: String, why: String },
    Not(String),
}

pub(super) fn head(named: &str, profile: &Profile) -> String {
    format!("{named}: {}\n", profile.title())
}

pub(super) fn at_a_face(face: &str) -> String {
    format!(
        "Against doorbuster's own `{face}`, on this machine, sixty times as fast as the wall.\n"
    )
}

pub(super) fn at_a_file(path: &Path) -> String {
    format!("Against exchanges recorded in {}.\n", path.display())
}

pub(super) fn entries(profile: &Profile, entries: &[Entry]) -> String {
    let mut told = String::new();
    for Entry { name, shown, went, .. } in entries {
        let (word, said) = match went {
            Went::Well(said) => ("passed", said.clone()),
            Went::Wrong { place, why } => ("FAILED", format!("{why}\n  at {place}")),
            Went::Not(why) => ("not played", why.clone()),
        };
        let _ = writeln!(told, "\n{name}: {word}, {said}");
        if let Some(request) = shown {
            told += &of_request(request);
        }
        let operation = ProfileOperation::ALL.into_iter().find(|one| one.name() == name);
        let Some(operation) = operation.filter(|_| shown.is_some()) else { continue };
        let sets = matches!(operation, ProfileOperation::SetStock | ProfileOperation::SetPrice);
        let least = profile.floor(operation, SKUS).filter(|floor| sets && !floor.takes.is_zero());
        if let Some(floor) = least {
            let _ = writeln!(
                told,
                "  {SKUS} SKUs take {} at least (limit in line {})",
                floor.takes, floor.line
            );
        }
        if profile.replaces_everything(operation) {
            told += "  what is not sent is reset\n";
        }
    }
    if let Some((header, within, again)) = profile.webhook_terms() {
        let within = within.map(|span| format!(", to be answered within {span}"));
        let again = again.map(|times| format!(", tried again {times} times"));
        let more = within.unwrap_or_default() + &again.unwrap_or_default();
        let _ = writeln!(told, "\nWebhooks: signed in {header}{more}.");
    }
    let absent = ProfileOperation::ALL.into_iter().filter(|one| !profile.has(*one));
    let absent: Vec<&str> = absent.map(ProfileOperation::name).collect();
    if !absent.is_empty() {
        let _ = writeln!(told, "\nNot in the profile: {}.", absent.join(", "));
    }
    told
}

fn of_request(request: &ProfileRequest) -> String {
    let mut told = format!("  {} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        let _ = writeln!(told, "  {name}: {value}");
    }
    let body = String::from_utf8_lossy(&request.body);
    let cut: String = body.chars().take(BODY_CHARS).collect();
    let more = if cut.len() < body.len() { "…" } else { "" };
    for line in format!("{cut}{more}").lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(told, "  {line}");
    }
    told
}

/// Which rules spoke, and which nothing has put to the test.
pub(super) fn rules(profile: &Profile, spoke: &BTreeSet<RuleLine>) -> String {
    let all = profile.rules();
    let silent: Vec<String> = all
        .iter()
        .filter(|(line, _)| !spoke.contains(line))
        .map(|(line, means)| format!("line {} ({means})", line.0))
        .collect();
    let mut told = format!("\nOf {} outcome rules {} spoke.", all.len(), all.len() - silent.len());
    if !silent.is_empty() {
        let _ = write!(told, " Not met: {}.", silent.join(", "));
    }
    told + "\n"
}
