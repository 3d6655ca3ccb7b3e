//! The bundle crate from outside: real files, real tools, hostile input. Knows nothing of the crate's inside.

mod check;
mod encrypted;
mod hostile;
mod making;
mod sealing;
mod stock;
mod support;
