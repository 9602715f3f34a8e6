//! Parts that pages and tiles are made of.

pub mod alert;
pub mod alert_count;
pub mod annunciator;
pub mod asker;
pub mod bar;
pub mod connect_form;
pub mod empty;
pub mod erased;
pub mod hands;
pub mod icon;
pub mod link_health;
pub mod outbox;
pub mod past;
pub mod pin;
pub mod rail;
pub mod reading;
pub mod takeover;
pub mod tile_grid;
pub mod toast;
pub mod trouble_list;
pub mod write;
