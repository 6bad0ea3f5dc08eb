//! Owns what cannot tell orders or goods apart: what is too long, unseen, or an error.
//! Must not know whose name it is.

use super::{Bad, bad};
use crate::records::{is_unseen, short, spoilt};

/// The longest number or name that tells things apart.
pub(in crate::records) const ID_BYTES_MAX: usize = 256;

/// What tells things apart is short and has no letters that a terminal obeys.
pub(super) fn identity(kind: &'static str, text: &str) -> Result<(), Bad> {
    if text.contains(is_unseen) {
        return bad(kind, format!("the {kind} `{}` has letters that nobody sees", short(text)));
    }
    if text.contains(|c: char| c.is_control() || c == '\u{fffd}') {
        return bad(kind, format!("the {kind} `{}` has control characters", short(text)));
    }
    if text.len() > ID_BYTES_MAX {
        return bad(
            kind,
            format!("the {kind} `{}` is longer than {ID_BYTES_MAX} letters", short(text)),
        );
    }
    if spoilt::is_error(text) {
        return bad(kind, format!("the {kind} `{text}` is an error of a spreadsheet"));
    }
    Ok(())
}
