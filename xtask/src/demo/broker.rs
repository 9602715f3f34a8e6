//! The demo's MQTT broker: 3.1.1 and 5, over TCP and WebSocket, everything in memory, anonymous.
//!
//! Refuses: persistence and logins. It is for demos and tests on one's own machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use mqtt5::broker::MqttBroker;
use mqtt5::broker::config::{BrokerConfig, StorageBackend, StorageConfig, WebSocketConfig};

use super::island::Island;
use crate::{Context, Failure, Outcome};

/// The path under which the broker speaks WebSocket.
const WS_PATH: &str = "/mqtt";

/// Which port to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortChoice {
    /// A free one.
    Any,
    /// This one, or a free one where it is taken.
    Prefer(u16),
    /// This one or none.
    Exactly(u16),
}

/// Where the broker listens.
#[derive(Clone, Copy, Debug)]
pub struct BrokerOptions {
    /// The address to bind.
    pub host: IpAddr,
    /// MQTT over TCP.
    pub tcp: PortChoice,
    /// MQTT over WebSocket.
    pub ws: PortChoice,
}

impl Default for BrokerOptions {
    /// Free ports on 127.0.0.1.
    fn default() -> Self {
        Self { host: Ipv4Addr::LOCALHOST.into(), tcp: PortChoice::Any, ws: PortChoice::Any }
    }
}

/// A running broker, or one that was stopped and can be started again on the same ports.
pub struct DemoBroker {
    host: IpAddr,
    tcp_port: u16,
    ws_port: u16,
    island: Option<Island>,
}

impl DemoBroker {
    /// Starts a broker; when this returns, both ports accept.
    ///
    /// # Errors
    /// When a port that was asked for exactly is taken, or `host` is no address of this machine.
    pub fn start(options: BrokerOptions) -> Outcome<Self> {
        let tcp = settle(options.host, options.tcp);
        let ws = settle(options.host, options.ws);
        let (island, tcp_port, ws_port) = launch(options.host, tcp, ws)?;
        Ok(Self { host: options.host, tcp_port, ws_port, island: Some(island) })
    }

    /// Ends the broker as a power cut would: no DISCONNECT, no close frame; listeners and open sockets are gone when
    /// this returns, and so is all it held, retained messages included.
    pub fn stop(&mut self) {
        self.island = None;
    }

    /// Starts a stopped broker on the ports it had. Nothing is remembered. Does nothing while it runs.
    ///
    /// # Errors
    /// When somebody else took one of the ports.
    pub fn start_again(&mut self) -> Outcome {
        if self.island.is_none() {
            self.island = Some(launch(self.host, self.tcp_port, self.ws_port)?.0);
        }
        Ok(())
    }

    /// The address it is bound to.
    pub fn host(&self) -> IpAddr {
        self.host
    }

    /// The port of MQTT over TCP.
    pub fn tcp_port(&self) -> u16 {
        self.tcp_port
    }

    /// The port of MQTT over WebSocket.
    pub fn ws_port(&self) -> u16 {
        self.ws_port
    }

    /// The WebSocket URL for a page that reaches this machine as `host`, as `ws://localhost:8083/mqtt`.
    pub fn ws_url(&self, host: &str) -> String {
        ws_url(host, self.ws_port)
    }
}

/// The WebSocket URL of a demo broker.
pub(super) fn ws_url(host: &str, port: u16) -> String {
    format!("ws://{host}:{port}{WS_PATH}")
}

/// The port to bind: 0 where any free one will do.
fn settle(host: IpAddr, choice: PortChoice) -> u16 {
    match choice {
        PortChoice::Any => 0,
        PortChoice::Exactly(port) => port,
        PortChoice::Prefer(port) => TcpListener::bind((host, port)).map_or(0, |_free| port),
    }
}

fn launch(host: IpAddr, tcp: u16, ws: u16) -> Outcome<(Island, u16, u16)> {
    let island = Island::new("broker", 2)?;
    let config = BrokerConfig::default()
        .with_bind_address(SocketAddr::new(host, tcp))
        .with_websocket(WebSocketConfig::new().with_bind_address(SocketAddr::new(host, ws)).with_path(WS_PATH))
        .with_storage(StorageConfig::new().with_backend(StorageBackend::Memory).with_persistence(false));
    let mut broker = island
        .run(MqttBroker::with_config(config))
        .context("the broker's thread ended early")?
        .context(format_args!("starting the broker on {host}, port {tcp}"))?;
    let tcp_port = broker.local_addr().context("the broker has no TCP listener")?.port();
    let ws_port = match broker.ws_local_addr() {
        Some(address) => address.port(),
        None => {
            return Err(Failure::new(format!("starting the broker's WebSocket on {host}: port {ws} is taken")));
        }
    };
    let mut ready = broker.ready_receiver();
    island.spawn(async move {
        if let Err(error) = broker.run().await {
            crate::console::complain(&format!("the broker ended: {error}"));
        }
    });
    island
        .run(async move { ready.wait_for(|ready| *ready).await.is_ok() })
        .filter(|ready| *ready)
        .context("the broker ended before it was ready")?;
    Ok((island, tcp_port, ws_port))
}
