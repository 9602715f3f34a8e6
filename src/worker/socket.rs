//! One WebSocket: received through gloo-net, sent through the raw handle (gloo-net sends through Blobs, ten times
//! slower, and its close does nothing).

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use futures_util::StreamExt;
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use crate::vocab::LinkFault;

/// What a socket says.
#[derive(Debug)]
pub(super) enum SocketEvent {
    Opened,
    Bytes(Bytes),
    /// Close code and reason; the last word.
    Closed(u16, String),
}

/// A socket's sending side. Dropping it silences the receiver.
pub(super) struct Socket {
    raw: web_sys::WebSocket,
    alive: Rc<Cell<bool>>,
    /// gloo-net tells of no opening; this listener does.
    _opened: Closure<dyn FnMut()>,
}

impl Socket {
    /// Opens a socket with subprotocol `mqtt`; `said` hears it until it is closed or this handle dropped.
    ///
    /// # Errors
    /// What the browser says at once: a URL it cannot read, or mixed content.
    #[expect(clippy::disallowed_methods, reason = "the shell's one task a socket: it ends with the socket")]
    pub(super) fn open(url: &str, said: Rc<dyn Fn(SocketEvent)>) -> Result<Self, LinkFault> {
        let raw = web_sys::WebSocket::new_with_str(url, "mqtt").map_err(|error| {
            let name = js_sys::Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
            match name.as_deref() {
                Some("SecurityError") => LinkFault::MixedContent,
                _ => LinkFault::BadUrl("the browser cannot open this URL".into()),
            }
        })?;
        raw.set_binary_type(web_sys::BinaryType::Arraybuffer);
        let stream = WebSocket::try_from(raw.clone()).map_err(|error| LinkFault::BadUrl(error.to_string()))?;
        let alive = Rc::new(Cell::new(true));
        let opened = {
            let (alive, said) = (alive.clone(), said.clone());
            Closure::<dyn FnMut()>::new(move || {
                if alive.get() {
                    said(SocketEvent::Opened);
                }
            })
        };
        let _ = raw.add_event_listener_with_callback("open", opened.as_ref().unchecked_ref());
        let heard = alive.clone();
        let handle = raw.clone();
        spawn_local(async move {
            let mut stream = stream.ready_chunks(CHUNKS);
            let mut last = (1006, String::new());
            'reading: while let Some(chunk) = stream.next().await {
                for item in chunk {
                    if !heard.get() {
                        return;
                    }
                    match item {
                        Ok(Message::Bytes(bytes)) => said(SocketEvent::Bytes(bytes.into())),
                        Ok(Message::Text(_)) => {
                            last = (1003, "text frames are not MQTT (MQTT 5 §6.0)".into());
                            let _ = handle.close();
                            break 'reading;
                        }
                        Err(WebSocketError::ConnectionClose(close)) => {
                            last = (close.code, close.reason);
                            break 'reading;
                        }
                        Err(_) => {} // the close that follows says as much as a browser ever says
                    }
                }
            }
            if heard.get() {
                said(SocketEvent::Closed(last.0, last.1));
            }
        });
        Ok(Self { raw, alive, _opened: opened })
    }

    /// Sends one binary message; false when the socket is not open (nothing is queued then).
    pub(super) fn send(&self, bytes: &[u8]) -> bool {
        self.raw.ready_state() == web_sys::WebSocket::OPEN && self.raw.send_with_u8_array(bytes).is_ok()
    }

    /// Closes; nothing more is heard of it.
    pub(super) fn close(self) {
        self.alive.set(false);
        let _ = self.raw.close();
    }
}

/// As many messages as one turn of the engine takes at most.
const CHUNKS: usize = 1024;
