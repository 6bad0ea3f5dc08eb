//! Owns calling an endpoint: a pool of connections with bounded calls in flight and a bounded,
//! visible queue. Must not know what a call is for, when it was due, nor read a clock.
//!
//! Who calls hands in a [`Caller`]. A worker, which owns one connection, asks it for its request at
//! the moment it leaves and gives it the result at the moment it is there; the job stamps both
//! from the driver's clock. Jobs cost no task each. [`Client::call`] is the job for whoever just
//! wants to wait for an answer.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use hyper::header::HOST;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinSet;

use super::call::{CallResult, Caller, NotSent, Unknown};
use super::connection::{Connection, Exchange};
use super::permit::Permit;

/// Longest wait for a connection.
pub const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// The limits of a client.
#[derive(Clone, Copy, Debug)]
pub struct ClientLimits {
    /// Most calls in flight, each on a connection of its own.
    pub in_flight_max: usize,
    /// Most jobs waiting for one of them.
    pub waiting_max: usize,
    /// How long a connection may take to make.
    pub connect_within: Duration,
    /// How long a reply may take, from the request's leaving to the last byte.
    pub reply_within: Duration,
    /// The largest reply that is taken.
    pub body_bytes_max: usize,
    /// How long a connection may have been idle and still be used: less than any server's patience,
    /// or a request might meet its closing.
    pub idle_max: Duration,
}

impl Default for ClientLimits {
    fn default() -> ClientLimits {
        ClientLimits {
            in_flight_max: 256,
            waiting_max: 65_536,
            connect_within: CONNECT_WITHIN,
            reply_within: Duration::from_secs(30),
            body_bytes_max: 4 << 20,
            idle_max: Duration::from_secs(30),
        }
    }
}

/// How busy a client is and was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Busy {
    /// Calls in flight.
    pub in_flight: usize,
    /// The most there were.
    pub in_flight_max: usize,
    /// Jobs waiting.
    pub waiting: usize,
    /// The most there were.
    pub waiting_max: usize,
    /// Jobs handed back for want of capacity.
    pub handed_back: u64,
}

/// What a client leaves when it is closed.
#[derive(Debug)]
pub struct Closed<J> {
    /// Jobs that waited and never left.
    pub never_left: Vec<J>,
    /// Jobs that panicked: a bug, and what they were for is not known to have happened.
    pub panicked: u64,
}

/// A pool of connections to one endpoint. Cheap to clone.
pub struct Client<J> {
    pool: Arc<Pool<J>>,
}

impl<J> Clone for Client<J> {
    fn clone(&self) -> Client<J> {
        Client { pool: Arc::clone(&self.pool) }
    }
}

struct Pool<J> {
    permit: Permit,
    limits: ClientLimits,
    desk: Mutex<Desk<J>>,
    /// Told whenever nothing is in flight and nothing waits.
    quiet: Notify,
}

struct Desk<J> {
    seats: Vec<Seat<J>>,
    /// Seats whose worker waits. The last to become idle is the first to be used again: its
    /// connection is warm, and a light load keeps few of them.
    idle: Vec<usize>,
    waiting: VecDeque<J>,
    busy: Busy,
    closed: bool,
    workers: JoinSet<()>,
}

/// A worker's place: where it is handed a job.
struct Seat<J> {
    job: Option<J>,
    waker: Option<Waker>,
}

impl<J: Caller> Client<J> {
    /// A client without connections; they are made as calls need them.
    pub fn new(permit: Permit, limits: ClientLimits) -> Client<J> {
        let desk = Desk {
            seats: Vec::new(),
            idle: Vec::new(),
            waiting: VecDeque::new(),
            busy: Busy::default(),
            closed: false,
            workers: JoinSet::new(),
        };
        let desk = Mutex::new(desk);
        Client { pool: Arc::new(Pool { permit, limits, desk, quiet: Notify::new() }) }
    }

    /// Takes a job: at once if a connection is free or may be made, else into the queue. Hands it
    /// back when the queue is full or the client closed. Needs to run within a tokio runtime.
    pub fn submit(&self, job: J) -> Result<(), J> {
        let mut desk = self.pool.desk.lock();
        let desk = &mut *desk;
        if desk.closed {
            return Err(job);
        }
        if let Some(seat) = desk.idle.pop() {
            desk.busy.begin();
            desk.seats[seat].job = Some(job);
            if let Some(waker) = desk.seats[seat].waker.take() {
                waker.wake();
            }
        } else if desk.seats.len() < self.pool.limits.in_flight_max {
            desk.busy.begin();
            let worker = Worker { pool: Arc::clone(&self.pool), seat: desk.seats.len() };
            desk.seats.push(Seat { job: Some(job), waker: None });
            desk.workers.spawn(worker.run());
        } else if desk.waiting.len() < self.pool.limits.waiting_max {
            desk.waiting.push_back(job);
            desk.busy.waiting = desk.waiting.len();
            desk.busy.waiting_max = desk.busy.waiting_max.max(desk.waiting.len());
        } else {
            desk.busy.handed_back += 1;
            return Err(job);
        }
        Ok(())
    }

    /// How busy the client is.
    pub fn busy(&self) -> Busy {
        self.pool.desk.lock().busy
    }

    /// Waits until nothing is in flight and nothing waits.
    pub async fn quiet(&self) {
        loop {
            let told = self.pool.quiet.notified();
            let busy = self.busy();
            if busy.in_flight == 0 && busy.waiting == 0 {
                return;
            }
            told.await;
        }
    }

    /// Closes all connections. Jobs in flight are dropped without being told, and all of them are
    /// gone when this returns; jobs that never left are handed back.
    pub async fn close(&self) -> Closed<J> {
        let (never_left, mut workers) = {
            let mut desk = self.pool.desk.lock();
            desk.closed = true;
            desk.busy.waiting = 0;
            let mut never_left: Vec<J> =
                desk.seats.iter_mut().filter_map(|s| s.job.take()).collect();
            never_left.extend(desk.waiting.drain(..));
            (never_left, std::mem::take(&mut desk.workers))
        };
        workers.abort_all();
        let mut panicked = 0;
        while let Some(ended) = workers.join_next().await {
            panicked += u64::from(ended.is_err_and(|why| why.is_panic()));
        }
        Closed { never_left, panicked }
    }
}

impl Busy {
    fn begin(&mut self) {
        self.in_flight += 1;
        self.in_flight_max = self.in_flight_max.max(self.in_flight);
    }
}

/// The task that owns one connection.
struct Worker<J> {
    pool: Arc<Pool<J>>,
    seat: usize,
}

impl<J: Caller> Worker<J> {
    async fn run(self) {
        let mut connection = None;
        let mut free = false;
        while let Some(mut job) = self.next_job(&mut connection, free).await {
            free = true;
            let mut request = job.request();
            let host = || self.pool.permit.endpoint().authority.clone();
            request.headers_mut().entry(HOST).or_insert_with(host);
            let result = self.carry_out(&mut connection, request).await;
            job.done(result);
        }
    }

    /// Waits for a job while keeping an eye on the idle connection. `free` when the last job's
    /// call is over and not yet counted so.
    async fn next_job(&self, connection: &mut Option<Connection>, mut free: bool) -> Option<J> {
        std::future::poll_fn(|cx| {
            if connection.as_mut().is_some_and(|open| open.poll_closed(cx).is_ready()) {
                *connection = None;
            }
            self.poll_job(cx, std::mem::take(&mut free))
        })
        .await
    }

    fn poll_job(&self, cx: &mut Context<'_>, free: bool) -> Poll<Option<J>> {
        let mut desk = self.pool.desk.lock();
        let desk = &mut *desk;
        if free {
            desk.busy.in_flight -= 1;
        }
        if desk.closed {
            return Poll::Ready(None);
        }
        let seat = &mut desk.seats[self.seat];
        if let Some(job) = seat.job.take() {
            return Poll::Ready(Some(job));
        }
        if let Some(job) = desk.waiting.pop_front() {
            desk.busy.waiting = desk.waiting.len();
            desk.busy.begin();
            return Poll::Ready(Some(job));
        }
        if seat.waker.is_none() {
            desk.idle.push(self.seat);
        }
        seat.waker = Some(cx.waker().clone());
        if desk.busy.in_flight == 0 {
            self.pool.quiet.notify_waiters();
        }
        Poll::Pending
    }

    async fn carry_out(
        &self,
        connection: &mut Option<Connection>,
        mut request: Request<Full<Bytes>>,
    ) -> CallResult {
        let ClientLimits { connect_within, reply_within, body_bytes_max, idle_max, .. } =
            self.pool.limits;
        connection.take_if(|open| open.is_idle_for(idle_max));
        // A kept connection may turn out to be closed before the request is on it: then nothing
        // was sent, and it is sent on a new one. A new one that does the same is not trusted.
        for kept in [connection.take(), None] {
            let fresh = kept.is_none();
            let mut open = match kept {
                Some(open) => open,
                None => match Connection::open(&self.pool.permit, connect_within).await {
                    Ok(open) => open,
                    Err(why) => return CallResult::NotSent(why),
                },
            };
            match open.exchange(request, reply_within, body_bytes_max).await {
                Exchange::Over(result) => {
                    *connection = Some(open);
                    return result;
                }
                Exchange::Broken(result) => return result,
                Exchange::Unsent(_) if fresh => return CallResult::NotSent(NotSent::Closed),
                Exchange::Unsent(unsent) => request = *unsent,
            }
        }
        unreachable!("the second connection is a fresh one, which always ends the call")
    }
}

/// The job of whoever waits for an answer.
pub struct Ask {
    request: Option<Request<Full<Bytes>>>,
    answer: Option<oneshot::Sender<CallResult>>,
}

impl Ask {
    fn tell(&mut self, result: CallResult) {
        if let Some(answer) = self.answer.take() {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(result);
        }
    }
}

impl Caller for Ask {
    fn request(&mut self) -> Request<Full<Bytes>> {
        self.request.take().expect("a job is asked for its request once")
    }

    fn done(mut self, result: CallResult) {
        self.tell(result);
    }
}

impl Drop for Ask {
    fn drop(&mut self) {
        // Reached with the answer still here only when the client is closed, or full.
        let result = match self.request {
            Some(_) => CallResult::NotSent(NotSent::NoCapacity),
            None => CallResult::Unknown(Unknown::Stopped),
        };
        self.tell(result);
    }
}

impl Client<Ask> {
    /// Makes a call and waits for what comes of it. Dropping the future does not take the call
    /// back.
    pub async fn call(&self, request: Request<Full<Bytes>>) -> CallResult {
        let (answer, answered) = oneshot::channel();
        drop(self.submit(Ask { request: Some(request), answer: Some(answer) }));
        answered.await.unwrap_or(CallResult::Unknown(Unknown::Stopped))
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
