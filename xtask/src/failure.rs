//! The one error type of the developer commands: a sentence for the person at the terminal, with its causes.

use std::fmt;

/// What a command returns.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a command could not do its work, in words for the person who called it: what was tried, then why it failed.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Says what was being done when an error came.
pub trait Context<T> {
    /// Turns an error into a [`Failure`] that begins with `what`.
    ///
    /// # Errors
    /// The error of `self`, with its context.
    fn context(self, what: impl fmt::Display) -> Outcome<T>;
}

impl<T, E: fmt::Display> Context<T> for Result<T, E> {
    fn context(self, what: impl fmt::Display) -> Outcome<T> {
        self.map_err(|error| Failure(format!("{what}: {error}")))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, what: impl fmt::Display) -> Outcome<T> {
        self.ok_or_else(|| Failure(what.to_string()))
    }
}
