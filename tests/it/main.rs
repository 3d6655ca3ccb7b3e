//! Black-box tests: the programs as their users meet them, and the house's own rules. One binary, so that WebKit is
//! linked once.

mod house;
mod journey;
mod support;
mod window;
