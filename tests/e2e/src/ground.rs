//! The ground a journey stands on: the build on a server, and where it is reached.

use std::net::{IpAddr, UdpSocket};
use std::path::PathBuf;

use serde_json::json;
use xtask::demo::{ConfigJson, Headers, PageOptions, PageServer};
use xtask::workspace;

use crate::browser::OTHER_NAME;

/// The release build.
///
/// # Panics
/// When there is none: `cargo xtask test` makes it, plain `cargo test` does not.
pub fn dist() -> PathBuf {
    let dist = workspace::dist();
    assert!(
        dist.join("index.html").is_file(),
        "there is no build in {}: run `cargo xtask dist` first, or `cargo xtask test`, which does",
        dist.display()
    );
    dist
}

/// The build as the demo serves it, its policy allowing nothing but this broker, which `config.json` names.
pub fn serve(broker_url: &str) -> PageServer {
    let broker = json!({ "name": "plant", "url": broker_url, "sparkplug": "observer" });
    serve_with(broker_url, &json!({ "version": 1, "brokers": [broker] }).to_string())
}

/// The build with this `config.json`, its policy allowing nothing but this broker.
pub fn serve_with(broker_url: &str, config: &str) -> PageServer {
    let origin = broker_url.trim_end_matches("/mqtt").to_owned();
    let headers = Headers::Strict { connect: vec![origin] };
    start(PageOptions { headers, config: ConfigJson::Text(config.to_owned()), ..PageOptions::new(dist()) })
}

/// The build without a `config.json`, as the demo serves it.
pub fn serve_unconfigured() -> PageServer {
    start(PageOptions::new(dist()))
}

/// A page server, or the reason why not.
pub fn start(options: PageOptions) -> PageServer {
    PageServer::start(options).unwrap_or_else(|failure| panic!("{failure}"))
}

/// An address of this machine that a browser does not take for loopback, to bind and to write into URLs: that of an
/// interface; on a machine that has none, the name that the browser resolves itself.
pub fn outside() -> (IpAddr, String) {
    // No packet is sent: connecting a UDP socket only asks the kernel which address it would send from.
    let interface = UdpSocket::bind(("0.0.0.0", 0)).and_then(|socket| {
        socket.connect(("192.0.2.1", 9))?;
        socket.local_addr()
    });
    match interface.map(|address| address.ip()) {
        Ok(ip) if !ip.is_loopback() && !ip.is_unspecified() => (ip, ip.to_string()),
        _ => (IpAddr::from([127, 0, 0, 1]), OTHER_NAME.to_owned()),
    }
}
