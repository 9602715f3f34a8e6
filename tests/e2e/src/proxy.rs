//! A bad network: a TCP proxy that can cut, stall, swallow, crawl and lie.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How the network behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Weather {
    /// Everything passes.
    Fair,
    /// One byte a segment.
    Crawl,
    /// Nothing passes, nothing is lost: it comes later.
    Stall,
    /// Half-open: bytes vanish both ways, and no end says that it is gone.
    Swallow,
}

#[derive(Default)]
struct Shared {
    weather: AtomicU8,
    /// Bytes to the client until the connection is cut; negative is never.
    left: AtomicI64,
    /// Slip this to the client next.
    garbage: Mutex<Vec<u8>>,
    pairs: Mutex<Vec<(TcpStream, TcpStream)>>,
    ends: AtomicBool,
}

/// The proxy; ends with its owner.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// In front of this port.
    pub fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let shared = Arc::new(Shared { left: AtomicI64::new(-1), ..Shared::default() });
        let of_thread = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                if of_thread.ends.load(Ordering::Relaxed) {
                    return;
                }
                let Ok(client) = client else { continue };
                if let Err(_refused) = join(&of_thread, &client, upstream) {
                    let _gone = client.shutdown(Shutdown::Both);
                }
            }
        });
        Self { port, shared }
    }

    /// Where to connect.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on behaves so.
    pub fn set(&self, weather: Weather) {
        self.shared.weather.store(weather as u8, Ordering::Relaxed);
    }

    /// Cuts every connection now.
    pub fn cut(&self) {
        for (client, server) in self.shared.pairs.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _gone = client.shutdown(Shutdown::Both);
            let _gone = server.shutdown(Shutdown::Both);
        }
    }

    /// Cuts after that many bytes to the client, wherever in a packet that is.
    pub fn cut_after(&self, bytes: i64) {
        self.shared.left.store(bytes, Ordering::Relaxed);
    }

    /// Slips bytes of its own to the client.
    pub fn lie(&self, bytes: &[u8]) {
        *self.shared.garbage.lock().unwrap_or_else(PoisonError::into_inner) = bytes.to_vec();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        self.cut();
        let _wakes_the_listener = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn join(shared: &Arc<Shared>, client: &TcpStream, upstream: u16) -> io::Result<()> {
    let server = TcpStream::connect(("127.0.0.1", upstream))?;
    for stream in [client, &server] {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_millis(10)))?;
    }
    let mut pairs = shared.pairs.lock().unwrap_or_else(PoisonError::into_inner);
    pairs.push((client.try_clone()?, server.try_clone()?));
    for (from, to, is_down) in
        [(client.try_clone()?, server.try_clone()?, false), (server.try_clone()?, client.try_clone()?, true)]
    {
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            let _over = carry(&shared, &from, &to, is_down);
            let _gone = from.shutdown(Shutdown::Both);
            let _gone = to.shutdown(Shutdown::Both);
        });
    }
    Ok(())
}

fn carry(shared: &Shared, mut from: &TcpStream, mut to: &TcpStream, is_down: bool) -> io::Result<()> {
    let mut part = [0; 16 * 1024];
    while !shared.ends.load(Ordering::Relaxed) {
        let weather = shared.weather.load(Ordering::Relaxed);
        if weather == Weather::Stall as u8 {
            std::thread::sleep(Duration::from_millis(5));
            continue;
        }
        if is_down {
            let garbage = std::mem::take(&mut *shared.garbage.lock().unwrap_or_else(PoisonError::into_inner));
            to.write_all(&garbage)?;
        }
        let size = match from.read(&mut part) {
            Ok(0) => return Ok(()),
            Ok(size) => size,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => continue,
            Err(error) => return Err(error),
        };
        let mut bytes = &part[..size];
        let is_cut = is_down && cut_within(shared, &mut bytes);
        if weather == Weather::Crawl as u8 {
            for byte in bytes.chunks(1) {
                to.write_all(byte)?;
                std::thread::yield_now();
            }
        } else if weather != Weather::Swallow as u8 {
            to.write_all(bytes)?;
        }
        if is_cut {
            return Ok(());
        }
    }
    Ok(())
}

/// Shortens what goes to the client to what may still pass; whether that was the last of it.
fn cut_within(shared: &Shared, bytes: &mut &[u8]) -> bool {
    let left = shared.left.load(Ordering::Relaxed);
    let Ok(most) = usize::try_from(left) else { return false };
    if bytes.len() <= most {
        shared.left.store(left - bytes.len() as i64, Ordering::Relaxed);
        return false;
    }
    *bytes = &bytes[..most];
    shared.left.store(-1, Ordering::Relaxed);
    true
}
