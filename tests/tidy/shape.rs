//! Owns how a file is shaped: how long, how wide, what its first line says. Functions are held to
//! 60 lines by clippy (`too-many-lines-threshold`).

use crate::source::{self, Source, is_test_path};
use crate::{Findings, found, none};

/// A file that is longer has two subjects.
const LINES_MAX: usize = 400;
/// rustfmt breaks code here; comments and strings are the writer's business.
const COLUMNS_MAX: usize = 100;

fn too_long(file: &Source) -> Findings {
    let lines = file.text.lines().count();
    if !file.is_rust() || !file.path.starts_with("src/") || lines <= LINES_MAX {
        return Vec::new();
    }
    vec![format!("{}: {lines} lines, at most {LINES_MAX}: split it by subject", file.path)]
}

/// What a snapshot holds is as wide as what it was taken of.
fn too_wide(file: &Source) -> Findings {
    if !file.is_rust() {
        return Vec::new();
    }
    let mut in_snapshot = false;
    let mut outside = |(_, line): &(usize, &str)| {
        let (opens, closes) = (line.contains(" @r"), line.contains("\"#"));
        let outside = !in_snapshot && !opens;
        in_snapshot = (in_snapshot || opens) && !closes;
        outside
    };
    let wide = |(at, line): (usize, &str)| {
        let columns = line.chars().count();
        let says = format!("{}:{}: {columns} columns, at most {COLUMNS_MAX}", file.path, at + 1);
        (columns > COLUMNS_MAX).then_some(says)
    };
    file.text.lines().enumerate().filter(|line| outside(line)).filter_map(wide).collect()
}

/// A module says in its first line what it owns; a test or an example what it is.
fn untitled(file: &Source) -> Findings {
    if !file.is_rust() {
        return Vec::new();
    }
    let first = file.text.lines().next().unwrap_or("");
    let roots = ["src/lib.rs", "src/main.rs"];
    let module = file.path.starts_with("src/") && !roots.contains(&file.path.as_str());
    // A module compiled for tests only has no product left and may say what it is instead.
    let owns = module && !is_test_path(&file.path) && !file.product.trim().is_empty();
    if !first.starts_with("//! ") {
        return vec![file.at(0, "the first line must say what the file is: `//! …`")];
    }
    if owns && !first.starts_with("//! Owns ") {
        return vec![file.at(0, "the first line of a module must be `//! Owns …`")];
    }
    Vec::new()
}

#[test]
fn files_have_one_subject() {
    none(&source::tree().iter().flat_map(too_long).collect());
}

#[test]
fn lines_fit_the_page() {
    none(&source::tree().iter().flat_map(too_wide).collect());
}

#[test]
fn files_say_what_they_are() {
    none(&source::tree().iter().flat_map(untitled).collect());
}

#[test]
fn a_file_too_long_is_found() {
    let of = |lines| found(too_long, "src/x.rs", &"x\n".repeat(lines)).len();
    assert_eq!((of(401), of(400)), (1, 0));
    assert_eq!(found(too_long, "docs/x.md", &"x\n".repeat(401)).len(), 0);
}

#[test]
fn a_line_too_wide_is_found() {
    let of = |columns| found(too_wide, "src/x.rs", &"µ".repeat(columns)).len();
    assert_eq!((of(101), of(100)), (1, 0));
    let wide = "x".repeat(101);
    let snapshot = format!("check(a, @r#\"\n{wide}\n\"#);\n{wide}\n");
    assert_eq!(found(too_wide, "src/x.rs", &snapshot).len(), 1, "only what follows the snapshot");
}

#[test]
fn a_file_without_a_title_is_found() {
    let of = |path, text| found(untitled, path, text).len();
    assert_eq!(of("src/judge/lag.rs", "use std::fmt;"), 1);
    assert_eq!(of("src/judge/lag.rs", ""), 1);
    assert_eq!(of("src/judge/lag.rs", "//! Lag.\nuse std::fmt;"), 1);
    assert_eq!(of("src/judge/lag.rs", "//! Owns lag.\nuse std::fmt;"), 0);
    assert_eq!(of("src/judge/tests.rs", "//! What a judge says.\nuse std::fmt;"), 0);
    assert_eq!(of("src/lib.rs", "//! Plays a promotion.\npub mod x;"), 0);
}
