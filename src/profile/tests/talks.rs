//! Conversations: what is sent, what replies lead to, what is never shown.

use proptest::prelude::*;

use super::super::{
    Arguments, CallTime, Conversation, Happened, ItemArguments, MASK, Means, Profile,
    ProfileOperation, ProfileOutcome, ProfileReply, ProfileRequest, ProfileTurn, ProfileValue,
    Session, Settings, Signed,
};
use super::{SMALL, profile, small};
use crate::units::Span;

const EVERY_KEY: &str = include_str!("every_key.yaml");
const SECRET: &str = "s3cret/\"of ours\"";

fn session(profile: &Profile) -> Session {
    let say =
        |secret: bool| if secret { SECRET.to_owned() } else { "http://shop.test/".to_owned() };
    let said = Settings::said(profile, |s| s.default.is_none().then(|| say(s.is_secret)));
    Session::new(said.0)
}

fn asked(sku: &str) -> Arguments {
    let item = ItemArguments { sku: sku.to_owned(), quantity: Some(7), ..ItemArguments::default() };
    Arguments { items: vec![item], ..Arguments::default() }
}

fn reply(status: u16, body: &str) -> ProfileReply {
    ProfileReply { status, headers: vec![], body: body.into() }
}

/// Plays an operation against replies in order; what was sent, and what it came to.
fn talk(
    profile: &Profile,
    operation: ProfileOperation,
    arguments: &Arguments,
    replies: &[ProfileReply],
) -> (Vec<ProfileRequest>, ProfileOutcome) {
    let mut session = session(profile);
    let mut talk = Conversation::new(profile, operation, arguments, &session).unwrap();
    let (mut sent, mut replies) = (vec![], replies.iter());
    loop {
        match talk.next(&session, CallTime::default()) {
            ProfileTurn::Wait(_) => talk.waited(),
            ProfileTurn::Over(outcome) => return (sent, outcome),
            ProfileTurn::Send(request) => {
                sent.push(request);
                let reply = replies.next().expect("a reply");
                talk.hear(&mut session, reply, CallTime::default());
            }
        }
    }
}

fn sets_stock(replies: &[ProfileReply]) -> (Vec<ProfileRequest>, ProfileOutcome) {
    talk(&profile(SMALL), ProfileOperation::SetStock, &asked("a/b c"), replies)
}

#[test]
fn a_request_has_its_address_headers_and_body() {
    let (sent, outcome) = sets_stock(&[reply(200, "{}")]);
    assert_eq!(sent[0].method, "PUT");
    assert_eq!(sent[0].url, "http://shop.test/items/a%2Fb%20c");
    assert_eq!(String::from_utf8_lossy(&sent[0].body), r#"{"quantity":7}"#);
    assert!(sent[0].headers.contains(&("X-Token".to_owned(), SECRET.to_owned())));
    assert_eq!((outcome.means, outcome.calls), (Means::Accepted, 1));
}

#[test]
fn what_cannot_be_read_is_unknown_and_never_accepted() {
    for (status, body, why) in [
        (200, "<html>Log in</html>", "no JSON"),
        (200, "", "no JSON"),
        (302, "", "no rule speaks of it"),
        (500, "oops", "no rule speaks of it"),
    ] {
        let (_, outcome) = sets_stock(&[reply(status, body)]);
        assert_eq!((outcome.means, outcome.happened()), (Means::Unknown, Happened::Unknown));
        assert!(outcome.why.as_deref().unwrap_or_default().contains(why), "{:?}", outcome.why);
    }
}

#[test]
fn a_call_that_is_lost_is_unknown() {
    let small = profile(SMALL);
    let session = session(&small);
    let mut talk =
        Conversation::new(&small, ProfileOperation::SetStock, &asked("a"), &session).unwrap();
    assert!(matches!(talk.next(&session, CallTime::default()), ProfileTurn::Send(_)));
    talk.lost("the connection was lost");
    let ProfileTurn::Over(outcome) = talk.next(&session, CallTime::default()) else { panic!() };
    assert_eq!((outcome.means, outcome.calls), (Means::Unknown, 1));
}

#[test]
fn no_secret_is_shown_as_it_is_or_escaped() {
    let small = profile(SMALL);
    let mut session = session(&small);
    let mut talk =
        Conversation::new(&small, ProfileOperation::SetStock, &asked("a"), &session).unwrap();
    let shown = talk.shown(&session, CallTime::default());
    assert!(shown.headers.contains(&("X-Token".to_owned(), MASK.to_owned())));
    // A reply that says the secret again is quoted without it.
    let echo = serde_json::json!({ "you sent": SECRET }).to_string();
    talk.hear(&mut session, &reply(500, &echo), CallTime::default());
    let ProfileTurn::Over(outcome) = talk.next(&session, CallTime::default()) else { panic!() };
    let why = outcome.why.unwrap_or_default();
    assert!(why.contains(MASK) && !why.contains("s3cret"), "{why}");
    let said = format!("{:?}", session.settings());
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn a_token_is_asked_for_once_and_once_more_when_it_is_refused() {
    let every = profile(
        &EVERY_KEY
            .replace("is: invalid, status: 400 to 403", "is: not allowed, status: 401")
            .replace(", and: [{ at: { header: X-Why }, like: \"^bad\" }]", ""),
    );
    let arguments = Arguments { order: Some(ProfileValue::bare(5)), ..Arguments::default() };
    let order =
        |replies: &[ProfileReply]| talk(&every, ProfileOperation::ReadOrder, &arguments, replies);
    let token = reply(200, r#"{"token": "t1"}"#);
    let fine = reply(200, r#"{"state": "open", "data": 1}"#);
    let (sent, outcome) = order(&[token.clone(), fine.clone()]);
    assert_eq!(sent[0].url, "http://shop.test/login");
    assert_eq!(String::from_utf8_lossy(&sent[0].body), "key=s3cret%2F%22of%20ours%22");
    assert!(sent[1].headers.contains(&("Authorization".to_owned(), "Bearer t1".to_owned())));
    assert_eq!(outcome.given["state"].text, "open");
    assert_eq!(every.state("open"), "paid");
    let refused = reply(401, "{}");
    let (sent, outcome) =
        order(&[token.clone(), refused.clone(), reply(200, r#"{"token": "t2"}"#), fine]);
    assert!(sent[3].headers.contains(&("Authorization".to_owned(), "Bearer t2".to_owned())));
    assert_eq!(outcome.means, Means::Accepted);
    // Whoever is refused again is not let in by a third.
    let (sent, outcome) = order(&[token.clone(), refused.clone(), token, refused]);
    assert_eq!((sent.len(), outcome.means), (4, Means::NotAllowed));
}

/// What was done is not done again because a token was over in between.
#[test]
fn a_token_that_is_over_between_two_steps_repeats_none() {
    let every = profile(
        &EVERY_KEY
            .replace("is: invalid, status: 400 to 403", "is: not allowed, status: 401")
            .replace(", and: [{ at: { header: X-Why }, like: \"^bad\" }]", ""),
    );
    let token = |word: &str| reply(200, &format!(r#"{{"token": "{word}"}}"#));
    let (sent, outcome) = talk(
        &every,
        ProfileOperation::SetStock,
        &asked("A"),
        &[
            token("one"),
            reply(202, r#"{"id": 9}"#),
            reply(401, "{}"),
            token("two"),
            reply(200, r#"{"data": 1, "state": "done", "lines": []}"#),
        ],
    );
    let urls: Vec<&str> =
        sent.iter().map(|one| one.url.trim_start_matches("http://shop.test")).collect();
    assert_eq!(urls, ["/login", "/files", "/files/9", "/login", "/files/9"]);
    assert_eq!((outcome.means, outcome.given["file"].text.as_str()), (Means::Accepted, "9"));
    assert!(!outcome.given.contains_key("token"));
}

#[test]
fn ids_are_looked_up_once_for_each_sku() {
    let every = profile(EVERY_KEY);
    let mut session = session(&every);
    let mut sent = vec![];
    for _ in 0..2 {
        let asked = asked("A B");
        let mut talk =
            Conversation::new(&every, ProfileOperation::ReadStock, &asked, &session).unwrap();
        let outcome = loop {
            match talk.next(&session, CallTime::default()) {
                ProfileTurn::Wait(_) => panic!("nothing waits"),
                ProfileTurn::Over(outcome) => break outcome,
                ProfileTurn::Send(request) => {
                    let path = request.url.trim_start_matches("http://shop.test").to_owned();
                    let body = match path.as_str() {
                        "/login" => r#"{"token": "t"}"#,
                        "/items?sku=A%20B" => r#"[{"id": 7}]"#,
                        _ => r#"{"data": 1, "on_hand": 5, "held": 2}"#,
                    };
                    let headers = vec![("X-Total".to_owned(), "1 of 30".to_owned())];
                    let heard = ProfileReply { headers, ..reply(200, body) };
                    sent.push(path);
                    talk.hear(&mut session, &heard, CallTime::default());
                }
            }
        };
        assert_eq!(outcome.given["quantity"].text, "3");
        assert_eq!(outcome.given["total"].text, "30");
    }
    assert_eq!(sent, ["/login", "/items?sku=A%20B", "/items/7", "/items/7"]);
}

#[test]
fn a_list_is_read_page_by_page_each_thing_once_and_never_for_ever() {
    let text = include_str!("more_keys.yaml");
    let lists = profile(text);
    let page = |ids: &str, next: &str, more: bool| {
        let orders: Vec<String> = ids.chars().map(|id| format!(r#"{{"id": "{id}"}}"#)).collect();
        let orders = orders.join(",");
        reply(200, &format!(r#"{{"orders": [{orders}], "next": "{next}", "more": {more}}}"#))
    };
    let list = |replies: &[ProfileReply]| {
        talk(&lists, ProfileOperation::ListOrders, &Arguments::default(), replies)
    };
    let (sent, outcome) =
        list(&[page("ab", "x y", true), page("bc", "z", true), page("d", "w", false)]);
    let urls: Vec<&str> = sent.iter().map(|request| request.url.as_str()).collect();
    let base = "http://shop.test/orders";
    assert_eq!(urls, [base, &format!("{base}?after=x%20y"), &format!("{base}?after=z")]);
    let found: String = outcome.found.iter().map(|one| one.given["order"].text.clone()).collect();
    assert_eq!(found, "abcd");
    let (_, outcome) = list(&[page("a", "x", true), page("b", "x", true)]);
    assert_eq!(outcome.means, Means::Unknown);
    let endless: Vec<_> = (0..9).map(|n| page("a", &n.to_string(), true)).collect();
    let (sent, outcome) = list(&endless);
    assert_eq!((sent.len(), outcome.means), (9, Means::Unknown));
    // An order without an id is no order that can be counted.
    let (_, outcome) = list(&[reply(200, r#"{"orders": [{}], "more": false}"#)]);
    assert_eq!(outcome.found[0].means, Means::Unknown);
}

#[test]
fn a_next_page_at_another_host_is_not_followed() {
    let links = include_str!("more_keys.yaml")
        .replace("cursor: $.next, more: $.more,", "link: next,")
        .replace("    query: { after: \"{cursor}\" }\n", "");
    let lists = profile(&links);
    let linked = |to: &str| ProfileReply {
        headers: vec![("Link".to_owned(), format!("<{to}>; rel=\"next\""))],
        ..reply(200, r#"{"orders": []}"#)
    };
    let list = |replies: &[ProfileReply]| {
        talk(&lists, ProfileOperation::ListOrders, &Arguments::default(), replies)
    };
    let (sent, outcome) =
        list(&[linked("http://shop.test/orders?page_info=2"), reply(200, r#"{"orders": []}"#)]);
    assert_eq!(sent[1].url, "http://shop.test/orders?page_info=2");
    assert_eq!(outcome.means, Means::Accepted);
    for elsewhere in ["http://evil.test/orders", "https://shop.test/orders", "http://shop.test:81/"]
    {
        let (sent, outcome) = list(&[linked(elsewhere)]);
        assert_eq!((sent.len(), outcome.means), (1, Means::Unknown), "{elsewhere}");
        assert!(outcome.why.unwrap_or_default().contains("another host"));
    }
}

#[test]
fn what_is_queued_is_looked_at_until_it_is_done_and_items_are_told_apart() {
    let every = profile(EVERY_KEY);
    let items = ["A", "B"].map(|sku| asked(sku).items.remove(0)).to_vec();
    let arguments = Arguments { items, ..Arguments::default() };
    let looked = |replies: &[ProfileReply]| {
        let login = reply(200, r#"{"token": "t"}"#);
        let accepted = reply(202, r#"{"id": 9}"#);
        let all: Vec<_> = [login, accepted].into_iter().chain(replies.iter().cloned()).collect();
        talk(&every, ProfileOperation::SetStock, &arguments, &all)
    };
    let waiting = reply(200, r#"{"data": 1, "state": "waiting"}"#);
    let done = reply(
        200,
        r#"{"data": 1, "state": "done",
            "lines": [{"sku": "B", "number": 2, "ok": 1}, {"sku": "A", "number": 1}]}"#,
    );
    let (sent, outcome) = looked(&[waiting.clone(), waiting.clone(), done]);
    let form = String::from_utf8_lossy(&sent[1].body).into_owned();
    assert!(
        form.contains("filename=\"stock.csv\"") && form.contains("sku;quantity\nA;7\nB;7\n"),
        "{form}"
    );
    assert!(form.contains("of 1970-01-01T00:00:00Z"), "{form}");
    assert_eq!(sent[2].url, "http://shop.test/files/9");
    let found: Vec<_> = outcome.found.iter().map(|one| (one.item, one.means)).collect();
    assert_eq!(found, [(Some(1), Means::Accepted), (Some(0), Means::Unknown)]);
    let for_ever = vec![waiting; 20];
    let (_, outcome) = looked(&for_ever);
    assert_eq!(outcome.means, Means::Queued);
    assert!(outcome.why.is_some());
}

#[test]
fn a_throttle_says_how_long_to_wait() {
    let text = small(
        "outcomes:\n",
        "outcomes:\n\
         \u{20} - { is: throttled, status: 429, wait: { seconds: { header: Retry-After } } }\n",
    );
    let throttles = profile(&text);
    let headers = vec![("retry-after".to_owned(), "2.5".to_owned())];
    let (_, outcome) = talk(
        &throttles,
        ProfileOperation::SetStock,
        &asked("a"),
        &[ProfileReply { headers, ..reply(429, "") }],
    );
    assert_eq!((outcome.means, outcome.wait), (Means::Throttled, Some(Span::from_millis(2_500))));
    assert_eq!(outcome.happened(), Happened::Refused);
}

#[test]
fn more_items_than_a_call_takes_and_names_without_a_value_are_not_sent() {
    let small = profile(SMALL);
    let two = Arguments { items: vec![ItemArguments::default(); 2], ..Arguments::default() };
    let (sent, outcome) = talk(&small, ProfileOperation::SetStock, &two, &[]);
    assert_eq!((sent.len(), outcome.means), (0, Means::Invalid));
    let unsaid = Arguments { items: vec![ItemArguments::default()], ..Arguments::default() };
    let (sent, outcome) = talk(&small, ProfileOperation::SetStock, &unsaid, &[]);
    assert_eq!((sent.len(), outcome.means), (0, Means::Invalid));
    assert!(outcome.why.unwrap_or_default().contains("`quantity` is sent"));
    // Without its credentials nothing is sent as somebody who is not known.
    let nobody = Session::new(Settings::said(&small, |s| (!s.is_secret).then(String::new)).0);
    let mut talk =
        Conversation::new(&small, ProfileOperation::SetStock, &asked("a"), &nobody).unwrap();
    let ProfileTurn::Over(outcome) = talk.next(&nobody, CallTime::default()) else { panic!() };
    assert!(outcome.why.unwrap_or_default().contains("`token of ours` is sent"));
}

/// RFC 4231, section 4.3, as a platform would sign with it.
#[test]
fn a_webhook_is_genuine_forged_unsigned_or_a_ping() {
    let every = profile(EVERY_KEY);
    let settings = Settings::said(&every, |setting| setting.is_secret.then(|| "Jefe".to_owned())).0;
    let heard = |signature: Option<&str>, body: &str, ping: bool| {
        let mut headers: Vec<(String, String)> =
            signature.iter().map(|s| ("x-signature".to_owned(), (*s).to_owned())).collect();
        headers.push(("X-Delivery".to_owned(), "d1".to_owned()));
        headers.extend(ping.then(|| ("X-Ping".to_owned(), "1".to_owned())));
        let reply = ProfileReply { status: 0, headers, body: body.into() };
        every.signed(&settings, &reply).unwrap()
    };
    let good = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let body = "what do ya want for nothing?";
    let genuine = Signed::Genuine { delivery: Some("d1".to_owned()) };
    assert_eq!(heard(Some(good), body, false), genuine);
    assert_eq!(heard(Some(good), "what do ya want for nothing!", false), Signed::Forged);
    for bad in ["", "zz", "5bdc", "é"] {
        assert_eq!(heard(Some(bad), body, false), Signed::Forged, "{bad}");
    }
    assert_eq!(heard(None, body, false), Signed::Unsigned);
    assert_eq!(heard(None, body, true), Signed::Ping);
    assert_eq!(profile(SMALL).signed(&settings, &ProfileReply::default()), None);
}

proptest! {
    /// Whatever comes back, a conversation ends, or wants a reply more, and nothing panics.
    #[test]
    fn whatever_comes_back_is_borne(
        replies in proptest::collection::vec((100_u16..600, ".{0,40}"), 1..12),
        which in 0_usize..10,
    ) {
        let every = profile(EVERY_KEY);
        let mut session = session(&every);
        let mut arguments = asked("A");
        arguments.items[0].price = Some((crate::units::Money(990), 2));
        arguments.order = Some(ProfileValue::bare(1));
        arguments.since_s = Some(i64::MAX);
        let operation = ProfileOperation::ALL[which];
        let mut talk = Conversation::new(&every, operation, &arguments, &session).unwrap();
        for (status, body) in replies {
            match talk.next(&session, CallTime::default()) {
                ProfileTurn::Over(_) => break,
                ProfileTurn::Wait(_) => talk.waited(),
                ProfileTurn::Send(_) => {
                    talk.hear(&mut session, &reply(status, &body), CallTime::default());
                }
            }
        }
    }
}
