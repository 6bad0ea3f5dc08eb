//! Holds the house rules: which module may know which, what each may touch, how files are shaped,
//! and which words stay out. Start at [`layering`]; every rule has a test in which it fires.
//!
//! The rules are read from the text, not from the compiler: a rule about who may know whom must
//! hold for code that is compiled on other systems too.

mod circles;
mod facts;
mod layering;
mod map;
mod names;
mod reached;
mod shape;
mod source;
mod touch;
mod words;

use source::Source;

/// One line a breach: `src/judge/lag.rs:12: what is wrong`.
type Findings = Vec<String>;

/// Fails with every breach at once, so that one run tells all there is to mend.
fn none(findings: &Findings) {
    assert!(findings.is_empty(), "{} found:\n{}", findings.len(), findings.join("\n"));
}

/// What a rule finds in a snippet that claims to stand at `path`.
fn found(rule: impl Fn(&Source) -> Findings, path: &str, text: &str) -> Findings {
    rule(&Source::new(path, text))
}

#[test]
fn the_walk_finds_the_house() {
    let tree = source::tree();
    for path in ["Cargo.toml", "src/lib.rs", "src/judge/mod.rs", "tests/tidy/main.rs"] {
        assert!(tree.iter().any(|file| file.path == path), "{path} was not read");
    }
}

#[test]
fn nothing_that_a_tool_left_is_committed() {
    let committed = source::committed();
    let strangers = source::strangers(committed.lines());
    assert!(strangers.is_empty(), "folders that tests/tidy/source.rs does not know: {strangers:?}");
    let left = ["src/lib.rs", "Cargo.toml", ".tool/cache/x.json", "reports/example/report.md"];
    assert_eq!(source::strangers(left.into_iter()).into_iter().collect::<Vec<_>>(), [".tool"]);
}
