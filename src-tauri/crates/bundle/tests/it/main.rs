//! The bundle crate from outside: real files, real tools, hostile input. Knows nothing of the crate's inside.

// A test gives up loudly.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::type_complexity
)]

mod check;
mod encrypted;
mod hostile;
mod large;
mod making;
mod refused;
mod sealing;
mod stock;
mod support;
