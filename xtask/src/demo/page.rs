//! The server of the page: static files with the headers a good host would send, and a `config.json` made per request.
//!
//! Refuses: anything but GET and HEAD, and every path outside the build.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::serve::ListenerExt;
use serde_json::json;
use tokio::net::TcpListener;

use super::assets::{Asset, Assets};
use super::broker::ws_url;
use super::island::Island;
use crate::{Context, Failure, Outcome};

/// The `connect-src` of a page whose user may enter any broker.
pub const ANY_BROKER: &[&str] = &["ws:", "wss:"];

/// What is served, where, and how.
#[derive(Clone, Debug)]
pub struct PageOptions {
    /// Folder of the build.
    pub dist: PathBuf,
    /// Where to listen; port 0 is a free one.
    pub bind: SocketAddr,
    /// Path under which the page lies: `/`, or `/some/where/`.
    pub sub_path: String,
    /// What `config.json` answers.
    pub config: ConfigJson,
    /// Which headers go with the files.
    pub headers: Headers,
}

impl PageOptions {
    /// `dist` at `/` of a free port on 127.0.0.1, with the demo's headers and no `config.json` but its own.
    pub fn new(dist: impl Into<PathBuf>) -> Self {
        Self {
            dist: dist.into(),
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            sub_path: "/".into(),
            config: ConfigJson::FromDist,
            headers: Headers::demo(),
        }
    }
}

/// What `config.json` answers.
#[derive(Clone, Debug)]
pub enum ConfigJson {
    /// The file of the build, which has none.
    FromDist,
    /// This text.
    Text(String),
    /// A broker on this machine, under the host name that the page was asked under.
    Broker {
        /// Its name on screen.
        name: String,
        /// Its WebSocket port.
        ws_port: u16,
    },
}

/// Which headers go with the files.
#[derive(Clone, Debug)]
pub enum Headers {
    /// Those of a bare static host: the right types, nothing else. No compression, no validators.
    Plain,
    /// Content security policy with these `connect-src` sources beside `'self'`, validators, compression.
    Strict {
        /// Origins or schemes, as `wss://broker.example`.
        connect: Vec<String>,
    },
}

impl Headers {
    /// Strict, with any broker: the connect screen takes every URL.
    pub fn demo() -> Self {
        Self::Strict { connect: ANY_BROKER.iter().map(|source| (*source).to_owned()).collect() }
    }
}

/// A running page server.
pub struct PageServer {
    address: SocketAddr,
    sub_path: String,
    island: Island,
}

impl PageServer {
    /// Starts serving; when this returns, the port accepts.
    ///
    /// # Errors
    /// When `dist` is no readable folder, the port is taken, or the options make no sense.
    pub fn start(options: PageOptions) -> Outcome<Self> {
        let island = Island::new("page server", 2)?;
        let sub_path = match options.sub_path.trim_matches('/') {
            "" => "/".to_owned(),
            path => format!("/{path}/"),
        };
        let assets = Assets::new(options.dist.clone())
            .context(format_args!("reading the build in {}", options.dist.display()))?;
        let site = Site {
            assets,
            sub_path: sub_path.clone(),
            config: options.config,
            policy: policy(&options.headers)?,
            bound: options.bind.ip(),
        };
        let bind = options.bind;
        let listener = island
            .run(TcpListener::bind(bind))
            .context("the page server's thread ended early")?
            .map_err(|error| busy(bind, &error))?;
        let address = listener.local_addr().context("asking for the page server's port")?;
        let router = Router::new().fallback(answer).with_state(Arc::new(site));
        island.spawn(async move {
            let listener = listener.tap_io(|socket| {
                let _slower = socket.set_nodelay(true);
            });
            if let Err(error) = axum::serve(listener, router).await {
                crate::console::complain(&format!("the page server ended: {error}"));
            }
        });
        Ok(Self { address, sub_path, island })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The page's URL for somebody who reaches this machine as `host`, as `http://localhost:8080/`.
    pub fn url(&self, host: &str) -> String {
        format!("http://{host}:{}{}", self.address.port(), self.sub_path)
    }

    /// Ends the server at once, open connections included.
    pub fn stop(&mut self) {
        self.island.end();
    }
}

/// Why a listener could not be had.
pub(super) fn busy(bind: SocketAddr, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        Failure::new(format!(
            "port {} on {} is taken by another program; choose another one with --port",
            bind.port(),
            bind.ip()
        ))
    } else {
        Failure::new(format!("listening on {bind}: {error}"))
    }
}

struct Site {
    assets: Assets,
    sub_path: String,
    config: ConfigJson,
    /// The content security policy; none: plain headers.
    policy: Option<HeaderValue>,
    bound: IpAddr,
}

fn policy(headers: &Headers) -> Outcome<Option<HeaderValue>> {
    let Headers::Strict { connect } = headers else { return Ok(None) };
    let text = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' {}; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; manifest-src 'self'; media-src 'self'; \
         base-uri 'self'; form-action 'none'; frame-ancestors 'self'",
        connect.join(" ")
    );
    HeaderValue::try_from(text).map(Some).context("writing the content security policy")
}

async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let mut response = if matches!(*request.method(), Method::GET | Method::HEAD) {
        site.file(request.uri().path(), request.headers())
    } else {
        let mut refused = plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD");
        refused.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        refused
    };
    if let Some(policy) = &site.policy {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    }
    response
}

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

impl Site {
    fn file(&self, path: &str, headers: &HeaderMap) -> Response {
        let Some(path) = path.strip_prefix(self.sub_path.as_str()) else {
            return if self.sub_path.strip_suffix('/') == Some(path) {
                let mut moved = plain(StatusCode::PERMANENT_REDIRECT, "");
                if let Ok(to) = HeaderValue::try_from(self.sub_path.as_str()) {
                    moved.headers_mut().insert(header::LOCATION, to);
                }
                moved
            } else {
                plain(StatusCode::NOT_FOUND, "not found")
            };
        };
        let found = match (path, &self.config) {
            ("config.json", ConfigJson::Text(text)) => {
                Some(Arc::new(Asset::from_bytes("config.json", text.clone().into_bytes())))
            }
            ("config.json", ConfigJson::Broker { name, ws_port }) => {
                let host = asked_host(headers).unwrap_or_else(|| shown(self.bound));
                let config = json!({ "version": 1, "brokers": [
                    { "name": name, "url": ws_url(&host, *ws_port), "sparkplug": "observer" }
                ], "kpis": { "target_oee": 0.8, "minor_stop_s": 60 }, "shifts": [
                    { "name": "Early", "from": "06:00", "to": "14:00", "breaks": [{ "from": "09:00", "to": "09:15" }] },
                    { "name": "Late", "from": "14:00", "to": "22:00", "breaks": [{ "from": "18:00", "to": "18:30" }] },
                    { "name": "Night", "from": "22:00", "to": "06:00", "breaks": [{ "from": "02:00", "to": "02:30" }] }
                ] });
                Some(Arc::new(Asset::from_bytes("config.json", format!("{config:#}\n").into_bytes())))
            }
            _ => self.assets.find(path),
        };
        let Some(asset) = found else { return plain(StatusCode::NOT_FOUND, "not found") };
        if self.policy.is_none() {
            return sent(asset.mime, asset.body.clone());
        }
        let zipped = asset.gzip.as_ref().filter(|_| accepts_gzip(headers));
        let tag = format!("\"{}{}\"", asset.tag, if zipped.is_some() { "-gz" } else { "" });
        let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).is_some_and(|tags| {
            tags.split(',').map(|one| one.trim().trim_start_matches("W/")).any(|one| one == tag || one == "*")
        });
        let mut response = if known {
            let mut same = Response::new(Body::empty());
            *same.status_mut() = StatusCode::NOT_MODIFIED;
            same
        } else {
            sent(asset.mime, zipped.unwrap_or(&asset.body).clone())
        };
        if zipped.is_some() && !known {
            response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::try_from(tag) {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }
}

fn sent(mime: &'static str, body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = sent("text/plain; charset=utf-8", Bytes::from_static(text.as_bytes()));
    *response.status_mut() = status;
    response
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(|value| {
        value.split(',').any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            parts.next() == Some("gzip") && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00"))
        })
    })
}

/// The host name of the request, without its port, if it is one.
fn asked_host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = if host.starts_with('[') { &host[..=host.find(']')?] } else { host.split(':').next()? };
    let plausible = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    (!name.is_empty() && name.chars().all(plausible)).then(|| name.to_owned())
}

fn shown(address: IpAddr) -> String {
    match address {
        IpAddr::V6(v6) => format!("[{v6}]"),
        IpAddr::V4(v4) => v4.to_string(),
    }
}
