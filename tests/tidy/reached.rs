//! Owns that every file below `src/` is compiled: a file that nothing declares is silent, and tests
//! in it cannot fail. Must not know what files hold.

use crate::source::{self, Source};
use crate::{Findings, none};

/// Files that no other declares, by `mod` or by a path.
fn orphans(tree: &[Source]) -> Findings {
    let sources = || tree.iter().filter(|file| file.path.starts_with("src/") && file.is_rust());
    let declares = |file: &Source, by: &Source| {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        let stem = name.trim_end_matches(".rs");
        let above =
            [format!("{folder}/mod.rs"), format!("{folder}.rs"), format!("{folder}/lib.rs")];
        let is_above = above.contains(&by.path);
        let beside = by.path.rsplit_once('/').map_or("", |(beside, _)| beside);
        let path = file.path.strip_prefix(&format!("{beside}/"));
        is_above && by.code.contains(&format!("mod {stem};"))
            || path.is_some_and(|path| by.text.contains(&format!("path = \"{path}\"")))
    };
    sources()
        .filter(|file| !["src/lib.rs", "src/main.rs"].contains(&&*file.path))
        .filter(|file| !file.path.ends_with("/mod.rs"))
        .filter(|file| !sources().any(|by| declares(file, by)))
        .map(|file| format!("{}: nothing declares it, so that it is not compiled", file.path))
        .collect()
}

#[test]
fn every_file_is_compiled() {
    none(&orphans(&source::tree()));
}

#[test]
fn a_file_that_is_not_compiled_is_found() {
    let lib = Source::new("src/lib.rs", "mod judge;");
    let load = |text| Source::new("src/judge/load.rs", text);
    let tree = |text| {
        let tests = Source::new("src/judge/load_tests.rs", "#[test]\nfn t() {}");
        let judge = Source::new("src/judge/mod.rs", "mod load; // mod load_tests;");
        vec![Source::new("src/lib.rs", &lib.text), judge, load(text), tests]
    };
    assert_eq!(orphans(&tree("#[cfg(test)]\n#[path = \"load_tests.rs\"]\nmod tests;")).len(), 0);
    let found = orphans(&tree("fn load() {}"));
    assert!(found.len() == 1 && found[0].starts_with("src/judge/load_tests.rs"), "{found:?}");
}
