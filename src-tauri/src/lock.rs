//! What locks the vault from outside the page: idleness and the program's end. The page cannot keep itself open.

use crate::jobs::Jobs;
use desk::Desk;
use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};
use tauri::{AppHandle, Manager, Runtime};

/// How often idleness is looked at: the lock comes at most this much late.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// After how many looks at idleness it is asked whether something became due: once a minute.
const LOOKS_A_REMINDER: u32 = 30;

/// Locks when nobody has done anything for the set time; ends with the desk.
pub(crate) fn watch_idleness<R: Runtime>(desk: &Arc<Desk>, app: &AppHandle<R>) {
    let (desk, app): (Weak<Desk>, _) = (Arc::downgrade(desk), app.clone());
    thread::spawn(move || {
        for look in 1u32.. {
            thread::sleep(LOOK_EVERY);
            let Some(desk) = desk.upgrade() else { return };
            if desk.lock_if_idle(std::time::Instant::now()) {
                app.state::<Jobs>().cancel_all();
            }
            if look % LOOKS_A_REMINDER == 0 {
                desk.remind();
            }
        }
    });
}

/// Locks at once.
pub(crate) fn now<R: Runtime>(app: &AppHandle<R>) {
    app.state::<Jobs>().cancel_all();
    if let Some(desk) = app.try_state::<Arc<Desk>>() {
        desk.lock();
    }
}
