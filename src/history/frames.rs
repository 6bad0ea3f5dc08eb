//! Owns the bytes of a history: one JSON line a fact, gathered into zstd frames that stand alone.
//! Must not know what facts mean, nor when a frame is due (the callers' business).
//!
//! Every frame holds whole lines and carries a checksum, so that what reached the disk can be read
//! by `zstdcat` and a reader can tell a torn or damaged frame from a good one. Within a frame whole
//! lines are compressed and written in blocks: the work comes in short strokes, and of a frame
//! whose writer was killed the blocks that reached the disk can still be read.

use std::io::{self, Write};

use zstd::stream::raw::{CParameter, Encoder, InBuffer, Operation, OutBuffer};

use super::fact::Fact;

/// Lines gathered before a frame ends by itself. With it the reader, which checks a frame before
/// it believes any of it, needs a small and known amount of memory.
pub const FRAME_BYTES: usize = 1 << 20;

/// The longest line there may be. Only a charter comes near: 100,000 SKU names take about 2 MiB.
pub const LINE_BYTES_MAX: usize = 16 << 20;

/// The most a frame may hold: lines up to [`FRAME_BYTES`], and the line that crossed it.
pub const FRAME_BYTES_MAX: usize = FRAME_BYTES + LINE_BYTES_MAX;

/// Lines that make a block: about 80 µs of compression. Smaller blocks pay more for their headers.
const BLOCK_BYTES: usize = 32 << 10;

/// zstd's fastest ordinary level: a sixth to a tenth of the JSON at about 400 MB/s. Level 3 saves
/// another tenth of the bytes and takes half as much again of the generator's processor.
const COMPRESSION_LEVEL: i32 = 1;

/// Why facts could not be put into frames.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The sink refused bytes.
    #[error(transparent)]
    Sink(#[from] io::Error),
    /// serde could not write the fact.
    #[error("fact {seq} cannot be written as JSON: {source}")]
    Json {
        /// The fact.
        seq: u64,
        /// What serde says.
        source: serde_json::Error,
    },
    /// The fact is larger than any reader accepts.
    #[error("fact {seq} takes {bytes} bytes; a line may have at most {LINE_BYTES_MAX}")]
    LineTooLong {
        /// The fact.
        seq: u64,
        /// How long its line is.
        bytes: usize,
    },
}

/// Writes facts into frames on any sink. Frames end at [`FRAME_BYTES`] and when
/// [`FrameWriter::end_frame`] says so.
pub struct FrameWriter<W> {
    sink: W,
    zstd: Encoder<'static>,
    /// Lines that are not compressed yet.
    lines: Vec<u8>,
    /// Compressed bytes on their way to the sink.
    block: Vec<u8>,
    /// Bytes of lines in the frame under way, those in `lines` included.
    frame_bytes: usize,
    facts: u64,
    bytes: u64,
}

/// What compressing must leave behind in zstd.
#[derive(Clone, Copy)]
enum Until {
    /// Nothing of the lines.
    Block,
    /// Nothing of the frame.
    Frame,
}

impl<W: Write> FrameWriter<W> {
    /// A writer at the start of `sink`.
    pub fn new(sink: W) -> io::Result<FrameWriter<W>> {
        let mut zstd = Encoder::new(COMPRESSION_LEVEL)?;
        zstd.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(FrameWriter {
            sink,
            zstd,
            lines: Vec::with_capacity(BLOCK_BYTES + BLOCK_BYTES / 8),
            block: vec![0; zstd::zstd_safe::CCtx::out_size()],
            frame_bytes: 0,
            facts: 0,
            bytes: 0,
        })
    }

    /// Adds a fact to the frame under way.
    pub fn push(&mut self, fact: &Fact) -> Result<(), FrameError> {
        let start = self.lines.len();
        serde_json::to_writer(&mut self.lines, fact)
            .map_err(|source| FrameError::Json { seq: fact.seq, source })?;
        let bytes = self.lines.len() - start + 1;
        if bytes > LINE_BYTES_MAX {
            self.lines.truncate(start);
            return Err(FrameError::LineTooLong { seq: fact.seq, bytes });
        }
        self.lines.push(b'\n');
        self.facts += 1;
        self.frame_bytes += bytes;
        if self.frame_bytes >= FRAME_BYTES {
            self.end_frame()
        } else if self.lines.len() >= BLOCK_BYTES {
            self.compress(Until::Block)
        } else {
            Ok(())
        }
    }

    /// Ends the frame under way, if it holds anything: all of it is with the sink then.
    pub fn end_frame(&mut self) -> Result<(), FrameError> {
        if self.frame_bytes == 0 {
            return Ok(());
        }
        self.compress(Until::Frame)?;
        self.zstd.reinit()?;
        self.frame_bytes = 0;
        Ok(self.sink.flush()?)
    }

    /// Compresses the lines and hands everything to the sink.
    fn compress(&mut self, until: Until) -> Result<(), FrameError> {
        let mut lines = InBuffer::around(&self.lines);
        loop {
            let mut block = OutBuffer::around(self.block.as_mut_slice());
            // Lines first; then asking for the end says how much is still held back.
            let held_back = if lines.pos() < self.lines.len() {
                self.zstd.run(&mut lines, &mut block)?;
                1
            } else {
                match until {
                    Until::Block => self.zstd.flush(&mut block)?,
                    Until::Frame => self.zstd.finish(&mut block, false)?,
                }
            };
            let made = block.pos();
            self.sink.write_all(&self.block[..made])?;
            self.bytes += made as u64;
            if held_back == 0 {
                break;
            }
        }
        self.lines.clear();
        // A charter's line may have been long; nothing after it is.
        self.lines.shrink_to(2 * BLOCK_BYTES);
        Ok(())
    }

    /// Facts taken so far, those of the frame under way included.
    pub fn facts(&self) -> u64 {
        self.facts
    }

    /// Bytes handed to the sink so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Ends the last frame and gives the sink back.
    pub fn finish(mut self) -> Result<W, FrameError> {
        self.end_frame()?;
        Ok(self.sink)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::What;
    use crate::history::samples::{facts, name_of_length};

    #[test]
    fn frames_end_at_their_size_and_are_plain_json_lines_inside() {
        let facts = facts(40_000);
        let mut writer = FrameWriter::new(Vec::new()).unwrap();
        for fact in &facts {
            writer.push(fact).unwrap();
        }
        let taken = writer.facts();
        let bytes = writer.finish().unwrap();
        assert_eq!(taken, 40_000);
        let text = zstd::decode_all(bytes.as_slice()).unwrap();
        assert!(text.len() > 3 * FRAME_BYTES, "the test needs several frames");
        let magic = [0x28, 0xb5, 0x2f, 0xfd];
        assert!(bytes.windows(4).filter(|w| *w == magic).count() >= 3);
        let read: Vec<Fact> = text
            .split(|b| *b == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(read, facts);
    }

    #[test]
    fn a_line_that_no_reader_accepts_is_refused_and_the_rest_stays_whole() {
        let mut all = facts(3);
        if let What::Charter(charter) = &mut all[0].what {
            charter.campaign = name_of_length(LINE_BYTES_MAX);
        }
        let mut writer = FrameWriter::new(Vec::new()).unwrap();
        let refused = writer.push(&all[0]).unwrap_err().to_string();
        assert!(refused.contains("fact 0 takes 1677"), "{refused}");
        writer.push(&all[1]).unwrap();
        let text = zstd::decode_all(writer.finish().unwrap().as_slice()).unwrap();
        assert_eq!(text.split(|b| *b == b'\n').count(), 2, "one line and what follows it");
    }

    #[test]
    fn an_empty_frame_is_not_written() {
        let mut writer = FrameWriter::new(Vec::new()).unwrap();
        writer.end_frame().unwrap();
        assert_eq!(writer.finish().unwrap(), Vec::<u8>::new());
    }
}
