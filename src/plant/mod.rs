//! What is true now: places, tags, readings.
