//! The page.

pub mod canvas;
