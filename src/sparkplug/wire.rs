//! Protobuf's wire format: fields walked in place, nothing copied, every length checked against what is there.

/// A field's content.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Content<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Bytes(&'a [u8]),
}

impl<'a> Content<'a> {
    pub(super) const fn bytes(self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) const fn varint(self) -> Option<u64> {
        if let Self::Varint(number) = self { Some(number) } else { None }
    }
}

/// Walks the fields of one message. Ends at the first field that cannot be read; [`Fields::is_cut`] says so.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    cut: bool,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, cut: false }
    }

    /// Whether the walk ended before the bytes did.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    fn read(&mut self) -> Option<(u32, Content<'a>)> {
        let key = varint(&mut self.rest)?;
        let number = u32::try_from(key >> 3).ok().filter(|number| *number > 0)?;
        let content = match key & 7 {
            0 => Content::Varint(varint(&mut self.rest)?),
            1 => Content::Fixed64(u64::from_le_bytes(take(&mut self.rest)?)),
            2 => {
                let length = usize::try_from(varint(&mut self.rest)?).ok()?;
                let (bytes, rest) = self.rest.split_at_checked(length)?;
                self.rest = rest;
                Content::Bytes(bytes)
            }
            5 => Content::Fixed32(u32::from_le_bytes(take(&mut self.rest)?)),
            // Groups (3, 4) are not part of Sparkplug's schema.
            _ => return None,
        };
        Some((number, content))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Content<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_none() {
            self.rest = &[];
            self.cut = true;
        }
        field
    }
}

/// Numbers of a repeated field as it comes: one by one, or packed.
pub(super) fn each_varint(content: Content<'_>, take: &mut dyn FnMut(u64)) {
    match content {
        Content::Varint(number) => take(number),
        Content::Bytes(mut packed) => {
            while let Some(number) = varint(&mut packed) {
                take(number);
            }
        }
        Content::Fixed32(_) | Content::Fixed64(_) => {}
    }
}

#[inline]
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for at in 0..10 {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f).checked_shl(7 * at).unwrap_or(0);
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*bytes)
}
