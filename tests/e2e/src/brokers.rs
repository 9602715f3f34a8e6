//! Real brokers on loopback, each in a folder of its own on free ports, ended by its process group when dropped.

use std::fs;
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use xtask::clock::Stopwatch;
use xtask::demo::{BrokerOptions, DemoBroker};
use xtask::setup::interop_program;

use crate::port::free_port;
use crate::tls;

/// A broker that listens.
pub struct Broker {
    /// As people call it.
    pub name: &'static str,
    /// WebSocket without TLS.
    pub ws_url: String,
    /// Its port.
    pub ws_port: u16,
    /// WebSocket with TLS and a certificate of the tests' authority; a password is asked for there.
    pub wss_url: Option<String>,
    /// MQTT over TCP.
    pub tcp_port: u16,
    /// User and password that it knows; asked for everywhere or on `wss_url` only.
    pub login: Option<(&'static str, &'static str)>,
    /// Whether the plain listeners ask for it too.
    pub asks_everywhere: bool,
    /// Whether it keeps sessions over a restart.
    pub keeps_sessions: bool,
    /// Program, arguments and environment, to start it again.
    start: Option<Start>,
    child: Option<Group>,
    embedded: Option<DemoBroker>,
    _helper: Option<Group>,
    /// The last to go: it may still be written to.
    folder: Folder,
}

type Start = Box<dyn Fn() -> Command>;

/// A process and what it started.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        signal(&self.0, "KILL");
        let _reaped = self.0.wait();
    }
}

fn signal(child: &Child, name: &str) {
    let group = format!("-{}", child.id());
    let _gone_already = Command::new("kill").args(["-s", name, "--", &group]).stderr(Stdio::null()).status();
}

fn spawn(mut command: Command, folder: &Path) -> Group {
    let log = fs::File::create(folder.join("output.log")).expect("the folder is ours");
    let errors = log.try_clone().expect("a second handle");
    command.process_group(0).stdin(Stdio::null()).stdout(log).stderr(errors);
    Group(command.spawn().expect("the broker's program starts"))
}

fn folder(name: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("andon-{name}-{}-{count}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the broker");
    folder
}

impl Broker {
    fn new(name: &'static str, folder: PathBuf, (ws_port, tcp_port): (u16, u16), path: &str) -> Self {
        Self {
            name,
            ws_url: format!("ws://localhost:{ws_port}{path}"),
            ws_port,
            wss_url: None,
            tcp_port,
            login: None,
            asks_everywhere: false,
            keeps_sessions: false,
            folder: Folder(folder),
            start: None,
            child: None,
            embedded: None,
            _helper: None,
        }
    }

    /// Starts it with what it held, if it can keep that; waits until it listens.
    ///
    /// # Panics
    /// When it does not within 60 seconds, with the end of what it wrote.
    pub fn start(&mut self) {
        if let Some(broker) = &mut self.embedded {
            broker.start_again().unwrap_or_else(|failure| panic!("{failure}"));
            return;
        }
        let Some(start) = &self.start else { return };
        self.child = Some(spawn(start(), &self.folder.0));
        let watch = Stopwatch::start();
        for port in [self.ws_port, self.tcp_port] {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                if watch.secs() > 60.0 {
                    let log = fs::read_to_string(self.folder.0.join("output.log")).unwrap_or_default();
                    let from = log.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
                    panic!("{} does not listen on port {port} after 60 s: {}", self.name, &log[from..]);
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    /// `kill -9`: it has no chance to keep anything.
    pub fn kill(&mut self) {
        self.child = None;
        if let Some(broker) = &mut self.embedded {
            broker.stop();
        }
    }

    /// Asks it to end, so that it keeps what it can keep.
    pub fn stop(&mut self) {
        if let Some(group) = &mut self.child {
            signal(&group.0, "TERM");
            let _reaped = group.0.wait();
        }
        self.kill();
    }

    /// Forgets the sessions and retained messages that it kept.
    pub fn forget(&self) {
        let _none_kept = fs::remove_file(self.folder.0.join("mosquitto.db"));
    }
}

/// A broker's folder, gone with it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_behind = fs::remove_dir_all(&self.0);
    }
}

/// The demo's own.
pub fn embedded() -> Broker {
    let broker = DemoBroker::start(BrokerOptions::default()).unwrap_or_else(|failure| panic!("{failure}"));
    let ports = (broker.ws_port(), broker.tcp_port());
    Broker { embedded: Some(broker), ..Broker::new("embedded", folder("embedded"), ports, "/mqtt") }
}

/// Debian's Mosquitto: anybody on the plain listeners, `anna` with a password over TLS. An access list lets nobody
/// read or write below `closed/`.
pub fn mosquitto() -> Option<Broker> {
    let program = interop_program("mosquitto")?;
    let folder = folder("interop-mosquitto");
    let (ws, tcp, wss) = (free_port(), free_port(), free_port());
    let certificates = tls::certificates(&folder);
    let (user, password) = ("anna", "sécret: 1");
    let file = |name: &str| folder.join(name).display().to_string();
    let made = Command::new("mosquitto_passwd").args(["-b", "-c", &file("passwords"), user, password]).output();
    assert!(made.expect("mosquitto_passwd runs").status.success());
    fs::write(folder.join("acl"), "topic readwrite open/#\nuser anna\ntopic readwrite open/#\n").expect("ours");
    let acl = file("acl");
    let config = format!(
        "user root\nper_listener_settings true\nlog_dest none\nmax_queued_messages 0\n\
         listener {tcp} 127.0.0.1\nallow_anonymous true\nacl_file {acl}\n\
         listener {ws} 127.0.0.1\nprotocol websockets\nsocket_domain ipv4\nallow_anonymous true\nacl_file {acl}\n\
         listener {wss} 127.0.0.1\nprotocol websockets\nsocket_domain ipv4\nallow_anonymous false\nacl_file {acl}\n\
         password_file {}\ncertfile {}\nkeyfile {}\n",
        file("passwords"),
        certificates.certificate.display(),
        certificates.key.display(),
    );
    fs::write(folder.join("mosquitto.conf"), config).expect("ours");
    let conf = folder.join("mosquitto.conf");
    let start: Start = Box::new(move || {
        let mut command = Command::new(&program);
        command.arg("-c").arg(&conf);
        command
    });
    let mut broker = Broker {
        wss_url: Some(format!("wss://localhost:{wss}/mqtt")),
        login: Some((user, password)),
        start: Some(start),
        ..Broker::new("mosquitto", folder, (ws, tcp), "/mqtt")
    };
    broker.start();
    Some(broker)
}

/// Debian's Mosquitto with nothing but sessions that it keeps over a restart: with `per_listener_settings`, as
/// [`mosquitto`] has them for its access list, 2.0 stores nothing after a restart for whoever is not back yet
/// (mosquitto#2618).
pub fn mosquitto_that_keeps() -> Option<Broker> {
    let program = interop_program("mosquitto")?;
    let folder = folder("interop-mosquitto");
    let (ws, tcp) = (free_port(), free_port());
    let config = format!(
        "user root\nlog_dest none\nmax_queued_messages 0\nallow_anonymous true\n\
         persistence true\npersistence_location {}/\nautosave_interval 1800\n\
         listener {tcp} 127.0.0.1\nlistener {ws} 127.0.0.1\nprotocol websockets\nsocket_domain ipv4\n",
        folder.display(),
    );
    fs::write(folder.join("mosquitto.conf"), config).expect("ours");
    let conf = folder.join("mosquitto.conf");
    let start: Start = Box::new(move || {
        let mut command = Command::new(&program);
        command.arg("-c").arg(&conf);
        command
    });
    let mut broker =
        Broker { keeps_sessions: true, start: Some(start), ..Broker::new("mosquitto", folder, (ws, tcp), "/mqtt") };
    broker.start();
    Some(broker)
}

/// npm's aedes behind npm's ws.
pub fn aedes() -> Option<Broker> {
    let script = interop_program("aedes")?;
    let (ws, tcp) = (free_port(), free_port());
    let start: Start = Box::new(move || {
        let mut command = Command::new("node");
        command.arg(&script).args([ws.to_string(), tcp.to_string()]);
        command
    });
    let mut broker = Broker { start: Some(start), ..Broker::new("aedes", folder("aedes"), (ws, tcp), "/") };
    broker.start();
    Some(broker)
}

/// Debian's ejabberd: users `name@localhost` everywhere, TLS on a listener of its own.
pub fn ejabberd() -> Option<Broker> {
    let program = interop_program("ejabberd")?;
    let folder = folder("ejabberd");
    let (ws, tcp, wss) = (free_port(), free_port(), free_port());
    let certificates = tls::certificates(&folder);
    let config = format!(
        "hosts:\n  - localhost\nloglevel: warning\ncertfiles:\n  - {}\nauth_method: [internal]\nlisten:\n\
         \x20 -\n    port: {tcp}\n    ip: \"127.0.0.1\"\n    module: mod_mqtt\n\
         \x20 -\n    port: {ws}\n    ip: \"127.0.0.1\"\n    module: ejabberd_http\n    request_handlers:\n      /mqtt: mod_mqtt\n\
         \x20 -\n    port: {wss}\n    ip: \"127.0.0.1\"\n    module: ejabberd_http\n    tls: true\n    request_handlers:\n      /mqtt: mod_mqtt\n\
         modules:\n  mod_mqtt:\n    max_queue: 100000\n    access_publish:\n      \"open/#\":\n        - allow\n\
         \x20   access_subscribe:\n      \"open/#\":\n        - allow\n",
        certificates.both.display()
    );
    fs::write(folder.join("ejabberd.yml"), config).expect("ours");
    let home = folder.clone();
    let register = "application:ensure_all_started(ejabberd), \
                    ejabberd_auth:try_register(<<\"anna\">>, <<\"localhost\">>, <<\"secret-1\">>).";
    let start: Start = Box::new(move || {
        let mut command = Command::new(&program);
        command
            .env("ERL_LIBS", "/usr/lib/x86_64-linux-gnu")
            .env("EJABBERD_CONFIG_PATH", home.join("ejabberd.yml"))
            .env("EJABBERD_LOG_PATH", home.join("ejabberd.log"))
            .env("HOME", &home)
            .current_dir(&home)
            .args(["-noinput", "-mnesia", "dir", &format!("{:?}", home.join("spool").display().to_string())])
            .args(["-eval", register]);
        command
    });
    let mut broker = Broker {
        wss_url: Some(format!("wss://localhost:{wss}/mqtt")),
        login: Some(("anna@localhost", "secret-1")),
        asks_everywhere: true,
        start: Some(start),
        ..Broker::new("ejabberd", folder, (ws, tcp), "/mqtt")
    };
    broker.start();
    std::thread::sleep(Duration::from_secs(1)); // it listens before its first user is there
    Some(broker)
}

/// Debian's RabbitMQ with `web_mqtt`; a name server of its own, so that it meets no other.
pub fn rabbitmq() -> Option<Broker> {
    let program = interop_program("rabbitmq")?;
    let folder = folder("rabbitmq");
    let (ws, tcp, wss, amqp) = (free_port(), free_port(), free_port(), free_port());
    let (names, distribution) = (free_port().to_string(), free_port().to_string());
    let certificates = tls::certificates(&folder);
    let config = format!(
        "listeners.tcp.1 = 127.0.0.1:{amqp}\nmqtt.listeners.tcp.1 = 127.0.0.1:{tcp}\nweb_mqtt.tcp.ip = 127.0.0.1\n\
         web_mqtt.tcp.port = {ws}\nweb_mqtt.ssl.ip = 127.0.0.1\nweb_mqtt.ssl.port = {wss}\n\
         web_mqtt.ssl.cacertfile = {}\nweb_mqtt.ssl.certfile = {}\nweb_mqtt.ssl.keyfile = {}\n\
         default_user = anna\ndefault_pass = secret-1\nmqtt.allow_anonymous = false\nlog.console = false\n",
        certificates.authority.display(),
        certificates.certificate.display(),
        certificates.key.display(),
    );
    fs::write(folder.join("rabbitmq.conf"), config).expect("ours");
    fs::write(folder.join("plugins"), "[rabbitmq_web_mqtt].\n").expect("ours");
    let mut helper = Command::new("epmd");
    helper.args(["-port", &names, "-address", "127.0.0.1"]);
    let helper = spawn(helper, &folder);
    let home = folder.clone();
    let start: Start = Box::new(move || {
        let mut command = Command::new(&program);
        command
            .env("HOME", &home)
            .env("ERL_EPMD_PORT", &names)
            .env("RABBITMQ_NODENAME", format!("andon{names}@localhost"))
            .env("RABBITMQ_DIST_PORT", &distribution)
            .env("RABBITMQ_CONFIG_FILE", home.join("rabbitmq.conf"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", home.join("plugins"))
            .env("RABBITMQ_MNESIA_BASE", home.join("mnesia"))
            .env("RABBITMQ_LOG_BASE", home.join("log"))
            .env("RABBITMQ_PID_FILE", home.join("pid"))
            .current_dir(&home);
        command
    });
    let mut broker = Broker {
        wss_url: Some(format!("wss://localhost:{wss}/ws")),
        login: Some(("anna", "secret-1")),
        asks_everywhere: true,
        start: Some(start),
        _helper: Some(helper),
        ..Broker::new("rabbitmq", folder, (ws, tcp), "/ws")
    };
    broker.start();
    Some(broker)
}
