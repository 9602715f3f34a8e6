//! A fixed room for samples in time order, with their extremes.
//!
//! Refuses: growing, and knowing its neighbours.

/// Samples per chunk: the smaller, the less a hundred thousand half-filled ones hold in vain; the larger, the less a
/// sample costs beside itself.
pub(super) const CHUNK: usize = 40;

/// Up to [`CHUNK`] samples, times as offsets from the first.
///
/// Invariant: `len <= CHUNK`; `offsets[..len]` ascends from 0; `min` and `max` are those of `values[..len]`.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    base: i64,
    len: u32,
    min: f32,
    max: f32,
    offsets: [u32; CHUNK],
    values: [f32; CHUNK],
}

impl Default for Chunk {
    fn default() -> Self {
        Self { base: 0, len: 0, min: f32::MAX, max: f32::MIN, offsets: [0; CHUNK], values: [0.0; CHUNK] }
    }
}

impl Chunk {
    /// Forgets all samples.
    pub(super) const fn clear(&mut self) {
        self.len = 0;
        self.min = f32::MAX;
        self.max = f32::MIN;
    }

    /// Appends; `false` when full, earlier than the last, or further from the first than an offset reaches (49 days).
    #[inline]
    pub(super) fn append(&mut self, at: i64, value: f32) -> bool {
        let len = self.len();
        if len == 0 {
            self.base = at;
        }
        let Some(offset) = offset(self.base, at) else { return false };
        if len >= CHUNK || (len > 0 && offset < self.offsets[len - 1]) {
            return false;
        }
        self.offsets[len] = offset;
        self.values[len] = value;
        self.len += 1;
        self.widen(value);
        true
    }

    /// Whether a sample of this time can be put in.
    pub(super) fn takes(&self, at: i64) -> bool {
        self.len() < CHUNK && self.reaches(at)
    }

    /// Whether first, last and this time are near enough for one chunk.
    pub(super) fn reaches(&self, at: i64) -> bool {
        self.len == 0 || offset(self.base.min(at), self.end().max(at)).is_some()
    }

    /// How many samples are not later than `at`.
    pub(super) fn position(&self, at: i64) -> usize {
        if at < self.base {
            return 0;
        }
        let offset = u32::try_from(at.abs_diff(self.base)).unwrap_or(u32::MAX);
        self.offsets[..self.len()].partition_point(|&other| other <= offset)
    }

    /// Puts a sample behind those not later than it. Only when [`Self::takes`] says so.
    pub(super) fn insert(&mut self, at: i64, value: f32) {
        let (len, position) = (self.len(), self.position(at));
        if len >= CHUNK {
            return;
        }
        if len > 0 && at < self.base {
            let shift = offset(at, self.base).unwrap_or(0);
            self.offsets[..len].iter_mut().for_each(|other| *other += shift);
        }
        if position == 0 {
            self.base = at;
        }
        self.offsets.copy_within(position..len, position + 1);
        self.values.copy_within(position..len, position + 1);
        self.offsets[position] = offset(self.base, at).unwrap_or(0);
        self.values[position] = value;
        self.len += 1;
        self.widen(value);
    }

    /// Takes the last sample out.
    pub(super) fn pop(&mut self) -> Option<(i64, f32)> {
        let (last, at) = (self.len().checked_sub(1)?, self.end());
        self.len -= 1;
        self.measure();
        Some((at, self.values[last]))
    }

    /// Takes the first sample out.
    pub(super) fn shift(&mut self) -> Option<(i64, f32)> {
        let len = self.len();
        let first = (len > 0).then_some((self.base, self.values[0]))?;
        let gap = self.offsets[1.min(len - 1)];
        self.offsets.copy_within(1..len, 0);
        self.values.copy_within(1..len, 0);
        self.len -= 1;
        self.offsets[..len - 1].iter_mut().for_each(|other| *other -= gap);
        self.base += i64::from(gap);
        self.measure();
        Some(first)
    }

    /// Moves the later half into an empty chunk.
    pub(super) fn split_into(&mut self, later: &mut Self) {
        let (len, half) = (self.len(), self.len() / 2);
        later.clear();
        for i in half..len {
            later.append(self.base + i64::from(self.offsets[i]), self.values[i]);
        }
        self.len = half as u32;
        self.measure();
    }

    pub(super) const fn len(&self) -> usize {
        self.len as usize
    }

    /// Time of the first sample.
    pub(super) const fn start(&self) -> i64 {
        self.base
    }

    /// Time of the last sample.
    pub(super) fn end(&self) -> i64 {
        self.base + i64::from(self.offsets[self.len().saturating_sub(1)])
    }

    pub(super) const fn min(&self) -> f32 {
        self.min
    }

    pub(super) const fn max(&self) -> f32 {
        self.max
    }

    /// Value of the last sample.
    pub(super) fn last(&self) -> f32 {
        self.values[self.len().saturating_sub(1)]
    }

    /// The sample at `position`.
    pub(super) fn sample(&self, position: usize) -> Option<(i64, f32)> {
        (position < self.len()).then(|| (self.base + i64::from(self.offsets[position]), self.values[position]))
    }

    /// All samples in order of time.
    pub(super) fn samples(&self) -> impl Iterator<Item = (i64, f32)> + '_ {
        let len = self.len();
        let times = self.offsets[..len].iter().map(|&offset| self.base + i64::from(offset));
        times.zip(self.values[..len].iter().copied())
    }

    const fn widen(&mut self, value: f32) {
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    fn measure(&mut self) {
        (self.min, self.max) = self.values[..self.len()]
            .iter()
            .fold((f32::MAX, f32::MIN), |(min, max), &value| (min.min(value), max.max(value)));
    }
}

/// The span between two times, where an offset can hold it.
fn offset(from: i64, to: i64) -> Option<u32> {
    u32::try_from(to.checked_sub(from)?).ok()
}
