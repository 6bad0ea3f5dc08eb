//! Owns the words that stay out: unfinished work, silenced lints, panics by convenience, and
//! whatever names one machine or one network.

use crate::source::{self, Source};
use crate::touch::stands_alone;
use crate::{Findings, found, none};

/// Hosts that code may name: this machine, names reserved for examples (RFC 2606), and
/// identifiers of formats, which nobody fetches.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "localhost",
    "[::1]",
    "0.0.0.0",
    "www.w3.org",
    "json-schema.org",
    "schemas.openxmlformats.org",
];
const HOSTS_RESERVED: &[&str] = &[".example", ".test", ".invalid", ".localhost", "example.com"];

/// What says that work is not done. Put together here so that this file does not hold it.
fn unfinished(file: &Source) -> Findings {
    let mut findings = Vec::new();
    for word in [concat!("TO", "DO"), concat!("FIX", "ME")] {
        for (offset, _) in file.text.match_indices(word) {
            if stands_alone(&file.text, offset, word.len()) {
                findings.push(file.at(offset, "unfinished work: do it, or refuse the case loudly"));
            }
        }
    }
    for word in ["todo!", "unimplemented!", "dbg!", "#[ignore"] {
        for (offset, _) in file.code.match_indices(word) {
            findings.push(file.at(offset, &format!("`{word}` stays out")));
        }
    }
    findings
}

/// `unwrap()` says nothing about why it cannot fail; `expect` names the invariant.
fn unwraps(file: &Source) -> Findings {
    let unwrap = |(offset, _)| file.at(offset, "`unwrap()`: name the invariant with `expect`");
    file.product.match_indices(".unwrap()").map(unwrap).collect()
}

/// Lints silenced for good, or without a reason.
fn silenced(file: &Source) -> Findings {
    let mut findings = Vec::new();
    for open in ["#[allow(", "#![allow("] {
        for (offset, _) in file.code.match_indices(open) {
            findings
                .push(file.at(offset, "`allow` outlives its cause: use `expect` with a reason"));
        }
    }
    for open in ["#[expect(", "#![expect("] {
        for (offset, _) in file.code.match_indices(open) {
            let attribute = file.code[offset..].split(")]").next().unwrap_or("");
            if !attribute.contains("reason =") {
                findings.push(file.at(offset, "`expect` without a reason"));
            }
        }
    }
    findings
}

/// Text that only makes sense on one machine or beside one folder.
fn local(file: &Source) -> Findings {
    let homes = ["/ho", "/ro", "/Us", "/wo"].iter().zip(["me/", "ot/", "ers/", "rk/"]);
    let mut places: Vec<String> = homes.map(|(a, b)| format!("{a}{b}")).collect();
    places.extend(["C:", "shar"].iter().zip(["\\", "ed/"]).map(|(a, b)| format!("{a}{b}")));
    let mut findings = Vec::new();
    for place in places {
        for (offset, _) in file.text.match_indices(&place) {
            let before = file.text[..offset].chars().next_back();
            // `src/work/` is a path of ours; `../x/` and a bare `x/` are not.
            let inner = |c: char| c.is_alphanumeric() || "_-.{}$*".contains(c);
            let ours = place.starts_with('/') && before.is_some_and(inner);
            let longer = !place.starts_with('/') && before.is_some_and(char::is_alphanumeric);
            if !ours && !longer {
                findings.push(file.at(offset, &format!("`{place}` is a place of one machine")));
            }
        }
    }
    findings
}

/// Hosts that code, scripts, templates or scenarios name. Documents and comments cite sources.
fn hosts(file: &Source) -> Findings {
    let text = match file.path.rsplit('.').next() {
        Some("rs") => file.spoken(),
        // Prose, licences and what cargo writes.
        Some("md" | "lock" | "snap") => return Vec::new(),
        _ if file.path.starts_with("LICENSE") => return Vec::new(),
        _ => file.text.clone(),
    };
    let mut findings = Vec::new();
    for scheme in ["http:", "https:"] {
        for (offset, _) in text.match_indices(&format!("{scheme}//")) {
            let rest = &text[offset + scheme.len() + 2..];
            let end = rest.find(|c: char| !c.is_alphanumeric() && !".-_[]:@{}$".contains(c));
            let authority = &rest[..end.unwrap_or(rest.len())];
            if !is_named_in_peace(authority) {
                findings.push(file.at(offset, &format!("names the host `{authority}`")));
            }
        }
    }
    findings
}

/// Whether `user@host:port` names nobody on a network: allowed, reserved, or filled in later.
fn is_named_in_peace(authority: &str) -> bool {
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let port = host.rfind(':').filter(|at| !host[*at..].contains(']'));
    let host = &host[..port.unwrap_or(host.len())];
    let filled_in = host.is_empty() || host.starts_with(['{', '$', ':']) || host == "host";
    filled_in || HOSTS.contains(&host) || HOSTS_RESERVED.iter().any(|end| host.ends_with(end))
}

#[test]
fn nothing_is_left_unfinished() {
    none(
        &source::tree()
            .iter()
            .filter(|file| file.path != "Cargo.lock")
            .flat_map(unfinished)
            .collect(),
    );
}

#[test]
fn nothing_unwraps() {
    none(&source::rooms().iter().flat_map(unwraps).collect());
}

#[test]
fn lints_are_silenced_with_a_reason() {
    none(&source::tree().iter().flat_map(silenced).collect());
}

#[test]
fn no_place_is_a_place_of_one_machine() {
    none(&source::tree().iter().flat_map(local).collect());
}

#[test]
fn no_host_is_named() {
    none(&source::tree().iter().flat_map(hosts).collect());
}

#[test]
fn unfinished_work_is_found() {
    let of = |text: &str| found(unfinished, "src/x.rs", text).len();
    assert_eq!(of(concat!("// TO", "DO: more")), 1);
    assert_eq!(of(concat!("// FIX", "ME")), 1);
    assert_eq!(of("fn f() { todo!() }"), 1);
    assert_eq!(of("#[ignore = \"slow\"]\n#[test]\nfn f() { dbg!(1); unimplemented!() }"), 3);
    assert_eq!(of("/// Never `todo!`.\nfn f() { let s = \"dbg!\"; mastodons(); }"), 0);
}

#[test]
fn an_unwrap_is_found_outside_tests() {
    let text = "fn f() { g().unwrap() }";
    assert_eq!(found(unwraps, "src/x.rs", text).len(), 1);
    assert_eq!(found(unwraps, "src/x/tests.rs", text).len(), 0);
    assert_eq!(found(unwraps, "src/x.rs", &format!("#[cfg(test)]\nmod t {{ {text} }}")).len(), 0);
    assert_eq!(found(unwraps, "src/x.rs", "fn f() { g().unwrap_or(1) } // .unwrap()").len(), 0);
}

#[test]
fn a_lint_silenced_in_silence_is_found() {
    let of = |text| found(silenced, "src/x.rs", text).len();
    assert_eq!(of("#[allow(dead_code)]"), 1);
    assert_eq!(of("#[allow(dead_code, reason = \"x\")]"), 1);
    assert_eq!(of("#[expect(clippy::too_many_lines)]"), 1);
    assert_eq!(of("#[expect(\n    clippy::too_many_lines,\n    reason = \"one table\"\n)]"), 0);
    assert_eq!(of("// #[allow(dead_code)]"), 0);
}

#[test]
fn places_of_one_machine_are_found() {
    let of = |text: String| found(local, "docs/x.md", &text).len();
    assert_eq!(of(format!("see {}me/ann/x", "/ho")), 1);
    assert_eq!(of(format!("cd {}rk/x", "/wo")), 1);
    assert_eq!(of(format!("see ../{}ed/DESIGN.md", "shar")), 1);
    assert_eq!(of(format!("src{}rk/mod.rs, a shared clock, un{}ed/", "/wo", "shar")), 0);
}

#[test]
fn hosts_are_found_unless_they_are_nobodys() {
    let at = |path, host: &str| {
        let text = format!("let u = \"https:{host}\";");
        found(hosts, path, &text).len()
    };
    assert_eq!(at("src/x.rs", "//api.shop.com/v1"), 1);
    assert_eq!(at("scenarios/x.yaml", "//shop.com:8080"), 1);
    assert_eq!(at("src/x.rs", "//user:secret@shop.com/"), 1);
    assert_eq!(at("docs/x.md", "//doi.org/10.1093"), 0);
    for nobody in ["//127.0.0.1:80/", "//[::1]:80/", "//{address}/", "//shop.example/", "//"] {
        assert_eq!(at("src/x.rs", nobody), 0, "{nobody}");
    }
    assert_eq!(found(hosts, "src/x.rs", &format!("// https:{}", "//doi.org/10.1093")).len(), 0);
}
