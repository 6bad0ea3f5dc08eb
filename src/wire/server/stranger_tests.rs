//! Callers who are not of the run.

use super::*;

/// 1,100 of them once took every place of a storefront, and 401 orders were refused.
#[tokio::test]
async fn strangers_who_say_nothing_make_room_for_callers_of_the_run() {
    let opened =
        Opened::channel(ListenerLimits { connections_max: 8, ..ListenerLimits::default() }).await;
    let mut known = opened.connect().await;
    known.write_all(opened.order(Intent(1)).as_bytes()).await.unwrap();
    let mut heard = [0; 4_096];
    assert!(known.read(&mut heard).await.unwrap() > 0);
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(opened.connect().await);
    }
    for intent in 2..6 {
        let reply = opened.ask(&opened.order(Intent(intent))).await;
        assert!(reply.starts_with("HTTP/1.1 201"), "{reply}");
    }
    known.write_all(opened.order(Intent(9)).as_bytes()).await.unwrap();
    assert!(known.read(&mut heard).await.unwrap() > 0);
    drop(silent);
    let tally = opened.listening.close().await;
    assert_eq!((tally.turned_away, tally.panicked), (0, 0));
    assert!(tally.evicted >= 30, "{tally:?}");
    assert_eq!(opened.shop.asked.lock().len(), 6, "all callers of the run were served");
}

#[tokio::test]
async fn the_stranger_who_was_silent_longest_makes_room() {
    let opened =
        Opened::channel(ListenerLimits { connections_max: 3, ..ListenerLimits::default() }).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(opened.connect().await);
    }
    assert!(opened.ask(&opened.order(Intent(1))).await.starts_with("HTTP/1.1 201"));
    assert_eq!(all_of(&mut silent[0]).await, "", "the first of them was closed");
    let mut heard = [0; 4_096];
    for stream in &mut silent[1..] {
        stream.write_all(opened.order(Intent(2)).as_bytes()).await.unwrap();
        assert!(stream.read(&mut heard).await.unwrap() > 0, "the others were not");
    }
    assert_eq!(opened.listening.close().await.evicted, 1);
}

/// Where the body is signed, whoever asked for another path was refused before anybody had looked
/// for a signature, and counted as a caller of the run.
#[tokio::test]
async fn whoever_is_refused_before_showing_credentials_is_a_stranger() {
    let sink = Opened::as_role(Role::Connector(ConnectorId(0)), ListenerLimits::default()).await;
    let signed = sink.request("POST /notices", "{}");
    let wrong = [
        signed.replace("POST /notices", "GET /.env"),
        signed.replace("POST /notices", "DELETE /notices"),
        signed.replace("application/json", "text/plain"),
        "\u{16}\u{3}\u{1}\r\n\r\n".to_owned(),
        signed.replace("host: x", &format!("host: x\r\nx: {}", "x".repeat(listen::HEAD_BYTES_MAX))),
    ];
    for request in &wrong {
        let reply = sink.ask(request).await;
        assert!(reply.starts_with("HTTP/1.1 4"), "{reply}");
    }
    let tally = sink.listening.close().await;
    assert_eq!((tally.strangers, tally.refused), (5, 5));
}

#[tokio::test]
async fn strangers_are_counted_apart_from_callers_that_err() {
    let opened = Opened::channel(ListenerLimits::default()).await;
    let right = opened.order(Intent(5));
    opened.ask(&right.replace("authorization", "x-authorization")).await;
    opened.ask(&right.replace("Bearer ", "Bearer x")).await;
    opened.ask(&right.replace("POST /orders", "POST /order")).await;
    let tally = opened.listening.tally();
    assert_eq!((tally.strangers, tally.refused), (2, 3));
    // On a connection that has shown the right ones, a call without them is a stranger's.
    let (mut known, mut heard) = (opened.connect().await, [0; 4_096]);
    for request in [right.clone(), right.replace("Bearer ", "Bearer x")] {
        known.write_all(request.as_bytes()).await.unwrap();
        assert!(known.read(&mut heard).await.unwrap() > 0);
    }
    let tally = opened.listening.tally();
    assert_eq!((tally.strangers, tally.refused), (3, 4));
    opened.listening.close().await;
}
