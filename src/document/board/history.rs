//! Undo and redo: what a document was before, and what it was before it was taken back.

/// Steps kept.
const MOST: usize = 100;

/// The steps of one document, which itself stands elsewhere.
#[derive(Clone, Debug)]
pub struct History<T> {
    past: Vec<T>,
    future: Vec<T>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { past: Vec::new(), future: Vec::new() }
    }
}

impl<T> History<T> {
    /// Notes what the document was before an edit; what had been taken back is gone.
    pub fn note(&mut self, before: T) {
        if self.past.len() == MOST {
            self.past.remove(0);
        }
        self.past.push(before);
        self.future.clear();
    }

    /// What the document is after taking an edit back, given what it is now.
    pub fn undo(&mut self, now: T) -> Option<T> {
        let before = self.past.pop()?;
        self.future.push(now);
        Some(before)
    }

    /// What the document is after doing again what was taken back, given what it is now.
    pub fn redo(&mut self, now: T) -> Option<T> {
        let after = self.future.pop()?;
        self.past.push(now);
        Some(after)
    }

    /// Whether there is something to take back.
    pub const fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is something to do again.
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn back_and_forth() {
        let mut history = History::default();
        history.note(1);
        history.note(2);
        assert_eq!(history.undo(3), Some(2));
        assert_eq!(history.undo(2), Some(1));
        assert_eq!(history.undo(1), None);
        assert_eq!(history.redo(1), Some(2));
        history.note(2);
        assert!(!history.can_redo() && history.can_undo());
        (0..300).for_each(|step| history.note(step));
        assert_eq!(std::iter::from_fn(|| history.undo(0)).count(), MOST);
    }
}
