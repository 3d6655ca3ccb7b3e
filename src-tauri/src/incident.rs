//! Faults of ours: a panic becomes a failure with an incident number, and a line in the log that quotes no data.

use contract::{Class, Failure};
use std::{
    cell::Cell,
    io::Write as _,
    panic::{self, AssertUnwindSafe},
    sync::atomic::{AtomicU32, Ordering},
};

static COUNT: AtomicU32 = AtomicU32::new(0);

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

fn number(count: u32) -> String {
    format!("{:X}-{count}", std::process::id())
}

/// From here on a panic writes its number and place to standard error, never its text: that may quote a record.
pub(crate) fn take_over_panics() {
    panic::set_hook(Box::new(|panic| {
        let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
        LAST.set(count);
        let place = panic
            .location()
            .map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let _ = writeln!(
            std::io::stderr(),
            "cipdesk: incident {}{place}",
            number(count)
        );
    }));
}

/// Does the work; a panic in it is answered like any other failure.
pub(crate) fn contain<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Failure::new(
            "E-INTERNAL",
            Class::Internal,
            format!(
                "CIP Desk made a mistake of its own (incident {}). What was saved before is safe. Lock and unlock, then try again.",
                number(LAST.get())
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_a_failure_that_quotes_nothing() {
        let failure = contain::<()>(|| panic!("the name of a customer")).unwrap_err();
        assert_eq!(
            (failure.code.as_str(), failure.class),
            ("E-INTERNAL", Class::Internal)
        );
        assert!(
            !failure.message.contains("customer"),
            "a panic's text may quote a record: {}",
            failure.message
        );
    }
}
