//! Why a publication was not taken. What goes wrong with a link is state, not an error.

use std::fmt;

use super::codec::EncodeError;

/// Why [`publish`](super::Session::publish) took nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishError {
    /// There is no session with the broker. Nothing is kept for later: an order executed late can do harm.
    Offline,
    /// The caller's topic, payload or QoS cannot be sent.
    Unsendable(EncodeError),
    /// The broker takes no such QoS.
    Qos {
        /// The highest it takes.
        maximum: u8,
    },
    /// The broker keeps no retained messages.
    Retain,
    /// The topic is longer or deeper than the broker's service takes.
    Service,
    /// Too many publications wait for the broker's answer.
    Full,
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offline => f.write_str("not connected"),
            Self::Unsendable(cause) => cause.fmt(f),
            Self::Qos { maximum } => write!(f, "the broker takes QoS {maximum} at most"),
            Self::Retain => f.write_str("the broker keeps no retained messages"),
            Self::Service => f.write_str("longer or deeper than this service takes"),
            Self::Full => f.write_str("too many publications wait for the broker"),
        }
    }
}

impl std::error::Error for PublishError {}

impl From<EncodeError> for PublishError {
    fn from(cause: EncodeError) -> Self {
        Self::Unsendable(cause)
    }
}
