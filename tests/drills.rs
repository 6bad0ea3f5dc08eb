//! Sessions of drills on the command line: what a blind one keeps to itself until its debrief, and
//! the last drill of a name beside the next.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const SMALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/small.yaml");
/// What nobody is to see before the debrief: the campaign, the fault, and the step that mends it.
const HIDDEN: [&str; 3] = ["Secret drill", "quiet-outage", "wake-it"];

/// A drill in a folder of its own: marketplace away for `lasts`, a step against it, an alert.
fn drill(temp: &TempDir, lasts: &str) -> PathBuf {
    let more = format!(
        "faults: [{{ name: quiet-outage, at: marketplace, does: unavailable, from: 2m, \
         lasts: {lasts} }}]\n\
         alerts: [{{ name: behind, when: oldest unshown, above: 1s, for: 5s }}]\n\
         interventions: [{{ name: wake-it, does: resync, at: marketplace, when: 3m }}]\n"
    );
    let mut text = fs::read_to_string(SMALL).unwrap();
    let named = ("campaign: Small", "campaign: Secret drill");
    for (from, to) in [named, ("speed: 200x", "speed: 100x")] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = temp.path().join("drill.yaml");
    fs::write(&path, text + &more).unwrap();
    path
}

fn doorbuster(temp: &TempDir, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorbuster"));
    command.args(args).current_dir(temp.path()).stdin(Stdio::null());
    for name in ["NO_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

/// Plays a drill to its end; the folder that it names, and its comment.
fn played(temp: &TempDir, args: &[&str]) -> (PathBuf, String) {
    let output = doorbuster(temp, args).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{said}");
    let folder = temp.path().join(String::from_utf8(output.stdout).unwrap().trim());
    let comment = fs::read_to_string(folder.join("report.md")).unwrap();
    (folder, comment)
}

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    heard
}

#[track_caller]
fn hides(what: &str, shown: &str) {
    for name in HIDDEN {
        assert!(!shown.contains(name), "{what} shows {name}: {shown}");
    }
}

/// From the first line to the last before the report, on every page, and in the folder's name.
#[test]
fn a_blind_drill_names_nothing_until_its_debrief() {
    let temp = tempfile::tempdir().unwrap();
    let scenario = drill(&temp, "3m").display().to_string();
    let mut child = doorbuster(&temp, &["run", &scenario, "--blind"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let address = first.strip_prefix("health page: http://").unwrap().trim_end_matches('/');
    let mut before = vec![first.clone()];
    // Until the fault has long been in force, and the step was taken.
    let mut at_us = 0;
    while at_us < 4 * 60_000_000 {
        let state = ask(address, "/state.json");
        let json: serde_json::Value =
            serde_json::from_str(state.split_once("\r\n\r\n").unwrap().1).unwrap();
        at_us = json["at_us"].as_u64().unwrap();
        let [page, metrics] = ["/", "/metrics"].map(|path| ask(address, path));
        let status = doorbuster(&temp, &["operate", "status"]).output().unwrap();
        let [out, err] = [status.stdout, status.stderr].map(|s| String::from_utf8(s).unwrap());
        for shown in [state, page, metrics, out, err] {
            hides("a display", &shown);
        }
    }
    let folder = fs::read_dir(temp.path().join("reports")).unwrap().next().unwrap().unwrap().path();
    let folder = folder.display().to_string();
    for look in [
        &["report", &folder][..],
        &["export", "--format", "csv", "--out", "facts", &folder],
        &["pool", &folder, &folder],
        &["compare", &folder, "."],
    ] {
        let peeked = doorbuster(&temp, look).output().unwrap();
        let [out, err] = [peeked.stdout, peeked.stderr].map(|s| String::from_utf8(s).unwrap());
        assert_eq!(peeked.status.code(), Some(2), "{look:?}: {err}");
        assert!(err.contains("is a blind run that goes on"), "{look:?}: {err}");
        hides("what is read of its folder", &format!("{out}{err}"));
    }
    for line in lines.by_ref() {
        let drains = line.starts_with("draining: ");
        before.push(line);
        if drains {
            break;
        }
    }
    hides("the terminal", &before.join("\n"));
    let rest: Vec<String> = lines.collect();
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    assert!(matches!(child.wait().unwrap().code(), Some(0 | 1 | 3)), "{rest:?}");
    hides("the folder", &stdout);
    assert!(stdout.starts_with("reports/blind-"), "{stdout}");
    // The debrief tells all of it.
    let debrief = fs::read_to_string(temp.path().join(stdout.trim()).join("report.md")).unwrap();
    for name in HIDDEN {
        assert!(debrief.contains(name), "{name}: {debrief}");
    }
}

/// Whatever either folder is called, and whether it was played in virtual time or over sockets.
#[test]
fn the_last_drill_of_a_name_stands_beside_the_next() {
    let since = "Since the last run of this campaign";
    let recovery = "Recovery from what was broken: ";
    for how in [&["simulate", "--runs", "1"][..], &["run", "--blind"]] {
        let temp = tempfile::tempdir().unwrap();
        let play = |lasts: &str| {
            let scenario = drill(&temp, lasts).display().to_string();
            let args: Vec<&str> = std::iter::once(how[0])
                .chain([scenario.as_str()])
                .chain(how[1..].iter().copied())
                .collect();
            played(&temp, &args)
        };
        let (first, alone) = play("1m");
        assert!(!alone.contains(since), "{alone}");
        let (second, beside) = play("6m");
        let label = first.file_name().unwrap().to_str().unwrap();
        assert!(beside.contains(since) && beside.contains(label), "{how:?}: {beside}");
        assert!(beside.contains(recovery), "{how:?}: {beside}");
        // From the files alone, later.
        let again = second.display().to_string();
        assert!(doorbuster(&temp, &["report", &again]).output().unwrap().status.code().is_some());
        let page = fs::read_to_string(Path::new(&again).join("report.html")).unwrap();
        assert!(page.contains(since) && page.contains(recovery), "{how:?}");
    }
}
