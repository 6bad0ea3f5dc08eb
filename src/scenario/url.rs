//! Owns reading a URL of this machine that a run is to call. Must not know what it is called for,
//! nor whether a name leads here: that is asked when it is called.

use std::net::IpAddr;

use crate::language::problem::Wrong;

/// The longest URL.
const BYTES_MAX: usize = 4_096;
/// What is called where no port is said.
const PORT: u16 = 80;

/// A URL of this machine: `http://host[:port][/path][?query]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalUrl {
    text: String,
    port: u16,
}

impl LocalUrl {
    /// The URL that is written so.
    pub(crate) fn of(text: &str) -> Result<LocalUrl, Wrong> {
        let wrong = |what: String| {
            Wrong::new(what)
                .expected("a URL of this machine, such as http://127.0.0.1:9000/notices")
        };
        if text.len() > BYTES_MAX {
            return Err(wrong(format!("a URL of more than {BYTES_MAX} bytes")));
        }
        let Some(rest) = text.strip_prefix("http://") else {
            return Err(wrong(format!("`{text}` does not begin with http://")));
        };
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        if path.starts_with('?') {
            return Err(wrong(format!("`{text}` has its `?` before any `/`")));
        }
        if let Some(odd) = path.chars().find(|c| !is_of_a_path(*c)) {
            return Err(wrong(format!("`{text}` has a `{}` in it", odd.escape_default())));
        }
        let (host, port) = match authority.rsplit_once(':') {
            // The colons of an address in brackets are its own.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        is_here(host).map_err(|what| wrong(format!("`{text}` {what}")))?;
        let is_number = |port: &&str| port.bytes().all(|byte| byte.is_ascii_digit());
        let port = match port {
            None => Some(PORT),
            Some(port) => Some(port).filter(is_number).and_then(|port| port.parse().ok()),
        };
        match port.filter(|port| *port > 0) {
            Some(port) => Ok(LocalUrl { text: text.to_owned(), port }),
            None => Err(wrong(format!("`{text}` has a port that is none: from 1 to 65535"))),
        }
    }

    /// A path at a port of this machine.
    pub fn at(port: u16, path: &str) -> LocalUrl {
        LocalUrl { text: format!("http://127.0.0.1:{port}{path}"), port }
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The port that it says, or 80.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Why a host is none of this machine's, as far as can be told from how it is written.
fn is_here(host: &str) -> Result<(), &'static str> {
    let six = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    match six.unwrap_or(host).parse::<IpAddr>() {
        Ok(ip) if ip.is_ipv6() != six.is_some() => Err("names no host that can be called"),
        Ok(ip) if ip.to_canonical().is_loopback() => Ok(()),
        Ok(_) => Err("is another machine's address, and only this one is called"),
        Err(_) if six.is_none() && !host.is_empty() && host.chars().all(is_named) => Ok(()),
        Err(_) => Err("names no host that can be called"),
    }
}

fn is_of_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?%".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(rest: &str) -> Result<LocalUrl, Wrong> {
        LocalUrl::of(&format!("http://{rest}"))
    }

    #[test]
    fn what_can_be_called_is_read_with_its_port() {
        for (rest, port) in [
            ("127.0.0.1:9000/notices", 9_000),
            ("localhost", 80),
            ("localhost/hooks:9", 80),
            ("127.9.9.9:1/?x", 1),
            ("[::1]:65535/a%20b?c=d:7", 65_535),
            ("[::1]", 80),
            ("own-host.example:8080", 8_080),
        ] {
            let url = url(rest).unwrap_or_else(|wrong| panic!("{rest}: {wrong:?}"));
            assert_eq!((url.as_str(), url.port()), (format!("http://{rest}").as_str(), port));
        }
    }

    #[test]
    fn what_cannot_be_called_is_said() {
        let long = format!("localhost/{}", "x".repeat(5_000));
        for (rest, says) in [
            ("127.0.0.1:9?x=1", "before any `/`"),
            ("127.0.0.1:9#x", "has a `#` in it"),
            ("127.0.0.1:9/a b", "has a ` ` in it"),
            ("127.0.0.1:9/ü", "in it"),
            ("127.0.0.1:", "a port that is none"),
            ("127.0.0.1:0/", "a port that is none"),
            ("127.0.0.1:65536/", "a port that is none"),
            ("127.0.0.1:+9/", "a port that is none"),
            ("127.0.0.1:9000:1/", "names no host"),
            ("me@127.0.0.1:9/", "names no host"),
            ("::1/", "names no host"),
            ("[127.0.0.1]/", "names no host"),
            ("/x", "names no host"),
            ("", "names no host"),
            ("192.0.2.1:9/", "another machine's address"),
            ("[2001:db8::1]/", "another machine's address"),
            ("0.0.0.0/", "another machine's address"),
            (&long, "more than 4096 bytes"),
        ] {
            let wrong = format!("{:?}", url(rest).expect_err(rest));
            assert!(wrong.contains(says), "{rest}: {wrong}");
        }
        let secure = format!("{:?}", LocalUrl::of("https://localhost/").expect_err("it is TLS"));
        assert!(secure.contains("does not begin with http://"), "{secure}");
    }
}
