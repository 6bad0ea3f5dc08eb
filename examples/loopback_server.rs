//! The least server there can be, to measure a load generator against: it answers every request
//! with the same few bytes, and can be told to freeze.
//!
//! `cargo run --release --example loopback_server -- --freeze-at 4 --freeze-for 1`
//!
//! It prints its URL on stdout. A freeze begins so many seconds after the first request, and is
//! whole: requests are read, nothing is answered until it ends.

use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use clap::Parser;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const HEAD_ENDS: &[u8] = b"\r\n\r\n";

/// A minimal HTTP/1.1 server on a port of the system's choice.
#[derive(Parser)]
struct Args {
    /// Port to listen on; 0 lets the system choose.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Seconds after the first request at which the server freezes.
    #[arg(long)]
    freeze_at: Option<f64>,
    /// Seconds that the freeze lasts.
    #[arg(long, default_value_t = 1.0)]
    freeze_for: f64,
}

/// When the server does not answer; known once the first request is here.
#[derive(Clone, Copy)]
struct Freeze {
    from: Instant,
    until: Instant,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let args: &'static Args = Box::leak(Box::new(Args::parse()));
    let freeze: &'static OnceLock<Option<Freeze>> = Box::leak(Box::default());
    let listener = TcpListener::bind(("127.0.0.1", args.port)).await?;
    println!("http://{}/", listener.local_addr()?);
    std::io::stdout().flush()?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async move {
            // A client that goes away is nobody's business here.
            let _ = serve(stream, args, freeze).await;
        });
    }
}

async fn serve(
    mut stream: TcpStream,
    args: &Args,
    freeze: &OnceLock<Option<Freeze>>,
) -> std::io::Result<()> {
    let mut heard = Vec::with_capacity(4_096);
    let mut replies = Vec::new();
    while stream.read_buf(&mut heard).await? > 0 {
        let whole = heard.windows(HEAD_ENDS.len()).filter(|w| *w == HEAD_ENDS).count();
        if whole == 0 {
            continue;
        }
        // The requests have no body, so that a head's end is a request's end.
        let last_ends = heard
            .windows(HEAD_ENDS.len())
            .rposition(|w| w == HEAD_ENDS)
            .map_or(0, |at| at + HEAD_ENDS.len());
        heard.drain(..last_ends);
        if let Some(freeze) = freeze.get_or_init(|| freeze_after(args)) {
            let now = Instant::now();
            if (freeze.from..freeze.until).contains(&now) {
                tokio::time::sleep_until(freeze.until).await;
            }
        }
        replies.clear();
        replies.extend(std::iter::repeat_n(REPLY, whole).flatten());
        stream.write_all(&replies).await?;
    }
    Ok(())
}

fn freeze_after(args: &Args) -> Option<Freeze> {
    let from = Instant::now() + Duration::from_secs_f64(args.freeze_at?);
    Some(Freeze { from, until: from + Duration::from_secs_f64(args.freeze_for) })
}
