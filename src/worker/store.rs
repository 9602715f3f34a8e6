//! The engine's store: IndexedDB, held by one tab at a time under a lock. Where there is no lock (a page over http from
//! another machine) or no database, nothing is kept, and the engine is told.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransactionMode};

use crate::engine::{Record, StoreOrder};

/// What the store says.
#[derive(Debug)]
pub(super) enum StoreEvent {
    /// It is ours, and holds these.
    Loaded(Vec<Record>),
    /// It takes nothing (any more): why.
    Unkept(String),
    /// The browser grants no more room; this record was not written.
    Full(Record),
}

type Said = Rc<dyn Fn(StoreEvent)>;

type Then = Box<dyn FnOnce(Result<IdbDatabase, String>)>;

/// The database, once it is open.
#[derive(Default)]
pub(super) struct Store {
    database: Rc<RefCell<Option<IdbDatabase>>>,
}

impl Store {
    /// Does one thing; what comes of it is said later.
    pub(super) fn order(&self, order: StoreOrder, said: Said) {
        if order == StoreOrder::Open {
            let (kept, opened) = (self.database.clone(), said.clone());
            let open = move || {
                open(Box::new(move |database| match database {
                    Ok(database) => {
                        *kept.borrow_mut() = Some(database.clone());
                        watch(&database, kept.clone(), opened.clone());
                        load(&database, opened);
                    }
                    Err(why) => opened(StoreEvent::Unkept(why)),
                }));
            };
            if !hold_lock(Box::new(open)) {
                said(StoreEvent::Unkept("this page is not in a secure context".into()));
            }
            return;
        }
        if let (StoreOrder::Erase(prefix), None) = (&order, &*self.database.borrow()) {
            // Forgetting is for everybody, also for a tab that does not own the store.
            let prefix = prefix.clone();
            return open(Box::new(move |database| {
                let _erased = database.ok().and_then(|database| erase(&objects(&database).ok()?, &prefix).ok());
            }));
        }
        let done = self.objects().and_then(|objects| match order {
            StoreOrder::Open => Ok(()),
            StoreOrder::Put(record) => {
                let value = Uint8Array::from(record.value.as_slice());
                objects
                    .put_with_key(&value, &record.key.as_str().into())
                    .map(|_| answer(&objects, record, said.clone()))
            }
            StoreOrder::Delete(key) => objects.delete(&key.into()).map(drop),
            StoreOrder::Erase(prefix) => erase(&objects, &prefix),
        });
        if let Err(error) = done
            && self.database.borrow().is_some()
        {
            said(StoreEvent::Unkept(words(&error)));
        }
    }

    fn objects(&self) -> Result<IdbObjectStore, JsValue> {
        let database = self.database.borrow();
        objects(database.as_ref().ok_or(JsValue::NULL)?)
    }
}

/// Says what became of a record once its transaction has ended: that there is no room is told only then.
fn answer(objects: &IdbObjectStore, record: Record, said: Said) {
    let transaction = objects.transaction();
    let ended = transaction.clone();
    let then = once(move || {
        let error = Reflect::get(&ended, &"error".into()).unwrap_or(JsValue::NULL);
        if error.is_null() {
            return;
        }
        let name = Reflect::get(&error, &"name".into()).ok().and_then(|name| name.as_string());
        said(match name.as_deref() {
            Some("QuotaExceededError") => StoreEvent::Full(record),
            _ => StoreEvent::Unkept(words(&error)),
        });
    });
    // One of the two happens, once.
    transaction.set_oncomplete(Some(&then));
    transaction.set_onabort(Some(&then));
}

/// The database may be taken away: by the person, who clears what sites keep, or by the browser.
fn watch(database: &IdbDatabase, kept: Rc<RefCell<Option<IdbDatabase>>>, said: Said) {
    let then = once(move || {
        if let Some(database) = kept.take() {
            database.close();
            said(StoreEvent::Unkept("the browser's database was taken away".into()));
        }
    });
    database.set_onclose(Some(&then));
    database.set_onversionchange(Some(&then));
}

fn objects(database: &IdbDatabase) -> Result<IdbObjectStore, JsValue> {
    database.transaction_with_str_and_mode(OBJECTS, IdbTransactionMode::Readwrite)?.object_store(OBJECTS)
}

fn erase(objects: &IdbObjectStore, prefix: &str) -> Result<(), JsValue> {
    let range = IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into())?;
    objects.delete(&range).map(drop)
}

/// Runs `then` when no other tab has the lock, and keeps it as long as this worker lives. False where there are no locks.
fn hold_lock(then: Box<dyn FnOnce()>) -> bool {
    let locks = Reflect::get(&js_sys::global(), &"navigator".into())
        .and_then(|navigator| Reflect::get(&navigator, &"locks".into()))
        .unwrap_or(JsValue::UNDEFINED);
    let Ok(request) = Reflect::get(&locks, &"request".into()).and_then(JsCast::dyn_into::<Function>) else {
        return false;
    };
    let held = Closure::once_into_js(move || {
        then();
        Promise::new(&mut |_, _| {}) // never settles: the lock goes with the worker
    });
    request.call2(&locks, &LOCK.into(), &held).is_ok()
}

fn open(then: Then) {
    let factory = Reflect::get(&js_sys::global(), &"indexedDB".into()).and_then(JsCast::dyn_into::<IdbFactory>);
    let Ok(request) = factory.and_then(|factory| factory.open_with_u32(DATABASE, 1)) else {
        return then(Err("this browser has no database".into()));
    };
    let upgrading = request.clone();
    request.set_onupgradeneeded(Some(&once(move || {
        if let Ok(database) = result::<IdbDatabase>(&upgrading) {
            let _made = database.create_object_store(OBJECTS);
        }
    })));
    let then = Rc::new(RefCell::new(Some(then)));
    let failing = then.clone();
    let opening = request.clone();
    request.set_onsuccess(Some(&once(move || {
        if let Some(then) = then.take() {
            then(result::<IdbDatabase>(&opening).map_err(|error| words(&error)));
        }
    })));
    request.set_onerror(Some(&once(move || {
        if let Some(then) = failing.take() {
            then(Err("the browser refuses its database".into()));
        }
    })));
}

/// Reads all records: the keys, then the values, which come in the same order.
fn load(database: &IdbDatabase, said: Said) {
    let requests = database.transaction_with_str(OBJECTS).and_then(|transaction| {
        let objects = transaction.object_store(OBJECTS)?;
        Ok((objects.get_all_keys()?, objects.get_all()?))
    });
    let Ok((keys, values)) = requests else {
        return said(StoreEvent::Unkept("the browser's database cannot be read".into()));
    };
    let (failed, read) = (said.clone(), values.clone());
    values.set_onsuccess(Some(&once(move || {
        let list = |request: &IdbRequest| result::<js_sys::Array>(request).unwrap_or_default();
        let (keys, values) = (list(&keys), list(&read));
        let record = |(key, value): (JsValue, JsValue)| {
            Some(Record { key: key.as_string()?, value: value.dyn_into::<Uint8Array>().ok()?.to_vec() })
        };
        said(StoreEvent::Loaded(keys.iter().zip(values.iter()).filter_map(record).collect()));
    })));
    values.set_onerror(Some(&once(move || failed(StoreEvent::Unkept("the browser's database cannot be read".into())))));
}

fn result<T: JsCast>(request: &IdbRequest) -> Result<T, JsValue> {
    request.result()?.dyn_into()
}

/// A listener that fires once. Boxed, so that the glue behind a closure exists once.
fn once(then: impl FnOnce() + 'static) -> Function {
    let then: Box<dyn FnOnce()> = Box::new(then);
    Closure::once_into_js(then).unchecked_into()
}

fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| "the browser's database failed".into())
}

const DATABASE: &str = "andon";
const OBJECTS: &str = "records";
const LOCK: &str = "andon.store";
