//! Replies that are lost on the way, over real sockets: what callers see of them.

use http_body_util::Full;

use super::*;
use crate::ids::Buyer;
use crate::wire::call::{CallResult, Unknown};
use crate::wire::client::{self, Ask, Client};
use crate::wire::permit::Permit;

#[tokio::test]
async fn a_lost_reply_is_carried_out_and_never_heard() {
    for (intent, how) in LOST {
        let opened = Opened::channel(ListenerLimits::default()).await;
        let mut stream = opened.connect().await;
        stream.write_all(opened.order(intent).as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        let ended = time::timeout(HANG, stream.read_to_end(&mut heard)).await.unwrap();
        let heard = String::from_utf8(heard).unwrap();
        match how {
            How::Close => assert_eq!((ended.unwrap(), heard.as_str()), (0, "")),
            How::Reset => {
                assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
                assert_eq!(heard, "");
            }
            How::HalfBody => {
                let whole = r#"{"order":{"channel":1,"number":406}}"#;
                let says = format!("content-length: {}\r\n", whole.len());
                assert!(heard.starts_with("HTTP/1.1 201") && heard.contains(&says), "{heard}");
                assert!(heard.ends_with(&format!("\r\n\r\n{}", &whole[..whole.len() / 2])));
            }
        }
        assert_eq!(opened.shop.asked.lock().len(), 1, "{how:?}");
        assert_eq!(opened.listening.close().await.panicked, 0);
    }
}

/// However a reply is lost, our own client knows that it does not know.
#[tokio::test]
async fn the_caller_of_a_lost_reply_knows_nothing() {
    for (intent, how) in LOST {
        let opened = Opened::channel(ListenerLimits::default()).await;
        let url = format!("http://{}", opened.listening.address()).parse().unwrap();
        let client: Client<Ask> =
            Client::new(Permit::loopback(&url).unwrap(), client::ClientLimits::default());
        let Credential::Bearer(token) = &opened.credential else { panic!("a channel's token") };
        let order = ChannelRequest::PlaceOrder { intent, buyer: Buyer(1), lines: vec![] };
        let worded = dialect::call(&Asked::Channel(CHANNEL, order));
        // The second finds that no connection is kept, and is carried out as well.
        for calls in [1, 2] {
            let body = Full::new(worded.body.clone());
            let mut request = hyper::Request::post("/orders").body(body).unwrap();
            worded.write_headers(request.headers_mut());
            request.headers_mut().insert(hyper::header::AUTHORIZATION, token.header());
            let result = client.call(request).await;
            assert!(matches!(result, CallResult::Unknown(Unknown::Lost(_))), "{how:?}: {result:?}");
            assert_eq!(opened.shop.asked.lock().len(), calls, "{how:?}");
        }
        client.close().await;
    }
}
