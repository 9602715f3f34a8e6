//! The packing line: from flat blanks to wrapped pallets.

use super::End::{Abort, Hold};
use super::Symptom::{Cold, Heat, Leak, Sudden, Wear};
use super::{LineKind, MachineKind, PLAIN, fault, flow, own};

pub(super) const LINE: LineKind = LineKind {
    name: "packing",
    area: "packaging",
    rate_per_min: 36.0,
    unit: "1/min",
    counted: "pcs",
    products: &["Mixed case 12", "Tray 24", "Promo pack 6", "Display box 8"],
    machines: &[
        MachineKind {
            name: "erector",
            rank: 0,
            temperature: 44.0,
            vibration: 2.1,
            power: 3.8,
            pressure: Some(6.0),
            faults: &[
                fault(2001, "Blank magazine empty", Sudden, Hold),
                fault(2004, "Vacuum cup: leak", Leak, Hold),
                fault(2007, "Gearbox overheated", Heat, Abort),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "checkweigher",
            rank: 4,
            temperature: 31.0,
            vibration: 0.6,
            power: 0.9,
            own: own("weight", "kg", 7.42, 0.05),
            faults: &[fault(2101, "Zero drift beyond limit", Sudden, Hold)],
            ..PLAIN
        },
        MachineKind {
            name: "sealer",
            rank: 2,
            temperature: 168.0,
            is_controlled: true,
            vibration: 0.9,
            power: 5.1,
            pressure: Some(5.5),
            faults: &[
                fault(2201, "Hot melt temperature low", Cold, Hold),
                fault(2204, "Hot melt heater: over-temperature", Heat, Abort),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "palletiser",
            rank: 1,
            temperature: 52.0,
            vibration: 2.6,
            power: 14.0,
            pressure: Some(6.4),
            faults: &[
                fault(2301, "Robot axis 3: gear worn", Wear, Abort),
                fault(2303, "Layer incomplete", Sudden, Hold),
                fault(2306, "Gripper pressure low", Leak, Hold),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "wrapper",
            rank: 3,
            temperature: 43.0,
            vibration: 1.7,
            power: 4.4,
            own: flow("film_tension", "N", 84.0, 4.0),
            faults: &[fault(2401, "Film break", Sudden, Hold), fault(2404, "Turntable: bearing worn", Wear, Abort)],
            ..PLAIN
        },
    ],
};
