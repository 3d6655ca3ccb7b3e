//! T-K3: the power goes. What the disk was told, in its order, is written down by the injector; from every place in that order images
//! are built as a disk could have left them: what was confirmed is there, what was not is there, gone, torn or out of order.
//!
//! The disk is a strict one: a file's content is safe after it was confirmed, a name in a folder after the folder was.

use crate::{
    judge::judge,
    kills::{base, clear, inject, ran, yard},
    run::{Dice, Outcome, Plan},
    yard::{Yard, files, take_along},
};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// One call that the disk answered.
#[derive(Debug, Clone)]
enum Call {
    Create(PathBuf),
    Folder(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Cut(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Unlink(PathBuf),
    /// What had been acknowledged by then.
    Said(String),
}

fn read(log: &Path) -> Option<Vec<Call>> {
    let bytes = fs::read(log).ok()?;
    let mut rest = bytes.as_slice();
    let mut calls = Vec::new();
    while !rest.is_empty() {
        let kind = *take(&mut rest, 1)?.first()?;
        let mut text = || -> Option<Vec<u8>> {
            let length = u32::from_ne_bytes(take(&mut rest, 4)?.try_into().ok()?);
            Some(take(&mut rest, length as usize)?.to_vec())
        };
        let path = PathBuf::from(String::from_utf8(text()?).ok()?);
        let other = PathBuf::from(String::from_utf8(text()?).ok()?);
        let offset = u64::from_ne_bytes(take(&mut rest, 8)?.try_into().ok()?);
        let length = u32::from_ne_bytes(take(&mut rest, 4)?.try_into().ok()?);
        let data = take(&mut rest, length as usize)?.to_vec();
        calls.push(match kind {
            b'C' => Call::Create(path),
            b'M' => Call::Folder(path),
            b'W' => Call::Write(path, offset, data),
            b'T' => Call::Cut(path, offset),
            b'F' => Call::Sync(path),
            b'D' => Call::SyncFolder(path),
            b'R' => Call::Rename(path, other),
            b'U' | b'X' => Call::Unlink(path),
            b'A' => Call::Said(String::from_utf8(data).ok()?),
            _ => return None,
        });
    }
    Some(calls)
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

/// What the power left of what was not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Nothing.
    Nothing,
    /// Everything: the disk was quicker than it said.
    Everything,
    /// Every second call.
    Odd,
    /// Everything but for the last write, of which one sector or page arrived.
    Torn(u64),
    /// Content without names: names are as they were confirmed.
    Content,
    /// Names without content: files are there and empty from where they were confirmed.
    Names,
}

const LEFT: [Left; 7] = [
    Left::Nothing,
    Left::Everything,
    Left::Odd,
    Left::Torn(512),
    Left::Torn(4096),
    Left::Content,
    Left::Names,
];

#[derive(Debug, Clone)]
enum Node {
    Folder,
    File(usize),
}

/// A disk: names that lead to contents.
#[derive(Debug, Clone, Default)]
struct Disk {
    names: BTreeMap<PathBuf, Node>,
    contents: Vec<Vec<u8>>,
}

impl Disk {
    fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            disk.names.insert(folder.clone(), Node::Folder);
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                }
            }
        }
        for path in files(folder) {
            disk.contents.push(fs::read(&path).unwrap_or_default());
            disk.names.insert(path, Node::File(disk.contents.len() - 1));
        }
        disk
    }

    fn file(&self, path: &Path) -> Option<usize> {
        match self.names.get(path) {
            Some(Node::File(place)) => Some(*place),
            _ => None,
        }
    }

    /// Moves a name and everything below it.
    fn rename(&mut self, from: &Path, to: &Path) {
        let moved: Vec<PathBuf> = self
            .names
            .keys()
            .filter(|path| path.starts_with(from))
            .cloned()
            .collect();
        for path in moved {
            if let (Some(node), Ok(rest)) = (self.names.remove(&path), path.strip_prefix(from)) {
                let target = if rest.as_os_str().is_empty() {
                    to.to_owned()
                } else {
                    to.join(rest)
                };
                self.names.insert(target, node);
            }
        }
    }

    fn write(&mut self, place: usize, offset: u64, data: &[u8]) {
        if let Some(content) = self.contents.get_mut(place) {
            let (from, to) = (offset as usize, offset as usize + data.len());
            if content.len() < to {
                content.resize(to, 0);
            }
            content[from..to].copy_from_slice(data);
        }
    }

    fn cut(&mut self, place: usize, length: u64) {
        if let Some(content) = self.contents.get_mut(place) {
            content.resize(length as usize, 0);
        }
    }

    /// Lays the disk out as a folder; shared memory of a database does not outlive the power.
    fn lay(&self, root: &Path, at: &Path) -> std::io::Result<()> {
        let target = |path: &Path| {
            path.strip_prefix(root)
                .map(|rest| at.join(rest))
                .unwrap_or_else(|_| at.to_owned())
        };
        for (path, node) in &self.names {
            match node {
                Node::Folder
                    if path != root && !target(path).parent().is_some_and(Path::is_dir) => {}
                Node::Folder => {
                    fs::create_dir_all(target(path))?;
                    use std::os::unix::fs::PermissionsExt as _;
                    fs::set_permissions(target(path), fs::Permissions::from_mode(0o700))?;
                }
                Node::File(place) if !path.to_string_lossy().ends_with("-shm") => {
                    let to = target(path);
                    // A name whose folder was never confirmed is lost with it.
                    if to.parent().is_some_and(Path::is_dir) {
                        fs::write(
                            &to,
                            self.contents
                                .get(*place)
                                .map(Vec::as_slice)
                                .unwrap_or_default(),
                        )?;
                    }
                }
                Node::File(_) => {}
            }
        }
        Ok(())
    }
}

/// A change of content or of a name, with whether it was confirmed by the time of the cut.
struct Pending {
    call: Call,
    file: Option<usize>,
    confirmed: bool,
}

/// The disk after the first calls, as the power left it; and what had been acknowledged.
fn after(base: &Disk, calls: &[Call], left: Left, dice: &mut Dice) -> (Disk, Vec<String>) {
    let mut live = base.clone();
    let mut pending: Vec<Pending> = Vec::new();
    let mut said = String::new();
    for call in calls {
        let mut file = None;
        match call {
            Call::Create(path) => {
                live.contents.push(Vec::new());
                live.names
                    .insert(path.clone(), Node::File(live.contents.len() - 1));
                file = Some(live.contents.len() - 1);
            }
            Call::Folder(path) => {
                live.names.insert(path.clone(), Node::Folder);
            }
            Call::Write(path, offset, data) => {
                file = live.file(path);
                if let Some(place) = file {
                    live.write(place, *offset, data);
                }
            }
            Call::Cut(path, length) => {
                file = live.file(path);
                if let Some(place) = file {
                    live.cut(place, *length);
                }
            }
            Call::Rename(from, to) => {
                file = live.file(from);
                live.rename(from, to);
            }
            Call::Unlink(path) => {
                live.names.remove(path);
            }
            Call::Sync(path) => {
                let synced = live.file(path);
                for one in pending.iter_mut().filter(|one| {
                    one.file == synced && matches!(one.call, Call::Write(..) | Call::Cut(..))
                }) {
                    one.confirmed = true;
                }
                continue;
            }
            Call::SyncFolder(folder) => {
                for one in &mut pending {
                    let inside = |path: &Path| path.parent() == Some(folder);
                    one.confirmed |= match &one.call {
                        Call::Create(path) | Call::Folder(path) | Call::Unlink(path) => {
                            inside(path)
                        }
                        Call::Rename(_, to) => inside(to),
                        _ => false,
                    };
                }
                continue;
            }
            Call::Said(text) => {
                said.push_str(text);
                continue;
            }
        }
        pending.push(Pending {
            call: call.clone(),
            file,
            confirmed: false,
        });
    }
    let last = pending
        .iter()
        .rposition(|one| !one.confirmed && matches!(one.call, Call::Write(..)));
    let mut disk = base.clone();
    let begins = disk.contents.len();
    let mut made = begins;
    for (place, one) in pending.iter().enumerate() {
        let content = matches!(one.call, Call::Write(..) | Call::Cut(..));
        let mut arrives = one.confirmed
            || match left {
                Left::Nothing => false,
                Left::Everything | Left::Torn(_) => true,
                Left::Odd => dice.below(2) == 0,
                Left::Content => content,
                Left::Names => !content,
            };
        let mut data = None;
        if let (Left::Torn(size), Some(torn), Call::Write(_, _, bytes)) = (left, last, &one.call)
            && torn == place
        {
            data = bytes.get(
                ..bytes
                    .len()
                    .min(size as usize / if dice.below(2) == 0 { 1 } else { 2 }),
            );
            arrives = true;
        }
        match &one.call {
            Call::Create(path) => {
                // The content is kept under its number whether or not its name arrives.
                disk.contents.push(Vec::new());
                made += 1;
                if arrives {
                    disk.names.insert(path.clone(), Node::File(made - 1));
                }
            }
            _ if !arrives => {}
            Call::Folder(path) => {
                disk.names.insert(path.clone(), Node::Folder);
            }
            Call::Write(_, offset, bytes) => {
                if let Some(file) = one.file {
                    disk.write(file, *offset, data.unwrap_or(bytes));
                }
            }
            Call::Cut(_, length) => {
                if let Some(file) = one.file {
                    disk.cut(file, *length);
                }
            }
            // A file that was moved is where it was moved to, whether or not its first name ever arrived.
            Call::Rename(from, to) => match one.file {
                Some(file) => {
                    disk.names.remove(from);
                    disk.names.insert(to.clone(), Node::File(file));
                }
                None => {
                    disk.rename(from, to);
                    disk.names.entry(to.clone()).or_insert(Node::Folder);
                }
            },
            Call::Unlink(path) => {
                disk.names.remove(path);
            }
            _ => {}
        }
    }
    let whole = said
        .rsplit_once('\n')
        .map_or("", |(whole, _)| whole)
        .to_owned();
    (disk, whole.lines().map(str::to_owned).collect())
}

/// The deeds whose calls are written down. Changing a passphrase exchanges two folders by a call that the injector does not see.
const DEEDS: [&str; 14] = [
    "create", "add", "attach", "decide", "approve", "import", "log", "undo", "backup", "rotate",
    "member", "revoke", "enrol", "dispose",
];

/// Images after a loss of power at every place of every deed.
pub(crate) fn power_loss(plan: &Plan) -> Outcome {
    let root = base(plan).0.clone();
    let mut recorded: Vec<(&str, PathBuf, Vec<Call>)> = Vec::new();
    let mut failures = Vec::new();
    for deed in DEEDS {
        let done = (|| {
            let yard = yard(plan, &format!("k3-{deed}"))?;
            let log = plan.place(&format!("k3-{deed}.log"));
            let mut environment = inject(plan, &yard, "log", 0);
            environment.push(("FI_LOG", log.display().to_string()));
            let ended = ran(&yard, &["do", deed], &environment)?;
            if !ended.status.success() {
                return Err(format!("it fails by itself: {}", ended.error));
            }
            let calls = read(&log).ok_or("the record of its calls cannot be read")?;
            clear(&yard);
            Ok((deed, yard.0, calls))
        })();
        match done {
            Ok(one) => recorded.push(one),
            Err(why) => failures.push(format!("T-K3 {deed}: {why}")),
        }
    }
    let mut all: Vec<(usize, usize, Left)> = Vec::new();
    for (place, (_, _, calls)) in recorded.iter().enumerate() {
        // A cut right before each confirmation leaves the most to lose; cuts elsewhere are drawn.
        for length in 1..=calls.len() {
            let before_sync =
                matches!(calls.get(length), Some(Call::Sync(_) | Call::SyncFolder(_)));
            for left in LEFT {
                if before_sync || length % 9 == place % 9 || length == calls.len() {
                    all.push((place, length, left));
                }
            }
        }
    }
    let mut dice = Dice(plan.seed ^ 3);
    let chosen = dice.some(&all, plan.points(50, 5_000));
    let disk = Disk::of(&root);
    failures.extend(plan.each(&chosen, |number, (place, length, left)| {
        let Some((deed, made_in, calls)) = recorded.get(*place) else {
            return Ok(());
        };
        let why = |text: String| {
            format!(
                "T-K3 {deed}, power lost after call {length} of {} with {left:?}: {text}",
                calls.len()
            )
        };
        let yard = Yard(plan.place(&format!("k3-image-{number}")));
        let _ = fs::remove_dir_all(&yard.0);
        // The calls name the yard they were made in: the base is seen as if it lay there.
        let mut there = Disk::default();
        for (path, node) in &disk.names {
            let moved = path
                .strip_prefix(&root)
                .map(|rest| made_in.join(rest))
                .unwrap_or_default();
            there.names.insert(moved, node.clone());
        }
        there.contents.clone_from(&disk.contents);
        let mut dice = Dice(plan.seed ^ (number as u64) << 12);
        let (image, said) = after(
            &there,
            calls.get(..*length).unwrap_or_default(),
            *left,
            &mut dice,
        );
        image
            .lay(made_in, &yard.0)
            .map_err(|text| why(text.to_string()))?;
        // Pieces of what was being built beside a vault are nobody's.
        for folder in [yard.0.clone(), yard.out()] {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with(".cipdesk-new-")
                {
                    let _ = fs::remove_dir_all(entry.path());
                }
            }
        }
        take_along(&yard);
        judge(&yard, &said).map_err(why)?;
        clear(&yard);
        Ok(())
    }));
    Outcome {
        n: chosen.len(),
        failures,
        note: format!(
            "images of {} possible, from {} calls of {} deeds: what was not confirmed gone, there, half there, torn at 512 and 4,096 bytes, names without content, content without names",
            all.len(),
            recorded
                .iter()
                .map(|(_, _, calls)| calls.len())
                .sum::<usize>(),
            recorded.len()
        ),
    }
}
