//! Journeys through a real browser against real brokers.
