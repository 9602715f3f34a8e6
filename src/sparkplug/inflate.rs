//! Compressed bodies undone: zlib, gzip or bare deflate, told apart by their first bytes, never beyond a bound.

use miniz_oxide::inflate::{decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

/// The inflated bytes; `None` where they are damaged or more than `most`.
pub(super) fn inflate(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    if packed.starts_with(&[0x1f, 0x8b]) {
        return decompress_to_vec_with_limit(after_gzip_header(packed)?, most).ok();
    }
    decompress_to_vec_zlib_with_limit(packed, most).or_else(|_| decompress_to_vec_with_limit(packed, most)).ok()
}

/// RFC 1952 §2.3: a fixed head, then what its flags announce.
fn after_gzip_header(packed: &[u8]) -> Option<&[u8]> {
    let flags = *packed.get(3)?;
    let mut rest = packed.get(10..)?;
    if flags & 4 != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for announced in [8, 16] {
        if flags & announced != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}
