//! The bottling line: from empty bottles to cases.

use super::End::{Abort, Hold, Pass};
use super::Symptom::{Cold, Heat, Leak, Sensor, Sudden, Wear};
use super::{LineKind, MachineKind, PLAIN, fault, flow, own};

pub(super) const LINE: LineKind = LineKind {
    name: "bottling",
    area: "filling",
    rate_per_min: 240.0,
    unit: "bpm",
    counted: "pcs",
    products: &["Lemonade 0.5 l", "Cola 0.5 l", "Mineral water 0.75 l", "Orange juice 0.33 l", "Iced tea 0.5 l"],
    machines: &[
        MachineKind {
            name: "depalletiser",
            rank: 5,
            temperature: 41.0,
            vibration: 2.2,
            power: 7.5,
            pressure: Some(6.0),
            faults: &[fault(1001, "Layer gripper: vacuum low", Leak, Hold), fault(1004, "Pallet jam", Sudden, Hold)],
            ..PLAIN
        },
        MachineKind {
            name: "rinser",
            rank: 4,
            temperature: 38.0,
            vibration: 1.4,
            power: 4.2,
            pressure: Some(3.2),
            own: flow("water_flow", "m³/h", 5.4, 0.4),
            faults: &[
                fault(1051, "Rinse water pressure low", Leak, Hold),
                fault(1055, "Bottle jam at infeed", Sudden, Hold),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "filler",
            rank: 0,
            temperature: 4.5,
            is_controlled: true,
            vibration: 1.6,
            power: 18.5,
            pressure: Some(3.5),
            own: own("tank_level", "%", 62.0, 14.0),
            faults: &[
                fault(1102, "Filling bowl: CO₂ pressure low", Leak, Hold),
                fault(1107, "Main drive: bearing worn", Wear, Abort),
                fault(1109, "Product temperature: sensor in doubt", Sensor, Pass),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "capper",
            rank: 1,
            temperature: 48.0,
            vibration: 2.4,
            power: 5.5,
            pressure: Some(6.0),
            own: own("torque", "N.m", 1.8, 0.12),
            faults: &[
                fault(1203, "Capping head 4: bearing overheated", Wear, Abort),
                fault(1201, "Cap chute empty", Sudden, Hold),
                fault(1206, "Air supply pressure low", Leak, Hold),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "labeller",
            rank: 2,
            temperature: 152.0,
            is_controlled: true,
            vibration: 1.1,
            power: 6.8,
            faults: &[
                fault(1301, "Label web break", Sudden, Hold),
                fault(1304, "Glue temperature low", Cold, Hold),
                fault(1309, "Glue temperature: sensor in doubt", Sensor, Pass),
            ],
            ..PLAIN
        },
        MachineKind {
            name: "packer",
            rank: 3,
            takes: 6.0,
            speed_unit: Some("1/min"),
            temperature: 46.0,
            vibration: 2.8,
            power: 9.2,
            pressure: Some(6.2),
            faults: &[
                fault(1401, "Case jam at outfeed", Sudden, Hold),
                fault(1405, "Servo 2: motor overheated", Heat, Abort),
                fault(1407, "Gripper pressure low", Leak, Hold),
            ],
            ..PLAIN
        },
    ],
};
