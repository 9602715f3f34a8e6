//! Units that can be shown as others of the same kind: UCUM codes and what people write instead of them.

/// How a number in one unit becomes one in another: `number * factor + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    /// Multiplied with first.
    pub factor: f64,
    /// Added then.
    pub offset: f64,
}

impl Conversion {
    /// The number in the other unit.
    pub fn of(self, number: f64) -> f64 {
        number * self.factor + self.offset
    }
}

/// How numbers in `from` are shown in `to`; `None` where they measure different things or a unit is unknown.
pub fn conversion(from: &str, to: &str) -> Option<Conversion> {
    let (kind, factor, offset) = known(from)?;
    let (other, other_factor, other_offset) = known(to)?;
    (kind == other)
        .then(|| Conversion { factor: factor / other_factor, offset: (offset - other_offset) / other_factor })
}

/// The units a unit can be shown in, itself among them as it is best written; none for one that is unknown.
pub fn alike(unit: &str) -> Vec<&'static str> {
    let Some((kind, ..)) = known(unit) else { return Vec::new() };
    UNITS.iter().filter(|(known, ..)| *known == kind).map(|(_, names, ..)| names[0]).collect()
}

fn known(unit: &str) -> Option<(Kind, f64, f64)> {
    let unit = unit.trim();
    let found = UNITS.iter().find(|(_, names, ..)| names.contains(&unit))?;
    Some((found.0, found.2, found.3))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Temperature,
    Pressure,
    Length,
    Mass,
    Volume,
    Flow,
    MassFlow,
    Speed,
    Power,
    Energy,
    Time,
    Rate,
    Torque,
    Share,
    Current,
    Voltage,
}

/// Kind, its names (the one to show first), and how a number of it becomes one in the kind's base: times, plus.
/// Factors after NIST SP 811, appendix B.
const UNITS: &[(Kind, &[&str], f64, f64)] = &[
    (Kind::Temperature, &["°C", "Cel", "C", "degC", "celsius"], 1.0, 0.0),
    (Kind::Temperature, &["°F", "[degF]", "F", "degF", "fahrenheit"], 5.0 / 9.0, -160.0 / 9.0),
    (Kind::Temperature, &["K", "kelvin"], 1.0, -273.15),
    (Kind::Pressure, &["bar"], 1e5, 0.0),
    (Kind::Pressure, &["mbar"], 100.0, 0.0),
    (Kind::Pressure, &["Pa"], 1.0, 0.0),
    (Kind::Pressure, &["kPa"], 1e3, 0.0),
    (Kind::Pressure, &["MPa"], 1e6, 0.0),
    (Kind::Pressure, &["psi", "[psi]"], 6_894.757_293_168, 0.0),
    (Kind::Length, &["mm"], 1e-3, 0.0),
    (Kind::Length, &["µm", "um"], 1e-6, 0.0),
    (Kind::Length, &["cm"], 1e-2, 0.0),
    (Kind::Length, &["m"], 1.0, 0.0),
    (Kind::Length, &["in", "[in_i]"], 0.0254, 0.0),
    (Kind::Length, &["ft", "[ft_i]"], 0.3048, 0.0),
    (Kind::Mass, &["g"], 1e-3, 0.0),
    (Kind::Mass, &["kg"], 1.0, 0.0),
    (Kind::Mass, &["t"], 1e3, 0.0),
    (Kind::Mass, &["lb", "[lb_av]"], 0.453_592_37, 0.0),
    (Kind::Volume, &["mL", "ml"], 1e-6, 0.0),
    (Kind::Volume, &["L", "l"], 1e-3, 0.0),
    (Kind::Volume, &["m³", "m3"], 1.0, 0.0),
    (Kind::Volume, &["gal", "[gal_us]"], 3.785_411_784e-3, 0.0),
    (Kind::Flow, &["L/min", "l/min"], 1e-3 / 60.0, 0.0),
    (Kind::Flow, &["L/h", "l/h"], 1e-3 / 3600.0, 0.0),
    (Kind::Flow, &["m³/h", "m3/h"], 1.0 / 3600.0, 0.0),
    (Kind::Flow, &["gal/min", "[gal_us]/min"], 3.785_411_784e-3 / 60.0, 0.0),
    (Kind::MassFlow, &["kg/h"], 1.0, 0.0),
    (Kind::MassFlow, &["kg/min"], 60.0, 0.0),
    (Kind::MassFlow, &["t/h"], 1000.0, 0.0),
    (Kind::MassFlow, &["lb/h", "[lb_av]/h"], 0.453_592_37, 0.0),
    (Kind::Speed, &["m/s"], 1.0, 0.0),
    (Kind::Speed, &["mm/s"], 1e-3, 0.0),
    (Kind::Speed, &["m/min"], 1.0 / 60.0, 0.0),
    (Kind::Speed, &["ft/min", "[ft_i]/min"], 0.3048 / 60.0, 0.0),
    (Kind::Power, &["W"], 1.0, 0.0),
    (Kind::Power, &["kW"], 1e3, 0.0),
    (Kind::Power, &["MW"], 1e6, 0.0),
    (Kind::Power, &["hp", "[HP]"], 745.699_871_582, 0.0),
    (Kind::Energy, &["Wh", "W.h"], 3.6e3, 0.0),
    (Kind::Energy, &["kWh", "kW.h"], 3.6e6, 0.0),
    (Kind::Energy, &["MWh", "MW.h"], 3.6e9, 0.0),
    (Kind::Energy, &["kJ"], 1e3, 0.0),
    (Kind::Energy, &["MJ"], 1e6, 0.0),
    (Kind::Time, &["ms"], 1e-3, 0.0),
    (Kind::Time, &["s"], 1.0, 0.0),
    (Kind::Time, &["min"], 60.0, 0.0),
    (Kind::Time, &["h"], 3600.0, 0.0),
    (Kind::Rate, &["1/min", "/min", "rpm", "bpm"], 1.0, 0.0),
    (Kind::Rate, &["1/s", "/s", "Hz"], 60.0, 0.0),
    (Kind::Rate, &["1/h", "/h"], 1.0 / 60.0, 0.0),
    (Kind::Torque, &["N·m", "Nm", "N.m"], 1.0, 0.0),
    (Kind::Torque, &["lbf·ft", "[lbf_av].[ft_i]"], 1.355_817_948_331, 0.0),
    (Kind::Share, &["%"], 0.01, 0.0),
    (Kind::Share, &["1"], 1.0, 0.0),
    (Kind::Current, &["A"], 1.0, 0.0),
    (Kind::Current, &["mA"], 1e-3, 0.0),
    (Kind::Voltage, &["V"], 1.0, 0.0),
    (Kind::Voltage, &["mV"], 1e-3, 0.0),
    (Kind::Voltage, &["kV"], 1e3, 0.0),
];

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn known_numbers() {
        let is = |number: f64, from: &str, to: &str, wanted: f64| {
            let got = conversion(from, to).map(|conversion| conversion.of(number)).unwrap_or(f64::NAN);
            assert!((got - wanted).abs() < 1e-6 * wanted.abs().max(1.0), "{number} {from} is {got} {to}, not {wanted}");
        };
        is(100.0, "°C", "°F", 212.0);
        is(-40.0, "[degF]", "Cel", -40.0);
        is(0.0, "°C", "K", 273.15);
        is(1.0, "bar", "psi", 14.503_773_773);
        is(1.0, "m³/h", "L/min", 16.666_666_667);
        is(1.0, "kWh", "MJ", 3.6);
        is(60.0, "rpm", "Hz", 1.0);
        assert_eq!(conversion("bar", "°C"), None);
        assert_eq!(conversion("bananas", "bananas"), None);
        assert!(alike("degC").contains(&"°F") && alike("x").is_empty());
    }

    #[test]
    fn every_unit_comes_back_to_itself() {
        for (_, names, ..) in UNITS {
            for (_, others, ..) in UNITS {
                let (Some(there), Some(back)) = (conversion(names[0], others[0]), conversion(others[0], names[0]))
                else {
                    continue;
                };
                assert!((back.of(there.of(42.0)) - 42.0).abs() < 1e-9, "{names:?} {others:?}");
            }
        }
    }
}
