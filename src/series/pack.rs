//! Samples as few bytes: what is kept on disk.
//!
//! A block is the number of samples, then for each the change of the interval to the one before and the change of the
//! value, both as zigzag varints (LEB128, 7 bits a byte, low first). Values that are decimals with at most six digits
//! after the point are counted in their last digit; any others are told by their 32 bits, each XORed with the bits
//! before and turned end to end so that the zeros that this leaves are at the top.
//!
//! Refuses: exactness beyond `f32`, as the series themselves.

/// More samples are in no block.
pub const MOST_SAMPLES: usize = 100_000;

/// Says that values are not decimals.
const BITS: u8 = 7;

/// A block that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrupt;

/// Appends a block of samples (milliseconds, finite value) in order of time; more than [`MOST_SAMPLES`] are cut.
pub fn pack(samples: &[(i64, f32)], out: &mut Vec<u8>) {
    let samples = &samples[..samples.len().min(MOST_SAMPLES)];
    put(samples.len() as u64, out);
    let decimals = decimals_of(samples);
    out.push(decimals);
    let (mut time, mut interval, mut value) = (0i64, 0i64, 0i64);
    for &(at, number) in samples {
        let now = at.wrapping_sub(time);
        put(zigzag(now.wrapping_sub(interval)), out);
        (time, interval) = (at, now);
        if decimals == BITS {
            let bits = i64::from(number.to_bits());
            put(u64::from(((bits ^ value) as u32).reverse_bits()), out);
            value = bits;
        } else {
            let count = scaled(number, decimals).unwrap_or(0);
            put(zigzag(count.wrapping_sub(value)), out);
            value = count;
        }
    }
}

/// Reads one block off the front of `bytes` and calls `each` with its samples.
///
/// # Errors
/// [`Corrupt`] when it ends too soon or holds what [`pack`] never writes; samples before that were told.
pub fn unpack(bytes: &mut &[u8], each: &mut dyn FnMut(i64, f32)) -> Result<(), Corrupt> {
    let count = take(bytes)?;
    if count > MOST_SAMPLES as u64 {
        return Err(Corrupt);
    }
    let (&decimals, rest) = bytes.split_first().ok_or(Corrupt)?;
    *bytes = rest;
    if decimals > BITS {
        return Err(Corrupt);
    }
    let (mut time, mut interval, mut value) = (0i64, 0i64, 0i64);
    for _ in 0..count {
        interval = interval.wrapping_add(unzigzag(take(bytes)?));
        time = time.wrapping_add(interval);
        let told = take(bytes)?;
        let number = if decimals == BITS {
            let bits = u32::try_from(told).map_err(|_| Corrupt)?.reverse_bits() ^ value as u32;
            value = i64::from(bits);
            f32::from_bits(bits)
        } else {
            value = value.wrapping_add(unzigzag(told));
            (value as f64 / f64::from(10u32.pow(u32::from(decimals)))) as f32
        };
        if !number.is_finite() {
            return Err(Corrupt);
        }
        each(time, number);
    }
    Ok(())
}

/// Appends a number in as few bytes as it needs.
pub fn put(mut number: u64, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads what [`put`] wrote.
///
/// # Errors
/// [`Corrupt`] when it ends too soon or is longer than 64 bits.
pub fn take(bytes: &mut &[u8]) -> Result<u64, Corrupt> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(Corrupt)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(Corrupt)
}

/// The fewest decimals that tell all values exactly (as `f32`), else [`BITS`].
fn decimals_of(samples: &[(i64, f32)]) -> u8 {
    let mut decimals = 0;
    for &(_, value) in samples {
        while decimals < BITS && scaled(value, decimals).is_none() {
            decimals += 1;
        }
    }
    // A value read with fewer decimals must still be itself with more: rounding may have it otherwise.
    if samples.iter().all(|&(_, value)| scaled(value, decimals).is_some()) { decimals } else { BITS }
}

/// A value counted in its last decimal, where that loses nothing.
fn scaled(value: f32, decimals: u8) -> Option<i64> {
    if decimals >= BITS || value.to_bits() == (-0.0f32).to_bits() {
        return None;
    }
    let power = f64::from(10u32.pow(u32::from(decimals)));
    let count = (f64::from(value) * power).round();
    (count.abs() < 1e12 && (count / power) as f32 == value).then_some(count as i64)
}

const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

const fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn there_and_back(samples: &[(i64, f32)]) -> usize {
        let mut bytes = Vec::new();
        pack(samples, &mut bytes);
        let (mut rest, mut read) = (&bytes[..], Vec::new());
        assert_eq!(unpack(&mut rest, &mut |at, value| read.push((at, value))), Ok(()));
        assert!(rest.is_empty());
        assert!(read.iter().zip(samples).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits()));
        assert_eq!(read.len(), samples.len());
        bytes.len()
    }

    #[test]
    fn whatever_goes_in_comes_out() {
        let odd = [0.0, -0.0, 0.1, 1e-30, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 16_777_216.0, 72.41, 1.0 / 3.0];
        there_and_back(&[]);
        for a in odd {
            for b in odd {
                there_and_back(&[(i64::MIN, a), (0, b), (1, a), (i64::MAX, b), (5, 0.001)]);
            }
        }
    }

    #[test]
    fn cut_and_foreign_bytes_are_corrupt_and_nothing_worse() {
        let mut bytes = Vec::new();
        pack(&[(1000, 1.5), (2000, 1.0 / 3.0), (3000, 7.0)], &mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(unpack(&mut &bytes[..end], &mut |_, _| {}), Err(Corrupt), "{end}");
        }
        let mut seed = 1u32;
        for _ in 0..20_000 {
            let mut junk = [0u8; 24];
            junk.fill_with(|| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            });
            let _read = unpack(&mut &junk[..], &mut |_, value| assert!(value.is_finite()));
        }
    }
}
