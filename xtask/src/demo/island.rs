//! A tokio runtime of its own: what runs on it is ended together and at once, sockets included.

use std::future::Future;
use std::sync::mpsc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use crate::{Context, Outcome};

/// How long the end of an island waits for a task that does not yield.
const END_WITHIN: Duration = Duration::from_secs(3);

/// One runtime and everything spawned on it.
pub(super) struct Island(Option<Runtime>);

impl Island {
    /// A running island; `name` is its threads' name.
    pub(super) fn new(name: &str, threads: usize) -> Outcome<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name(name)
            .enable_all()
            .build()
            .context(format_args!("starting the threads of the {name}"))?;
        Ok(Self(Some(runtime)))
    }

    /// Leaves a task to run until the island ends.
    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.0 {
            runtime.spawn(task);
        }
    }

    /// Runs a task and waits for its result, from sync and async callers alike (`block_on` would refuse the latter).
    pub(super) fn run<T: Send + 'static>(&self, task: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (answer, answered) = mpsc::sync_channel(1);
        self.spawn(async move {
            let result = task.await;
            let _gone = answer.send(result);
        });
        answered.recv().ok()
    }

    /// Drops every task where it stands; when this returns, their sockets are closed.
    pub(super) fn end(&mut self) {
        let Some(runtime) = self.0.take() else { return };
        // On a thread of its own, since a runtime must not be waited for inside another one.
        let ender = std::thread::spawn(move || runtime.shutdown_timeout(END_WITHIN));
        let _panicked = ender.join();
    }
}

impl Drop for Island {
    fn drop(&mut self) {
        self.end();
    }
}
