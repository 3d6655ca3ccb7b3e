//! The system's file dialogs, opened here and never by the page: a path does not reach it.

use desk::{Ask, FilePicker};
use std::{future::Future, path::PathBuf, sync::mpsc};
use tauri::{AppHandle, Manager, Runtime};

/// The picker of this run: dialogs, or in a build that a test drives the answers in the file that `CIPDESK_PICKER` names, because
/// WebDriver cannot operate a system dialog.
pub(crate) fn picker<R: Runtime>(app: &AppHandle<R>) -> Box<dyn FilePicker> {
    #[cfg(any(debug_assertions, feature = "driven"))]
    if let Some(file) = std::env::var_os("CIPDESK_PICKER") {
        return Box::new(scripted::AnswersInAFile(file.into()));
    }
    Box::new(Dialogs(app.clone()))
}

struct Dialogs<R: Runtime>(AppHandle<R>);

impl<R: Runtime> Dialogs<R> {
    /// Shows a dialog and waits for it. GTK builds dialogs on the main thread only, while the answer is awaited here,
    /// on a thread that may block.
    fn show<F: Future + Send + 'static>(
        &self,
        ask: &Ask,
        open: impl FnOnce(rfd::AsyncFileDialog) -> F + Send + 'static,
    ) -> Option<F::Output> {
        let (sender, opened) = mpsc::channel();
        let (app, ask) = (self.0.clone(), ask.clone());
        self.0
            .run_on_main_thread(move || {
                let mut dialog = rfd::AsyncFileDialog::new().set_title(&ask.title);
                if let Some(name) = &ask.name {
                    dialog = dialog.set_file_name(name);
                }
                for (label, endings) in &ask.kinds {
                    dialog = dialog.add_filter(*label, endings);
                }
                if !ask.kinds.is_empty() {
                    dialog = dialog.add_filter("All files", &["*"]);
                }
                if let Some(window) = app.get_webview_window("main") {
                    dialog = dialog.set_parent(&window);
                }
                let _ = sender.send(open(dialog));
            })
            .ok()?;
        opened.recv().ok().map(tauri::async_runtime::block_on)
    }
}

fn path(chosen: &rfd::FileHandle) -> PathBuf {
    chosen.path().to_owned()
}

impl<R: Runtime> FilePicker for Dialogs<R> {
    fn files(&self, ask: &Ask) -> Vec<PathBuf> {
        let chosen = self.show(ask, |dialog| dialog.pick_files()).flatten();
        chosen.unwrap_or_default().iter().map(path).collect()
    }

    fn save(&self, ask: &Ask) -> Option<PathBuf> {
        self.show(ask, |dialog| dialog.save_file())
            .flatten()
            .as_ref()
            .map(path)
    }

    fn folder(&self, ask: &Ask) -> Option<PathBuf> {
        self.show(ask, |dialog| dialog.pick_folder())
            .flatten()
            .as_ref()
            .map(path)
    }
}

#[cfg(any(debug_assertions, feature = "driven"))]
mod scripted {
    //! Answers out of a file of `purpose=path` lines, read anew at every question so that a test can change its mind.

    use desk::{Ask, FilePicker, ScriptedPicker};
    use std::path::PathBuf;

    pub(super) struct AnswersInAFile(pub(super) PathBuf);

    impl AnswersInAFile {
        fn now(&self) -> ScriptedPicker {
            ScriptedPicker::parse(&std::fs::read_to_string(&self.0).unwrap_or_default())
        }
    }

    impl FilePicker for AnswersInAFile {
        fn files(&self, ask: &Ask) -> Vec<PathBuf> {
            self.now().files(ask)
        }
        fn save(&self, ask: &Ask) -> Option<PathBuf> {
            self.now().save(ask)
        }
        fn folder(&self, ask: &Ask) -> Option<PathBuf> {
            self.now().folder(ask)
        }
    }
}
