//! Callers who are not of the run.

use super::*;

/// 1,100 of them once took every place of a storefront, and 401 orders were refused.
#[tokio::test]
async fn strangers_who_say_nothing_make_room_for_callers_of_the_run() {
    let opened = Opened::channel(Limits { connections_max: 8, ..Limits::default() }).await;
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
async fn strangers_are_counted_apart_from_callers_that_err() {
    let opened = Opened::channel(Limits::default()).await;
    let right = opened.order(Intent(5));
    opened.ask(&right.replace("authorization", "x-authorization")).await;
    opened.ask(&right.replace("Bearer ", "Bearer x")).await;
    opened.ask(&right.replace("POST /orders", "POST /order")).await;
    let tally = opened.listening.tally();
    assert_eq!((tally.strangers, tally.refused), (2, 3));
    opened.listening.close().await;
}
