//! What a journal keeps, and how it says that it cannot.

use std::sync::mpsc;

use std::fs::File;
use std::path::Path;

use super::*;
use crate::history::reader::{Ended, Reader};
use crate::history::samples::charter;
use crate::history::{fact::Ending, frames::FRAME_BYTES};

/// A sink that can be read while it is written.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<Vec<u8>>>);

impl Write for Shelf {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn begin(journal: &Journal) {
    journal.note(At::START, 0, &mut vec![What::Charter(Box::new(charter()))]);
}

fn full_device() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("Linux has a full device")
}

#[test]
fn machines_on_many_threads_share_one_sequence() {
    let shelf = Shelf::default();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sees = Arc::clone(&seen);
    let observer: Observer = Box::new(move |fact| sees.lock().push(fact.seq));
    let journal = Journal::over(shelf.clone(), Some(observer)).unwrap();
    begin(&journal);
    std::thread::scope(|machines| {
        for machine in 0..4 {
            let journal = journal.clone();
            machines.spawn(move || {
                for i in 0..5_000 {
                    let told = What::Stalled { wall_us: machine };
                    journal.note(At(i), i, &mut vec![told.clone(), told]);
                }
            });
        }
    });
    journal.note(At(9), 9, &mut vec![What::Ended { why: Ending::Finished }]);
    let closed = journal.close().unwrap();
    assert_eq!(closed.facts, 40_002);
    let bytes = shelf.0.lock().clone();
    assert_eq!(closed.bytes, bytes.len() as u64);

    let mut reader = Reader::over(bytes.as_slice()).unwrap();
    let facts: Vec<Fact> = reader.by_ref().collect();
    assert!(matches!(reader.ended(), Some(Ended::Closed)));
    assert_eq!(*seen.lock(), (0..40_002).collect::<Vec<u64>>());
    // What one call says stays together, and each machine's facts keep their order.
    for pair in facts[1..40_001].chunks(2) {
        assert_eq!(pair[0].what, pair[1].what);
    }
    for machine in 0..4 {
        let told = What::Stalled { wall_us: machine };
        let times: Vec<At> = facts.iter().filter(|f| f.what == told).map(|f| f.at).collect();
        assert_eq!(times.len(), 10_000);
        assert!(times.is_sorted());
    }
}

#[test]
fn facts_reach_the_disk_while_the_run_goes_on() {
    let (heard, hears) = mpsc::channel();
    let shelf = Signalling(Shelf::default(), heard);
    let kept = shelf.0.clone();
    let journal = Journal::over(shelf, None).unwrap();
    begin(&journal);
    hears.recv().expect("the frame arrives without the journal being closed");
    let bytes = kept.0.lock().clone();
    assert_eq!(Reader::over(bytes.as_slice()).unwrap().count(), 1);
    journal.close().unwrap();
}

struct Signalling(Shelf, mpsc::Sender<()>);

impl Write for Signalling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        let _ = self.1.send(());
        Ok(())
    }
}

#[test]
fn the_last_journal_to_go_finishes_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.jsonl.zst");
    let journal = Journal::create(&path, None).unwrap();
    begin(&journal);
    drop(journal.clone());
    drop(journal);
    let mut reader = Reader::open(&path).unwrap();
    assert_eq!(reader.by_ref().count(), 1);
    assert!(matches!(reader.ended(), Some(Ended::Open)));
}

#[test]
fn a_full_disk_is_told_and_blocks_nobody() {
    let journal = Journal::over(full_device(), None).unwrap();
    begin(&journal);
    // More than the tray holds, until the failure is known: a lost note would block here.
    while journal.failed().is_none() {
        journal.note(At(1), 1, &mut vec![What::Quiet {}; WAITING_FACTS_MAX / 8]);
    }
    for _ in 0..20 {
        journal.note(At(1), 1, &mut vec![What::Quiet {}; WAITING_FACTS_MAX / 8]);
    }
    let told = journal.failed().unwrap().to_string();
    assert!(told.contains("No space left") && told.contains("disk full?"), "{told}");
    let closed = journal.close().unwrap_err().to_string();
    assert!(closed.contains("No space left"), "{closed}");
}

#[test]
fn a_disk_that_fills_only_at_the_end_is_told_by_close() {
    let journal = Journal::over(full_device(), None).unwrap();
    begin(&journal);
    assert!(journal.close().is_err());
}

#[test]
fn a_file_that_cannot_be_made_is_refused_at_once() {
    let refused = |path: &str| Journal::create(Path::new(path), None).err().unwrap().to_string();
    let missing = refused("/nonexistent/folder/history.jsonl.zst");
    assert!(missing.contains("cannot create the history /nonexistent/folder"), "{missing}");
    let unwritable = refused("/proc/history.jsonl.zst");
    assert!(unwritable.contains("choose a folder that can be written"), "{unwritable}");
}

#[test]
fn a_history_that_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.jsonl.zst");
    std::fs::write(&path, "evidence").unwrap();
    assert!(matches!(Journal::create(&path, None), Err(WriterError::Create { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "evidence");
}

#[test]
fn facts_after_the_close_are_counted_not_lost_in_silence() {
    let journal = Journal::over(io::sink(), None).unwrap();
    let straggler = journal.clone();
    begin(&journal);
    journal.close().unwrap();
    assert!(straggler.failed().is_none());
    straggler.note(At(1), 1, &mut vec![What::Quiet {}; 2]);
    let told = straggler.failed().unwrap().to_string();
    assert_eq!(told, "2 facts came after the history was closed: a machine was still running");
}

#[test]
fn a_writer_that_cannot_keep_up_makes_machines_wait_and_loses_nothing() {
    let (go, may_go) = mpsc::channel::<()>();
    // The observer holds the writer until the test has filled the tray.
    let observer: Observer = Box::new(move |_| {
        let _ = may_go.recv();
    });
    let journal = Journal::over(io::sink(), Some(observer)).unwrap();
    begin(&journal);
    let machine = journal.clone();
    let notes = 12_u64;
    let worker = std::thread::spawn(move || {
        for _ in 0..notes {
            machine.note(At(1), 1, &mut vec![What::Quiet {}; WAITING_FACTS_MAX / 4]);
        }
    });
    let desk = Arc::clone(&journal.scribe.desk);
    while desk.tray.lock().waits == 0 {
        std::thread::yield_now();
    }
    drop(go);
    worker.join().unwrap();
    let closed = journal.close().unwrap();
    assert_eq!(closed.facts, notes * (WAITING_FACTS_MAX as u64 / 4) + 1);
    assert!(closed.waits > 0);
}

#[test]
fn an_observer_that_panics_ends_the_record_loudly() {
    let observer: Observer = Box::new(|_| panic!("the observer's own bug"));
    let journal = Journal::over(io::sink(), Some(observer)).unwrap();
    begin(&journal);
    while journal.failed().is_none() {
        std::thread::yield_now();
    }
    let told = journal.close().unwrap_err().to_string();
    assert!(told.contains("observer failed"), "{told}");
}

#[test]
fn memory_stays_within_two_trays_and_a_frame() {
    let journal = Journal::over(io::sink(), None).unwrap();
    for i in 0..200_u64 {
        journal.note(At(i), i, &mut vec![What::Quiet {}; 4_096]);
    }
    let waiting = journal.scribe.desk.tray.lock().waiting.capacity();
    assert!(waiting <= 2 * (WAITING_FACTS_MAX + 4_096), "{waiting} facts of room");
    let closed = journal.close().unwrap();
    assert!(closed.facts == 200 * 4_096 && closed.bytes > 0 && FRAME_BYTES > 0);
}

/// A history is evidence where it stands: what befell it meanwhile is said, also a cut that later
/// writes would have hidden.
#[test]
fn a_history_that_is_removed_replaced_or_cut_meanwhile_is_lost() {
    type Harm = (&'static str, fn(&Path));
    let harms: [Harm; 4] = [
        ("removed", |path| std::fs::remove_file(path).unwrap()),
        ("moved", |path| {
            std::fs::rename(path.parent().unwrap(), path.parent().unwrap().with_extension("x"))
                .unwrap();
        }),
        ("another file", |path| {
            std::fs::copy(path, path.with_extension("copy")).unwrap();
            std::fs::rename(path.with_extension("copy"), path).unwrap();
        }),
        ("bytes were written", |path| drop(std::fs::File::create(path).unwrap())),
    ];
    for (says, harm) in harms {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("run");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("history.jsonl.zst");
        let journal = Journal::create(&path, None).unwrap();
        journal.note(At(1), 1, &mut vec![What::TrafficEnded {}]);
        while path.metadata().unwrap().len() == 0 {
            std::thread::yield_now();
        }
        harm(&path);
        journal.note(At(2), 2, &mut vec![What::TrafficEnded {}]);
        let said = journal.close().unwrap_err().to_string();
        assert!(said.contains(says) && said.contains("play it again"), "{says}: {said}");
    }
}
