//! Owns which names an address on loopback answers to: those of loopback and no other. A page
//! elsewhere may give its own name this machine's address (DNS rebinding), and a browser would let
//! it read whatever answers. Must not know what is asked.

use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::http::uri::Authority;
use hyper::{Uri, Version};

/// Names that no name server gives another address: RFC 6761, section 6.3, and literals.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether a request is for loopback by the name that it was asked under.
pub(crate) fn is_loopback(version: Version, uri: &Uri, headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(header::HOST).iter();
    let host = match (said.next(), said.next()) {
        (Some(host), None) => is_ours(host),
        // Before HTTP/1.1 nobody says it, and no browser speaks that.
        (None, _) => version < Version::HTTP_11,
        // Two names are none.
        (Some(_), Some(_)) => false,
    };
    host && uri.authority().is_none_or(is_a_name_of_ours)
}

fn is_ours(host: &HeaderValue) -> bool {
    let authority = Authority::try_from(host.as_bytes());
    authority.is_ok_and(|authority| is_a_name_of_ours(&authority))
}

fn is_a_name_of_ours(authority: &Authority) -> bool {
    let bare = !authority.as_str().contains('@');
    bare && NAMES.iter().any(|name| authority.host().eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(hosts: &[&str], uri: &str, expected: bool) {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(header::HOST, HeaderValue::from_str(host).unwrap());
        }
        let uri: Uri = uri.parse().unwrap();
        assert_eq!(is_loopback(Version::HTTP_11, &uri, &headers), expected, "{hosts:?} {uri}");
    }

    #[test]
    fn names_of_loopback_are_answered_and_no_other() {
        for host in ["localhost", "LocalHost:81", "127.0.0.1:8080", "[::1]:9", "127.0.0.1"] {
            check(&[host], "/", true);
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil.example:80",
            "127.0.0.1@evil.example",
            "evil.example@127.0.0.1",
            "0.0.0.0",
            "127.0.0.2:1",
            "",
            "localhost,evil.example",
        ] {
            check(&[host], "/", false);
        }
        check(&[], "/", false);
        check(&["localhost", "localhost"], "/", false);
        check(&["localhost"], "http://evil.example/", false);
        check(&["localhost"], "http://localhost:80/", true);
        let none = is_loopback(Version::HTTP_10, &Uri::from_static("/"), &HeaderMap::new());
        assert!(none, "HTTP/1.0 says no name");
    }
}
