//! What a reader makes of whole, torn, damaged, foreign and hostile files.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::history::frames::{FRAME_BYTES, FRAME_BYTES_MAX, FrameWriter};
use crate::history::samples::{self, Drawn, KINDS, facts, name_of_length, one_of_each};
use crate::units::At;

/// The bytes of `facts` with a frame every `per_frame`, and where each frame ends.
fn framed(facts: &[Fact], per_frame: usize) -> (Vec<u8>, Vec<usize>) {
    let mut writer = FrameWriter::new(Vec::new()).unwrap();
    let mut ends = Vec::new();
    for chunk in facts.chunks(per_frame) {
        for fact in chunk {
            writer.push(fact).unwrap();
        }
        writer.end_frame().unwrap();
        ends.push(writer.bytes() as usize);
    }
    (writer.finish().unwrap(), ends)
}

/// Arbitrary text in a frame like those of a history.
fn frame_of(text: &[u8]) -> Vec<u8> {
    let mut zstd = zstd::bulk::Compressor::new(1).unwrap();
    zstd.include_checksum(true).unwrap();
    zstd.compress(text).unwrap()
}

fn read(bytes: &[u8]) -> Result<(Vec<Fact>, String), String> {
    let mut reader = Reader::over(bytes).map_err(|e| e.to_string())?;
    let facts: Vec<Fact> = reader.by_ref().collect();
    assert!(reader.next().is_none(), "an ended reader stays ended");
    let ended = match reader.ended().expect("a drained reader says how it ended") {
        Ended::Closed => "closed".to_owned(),
        Ended::Open => "open".to_owned(),
        Ended::Torn { reason } => reason.to_string(),
    };
    Ok((facts, ended))
}

fn json(fact: &Fact) -> String {
    serde_json::to_string(fact).unwrap()
}

#[test]
fn a_closed_history_comes_back_whole() {
    let facts = facts(200);
    let (bytes, _) = framed(&facts, 33);
    assert_eq!(read(&bytes).unwrap(), (facts, "closed".to_owned()));
}

#[test]
fn a_history_without_its_last_record_is_open() {
    let facts = &facts(200)[..199];
    let (bytes, _) = framed(facts, 33);
    assert_eq!(read(&bytes).unwrap(), (facts.to_vec(), "open".to_owned()));
}

#[test]
fn a_cut_at_any_byte_of_the_last_frame_keeps_all_earlier_frames() {
    let facts = facts(120);
    let (bytes, ends) = framed(&facts, 40);
    let last_begins = ends[1];
    for cut in last_begins + 1..bytes.len() {
        let (read, ended) = read(&bytes[..cut]).unwrap();
        assert!(read.len() >= 80, "cut at {cut}: {} facts", read.len());
        assert_eq!(read, facts[..read.len()], "cut at {cut}");
        assert_eq!(
            ended,
            format!("the file ends inside the frame that begins at byte {last_begins}")
        );
    }
    assert_eq!(read(&bytes[..last_begins]).unwrap(), (facts[..80].to_vec(), "open".to_owned()));
}

#[test]
fn a_cut_frame_gives_the_whole_lines_of_the_blocks_that_are_there() {
    let facts = facts(9_000);
    let (bytes, ends) = framed(&facts, 10_000);
    assert_eq!(ends.len(), 1);
    let (half, ended) = read(&bytes[..bytes.len() * 3 / 4]).unwrap();
    assert!(half.len() > 4_000, "only {} facts of a frame three quarters there", half.len());
    assert_eq!(half, facts[..half.len()]);
    assert_eq!(ended, CUT_AT_START);
}

#[test]
fn a_cut_inside_the_charters_frame_says_so() {
    let facts = facts(3);
    let (bytes, _) = framed(&facts, 3);
    let checksum_begins = bytes.len() - 4;
    for cut in 1..checksum_begins {
        let why = read(&bytes[..cut]).unwrap_err();
        assert_eq!(
            why,
            "the history breaks before its charter is complete: \
             the file ends inside the frame that begins at byte 0",
            "cut at {cut}"
        );
    }
    // From there only the checksum is missing: every line is there, but nothing vouches for it.
    for cut in checksum_begins..bytes.len() {
        let (read, ended) = read(&bytes[..cut]).unwrap();
        assert_eq!((read, ended.as_str()), (facts.clone(), CUT_AT_START));
    }
}

const CUT_AT_START: &str = "the file ends inside the frame that begins at byte 0";

/// Whatever bit flips, what is read is a run of whole frames from the start. A flip goes unnoticed
/// only where the lines decode to the same bytes: unused header bits, a match that points at
/// another copy of the same text.
#[test]
fn a_flipped_bit_ends_the_history_at_the_last_good_frame() {
    let facts = facts(60);
    let (bytes, ends) = framed(&facts, 20);
    let mut unnoticed = 0;
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.clone();
            flipped[place] ^= 1 << bit;
            let damaged = ends.iter().filter(|end| **end <= place).count();
            match read(&flipped) {
                Ok((read, ended)) if ended == "closed" => {
                    assert_eq!(read, facts, "byte {place} bit {bit} went unnoticed");
                    unnoticed += 1;
                }
                Ok((read, ended)) => {
                    assert_eq!(read, facts[..damaged * 20], "byte {place} bit {bit}: {ended}");
                }
                Err(why) => assert_eq!(damaged, 0, "byte {place} bit {bit}: {why}"),
            }
        }
    }
    assert!(unnoticed * 50 < bytes.len() * 8, "{unnoticed} flips changed nothing");
}

#[test]
fn missing_and_repeated_facts_end_the_history() {
    let all = facts(10);
    let without_fifth: Vec<Fact> = all.iter().filter(|f| f.seq != 5).cloned().collect();
    let (read_back, ended) = read(&framed(&without_fifth, 4).0).unwrap();
    assert_eq!(read_back, all[..5]);
    assert_eq!(ended, "fact 6 stands where fact 5 should: facts are missing or repeated");

    let mut repeated = all.clone();
    repeated.insert(6, all[5].clone());
    let (read_back, ended) = read(&framed(&repeated, 4).0).unwrap();
    assert_eq!(read_back, all[..6]);
    assert_eq!(ended, "fact 5 stands where fact 6 should: facts are missing or repeated");
}

#[test]
fn two_histories_joined_are_told_apart() {
    let mut all = facts(4);
    all[3] = Fact { seq: 3, ..all[0].clone() };
    let (_, ended) = read(&framed(&all, 4).0).unwrap();
    assert_eq!(ended, "fact 3 is a second charter: two histories were joined");
}

#[test]
fn foreign_files_get_a_clear_answer() {
    let check = |bytes: &[u8], says: &str| {
        let why = read(bytes).unwrap_err();
        assert!(why.contains(says), "{why}\n  should say: {says}");
    };
    check(b"", "the history is empty");
    check(b"{\"seq\":0}\n", "does not begin with a zstd frame");
    check(b"(", "the file ends inside the frame"); // one byte, the first of a frame's
    check(b"\x1f\x8b\x08\x00 gzip", "does not begin with a zstd frame");
    check(&frame_of(b"hello\n"), "does not begin with a charter: expected value");
    check(&frame_of(b"no end"), "no whole line in its first frame");
    check(&frame_of(b""), "no whole line in its first frame");
    check(&frame_of(b"{\"seq\":0,\"at\":0,\"wall\":0,\"what\":{\"quiet\":{}}}\n"), "charter");
    check(
        &frame_of(format!("{}\n", json(&Fact { seq: 4, ..facts(2)[0].clone() })).as_bytes()),
        "its first fact is number 4",
    );
    let unchecked = zstd::bulk::compress(b"anything\n", 1).unwrap();
    check(&unchecked, "has no checksum");
}

#[test]
fn a_later_version_is_refused_even_with_fields_nobody_knows() {
    let line = br#"{"seq":0,"at":0,"wall":0,"new":1,"what":{"charter":{"version":3,"x":[]}}}"#;
    let why = read(&frame_of(&[line.as_slice(), b"\n"].concat())).unwrap_err();
    let reads = format!("this doorbuster reads up to {HISTORY_VERSION}.{HISTORY_MINOR}");
    let then = "use the doorbuster that wrote it, or a later one";
    assert_eq!(why, format!("the history has version 3.0, {reads}: {then}"));
}

/// A history of a later minor version, with the lines that follow its charter.
fn of_minor(minor: u32, lines: &[&str]) -> Vec<u8> {
    let charter = Charter { minor, ..samples::charter() };
    let what = What::Charter(Box::new(charter));
    let first = json(&Fact { seq: 0, at: At(0), wall: 0, what });
    let lines = [&[first.as_str()], lines].concat().join("\n");
    frame_of(format!("{lines}\n").as_bytes())
}

const RECALLED: &str = r#"{"seq":1,"at":5,"wall":0,"what":{"recalled":{"sku":1}}}"#;

#[test]
fn a_later_minor_version_is_read_and_what_it_adds_is_named() {
    let quiet = r#"{"seq":2,"at":6,"wall":0,"what":{"quiet":{}}}"#;
    let (facts, _) = read(&of_minor(HISTORY_MINOR + 1, &[RECALLED, quiet])).unwrap();
    assert_eq!(facts[1].what, What::Unknown("recalled".into()));
    assert_eq!((facts[1].at, &facts[2].what), (At(5), &What::Quiet {}));
    let (facts, ended) = read(&of_minor(HISTORY_MINOR, &[RECALLED, quiet])).unwrap();
    assert_eq!(facts.len(), 1, "what this version does not have, its own writer cannot have said");
    assert!(ended.contains("unknown variant `recalled`"), "{ended}");
    let two = r#"{"seq":1,"at":5,"wall":0,"what":{"a":{},"b":{}}}"#;
    assert_eq!(read(&of_minor(HISTORY_MINOR + 1, &[two])).unwrap().0.len(), 1);
}

#[test]
fn terms_that_a_later_minor_version_added_are_refused_with_who_is_too_old() {
    let newer = of_minor(HISTORY_MINOR + 7, &[]);
    assert!(read(&newer).is_ok());
    let text = String::from_utf8(zstd::decode_all(newer.as_slice()).unwrap()).unwrap();
    let with = text.replace("\"campaign\":", "\"weather\":\"snow\",\"campaign\":");
    let why = read(&frame_of(with.as_bytes())).unwrap_err();
    let (has, reads) = (HISTORY_MINOR + 7, HISTORY_MINOR);
    let begins = format!("the history has version 2.{has}, this doorbuster reads up to 2.{reads}");
    assert!(why.starts_with(&begins), "{why}");
}

#[test]
fn what_follows_a_good_frame_must_be_one() {
    let facts = facts(10);
    let (mut bytes, _) = framed(&facts, 10);
    bytes.extend_from_slice(b"appended");
    let (read, ended) = read(&bytes).unwrap();
    assert_eq!(read, facts);
    assert!(ended.contains("no zstd frame begins at byte"), "{ended}");
}

#[test]
fn lines_that_are_not_facts_end_the_history() {
    let first = framed(&facts(2)[..1], 1).0;
    let check = |text: &[u8], says: &str| {
        let (read, ended) = read(&[first.clone(), frame_of(text)].concat()).unwrap();
        assert_eq!(read.len(), 1);
        assert!(ended.contains(says), "{ended}\n  should say: {says}");
    };
    check(b"\n", "fact 1 cannot be read: EOF");
    check(b"{\"seq\":1", "fact 1 cannot be read: its line has no end");
    check(b"\xff\xfe\n", "fact 1 cannot be read: expected value");
    check("[".repeat(100_000).as_bytes(), "no end");
    check(format!("{}\n", "[".repeat(100_000)).as_bytes(), "fact 1 cannot be read: invalid type");
    check(b"{\"seq\":1,\"at\":-1,\"wall\":0,\"what\":{\"quiet\":{}}}\n", "fact 1 cannot be read");
    check(b"{\"seq\":1,\"at\":0,\"wall\":0,\"what\":{\"unheard_of\":{}}}\n", "unheard_of");
    let rule = r#"{"allocation":1000000,"holds_back":0}"#;
    let rule = format!(r#"{{"rule_set":{{"channel":0,"rule":{rule}}}}}"#);
    let rule = format!("{{\"seq\":1,\"at\":0,\"wall\":0,\"what\":{rule}}}\n");
    check(rule.as_bytes(), "missing field `shows_at_most`");
    check(&name_of_length(LINE_BYTES_MAX + 1).into_bytes(), "no end");
    let long = format!("{}\n", name_of_length(LINE_BYTES_MAX + 1));
    check(long.as_bytes(), "its line is over 16777216 bytes");
}

#[test]
fn bombs_are_refused_before_they_take_memory() {
    let first = framed(&facts(2)[..1], 1).0;
    // Magic; single segment with a checksum and an eight-byte size; a size of one TiB.
    let stated = [&[0x28, 0xb5, 0x2f, 0xfd, 0b1110_0100], &(1_u64 << 40).to_le_bytes()[..]];
    let (_, ended) = read(&[first.clone(), stated.concat(), vec![0; 64]].concat()).unwrap();
    assert!(ended.contains("holds over 17825792 bytes"), "{ended}");
    // The same where a charter should be: it is not cut, it is larger than any that was written.
    let why = read(&[stated.concat(), vec![0; 64]].concat()).unwrap_err();
    assert!(
        why.starts_with("this is not a history as it was written: the zstd frame at byte 0 holds")
            && !why.contains("charter"),
        "{why}"
    );

    // A streamed frame states no size and asks for a small window, but goes on and on.
    let mut zstd = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    zstd.include_checksum(true).unwrap();
    for _ in 0..(FRAME_BYTES_MAX / FRAME_BYTES + 2) {
        io::Write::write_all(&mut zstd, &vec![b'x'; FRAME_BYTES]).unwrap();
    }
    let (_, ended) = read(&[first, zstd.finish().unwrap()].concat()).unwrap();
    assert!(ended.contains("holds over 17825792 bytes"), "{ended}");
}

#[test]
fn a_source_that_fails_is_not_taken_for_an_end() {
    struct Failing<'a>(&'a [u8]);
    impl Read for Failing<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(io::Error::other("the disk is gone")),
                read => Ok(read),
            }
        }
    }
    let (bytes, _) = framed(&facts(10)[..9], 9);
    let mut reader = Reader::over(Failing(&bytes)).unwrap();
    assert_eq!(reader.by_ref().count(), 9);
    let Some(Ended::Torn { reason: Tear::Unreadable { at, .. } }) = reader.ended() else {
        panic!("ended as {:?}", reader.ended());
    };
    assert_eq!(*at, bytes.len() as u64);
}

#[test]
fn the_charter_is_known_before_the_facts() {
    let (bytes, _) = framed(&facts(3), 3);
    let reader = Reader::over(bytes.as_slice()).unwrap();
    assert_eq!(reader.charter(), &samples::charter());
    assert!(reader.ended().is_none());
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (any::<u16>(), any::<u32>(), any::<u64>(), any::<i64>(), any::<bool>()).prop_map(
        |(small, medium, large, signed, flag)| Drawn { small, medium, large, signed, flag },
    )
}

proptest! {
    #[test]
    fn every_kind_of_fact_survives_the_round_trip(
        d in drawn(), at in any::<u64>(), wall in any::<u64>(), per_frame in 1_usize..50,
    ) {
        let whats = one_of_each(d);
        let kinds: BTreeSet<usize> = whats.iter().map(samples::kind).collect();
        prop_assert_eq!(kinds, (0..KINDS).collect::<BTreeSet<_>>());
        let facts: Vec<Fact> = (0..)
            .zip(whats)
            .map(|(seq, what)| Fact { seq, at: At(at), wall, what })
            .collect();
        let (bytes, _) = framed(&facts, per_frame);
        prop_assert_eq!(read(&bytes).unwrap(), (facts, "closed".to_owned()));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&noise);
        let (good, _) = framed(&facts(2)[..1], 1);
        let _ = read(&[good, noise].concat());
    }
}
