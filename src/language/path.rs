//! Owns how a place in a file is written: keys parted by points, `channels.ebay.holds back`.
//! Must not know what stands there.
//!
//! A name that a point would part stands in double quotes, as JSON writes it:
//! `channels."amazon.de".holds back`. Spaces part nothing and need none. The items of a list go by
//! their names, or else by their places counted from 0: `traffic.phases.peak.rate`.

use super::problem::Wrong;

/// Characters by which a path, or what stands around it, is read.
const READ: [char; 9] = ['.', '"', '=', '[', ']', '{', '}', ',', '#'];

/// The keys as a path, in the one way in which it is printed everywhere.
pub fn of<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> String {
    let keys = keys.into_iter().map(|key| quoted(key.as_ref()));
    keys.collect::<Vec<String>>().join(".")
}

fn quoted(key: &str) -> String {
    let plain = |c: char| !c.is_control() && !READ.contains(&c);
    if !key.is_empty() && key.trim() == key && key.chars().all(plain) {
        return key.to_owned();
    }
    serde_json::Value::from(key).to_string()
}

/// The keys of a path.
pub(crate) fn keys(path: &str) -> Result<Vec<String>, Wrong> {
    let no_path = || {
        Wrong::new(format!("`{path}` is no field"))
            .expected("keys parted by points, such as connectors.hub.workers")
            .hint("a name with a point in it stands in double quotes: channels.\"amazon.de\"")
    };
    let mut keys = Vec::new();
    let mut rest = path.trim();
    loop {
        let (key, after) = if let Some(inner) = rest.strip_prefix('"') {
            let end = 2 + closing(inner).ok_or_else(no_path)?;
            let key: String = serde_json::from_str(&rest[..end]).map_err(|_| no_path())?;
            (key, rest[end..].trim_start())
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (rest[..end].trim().to_owned(), &rest[end..])
        };
        let is_bare = !rest.starts_with('"');
        if is_bare && (key.is_empty() || key.contains('"')) {
            return Err(no_path());
        }
        keys.push(key);
        match after.strip_prefix('.') {
            Some(more) => rest = more.trim_start(),
            None if after.is_empty() => return Ok(keys),
            None => return Err(no_path()),
        }
    }
}

/// The place of the quote that closes.
fn closing(inner: &str) -> Option<usize> {
    let mut escaped = false;
    inner.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}

/// A path and what stands behind the first `=` after it.
pub(crate) fn before_equals(text: &str) -> Option<(&str, &str)> {
    let (mut quoted, mut escaped) = (false, false);
    let at = text.bytes().position(|byte| {
        let is_quote = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped && quoted;
        quoted ^= is_quote;
        byte == b'=' && !quoted
    })?;
    Some((&text[..at], &text[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_it_is_printed() {
        for (path, parts) in [
            ("connectors.hub.workers", &["connectors", "hub", "workers"][..]),
            ("channels.\"amazon.de\".holds back", &["channels", "amazon.de", "holds back"]),
            ("channels.Shop DE.share", &["channels", "Shop DE", "share"]),
            ("a.\"b = \\\"c\\\"\".d", &["a", "b = \"c\"", "d"]),
            ("a.\" b\"", &["a", " b"]),
            ("a.\"\\n\".\"\"", &["a", "\n", ""]),
            ("limits.0.on", &["limits", "0", "on"]),
        ] {
            assert_eq!(of(parts), path);
            assert_eq!(keys(path).unwrap(), parts, "{path}");
        }
        assert_eq!(keys(" \"a\" . b ").unwrap(), ["a", "b"]);
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for path in ["", ".", "a..b", "a.", ".a", "a.\"b", "a.\"b\"c", "a\"b\".c", "\"\\x\"", "\""]
        {
            assert!(keys(path).is_err(), "{path}");
        }
    }

    #[test]
    fn values_stand_behind_the_first_sign_that_no_name_holds() {
        assert_eq!(before_equals("a.\"b=c\".d=1=2"), Some(("a.\"b=c\".d", "1=2")));
        assert_eq!(before_equals("a.\"b\\\"=\"=1"), Some(("a.\"b\\\"=\"", "1")));
        assert_eq!(before_equals("a.b"), None);
    }
}
