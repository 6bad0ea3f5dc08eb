//! Owns taking frames apart: bytes of a file in, the lines of one checked frame out.
//! Must not know what the lines say.
//!
//! A frame is believed only when its checksum has been met. The exception is the last frame of a
//! file that ends inside it: a killed writer left it, and what it holds so far is handed out
//! marked as cut.

use std::io::{self, Read};

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use super::frames::FRAME_BYTES_MAX;

/// Every zstd frame begins so (RFC 8878, section 3.1.1).
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The bit of the byte after the magic that says a checksum follows (RFC 8878, 3.1.1.1.1).
const CHECKSUM_FLAG: u8 = 1 << 2;

/// The decoder may keep this much of what it decoded, as a power of two: the least that holds
/// [`FRAME_BYTES_MAX`]. A frame that asks for more is refused before anything is allocated.
const WINDOW_LOG_MAX: u32 = 25;
const _: () = assert!(1 << WINDOW_LOG_MAX >= FRAME_BYTES_MAX);

/// Room for one decoded block at a time (RFC 8878: at most 128 KiB).
const BLOCK_BYTES: usize = 128 << 10;

/// Bytes read from the file at once.
const READ_BYTES: usize = 256 << 10;

/// What is wrong with a history from some byte on. Nothing behind it is believed.
#[derive(Debug, thiserror::Error)]
pub enum Tear {
    /// The file ends inside a frame, as one does whose writer was killed.
    #[error("the file ends inside the frame that begins at byte {0}")]
    Cut(u64),
    /// Something else than a frame begins where one should.
    #[error("no zstd frame begins at byte {0}: the file is damaged or has something appended")]
    NotAFrame(u64),
    /// A frame without a checksum cannot be trusted.
    #[error("the frame at byte {0} has no checksum: doorbuster did not write it")]
    NoChecksum(u64),
    /// The frame does not decode, or its checksum is not met.
    #[error("the frame at byte {at} is damaged: {source}")]
    Damaged {
        /// Where the frame begins.
        at: u64,
        /// What zstd says.
        source: io::Error,
    },
    /// The frame decodes to more than any that was ever written.
    #[error(
        "the zstd frame at byte {0} holds over {FRAME_BYTES_MAX} bytes, the most that doorbuster \
         puts into one: it was packed anew; expected: the file as doorbuster wrote it"
    )]
    FrameTooLarge(u64),
    /// A line that is not a fact.
    #[error("fact {seq} cannot be read: {why}")]
    NotAFact {
        /// Which fact it should be.
        seq: u64,
        /// What is wrong with it.
        why: String,
    },
    /// Facts are missing, or come twice.
    #[error("fact {found} stands where fact {expected} should: facts are missing or repeated")]
    OutOfSequence {
        /// The next of the sequence.
        expected: u64,
        /// What is there.
        found: u64,
    },
    /// A charter in the middle.
    #[error("fact {0} is a second charter: two histories were joined")]
    SecondCharter(u64),
    /// The system could not read the file.
    #[error("reading failed at byte {at}: {source}")]
    Unreadable {
        /// How far it got.
        at: u64,
        /// What the system says.
        source: io::Error,
    },
}

/// A frame that asks to keep more than [`WINDOW_LOG_MAX`] allows; zstd tells it by its words only.
fn wants_too_much(said: &io::Error) -> bool {
    said.to_string().contains("requires too much memory")
}

/// What [`Unframer::next_frame`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A frame whose checksum is met.
    Whole,
    /// The beginning of a frame, and the end of the file.
    Cut,
    /// The end of the file.
    End,
}

/// Takes frames apart, one at a time.
pub(super) struct Unframer<R> {
    source: R,
    zstd: Decoder<'static>,
    input: Box<[u8]>,
    /// What of `input` is read and not yet decoded.
    unread: std::ops::Range<usize>,
    /// The file's byte at `unread.start`.
    offset: u64,
    /// Where the frame under way begins.
    frame_at: u64,
    lines: Vec<u8>,
}

impl<R: Read> Unframer<R> {
    pub(super) fn new(source: R) -> io::Result<Unframer<R>> {
        let mut zstd = Decoder::new()?;
        zstd.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX))?;
        Ok(Unframer {
            source,
            zstd,
            input: vec![0; READ_BYTES].into(),
            unread: 0..0,
            offset: 0,
            frame_at: 0,
            lines: Vec::new(),
        })
    }

    /// The lines of the frame found last.
    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Where the frame found last begins.
    pub(super) fn frame_at(&self) -> u64 {
        self.frame_at
    }

    pub(super) fn next_frame(&mut self) -> Result<Found, Tear> {
        self.lines.clear();
        self.frame_at = self.offset;
        match self.check_head()? {
            Found::Whole => self.decode(),
            cut_or_end => Ok(cut_or_end),
        }
    }

    /// Looks at the first five bytes; `Whole` means that a frame begins here.
    fn check_head(&mut self) -> Result<Found, Tear> {
        while self.unread.len() <= MAGIC.len() && self.fill()? {}
        let head = &self.input[self.unread.clone()];
        let magic = MAGIC.len().min(head.len());
        if head[..magic] != MAGIC[..magic] {
            return Err(Tear::NotAFrame(self.frame_at));
        }
        match head.get(MAGIC.len()) {
            Some(flags) if flags & CHECKSUM_FLAG == 0 => Err(Tear::NoChecksum(self.frame_at)),
            Some(_) => Ok(Found::Whole),
            None if head.is_empty() => Ok(Found::End),
            None => Ok(Found::Cut),
        }
    }

    fn decode(&mut self) -> Result<Found, Tear> {
        loop {
            let decoded = self.lines.len();
            self.lines.resize(decoded + BLOCK_BYTES, 0);
            let mut input = InBuffer::around(&self.input[self.unread.clone()]);
            let mut output = OutBuffer::around(&mut self.lines[decoded..]);
            let step = self.zstd.run(&mut input, &mut output);
            let (taken, made) = (input.pos(), output.pos());
            self.lines.truncate(decoded + made);
            self.unread.start += taken;
            self.offset += taken as u64;
            match step {
                Ok(0) => return Ok(Found::Whole),
                Ok(_) if self.lines.len() > FRAME_BYTES_MAX => {
                    return Err(Tear::FrameTooLarge(self.frame_at));
                }
                // The output was full: there may be more of it before more input is needed.
                Ok(_) if made == BLOCK_BYTES => {}
                Ok(_) => {
                    if self.unread.is_empty() && !self.fill()? {
                        return Ok(Found::Cut);
                    }
                }
                Err(source) if wants_too_much(&source) => {
                    return Err(Tear::FrameTooLarge(self.frame_at));
                }
                Err(source) => return Err(Tear::Damaged { at: self.frame_at, source }),
            }
        }
    }

    /// Reads more; false at the end of the file.
    fn fill(&mut self) -> Result<bool, Tear> {
        self.input.copy_within(self.unread.clone(), 0);
        self.unread = 0..self.unread.len();
        loop {
            match self.source.read(&mut self.input[self.unread.end..]) {
                Ok(read) => {
                    self.unread.end += read;
                    return Ok(read > 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(Tear::Unreadable { at: self.offset, source }),
            }
        }
    }
}
