//! Owns reading the parts of a profile beside its operations: settings, who calls, words, limits,
//! webhooks. Must not know how one is used.

use super::body::pairs;
use super::rules::{place, test};
use super::steps::{is_name, steps};
use super::{REASONS, STATES};
use crate::language::map::{Map, each, entries, items, list_of};
use crate::language::problem::{Reading, Wrong};
use crate::language::scalar::{
    choice, duration, lasting, rate, scalar, some, some_up_to, words, yes_no,
};
use crate::language::tree::{Entry, Node, Value};
use crate::profile::model::{
    Auth, CallLimit, CallLimitKind, ProfileSetting, SignatureAs, Token, Webhooks,
};
use crate::profile::names::{Names, Pen, line_of};
use crate::profile::operation::ProfileOperation;
use crate::profile::template::{Template, Written};
use crate::units::Span;

const WRITTEN: &[(&str, SignatureAs)] =
    &[("base64", SignatureAs::Base64), ("hex", SignatureAs::Hex)];

/// Whose calls a limit counts together.
const KEYS: &[(&str, &str)] = &[
    ("app", "app"),
    ("store", "store"),
    ("seller", "seller"),
    ("operation", "operation"),
    ("listing", "listing"),
    ("address", "address"),
];

/// What a profile leaves to its user.
pub(super) fn settings(node: &Node, names: &mut Names, r: &Reading) -> Option<Vec<ProfileSetting>> {
    let all: Vec<Option<ProfileSetting>> =
        entries(node, "settings", r)?.iter().map(|entry| setting(entry, names, r)).collect();
    all.into_iter().collect()
}

fn setting(entry: &Entry, names: &mut Names, r: &Reading) -> Option<ProfileSetting> {
    let map = Map::open(&entry.node, "setting", r)?;
    let from = map.required("from", |node, r| {
        scalar(node, r, |text| {
            let fine = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let is_one =
                text.starts_with(|c: char| c.is_ascii_uppercase()) && text.chars().all(fine);
            let wrong = || Wrong::new(format!("`{text}` is no variable of an environment"));
            is_one.then(|| text.to_owned()).ok_or_else(|| wrong().expected("such as SHOP_TOKEN"))
        })
    });
    let is_secret = map.or("secret", false, yes_no);
    let default = map.or("default", None, |node, r| words(node, r).map(Some));
    let on_face = map.or("on face", None, |node, r| words(node, r).map(Some));
    if !is_name(&entry.key) || matches!(entry.key.as_str(), "key" | "now" | "token") {
        let wrong = Wrong::new(format!("`{}` is no name of a setting", entry.key));
        r.wrong(&entry.key_at, wrong.expected("letters, digits and spaces, such as `api key`"));
        return None;
    }
    if let (Some(true), Some(at)) = (is_secret, map.key_at("default")) {
        let wrong = Wrong::new("a secret stands in the file");
        let hint = format!("remove it, and say it in the variable {}", from?);
        r.wrong(&at, wrong.hint(hint));
        return None;
    }
    Some(ProfileSetting {
        slot: names.slot(&entry.key),
        name: entry.key.clone(),
        from: from?,
        is_secret: is_secret?,
        default: default?,
        on_face: on_face?,
    })
}

/// Who calls, and how that is shown. What shows it comes from the environment.
pub(super) fn auth(
    node: &Node,
    pen: &mut Pen<'_>,
    settings: &[ProfileSetting],
    text: &str,
) -> Option<Auth> {
    let map = Map::open(node, "auth", pen.r)?;
    let (kind, node) = map.one_of(&["headers", "basic", "oauth 1", "token"])?;
    map.not_yet(&[("cookies", "cookies that a platform sets and wants back")]);
    let auth = match kind {
        "headers" => Auth::Headers(pairs(node, "headers", pen, Written::Header)?),
        "basic" => {
            let map = Map::open(node, "basic", pen.r)?;
            let user = map.required("user", |node, _| pen.template(node, Written::Plain));
            let password = map.required("password", |node, _| pen.template(node, Written::Plain));
            Auth::Basic { user: user?, password: password? }
        }
        "oauth 1" => {
            let map = Map::open(node, "oauth 1", pen.r)?;
            let key = map.required("key", |node, _| pen.template(node, Written::Plain));
            let secret = map.required("secret", |node, _| pen.template(node, Written::Plain));
            let basic = map.or("basic over tls", false, yes_no);
            Auth::OAuth1 { key: key?, secret: secret?, basic_over_tls: basic? }
        }
        _ => Auth::Token(token(node, pen, text)?),
    };
    // A credential that stands in a file is in everybody's hands by tomorrow.
    let secrets: Vec<_> = settings.iter().filter(|s| s.is_secret).map(|s| s.slot).collect();
    let has_secret = |texts: &[&Template]| {
        texts.iter().flat_map(|text| text.slots()).any(|slot| secrets.contains(&slot))
    };
    let shown: Vec<&Template> = match &auth {
        Auth::None | Auth::Token(_) => return Some(auth),
        Auth::Headers(pairs) => pairs.iter().map(|(_, text)| text).collect(),
        Auth::Basic { user, password } => vec![user, password],
        Auth::OAuth1 { secret, .. } => vec![secret],
    };
    if !has_secret(&shown) {
        let wrong = Wrong::new("no secret setting is used here");
        let hint = "declare one under `settings`, as { from: SHOP_TOKEN, secret: yes }, and write \
                    its name in braces; credentials never stand in a profile";
        pen.r.wrong(&node.at, wrong.hint(hint));
        return None;
    }
    Some(auth)
}

fn token(node: &Node, pen: &mut Pen<'_>, text: &str) -> Option<Token> {
    let map = Map::open(node, "token", pen.r)?;
    let own = pen.scope.clone();
    let steps = map.required("steps", |node, _| steps(node, pen, text));
    let gives_token = pen.scope.knows("token");
    pen.scope = own.and(&["token"]);
    let headers = map.required("headers", |node, _| pairs(node, "headers", pen, Written::Header));
    pen.scope = own;
    let lasts = map.or("lasts", None, |node, r| lasting(node, r).map(Some));
    if steps.is_some() && !gives_token {
        let wrong = Wrong::new("no step finds the token");
        pen.r.wrong(&map.at, wrong.hint("add `gives: { token: $.access_token }` to the last one"));
        return None;
    }
    Some(Token { steps: steps?, headers: headers?, lasts: lasts? })
}

/// Our reasons for a cancellation, each with the platform's word.
pub(super) fn reasons(node: &Node, r: &Reading) -> Option<Vec<(String, String)>> {
    let read = |entry: &Entry| Some((known(entry, &REASONS, r)?, words(&entry.node, r)?));
    let all: Vec<_> = entries(node, "reasons", r)?.iter().map(read).collect();
    let all: Option<Vec<(String, String)>> = all.into_iter().collect();
    let all = all?;
    for wanted in REASONS {
        if !all.iter().any(|(ours, _)| ours == wanted) {
            let wrong = Wrong::new(format!("`{wanted}` has no word of the platform's"));
            r.wrong(&node.at, wrong.expected(format!("all of {}", list_of(&REASONS))));
        }
    }
    Some(all)
}

/// Our words for how an order stands, each with the platform's.
pub(super) fn states(node: &Node, r: &Reading) -> Option<Vec<(String, Vec<String>)>> {
    let read = |entry: &Entry| {
        let theirs = match &entry.node.value {
            Value::List(items) => each(items, |item| words(item, r)),
            _ => words(&entry.node, r).map(|word| vec![word]),
        };
        Some((known(entry, &STATES, r)?, theirs?))
    };
    let all: Vec<_> = entries(node, "states", r)?.iter().map(read).collect();
    all.into_iter().collect()
}

fn known(entry: &Entry, words: &'static [&'static str], r: &Reading) -> Option<String> {
    let key = entry.key.replace('_', " ");
    if words.contains(&key.as_str()) {
        return Some(key);
    }
    let wrong = Wrong::new(format!("`{}` is none of our words", entry.key));
    let wrong = wrong.expected(format!("one of {}", list_of(words)));
    r.wrong(&entry.key_at, wrong.nearest(&entry.key, words.iter().copied()));
    None
}

/// Limits as the platform publishes them.
pub(super) fn limits(node: &Node, text: &str, r: &Reading) -> Option<Vec<CallLimit>> {
    each(items(node, "limits", r)?, |item| limit(item, text, r))
}

fn limit(node: &Node, text: &str, r: &Reading) -> Option<CallLimit> {
    let map = Map::open(node, "limit", r)?;
    let kind = map.one_of(&["token bucket", "leaky bucket", "window", "daily"]);
    let on = map.or("on", vec![], |node, r| each(items(node, "on", r)?, |item| operation(item, r)));
    let cost = map.or("points a call", 1, some);
    let keyed_by = map.or("keyed by", vec![], |node, r| {
        each(items(node, "keyed by", r)?, |item| choice(KEYS)(item, r).map(str::to_owned))
    });
    let kind = match kind? {
        ("token bucket", node) => bucket(node, "token bucket", "burst", r),
        ("leaky bucket", node) => bucket(node, "leaky bucket", "size", r),
        ("window", node) => {
            let map = Map::open(node, "window", r)?;
            let calls = map.required("calls", some);
            let per = map.required("per", lasting);
            Some(CallLimitKind::Window { calls: calls?, per: per? })
        }
        (_, node) => {
            let map = Map::open(node, "daily", r)?;
            let calls = map.required("calls", some)?;
            Some(CallLimitKind::Window { calls, per: Span::from_mins(24 * 60) })
        }
    };
    let line = line_of(text, map.at.start);
    Some(CallLimit { line, on: on?, kind: kind?, cost: cost?, keyed_by: keyed_by? })
}

fn operation(node: &Node, r: &Reading) -> Option<ProfileOperation> {
    scalar(node, r, |text| {
        let names = ProfileOperation::ALL.map(ProfileOperation::name);
        let found = ProfileOperation::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or_else(|| {
            Wrong::new(format!("no operation is called `{text}`"))
                .expected(format!("one of {}", list_of(&names)))
                .nearest(text, names)
        })
    })
}

fn bucket(
    node: &Node,
    section: &'static str,
    holds: &'static str,
    r: &Reading,
) -> Option<CallLimitKind> {
    let map = Map::open(node, section, r)?;
    let holds = map.required(holds, some);
    // An hour in microseconds ÷ events in a thousand hours.
    let every = map.required("per", rate).map(|rate| Span(3_600_000_000_000 / rate.0.max(1)));
    Some(CallLimitKind::Bucket { holds: holds?, every: every? })
}

/// What a platform says unasked.
pub(super) fn webhooks(node: &Node, pen: &mut Pen<'_>) -> Option<Webhooks> {
    let map = Map::open(node, "webhooks", pen.r)?;
    let signature = map.required("signature", |node, _| {
        let map = Map::open(node, "signature", pen.r)?;
        let header = map.required("header", words);
        let secret = map.required("hmac sha256 with", |node, _| pen.template(node, Written::Plain));
        let written = map.required("written as", choice(WRITTEN));
        Some((header?, secret?, written?))
    });
    let id = map.or("known by", None, |node, r| place(node, r).map(Some));
    let ping =
        map.or("ping", vec![], |node, r| each(items(node, "ping", r)?, |item| test(item, r)));
    let answer_within = map.or("answer within", None, |node, r| duration(node, r).map(Some));
    let tried_again = map.or("tried again", None, |node, r| some_up_to(1_000)(node, r).map(Some));
    let (header, secret, written) = signature?;
    Some(Webhooks {
        header,
        secret,
        written,
        id: id?,
        ping: ping?,
        answer_within: answer_within?,
        tried_again: tried_again?,
    })
}
