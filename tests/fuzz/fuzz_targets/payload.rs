//! Any bytes are read as a payload: within bounds, and the same whatever was read before.

#![no_main]

use andon::payload::{FoundValue, Known, MOST_PATH, MOST_TEXT, MOST_VALUES, Reader};
use andon::time::Timestamp;
use andon::vocab::Shape;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static USED: std::cell::RefCell<(Reader, Known)> = std::cell::RefCell::default();
}

fuzz_target!(|payload: &[u8]| {
    let now = Timestamp(1_790_000_000_000);
    let read = |reader: &mut Reader, known: &mut Known| {
        let mut told = Vec::new();
        let shape = reader.read(now, known, payload, &mut |found| {
            assert!(found.path.len() <= MOST_PATH);
            match found.value {
                FoundValue::Text(text) => assert!(text.len() <= MOST_TEXT),
                FoundValue::Float(float) => assert!(float.is_finite()),
                FoundValue::Raw { size } => assert!(size as usize <= payload.len()),
                FoundValue::UInt(uint) => assert!(i64::try_from(uint).is_err()),
                FoundValue::Null | FoundValue::Bool(_) | FoundValue::Int(_) => {}
            }
            told.push(format!("{found:?}"));
        });
        assert!((1..=MOST_VALUES + 1).contains(&told.len()));
        assert!(told.len() == 1 || !matches!(shape, Shape::Empty | Shape::Scalar | Shape::Raw));
        assert_eq!(shape == Shape::Empty, payload.is_empty());
        (shape, told)
    };
    let fresh = read(&mut Reader::default(), &mut Known::default());
    let used = USED.with_borrow_mut(|(reader, known)| read(reader, known));
    assert_eq!(fresh, used);
});
