//! The tag files of bags that others wrote: encodings, declarations, manifests, fetch lists, bag-info. Reads text only; knows no files.

/// A BagIt version, major and minor.
pub(super) type Version = (u32, u32);

/// Decodes a tag file; `None` for an unknown encoding or bytes that are none of it.
pub(super) fn decode(bytes: &[u8], encoding: &str) -> Option<String> {
    let wide = |bytes: &[u8], big: bool| -> Option<String> {
        let pairs = bytes.chunks(2).map(|pair| match pair {
            [one, two] => Some(if big {
                u16::from_be_bytes([*one, *two])
            } else {
                u16::from_le_bytes([*one, *two])
            }),
            _ => None,
        });
        String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
    };
    match encoding.to_ascii_uppercase().replace('_', "-").as_str() {
        "UTF-8" | "UTF8" => String::from_utf8(bytes.to_vec()).ok(),
        "US-ASCII" | "ASCII" => bytes
            .is_ascii()
            .then(|| String::from_utf8(bytes.to_vec()).ok())?,
        "ISO-8859-1" | "LATIN-1" | "LATIN1" => {
            Some(bytes.iter().map(|byte| char::from(*byte)).collect())
        }
        "UTF-16" => match bytes {
            [0xff, 0xfe, rest @ ..] => wide(rest, false),
            [0xfe, 0xff, rest @ ..] => wide(rest, true),
            _ => wide(bytes, true),
        },
        "UTF-16LE" => wide(bytes, false),
        "UTF-16BE" => wide(bytes, true),
        _ => None,
    }
}

/// Lines that end with LF, CR or CRLF, with their numbers; the empty rest after the last end is none.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut number = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        number += 1;
        let (line, after) = match rest.find(['\r', '\n']) {
            None => (rest, ""),
            Some(end) => {
                let (line, tail) = rest.split_at(end);
                (
                    line,
                    tail.strip_prefix("\r\n")
                        .or_else(|| tail.get(1..))
                        .unwrap_or_default(),
                )
            }
        };
        rest = after;
        Some((number, line))
    })
}

/// Version and encoding out of `bagit.txt`; the sentence of what is wrong.
pub(super) fn declaration(bytes: &[u8]) -> Result<(Version, String), &'static str> {
    if bytes.starts_with(&[0xef, 0xbb, 0xbf]) {
        return Err("it begins with a byte-order mark, which this file must not have");
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8")?;
    let mut found = lines(text)
        .map(|(_, line)| line)
        .filter(|line| !line.trim().is_empty());
    let value = |line: Option<&str>, label: &str| {
        line.and_then(|line| line.split_once(':'))
            .filter(|(name, _)| *name == label)
            .map(|(_, value)| value.trim().to_owned())
    };
    let version = value(found.next(), "BagIt-Version")
        .ok_or("its first line must be \"BagIt-Version: M.N\"")?;
    let encoding =
        value(found.next(), "Tag-File-Character-Encoding").filter(|encoding| !encoding.is_empty());
    let encoding =
        encoding.ok_or("its second line must be \"Tag-File-Character-Encoding: ENCODING\"")?;
    if found.next().is_some() {
        return Err("it has more than two lines");
    }
    let number = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())?
    };
    let version = version
        .split_once('.')
        .and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
    Ok((version.ok_or("the version is not a number M.N")?, encoding))
}

/// One line of a manifest.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ManifestLine {
    pub(super) sum: String,
    pub(super) path: String,
    /// Written as md5sum does for binary files.
    pub(super) starred: bool,
    /// Written with `./` before it.
    pub(super) dotted: bool,
}

/// Reads one line: hexadecimal digits, white space, a path that keeps its own spaces.
pub(super) fn manifest_line(line: &str) -> Option<ManifestLine> {
    let (sum, rest) = line
        .trim_start_matches([' ', '\t'])
        .split_once([' ', '\t'])?;
    let path = rest.trim_start_matches([' ', '\t']);
    let (starred, path) = path
        .strip_prefix('*')
        .map_or((false, path), |path| (true, path));
    let mut plain = path;
    while let Some(shorter) = plain.strip_prefix("./") {
        plain = shorter.trim_start_matches('/');
    }
    let hex = !sum.is_empty() && sum.bytes().all(|b| b.is_ascii_hexdigit());
    (hex && !plain.is_empty()).then(|| ManifestLine {
        sum: sum.to_ascii_lowercase(),
        path: plain.to_owned(),
        starred,
        dotted: plain.len() != path.len(),
    })
}

/// Undoes the only three escapes that RFC 8493 has: line feed, carriage return, percent.
pub(super) fn unescape(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let code = tail.get(1..3).unwrap_or_default();
        let plain = if code.eq_ignore_ascii_case("0a") {
            Some('\n')
        } else if code.eq_ignore_ascii_case("0d") {
            Some('\r')
        } else {
            (code == "25").then_some('%')
        };
        out.push(plain.unwrap_or('%'));
        rest = tail
            .get(if plain.is_some() { 3 } else { 1 }..)
            .unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The length, if told, and the path of one line of `fetch.txt`: URL, length or `-`, path.
pub(super) fn fetch_line(line: &str) -> Option<(Option<u64>, String)> {
    let mut words = line.splitn(2, [' ', '\t']);
    let url = words.next()?;
    let (length, path) = words.next()?.trim_start().split_once([' ', '\t'])?;
    let path = path.trim_start();
    let length = if length == "-" {
        None
    } else {
        Some(length.parse().ok()?)
    };
    (url.contains(':') && !path.is_empty())
        .then(|| (length, path.strip_prefix("./").unwrap_or(path).to_owned()))
}

/// Labels and values of bag-info, folded lines joined; and the number of the first line that is neither.
pub(super) fn bag_info(text: &str) -> (Vec<(String, String)>, Option<usize>) {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut odd = None;
    for (number, line) in lines(text) {
        if line.trim().is_empty() {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            match pairs.last_mut() {
                Some((_, value)) => {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                None => odd = odd.or(Some(number)),
            }
        } else if let Some((label, value)) = line
            .split_once(':')
            .filter(|(label, _)| !label.trim().is_empty())
        {
            pairs.push((label.trim().to_owned(), value.trim().to_owned()));
        } else {
            odd = odd.or(Some(number));
        }
    }
    (pairs, odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_any_of_three_ways() {
        let found: Vec<&str> = lines("a\nb\r\nc\rd\n\ne").map(|(_, line)| line).collect();
        assert_eq!(found, ["a", "b", "c", "d", "", "e"]);
    }

    #[test]
    fn only_the_three_escapes_of_the_standard_are_undone() {
        assert_eq!(unescape("data/a%0Ab%0dc%25d%7Ee%"), "data/a\nb\rc%d%7Ee%");
    }

    #[test]
    fn manifest_lines_of_all_habits_are_read() {
        let read = |line| manifest_line(line).map(|line| (line.path, line.starred, line.dotted));
        assert_eq!(
            read("AB  data/a b"),
            Some(("data/a b".into(), false, false))
        );
        assert_eq!(read("ab *./data/a"), Some(("data/a".into(), true, true)));
        assert_eq!(read("xy data/a"), None, "no hexadecimal digits");
        assert_eq!(read("ab"), None, "no path");
    }
}
