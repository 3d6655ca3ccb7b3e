//! Use cases on a temporary vault, with a clock that the test sets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod assessments;
mod backups;
mod bad_input;
mod bench;
mod cases;
mod casework;
mod clocks;
mod conduct;
mod customers;
mod damage;
mod demands;
mod documents;
mod drills;
mod evidence;
mod exchange;
mod fields;
mod filings;
mod forms;
mod ftm;
mod handling;
mod histories;
mod imports;
mod intake;
mod invariants;
mod likeness;
mod lists;
mod locking;
mod memos;
mod messages;
mod oversight;
mod ownership;
mod packs;
mod people;
mod printed;
mod programme;
mod proofs;
mod received;
mod reopening;
mod retention;
mod roles;
mod unverified;
mod whole;
mod worked;
