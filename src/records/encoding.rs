//! Owns what the bytes of a text file are: UTF-8, UTF-16, Windows-1252; read on as UTF-8.
//! Must not know what the text says.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much of a file is looked at for bytes that no text has.
const HEAD_BYTES: usize = 4_096;

/// A text has at most one NUL in so many bytes.
const NULS_PARTS: usize = 20;

/// How much is decoded at a time.
const CHUNK_BYTES: usize = 1 << 16;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    Text(&'static Encoding),
    /// A zip, as a workbook is.
    Zip,
    /// What no text is, in words.
    Not(&'static str),
}

/// Looks at the whole file: a letter of another encoding may stand in its last line.
pub(super) fn kind(file: &mut File, said: Option<&'static Encoding>) -> io::Result<Kind> {
    let mut head = vec![];
    file.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    for (magic, kind) in [
        (&b"PK\x03\x04"[..], Kind::Zip),
        (b"\xd0\xcf\x11\xe0", Kind::Not("an Excel workbook of the old kind (.xls)")),
        (b"\x1f\x8b", Kind::Not("compressed (gzip)")),
        (b"\x28\xb5\x2f\xfd", Kind::Not("compressed (zstd)")),
        (b"%PDF", Kind::Not("a PDF")),
        (b"PAR1", Kind::Not("a Parquet file")),
        (b"\xff\xfe\0\0", UTF_32),
        (b"\0\0\xfe\xff", UTF_32),
    ] {
        if head.starts_with(magic) {
            return Ok(kind);
        }
    }
    if let Some(said) = said {
        return Ok(Kind::Text(said));
    }
    if let Some((encoding, _)) = Encoding::for_bom(&head) {
        return Ok(Kind::Text(encoding));
    }
    if is_utf_32(&head) {
        return Ok(UTF_32);
    }
    if let Some(encoding) = utf_16_without_mark(&head) {
        return Ok(Kind::Text(encoding));
    }
    // One in a text is a slip of its row.
    let zeros = head.iter().map(|byte| usize::from(*byte == 0)).sum::<usize>();
    if zeros * NULS_PARTS > head.len() {
        return Ok(Kind::Not("not a text file"));
    }
    let found = letters(file)?;
    file.seek(SeekFrom::Start(0))?;
    // One damaged letter does not make another encoding of a file whose other letters are sound.
    let foreign = found.invalid > 0 && found.invalid >= found.multibyte;
    Ok(Kind::Text(if foreign { WINDOWS_1252 } else { UTF_8 }))
}

const UTF_32: Kind = Kind::Not("text in UTF-32, which hardly anything reads");

/// Latin text in UTF-32 has three zeros of four bytes, always the same three.
fn is_utf_32(head: &[u8]) -> bool {
    let quarter = head.len() / 4;
    let zeros = |at: usize| head.iter().skip(at).step_by(4).filter(|byte| **byte == 0).count();
    let all = (0..4).filter(|at| quarter > 0 && zeros(*at) * 20 > quarter * 19).count();
    all == 3 && (0..4).any(|at| zeros(at) * 20 < quarter)
}

/// Latin text in UTF-16 has a zero in every other byte.
fn utf_16_without_mark(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    match () {
        () if half == 0 => None,
        () if odd * 3 > half * 2 && even * 20 < half => Some(UTF_16LE),
        () if even * 3 > half * 2 && odd * 20 < half => Some(UTF_16BE),
        () => None,
    }
}

/// Letters beyond ASCII, as UTF-8 sees them.
#[derive(Default)]
struct Letters {
    multibyte: u64,
    invalid: u64,
}

fn letters(file: &mut File) -> io::Result<Letters> {
    let mut found = Letters::default();
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut kept = 0;
    loop {
        let read = file.read(&mut chunk[kept..])?;
        let mut bytes = &chunk[..kept + read];
        let over = read == 0;
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    found.count(text);
                    bytes = &[];
                }
                Err(error) => {
                    let (valid, rest) = bytes.split_at(error.valid_up_to());
                    found.count(std::str::from_utf8(valid).unwrap_or_default());
                    match error.error_len() {
                        Some(len) => {
                            found.invalid += 1;
                            bytes = &rest[len..];
                            continue;
                        }
                        None if over => {
                            found.invalid += 1;
                            bytes = &[];
                        }
                        None => bytes = rest,
                    }
                }
            }
            break;
        }
        if over {
            return Ok(found);
        }
        // A letter that the chunk cuts is looked at with the next.
        let rest = bytes.to_vec();
        chunk[..rest.len()].copy_from_slice(&rest);
        kept = rest.len();
    }
}

impl Letters {
    fn count(&mut self, text: &str) {
        if !text.is_ascii() {
            self.multibyte += text.chars().filter(|c| !c.is_ascii()).count() as u64;
        }
    }
}

/// The text of a file as UTF-8, without its byte order mark. UTF-8 passes as it is: what is wrong
/// in it is wrong in one field.
pub(super) struct Text {
    input: BufReader<File>,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    given: usize,
    over: bool,
}

impl Text {
    pub(super) fn new(file: File, encoding: &'static Encoding) -> io::Result<Text> {
        let mut input = BufReader::with_capacity(CHUNK_BYTES, file);
        let mut mark = [0; 3];
        let has_mark = input.read(&mut mark)? == 3 && mark == [0xef, 0xbb, 0xbf];
        input.seek(SeekFrom::Start(if encoding == UTF_8 && has_mark { 3 } else { 0 }))?;
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        let raw = vec![0; if decoder.is_some() { CHUNK_BYTES } else { 0 }];
        Ok(Text { input, decoder, raw, decoded: vec![], given: 0, over: false })
    }
}

impl Read for Text {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.input.read(into) };
        while self.given == self.decoded.len() && !self.over {
            let read = self.input.read(&mut self.raw)?;
            self.over = read == 0;
            let room = decoder.max_utf8_buffer_length(read).unwrap_or(4 * CHUNK_BYTES);
            self.decoded.resize(room, 0);
            let (result, _, written, _) =
                decoder.decode_to_utf8(&self.raw[..read], &mut self.decoded, self.over);
            assert!(result == CoderResult::InputEmpty, "the room is what the decoder asked for");
            self.decoded.truncate(written);
            self.given = 0;
        }
        let some = into.len().min(self.decoded.len() - self.given);
        into[..some].copy_from_slice(&self.decoded[self.given..self.given + some]);
        self.given += some;
        Ok(some)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(bytes: &[u8]) -> (Kind, String) {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        file.seek(SeekFrom::Start(0)).expect("rewound");
        let kind = kind(&mut file, None).expect("read");
        let Kind::Text(encoding) = kind else { return (kind, String::new()) };
        let mut text = String::new();
        Text::new(file, encoding).expect("open").read_to_string(&mut text).expect("text");
        (kind, text)
    }

    #[test]
    fn every_encoding_says_the_same() {
        let text = "sku;Größe\nMütze;5 €\n";
        let wide = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        let (latin, _, _) = WINDOWS_1252.encode(text);
        for (bytes, encoding) in [
            (text.as_bytes().to_vec(), UTF_8),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), UTF_8),
            ([b"\xff\xfe", little.as_slice()].concat(), UTF_16LE),
            ([b"\xfe\xff", big.as_slice()].concat(), UTF_16BE),
            (little, UTF_16LE),
            (big, UTF_16BE),
            (latin.into_owned(), WINDOWS_1252),
        ] {
            assert_eq!(read(&bytes), (Kind::Text(encoding), text.to_owned()));
        }
    }

    #[test]
    fn a_letter_cut_by_a_chunk_is_whole_and_one_damaged_letter_changes_nothing() {
        let long = format!("{}ü{}", "a".repeat(CHUNK_BYTES - 1), "ü".repeat(10));
        assert_eq!(read(long.as_bytes()).0, Kind::Text(UTF_8));
        let damaged = [long.as_bytes(), b"\xff\n"].concat();
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&damaged).expect("written");
        file.seek(SeekFrom::Start(0)).expect("rewound");
        assert_eq!(kind(&mut file, None).expect("read"), Kind::Text(UTF_8));
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(read(b"PK\x03\x04rest").0, Kind::Zip);
        assert!(matches!(read(b"\xd0\xcf\x11\xe0rest").0, Kind::Not(_)));
        assert!(matches!(read(b"ab\0c,d\0\0").0, Kind::Not(_)));
    }
}
