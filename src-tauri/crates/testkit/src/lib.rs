//! Temporary vaults, a fixed clock and invented people, for tests only.
