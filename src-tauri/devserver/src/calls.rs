//! The command table over HTTP, generated from the same rows as the window's handlers.

use crate::Site;
#[allow(clippy::wildcard_imports)] // the table names the contract's types without a path
use contract::*;
use desk::{Desk, Throttled};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{Arc, PoisonError, atomic::AtomicBool};

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(body).map_err(|why| {
        Failure::new(
            "U-02",
            Class::BadInput,
            format!("The request cannot be read: {why}."),
        )
    })
}

fn written<T: Serialize>(answer: Result<T, Failure>) -> (u16, Vec<u8>) {
    match answer {
        Ok(view) => (200, serde_json::to_vec(&view).unwrap_or_default()),
        Err(failure) => (422, serde_json::to_vec(&failure).unwrap_or_default()),
    }
}

fn job<T>(
    site: &Site,
    id: Option<String>,
    work: impl FnOnce(&Desk, &dyn desk::Watch) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let id = id.unwrap_or_default();
    let cancel = Arc::<AtomicBool>::default();
    let jobs = || site.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    jobs().insert(id.clone(), Arc::clone(&cancel));
    let watch = Throttled::new(cancel, |step| site.events.progress(&id, &step));
    let answer = work(&site.desk, &watch);
    jobs().remove(&id);
    answer
}

macro_rules! one {
    (call $name:ident, $req:ty, $site:ident, $body:ident, $id:ident) => {
        written(read::<$req>($body).and_then(|req| {
            $site.desk.may(stringify!($name))?;
            $site.desk.$name(req)
        }))
    };
    (job $name:ident, $req:ty, $site:ident, $body:ident, $id:ident) => {
        written(read::<$req>($body).and_then(|req| {
            job($site, $id, |desk, watch| {
                desk.may(stringify!($name))?;
                desk.$name(req, watch)
            })
        }))
    };
}

macro_rules! table {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => {
        /// Status and body.
        pub(crate) fn call(site: &Site, name: &str, body: &[u8], id: Option<String>) -> (u16, Vec<u8>) {
            match name {
                $(stringify!($name) => one!($mode $name, $req, site, body, id),)*
                _ => written::<()>(Err(Failure::new("U-02", Class::BadInput, "There is no such command."))),
            }
        }
    };
}
contract::for_each_command!(table);
