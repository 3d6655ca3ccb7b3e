//! The forms: domain data in, JSON and PDF out. Knows no storage.
