//! What changes in a view, boxed: one type of text, of attribute, of block, of list and of click. Leptos makes a copy
//! of its machinery for every type it meets, and every closure is a type of its own; unboxed, the page is twice as
//! large.

use std::borrow::Cow;
use std::sync::Arc;

use leptos::{ev::MouseEvent, prelude::*};

/// A text that changes.
pub type Words = Box<dyn FnMut() -> String + Send>;
/// An attribute that changes; `None` takes it away.
pub type Changing = Box<dyn FnMut() -> Option<Cow<'static, str>> + Send>;
/// A block that changes.
pub type Block = Box<dyn FnMut() -> AnyView + Send>;
/// What a click does.
pub type Click = Box<dyn FnMut(MouseEvent)>;

/// What an attribute may be made from.
pub trait IntoWord {
    /// The attribute; `None` takes it away.
    fn into_word(self) -> Option<Cow<'static, str>>;
}

impl IntoWord for &'static str {
    fn into_word(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl IntoWord for String {
    fn into_word(self) -> Option<Cow<'static, str>> {
        Some(self.into())
    }
}

impl IntoWord for Option<&'static str> {
    fn into_word(self) -> Option<Cow<'static, str>> {
        self.map(Into::into)
    }
}

/// `true` and `false`, as ARIA wants them.
impl IntoWord for bool {
    fn into_word(self) -> Option<Cow<'static, str>> {
        Some(if self { "true" } else { "false" }.into())
    }
}

/// A text that changes.
pub fn words(read: impl FnMut() -> String + Send + 'static) -> Words {
    Box::new(read)
}

/// An attribute that changes.
pub fn attr<W: IntoWord>(mut read: impl FnMut() -> W + Send + 'static) -> Changing {
    Box::new(move || read().into_word())
}

/// Does something now, and again whenever what it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_: Option<()>| act());
}

/// A block that changes: built anew each time that what it reads does.
pub fn block(build: impl FnMut() -> AnyView + Send + 'static) -> Block {
    Box::new(build)
}

/// A block that is there or not; it stays as it is while the answer stays.
pub fn shown(
    when: impl Fn() -> bool + Send + Sync + 'static,
    build: impl Fn() -> AnyView + Send + Sync + 'static,
) -> Block {
    either(when, build, || ().into_any())
}

/// One block or the other; it stays as it is while the answer stays.
pub fn either(
    when: impl Fn() -> bool + Send + Sync + 'static,
    yes: impl Fn() -> AnyView + Send + Sync + 'static,
    no: impl Fn() -> AnyView + Send + Sync + 'static,
) -> Block {
    let when: Box<dyn Fn() -> bool + Send + Sync> = Box::new(when);
    let is_so = Memo::new(move |_| when());
    Box::new(move || if is_so.get() { yes() } else { no() })
}

/// What a click does.
pub fn click(act: impl FnMut() + 'static) -> Click {
    let mut act = act;
    Box::new(move |_| act())
}

/// One thing of a list.
#[derive(Clone)]
pub struct Listed {
    /// What it is; things with the same key are the same thing, and are not built anew.
    pub key: String,
    /// Builds it.
    pub build: Arc<dyn Fn() -> AnyView + Send + Sync>,
}

impl Listed {
    /// A thing.
    pub fn new(key: impl Into<String>, build: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self { key: key.into(), build: Arc::new(build) }
    }
}

/// A list that changes, each thing of it kept as long as its key is there.
pub fn list(read: impl Fn() -> Vec<Listed> + Send + Sync + 'static) -> AnyView {
    let read: Box<dyn Fn() -> Vec<Listed> + Send + Sync> = Box::new(read);
    view! {
        <For each=read key=|listed| listed.key.clone() let(listed)>
            {(listed.build)()}
        </For>
    }
    .into_any()
}

/// A thing that may be there.
pub fn maybe<T>(thing: Option<T>, build: impl FnOnce(T) -> AnyView) -> AnyView {
    thing.map_or_else(|| ().into_any(), build)
}

/// Several things, once.
pub fn each<T>(things: impl IntoIterator<Item = T>, build: impl FnMut(T) -> AnyView) -> AnyView {
    things.into_iter().map(build).collect_view().into_any()
}
