//! TLS for tests: a certificate authority of their own, made by the system's OpenSSL, and streams that trust it alone.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Bytes to and from a broker.
#[derive(Debug)]
pub enum Stream {
    /// As they are.
    Plain(TcpStream),
    /// Encrypted, the broker's certificate checked.
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read(into),
            Self::Tls(tls) => tls.read(into),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(from),
            Self::Tls(tls) => tls.write(from),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

/// A certificate for `localhost` and who vouches for it, as PEM files.
#[derive(Debug)]
pub struct Certificates {
    /// The authority.
    pub authority: PathBuf,
    /// The broker's certificate.
    pub certificate: PathBuf,
    /// Its key.
    pub key: PathBuf,
    /// Certificate and key in one file, as ejabberd wants them.
    pub both: PathBuf,
}

/// The authorities that [`wrap`] trusts.
static TRUSTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn trusted() -> MutexGuard<'static, Vec<PathBuf>> {
    TRUSTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes an authority and a certificate in a folder.
pub fn certificates(folder: &Path) -> Certificates {
    let file = |name: &str| folder.join(name);
    let openssl = |words: &[&str]| {
        let made = Command::new("openssl").args(words).current_dir(folder).output().expect("openssl runs");
        assert!(made.status.success(), "openssl {words:?}: {}", String::from_utf8_lossy(&made.stderr));
    };
    std::fs::write(file("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").expect("the folder is ours");
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        &[
            &["req", "-x509", "-days", "2", "-subj", "/CN=Andon test CA", "-keyout", "ca.key", "-out", "ca.pem"],
            &key[..],
        ]
        .concat(),
    );
    openssl(&[&["req", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"], &key[..]].concat());
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names",
        "-out",
        "server.pem",
    ]);
    let read = |name: &str| std::fs::read_to_string(file(name)).expect("openssl wrote it");
    std::fs::write(file("both.pem"), [read("server.pem"), read("server.key"), read("ca.pem")].concat())
        .expect("the folder is ours");
    trusted().push(file("ca.pem"));
    Certificates {
        authority: file("ca.pem"),
        certificate: file("server.pem"),
        key: file("server.key"),
        both: file("both.pem"),
    }
}

/// TLS over a connection, trusting the tests' authorities and nobody else.
pub(crate) fn wrap(tcp: TcpStream, host: &str) -> Option<Stream> {
    let mut roots = RootCertStore::empty();
    // Those of brokers that are gone are gone with them.
    for authority in trusted().iter().filter_map(|file| CertificateDer::from_pem_file(file).ok()) {
        roots.add(authority).ok()?;
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).ok()?;
    let connection = ClientConnection::new(Arc::new(config), name).ok()?;
    Some(Stream::Tls(Box::new(StreamOwned::new(connection, tcp))))
}
