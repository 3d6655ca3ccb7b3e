//! Black-box tests: the programs as their users meet them, and the house's own rules. One binary, so that WebKit is
//! linked once.

// Test support may give up loudly, and offers more than today's journeys use.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

mod access;
mod codes;
mod conduct;
mod demands;
mod evidence;
mod handling;
mod house;
mod intake;
mod journey;
mod messages;
mod packs;
mod page;
mod refused;
mod resellers;
mod retention;
mod silence;
mod supply;
mod support;
mod window;
mod window_casework;
mod window_filings;
mod window_injected;
mod window_intake;
mod window_journey;
mod window_memory;
mod window_oversight;
mod window_people;
