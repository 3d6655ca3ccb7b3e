//! The window's commands, generated from the one table: every row becomes a Tauri command that calls the method of the
//! same name on the desk, off the main thread. Nothing is decided here.

use crate::{incident, jobs::Jobs};
#[allow(clippy::wildcard_imports)] // the table names the contract's types without a path
use contract::*;
use desk::{Desk, Throttled};
use std::sync::Arc;
use tauri::{
    Runtime, State,
    ipc::{Channel, Invoke},
};

type Shared<'a> = State<'a, Arc<Desk>>;

macro_rules! command {
    (call $name:ident, $req:ty, $res:ty) => {
        #[tauri::command]
        async fn $name(req: $req, desk: Shared<'_>) -> Result<$res, Failure> {
            let desk = Arc::clone(&desk);
            off_the_main_thread(move || desk.may(stringify!($name)).and_then(|()| desk.$name(req)))
                .await
        }
    };
    (job $name:ident, $req:ty, $res:ty) => {
        #[tauri::command]
        async fn $name(
            req: $req,
            job: String,
            progress: Channel<Progress>,
            desk: Shared<'_>,
            jobs: State<'_, Jobs>,
        ) -> Result<$res, Failure> {
            let desk = Arc::clone(&desk);
            let job = jobs.begin(job)?;
            off_the_main_thread(move || {
                // The page may be gone, and then nobody waits for the progress.
                let watch = Throttled::new(job.cancel(), move |step| drop(progress.send(step)));
                desk.may(stringify!($name))?;
                desk.$name(req, &watch)
            })
            .await
        }
    };
}

macro_rules! commands {
    ($($mode:ident $name:ident($req:ty) -> $res:ty;)*) => {
        $(command!($mode $name, $req, $res);)*

        /// Answers what the page calls.
        pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name,)* job_cancel]
        }
    };
}
contract::for_each_command!(commands);

/// Stops a job. One that has ended, or never was, is not an error: the job's own answer is what counts.
#[tauri::command]
async fn job_cancel(req: JobCancelReq, jobs: State<'_, Jobs>) -> Result<Done, Failure> {
    jobs.cancel(&req.job);
    Ok(Done {})
}

async fn off_the_main_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    answered(tauri::async_runtime::spawn_blocking(move || incident::contain(work)).await)
}

/// The answer of work that was given away; work that was not begun any more is said to be so.
fn answered<T>(joined: tauri::Result<Result<T, Failure>>) -> Result<T, Failure> {
    match joined {
        Ok(answer) => answer,
        Err(_) => Err(Failure::new(
            "U-07",
            Class::Cancelled,
            "CIP Desk is closing. Nothing was changed.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_the_end_of_the_program_cut_off_is_said_to_have_changed_nothing() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let given = runtime.spawn(std::future::pending::<Result<Done, Failure>>());
        given.abort();
        let joined = runtime.block_on(given).map_err(tauri::Error::JoinError);
        let failure = answered(joined).unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.class),
            ("U-07", Class::Cancelled)
        );
    }
}
