//! Sessions on the command line: what is typed, what comes back, which exit code.
//! Live ones sell for a few seconds over loopback; outcomes are asserted, never durations.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without, it fails on")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

const SMALL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios/small.yaml");
const QUICKSTART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/quickstart.yaml");
const NAIVE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/black-friday.yaml");

fn doorbuster(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_doorbuster"));
    command.args(args).stdin(Stdio::null());
    for name in ["NO_COLOR", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command
}

fn done(args: &[&str]) -> Output {
    doorbuster(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[track_caller]
fn exits(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", said(output));
}

fn folder(name: &str) -> (TempDir, String) {
    let temp = tempfile::tempdir().unwrap();
    let out = temp.path().join(name).display().to_string();
    (temp, out)
}

/// A scenario that differs from the small one by these replacements.
fn varied(temp: &TempDir, replaced: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(SMALL).unwrap();
    for (from, to) in replaced {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let path = temp.path().join("varied.yaml");
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A run folder with a small campaign in it.
fn simulated() -> (TempDir, String) {
    let (temp, out) = folder("run");
    exits(&done(&["simulate", SMALL, "--runs", "1", "--out", &out]), 3);
    (temp, out)
}

const COMMANDS: [&str; 17] = [
    "init",
    "plan",
    "headroom",
    "advise",
    "run",
    "simulate",
    "operate",
    "report",
    "compare",
    "pool",
    "export",
    "serve",
    "proxy",
    "profile",
    "schema",
    "completions",
    "man",
];

#[test]
fn help_names_every_command_by_job_with_examples_and_exit_codes() {
    let help = done(&["--help"]);
    exits(&help, 0);
    let text = printed(&help);
    assert!(text.contains("Exit codes:\n  0    GO"), "{text}");
    let jobs = ["Plan it:", "Play it:", "Read it:", "Set it up:", "Options:"];
    let places: Vec<usize> = jobs.iter().filter_map(|job| text.find(job)).collect();
    assert!(places.len() == jobs.len() && places.is_sorted(), "{text}");
    for command in COMMANDS {
        assert!(text.contains(&format!("  {command} ")), "{command}");
        let help = done(&[command, "--help"]);
        exits(&help, 0);
        let examples = printed(&help);
        let example = format!("  doorbuster {command} ");
        assert!(examples.contains("Examples:") && examples.contains(&example), "{command}");
        let widest = text.lines().chain(examples.lines()).map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{command}: {widest:?} columns");
    }
}

#[test]
fn what_was_mistyped_is_2_and_says_what_was_probably_meant() {
    for (typed, suggested) in [
        (vec!["simulat", SMALL], "'simulate'"),
        (vec![SMALL], "doorbuster simulate /"),
        (vec!["simulate", SMALL, "--sed", "4"], "'--seed'"),
        (vec!["simulate", SMALL, "--speed", "fast"], "10x"),
        (vec!["export", "x", "--format", "parket"], "'parquet'"),
        (vec!["simulate"], "doorbuster simulate <SCENARIO>"),
    ] {
        let output = done(&typed);
        exits(&output, 2);
        assert!(said(&output).contains(suggested), "{typed:?}: {}", said(&output));
        assert!(output.stdout.is_empty());
    }
    let nothing = done(&[]);
    exits(&nothing, 2);
    assert!(said(&nothing).contains("Start here:") && nothing.stdout.is_empty());
}

#[test]
fn data_alone_is_on_standard_output() {
    let (_temp, out) = simulated();
    let is_json = |output: &Output| {
        serde_json::from_slice::<serde_json::Value>(&output.stdout)
            .unwrap_or_else(|e| panic!("{e}: {}", printed(output)))
    };
    assert!(is_json(&done(&["report", &out, "--json"]))["verdict"].is_string());
    assert!(is_json(&done(&["schema", "scenario"]))["title"].is_string());
    assert!(is_json(&done(&["schema", "summary"]))["title"].is_string());
    let tables = is_json(&done(&["export", &out, "--format", "csv", "--json"]));
    assert_eq!(tables["tables"].as_array().unwrap().len(), 4);
    let folder = done(&["report", &out]);
    assert_eq!(printed(&folder), format!("{out}\n"), "without --json the folder is the data");
}

#[test]
fn a_run_is_exported_as_tables() {
    let (temp, out) = simulated();
    for format in ["csv", "parquet"] {
        let output = done(&["export", &out, "--format", format]);
        exits(&output, 0);
        let paths = printed(&output);
        let names =
            paths.lines().map(|path| Path::new(path).file_name().unwrap().to_str().unwrap());
        let expected = ["facts", "windows", "gates", "orders"].map(|n| format!("{n}.{format}"));
        assert_eq!(names.collect::<Vec<_>>(), expected);
        assert!(paths.lines().all(|path| fs::metadata(path).is_ok_and(|file| file.len() > 0)));
    }
    let piped = done(&["export", &out, "--format", "csv", "--what", "gates", "--out", "-"]);
    exits(&piped, 0);
    let file = fs::read(Path::new(&out).join("tables/gates.csv")).unwrap();
    assert_eq!(piped.stdout, file, "a pipe gets the bytes of the file");
    let elsewhere = temp.path().join("elsewhere").display().to_string();
    let one = ["export", &out, "--format", "csv", "--what", "windows,gates", "--out", &elsewhere];
    exits(&done(&one), 0);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 2);
}

#[test]
fn an_export_that_cannot_be_is_refused_before_anything_is_written() {
    let (temp, out) = simulated();
    let before = fs::read_dir(&out).unwrap().count();
    for typed in [
        vec!["export", &out, "--format", "parquet", "--what", "facts", "--out", "-"],
        vec!["export", &out, "--format", "csv", "--out", "-"],
        vec!["export", "/nowhere", "--format", "csv"],
    ] {
        let output = done(&typed);
        exits(&output, 2);
        assert!(output.stdout.is_empty(), "{typed:?}");
    }
    assert_eq!(fs::read_dir(&out).unwrap().count(), before);
    let file = temp.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let output = done(&["export", &out, "--format", "csv", "--out", file.to_str().unwrap()]);
    exits(&output, 4);
    assert!(said(&output).contains("--out chooses another place"), "{}", said(&output));
}

#[test]
fn a_torn_history_is_exported_up_to_the_tear() {
    let (temp, out) = simulated();
    let whole = fs::read(Path::new(&out).join("history.jsonl.zst")).unwrap();
    let torn = temp.path().join("torn");
    fs::create_dir(&torn).unwrap();
    fs::write(torn.join("history.jsonl.zst"), &whole[..whole.len() / 2]).unwrap();
    let rows = |folder: &str| {
        let output = done(&["export", folder, "--format", "parquet", "--json"]);
        exits(&output, 0);
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (told["tables"][0]["rows"].as_u64().unwrap(), told["torn"].is_string(), said(&output))
    };
    let (whole_rows, whole_torn, _) = rows(&out);
    let (torn_rows, is_torn, text) = rows(torn.to_str().unwrap());
    assert!(is_torn && !whole_torn && text.contains("the history is torn"), "{text}");
    assert!(0 < torn_rows && torn_rows < whole_rows, "{torn_rows} of {whole_rows}");
}

/// A full disk is played by a limit on the size of files; the signal that comes with it is left
/// aside, as the system leaves none when a disk is full.
#[cfg(unix)]
fn on_a_full_disk(kilobytes: u32, args: &[&str]) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" \"$@\"");
    let mut command = Command::new("bash");
    command.args(["-c", &script, env!("CARGO_BIN_EXE_doorbuster")]).args(args);
    command.stdin(Stdio::null()).output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_4_and_named_and_leaves_no_half_file() {
    let (_temp, out) = simulated();
    for format in ["csv", "parquet"] {
        let output = on_a_full_disk(100, &["export", &out, "--format", format]);
        exits(&output, 4);
        let name = format!("facts.{format}");
        assert!(said(&output).contains(&name), "{}", said(&output));
        assert!(said(&output).contains("Free some space"), "{}", said(&output));
        assert_eq!(fs::read_dir(Path::new(&out).join("tables")).unwrap().count(), 0);
    }
    // A disk that fills during the run: what was seen until then is kept and can be judged.
    for command in [&["simulate", SMALL, "--runs", "1"][..], &["run", SMALL]] {
        let (_temp, out) = folder("full");
        let output = on_a_full_disk(100, &[command, &["--out", &out]].concat());
        let command = command[0];
        exits(&output, 4);
        assert!(said(&output).contains("history"), "{command}: {}", said(&output));
        // How much that is rests on how it was packed: what it proves may be a NO-GO already.
        let again = done(&["report", &out]);
        let verdict = [(1, "NO-GO"), (3, "INCONCLUSIVE")];
        let found = verdict.iter().find(|(code, _)| again.status.code() == Some(*code));
        let (_, word) = found.unwrap_or_else(|| panic!("{command}: {}", said(&again)));
        assert!(said(&again).contains(word), "{command}: {}", said(&again));
    }
}

/// Asked to stop while a table is under way, an export takes back what it has begun.
#[cfg(unix)]
#[test]
fn an_export_that_is_stopped_leaves_no_half_file() {
    let (_temp, out) = folder("run");
    exits(&done(&["simulate", NAIVE, "--runs", "1", "--out", &out]), 1);
    let mut child = doorbuster(&["export", &out, "--format", "csv"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Path::new(&out).join("tables/.facts.csv.partial");
    while !begun.exists() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it began");
        std::thread::yield_now();
    }
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    exits(&output, 130);
    assert!(said(&output).contains("nothing is left half"), "{}", said(&output));
    assert_eq!(fs::read_dir(Path::new(&out).join("tables")).unwrap().count(), 0);
    assert!(output.stdout.is_empty());
}

#[test]
fn shells_can_complete_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = done(&["completions", shell]);
        exits(&output, 0);
        let script = printed(&output);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_takes_its_completions() {
    let script = done(&["completions", "bash"]).stdout;
    let mut bash = Command::new("bash").arg("-n").stdin(Stdio::piped()).spawn().unwrap();
    bash.stdin.take().unwrap().write_all(&script).unwrap();
    assert!(bash.wait().unwrap().success());
}

#[test]
fn every_command_has_a_manual_page() {
    let main = done(&["man"]);
    exits(&main, 0);
    assert!(printed(&main).contains(".TH doorbuster 1"), "{}", printed(&main));
    assert!(printed(&main).contains("EXIT STATUS"));
    let (_temp, out) = folder("man1");
    let written = done(&["man", "--out", &out]);
    exits(&written, 0);
    assert_eq!(printed(&written).lines().count(), COMMANDS.len() + 1);
    for command in COMMANDS {
        let page = fs::read_to_string(format!("{out}/doorbuster-{command}.1")).unwrap();
        assert!(page.contains(".SH \"EXAMPLES\"") && !page.contains("EXTRA"), "{page}");
    }
    let unknown = done(&["sell"]);
    exits(&unknown, 2);
    assert!(said(&unknown).contains("simulate"), "the commands are named: {}", said(&unknown));
    let fast = done(&["simulate", SMALL, "--speed", "fast"]);
    exits(&fast, 2);
    assert!(said(&fast).contains("10x or 1.5x"), "{}", said(&fast));
}

#[test]
fn a_bad_scenario_shows_every_error_and_leaves_nothing_behind() {
    let (temp, out) = folder("run");
    let scenario =
        varied(&temp, &[("  demand:", "  demnad:"), ("of orders: 40%", "of orders: 30%")]);
    for command in ["simulate", "run"] {
        let output = done(&[command, &scenario, "--out", &out]);
        exits(&output, 2);
        let text = said(&output);
        assert!(text.contains("demnad") && text.contains("did you mean"), "{text}");
        assert!(text.contains("add up to 90%"), "the shares' sum is said: {text}");
        assert!(output.stdout.is_empty() && !Path::new(&out).exists());
    }
}

#[test]
fn a_go_is_0_and_judging_again_gives_the_same_bytes() {
    let (_temp, out) = folder("run");
    let played = done(&["simulate", QUICKSTART, "--runs", "1", "--out", &out, "--json"]);
    exits(&played, 0);
    assert!(said(&played).contains("GO (model: not your systems)"));
    assert!(!said(&played).contains('\u{1b}'), "no colour into a pipe");
    let summary = fs::read(Path::new(&out).join("summary.json")).unwrap();
    assert_eq!(played.stdout, summary, "--json prints the file");
    let again = done(&["report", &out, "--json"]);
    exits(&again, 0);
    assert_eq!(again.stdout, summary);
    assert_eq!(fs::read(Path::new(&out).join("summary.json")).unwrap(), summary);
    exits(&done(&["report", &out, "--require-evidence", "your-connector"]), 3);
    exits(&done(&["simulate", QUICKSTART, "--runs", "1", "--out", &out]), 2);
}

#[test]
fn a_no_go_is_1() {
    let (_temp, out) = folder("run");
    let output = done(&["simulate", NAIVE, "--runs", "1", "--out", &out]);
    exits(&output, 1);
    assert!(!said(&output).contains("::error"), "nobody reads annotations here");
    let tests = fs::read_to_string(Path::new(&out).join("junit.xml")).unwrap();
    assert!(tests.contains("<failure message=") && !tests.contains(" failures=\"0\" errors=\"0\""));
    assert!(said(&output).contains("NO-GO · model: not your systems · 27 Nov 06:00 · simulated"));
    let widest = said(&output).lines().map(|line| line.chars().count()).max();
    assert!(widest.is_some_and(|columns| columns <= 120), "{widest:?}");
}

/// The remark at the head of each scenario that ships says what it comes to.
#[test]
fn every_scenario_that_ships_ends_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut ended = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let (_, expected) = text.split_once("Expected: ").unwrap();
        let code = match expected {
            e if e.starts_with("NO-GO") => 1,
            e if e.starts_with("INCONCLUSIVE") => 3,
            e if e.starts_with("GO") => 0,
            other => panic!("{}: {other}", path.display()),
        };
        let temp = tempfile::tempdir().unwrap();
        let out = temp.path().join("run").display().to_string();
        exits(&done(&["simulate", path.to_str().unwrap(), "--runs", "30", "--out", &out]), code);
        ended += 1;
    }
    assert!(ended >= 4, "scenarios ship");
}

#[test]
fn github_gets_annotations_and_the_job_its_summary() {
    let (temp, out) = folder("run");
    let steps = temp.path().join("steps.md");
    fs::write(&steps, "before\n").unwrap();
    let github = |args: &[&str]| {
        let mut command = doorbuster(args);
        command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &steps);
        command.output().unwrap()
    };
    let played = github(&["simulate", QUICKSTART, "--runs", "1", "--out", &out, "--json"]);
    exits(&played, 0);
    assert!(said(&played).contains("\n::notice title=GO (model%3A not your systems)"));
    assert!(said(&played).contains("note: report.md is in the job's summary"));
    assert_eq!(played.stdout, fs::read(Path::new(&out).join("summary.json")).unwrap());
    let comment = fs::read_to_string(Path::new(&out).join("report.md")).unwrap();
    assert_eq!(fs::read_to_string(&steps).unwrap(), format!("before\n{comment}\n"));
    let silent = github(&["report", &out, "--annotations", "never"]);
    assert!(!said(&silent).contains("::notice"));
    let asked = done(&["report", &out, "--annotations", "github"]);
    assert!(said(&asked).contains("::notice") && !said(&asked).contains("job's summary"));
}

#[test]
fn places_that_cannot_be_are_refused_with_what_to_do() {
    let output = done(&["report", "/nowhere"]);
    exits(&output, 2);
    assert!(said(&output).contains("holds no run"), "{}", said(&output));
    let output = done(&["simulate", SMALL, "--out", "/proc/doorbuster"]);
    exits(&output, 4);
    assert!(said(&output).contains("--out chooses another place"), "{}", said(&output));
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (temp, out) = folder("run");
    let ports = format!("mocks: {{ ports: {{ storefront: {port} }} }}\npromises:");
    let scenario = varied(&temp, &[("promises:", &ports)]);
    let output = done(&["run", &scenario, "--out", &out]);
    exits(&output, 4);
    let said = said(&output);
    assert!(said.contains(&port.to_string()) && said.contains("`storefront`"), "{said}");
    assert!(!said.contains("ChannelId"), "{said}");
    assert!(!Path::new(&out).exists(), "nothing was played: there is no last run");
}

/// A history cut anywhere is judged as cut: never a GO, never a panic.
#[test]
fn a_torn_history_is_never_a_go() {
    let (temp, out) = folder("run");
    exits(&done(&["simulate", QUICKSTART, "--runs", "1", "--out", &out]), 0);
    let whole = fs::read(Path::new(&out).join("history.jsonl.zst")).unwrap();
    for part in 1..8 {
        let torn = temp.path().join(format!("torn{part}"));
        fs::create_dir(&torn).unwrap();
        let mut bytes = whole[..whole.len() * part / 8].to_vec();
        if part % 2 == 0 {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 0x10;
        }
        fs::write(torn.join("history.jsonl.zst"), bytes).unwrap();
        let output = done(&["report", torn.to_str().unwrap()]);
        let code = output.status.code();
        let text = said(&output);
        assert!(
            code == Some(3) && text.contains("INCONCLUSIVE") || code == Some(4),
            "{part}: {text}"
        );
    }
}

#[test]
fn a_live_run_is_judged_alike_from_disk() {
    let (_temp, out) = folder("run");
    let played = done(&["run", SMALL, "--out", &out, "--json"]);
    // Ten minutes prove little: never a GO. On a machine that is busy with something else the
    // connector falls behind, and that may fail.
    assert!(matches!(played.status.code(), Some(1 | 3)), "{}", said(&played));
    let again = done(&["report", &out, "--json"]);
    assert_eq!(again.status.code(), played.status.code());
    assert_eq!(again.stdout, played.stdout, "the running fold and the one from disk agree");
    let summary: serde_json::Value = serde_json::from_slice(&played.stdout).unwrap();
    let load = &summary["load"];
    let of = |name: &str| load[name].as_u64().unwrap();
    assert_eq!(of("offered"), of("answered") + of("unknown") + of("unsent") + of("resolved"));
    assert!(of("offered") > 1_400, "{load}");
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
}

/// Starts a live run and waits until it has said that it sells.
#[cfg(unix)]
fn selling(out: &str) -> Child {
    let child = doorbuster(&["run", SMALL, "--out", out])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    under_way(out);
    child
}

/// Facts are on disk a fifth of a second after they happen: the run is under way.
#[cfg(unix)]
fn under_way(out: &str) {
    let history = Path::new(out).join("history.jsonl.zst");
    while fs::metadata(&history).map_or(0, |file| file.len()) < 40_000 {
        std::thread::yield_now();
    }
}

#[cfg(unix)]
#[test]
fn interrupted_once_it_drains_and_reports() {
    for name in ["-INT", "-TERM", "-QUIT"] {
        let (_temp, out) = folder("run");
        let child = selling(&out);
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        exits(&output, 130);
        assert!(said(&output).contains("stopping"), "{name}: {}", said(&output));
        let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
        assert!(summary.contains("interrupted"), "{name}: the summary says how the run ended");
    }
}

/// From another terminal: how it stands, what is done, what is refused, and what it left.
#[cfg(unix)]
#[test]
fn a_run_is_operated_from_another_terminal() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_temp, out) = folder("run");
    // Slow enough for all that is said to it, however busy the machine; then it is stopped.
    let child = doorbuster(&["run", SMALL, "--out", &out, "--speed", "20x"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let operate = |words: &[&str]| done(&[&["operate", "--run", &out], words].concat());
    let place = Path::new(&out).join("operate.json");
    while !fs::read_to_string(&place).is_ok_and(|control| control.ends_with("}\n")) {
        std::thread::yield_now();
    }
    assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
    let control = fs::read_to_string(&place).unwrap();
    let told: serde_json::Value = serde_json::from_str(&control).unwrap();
    let token = told["token"].as_str().unwrap().to_owned();
    let status = operate(&["status"]);
    exits(&status, 0);
    assert!(printed(&status).contains("marketplace"), "{}", printed(&status));
    let paused = operate(&["pause", "marketplace", "--as", "shift lead"]);
    exits(&paused, 0);
    assert_eq!(printed(&paused), "done: pause at marketplace\n");
    exits(&operate(&["note", "looks", "odd"]), 0);
    exits(&operate(&["resume", "marketplace"]), 0);
    let wrong = operate(&["pause", "marketplaec"]);
    exits(&wrong, 2);
    assert!(said(&wrong).contains("did you mean `marketplace`"), "{}", said(&wrong));
    exits(&operate(&["cap", "storefront", "many"]), 2);
    fs::write(&place, control.replace(&token, "another")).unwrap();
    let stale = operate(&["pause", "marketplace"]);
    exits(&stale, 2);
    assert!(said(&stale).contains("the token of this run"), "{}", said(&stale));
    signal(&child, "-INT");
    let output = child.wait_with_output().unwrap();
    exits(&output, 130);
    assert!(!place.exists(), "nobody finds a run that is over");
    let over = operate(&["status"]);
    exits(&over, 2);
    assert!(said(&over).contains("no run goes on in"), "{}", said(&over));
    let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    let acts = summary["actions"].as_array().unwrap();
    let acts: Vec<_> = acts.iter().map(|act| act["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["pause", "note", "resume"]);
    assert_eq!(summary["actions"][0]["by"], "shift lead");
    let history = fs::read(Path::new(&out).join("history.jsonl.zst")).unwrap();
    let history = zstd::decode_all(&history[..]).unwrap();
    assert!(!String::from_utf8(history).unwrap().contains(&token), "a token is a secret");
}

#[test]
fn whoever_operates_no_run_is_told_where_runs_are() {
    let temp = tempfile::tempdir().unwrap();
    let output = doorbuster(&["operate", "status"]).current_dir(temp.path()).output().unwrap();
    exits(&output, 2);
    assert!(said(&output).contains("no run goes on below reports/"), "{}", said(&output));
    // A file that a killed run left, at an address where nobody answers.
    let left = temp.path().join("reports/old");
    fs::create_dir_all(&left).unwrap();
    let text = "{ \"url\": \"http://127.0.0.1:1/\", \"token\": \"t\" }";
    fs::write(left.join("operate.json"), text).unwrap();
    let output = doorbuster(&["operate", "status"]).current_dir(temp.path()).output().unwrap();
    exits(&output, 2);
    fs::write(left.join("operate.json"), "{").unwrap();
    let output = done(&["operate", "--run", left.to_str().unwrap(), "status"]);
    exits(&output, 2);
    assert!(said(&output).contains("is not what a run writes there"), "{}", said(&output));
}

/// A closed terminal once ended a run at once, without a report. Shell and system both say that it
/// is gone, and nobody reads any more.
#[cfg(unix)]
#[test]
fn a_run_whose_terminal_is_gone_drains_and_reports() {
    let (_temp, out) = folder("run");
    let mut child = selling(&out);
    drop((child.stdout.take(), child.stderr.take()));
    signal(&child, "-HUP");
    signal(&child, "-HUP");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
    assert!(summary.contains("interrupted"), "the summary says how the run ended");
    assert!(Path::new(&out).join("report.html").is_file());
    let history = Path::new(&out).join("history.jsonl.zst");
    let mut facts = doorbuster::history::Reader::open(&history).unwrap();
    assert!(facts.any(|fact| matches!(fact.what, doorbuster::history::What::Quiet {})));
}

/// Begun with `nohup`, a run is meant to go on without its terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_run_that_is_to_outlive_its_terminal_does() {
    let (_temp, out) = folder("run");
    let doorbuster = env!("CARGO_BIN_EXE_doorbuster");
    let child = Command::new("nohup")
        .args([doorbuster, "run", SMALL, "--out", &out])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    under_way(&out);
    signal(&child, "-HUP");
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(1 | 3)), "{}", said(&output));
}

/// Reads what a command says until a line with `words` in it; the rest stays to be read.
#[cfg(unix)]
fn until_said(lines: &mut impl Iterator<Item = std::io::Result<String>>, words: &str) {
    let said = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains(words)));
    assert!(said.is_some(), "it never said {words:?}");
}

/// A drain of ten seconds, cut short by the second signal: the record has no quiet, and is judged.
#[cfg(unix)]
#[test]
fn interrupted_twice_it_leaves_at_once_and_still_reports() {
    let (temp, out) = folder("run");
    let unpaid = [
        ("speed: 200x", "speed: 60x"),
        ("payment: { after: { p50: 5s, p99: 30s }", "payment: { after: { p50: 1h, p99: 2h }"),
    ];
    let scenario = varied(&temp, &unpaid);
    let mut child = doorbuster(&["run", &scenario, "--out", &out])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    under_way(&out);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    signal(&child, "-INT");
    until_said(&mut lines, "once more leaves at once");
    signal(&child, "-INT");
    until_said(&mut lines, "leaving at once");
    // Its standard error is read to the end, or it would wait for a reader.
    lines.for_each(drop);
    exits(&child.wait_with_output().unwrap(), 130);
    let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
    assert!(summary.contains("interrupted"), "the summary says how the run ended");
    let history = Path::new(&out).join("history.jsonl.zst");
    let mut facts = doorbuster::history::Reader::open(&history).unwrap();
    assert!(facts.all(|fact| !matches!(fact.what, doorbuster::history::What::Quiet {})));
}

/// What is written to a file that nobody can find any more is no evidence.
#[cfg(unix)]
#[test]
fn a_history_taken_away_while_its_run_is_played_is_4_and_no_verdict() {
    for renamed in [false, true] {
        let (_temp, out) = folder("run");
        let child = selling(&out);
        let history = Path::new(&out).join("history.jsonl.zst");
        if renamed {
            fs::rename(&history, Path::new(&out).join("elsewhere.zst")).unwrap();
        } else {
            fs::remove_file(&history).unwrap();
        }
        let output = child.wait_with_output().unwrap();
        exits(&output, 4);
        assert!(said(&output).contains("history.jsonl.zst"), "{}", said(&output));
        assert!(output.stdout.is_empty() && !said(&output).contains("GO"), "{}", said(&output));
        assert!(!Path::new(&out).join("summary.json").exists());
    }
}

/// Without a terminal a live run says each phase and each stage once, and no line is drawn over.
#[test]
fn progress_without_a_terminal_is_plain_lines() {
    let (_temp, out) = folder("run");
    let output = done(&["run", SMALL, "--out", &out]);
    let text = said(&output);
    let (page, rest) = text.split_once('\n').unwrap();
    assert!(page.starts_with("health page: http://127.0.0.1:") && page.ends_with('/'), "{text}");
    let first = rest.lines().next().unwrap();
    assert!(first.starts_with("doors 0:00:0") && first.contains(" of 0:10:00"), "{text}");
    assert!(text.contains("draining: ") && text.contains(" left · "), "{text}");
    assert!(!text.contains(['\r', '\u{1b}']), "{text:?}");
}

/// Rules that fire and clear in the small campaign, and one that never does.
const ALERTED: &str = "owners: { \"*\": commerce-ops }\nalerts:\n  \
    - { name: behind, when: oldest unshown, above: 1s, for: 5s, at: every channel }\n  \
    - { name: never, when: queue depth, above: 4000000, severity: critical, owner: nobody-yet }\n";

/// In virtual time alerts are facts like all others: the same for the same seed, and judged again
/// from the history as they were while it was made.
#[test]
fn alerts_of_an_afternoon_are_the_same_for_the_same_seed() {
    let temp = tempfile::tempdir().unwrap();
    let scenario = varied(&temp, &[("owners: { \"*\": commerce-ops }\n", ALERTED)]);
    let play = |name: &str| {
        let out = temp.path().join(name).display().to_string();
        let output = done(&["simulate", &scenario, "--runs", "1", "--out", &out]);
        assert!(matches!(output.status.code(), Some(0 | 1 | 3)), "{}", said(&output));
        let read = |file: &str| fs::read(Path::new(&out).join(file)).unwrap();
        (read("history.jsonl.zst"), read("summary.json"), out)
    };
    let (one, two) = (play("one"), play("two"));
    // Where a frame ends is for the clock to say: what was not on disk for a while is put there.
    let [first, second] = [&one, &two].map(|run| zstd::decode_all(&*run.0).unwrap());
    assert!(first == second, "two histories of one seed");
    let summary: serde_json::Value = serde_json::from_slice(&one.1).unwrap();
    let alerts = summary["alerts"].as_array().unwrap();
    assert_eq!(alerts.len(), 3, "{alerts:#?}");
    let fired: Vec<bool> = alerts.iter().map(|alert| !alert["first_fired_us"].is_null()).collect();
    assert_eq!(fired, [true, true, false], "{alerts:#?}");
    assert_eq!(alerts[2]["owner"], "nobody-yet");
    let page = fs::read_to_string(Path::new(&one.2).join("report.md")).unwrap();
    assert!(page.contains("did not fire") && page.contains("queue depth above"), "{page}");
    done(&["report", &one.2]);
    let again = fs::read(Path::new(&one.2).join("summary.json")).unwrap();
    let again: serde_json::Value = serde_json::from_slice(&again).unwrap();
    assert_eq!(again["alerts"], summary["alerts"]);
}

/// What a live run says of itself while it goes on: on its page, and, when it is over, of alerts.
#[test]
fn a_live_run_is_looked_at_on_its_page_and_raises_alerts() {
    let temp = tempfile::tempdir().unwrap();
    let scenario = varied(&temp, &[("owners: { \"*\": commerce-ops }\n", ALERTED)]);
    let out = temp.path().join("run").display().to_string();
    let mut child = doorbuster(&["run", &scenario, "--out", &out])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let first = lines.next().unwrap();
    let address = first.strip_prefix("health page: http://").unwrap().trim_end_matches('/');
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(address).unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut heard = String::new();
        stream.read_to_string(&mut heard).unwrap();
        heard.split_once("\r\n\r\n").unwrap().1.to_owned()
    };
    let state: serde_json::Value = serde_json::from_str(&ask("/state.json")).unwrap();
    assert_eq!((&state["campaign"], &state["version"]), (&"Small".into(), &1.into()));
    assert_eq!(state["alerts"].as_array().unwrap().len(), 3);
    assert!(ask("/metrics").contains("doorbuster_alert_firing{alert=\"never\""));
    assert!(ask("/").starts_with("<!doctype html>"));
    let rest: Vec<String> = lines.collect();
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(0 | 1 | 3)), "{code:?}: {rest:?}");
    assert!(TcpStream::connect(address).is_err(), "the page closes with the run");
    let summary = fs::read(Path::new(&out).join("summary.json")).unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&summary).unwrap();
    let fired = summary["alerts"].as_array().unwrap().iter();
    let fired: Vec<bool> = fired.map(|alert| !alert["first_fired_us"].is_null()).collect();
    assert!(fired[0] && !fired[2], "{:#?}", summary["alerts"]);
}

/// Lets this much wall time pass: not to wait for something, but to choose the moment of a kill.
#[cfg(unix)]
fn later(millis: u64) {
    let seconds = format!("{}.{:03}", millis / 1_000, millis % 1_000);
    let over = Command::new("timeout").args([&seconds, "tail", "-f", "/dev/null"]).status();
    assert_eq!(over.unwrap().code(), Some(124));
}

/// The wall time of the last fact on disk, in microseconds.
#[cfg(unix)]
fn last_wall_us(out: &str) -> u64 {
    let history = Path::new(out).join("history.jsonl.zst");
    let facts = doorbuster::history::Reader::open(&history).unwrap();
    facts.map(|fact| fact.wall).max().unwrap()
}

/// Killed at ten moments: what was flushed is judged, and nothing is missing that was a second old.
#[cfg(unix)]
#[test]
fn killed_at_any_moment_the_history_stands() {
    for nth in 0..10_u64 {
        let (_temp, out) = folder("run");
        let mut child = selling(&out);
        let before_us = last_wall_us(&out);
        let patience_ms = 1_050 + nth * 67;
        later(patience_ms);
        signal(&child, "-KILL");
        assert!(!child.wait().unwrap().success());
        let last_us = last_wall_us(&out);
        let due_us = before_us + (patience_ms - 1_000) * 1_000;
        assert!(last_us >= due_us, "kill {nth}: the last fact is of {last_us} µs, not {due_us}");
        let report = done(&["report", &out]);
        assert!(matches!(report.status.code(), Some(1 | 3)), "kill {nth}: {}", said(&report));
        assert!(said(&report).contains("INCONCLUSIVE") || said(&report).contains("NO-GO"));
    }
}

/// A pipe that nobody writes to is no file, wherever one is named: it is not waited for.
#[cfg(unix)]
#[test]
fn a_pipe_is_refused_and_not_waited_for() {
    let temp = tempfile::tempdir().unwrap();
    let pipe = temp.path().join("pipe").display().to_string();
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let written = temp.path().join("new.yaml").display().to_string();
    let stock = "  stock: { typical: 6, one in 20 above: 30 }\n";
    let price = "  price: { typical: 24.90, one in 20 above: 129.00, currency: GBP }\n";
    let named = format!("  file: \"{pipe}\"\n");
    let catalog = varied(&temp, &[("  skus: 200\n", &named), (stock, ""), (price, "")]);
    for args in [
        &["simulate", &pipe][..],
        &["plan", &pipe],
        &["headroom", SMALL, "--patch", &pipe],
        &["init", &written, "--orders", &pipe],
        &["init", &written, "--catalog", &pipe],
        &["init", &written, "--orders", &pipe, "--check"],
        &["simulate", &catalog],
    ] {
        let mut waits = Command::new("timeout");
        waits.args(["10", env!("CARGO_BIN_EXE_doorbuster")]).args(args).current_dir(&temp);
        let output = waits.stdin(Stdio::null()).output().unwrap();
        exits(&output, 2);
        assert!(said(&output).contains("this is not a file"), "{args:?}: {}", said(&output));
    }
}

#[cfg(unix)]
#[test]
fn serve_hosts_the_mocks_alone() {
    use std::os::unix::fs::PermissionsExt;
    let temp = tempfile::tempdir().unwrap();
    let env = temp.path().join("mocks.env");
    let mut child = doorbuster(&["serve", SMALL, "--env", env.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.split("http://").nth(1).unwrap().to_owned();
    assert_eq!(fs::metadata(&env).unwrap().permissions().mode() & 0o777, 0o600);
    let tokens = fs::read_to_string(&env).unwrap();
    let token =
        tokens.lines().find_map(|line| line.strip_prefix("DOORBUSTER_STOREFRONT_TOKEN=")).unwrap();
    let get = |credential: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(
            stream,
            "GET /orders?after=0&limit=10 HTTP/1.1\r\nhost: x\r\n{credential}\
             connection: close\r\n\r\n"
        )
        .unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    assert!(get("").starts_with("HTTP/1.1 401"));
    let reply = get(&format!("authorization: Bearer {token}\r\n"));
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("\"orders\""), "{reply}");
    signal(&child, "-HUP");
    exits(&child.wait_with_output().unwrap(), 0);
    assert!(!env.exists(), "whoever waits for the file must not find mocks that are gone");
}

#[test]
fn a_port_for_nobody_is_told_who_there_is() {
    for (typed, says) in [("amazn=0", "nobody is called"), ("oms", "no port"), ("oms=x", "no port")]
    {
        let output = doorbuster(&["serve", SMALL, "--port", typed]).output().unwrap();
        exits(&output, 2);
        let said = said(&output);
        assert!(said.contains(says) && said.contains("storefront, marketplace, oms"), "{said}");
    }
}

/// The small scenario with faults, for the wall time of a person.
fn broken(temp: &TempDir, faults: &str) -> String {
    varied(temp, &[("promises:", &format!("faults:\n{faults}promises:"))])
}

/// A server that answers every request with these words; it ends with the test's process.
fn saying(words: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut some = [0; 4_096];
            let _ = stream.read(&mut some);
            let length = words.len();
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{words}"
            );
        }
    });
    url
}

/// A proxy under way, what it said when it opened, and where it listens.
fn proxying(args: &[&str]) -> (Child, serde_json::Value, String) {
    let mut child = doorbuster(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut opened = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !opened.ends_with("}\n") {
        opened += &lines.next().unwrap().unwrap();
        opened.push('\n');
    }
    let opened: serde_json::Value = serde_json::from_str(&opened).unwrap();
    let address = opened["url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    (child, opened, address)
}

/// What is answered there.
fn got(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    reply
}

/// Killed while a fault is in force it leaves nothing in force: nobody listens in its place, the
/// endpoint behind it answers as ever, and its address is free for the next.
#[cfg(unix)]
#[test]
fn a_proxy_that_is_killed_leaves_the_endpoint_as_it_is() {
    let temp = tempfile::tempdir().unwrap();
    let outage = "  - { name: outage, at: storefront, does: unavailable, from: 5m, lasts: 1m }\n";
    let (scenario, words) = (broken(&temp, outage), "somebody else's words");
    let url = saying(words);
    let proxy = ["proxy", &scenario, "--at", "storefront", "--to", &url, "--json"];
    let (mut child, _, address) = proxying(&[&proxy[..], &["--now"]].concat());
    assert!(got(&address).starts_with("HTTP/1.1 503 "), "the fault is in force");
    signal(&child, "-KILL");
    assert!(!child.wait().unwrap().success());
    assert!(TcpStream::connect(&address).is_err(), "{address} is still listened on");
    assert!(got(url.trim_start_matches("http://")).ends_with(words));
    let (child, _, again) = proxying(&[&proxy[..], &["--listen", &address]].concat());
    assert_eq!(again, address);
    assert!(got(&address).ends_with(words), "its fault is not in force yet");
    signal(&child, "-INT");
    exits(&child.wait_with_output().unwrap(), 0);
}

/// Faults that a proxy cannot play are told; the rest is in force until it is asked to stop, and
/// then nobody listens any more.
#[cfg(unix)]
#[test]
fn a_proxy_plays_faults_before_an_endpoint_that_is_not_ours() {
    let temp = tempfile::tempdir().unwrap();
    let scenario = broken(
        &temp,
        "  - { name: writes, at: storefront, on: stock, does: refuses, during: doors }\n\
         \x20 - { name: outage, at: storefront, does: unavailable, from: 5m, lasts: 1m }\n\
         \x20 - { name: elsewhere, at: oms, does: hangs, during: doors }\n",
    );
    let url = saying("somebody else's words");
    let proxied = |more: &[&str]| {
        let mut args = vec!["proxy", &scenario, "--at", "storefront", "--to", &url, "--json"];
        args.extend(more);
        let (child, opened, address) = proxying(&args);
        assert_eq!(opened["faults"], serde_json::json!(["outage"]));
        let reply = got(&address);
        signal(&child, "-INT");
        let output = child.wait_with_output().unwrap();
        exits(&output, 0);
        assert!(TcpStream::connect(&address).is_err());
        (reply, said(&output))
    };
    let (reply, told) = proxied(&["--now"]);
    assert!(reply.starts_with("HTTP/1.1 503 ") && told.contains("outage met 1"), "{reply}{told}");
    assert!(told.contains("fault `writes` is not played: a proxy cannot tell"), "{told}");
    // Five minutes of the wall's time are not over.
    let (reply, told) = proxied(&[]);
    assert!(reply.ends_with("somebody else's words") && told.contains("outage met 0"), "{reply}");
}

#[test]
fn a_proxy_that_makes_no_sense_is_refused() {
    let temp = tempfile::tempdir().unwrap();
    let outage = "  - { name: outage, at: storefront, does: unavailable, during: doors }\n\
        \x20 - { name: lost, at: oms, does: drops webhooks, during: doors }\n";
    let scenario = broken(&temp, outage);
    let at = |at: &str, to: &str, listen: &str| {
        let (at, to, listen) = (at.to_owned(), to.to_owned(), listen.to_owned());
        done(&["proxy", &scenario, "--at", &at, "--to", &to, "--listen", &listen])
    };
    let (here, any) = ("http://127.0.0.1:9", "127.0.0.1:0");
    // Of a network that nobody has.
    let other = format!("http://{}/", std::net::Ipv4Addr::new(192, 0, 2, 1));
    for (refused, says) in [
        (at("amazon", here, any), "expected: one of storefront, marketplace, oms"),
        (at("storefront", &other, any), "it is another machine"),
        (at("storefront", "https://127.0.0.1/", any), "must begin with http://"),
        (
            at("storefront", "http://127.0.0.1:9/api/v2", any),
            "http://127.0.0.1:9; give your client the proxy's address with /api/v2 behind it",
        ),
        (at("storefront", "http://127.0.0.1:9/?shop=1", any), "says more than an address"),
        (at("storefront", here, "0.0.0.0:0"), "can be reached from other machines"),
        (at("marketplace", here, any), "no fault of this scenario befalls `marketplace`"),
        (at("oms", here, any), "`lost`: it is about webhooks, which do not pass here"),
    ] {
        exits(&refused, 2);
        let said = said(&refused);
        assert!(said.contains(says) && said.contains("expected: "), "{said}");
        assert!(refused.stdout.is_empty());
    }
}

/// Ports that a process listens on.
#[cfg(target_os = "linux")]
fn ports_of(child: &Child) -> Vec<u16> {
    let open = fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
    let its: Vec<String> = open
        .filter_map(|fd| fs::read_link(fd.ok()?.path()).ok())
        .filter_map(|link| Some(link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?.into()))
        .collect();
    let sockets = fs::read_to_string(format!("/proc/{}/net/tcp", child.id())).unwrap();
    let listening = sockets.lines().skip(1).filter_map(|line| {
        let of: Vec<&str> = line.split_whitespace().collect();
        // The fourth column is the state, of which 0A listens; the tenth is the inode.
        let listens = of[3] == "0A" && its.iter().any(|inode| inode == of[9]);
        listens.then(|| u16::from_str_radix(of[1].split(':').nth(1)?, 16).ok()).flatten()
    });
    listening.collect()
}

/// Killed while a fault is in force: its systems are gone with it, and what was on disk is judged,
/// with the fault in force to the end of the record.
#[cfg(target_os = "linux")]
#[test]
fn killed_in_the_middle_of_a_fault_it_leaves_nothing_but_its_history() {
    let (temp, out) = folder("run");
    let scenario = broken(
        &temp,
        "  - { name: outage, at: storefront, does: unavailable, from: 30s, lasts: 9m }\n",
    );
    let mut child = doorbuster(&["run", &scenario, "--out", &out])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let in_force = || {
        let history = Path::new(&out).join("history.jsonl.zst");
        let facts = doorbuster::history::Reader::open(&history).into_iter().flatten();
        facts.filter(|fact| fact.at.0 > 60_000_000).count() > 100
    };
    while !in_force() {
        std::thread::yield_now();
    }
    let ports = ports_of(&child);
    assert_eq!(ports.len(), 5, "two channels, the OMS, a connector, the health page: {ports:?}");
    signal(&child, "-KILL");
    assert!(!child.wait().unwrap().success());
    for port in ports {
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "{port} is still listened on");
    }
    let report = done(&["report", &out, "--json"]);
    assert!(matches!(report.status.code(), Some(1 | 3)), "{}", said(&report));
    let summary: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let text = summary.to_string();
    let fault = &summary["faults"][0];
    assert_eq!(fault["name"], "outage", "{text}");
    assert_eq!(fault["spells"].as_array().unwrap().len(), 1);
    assert!(fault["spells"][0]["until_us"].is_null(), "{fault}");
    assert!(fault["hits"].as_u64().unwrap() > 0, "{fault}");
    // When it began by the clock of a busy machine is for the record to say.
    let said = said(&report);
    let is_open = |line: &str| line.starts_with("outage") && line.contains(" from 0:0");
    assert!(said.lines().any(is_open), "{said}");
}

#[test]
fn init_writes_a_scenario_that_plays_and_keeps_what_is_there() {
    let temp = tempfile::tempdir().unwrap();
    let init = |args: &[&str]| doorbuster(args).current_dir(temp.path()).output().unwrap();
    let written = init(&["init"]);
    exits(&written, 0);
    assert_eq!(String::from_utf8_lossy(&written.stdout), "scenario.yaml\n");
    assert!(said(&written).contains("doorbuster simulate scenario.yaml"), "{}", said(&written));
    let schema = fs::read(temp.path().join("doorbuster.schema.json")).unwrap();
    assert_eq!(schema, done(&["schema", "scenario"]).stdout);
    let played = init(&["simulate", "scenario.yaml", "--runs", "1", "--out", "run"]);
    exits(&played, 0);
    assert!(said(&played).contains("GO (model: not your systems)"), "{}", said(&played));
    let kept = init(&["init"]);
    exits(&kept, 2);
    assert!(said(&kept).contains("--force"), "{}", said(&kept));
    exits(&init(&["init", "--force", "--currency", "JPY"]), 0);
    let text = fs::read_to_string(temp.path().join("scenario.yaml")).unwrap();
    assert!(text.contains("currency: JPY"), "{text}");
    exits(&init(&["init", "other.yaml", "--currency", "dollars"]), 2);
    exits(&init(&["init", "other.yaml", "--day", "2011-11-22"]), 2);
    assert!(!temp.path().join("other.yaml").exists());
    exits(&init(&["init", "nowhere/other.yaml"]), 4);
}

#[test]
fn init_fits_a_scenario_to_records_and_says_how_well() {
    let temp = tempfile::tempdir().unwrap();
    let mut orders = "ts,order,sku,qty,price\n".to_owned();
    for n in 0..900 {
        let (hour, minute) = (9 + n / 180, n % 60);
        orders += &format!("2011-11-22T{hour:02}:{minute:02}:00,{n},A{},1,9.50\n", n * n % 97);
    }
    fs::write(temp.path().join("orders.csv"), orders + "never,1,A1,1,1\n").unwrap();
    let products = (0..97).map(|n| format!("A{n},{},9.50\n", if n % 10 == 0 { 40 } else { 10 }));
    let stock = "sku,stock,price\n".to_owned() + &products.collect::<String>();
    fs::write(temp.path().join("stock.csv"), stock).unwrap();
    let init = |args: &[&str]| doorbuster(args).current_dir(temp.path()).output().unwrap();
    let both = init(&["init", "--orders", "orders.csv", "--catalog", "stock.csv"]);
    exits(&both, 0);
    let text = said(&both);
    for says in [
        "1 row cannot be read",
        "900 orders",
        "than chance",
        "sold out",
        "typical 10, one in 20 above 40",
    ] {
        assert!(text.contains(says), "{says}: {text}");
    }
    let played = init(&["simulate", "scenario.yaml", "--runs", "1", "--out", "run"]);
    assert!(matches!(played.status.code(), Some(0 | 1 | 3)), "{}", said(&played));
    let gone = init(&["init", "x.yaml", "--orders", "gone.csv"]);
    exits(&gone, 2);
    assert!(said(&gone).contains("there is no such file"), "{}", said(&gone));
}

/// What the log asks of its states is answered on the command line.
#[test]
fn init_takes_the_states_that_it_asked_about() {
    let temp = tempfile::tempdir().unwrap();
    let mut orders = "ts,order,sku,qty,price,state\n".to_owned();
    for n in 0..60 {
        let state = if n % 3 == 0 { "laid away" } else { "put aside" };
        orders += &format!("2025-11-28T09:{n:02}:{n:02},{n},LAMP,1,9.50,{state}\n");
    }
    fs::write(temp.path().join("orders.csv"), orders).unwrap();
    let init = |args: &[&str]| doorbuster(args).current_dir(temp.path()).output().unwrap();
    let check = ["init", "--orders", "orders.csv", "--check"];
    let asked = init(&check);
    exits(&asked, 2);
    let text = said(&asked);
    assert!(text.contains("`laid away` (20 rows)") && text.contains("--states"), "{text}");
    let states = ["--states", "laid away: no sale, put aside: sale"];
    let told = init(&[&check[..], &states].concat());
    exits(&told, 0);
    let text = printed(&told);
    assert!(text.contains("60 in the file: 40 read, 20 left out"), "{text}");
    let half = init(&[&check[..], &["--states", "laid away: no sale"]].concat());
    exits(&half, 2);
    assert!(said(&half).contains("`put aside` (40 rows)"), "{}", said(&half));
    let slip = init(&[&check[..], &["--states", "laid away: perhaps"]].concat());
    exits(&slip, 2);
    assert!(said(&slip).contains("no sale"), "{}", said(&slip));
    // How a file is written says nothing where no file is named.
    let nothing = init(&["init", "--decimal", ","]);
    exits(&nothing, 2);
    assert!(said(&nothing).contains("--orders"), "{}", said(&nothing));
    exits(&init(&[&["init", "--orders", "orders.csv"][..], &states].concat()), 0);
}

/// The small scenario on a connector of which nobody knows whether its handoffs carry a key.
fn bought(temp: &TempDir) -> String {
    let text = fs::read_to_string(SMALL).unwrap();
    let (before, after) = text.split_once("  hub:\n").unwrap();
    let (_, after) = after.split_once("promises:").unwrap();
    let sheet = "  bought: { described: { stock out: every 1m taking 5s to 20s, \
                 orders in: webhook, retries: yes, idempotent: unknown, record ids: own } }\n\n";
    let path = temp.path().join("bought.yaml");
    fs::write(&path, format!("{before}{sheet}promises:{after}")).unwrap();
    path.display().to_string()
}

#[test]
fn what_nobody_knows_is_played_both_ways_and_said_wherever_the_verdict_is() {
    let (temp, out) = folder("bought");
    let scenario = bought(&temp);
    let output = done(&["simulate", &scenario, "--runs", "1", "--out", &out]);
    exits(&output, 1);
    let (worst, other) =
        ("reported here: bought: idempotent no: NO-GO", "bought: idempotent yes: ");
    let summary = fs::read_to_string(format!("{out}/summary.json")).unwrap();
    let page = fs::read_to_string(format!("{out}/report.html")).unwrap();
    let comment = fs::read_to_string(format!("{out}/report.md")).unwrap();
    for text in [&said(&output).replace("\n  ", " "), &summary, &page, &comment] {
        assert!(text.contains(worst) && text.contains(other), "{text}");
    }
    exits(&done(&["report", &out]), 1);
    assert_eq!(fs::read_to_string(format!("{out}/summary.json")).unwrap(), summary);
    // The scenario in the folder still says that it is unknown: what it says again is the same.
    let (_temp, again) = folder("again");
    exits(&done(&["simulate", &format!("{out}/scenario.yaml"), "--runs", "1", "--out", &again]), 1);
    assert_eq!(fs::read_to_string(format!("{again}/summary.json")).unwrap(), summary);
    let plan = done(&["plan", &scenario]);
    exits(&plan, 0);
    let told = said(&plan).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Taken as it looks worse, bought: idempotent no"), "{told}");
    // The machine that reads them has no terminal: lines end at 80 columns.
    assert!(said(&plan).lines().filter(|line| line.starts_with("note")).all(|l| l.len() < 84));
}

#[test]
fn a_live_run_plays_the_worst_way_and_says_so() {
    let (temp, out) = folder("live");
    let output = done(&["run", &bought(&temp), "--out", &out]);
    assert!(said(&output).contains("not known of bought: idempotent"), "{}", said(&output));
    let summary = fs::read_to_string(format!("{out}/summary.json")).unwrap();
    assert!(summary.contains("the worst, reported here: bought: idempotent no"), "{summary}");
}

#[test]
fn what_to_ask_the_vendor_for_is_advice() {
    let (temp, out) = folder("advice");
    let output = done(&["advise", &bought(&temp), "--out", &out, "--json"]);
    exits(&output, 0);
    assert!(said(&output).contains("Every afternoon is played all 2 ways"), "{}", said(&output));
    let text = printed(&output);
    for lever in ["look for stock twice as often", "hand orders over with an idempotency key"] {
        assert!(text.contains(lever), "{text}");
    }
}

fn is_there(folder: &str, name: &str) -> String {
    fs::read_to_string(Path::new(folder).join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn many_replications_are_the_same_on_one_thread_and_on_two_and_stand_on_the_page() {
    let temp = tempfile::tempdir().unwrap();
    let play = |threads: &str| {
        // Apart from each other: neither is the other's last run.
        let out = temp.path().join(threads).join("run").display().to_string();
        let mut command = doorbuster(&["simulate", SMALL, "--runs", "12", "--out", &out]);
        let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
        exits(&output, 3);
        (out, said(&output))
    };
    let ((one, progress), (two, _)) = (play("1"), play("2"));
    assert!(progress.contains("All 12 afternoons together"), "{progress}");
    for name in ["afternoons.json", "summary.json", "charts/fan-accepted.svg", "report.md"] {
        // Commands name the folder that was typed.
        let other = is_there(&two, name).replace(&two, &one);
        assert_eq!(is_there(&one, name), other, "{name}");
    }
    let page = is_there(&one, "report.html");
    assert!(page.contains("id=\"afternoons\"") && page.contains("fan-accepted-narrow"));
    assert!(is_there(&one, "report.md").contains("### All 12 afternoons together"));
    // One verdict everywhere: judged again too, and whatever the replication shown came to.
    let study: serde_json::Value =
        serde_json::from_str(&is_there(&one, "afternoons.json")).unwrap();
    assert_eq!(study["verdict"], "inconclusive", "{study}");
    let summary: serde_json::Value = serde_json::from_str(&is_there(&one, "summary.json")).unwrap();
    assert_eq!(summary["verdict"], study["verdict"]);
    assert!(summary["headline"].as_str().unwrap().starts_with("INCONCLUSIVE · 12 afternoons"));
    assert!(summary["study"]["by_itself"]["verdict"].is_string(), "{}", summary["study"]);
    // The scenario beside them is the one that all were played from, not the median's.
    let kept = |out: &str| is_there(out, "scenario.yaml");
    let seed = |text: &str| text.lines().find(|line| line.starts_with("seed:")).map(str::to_owned);
    assert_eq!(seed(&kept(&one)), seed(&fs::read_to_string(SMALL).unwrap()));
    assert!(progress.contains("scenario.yaml --runs 12\n"), "{progress}");
    assert!(is_there(&one, "junit.xml").contains("value=\"INCONCLUSIVE\""));
    assert!(is_there(&one, "report.md").starts_with("## INCONCLUSIVE"));
    let (above, below) =
        page.split_once("<h2 id=\"one\">What follows is of one afternoon</h2>").unwrap();
    assert!(above.contains("within every limit") && !above.contains("money at risk"));
    assert!(below.replace('\u{a0}', " ").contains("One of 12 afternoons, the median"));
    // Judged again, it still knows of the others; what cannot be read is named and left aside.
    exits(&done(&["report", &one]), 3);
    assert_eq!(is_there(&one, "report.html"), page);
    fs::write(Path::new(&one).join("afternoons.json"), "{").unwrap();
    let again = done(&["report", &one]);
    assert!(said(&again).contains("afternoons.json is left aside"), "{}", said(&again));
    assert!(!is_there(&one, "report.html").contains("id=\"afternoons\""));
}

#[test]
fn many_replications_are_json_alone_on_standard_output() {
    let (_temp, out) = folder("many");
    let output = done(&["simulate", SMALL, "--runs", "3", "--out", &out, "--json"]);
    exits(&output, 3);
    assert_eq!(printed(&output), is_there(&out, "afternoons.json"));
    // A folder that is taken is known before anybody waits for the replications.
    exits(&done(&["simulate", SMALL, "--runs", "3", "--out", &out]), 2);
}

/// The naive Black Friday: no replication in band, so ten are enough for a NO-GO, whose exit code
/// is the study's.
#[test]
fn none_of_ten_in_band_is_a_no_go_and_exits_so() {
    let (_temp, out) = folder("naive");
    let output = done(&["simulate", NAIVE, "--runs", "auto", "--out", &out, "--json"]);
    exits(&output, 1);
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&all["verdict"], &all["runs"]), (&"no_go".into(), &10.into()), "{}", said(&output));
    assert!(said(&output).trim_end().lines().last().unwrap().contains("NO-GO"));
    exits(&done(&["report", &out]), 1);
}

#[test]
fn runs_of_one_scenario_are_pooled() {
    let temp = tempfile::tempdir().unwrap();
    let play = |name: &str, scenario: &str, seed: &str| {
        let out = temp.path().join(name).display().to_string();
        exits(&done(&["simulate", scenario, "--runs", "1", "--seed", seed, "--out", &out]), 3);
        out
    };
    let runs = [play("a", SMALL, "1"), play("b", SMALL, "2"), play("c", SMALL, "3")];
    let [a, b, c] = runs.each_ref().map(String::as_str);
    let out = temp.path().join("pooled").display().to_string();
    let output = done(&["pool", b, a, c, "--out", &out, "--json"]);
    exits(&output, 3);
    assert_eq!(printed(&output), is_there(&out, "afternoons.json"));
    let pooled: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&pooled["runs"], &pooled["verdict"]), (&3.into(), &"inconclusive".into()));
    // The same page as of a study, and the command that makes it again.
    let page = is_there(&out, "report.html");
    assert!(page.contains("All 3 afternoons together") && page.contains("doorbuster pool "));
    assert!(is_there(&out, "junit.xml").contains("value=\"INCONCLUSIVE\""));
    // Not into the folder of a run: its report would be another's.
    exits(&done(&["pool", a, b, "--out", c]), 2);
    // The same replications, simulated together, come to the same.
    let together = temp.path().join("together").display().to_string();
    exits(&done(&["simulate", SMALL, "--seed", "1", "--runs", "3", "--out", &together]), 3);
    let simulated: serde_json::Value =
        serde_json::from_str(&is_there(&together, "afternoons.json")).unwrap();
    for what in ["gates", "in_band", "sales", "rules", "channels", "verdict", "each"] {
        assert_eq!(pooled[what], simulated[what], "{what}");
    }
    // The same facts under another seed are no other replication.
    let copy = temp.path().join("copy").display().to_string();
    fs::create_dir(&copy).unwrap();
    let packed = fs::read(Path::new(a).join("history.jsonl.zst")).unwrap();
    let plain = String::from_utf8(zstd::decode_all(packed.as_slice()).unwrap()).unwrap();
    assert!(plain.contains("\"seed\":1,"));
    let plain = plain.replacen("\"seed\":1,", "\"seed\":77,", 1);
    let mut packing = zstd::Encoder::new(Vec::new(), 1).unwrap();
    packing.include_checksum(true).unwrap();
    packing.write_all(plain.as_bytes()).unwrap();
    let packed = packing.finish().unwrap();
    fs::write(Path::new(&copy).join("history.jsonl.zst"), packed).unwrap();
    let other = varied(&temp, &[("campaign: ", "campaign: Other ")]);
    let other = play("other", &other, "9");
    for (typed, says) in [
        (vec!["pool", a, b, a], "the same afternoon counts once"),
        (vec!["pool", a, copy.as_str()], "holds the same orders as"),
        (vec!["pool", a, other.as_str()], "is not of the same scenario as"),
        (vec!["pool", a, "/nowhere"], "/nowhere holds no run"),
        (vec!["pool", a], "<RUNS>"),
    ] {
        let output = done(&typed);
        exits(&output, 2);
        assert!(said(&output).contains(says), "{typed:?}: {}", said(&output));
        assert!(output.stdout.is_empty());
    }
}

/// Holding back more than there is closes a channel: nothing is oversold there any more, and
/// nothing is sold. It used to be recommended.
#[test]
fn advice_never_closes_a_channel() {
    let (temp, out) = folder("closed");
    let only =
        [("promises:", "levers: { holds back: up to 100000, on: [marketplace] }\npromises:")];
    let output = done(&["advise", &varied(&temp, &only), "--out", &out, "--json"]);
    exits(&output, 0);
    let trials: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tried = trials["alone"].as_array().unwrap();
    assert!(tried.len() == 1 && tried[0]["closes"] == "marketplace", "{trials}");
    assert!(trials["smallest"].is_null() && trials["together"].is_null(), "{trials}");
    assert!(said(&output).contains("no remedy"), "{}", said(&output));
    assert!(!Path::new(&out).join("advice.yaml").exists());
}

/// One change would do and costs sales, two cost none: the two are recommended, and the one that
/// costs least of those that do alone is told beside them.
#[test]
fn advice_keeps_most_sales_and_tells_beside_it_what_fewer_changes_would_cost() {
    let (temp, out) = folder("cheap");
    let slow = [
        ("updates: delta", "updates: absolute"),
        ("lasts: 10m", "lasts: 60m"),
        ("demand: 9000 orders", "demand: 3000 orders"),
        ("skus: 200", "skus: 400"),
        (
            "reserve: on accept",
            "reserve: on handoff\n      orders in: { poll: 3m }\n      stock out: { every: 2m }",
        ),
        ("promises:", "levers: { webhook: yes, reserve: yes, holds back: up to 2 }\npromises:"),
    ];
    let output = done(&["advise", &varied(&temp, &slow), "--out", &out, "--json"]);
    exits(&output, 0);
    let trials: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let changed = |set: &str| -> Vec<String> {
        let changes = trials[set]["changes"].as_array().unwrap();
        changes.iter().map(|change| change["what"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(changed("recommended"), ["hear of orders by webhook", "hear of stock by webhook"]);
    assert_eq!(changed("smallest"), ["hold back 2 units"]);
    assert_eq!(trials["smallest"]["changes"][0]["to"], "marketplace", "the cheapest of three");
    let kept = |set: &str| trials[set]["sales"]["kept_money"]["mean"].as_i64().unwrap();
    assert!(kept("recommended") > 0 && kept("smallest") < 0, "{trials}");
    let told = said(&output);
    assert!(told.contains("keeps most sales and makes a GO WITH CONDITIONS"), "{told}");
    assert!(told.contains("Fewer would do: 1 change"), "{told}");
    let patch = is_there(&out, "advice.yaml");
    assert!(patch.contains("webhook") && !patch.contains("holds back"), "{patch}");
}

#[test]
fn what_no_run_can_prove_is_said_before_anything_is_played() {
    let (temp, out) = folder("none");
    let flawless = [
        ("storefront: { of", "storefront: { imperfections: none, of"),
        ("marketplace: { of", "marketplace: { imperfections: none, of"),
        ("oms:\n", "oms:\n  imperfections: none\n"),
    ];
    let scenario = varied(&temp, &flawless);
    for command in ["advise", "headroom"] {
        let output = done(&[command, &scenario, "--out", &out]);
        exits(&output, 2);
        assert!(said(&output).contains("cannot be proved"), "{command}: {}", said(&output));
    }
    assert!(!Path::new(&out).exists());
}

#[test]
fn advice_stops_when_its_time_is_over() {
    let (_temp, out) = folder("advised");
    let output = done(&["advise", SMALL, "--within", "1ms", "--out", &out]);
    exits(&output, 2);
    assert!(said(&output).contains("a longer `--within`"), "{}", said(&output));
}

/// Stopped while the scenario as it is was played, or before it was played often enough: there is
/// nothing to advise from, and no folder with half a run in it.
#[cfg(unix)]
#[test]
fn advice_that_is_stopped_before_any_leaves_no_folder() {
    let (temp, out) = folder("advised");
    let long = varied(&temp, &[("lasts: 10m", "lasts: 10h")]);
    let advising = || {
        let mut command = doorbuster(&["advise", &long, "--out", &out]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let gone = |output: &Output| {
        exits(output, 130);
        assert!(output.stdout.is_empty(), "{}", printed(output));
        assert!(!Path::new(&out).exists(), "{}", said(output));
    };
    let child = advising();
    under_way(&out);
    signal(&child, "-INT");
    gone(&child.wait_with_output().unwrap());
    let mut child = advising();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    until_said(&mut lines, "as it is");
    signal(&child, "-INT");
    lines.for_each(drop);
    gone(&child.wait_with_output().unwrap());
}

/// Replications that were finished are judged; of none there is no folder.
#[cfg(unix)]
#[test]
fn many_replications_that_are_stopped_are_those_that_were_finished() {
    let (temp, out) = folder("many");
    let endless = varied(&temp, &[("lasts: 10m", "lasts: 120h")]);
    for (scenario, any) in [(SMALL, true), (endless.as_str(), false)] {
        let args = ["simulate", scenario, "--runs", "100000", "--out", &out];
        let mut command = doorbuster(&args);
        command.env("RAYON_NUM_THREADS", "2").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        if any {
            until_said(&mut lines, "afternoons: ");
        } else {
            while !Path::new(&out).exists() {
                std::thread::yield_now();
            }
            later(300);
        }
        signal(&child, "-INT");
        lines.for_each(drop);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130));
        assert_eq!(Path::new(&out).exists(), any);
        if any {
            let all: serde_json::Value =
                serde_json::from_str(&is_there(&out, "afternoons.json")).unwrap();
            let (runs, asked) = (all["runs"].as_u64().unwrap(), all["asked"].as_u64().unwrap());
            // All but one that the other of two threads had not finished.
            assert!((24..asked).contains(&runs) && asked == 100_000, "{runs} of {asked}");
            assert!(is_there(&out, "report.html").contains("Stopped: "));
            fs::remove_dir_all(&out).unwrap();
        }
    }
}

#[test]
fn advice_stands_in_the_report_of_the_scenario_as_it_is() {
    let (temp, out) = folder("advised");
    let only = [("promises:", "levers: { workers: up to 32, holds back: up to 1 }\npromises:")];
    let scenario = varied(&temp, &only);
    let output = done(&["advise", &scenario, "--out", &out, "--json"]);
    exits(&output, 0);
    let trials: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let tried = trials["alone"].as_array().unwrap();
    assert!(
        tried.iter().any(|trial| trial["changes"][0]["what"] == "run 32 workers instead of 16")
    );
    assert_eq!(printed(&output), is_there(&out, "trials.json"));
    let page = is_there(&out, "report.html");
    assert!(page.contains("id=\"tried\"") && page.contains("run 32 workers instead of 16"));
    exits(&done(&["report", &out]), 3);
    assert_eq!(is_there(&out, "report.html"), page, "judged again, it knows what was tried");
    exits(&done(&["advise", &scenario, "--out", &out]), 2);
}

#[test]
fn headroom_leaves_a_page_and_its_numbers() {
    let (_temp, out) = folder("grown");
    let output = done(&["headroom", SMALL, "--shorten", "4x", "--out", &out, "--json"]);
    exits(&output, 0);
    assert_eq!(printed(&output), is_there(&out, "headroom.json"));
    assert!(is_there(&out, "headroom.html").contains("How far it can grow"));
    assert!(is_there(&out, "charts/chance.svg").starts_with("<svg"));
}

#[test]
fn a_field_is_varied_over_the_same_replications() {
    let (_temp, out) = folder("varied");
    let field = "connectors.hub.workers=8..32";
    let typed = ["simulate", SMALL, "--vary", field, "--shorten", "4x", "--out", &out, "--json"];
    let output = done(&typed);
    exits(&output, 0);
    assert_eq!(printed(&output), is_there(&out, "vary.json"));
    let all: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let values: Vec<&str> =
        all["points"].as_array().unwrap().iter().map(|p| p["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["8", "16", "32"]);
    assert!(is_there(&out, "vary.html").contains("Value by value"));
}

#[test]
fn a_patch_is_played_live_as_it_is_simulated() {
    for command in ["simulate", "run"] {
        let (temp, out) = folder("run");
        let patch = temp.path().join("patch.yaml");
        fs::write(&patch, "campaign: Patched\n").unwrap();
        let runs: &[&str] = if command == "simulate" { &["--runs", "1"] } else { &[] };
        let patch = patch.display().to_string();
        done(&[&[command, SMALL, "--patch", &patch, "--out", &out], runs].concat());
        for file in ["summary.json", "scenario.yaml"] {
            assert!(is_there(&out, file).contains("Patched"), "{command}: {file}");
        }
    }
}

#[test]
fn what_cannot_be_played_many_times_is_2_with_what_is_expected() {
    let (temp, out) = folder("none");
    let patch = temp.path().join("patch.yaml");
    fs::write(&patch, "connectors:\n  hub:\n    reference:\n      wokers: 3\n").unwrap();
    let slip = patch.display().to_string();
    let group = temp.path().join("group.yaml");
    fs::write(&group, "campaign:\n  name: x\n").unwrap();
    let group = group.display().to_string();
    for (typed, expected) in [
        (vec!["simulate", SMALL, "--runs", "0"], "expected a number from 1 to 100000, or `auto`"),
        (vec!["simulate", SMALL, "--runs", "many"], "or `auto`"),
        (vec!["advise", SMALL, "--runs", "0"], "30..=10000"),
        (vec!["headroom", SMALL, "--chance", "95%"], "expected: `--runs 59` or more"),
        (vec!["headroom", SMALL, "--chance", "100%"], "expected: a chance below"),
        (vec!["headroom", SMALL, "--chance", "0%"], "expected: a chance above 0%"),
        (vec!["simulate", SMALL, "--patch", &slip], "did you mean `workers`?"),
        (vec!["run", SMALL, "--patch", &slip], "did you mean `workers`?"),
        (vec!["simulate", SMALL, "--patch", &group], "expected: a word or two"),
        (
            vec!["simulate", SMALL, "--vary", "connectors.hub.wokers=1..4"],
            "did you mean `workers`?",
        ),
        (vec!["simulate", SMALL, "--vary", "connectors.hubb.workers=1..4"], "did you mean `hub`?"),
        (vec!["simulate", SMALL, "--vary", "trafic.demand=1/h,2/h"], "did you mean `traffic`?"),
        (vec!["simulate", SMALL, "--vary", "connectors.hub.workers=1..1000000 by 1"], "at most 32"),
        (
            vec!["simulate", SMALL, "--vary", "connectors.hub.workers=1..8"],
            "`--vary connectors.hub.workers=4..32`",
        ),
        (vec!["headroom", SMALL, "--patch", "nowhere.yaml"], "there is no such file"),
    ] {
        let output = doorbuster(&typed).args(["--out", &out]).output().unwrap();
        exits(&output, 2);
        assert!(said(&output).contains(expected), "{typed:?}: {}", said(&output));
    }
    assert!(!Path::new(&out).exists(), "nothing is left behind");
}

#[test]
fn what_is_no_run_or_no_scenario_is_2_with_what_to_give_instead() {
    let (temp, out) = simulated();
    let [text, empty, binary, nothing] =
        ["notes.txt", "empty", "binary", "nothing"].map(|name| temp.path().join(name));
    fs::write(&text, "hello\n").unwrap();
    fs::write(&empty, "").unwrap();
    fs::write(&binary, [0xff, 0, 0x13, 0x37].repeat(300)).unwrap();
    fs::create_dir(&nothing).unwrap();
    let history = format!("{out}/history.jsonl.zst");
    let places = [&text, &empty, &binary, &nothing].map(|path| path.display().to_string());
    let gone = format!("{out}/gone");
    for place in places.iter().chain([&gone]) {
        for typed in [
            &["report", place][..],
            &["export", place, "--format", "csv"],
            &["compare", &out, place],
            &["pool", &out, place],
            &["plan", place],
            &["simulate", place],
            &["run", place],
            &["headroom", place],
            &["advise", place],
            &["serve", place],
            &["simulate", SMALL, "--patch", place],
        ] {
            let refused = done(typed);
            exits(&refused, 2);
            let said = said(&refused);
            let helps = ["expected:", "give ", "needs ", "doorbuster init"];
            assert!(helps.iter().any(|word| said.contains(word)), "{typed:?}: {said}");
            assert!(!said.contains('\u{1b}'), "{said}");
        }
    }
    for (place, says) in [(&history, "doorbuster report"), (&out, "scenario.yaml")] {
        let refused = done(&["plan", place]);
        exits(&refused, 2);
        assert!(said(&refused).contains(says), "{}", said(&refused));
    }
}

/// A run that nothing may be written beside is judged into another folder, and stays as it is.
#[cfg(unix)]
#[test]
fn a_run_is_judged_into_another_folder() {
    use std::os::unix::fs::PermissionsExt;
    let (temp, out) = simulated();
    let listed = || {
        let names = fs::read_dir(&out).unwrap().map(|file| file.unwrap());
        let mut all: Vec<_> = names
            .map(|file| (file.file_name(), file.metadata().unwrap().modified().unwrap()))
            .collect();
        all.sort();
        all
    };
    fs::remove_file(format!("{out}/report.html")).unwrap();
    let before = listed();
    fs::set_permissions(&out, fs::Permissions::from_mode(0o555)).unwrap();
    let elsewhere = temp.path().join("elsewhere").display().to_string();
    let judged = done(&["report", &out, "--out", &elsewhere]);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o755)).unwrap();
    assert!(
        said(&judged).contains(&format!("open   {elsewhere}/report.html")),
        "{}",
        said(&judged)
    );
    assert_eq!(printed(&judged).trim(), elsewhere);
    assert!(fs::metadata(format!("{elsewhere}/report.html")).is_ok());
    let [here, there] = [&out, &elsewhere].map(|f| fs::read(format!("{f}/summary.json")).unwrap());
    assert!(here == there, "the same summary");
    assert_eq!(listed(), before);
}

#[cfg(unix)]
#[test]
fn links_within_a_run_folder_are_not_followed() {
    let (temp, out) = simulated();
    let history = format!("{out}/history.jsonl.zst");
    let moved = temp.path().join("moved");
    fs::rename(&history, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &history).unwrap();
    let refused = done(&["report", &out]);
    exits(&refused, 2);
    assert!(said(&refused).contains("is a link"), "{}", said(&refused));
}

/// What a file or a name is called moves no cursor and commands no pipeline.
#[test]
fn no_name_reaches_a_terminal_or_a_log_raw() {
    let (temp, _) = folder("run");
    let odd = temp.path().join("a\u{1b}[2J\n::error::b\u{202e}.yaml").display().to_string();
    let scenario = varied(&temp, &[("storefront", "\"shop\\e[31m\"")]);
    for typed in [&["plan", &odd][..], &["report", &odd], &["plan", &scenario]] {
        let refused = done(typed);
        exits(&refused, 2);
        let said = said(&refused);
        let raw = |c: char| c != '\n' && c.is_control() || c == '\u{202e}';
        assert!(!said.contains(raw), "{said:?}");
        assert!(!said.lines().any(|line| line.trim_start().starts_with("::")), "{said:?}");
    }
}

/// Whoever has read enough (`2>&1 | head`) ends nothing: the exit code is the verdict's.
#[test]
fn a_reader_that_has_gone_changes_no_exit_code() {
    let (_temp, out) = folder("run");
    let mut played = doorbuster(&["simulate", NAIVE, "--runs", "1", "--out", &out])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop((played.stdout.take(), played.stderr.take()));
    assert_eq!(played.wait().unwrap().code(), Some(1));
    let mut none = doorbuster(&[]).stderr(Stdio::piped()).spawn().unwrap();
    drop(none.stderr.take());
    assert_eq!(none.wait().unwrap().code(), Some(2));
}

/// Commands on a page are typed where the tool was; the last run of the same name is compared where
/// it is of the same scenario, and where not that is said.
#[test]
fn a_page_names_the_run_as_it_was_typed_and_compares_like_with_like() {
    let temp = tempfile::tempdir().unwrap();
    let play = |scenario: &str, name: &str| {
        let mut command = doorbuster(&["simulate", scenario, "--runs", "1", "--out", name]);
        let done = command.current_dir(temp.path()).output().unwrap();
        exits(&done, 3);
        said(&done).split_whitespace().collect::<Vec<&str>>().join(" ")
    };
    play(SMALL, "my runs/1");
    let page = fs::read_to_string(temp.path().join("my runs/1/report.html")).unwrap();
    let page = page.replace("&#39;", "'").replace('\u{a0}', " ");
    assert!(page.contains("doorbuster simulate 'my runs/1/scenario.yaml'"), "a page has its path");
    let again = play(SMALL, "my runs/2");
    let compare = "`doorbuster compare 'my runs/1' 'my runs/2'` tells all";
    assert!(again.contains("Compared with 1") && again.contains(compare), "{again}");
    let text = fs::read_to_string(SMALL).unwrap();
    let line = text.lines().find(|line| line.trim_start().starts_with("skus:")).unwrap();
    let other = varied(&temp, &[(line, &line.replace("skus: ", "skus: 1"))]);
    let another = play(&other, "my runs/3");
    assert!(
        another.contains("Not compared with 2: it has the same name and other goods"),
        "{another}"
    );
}

/// Lines of outcome rules that a check has not met.
fn not_met(told: &str) -> std::collections::BTreeSet<String> {
    let listed = told.split_once("Not met: ").map_or("", |(_, listed)| listed);
    let listed = listed.trim_end().trim_end_matches('.').split(", ");
    listed.filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// Every profile that ships passes at its face, and what no reply there meets is met by the
/// exchanges beside it.
#[test]
fn profiles_that_ship_pass_at_their_faces_and_every_rule_is_met() {
    let names = printed(&done(&["profile", "show"]));
    assert!(names.lines().count() >= 5, "{names}");
    for name in names.lines() {
        let at_its_face = done(&["profile", "check", name]);
        let told = printed(&at_its_face);
        assert_eq!(at_its_face.status.code(), Some(0), "{told}{}", said(&at_its_face));
        let file = format!("{}/scenarios/profiles/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        let recorded = printed(&done(&["profile", "check", name, "--against", &file]));
        assert!(!recorded.contains("FAILED"), "{recorded}");
        let (left, more) = (not_met(&told), not_met(&recorded));
        let silent: Vec<&String> = left.intersection(&more).collect();
        assert!(silent.is_empty(), "{name}: no reply meets {silent:?}");
    }
}

#[test]
fn a_profile_that_is_wrong_at_its_face_fails_where_it_is_wrong_and_tells_no_secret() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("ours.yaml").display().to_string();
    let shipped = printed(&done(&["profile", "show", "woocommerce"]));
    let wrong = |from: &str, to: &str| {
        assert!(shipped.contains(from), "{from}");
        fs::write(&path, shipped.replacen(from, to, 1)).unwrap();
        let output = doorbuster(&["profile", "check", &path])
            .env("WOOCOMMERCE_CONSUMER_SECRET", "planted-secret")
            .output()
            .unwrap();
        (output.status.code(), printed(&output) + &said(&output))
    };
    for (from, to, code, says) in [
        // A reply that has what is wanted elsewhere: nobody takes it for a success.
        ("$[*].stock_quantity", "$[*].quantity", 1, "finds nothing"),
        // A quantity that is sent and not taken is not read back.
        (
            "stock_quantity: \"{quantity}\"",
            "stock: \"{quantity}\", old: \"{quantity}\"",
            1,
            "was set",
        ),
        ("on face: CONSUMER_SECRET", "on face: NOTHING", 1, "not allowed"),
        ("face: woocommerce", "face: amazone", 2, "`face: amazone` is none"),
        ("{quantity}", "{quantiti}", 2, "did you mean `quantity`?"),
    ] {
        let (exit, told) = wrong(from, to);
        assert_eq!(exit, Some(code), "{to}: {told}");
        assert!(told.contains(says), "{to}: {told}");
        assert!(!told.contains("planted-secret"), "{told}");
    }
    let nothing = doorbuster(&["profile", "check", "amazon", "--against", "nothing"])
        .env("AMAZON_CLIENT_SECRET", "planted-secret")
        .output()
        .unwrap();
    exits(&nothing, 3);
    let told = printed(&nothing);
    assert!(told.contains("x-amz-access-token: ****") && !told.contains("planted"), "{told}");
    assert!(told.contains("10000 SKUs take 33 min"), "{told}");
    exits(&done(&["profile", "check", "amazone"]), 2);
    exits(&done(&["profile", "show", "amazone"]), 2);
    exits(&done(&["profile", "check", "amazon", "--against", "nowhere.txt"]), 2);
}
