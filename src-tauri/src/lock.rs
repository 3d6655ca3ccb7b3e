//! What locks the vault from outside the page: idleness, the desktop's signals, a minimised window where that was chosen, and the program's
//! end. The page cannot keep itself open.

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

/// Locks when the computer goes to sleep, the session is locked or left, or the screen saver comes.
pub(crate) fn watch_the_desktop<R: Runtime>(app: &AppHandle<R>) {
    #[cfg(target_os = "linux")]
    {
        let app = app.clone();
        crate::signals::listen(move |_| now(&app));
    }
    #[cfg(not(target_os = "linux"))]
    let _ = app;
}

/// Locks a window that was minimised, where the person chose that.
pub(crate) fn when_minimised<R: Runtime>(app: &AppHandle<R>) {
    let minimised = app
        .get_webview_window("main")
        .and_then(|window| window.is_minimized().ok())
        .unwrap_or(false);
    let Some(desk) = app.try_state::<Arc<Desk>>() else {
        return;
    };
    if minimised && desk.locks_when_minimised() {
        let app = app.clone();
        // The window's own thread is not kept waiting.
        thread::spawn(move || now(&app));
    }
}
