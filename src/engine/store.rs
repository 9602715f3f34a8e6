//! What the engine keeps beyond its own life: small records by key. The shell does it, in IndexedDB.

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// `kind|broker's URL|user|…`, so that what is of one broker can be forgotten.
    pub key: String,
    /// Whatever its owner packed.
    pub value: Vec<u8>,
}

/// What is to be done in the store, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreOrder {
    /// Something may be kept: take the store, if no other tab has it, and hand in all records
    /// ([`super::Input::Loaded`]).
    Open,
    /// Write a record, over one with the same key.
    Put(Record),
    /// Delete a record.
    Delete(String),
    /// Delete all records whose key begins like this.
    Erase(String),
}
