//! `cargo xtask demo`: the parts together, until Ctrl-C.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};

use andon::sim::Size;
use serde_json::json;

use super::broker::{BrokerOptions, DemoBroker, PortChoice};
use super::island::Island;
use super::page::{ConfigJson, Headers, PageOptions, PageServer, busy};
use super::plant::simulated_plant;
use super::publisher::{PlantPublisher, PublisherOptions};
use crate::console::say;
use crate::setup::{self, Needs};
use crate::{Outcome, dist, workspace};

/// The ports that people expect, where they are free.
const TCP_PORT: u16 = 1883;
const WS_PORT: u16 = 8083;

/// What the demo runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoOptions {
    /// Port of the page.
    pub port: u16,
    /// Address of the page and the broker.
    pub host: IpAddr,
    /// Somebody's own broker; then there is neither an embedded one nor a plant.
    pub broker: Option<String>,
    /// Whether the simulated plant publishes.
    pub has_plant: bool,
    /// Production lines in the plant.
    pub lines: u32,
    /// Machines in the plant, over all lines.
    pub machines: u32,
    /// Messages a second over all machines; the plant's own pace when absent.
    pub rate: Option<u32>,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            port: 8080,
            host: Ipv4Addr::LOCALHOST.into(),
            broker: None,
            has_plant: true,
            lines: 3,
            machines: 12,
            rate: None,
        }
    }
}

/// Sets up, builds what changed, runs everything, and returns after Ctrl-C.
///
/// # Errors
/// When the port is taken, or a step fails.
pub fn run(options: DemoOptions) -> Outcome {
    let bind = SocketAddr::new(options.host, options.port);
    // Before the build, which takes minutes the first time.
    drop(TcpListener::bind(bind).map_err(|error| busy(bind, &error))?);
    let toolbox = setup::setup(Needs::Build)?;
    dist::build_if_changed(&toolbox)?;

    let broker = match options.broker {
        Some(_) => None,
        None => Some(DemoBroker::start(BrokerOptions {
            host: options.host,
            tcp: PortChoice::Prefer(TCP_PORT),
            ws: PortChoice::Prefer(WS_PORT),
        })?),
    };
    let plant = match &broker {
        Some(broker) if options.has_plant => {
            let to = PublisherOptions { host: reachable(options.host), ..PublisherOptions::new(broker.tcp_port()) };
            let size = Size { lines: options.lines, machines: options.machines, ..Size::default() };
            Some(PlantPublisher::start(to, simulated_plant(size, options.rate.map(f64::from)))?)
        }
        _ => None,
    };
    let config = match (&options.broker, &broker) {
        (Some(url), _) => {
            let name = andon::document::host_of(url);
            ConfigJson::Text(format!("{:#}\n", json!({ "version": 1, "brokers": [{ "name": name, "url": url }] })))
        }
        (None, Some(broker)) => ConfigJson::Broker { name: "Demo plant".into(), ws_port: broker.ws_port() },
        (None, None) => ConfigJson::FromDist,
    };
    let page = PageServer::start(PageOptions {
        dist: workspace::dist(),
        bind,
        sub_path: "/".into(),
        config,
        headers: Headers::demo(),
    })?;

    let ctrl_c = Island::new("signals", 1)?;
    say(&format!("app          {}", page.url(&shown(options.host))));
    if let Some(broker) = &broker {
        let host = shown(options.host);
        say(&format!("broker       mqtt://{host}:{}", broker.tcp_port()));
        say(&format!("             {}", broker.ws_url(&host)));
    }
    if let Some(url) = &options.broker {
        say(&format!("broker       {url}"));
    }
    if plant.is_some() {
        say(&format!("plant        {} machines on {} lines, publishing", options.machines, options.lines));
    }
    if !options.host.is_loopback() && broker.is_some() {
        say("note         the broker takes anybody on this network, without a password");
    }
    say("Ctrl-C ends it.");
    ctrl_c.run(asked_to_end());
    say("\nending");
    drop(plant);
    drop(page);
    drop(broker);
    Ok(())
}

/// Waits for Ctrl-C or the signal by which service managers end a program.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _no_handler = tokio::signal::ctrl_c().await;
}

/// The name under which people on this machine reach an address.
fn shown(host: IpAddr) -> String {
    match host {
        host if host.is_loopback() || host.is_unspecified() => "localhost".into(),
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    }
}

/// The address by which this process itself reaches what it bound there.
fn reachable(host: IpAddr) -> String {
    if host.is_unspecified() { "127.0.0.1".into() } else { host.to_string() }
}
