//! A simulated plant: pure, seeded, product code.
