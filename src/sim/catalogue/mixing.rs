//! The mixing line: dairy, from the tank to the cooler.

use super::End::{Abort, Hold, Pass};
use super::Symptom::{Cold, Heat, Leak, Sensor, Sudden, Wear};
use super::{LineKind, MachineKind, PLAIN, fault, flow, own};

pub(super) const LINE: LineKind = LineKind {
    name: "mixing",
    area: "processing",
    rate_per_min: 120.0,
    unit: "l/min",
    counted: "l",
    products: &["Yoghurt base", "Chocolate milk", "Vanilla cream", "Buttermilk"],
    machines: &[
        MachineKind {
            name: "mixer",
            rank: 0,
            temperature: 58.0,
            is_controlled: true,
            vibration: 1.9,
            power: 22.0,
            own: own("viscosity", "mPa.s", 340.0, 25.0),
            faults: &[
                fault(3001, "Agitator: bearing worn", Wear, Abort),
                fault(3004, "Jacket temperature low", Cold, Hold),
                fault(3006, "Manhole open", Sudden, Hold),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "homogeniser",
            rank: 2,
            temperature: 66.0,
            vibration: 3.1,
            power: 55.0,
            pressure: Some(180.0),
            faults: &[
                fault(3101, "Plunger packing: leak", Leak, Abort),
                fault(3104, "Crankcase oil overheated", Heat, Abort),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "pasteuriser",
            rank: 1,
            temperature: 74.5,
            is_controlled: true,
            vibration: 0.8,
            power: 31.0,
            pressure: Some(4.8),
            own: flow("product_flow", "l/min", 118.0, 3.0),
            faults: &[
                fault(3201, "Holding tube temperature low: diverted", Cold, Hold),
                fault(3204, "Hot water pump: seal leak", Leak, Hold),
                fault(3209, "Outlet temperature: sensor in doubt", Sensor, Pass),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "cooler",
            rank: 3,
            temperature: 5.0,
            is_controlled: true,
            vibration: 1.2,
            power: 26.0,
            pressure: Some(2.6),
            faults: &[
                fault(3301, "Glycol pressure low", Leak, Hold),
                fault(3304, "Compressor: discharge overheated", Heat, Abort),
            ],
            ..PLAIN
        },
    ],
};
