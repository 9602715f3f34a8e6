//! The files of a build as a web server hands them out: bytes, type, tag, and a compressed copy, kept until the file
//! changes on disk.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Files below this size gain nothing from compression.
const WORTH_COMPRESSING: usize = 512;

/// One file, ready to be sent.
pub(super) struct Asset {
    /// As on disk.
    pub(super) body: Bytes,
    /// Compressed, where that is smaller.
    pub(super) gzip: Option<Bytes>,
    /// Hash of the body, as hexadecimal digits without quotes.
    pub(super) tag: String,
    /// Content-Type.
    pub(super) mime: &'static str,
    version: Version,
}

/// What changes on disk when a file does.
#[derive(PartialEq, Eq)]
struct Version {
    modified: Option<SystemTime>,
    len: u64,
}

impl Asset {
    /// An asset from memory; `name` gives its type.
    pub(super) fn from_bytes(name: &str, body: Vec<u8>) -> Self {
        Self::new(name, body, Version { modified: None, len: 0 })
    }

    fn new(name: &str, body: Vec<u8>, version: Version) -> Self {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let mime = mime_of(name);
        let gzip = (body.len() >= WORTH_COMPRESSING && is_compressible(mime))
            .then(|| gzip(&body, Compression::default()))
            .flatten()
            .filter(|small| small.len() < body.len())
            .map(Bytes::from);
        Self { gzip, tag: format!("{:016x}", hasher.finish()), mime, body: body.into(), version }
    }
}

/// The files below one folder.
pub(super) struct Assets {
    root: PathBuf,
    kept: Mutex<HashMap<PathBuf, Arc<Asset>>>,
}

impl Assets {
    /// The files below `root`, read and compressed ahead so that the first visitor does not wait.
    pub(super) fn new(root: PathBuf) -> std::io::Result<Self> {
        let assets = Self { root, kept: Mutex::default() };
        for file in crate::files::below(&assets.root)? {
            let _unreadable = assets.load(&file);
        }
        Ok(assets)
    }

    /// The file for a request path relative to the root (percent-encoded, no leading slash); a folder's is its
    /// `index.html`. `None` where there is none, or the path points out of the folder.
    pub(super) fn find(&self, path: &str) -> Option<Arc<Asset>> {
        let path = percent_decoded(path)?;
        let relative = Path::new(&path);
        if relative.components().any(|part| !matches!(part, Component::Normal(_))) {
            return None;
        }
        let mut file = self.root.join(relative);
        if path.is_empty() || path.ends_with('/') {
            file.push("index.html");
        }
        self.load(&file)
    }

    fn load(&self, file: &Path) -> Option<Arc<Asset>> {
        let metadata = fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
        let version = Version { modified: metadata.modified().ok(), len: metadata.len() };
        if let Some(asset) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(file)
            && asset.version == version
        {
            return Some(Arc::clone(asset));
        }
        let asset = Arc::new(Asset::new(&file.to_string_lossy(), fs::read(file).ok()?, version));
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(file.to_owned(), Arc::clone(&asset));
        Some(asset)
    }
}

/// `bytes` compressed; `None` never happens in memory, and costs nothing but the compression.
pub(crate) fn gzip(bytes: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 2), level);
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn percent_decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
            bytes.push((high * 16 + low) as u8);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains(['\0', '\\']))
}

fn mime_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn is_compressible(mime: &str) -> bool {
    !matches!(mime, "image/png" | "image/x-icon" | "font/woff2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside_the_folder() {
        let root = std::env::temp_dir().join(format!("andon-assets-{}", std::process::id()));
        fs::create_dir_all(root.join("site/sub")).unwrap();
        fs::write(root.join("secret.txt"), "secret").unwrap();
        fs::write(root.join("site/index.html"), "home").unwrap();
        fs::write(root.join("site/sub/a b.css"), "x".repeat(2000)).unwrap();
        let assets = Assets::new(root.join("site")).unwrap();
        for out in ["../secret.txt", "%2e%2e/secret.txt", "/secret.txt", "sub/../../secret.txt", "..\\x", "%", "%zz"] {
            assert!(assets.find(out).is_none(), "{out}");
        }
        assert_eq!(assets.find("").unwrap().mime, "text/html; charset=utf-8");
        let css = assets.find("sub/a%20b.css").unwrap();
        assert!(css.gzip.as_ref().unwrap().len() < css.body.len());
        let old = css.tag.clone();
        fs::write(root.join("site/sub/a b.css"), "y".repeat(2001)).unwrap();
        assert_ne!(assets.find("sub/a%20b.css").unwrap().tag, old, "a new build is seen");
        fs::remove_dir_all(root).unwrap();
    }
}
