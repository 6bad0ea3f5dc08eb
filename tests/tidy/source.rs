//! Owns reading the repository: which files there are, which of them are tests, and Rust text with
//! its comments, strings or tests blanked out. Must not know any rule.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A text file of the repository.
pub(crate) struct Source {
    /// Where it stands, from the repository's root, with `/`.
    pub(crate) path: String,
    /// The text as written.
    pub(crate) text: String,
    /// Rust without comments and strings, tests included; empty for other files.
    pub(crate) code: String,
    /// Rust without comments, strings and tests; empty for other files and for test modules.
    pub(crate) product: String,
}

impl Source {
    /// A file of which the path tells whether it is a test.
    pub(crate) fn new(path: &str, text: &str) -> Source {
        let rust = is_rust_path(path);
        let code = if rust { blank(text, Strings::Blanked) } else { String::new() };
        let product =
            if rust && !is_test_path(path) { without_tests(&code) } else { String::new() };
        Source { path: path.to_owned(), text: text.to_owned(), code, product }
    }

    /// Whether it holds Rust.
    pub(crate) fn is_rust(&self) -> bool {
        is_rust_path(&self.path)
    }

    /// Rust with comments blanked and strings kept.
    pub(crate) fn spoken(&self) -> String {
        blank(&self.text, Strings::Kept)
    }

    /// A breach at a byte offset of any of its texts: blanking keeps every offset.
    pub(crate) fn at(&self, offset: usize, what: &str) -> String {
        let line = self.text[..offset].matches('\n').count() + 1;
        format!("{}:{line}: {what}", self.path)
    }
}

/// Where that stands.
const FOLDERS: [&str; 10] = [
    "src",
    "tests",
    "benches",
    "examples",
    "docs",
    "templates",
    "schemas",
    "scenarios",
    ".ci",
    "fuzz",
];

/// Folders that belong to the repository and hold what was made: a report, failing seeds.
const MADE: [&str; 2] = ["reports", "proptest-regressions"];

/// The folders of some paths that nobody knows: what a tool left behind and somebody committed.
pub(crate) fn strangers<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<&'p str> {
    let folders = paths.filter_map(|path| Some(path.split_once('/')?.0));
    folders.filter(|folder| !FOLDERS.contains(folder) && !MADE.contains(folder)).collect()
}

/// The paths of the repository, one a line; nothing where git cannot say.
pub(crate) fn committed() -> String {
    let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
    let listed = Command::new("git").arg("-C").arg(root).arg("ls-files").output();
    listed.map_or_else(|_| String::new(), |listed| String::from_utf8_lossy(&listed.stdout).into())
}

/// Everything that is part of the product: sources, tests, documents, scenarios, house files.
pub(crate) fn tree() -> Vec<Source> {
    // At run time first: the tests may have been built in another checkout than they judge.
    let root = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_in, PathBuf::from);
    let mut paths = Vec::new();
    for entry in fs::read_dir(&root).expect("the repository can be read") {
        let path = entry.expect("the repository can be read").path();
        // `.git` is a file in a linked worktree.
        if path.is_file() && path.file_name().is_some_and(|name| name != ".git") {
            paths.push(path);
        }
    }
    for folder in FOLDERS {
        walk(&root.join(folder), &mut paths);
    }
    paths.sort();
    let mut files: Vec<Source> = paths
        .iter()
        .filter_map(|path| {
            let below = path.strip_prefix(&root).expect("the walk starts at the root");
            // What is not text (a picture, a recorded history) has no lines to hold to rules.
            let text = fs::read_to_string(path).ok()?;
            Some(Source::new(&below.to_string_lossy().replace('\\', "/"), &text))
        })
        .collect();
    let tests: Vec<String> = files.iter().flat_map(test_modules).collect();
    for file in &mut files {
        if tests.iter().any(|module| file.path.starts_with(module)) {
            file.product = String::new();
        }
    }
    files
}

/// The Rust files below `src/`.
pub(crate) fn rooms() -> Vec<Source> {
    tree().into_iter().filter(|file| file.is_rust() && file.path.starts_with("src/")).collect()
}

fn built_in() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    // A folder that is not there yet has nothing in it.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a listed file is there").path();
        let foreign = path.file_name().is_some_and(|n| n == "node_modules" || n == "target");
        match path.is_dir() {
            true if !foreign => walk(&path, paths),
            true => {}
            false => paths.push(path),
        }
    }
}

/// Whether a path is that of Rust text.
pub(crate) fn is_rust_path(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

/// Tests, benches and examples stand in folders of their own; modules of tests in files by name.
pub(crate) fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let outside = ["tests/", "benches/", "examples/"].iter().any(|folder| path.starts_with(folder));
    outside || path.contains("/tests/") || name == "tests.rs" || name.ends_with("_tests.rs")
}

/// The path prefixes of modules that `file` declares for tests only: `src/history/samples`.
pub(crate) fn test_modules(file: &Source) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = file.path.rsplit('/').next().unwrap_or("").trim_end_matches(".rs");
    let below = match name {
        "mod" | "lib" | "main" => folder.to_owned(),
        _ => format!("{folder}/{name}"),
    };
    test_items(&file.code)
        .into_iter()
        .filter_map(|(from, to)| {
            let item = file.code[from..to].trim_end().strip_suffix(';')?;
            let (before, module) = item.rsplit_once("mod ")?;
            let declared = before.ends_with(|c: char| c.is_whitespace() || c == ')' || c == ']');
            declared.then(|| [format!("{below}/{module}.rs"), format!("{below}/{module}/")])
        })
        .flatten()
        .collect()
}

/// Rust without what is compiled for tests only, every offset kept.
fn without_tests(code: &str) -> String {
    let mut bytes = code.as_bytes().to_vec();
    for (from, to) in test_items(code) {
        bytes[from..to].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8(bytes).expect("whole items were blanked")
}

/// Where the items under `#[cfg(test)]` stand: from the attribute to the `;` or the brace.
fn test_items(code: &str) -> Vec<(usize, usize)> {
    let mut items = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(") {
        let start = from + found;
        let end = start + code[start..].find(']').unwrap_or(code.len() - start);
        let condition = &code[start..end];
        from = end;
        let named = condition.split(|c: char| !c.is_alphanumeric()).any(|word| word == "test");
        if named && !condition.contains("not(") {
            from = item_end(code, end);
            items.push((start, from));
        }
    }
    items
}

/// The end of the item that follows `from`: its `;`, or the brace that closes its first one.
fn item_end(code: &str, from: usize) -> usize {
    let (mut round, mut curly) = (0_i32, 0_i32);
    for (offset, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => round += 1,
            b')' | b']' => round -= 1,
            b'{' => curly += 1,
            b'}' => {
                curly -= 1;
                if curly <= 0 {
                    return offset + 1;
                }
            }
            // The attribute's own `]` leaves `round` at -1 or 0.
            b';' if curly == 0 && round <= 0 => return offset + 1,
            _ => {}
        }
    }
    code.len()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    Kept,
    Blanked,
}

/// Rust with comments, and strings where asked, turned into spaces; offsets and lines are kept.
fn blank(text: &str, strings: Strings) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let (len, erased) = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => (line_len(&bytes[at..]), true),
            b'/' if bytes[at..].starts_with(b"/*") => (block_len(&bytes[at..]), true),
            b'"' => (string_len(&bytes[at..]), strings == Strings::Blanked),
            b'r' if !follows_name(bytes, at) && raw_len(&bytes[at..]).is_some() => {
                (raw_len(&bytes[at..]).unwrap_or(1), strings == Strings::Blanked)
            }
            b'\'' => {
                let len = char_len(&text[at..]);
                (len, len > 1 && strings == Strings::Blanked)
            }
            _ => (1, false),
        };
        let end = (at + len.max(1)).min(bytes.len());
        if erased {
            out[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
        at = end;
    }
    String::from_utf8(out).expect("only whole comments and literals were blanked")
}

/// Whether the byte before ends a name: the `r` of `br"…"` starts a literal, of `var"` none.
fn follows_name(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|b| bytes[b]);
    before.is_some_and(|b| (b.is_ascii_alphanumeric() && b != b'b') || b == b'_')
}

fn line_len(bytes: &[u8]) -> usize {
    bytes.iter().position(|b| *b == b'\n').unwrap_or(bytes.len())
}

fn block_len(bytes: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    at
}

fn string_len(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn raw_len(bytes: &[u8]) -> Option<usize> {
    let hashes = bytes[1..].iter().take_while(|b| **b == b'#').count();
    if bytes.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let close = [b"\"".as_slice(), "#".repeat(hashes).as_bytes()].concat();
    let body = &bytes[2 + hashes..];
    let end = body.windows(close.len()).position(|window| window == close)?;
    Some(2 + hashes + end + close.len())
}

/// A character literal's length; 1 for the tick of a lifetime.
fn char_len(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text[2..].find('\'').map_or(1, |end| {
            // In '\'' the first tick found is the escaped one.
            if text.as_bytes()[2] == b'\'' { 4 } else { 2 + end + 1 }
        }),
        Some(_) => match chars.next() {
            Some((offset, '\'')) => offset + 1,
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blanked_and_lines_kept() {
        let text =
            "a // tokio\n/* x /* y */ z */ b \"to\\\"kio\" c r#\"q\"tokio\"# d 'e' '\\'' f<'g>";
        let code = Source::new("src/x.rs", text).code;
        let left: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(left, ["a", "b", "c", "d", "f<'g>"]);
        assert_eq!((code.len(), code.lines().count()), (text.len(), 2));
    }

    #[test]
    fn tests_are_not_product() {
        let text = "use a;\n#[cfg(test)]\n#[path = \"x\"]\nmod tests;\nfn f() {}\n\
            #[cfg(test)]\nmod more { fn g([u]: [u8; 2]) { h(); } }\n#[cfg(not(test))]\nuse z;";
        let product = Source::new("src/x.rs", text).product;
        let left: Vec<&str> = product.split_whitespace().collect();
        assert_eq!(left, ["use", "a;", "fn", "f()", "{}", "#[cfg(not(test))]", "use", "z;"]);
    }

    #[test]
    fn modules_declared_for_tests_are_known_by_their_path() {
        let declared = |path, text| test_modules(&Source::new(path, text));
        let samples = "#[cfg(test)]\npub(crate) mod samples;\nmod frames;";
        assert_eq!(
            declared("src/history/mod.rs", samples),
            ["src/history/samples.rs", "src/history/samples/"]
        );
        assert_eq!(declared("src/wire/dialect.rs", samples)[0], "src/wire/dialect/samples.rs");
        assert!(declared("src/history/mod.rs", "mod samples;").is_empty());
    }
}
