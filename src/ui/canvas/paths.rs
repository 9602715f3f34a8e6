//! An SVG element as something to paint on: each stroke or fill is one `<path>`, kept from one painting to the next.
//!
//! Refuses: text, and an attribute that has not changed.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

use plotters_backend::BackendCoord;
use web_sys::Element;

/// An SVG element. Copies share.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    svg: Element,
    inner: Rc<RefCell<Inner>>,
}

#[derive(Debug, Default)]
struct Inner {
    size: (u32, u32),
    /// The path that is open.
    d: String,
    /// Paths of this painting so far.
    used: usize,
    known: Vec<Known>,
}

/// A `<path>` as it stands.
#[derive(Debug)]
struct Known {
    element: Element,
    d: String,
    colour: String,
    /// In units; `None` is a fill.
    width: Option<u32>,
}

impl Paths {
    pub(super) fn new(svg: Element) -> Self {
        Self { svg, inner: Rc::default() }
    }

    /// Begins a painting of this size in units, which are the coordinates of everything that follows.
    pub(super) fn begin(&self, size: (u32, u32)) {
        let mut inner = self.inner.borrow_mut();
        if inner.size != size {
            inner.size = size;
            let _ = self.svg.set_attribute("viewBox", &format!("0 0 {} {}", size.0, size.1));
        }
        inner.d.clear();
        inner.used = 0;
    }

    /// `M` moves, `L` draws a line.
    pub(super) fn go(&self, command: char, (x, y): BackendCoord) {
        let _ = write!(self.inner.borrow_mut().d, "{command}{x} {y}");
    }

    pub(super) fn stroke(&self, colour: &str, width: u32) {
        self.put(colour, Some(width));
    }

    pub(super) fn fill(&self, colour: &str) {
        self.put(colour, None);
    }

    fn put(&self, colour: &str, width: Option<u32>) {
        let inner = &mut *self.inner.borrow_mut();
        if inner.used == inner.known.len() {
            let document = self.svg.owner_document();
            let element = document.and_then(|document| document.create_element_ns(Some(NAMESPACE), "path").ok());
            let Some(element) = element.filter(|element| self.svg.append_child(element).is_ok()) else { return };
            // No style that there is: all attributes are set below.
            inner.known.push(Known { element, d: String::new(), colour: String::new(), width: Some(u32::MAX) });
        }
        let known = &mut inner.known[inner.used];
        inner.used += 1;
        if known.colour != colour || known.width != width {
            let (stroke, fill) = if width.is_some() { (colour, "none") } else { ("none", colour) };
            let width_words = width.unwrap_or(0).to_string();
            for (name, value) in [("stroke", stroke), ("fill", fill), ("stroke-width", &width_words)] {
                let _ = known.element.set_attribute(name, value);
            }
            known.width = width;
            known.colour.clear();
            known.colour.push_str(colour);
        }
        if known.d != inner.d {
            let _ = known.element.set_attribute("d", &inner.d);
            std::mem::swap(&mut known.d, &mut inner.d);
        }
        inner.d.clear();
    }

    /// Takes away what the last painting had more.
    pub(super) fn end(&self) {
        let inner = &mut *self.inner.borrow_mut();
        for known in inner.known.drain(inner.used..) {
            known.element.remove();
        }
    }

    /// Takes everything away: the element may live on as another's.
    pub(super) fn clear(&self) {
        self.inner.borrow_mut().used = 0;
        self.end();
    }
}

const NAMESPACE: &str = "http://www.w3.org/2000/svg";
