//! Owns text for people, on standard error. Must not know what is said.
//!
//! `eprintln!` panics where the reader has gone (`… 2>&1 | head`), and so would take the place of
//! the verdict's exit code: whoever has read enough, or cannot be written to, is told no more.

use std::fmt::Arguments;
use std::io::{Write, stderr};

/// Says a line: what `eprintln!` would, to whoever still listens.
macro_rules! sayln {
    () => { $crate::cli::say::text(format_args!("\n")) };
    ($($said:tt)*) => {
        $crate::cli::say::text(format_args!("{}\n", format_args!($($said)*)))
    };
}

/// The same without an end of line.
macro_rules! say {
    ($($said:tt)*) => { $crate::cli::say::text(format_args!($($said)*)) };
}

/// Writes on standard error. What cannot be said is not an answer, and nobody is left to be told.
pub(super) fn text(said: Arguments) {
    to(&mut stderr().lock(), said);
}

fn to(out: &mut impl Write, said: Arguments) {
    // One write, so that what others say at the same time does not come between.
    let _ = out.write_all(said.to_string().as_bytes()).and_then(|()| out.flush());
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind, Result, Write};

    struct Gone;

    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> Result<usize> {
            Err(Error::from(ErrorKind::BrokenPipe))
        }

        fn flush(&mut self) -> Result<()> {
            Err(Error::from(ErrorKind::BrokenPipe))
        }
    }

    #[test]
    fn what_is_said_arrives_and_a_reader_that_has_gone_is_no_failure() {
        let mut heard = Vec::new();
        super::to(&mut heard, format_args!("{} of {}\n", 1, 2));
        assert_eq!(heard, b"1 of 2\n");
        super::to(&mut Gone, format_args!("nobody"));
    }
}
