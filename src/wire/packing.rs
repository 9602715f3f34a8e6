//! Packing: postcard both ways.

use serde::{Serialize, de::DeserializeOwned};

/// A message that could not be packed or unpacked: the other half is of another version, or was cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireError(String);

impl std::fmt::Display for WireError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a message between page and worker could not be read: {}", self.0)
    }
}

impl std::error::Error for WireError {}

/// Packs a message.
///
/// # Errors
/// When a type refuses to serialise; none of ours does.
pub fn pack<T: Serialize>(message: &T) -> Result<Vec<u8>, WireError> {
    postcard::to_allocvec(message).map_err(|error| WireError(error.to_string()))
}

/// Unpacks a message.
///
/// # Errors
/// When the bytes are not such a message.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, WireError> {
    postcard::from_bytes(bytes).map_err(|error| WireError(error.to_string()))
}
