//! Owns that no files import each other in a loop: of two that do, neither can be read, tested or
//! moved without the other. Must not know which rooms there are.
//!
//! A file may know the modules that it stands in: they and it are one thing taken apart.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{self, Source};
use crate::{Findings, none};

/// A path of modules and the item at its end.
type Path = Vec<String>;

/// What files of one crate take from each other.
struct House<'a> {
    /// Which file a module is.
    files: BTreeMap<Path, &'a str>,
    /// What a module calls by a name that is defined elsewhere.
    borrowed: BTreeMap<(Path, String), Path>,
    /// Every path that a file names.
    named: Vec<(&'a str, Path)>,
}

/// The module that a file is, from the crate's root.
fn module(path: &str) -> Option<Path> {
    let below = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let below = below.strip_suffix("/mod").unwrap_or(below);
    let is_root = below == "lib" || below == "main";
    Some(if is_root { Path::new() } else { below.split('/').map(str::to_owned).collect() })
}

impl<'a> House<'a> {
    fn of(sources: &'a [Source]) -> House<'a> {
        let is_product = |file: &&Source| !file.product.is_empty() && file.path != "src/main.rs";
        let modules =
            || sources.iter().filter(is_product).filter_map(|f| Some((module(&f.path)?, f)));
        let files: BTreeMap<Path, &str> =
            modules().map(|(module, file)| (module, file.path.as_str())).collect();
        let mut house = House { files, borrowed: BTreeMap::new(), named: Vec::new() };
        for (module, file) in modules() {
            for (path, is_use) in paths(&file.product) {
                let Some(whole) = house.whole(&module, &path) else { continue };
                if let Some(name) = whole.last().filter(|_| is_use) {
                    house.borrowed.insert((module.clone(), name.clone()), whole.clone());
                }
                house.named.push((&file.path, whole));
            }
        }
        house
    }

    /// A path as it is written in a module, from the crate's root; none where it leaves the crate.
    fn whole(&self, module: &Path, path: &Path) -> Option<Path> {
        let mut at = module.clone();
        let mut rest = path.as_slice();
        match rest.first()?.as_str() {
            "crate" => {
                at.clear();
                rest = &rest[1..];
            }
            "self" => rest = &rest[1..],
            "super" => {
                while rest.first().is_some_and(|head| head == "super") {
                    at.pop()?;
                    rest = &rest[1..];
                }
            }
            head => {
                let child: Path = at.iter().cloned().chain([head.to_owned()]).collect();
                self.files.get(&child)?;
            }
        }
        at.extend(rest.iter().cloned());
        Some(at)
    }

    /// The file that defines what a path names.
    fn owner(&self, path: &Path, hops: usize) -> Option<&'a str> {
        let deep = (0..=path.len()).rev().find(|deep| self.files.contains_key(&path[..*deep]))?;
        let (module, rest) = path.split_at(deep);
        let borrowed = rest.first().and_then(|name| {
            self.borrowed.get(&(module.to_vec(), name.clone())).filter(|to| *to != path)
        });
        match borrowed {
            Some(to) if hops > 0 => {
                let whole = to.iter().chain(&rest[1..]).cloned().collect();
                self.owner(&whole, hops - 1)
            }
            _ => self.files.get(module).copied(),
        }
    }

    /// Who takes what from whom.
    fn arrows(&self) -> BTreeMap<&'a str, BTreeMap<&'a str, BTreeSet<String>>> {
        let mut arrows: BTreeMap<_, BTreeMap<_, BTreeSet<String>>> = BTreeMap::new();
        for (from, path) in &self.named {
            let Some(to) = self.owner(path, 8).filter(|to| !stands_in(from, to)) else { continue };
            let name = path.last().cloned().unwrap_or_default();
            arrows.entry(*from).or_default().entry(to).or_default().insert(name);
        }
        arrows
    }
}

/// Whether a file is another, or stands in its module.
fn stands_in(file: &str, other: &str) -> bool {
    matches!((module(file), module(other)), (Some(file), Some(other)) if file.starts_with(&other))
}

/// Every path in code that starts in the crate, groups taken apart, and whether it is imported.
fn paths(code: &str) -> Vec<(Path, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(offset) = code[at..].find(|c: char| c.is_alphabetic() || c == '_') {
        let from = at + offset;
        let name = name_at(&code[from..]);
        let is_use = name == "use";
        let inside = code[..from].ends_with([':', '.', '\'']);
        let start = if is_use {
            from + 4
        } else if !inside && ["crate", "self", "super"].contains(&name) {
            from
        } else {
            at = from + name.len();
            continue;
        };
        let mut whole = Vec::new();
        at = start + expand(&code[start.min(code.len())..], &Path::new(), &mut whole);
        // A receiver is no path.
        found.extend(whole.into_iter().filter(|path| path.len() > 1).map(|path| (path, is_use)));
    }
    found
}

/// Takes a path apart: `a::{b, c::d}` names `a::b` and `a::c::d`. Says how much of it was read.
fn expand(text: &str, before: &Path, found: &mut Vec<Path>) -> usize {
    let blanks = text.len() - text.trim_start().len();
    let name = name_at(&text[blanks..]);
    let mut read = blanks + name.len();
    let mut path = before.clone();
    if !name.is_empty() && (name != "self" || before.is_empty()) {
        path.push(name.to_owned());
    }
    if text[read..].starts_with("::") {
        return read + 2 + expand(&text[read + 2..], &path, found);
    }
    if name.is_empty() && text[read..].starts_with('{') {
        read += 1;
        while !text[read..].trim_start().starts_with('}') {
            let took = expand(&text[read..], &path, found);
            let rest = &text[read + took..];
            read += took;
            match rest.find([',', '}']) {
                Some(end) => read += end + usize::from(rest[end..].starts_with(',')),
                None => return text.len(),
            }
        }
        return read + 1;
    }
    found.push(path);
    read.max(1).min(text.len())
}

fn name_at(rest: &str) -> &str {
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end]
}

/// Files that can be reached from each other, by what each takes.
fn circles(sources: &[Source]) -> Findings {
    let house = House::of(sources);
    let arrows = house.arrows();
    let reach = |from| {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut next: Vec<&str> = vec![from];
        while let Some(file) = next.pop() {
            let goes = arrows.get(file).into_iter().flat_map(BTreeMap::keys);
            next.extend(goes.copied().filter(|to| seen.insert(to)));
        }
        seen
    };
    let all: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|file| (*file, reach(file))).collect();
    let mut found = Findings::new();
    for (file, goes) in all.iter().filter(|(file, goes)| goes.contains(*file)) {
        let back = |to: &&str| all.get(to).is_some_and(|goes| goes.contains(file));
        for (to, names) in &arrows[file] {
            if goes.contains(to) && back(to) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                found.push(format!("{file} -> {to}: {}", names.join(", ")));
            }
        }
    }
    found
}

#[test]
fn files_do_not_go_in_circles() {
    none(&circles(&source::rooms()));
}

#[test]
fn a_circle_is_found_however_it_is_closed() {
    let found = |files: &[(&str, &str)]| {
        let sources: Vec<Source> =
            files.iter().map(|(path, text)| Source::new(path, text)).collect();
        circles(&sources).len()
    };
    let two = |a: &str, b: &str| found(&[("src/judge/a.rs", a), ("src/judge/b.rs", b)]);
    assert_eq!(two("use super::b::B;", "use super::a::A;"), 2);
    assert_eq!(two("use crate::{judge::{b::{B, C}}};", "fn f() { super::a::go(); }"), 2);
    assert_eq!(two("use super::b::{self, B};", "fn f(x: crate::judge::a::A) {}"), 2);
    assert_eq!(two("use super::b::B;", "//! Must not know super::a::A.\nuse super::c::C;"), 0);
    assert_eq!(two("use super::b::B;", "#[cfg(test)]\nmod tests { use super::super::a::A; }"), 0);
    let parent = "mod child;\npub use child::Child;\nuse crate::units::At;";
    let (units, child) = (("src/units.rs", "pub struct At;"), "src/judge/child.rs");
    assert_eq!(found(&[("src/judge/mod.rs", parent), (child, "use super::At;"), units]), 0);
    assert_eq!(found(&[("src/judge/mod.rs", parent), (child, "use super::Verdict;"), units]), 0);
    let through = [
        ("src/judge/mod.rs", "pub use fold::Fold;"),
        ("src/judge/fold.rs", "use super::lag::Lag;"),
        ("src/judge/lag.rs", "use crate::judge::Fold;"),
    ];
    assert_eq!(found(&through), 2, "by a name that the room hands on");
    let cousins = [
        ("src/judge/a.rs", "mod below;\nuse super::b::B;"),
        ("src/judge/a/below.rs", "use super::A;"),
        ("src/judge/b.rs", "use super::a::below::Below;"),
    ];
    assert_eq!(found(&cousins), 0, "what stands below is another file");
}
