//! What a client makes of servers that answer, refuse, break, stall and close.

use std::future::Future;

use bytes::Bytes;
use hyper::Uri;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::*;
use crate::wire::call::{Endpoint, WholeReply};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// A server on a port of the system's choice; `serve` gets each connection and its number.
async fn server<F>(serve: impl Fn(TcpStream, usize) -> F + Send + 'static) -> Permit
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream, number));
        }
    });
    permit(port)
}

/// Leave to call a port of this machine.
fn permit(port: u16) -> Permit {
    Permit::loopback(&format!("http://127.0.0.1:{port}/").parse().unwrap()).unwrap()
}

/// Reads one request's head; false when the connection is closed instead.
async fn heard(stream: &mut TcpStream) -> bool {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return false,
        }
    }
    true
}

fn get() -> Request<Full<Bytes>> {
    Request::get("/").body(Full::default()).unwrap()
}

fn limits() -> ClientLimits {
    ClientLimits { in_flight_max: 4, waiting_max: 4, ..ClientLimits::default() }
}

fn status(result: &CallResult) -> u16 {
    match result {
        CallResult::Answered(answer) => answer.status,
        other => panic!("not answered: {other:?}"),
    }
}

#[tokio::test]
async fn calls_share_a_kept_connection() {
    let (counts, mut counted) = mpsc::unbounded_channel();
    let permit = server(move |mut stream, number| {
        let counts = counts.clone();
        async move {
            counts.send(number).unwrap();
            while heard(&mut stream).await {
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    let client: Client<Ask> = Client::new(permit, limits());
    for _ in 0..20 {
        let result = client.call(get()).await;
        let CallResult::Answered(WholeReply { status, body, headers }) = result else {
            panic!("{result:?}")
        };
        assert_eq!((status, body.as_ref()), (200, b"ok".as_slice()));
        assert_eq!(headers["content-length"], "2");
        client.quiet().await;
    }
    assert_eq!(counted.recv().await, Some(0));
    assert!(counted.try_recv().is_err(), "a second connection was made");
    let busy = Busy { in_flight_max: 1, ..Busy::default() };
    assert_eq!(client.busy(), busy);
}

#[tokio::test]
async fn a_connection_closed_in_between_is_replaced_and_nothing_is_lost() {
    let permit = server(|mut stream, _| async move {
        heard(&mut stream).await;
        stream.write_all(OK).await.unwrap();
    })
    .await;
    let client: Client<Ask> = Client::new(permit, limits());
    for _ in 0..20 {
        assert_eq!(status(&client.call(get()).await), 200);
    }
}

#[tokio::test]
async fn a_refused_connection_was_never_sent() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let result = Client::<Ask>::new(permit(gone), limits()).call(get()).await;
    assert!(matches!(result, CallResult::NotSent(NotSent::NoConnection(_))), "{result:?}");
}

#[tokio::test]
async fn a_request_that_was_read_and_not_answered_is_unknown() {
    let permit = server(|mut stream, _| async move {
        heard(&mut stream).await;
    })
    .await;
    let result = Client::<Ask>::new(permit, limits()).call(get()).await;
    assert!(matches!(result, CallResult::Unknown(Unknown::Lost(_))), "{result:?}");
}

#[tokio::test]
async fn half_a_reply_is_unknown() {
    let permit = server(|mut stream, _| async move {
        heard(&mut stream).await;
        stream.write_all(&OK[..OK.len() - 1]).await.unwrap();
    })
    .await;
    let result = Client::<Ask>::new(permit, limits()).call(get()).await;
    assert!(matches!(result, CallResult::Unknown(Unknown::Lost(_))), "{result:?}");
}

#[tokio::test]
async fn what_is_not_http_is_unknown() {
    let permit = server(|mut stream, _| async move {
        heard(&mut stream).await;
        stream.write_all(b"220 smtp.example.com ESMTP\r\n").await.unwrap();
    })
    .await;
    let result = Client::<Ask>::new(permit, limits()).call(get()).await;
    assert!(matches!(result, CallResult::Unknown(Unknown::Lost(_))), "{result:?}");
}

#[tokio::test]
async fn a_reply_that_does_not_come_in_time_is_unknown_and_its_connection_is_not_used_again() {
    let permit = server(|mut stream, number| async move {
        while heard(&mut stream).await {
            if number > 0 {
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    let within = Duration::from_millis(20);
    let client = Client::<Ask>::new(permit, ClientLimits { reply_within: within, ..limits() });
    let result = client.call(get()).await;
    assert!(matches!(result, CallResult::Unknown(Unknown::TimedOut(_))), "{result:?}");
    // A late reply to the first request on a kept connection would be taken for the second's.
    let patient = Duration::from_secs(30);
    let client = Client::<Ask>::new(
        client.pool.permit.clone(),
        ClientLimits { reply_within: patient, ..limits() },
    );
    assert_eq!(status(&client.call(get()).await), 200);
}

#[tokio::test]
async fn a_reply_beyond_the_limit_is_not_taken() {
    let sized = server(|mut stream, _| async move {
        heard(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n").await.unwrap();
        heard(&mut stream).await;
    })
    .await;
    let endless = server(|mut stream, _| async move {
        heard(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        while stream.write_all(&[b'x'; 100]).await.is_ok() {}
    })
    .await;
    for permit in [sized, endless] {
        let client = Client::<Ask>::new(permit, ClientLimits { body_bytes_max: 1_000, ..limits() });
        let result = client.call(get()).await;
        assert!(matches!(result, CallResult::Unknown(Unknown::TooLarge(1_000))), "{result:?}");
    }
}

#[tokio::test]
async fn calls_in_flight_and_waiting_are_bounded_and_seen() {
    // Each connection answers when it is told to.
    let (go, told) = tokio::sync::watch::channel(false);
    let (arrived, mut arrives) = mpsc::unbounded_channel();
    let permit = server(move |mut stream, _| {
        let (mut told, arrived) = (told.clone(), arrived.clone());
        async move {
            while heard(&mut stream).await {
                arrived.send(()).unwrap();
                told.wait_for(|go| *go).await.unwrap();
                stream.write_all(OK).await.unwrap();
            }
        }
    })
    .await;
    let client = Client::<Ask>::new(permit, limits());
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call(get()).await })
        })
        .collect();
    for _ in 0..4 {
        arrives.recv().await.unwrap();
    }
    while client.busy().handed_back < 2 {
        tokio::task::yield_now().await;
    }
    let full = Busy { in_flight: 4, in_flight_max: 4, waiting: 4, waiting_max: 4, handed_back: 2 };
    assert_eq!(client.busy(), full);
    go.send(true).unwrap();
    let mut answered = 0;
    for call in calls {
        match call.await.unwrap() {
            CallResult::Answered(_) => answered += 1,
            CallResult::NotSent(NotSent::NoCapacity) => {}
            other => panic!("{other:?}"),
        }
    }
    client.quiet().await;
    assert_eq!((answered, client.busy().in_flight, client.busy().waiting), (8, 0, 0));
}

#[tokio::test]
async fn closing_ends_open_calls_as_unknown_and_waiting_ones_as_not_sent() {
    let (arrived, mut arrives) = mpsc::unbounded_channel();
    let permit = server(move |mut stream, _| {
        let arrived = arrived.clone();
        async move {
            heard(&mut stream).await;
            arrived.send(()).unwrap();
            heard(&mut stream).await;
        }
    })
    .await;
    let client = Client::<Ask>::new(permit, ClientLimits { in_flight_max: 1, ..limits() });
    let calls: Vec<_> = (0..3)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call(get()).await })
        })
        .collect();
    arrives.recv().await.unwrap();
    while client.busy().waiting < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.close().await.never_left.len(), 2, "those that never left are handed back");
    let (mut open, mut waiting) = (0, 0);
    for call in calls {
        match call.await.unwrap() {
            CallResult::Unknown(Unknown::Stopped) => open += 1,
            CallResult::NotSent(NotSent::NoCapacity) => waiting += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((open, waiting), (1, 2));
    let result = client.call(get()).await;
    assert!(matches!(result, CallResult::NotSent(NotSent::NoCapacity)), "{result:?}");
}

#[tokio::test]
async fn a_job_that_panics_is_counted_and_loses_nothing_else() {
    struct Broken;
    impl Caller for Broken {
        fn request(&mut self) -> Request<Full<Bytes>> {
            panic!("a job's own bug")
        }
        fn done(self, _: CallResult) {}
    }
    let client = Client::new(permit(1), limits());
    assert!(client.submit(Broken).is_ok());
    while client.pool.desk.lock().seats[0].job.is_some() {
        tokio::task::yield_now().await;
    }
    let closed = client.close().await;
    assert_eq!((closed.never_left.len(), closed.panicked), (0, 1));
}

#[test]
fn endpoints_are_http_with_a_host() {
    let of = |url: &str| Endpoint::of(&url.parse::<Uri>().unwrap());
    let plain = of("http://shop.example/orders").unwrap();
    assert_eq!((plain.host(), plain.port()), ("shop.example", 80));
    assert_eq!(plain.authority, "shop.example");
    let six = of("http://user:secret@[::1]:8080/").unwrap();
    assert_eq!((six.host(), six.port()), ("::1", 8080));
    assert_eq!(six.authority, "[::1]:8080", "credentials stay out of Host");
    let told = |url: &str| of(url).unwrap_err().to_string();
    assert_eq!(
        told("https://shop.example/"),
        "cannot call \"https://shop.example/\": it must begin with http://"
    );
    assert!(told("/orders").contains("must begin with http://"));
}
