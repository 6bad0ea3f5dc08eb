//! Owns adapter profiles: a platform's API described in a file, read once and then spoken.
//! Must not know sockets, clocks or files of replies: what comes and goes is an argument.
//!
//! [`read_str`] makes a [`Profile`] of a text, with all that is wrong with it at once. A
//! [`Conversation`] turns one operation with its arguments into requests, and replies into what
//! they mean; it sends nothing by itself. docs/profiles.md has every key.

mod conversation;
mod exchanges;
mod extract;
mod limits;
mod model;
mod names;
mod operation;
mod outcome;
mod read;
mod request;
mod settings;
mod template;
mod webhook;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub use conversation::{
    Arguments, Conversation, FoundOne, ItemArguments, NoSuchOperation, ProfileOutcome, ProfileTurn,
    Session,
};
pub use exchanges::{CasePlayed, EXCHANGES_BYTES_MAX, Recorded, WentWrong, recorded};
pub use extract::{NotExtracted, ProfileReply};
pub use limits::LeastTime;
pub use model::{CallLimit, CallLimitKind, Profile, ProfileSetting};
pub use operation::ProfileOperation;
pub use outcome::{Happened, Means, RuleLine};
pub use request::{CallTime, ProfileRequest};
pub use settings::{MASK, Settings};
pub use template::ProfileValue;
pub use webhook::Signed;

use crate::language::problem::{Reading, Wrong};
use crate::language::{Grammar, Problems, text, tree};

/// The language of profiles.
pub(crate) static PROFILE_LANGUAGE: Grammar = Grammar {
    kind: "profile",
    schema: include_str!("../../schemas/profile.schema.json"),
    first: "profile: Our shop's API",
    starts_from: "docs/profiles.md writes one from scratch",
};

/// The profiles that come with doorbuster, by name.
pub const SHIPPED: &[(&str, &str)] = &[
    ("neutral", include_str!("../../scenarios/profiles/neutral.yaml")),
    ("woocommerce", include_str!("../../scenarios/profiles/woocommerce.yaml")),
    ("shopify", include_str!("../../scenarios/profiles/shopify.yaml")),
    ("mirakl", include_str!("../../scenarios/profiles/mirakl.yaml")),
    ("amazon", include_str!("../../scenarios/profiles/amazon.yaml")),
];

/// Reads a profile from a file, or one that ships by its name. A file of that name comes first.
///
/// # Errors
/// With everything that is wrong in it, each with its place and what to write instead.
pub fn read(named: &str) -> Result<Profile, Problems> {
    let path = Path::new(named);
    if let Some(shipped) = read_shipped(named).filter(|_| !path.is_file()) {
        return Ok(shipped);
    }
    let text = text::of(path, &PROFILE_LANGUAGE).map_err(|wrong| {
        let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        let hint = format!("those that ship are {}", names.join(", "));
        let wrong = wrong.or(&hint, "a profile, such as shop.yaml, or the name of one that ships");
        Problems::of_file(named, wrong.nearest(named, names))
    })?;
    read_str(named, &text)
}

/// A profile that ships, where one has that name.
pub fn read_shipped(name: &str) -> Option<Profile> {
    let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
    Some(read_str(name, text).unwrap_or_else(|problems| panic!("it ships sound: {problems}")))
}

/// Reads a profile from a text; `file` names it in what is said.
///
/// # Errors
/// As [`read`].
pub fn read_str(file: &str, text: &str) -> Result<Profile, Problems> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > text::BYTES_MAX {
        let wrong = Wrong::new("the file is larger than 4 MB").expected("a profile");
        return Err(Problems::of_file(file, wrong));
    }
    let r = Reading::new(&PROFILE_LANGUAGE, PathBuf::new());
    let profile = tree::parse(text, &r).and_then(|root| read::profile(&root, text, &r));
    match profile {
        Some(profile) if r.is_sound() => Ok(profile),
        _ => {
            assert!(!r.is_sound(), "a reading without a profile has said why");
            Err(r.into_errors(file, text))
        }
    }
}
