//! The baking line: from dough to bags.

use super::End::{Abort, Hold, Pass};
use super::Symptom::{Cold, Heat, Sensor, Sudden, Wear};
use super::{LineKind, MachineKind, PLAIN, fault, own};

pub(super) const LINE: LineKind = LineKind {
    name: "baking",
    area: "bakery",
    rate_per_min: 90.0,
    unit: "1/min",
    counted: "pcs",
    products: &["Wheat rolls", "Rye bread", "Baguette", "Burger buns"],
    machines: &[
        MachineKind {
            name: "divider",
            rank: 0,
            temperature: 39.0,
            vibration: 2.0,
            power: 6.0,
            pressure: Some(5.8),
            own: own("piece_weight", "g", 82.0, 1.5),
            faults: &[
                fault(4001, "Dough hopper empty", Sudden, Hold),
                fault(4004, "Knife drive: bearing worn", Wear, Abort),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "proofer",
            rank: 2,
            temperature: 35.0,
            is_controlled: true,
            vibration: 0.7,
            power: 11.0,
            own: own("humidity", "%", 78.0, 3.0),
            faults: &[
                fault(4101, "Proofing temperature low", Cold, Hold),
                fault(4109, "Temperature: sensor in doubt", Sensor, Pass),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "oven",
            rank: 1,
            temperature: 232.0,
            is_controlled: true,
            vibration: 0.9,
            power: 84.0,
            faults: &[
                fault(4201, "Zone 2: over-temperature", Heat, Abort),
                fault(4204, "Burner 1: flame lost", Cold, Abort),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "slicer",
            rank: 3,
            temperature: 42.0,
            vibration: 2.9,
            power: 5.2,
            faults: &[fault(4301, "Blade worn", Wear, Hold), fault(4304, "Product jam", Sudden, Hold)],
            ..PLAIN
        },
    ],
};
