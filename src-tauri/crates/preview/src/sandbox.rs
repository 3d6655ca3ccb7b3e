//! Gives up, for the whole life of the process, everything a decoder does not need. Knows nothing of what is decoded.
//!
//! Three layers, each enough by itself against the usual exploit: resource limits, Landlock (no file, no TCP port, no
//! signal to others), and a seccomp allow-list (no system call but for memory, time and the three standard streams).
//! A kernel without one of them loses that layer only, and [`Confinement`] says so.

use serde::{Deserialize, Serialize};

/// What holds this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confinement {
    /// Limits on memory, processor time, open files, written files and core dumps.
    pub limits: bool,
    /// Landlock denies every file; on newer kernels TCP, and signals to others, too.
    pub landlock: bool,
    /// A seccomp allow-list denies every other system call.
    pub seccomp: bool,
}

impl Confinement {
    /// All three layers hold.
    pub fn is_full(self) -> bool {
        self.limits && self.landlock && self.seccomp
    }
}

/// Confines the calling process; there is no way back. Call it on the main thread before any other thread exists,
/// because a seccomp filter holds the calling thread and those it starts (and it can start none).
pub fn enter() -> Confinement {
    #[cfg(target_os = "linux")]
    return linux::enter();
    #[cfg(not(target_os = "linux"))]
    return Confinement::default();
}

#[cfg(target_os = "linux")]
mod linux {
    use super::Confinement;
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    use rustix::process::{DumpableBehavior, Resource, Rlimit, Signal};
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Is,
        SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
    };

    /// Memory a decoder may map, in bytes (security.md 3.16).
    const MEMORY: u64 = 1 << 30;
    /// Processor time, in seconds (security.md 3.16).
    const SECONDS: u64 = 10;
    /// Stack, in bytes: PDF interpreters recurse, and a page of honest depth must not end the worker.
    const STACK: u64 = 64 << 20;

    pub(super) fn enter() -> Confinement {
        // No debugger of the same user, and no life after the program that asked. Old kernels without them lose little.
        let _ = rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable);
        let _ = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
        let mapped = already_mapped();
        let landlock = landlock();
        let limits = limits(mapped);
        let seccomp = seccomp().is_some();
        Confinement {
            limits,
            landlock,
            seccomp,
        }
    }

    /// What this program and its libraries have mapped before they decode anything, in bytes. The desktop program
    /// maps its web engine even here, and that must not eat the decoder's share.
    fn already_mapped() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kib = status.lines().find_map(|line| {
            line.strip_prefix("VmSize:")?
                .trim()
                .strip_suffix(" kB")?
                .parse()
                .ok()
        });
        kib.map_or(MEMORY, |kib: u64| kib.saturating_mul(1024))
    }

    fn limits(mapped: u64) -> bool {
        let set = |resource, soft: u64, hard: u64| {
            // A lower limit that stands already must not be raised: that needs a privilege, and would be wrong.
            let standing = rustix::process::getrlimit(resource)
                .maximum
                .unwrap_or(u64::MAX);
            let limit = Rlimit {
                current: Some(soft.min(standing)),
                maximum: Some(hard.min(standing)),
            };
            rustix::process::setrlimit(resource, limit).is_ok()
        };
        let memory = mapped.saturating_add(MEMORY);
        [
            set(Resource::Stack, STACK, STACK),
            set(Resource::As, memory, memory),
            // One second between the signal that ends the worker and the one that cannot be caught.
            set(Resource::Cpu, SECONDS, SECONDS + 1),
            // The three standard streams are open; nothing else can be.
            set(Resource::Nofile, 3, 3),
            set(Resource::Nproc, 0, 0),
            set(Resource::Fsize, 0, 0),
            set(Resource::Core, 0, 0),
        ]
        .iter()
        .all(|held| *held)
    }

    /// A ruleset that handles every right and grants none.
    fn landlock() -> bool {
        const NEWEST: ABI = ABI::V6;
        let confined = Ruleset::default()
            .handle_access(AccessFs::from_all(NEWEST))
            .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
            .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
            .and_then(Ruleset::create)
            .and_then(|rules| rules.restrict_self());
        confined.is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
    }

    /// Installs the allow-list; `None` where this architecture or kernel has none.
    fn seccomp() -> Option<()> {
        let program = allow_list()?;
        seccompiler::apply_filter(&program).ok()
    }

    fn allow_list() -> Option<BpfProgram> {
        let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
        let when =
            |argument, is, value| SeccompCondition::new(argument, Length::Dword, is, value).ok();
        let rule = |conditions| SeccompRule::new(conditions).ok();
        let own_pid = u64::from(std::process::id());
        // Executable memory would make a decoder's bug into code of the attacker's choice.
        let not_executable = || rule(vec![when(2, Is::MaskedEq(libc::PROT_EXEC as u64), 0)?]);
        let rules = [
            // Standard streams only: a descriptor inherited by mistake stays unusable.
            (libc::SYS_read, vec![rule(vec![when(0, Is::Eq, 0)?])?]),
            (
                libc::SYS_write,
                vec![
                    rule(vec![when(0, Is::Eq, 1)?])?,
                    rule(vec![when(0, Is::Eq, 2)?])?,
                ],
            ),
            (libc::SYS_mmap, vec![not_executable()?]),
            (libc::SYS_mprotect, vec![not_executable()?]),
            (libc::SYS_mremap, vec![]),
            (libc::SYS_munmap, vec![]),
            (libc::SYS_madvise, vec![]),
            (libc::SYS_brk, vec![]),
            // Locks, random seeds of hash maps, clocks.
            (libc::SYS_futex, vec![]),
            (libc::SYS_getrandom, vec![]),
            (libc::SYS_clock_gettime, vec![]),
            (libc::SYS_sched_yield, vec![]),
            // Ending, by itself or by a caught fault; `abort` signals its own process and no other.
            (libc::SYS_rt_sigaction, vec![]),
            (libc::SYS_rt_sigprocmask, vec![]),
            (libc::SYS_rt_sigreturn, vec![]),
            (libc::SYS_sigaltstack, vec![]),
            (libc::SYS_restart_syscall, vec![]),
            (libc::SYS_getpid, vec![]),
            (libc::SYS_gettid, vec![]),
            (
                libc::SYS_tgkill,
                vec![rule(vec![when(0, Is::Eq, own_pid)?])?],
            ),
            (libc::SYS_exit, vec![]),
            (libc::SYS_exit_group, vec![]),
        ];
        // Refused, not killed: the C library tries several ways to the same end and lives with a refusal.
        let refuse = SeccompAction::Errno(libc::EPERM as u32);
        let filter = SeccompFilter::new(
            rules.into_iter().collect(),
            refuse,
            SeccompAction::Allow,
            arch,
        )
        .ok()?;
        filter.try_into().ok()
    }
}
