//! A trend's columns, shared between the writer of live data and the canvases that show them.

use leptos::prelude::*;

use super::painter;
use crate::chart::TrendBuffer;
use crate::time::Millis;
use crate::wire::{Column, TrendPart};

/// A trend's columns. Copies share; they end with the component that made the first.
#[derive(Clone, Copy)]
pub struct TrendHandle(StoredValue<TrendBuffer, LocalStorage>);

impl TrendHandle {
    /// Keeps the newest `capacity` buckets: as many as were asked for.
    pub fn new(capacity: usize) -> Self {
        Self(StoredValue::new_local(TrendBuffer::new(capacity)))
    }

    /// Takes what the worker sent; the canvases are painted in the next frame.
    pub fn merge(&self, part: &TrendPart) {
        self.merge_columns(part.step, part.first, &part.columns);
    }

    /// As [`Self::merge`], from columns however they came.
    pub fn merge_columns(&self, step: Millis, first: i64, columns: &[Column]) {
        self.0.try_update_value(|buffer| buffer.merge(step, first, columns));
        painter::wake();
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.0.try_update_value(TrendBuffer::clear);
        painter::wake();
    }

    /// Reads the columns; `None` when their owner is gone.
    pub fn with<T>(&self, read: impl FnOnce(&TrendBuffer) -> T) -> Option<T> {
        self.0.try_with_value(read)
    }
}
