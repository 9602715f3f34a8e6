//! Debian's Mosquitto as a second broker: TCP and WebSocket on 127.0.0.1, in a folder of its own, killed by handle.

use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use xtask::clock::Stopwatch;

use crate::browser::ChildGuard;
use crate::port::free_port;

/// Who may log in.
#[derive(Clone, Debug)]
pub enum Access {
    /// Anybody.
    Anonymous,
    /// This user only, over WebSocket; anybody over TCP, so that a plant can publish.
    User {
        /// Name.
        name: String,
        /// Password.
        password: String,
    },
}

/// A Mosquitto that was started, and may have been stopped.
#[derive(Debug)]
pub struct Mosquitto {
    program: PathBuf,
    folder: PathBuf,
    tcp_port: u16,
    ws_port: u16,
    child: Option<ChildGuard>,
}

impl Mosquitto {
    /// Starts it; when this returns, both ports accept.
    pub fn start(access: &Access) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let program = xtask::setup::test_tools().unwrap_or_else(|failure| panic!("{failure}")).mosquitto;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("andon-mosquitto-{}-{count}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder for Mosquitto");
        let (tcp_port, ws_port) = (free_port(), free_port());
        // 2.0.11: a WebSocket listener binds every interface unless the domain is named, and alone it does not start.
        let mut config = format!(
            "per_listener_settings true\nlog_dest none\nlistener {tcp_port} 127.0.0.1\nprotocol mqtt\n\
             allow_anonymous true\nlistener {ws_port} 127.0.0.1\nprotocol websockets\nsocket_domain ipv4\n"
        );
        match access {
            Access::Anonymous => config.push_str("allow_anonymous true\n"),
            Access::User { name, password } => {
                let file = folder.join("passwords");
                let mut make = Command::new("mosquitto_passwd");
                make.args(["-b", "-c"]).arg(&file).args([name, password]);
                let made = make.output().expect("mosquitto_passwd runs");
                assert!(made.status.success(), "mosquitto_passwd: {}", String::from_utf8_lossy(&made.stderr));
                readable_by_all(&file);
                writeln!(config, "allow_anonymous false\npassword_file {}", file.display()).expect("to a string");
            }
        }
        fs::write(folder.join("mosquitto.conf"), config).expect("Mosquitto's configuration");
        readable_by_all(&folder);
        let mut broker = Self { program, folder, tcp_port, ws_port, child: None };
        broker.start_again();
        broker
    }

    /// Kills it; the kernel closes its sockets.
    pub fn stop(&mut self) {
        self.child = None;
    }

    /// Starts it once more on the same ports.
    pub fn start_again(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(self.folder.join("mosquitto.conf"));
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child = Some(ChildGuard(child.expect("Mosquitto starts")));
        let watch = Stopwatch::start();
        for port in [self.tcp_port, self.ws_port] {
            while TcpStream::connect(("127.0.0.1", port)).is_err() {
                assert!(watch.secs() < 5.0, "Mosquitto does not listen on port {port} after 5 s");
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// MQTT over TCP.
    pub fn tcp_port(&self) -> u16 {
        self.tcp_port
    }

    /// MQTT over WebSocket.
    pub fn ws_port(&self) -> u16 {
        self.ws_port
    }

    /// The WebSocket URL under this host name.
    pub fn ws_url(&self, host: &str) -> String {
        format!("ws://{host}:{}/mqtt", self.ws_port)
    }
}

impl Drop for Mosquitto {
    fn drop(&mut self) {
        self.stop();
        let _left_behind = fs::remove_dir_all(&self.folder);
    }
}

/// Started by root, Mosquitto reads its files as the user `mosquitto`.
fn readable_by_all(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    let mode = if path.is_dir() { 0o755 } else { 0o644 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the file is ours");
}
