//! Andon's MQTT session on a native thread over a real WebSocket: what the worker's shell is in the browser. Plain or
//! TLS; its clock can be set ahead or back.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use andon::mqtt::{Event, Fate, Options, Output, Publication, Session, Stats, Terms, Token};
use andon::time::{Millis, Timestamp};
use andon::vocab::LinkState;
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderValue;
use tungstenite::{Bytes, Error, Message, WebSocket};
use xtask::clock::Stopwatch;

use crate::tape::Tape;
use crate::tls::{self, Stream};

/// A message as the sink got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The topic.
    pub topic: String,
    /// The payload.
    pub payload: Vec<u8>,
    /// As it was delivered.
    pub qos: u8,
    /// Sent on subscribing.
    pub retain: bool,
}

/// Everything the session said so far.
#[derive(Debug, Default)]
pub struct Told {
    /// Messages, in order.
    pub heard: Vec<Heard>,
    /// Filters taken, with the QoS.
    pub granted: BTreeMap<String, u8>,
    /// Filters refused, with the code.
    pub refused: BTreeMap<String, u8>,
    /// Publications whose fate is known.
    pub settled: HashMap<Token, Fate>,
    /// Why links ended, in order.
    pub ends: Vec<String>,
    /// What went over the wire.
    pub tape: Tape,
}

struct Inner {
    session: Session,
    told: Told,
    socket: Option<WebSocket<Stream>>,
    /// Counts sockets asked for; an answer to an earlier one is stale.
    generation: u64,
    wake: Option<Timestamp>,
}

/// The session, connected or trying to, until it is dropped.
pub struct Client {
    inner: Arc<Mutex<Inner>>,
    /// How far its clock is off, in milliseconds.
    skew: Arc<AtomicI64>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

type Opened = (u64, Option<WebSocket<Stream>>);

impl Client {
    /// Connects to a `ws:` or `wss:` URL.
    pub fn connect(url: &str, options: Options, seed: u64) -> Self {
        let inner =
            Inner { session: Session::new(seed), told: Told::default(), socket: None, generation: 0, wake: None };
        let mut client =
            Self { inner: Arc::new(Mutex::new(inner)), skew: Arc::default(), ends: Arc::default(), thread: None };
        client.lock().session.connect(now(&client.skew), options);
        let (inner, skew, ends) = (Arc::clone(&client.inner), Arc::clone(&client.skew), Arc::clone(&client.ends));
        let url = url.to_owned();
        client.thread = Some(std::thread::spawn(move || {
            let (sender, opened) = mpsc::channel();
            while !ends.load(Ordering::Relaxed) {
                let is_busy = turn(&mut lock(&inner), &skew, &url, &sender, &opened);
                std::thread::sleep(if is_busy { Duration::from_micros(50) } else { Duration::from_millis(1) });
            }
        }));
        client
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        lock(&self.inner)
    }

    /// Publishes; `None` where the session does not take it now.
    pub fn publish(&self, topic: &str, payload: &str, qos: u8) -> Option<Token> {
        let publication = Publication {
            topic: topic.to_owned(),
            payload: payload.as_bytes().to_vec(),
            qos,
            ..Publication::default()
        };
        self.lock().session.publish(now(&self.skew), publication).ok()
    }

    /// Tells the session something.
    pub fn tell<T>(&self, what: impl FnOnce(&mut Session, Timestamp) -> T) -> T {
        what(&mut self.lock().session, now(&self.skew))
    }

    /// Looks at what the session said.
    pub fn told<T>(&self, look: impl FnOnce(&Told) -> T) -> T {
        look(&self.lock().told)
    }

    /// Where the link stands.
    pub fn state(&self) -> LinkState {
        self.lock().session.state().clone()
    }

    /// Whether CONNACK came.
    pub fn is_online(&self) -> bool {
        matches!(self.lock().session.state(), LinkState::Online { .. })
    }

    /// What holds on this connection.
    pub fn terms(&self) -> Terms {
        self.lock().session.terms()
    }

    /// Counts since the start.
    pub fn stats(&self) -> Stats {
        self.lock().session.stats()
    }

    /// Sets the clock of this client ahead, or back.
    pub fn jump(&self, by: Millis) {
        self.skew.fetch_add(by.0, Ordering::Relaxed);
    }

    /// Waits until `look` is true; false when it was not within `secs`.
    pub fn wait(&self, secs: f64, mut look: impl FnMut(&Self) -> bool) -> bool {
        let watch = Stopwatch::start();
        while !look(self) {
            if watch.secs() > secs {
                return false;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _its_panic_was_printed = thread.join();
        }
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

fn now(skew: &AtomicI64) -> Timestamp {
    xtask::clock::now() + Millis(skew.load(Ordering::Relaxed))
}

/// One turn of the shell; whether anything happened.
fn turn(
    inner: &mut Inner,
    skew: &AtomicI64,
    url: &str,
    sender: &mpsc::Sender<Opened>,
    opened: &mpsc::Receiver<Opened>,
) -> bool {
    let mut is_busy = false;
    let now = now(skew);
    while let Ok((generation, socket)) = opened.try_recv() {
        if generation == inner.generation {
            is_busy = true;
            match socket {
                Some(socket) => {
                    inner.socket = Some(socket);
                    inner.told.tape.begin();
                    inner.session.handle_opened(now);
                }
                None => inner.session.handle_closed(now, 1006, ""),
            }
            drain(inner, url, sender);
        }
    }
    for _ in 0..64 {
        let Some(socket) = &mut inner.socket else { break };
        match socket.read() {
            Ok(Message::Binary(bytes)) => {
                is_busy = true;
                let Inner { session, told, .. } = inner;
                told.tape.add(true, &bytes);
                session.handle_bytes(now, bytes, &mut |publish| {
                    told.heard.push(Heard {
                        topic: publish.topic.to_owned(),
                        payload: publish.payload.to_vec(),
                        qos: publish.qos,
                        retain: publish.retain,
                    });
                });
                drain(inner, url, sender);
            }
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(_) => {
                inner.socket = None;
                inner.session.handle_closed(now, 1006, "");
                drain(inner, url, sender);
            }
        }
    }
    if inner.wake.is_some_and(|at| at <= now) {
        inner.session.handle_timeout(now);
    }
    drain(inner, url, sender); // whoever told the session something left the draining to us
    if let Some(socket) = &mut inner.socket {
        let _seen_when_reading = socket.flush();
    }
    is_busy
}

fn drain(inner: &mut Inner, url: &str, sender: &mpsc::Sender<Opened>) {
    loop {
        match inner.session.poll() {
            Output::Open => {
                inner.generation += 1;
                let (generation, url, sender) = (inner.generation, url.to_owned(), sender.clone());
                std::thread::spawn(move || {
                    let _nobody_waits_any_more = sender.send((generation, open(&url)));
                });
            }
            Output::Send(bytes) => {
                if let Some(socket) = &mut inner.socket {
                    inner.told.tape.add(false, &bytes);
                    let _seen_when_reading = socket.send(Message::Binary(Bytes::from(bytes)));
                }
            }
            Output::Close => {
                inner.generation += 1;
                if let Some(mut socket) = inner.socket.take() {
                    let _gone_anyway = socket.close(None);
                    let _gone_anyway = socket.flush();
                }
            }
            Output::Event(event) => note(inner, event),
            Output::Wake(at) => {
                inner.wake = at;
                return;
            }
        }
    }
}

fn note(inner: &mut Inner, event: Event) {
    let told = &mut inner.told;
    match event {
        Event::State => match inner.session.state() {
            LinkState::Waiting { fault, .. } | LinkState::Denied { fault } => told.ends.push(format!("{fault:?}")),
            _ => {}
        },
        Event::Granted { filter, qos } => {
            told.granted.insert(filter, qos);
        }
        Event::RefusedFilter { filter, code, .. } => {
            told.refused.insert(filter, code);
        }
        Event::Settled { token, fate } => {
            let before = told.settled.insert(token, fate);
            assert!(before.is_none(), "{token:?} settled twice");
        }
        Event::Redirected { .. } | Event::Challenge { .. } | Event::Authenticated => {}
    }
}

/// A WebSocket with subprotocol `mqtt`; its reads do not wait.
fn open(url: &str) -> Option<WebSocket<Stream>> {
    let mut request = url.into_client_request().ok()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static("mqtt"));
    let host = request.uri().host()?.to_owned();
    let tcp =
        TcpStream::connect((if host == "localhost" { "127.0.0.1" } else { &host }, request.uri().port_u16()?)).ok()?;
    tcp.set_nodelay(true).ok()?;
    tcp.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    tcp.set_write_timeout(Some(Duration::from_secs(10))).ok()?;
    let handle = tcp.try_clone().ok()?;
    let stream = if url.starts_with("wss:") { tls::wrap(tcp, &host)? } else { Stream::Plain(tcp) };
    let (socket, _response) = tungstenite::client(request, stream).ok()?;
    handle.set_nonblocking(true).ok()?;
    Some(socket)
}
