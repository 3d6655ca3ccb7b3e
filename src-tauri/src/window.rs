//! The one window: where it may go (nowhere), what it is told, what is dropped on it.

use crate::{jobs::Jobs, lock};
use contract::{Changes, Empty};
use desk::{Desk, Listener};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tauri::{
    AppHandle, DragDropEvent, Emitter, Manager, Runtime, Url, WebviewUrl, WebviewWindowBuilder,
    WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent},
};

const LABEL: &str = "main";

/// Lets a test see from the first byte of the page on whether its content policy was broken.
const KEEP_POLICY_VIOLATIONS: &str = "window.__policyViolations = [];\
    addEventListener('securitypolicyviolation', (event) => window.__policyViolations.push(`${event.effectiveDirective}: ${event.blockedURI}`));";

/// How often the page was begun: after a lock it must have been.
static LOADS: AtomicU64 = AtomicU64::new(0);
/// Set while one window takes the place of another, so that the program does not end with the first.
static REPLACING: AtomicBool = AtomicBool::new(false);
/// How long a page has to begin anew.
const UNTIL_IT_HANGS: Duration = Duration::from_secs(3);

/// Whether the program goes on although its last window closed.
pub(crate) fn is_being_replaced() -> bool {
    REPLACING.load(Ordering::Relaxed)
}

/// Throws the window away, with the process that draws its page, and opens another at the lock screen.
fn replace<R: Runtime>(app: &AppHandle<R>) {
    REPLACING.store(true, Ordering::Relaxed);
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.destroy();
    }
    let until = Instant::now() + UNTIL_IT_HANGS;
    while app.get_webview_window(LABEL).is_some() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    let again = app.clone();
    let _ = app.run_on_main_thread(move || {
        let _ = open(&again);
        REPLACING.store(false, Ordering::Relaxed);
    });
}

/// Ends the process that draws the page, with all that it remembers, and has another draw the lock screen; says whether it was asked to. The
/// address goes too, because a search stands in it. Why: decision 0049.
#[cfg(target_os = "linux")]
fn ended<R: Runtime>(app: &AppHandle<R>) -> bool {
    use webkit2gtk::WebViewExt as _;
    // A driver takes this for a crash and gives the window up; what follows a lock is driven where the page begins again by itself.
    if driven_by_a_test() && std::env::var_os("CIPDESK_END_PAGE").is_none() {
        return false;
    }
    let Some(window) = app.get_webview_window(LABEL) else {
        return false;
    };
    let Ok(mut page) = window.url() else {
        return false;
    };
    page.set_fragment(None);
    page.set_query(None);
    window
        .with_webview(|view| view.inner().terminate_web_process())
        .is_ok()
        && window.navigate(page).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn ended<R: Runtime>(_: &AppHandle<R>) -> bool {
    false
}

/// Opens the window.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let driven = driven_by_a_test();
    let mut window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("CIP Desk")
        .inner_size(1280.0, 820.0)
        .min_inner_size(900.0, 600.0)
        .center()
        .incognito(!driven)
        // Windows and macOS keep the window out of pictures and shared screens; Linux has no such thing.
        .content_protected(true)
        .on_navigation(is_the_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|_, load| {
            if load.event() == PageLoadEvent::Started {
                LOADS.fetch_add(1, Ordering::Relaxed);
            }
        });
    if driven {
        window = window.initialization_script(KEEP_POLICY_VIOLATIONS);
    }
    let window = window.build()?;
    let app = app.clone();
    window.on_window_event(move |event| match event {
        WindowEvent::DragDrop(event) => dragged(&app, event),
        WindowEvent::Focused(false) | WindowEvent::Resized(_) => lock::when_minimised(&app),
        _ => {}
    });
    Ok(())
}

/// WebKitGTK lets WebDriver see no private session. A release is never driven.
fn driven_by_a_test() -> bool {
    cfg!(any(debug_assertions, feature = "driven"))
        && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// The page is the whole world: its own address, or in `tauri dev` that of the development server.
fn is_the_page(url: &Url) -> bool {
    let own = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    own || (tauri::is_dev()
        && url.scheme() == "http"
        && url.host_str() == Some("127.0.0.1")
        && url.port() == Some(5173))
}

/// Files dragged over the window: the page learns their names and a handle, and their paths stay here.
fn dragged<R: Runtime>(app: &AppHandle<R>, event: &DragDropEvent) {
    // An event that finds no page is one that nobody needs.
    let hovering = |over: bool| drop(app.emit_to(LABEL, "drop_hover", over));
    match event {
        DragDropEvent::Enter { paths, .. } if !paths.is_empty() => hovering(true),
        DragDropEvent::Leave => hovering(false),
        DragDropEvent::Drop { paths, .. } => {
            hovering(false);
            let dropped = app
                .try_state::<Arc<Desk>>()
                .and_then(|desk| desk.dropped(paths.clone()));
            if let Some(dropped) = dropped {
                let _ = app.emit_to(LABEL, "dropped", dropped);
            }
        }
        _ => {}
    }
}

/// Passes on to the page what the desk has to say.
pub(crate) struct Tell<R: Runtime>(AppHandle<R>);

impl<R: Runtime> Tell<R> {
    pub(crate) fn new(app: &AppHandle<R>) -> Self {
        Self(app.clone())
    }
}

impl<R: Runtime> Listener for Tell<R> {
    fn changed(&self, changes: Changes) {
        let _ = self.0.emit_to(LABEL, "changes", changes);
    }

    fn stopping(&self) {
        self.0.state::<Jobs>().cancel_all();
    }

    /// The page begins again at the lock screen, and the process that drew it ends where that can be asked for. A page that does not begin
    /// again is thrown away with its window.
    fn locked(&self) {
        let loads = LOADS.load(Ordering::Relaxed);
        if !ended(&self.0) {
            let _ = self.0.emit_to(LABEL, "locked", Empty {});
        }
        let app = self.0.clone();
        std::thread::spawn(move || {
            std::thread::sleep(UNTIL_IT_HANGS);
            if LOADS.load(Ordering::Relaxed) == loads {
                replace(&app);
            }
        });
    }

    /// Shown by the desktop, if it shows any; where it does not, what is due still stands on the screen.
    fn remind(&self, words: &str) {
        let words = words.to_owned();
        std::thread::spawn(move || {
            let _ = notify_rust::Notification::new()
                .appname("CIP Desk")
                .summary("CIP Desk")
                .icon("cipdesk")
                .body(&words)
                .show();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_page() {
        let may = |url: &str| is_the_page(&url.parse().unwrap());
        assert!(may("tauri://localhost/"), "the page itself");
        assert!(
            may("tauri://localhost/index.html#/customers?q=x"),
            "a place in the page"
        );
        for elsewhere in [
            "https://example.com/",
            "http://127.0.0.1:5173/",
            "http://tauri.localhost/",
            "tauri://example.com/",
            "file:///etc/passwd",
            "doc://localhost/doc/1/1",
            "data:text/html,x",
            "blob:tauri://localhost/1",
            "about:blank",
            "javascript:1",
        ] {
            assert!(!may(elsewhere), "{elsewhere} is not the page");
        }
    }
}
