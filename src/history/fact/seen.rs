//! Owns between which moments a fact happened that was found by looking. Must not know the fact.

use serde::{Deserialize, Deserializer, Serialize};

use crate::units::At;

/// When something happened, as far as whoever looked can know: after the last look that did not
/// find it, and not after the fact's own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The last look that did not find it.
    pub not_before: At,
    /// When it happened by the clock of those looked at, if they said so. Nothing is judged by it:
    /// how their clock goes nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<At>,
}

/// Version 1 had the last look in vain alone, as `missed`.
pub(super) fn or_missed<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<Seen>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Seen(Seen),
        Missed(At),
    }
    let written = Option::<Written>::deserialize(from)?;
    Ok(written.map(|written| {
        Box::new(match written {
            Written::Seen(seen) => seen,
            Written::Missed(not_before) => Seen { not_before, theirs: None },
        })
    }))
}

#[cfg(test)]
mod tests {
    use crate::history::fact::{Seen, What};
    use crate::ids::{ChannelId, SkuId, Version};
    use crate::units::{At, Qty};

    #[test]
    fn the_last_look_in_vain_is_read_as_version_1_wrote_it() {
        let shown = |seen: Option<Seen>| What::Shown {
            channel: ChannelId(1),
            sku: SkuId(2),
            version: Version(3),
            qty: Qty(4),
            seen: seen.map(Box::new),
        };
        let read = |rest: &str| {
            let text = format!(r#"{{"shown":{{"channel":1,"sku":2,"version":3,"qty":4{rest}}}}}"#);
            serde_json::from_str::<What>(&text)
        };
        let seen = Seen { not_before: At(5), theirs: None };
        assert_eq!(read("").unwrap(), shown(None));
        assert_eq!(read(r#","missed":5"#).unwrap(), shown(Some(seen)));
        let now = r#","seen":{"not_before":5,"theirs":6}"#;
        assert_eq!(read(now).unwrap(), shown(Some(Seen { theirs: Some(At(6)), ..seen })));
        let written = serde_json::to_string(&shown(Some(seen))).unwrap();
        assert!(written.ends_with(r#""seen":{"not_before":5}}}"#), "{written}");
        assert!(read(r#","seen":{"not_before":5,"ours":6}"#).is_err());
        assert!(read(r#","missed":5,"seen":{"not_before":5}"#).is_err());
    }
}
