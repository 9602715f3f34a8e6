//! A plant on the wire: publishes what a [`Source`] says over real MQTT, and behaves as edge devices do. While the
//! broker is away it works on and publishes nothing; when the broker is back, it announces what it retains again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use andon::time::Timestamp;
use rumqttc::{AsyncClient, Event, EventLoop, MqttOptions, Packet, QoS};
use tokio::sync::oneshot;

use super::island::Island;
use crate::{Outcome, clock};

/// How long to wait between two attempts to reach the broker.
const RETRY: Duration = Duration::from_millis(250);
/// The longest sleep between two looks at the source.
const LONGEST_SLEEP: Duration = Duration::from_millis(250);
/// Messages that may wait for the socket; a slower broker slows the plant down.
const QUEUE: usize = 4096;

/// One message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Topic name.
    pub topic: String,
    /// Payload.
    pub payload: Vec<u8>,
    /// Whether the broker keeps it for later subscribers.
    pub retain: bool,
    /// 0 or 1; anything else is published as 1.
    pub qos: u8,
}

/// What publishes: the simulated plant, or a test's own script.
pub trait Source: Send {
    /// Hands out everything that is due at `now`.
    fn step(&mut self, now: Timestamp, publish: &mut dyn FnMut(Message));

    /// When to call `step` next.
    fn next_step(&self) -> Timestamp;
}

/// Where to publish.
#[derive(Clone, Debug)]
pub struct PublisherOptions {
    /// Host name or address of the broker.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// Client id.
    pub client_id: String,
}

impl PublisherOptions {
    /// To a broker on this machine.
    pub fn new(port: u16) -> Self {
        Self { host: "127.0.0.1".into(), port, client_id: "simulated-plant".into() }
    }
}

/// A plant that is publishing.
pub struct PlantPublisher {
    counts: Arc<Counts>,
    hang_up: Option<oneshot::Sender<()>>,
    island: Island,
}

#[derive(Default)]
struct Counts {
    /// Connections so far; odd: connected, even: not.
    turns: AtomicU64,
    published: AtomicU64,
}

impl PlantPublisher {
    /// Starts publishing; returns at once, connected or not, and keeps trying until it is stopped.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn start(options: PublisherOptions, source: Box<dyn Source>) -> Outcome<Self> {
        let island = Island::new("publisher", 2)?;
        let mut mqtt = MqttOptions::new(options.client_id, options.host, options.port);
        mqtt.set_keep_alive(Duration::from_secs(10)).set_inflight(1000).set_max_packet_size(1 << 24, 1 << 24);
        let counts = Arc::new(Counts::default());
        let (client, events) = AsyncClient::new(mqtt, QUEUE);
        let (hang_up, hung_up) = oneshot::channel();
        island.spawn(keep_connected(events, Arc::clone(&counts)));
        island.spawn(run(source, client, Arc::clone(&counts), hung_up));
        Ok(Self { counts, hang_up: Some(hang_up), island })
    }

    /// Whether the broker is there.
    pub fn is_connected(&self) -> bool {
        self.counts.turns.load(Ordering::Acquire) % 2 == 1
    }

    /// Messages handed to the connection so far.
    pub fn published(&self) -> u64 {
        self.counts.published.load(Ordering::Relaxed)
    }

    /// Says goodbye to the broker and ends.
    pub fn stop(&mut self) {
        if let Some(hang_up) = self.hang_up.take()
            && hang_up.send(()).is_ok()
            && self.is_connected()
        {
            let counts = Arc::clone(&self.counts);
            let _late = self.island.run(async move {
                let gone = async {
                    while counts.turns.load(Ordering::Acquire) % 2 == 1 {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                tokio::time::timeout(Duration::from_millis(500), gone).await
            });
        }
        self.island.end();
    }
}

impl Drop for PlantPublisher {
    fn drop(&mut self) {
        self.stop();
    }
}

async fn keep_connected(mut events: EventLoop, counts: Arc<Counts>) {
    events.network_options.set_connection_timeout(5).set_tcp_nodelay(true);
    loop {
        match events.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => {
                counts.turns.fetch_add(1, Ordering::AcqRel);
            }
            Ok(_) => {}
            Err(_unreachable) => {
                // Queued messages are old news by the time the broker is back; rumqttc drops them at the next CONNACK.
                if counts.turns.load(Ordering::Acquire) % 2 == 1 {
                    counts.turns.fetch_add(1, Ordering::AcqRel);
                }
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

async fn run(
    mut source: Box<dyn Source>,
    client: AsyncClient,
    counts: Arc<Counts>,
    mut hung_up: oneshot::Receiver<()>,
) {
    let mut retained: BTreeMap<String, (Vec<u8>, QoS)> = BTreeMap::new();
    let mut due = Vec::new();
    let mut announced = 0;
    loop {
        due.clear();
        source.step(clock::now(), &mut |message| due.push(message));
        let turn = counts.turns.load(Ordering::Acquire);
        if turn % 2 == 1 && announced != turn {
            announced = turn;
            for (topic, (payload, qos)) in &retained {
                send(&client, &counts, topic, payload.clone(), true, *qos).await;
            }
        }
        for Message { topic, payload, retain, qos } in due.drain(..) {
            let qos = if qos == 0 { QoS::AtMostOnce } else { QoS::AtLeastOnce };
            if retain && payload.is_empty() {
                retained.remove(&topic);
            } else if retain {
                retained.insert(topic.clone(), (payload.clone(), qos));
            }
            if counts.turns.load(Ordering::Acquire) % 2 == 1 {
                send(&client, &counts, &topic, payload, retain, qos).await;
            }
        }
        let until = (source.next_step() - clock::now()).0.max(0).unsigned_abs();
        let pause = Duration::from_millis(until).min(LONGEST_SLEEP);
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = &mut hung_up => break,
        }
    }
    let _away = client.disconnect().await;
}

async fn send(client: &AsyncClient, counts: &Counts, topic: &str, payload: Vec<u8>, retain: bool, qos: QoS) {
    if client.publish(topic, qos, retain, payload).await.is_ok() {
        counts.published.fetch_add(1, Ordering::Relaxed);
    }
}
