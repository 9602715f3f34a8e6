//! The loop: socket events, commands and the timer go into the engine, its outputs go out. Nothing is decided here.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::lag::Lag;
use super::socket::{Socket, SocketEvent};
use super::store::{Store, StoreEvent};
use crate::engine::{Engine, Input, Output};
use crate::time::Timestamp;
use crate::vocab::{BrokerId, LinkFault};
use crate::web::port::{Parcel, parcel, transferable};
use crate::web::{clock, panic};
use crate::wire::{Command, Update, pack, unpack};

/// Starts the engine in this worker. Does nothing outside a worker.
pub fn start() {
    panic::set_hook("worker");
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let seed = (js_sys::Math::random() * 9_007_199_254_740_992.0) as u64;
    let shell = Rc::new(RefCell::new(Shell {
        engine: Engine::new(clock::now(), seed, env_build()),
        sockets: BTreeMap::new(),
        store: Store::default(),
        lag: Lag::default(),
        armed: None,
        timer: None,
        may_crash: scope.location().search().contains("faults"),
        scope: scope.clone(),
    }));
    let ticking = shell.clone();
    shell.borrow_mut().timer = Some(Closure::new(move || {
        ticking.borrow_mut().armed = None;
        turn(&ticking, Input::Tick);
    }));
    let listening = shell.clone();
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| hear(&listening, &event));
    scope.set_onmessage(Some(listener.as_ref().unchecked_ref()));
    listener.forget(); // lives as long as the worker
    drain(&shell);
}

/// The build that this half was made in; the page compares.
fn env_build() -> &'static str {
    option_env!("ANDON_BUILD").unwrap_or("dev")
}

struct Shell {
    engine: Engine,
    sockets: BTreeMap<BrokerId, Socket>,
    store: Store,
    lag: Lag,
    /// When the timer will fire.
    armed: Option<(Timestamp, i32)>,
    timer: Option<Closure<dyn FnMut()>>,
    /// The page may ask for a panic; only in a worker started with `?faults`.
    may_crash: bool,
    scope: DedicatedWorkerGlobalScope,
}

fn hear(shell: &Rc<RefCell<Shell>>, event: &MessageEvent) {
    let Some(Parcel::Bytes(bytes)) = parcel(&event.data()) else { return };
    match unpack::<Command>(&bytes) {
        Ok(Command::Crash) if shell.borrow().may_crash => crash(),
        Ok(command) => turn(shell, Input::Command(command)),
        Err(error) => web_sys::console::warn_1(&error.to_string().into()),
    }
}

/// Dies as a bug would.
#[expect(clippy::panic, reason = "the one panic on purpose: it is what the test of the restart asks for")]
fn crash() {
    panic!("asked to");
}

/// One turn: an input, then all outputs.
fn turn(shell: &Rc<RefCell<Shell>>, input: Input) {
    let received = clock::monotonic_millis();
    let bytes = matches!(input, Input::Bytes(..));
    shell.borrow_mut().engine.handle(clock::now(), input);
    if bytes {
        shell.borrow_mut().lag.record(received, clock::monotonic_millis());
        drain(shell);
    } else {
        drain(shell);
        shell.borrow_mut().lag.busy(clock::monotonic_millis() - received);
    }
}

fn drain(shell: &Rc<RefCell<Shell>>) {
    loop {
        let output = shell.borrow_mut().engine.poll();
        match output {
            Output::Open(broker, url) => open(shell, broker, &url),
            Output::Send(broker, bytes) => {
                let shell = shell.borrow();
                // A socket that is not open says so itself: its close event is on the way.
                let _sent = shell.sockets.get(&broker).is_some_and(|socket| socket.send(&bytes));
            }
            Output::Close(broker) => {
                if let Some(socket) = shell.borrow_mut().sockets.remove(&broker) {
                    socket.close();
                }
            }
            Output::Store(order) => {
                let told = shell.clone();
                // Said at once when there is no store at all: the engine hears it in a turn of its own.
                let said = move |event| {
                    let input = match event {
                        StoreEvent::Loaded(records) => Input::Loaded(records),
                        StoreEvent::Unkept(why) => Input::Unkept(why),
                        StoreEvent::Full(record) => Input::Full(record),
                    };
                    turn_later(&told, input);
                };
                shell.borrow().store.order(order, Rc::new(said));
            }
            Output::Update(update) => shell.borrow_mut().post(update),
            Output::Wake(at) => return shell.borrow_mut().arm(at),
        }
    }
}

/// A turn, once the one under way is over.
fn turn_later(shell: &Rc<RefCell<Shell>>, input: Input) {
    let later = shell.clone();
    let then = Closure::once_into_js(move || turn(&later, input));
    let scope = shell.borrow().scope.clone();
    let _handle = scope.set_timeout_with_callback(then.unchecked_ref());
}

fn open(shell: &Rc<RefCell<Shell>>, broker: BrokerId, url: &str) {
    let heard = shell.clone();
    let said = move |event| {
        let input = match event {
            SocketEvent::Opened => Input::Opened(broker),
            SocketEvent::Bytes(bytes) => Input::Bytes(broker, bytes),
            SocketEvent::Closed(code, reason) => {
                heard.borrow_mut().sockets.remove(&broker);
                Input::Closed(broker, code, reason)
            }
        };
        turn(&heard, input);
    };
    match Socket::open(url, Rc::new(said)) {
        Ok(socket) => {
            if let Some(old) = shell.borrow_mut().sockets.insert(broker, socket) {
                old.close();
            }
        }
        Err(fault) => refuse(shell, broker, fault),
    }
}

/// The browser would not even create the socket. Told to the engine right away; `drain` goes on with its answer.
fn refuse(shell: &Rc<RefCell<Shell>>, broker: BrokerId, fault: LinkFault) {
    shell.borrow_mut().engine.handle(clock::now(), Input::Refused(broker, fault));
}

impl Shell {
    fn post(&mut self, mut update: Update) {
        if let Update::Frame(frame) = &mut update
            && let Some(stats) = &mut frame.stats
        {
            (stats.lag_ms_p50, stats.lag_ms_p99, stats.engine_busy_ratio) = self.lag.take(clock::monotonic_millis());
            stats.wasm_bytes_worker = wasm_bytes();
        }
        match pack(&update) {
            Ok(bytes) => {
                let (buffer, transfer) = transferable(&bytes);
                let _ = self.scope.post_message_with_transfer(&buffer, &transfer);
            }
            Err(error) => web_sys::console::warn_1(&error.to_string().into()),
        }
    }

    /// Arms the timer; one that fires earlier anyway is left alone, so that a busy socket costs no timer calls.
    fn arm(&mut self, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        if let Some((armed, handle)) = self.armed {
            if armed <= at {
                return;
            }
            self.scope.clear_timeout_with_handle(handle);
        }
        let Some(timer) = &self.timer else { return };
        let wait = (at - clock::now()).0.clamp(0, 60_000) as i32;
        let handle =
            self.scope.set_timeout_with_callback_and_timeout_and_arguments_0(timer.as_ref().unchecked_ref(), wait);
        self.armed = handle.ok().map(|handle| (at, handle));
    }
}

fn wasm_bytes() -> u64 {
    let memory = wasm_bindgen::memory();
    let buffer = js_sys::Reflect::get(&memory, &JsValue::from_str("buffer")).ok();
    buffer
        .and_then(|buffer| buffer.dyn_into::<js_sys::ArrayBuffer>().ok())
        .map_or(0, |buffer| u64::from(buffer.byte_length()))
}
