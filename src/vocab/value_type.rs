//! What a value that a person types has to be before it may be written somewhere, and whether what is told back is it.

use serde::{Deserialize, Serialize};

use super::Value;

/// The type of something that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ValueType {
    /// A whole number of 8, 16, 32 or 64 bits.
    Whole {
        /// How many.
        bits: u8,
        /// With a sign.
        is_signed: bool,
    },
    /// A real number in single precision.
    Single,
    /// A real number in double precision.
    Double,
    /// True or false.
    Switch,
    /// Words.
    Text,
    /// Words of the form of a UUID.
    Uuid,
    /// Milliseconds since the Unix epoch, not before it.
    Time,
}

impl ValueType {
    /// Reads what a person typed.
    ///
    /// # Errors
    /// In words, what was expected.
    pub fn read(self, text: &str) -> Result<Value, String> {
        let trimmed = text.trim();
        let value = match self {
            Self::Whole { .. } | Self::Time => {
                let whole = trimmed.parse::<i128>().ok();
                whole.and_then(|whole| match (i64::try_from(whole), u64::try_from(whole)) {
                    (Ok(int), _) => Some(Value::Int(int)),
                    (_, Ok(uint)) => Some(Value::UInt(uint)),
                    _ => None,
                })
            }
            Self::Single | Self::Double => trimmed.parse().ok().map(Value::Float),
            Self::Switch => match &*trimmed.to_ascii_lowercase() {
                "true" | "1" | "on" => Some(Value::Bool(true)),
                "false" | "0" | "off" => Some(Value::Bool(false)),
                _ => None,
            },
            Self::Text => Some(Value::Text(text.into())),
            Self::Uuid => Some(Value::Text(trimmed.into())),
        };
        value.filter(|value| self.holds(value)).ok_or_else(|| format!("expected {}", self.words()))
    }

    /// Whether a value is of this type.
    pub fn holds(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Whole { .. } | Self::Time, Value::Int(_) | Value::UInt(_)) => {
                let (low, high) = self.ends();
                whole_of(value).is_some_and(|whole| (low..=high).contains(&whole))
            }
            (Self::Single, Value::Float(real)) => (*real as f32).is_finite(),
            (Self::Double, Value::Float(real)) => real.is_finite(),
            (Self::Switch, Value::Bool(_)) => true,
            (Self::Text, Value::Text(text)) => text.len() <= MOST_TEXT,
            (Self::Uuid, Value::Text(text)) => is_uuid(text),
            _ => false,
        }
    }

    /// Whether what is told is what was written, as far as this type can tell them apart.
    pub fn is_same(self, written: &Value, told: &Value) -> bool {
        match (self, written, told) {
            (Self::Single, written, told) => {
                let single = |value: &Value| value.as_f64().map(|real| real as f32);
                single(written).is_some() && single(written) == single(told)
            }
            (Self::Double, ..) => written.as_f64().is_some() && written.as_f64() == told.as_f64(),
            (Self::Whole { .. } | Self::Time, ..) => whole_of(written).is_some() && whole_of(written) == whole_of(told),
            _ => written == told,
        }
    }

    /// What may be typed, in words.
    pub fn words(self) -> String {
        match self {
            Self::Whole { .. } => {
                let (low, high) = self.ends();
                format!("a whole number from {low} to {high}")
            }
            Self::Single | Self::Double => "a number".to_owned(),
            Self::Switch => "true or false".to_owned(),
            Self::Text => format!("a text of at most {MOST_TEXT} bytes"),
            Self::Uuid => "a UUID".to_owned(),
            Self::Time => "milliseconds since 1970 (UTC)".to_owned(),
        }
    }

    const fn ends(self) -> (i128, i128) {
        match self {
            Self::Whole { bits, is_signed: true } => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            Self::Whole { bits, .. } => (0, (1 << bits) - 1),
            _ => (0, i64::MAX as i128),
        }
    }
}

fn whole_of(value: &Value) -> Option<i128> {
    match value {
        Value::Int(int) => Some(i128::from(*int)),
        Value::UInt(uint) => Some(i128::from(*uint)),
        _ => None,
    }
}

/// `8-4-4-4-12` hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && groups.iter().all(is_hex)
}

/// Bytes.
const MOST_TEXT: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_typed_has_to_fit() {
        let whole = |bits, is_signed| ValueType::Whole { bits, is_signed };
        for (of, text, wanted) in [
            (whole(8, true), "-128", Some(Value::Int(-128))),
            (whole(8, true), "128", None),
            (whole(8, false), " 255 ", Some(Value::Int(255))),
            (whole(8, false), "-1", None),
            (whole(64, false), "18446744073709551615", Some(Value::UInt(u64::MAX))),
            (whole(64, false), "18446744073709551616", None),
            (whole(64, true), "-9223372036854775808", Some(Value::Int(i64::MIN))),
            (whole(32, true), "1.5", None),
            (ValueType::Single, "1e39", None),
            (ValueType::Double, "1e39", Some(Value::Float(1e39))),
            (ValueType::Double, "NaN", None),
            (ValueType::Double, "", None),
            (ValueType::Switch, "True", Some(Value::Bool(true))),
            (ValueType::Switch, "2", None),
            (ValueType::Text, " a ", Some(Value::Text(" a ".into()))),
            (ValueType::Uuid, "123e4567-e89b-12d3-a456-42661417400", None),
            (ValueType::Time, "-1", None),
        ] {
            assert_eq!(of.read(text).ok(), wanted, "{of:?} {text:?}");
        }
        assert!(ValueType::Uuid.read("123e4567-e89b-12d3-a456-426614174000").is_ok());
        assert!(ValueType::Text.read(&"x".repeat(5000)).is_err());
    }

    #[test]
    fn what_is_told_back_is_compared_as_the_type_can() {
        let of = ValueType::Single;
        assert!(of.is_same(&Value::Float(0.1), &Value::Float(f64::from(0.1_f32))));
        assert!(!ValueType::Double.is_same(&Value::Float(0.1), &Value::Float(f64::from(0.1_f32))));
        assert!(of.is_same(&Value::Float(3.0), &Value::Int(3)));
        assert!(!of.is_same(&Value::Float(3.0), &Value::Null));
        let of = ValueType::Whole { bits: 64, is_signed: false };
        assert!(!of.is_same(&Value::UInt(u64::MAX), &Value::UInt(u64::MAX - 1)));
    }
}
