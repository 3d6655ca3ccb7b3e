//! Types and rules of a customer identification program.
//!
//! Pure: no IO, no clock of its own, no storage. Whoever needs "now" passes it in.
//! The way in is [`change::Change`]: everything that can happen, and [`customer::CustomerFile`], the largest record it happens to.

pub mod agree;
pub mod belief;
pub mod casefile;
pub mod cases;
pub mod casework;
pub mod change;
pub mod checklist;
pub mod clock;
pub mod closing;
pub mod compute;
pub mod country;
pub mod counts;
pub mod customer;
pub mod demand;
pub mod due;
pub mod entry;
pub mod field;
pub mod filing;
pub mod glossary;
pub mod handling;
pub mod house;
pub mod identifier;
pub mod intake;
pub mod letter;
pub mod likeness;
pub mod machine;
pub mod may;
pub mod memo;
pub mod merge;
pub mod merkle;
pub mod mrz;
pub mod onboarding;
pub mod oversight;
pub mod ownership;
pub mod pack;
pub mod partial_date;
pub mod programme;
pub mod proof;
pub mod query;
pub mod record;
pub mod redflag;
pub mod redress;
pub mod register;
pub mod reopening;
pub mod retention;
pub mod review;
pub mod risk;
pub mod rulebook;
pub mod signatory;
pub mod signer;
pub mod sweep;
pub mod telephone;
pub mod text;
