//! What judging one bundle costs this process: its highest memory, and every byte that it hands to the system to write, wherever to.

use std::fs;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Costs {
    /// KiB at the highest, beyond what the process had before.
    pub(crate) memory: u64,
    /// KiB at the highest of the whole process, the test with its thousands of bundles included.
    pub(crate) process: u64,
    /// Bytes given to any call that writes.
    pub(crate) written: u64,
}

impl Costs {
    /// Runs something and gives what it cost. What the test's own frame writes meanwhile is told apart by doing it twice.
    pub(crate) fn of<T>(run: impl Fn() -> T) -> (T, Self) {
        let first = Self::once(&run);
        if first.1.written == 0 {
            return first;
        }
        let second = Self::once(&run);
        if second.1.written < first.1.written {
            second
        } else {
            first
        }
    }

    pub(crate) fn once<T>(run: impl Fn() -> T) -> (T, Self) {
        fs::write("/proc/self/clear_refs", "5").expect("the highest memory can be set back");
        let (memory, written) = (status("VmRSS:"), counted("wchar:"));
        let given = run();
        let cost = Self {
            written: counted("wchar:") - written,
            memory: status("VmHWM:").saturating_sub(memory),
            process: status("VmHWM:"),
        };
        (given, cost)
    }
}

fn status(label: &str) -> u64 {
    number("/proc/self/status", label)
}

fn counted(label: &str) -> u64 {
    number("/proc/self/io", label)
}

fn number(file: &str, label: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap();
    let line = text.lines().find(|line| line.starts_with(label)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
