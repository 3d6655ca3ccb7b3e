//! One question, answered from bytes, inside the worker: images here, PDF and text by their own modules.

use crate::{
    pdf,
    protocol::{
        Inspection, MAX_HEIGHT_PX, MAX_TIFF_PAGES, MAX_WIDTH_PX, PageSize, PreviewError, Reply,
        Request, Rotation,
    },
    sandbox::Confinement,
    sniff::{self, Kind},
    text,
};
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, imageops,
    metadata::Orientation,
};
use std::io::Cursor;

/// The longest side and the most pixels of an image (security.md 3.6).
const MAX_SIDE: u32 = 20_000;
const MAX_PIXELS: u64 = 100_000_000;
/// Bytes that one decoded image may take, so that the limit of the process is not what stops an honest one.
const MAX_DECODED: u64 = 640 << 20;
/// TIFF pages that are counted; a chain that runs in a circle ends here.
const MAX_COUNTED: usize = 10_000;

pub(crate) fn answer(
    bytes: Vec<u8>,
    request: Request,
    confinement: Confinement,
) -> Result<(Reply, Vec<u8>), PreviewError> {
    let kind = sniff::kind_of(&bytes);
    match request {
        Request::Inspect { page } => Ok((
            Reply::Inspected(inspect(bytes, kind, page, confinement)),
            Vec::new(),
        )),
        Request::Render {
            page,
            width_px,
            rotate,
        } => {
            showable(&bytes, kind)?;
            match kind {
                Kind::Text => {
                    let (text, truncated) = text::excerpt(&bytes);
                    let length = u32::try_from(text.len()).map_err(|_| PreviewError::Damaged)?;
                    Ok((
                        Reply::Text {
                            bytes: length,
                            truncated,
                        },
                        text.into_bytes(),
                    ))
                }
                Kind::Pdf => {
                    let document = pdf::Document::open(bytes)?;
                    let drawn =
                        document.draw(page, |w, h| fit(w, h, width_px, rotate, f32::INFINITY))?;
                    Ok(pixels(&turned(drawn, rotate), false))
                }
                _ => draw_image(bytes, kind, page, width_px, rotate),
            }
        }
    }
}

fn showable(bytes: &[u8], kind: Kind) -> Result<(), PreviewError> {
    if bytes.is_empty() {
        return Err(PreviewError::Empty);
    }
    if kind.previewable() {
        Ok(())
    } else {
        Err(PreviewError::NotPreviewed(kind))
    }
}

fn inspect(bytes: Vec<u8>, kind: Kind, page: u32, confinement: Confinement) -> Inspection {
    let mut marks = sniff::marks_of(&bytes, kind);
    let encrypted = kind == Kind::Pdf && pdf::is_encrypted(&bytes);
    let found = match showable(&bytes, kind) {
        Err(obstacle) => Err(obstacle),
        Ok(()) => match kind {
            Kind::Text => Ok((None, None)),
            Kind::Pdf => pdf::Document::open(bytes).map(|document| {
                document.hidden_marks(&mut marks);
                (Some(document.pages()), document.size(page))
            }),
            _ => image_size(bytes, kind, page),
        },
    };
    let marks = marks.into_iter().collect();
    let (pages, size, obstacle) = match found {
        Ok((pages, size)) => (pages, size, None),
        Err(obstacle) => (None, None, Some(obstacle)),
    };
    Inspection {
        kind,
        pages,
        size,
        encrypted,
        marks,
        obstacle,
        confinement,
    }
}

/// The pixels a page is drawn at: as wide as asked for after turning, its shape kept, within the limits, and not
/// larger than `most` times what it has.
fn fit(width: f32, height: f32, width_px: u32, rotate: Rotation, most: f32) -> (u32, u32) {
    let (across, down) = if rotate.is_sideways() {
        (height, width)
    } else {
        (width, height)
    };
    let wanted = width_px.clamp(1, MAX_WIDTH_PX) as f32;
    let scale = (wanted / across).min(MAX_HEIGHT_PX as f32 / down).min(most);
    let (most_wide, most_high) = if rotate.is_sideways() {
        (MAX_HEIGHT_PX, MAX_WIDTH_PX)
    } else {
        (MAX_WIDTH_PX, MAX_HEIGHT_PX)
    };
    // Casting a float saturates, so a page of any shape comes to at least one pixel and at most the limit.
    (
        ((width * scale).round() as u32).clamp(1, most_wide),
        ((height * scale).round() as u32).clamp(1, most_high),
    )
}

fn turned(image: RgbImage, rotate: Rotation) -> RgbImage {
    match rotate {
        Rotation::None => image,
        Rotation::Quarter => imageops::rotate90(&image),
        Rotation::Half => imageops::rotate180(&image),
        Rotation::ThreeQuarters => imageops::rotate270(&image),
    }
}

fn pixels(image: &RgbImage, partial: bool) -> (Reply, Vec<u8>) {
    let (width, height) = image.dimensions();
    (
        Reply::Pixels {
            width,
            height,
            partial,
        },
        image.as_raw().clone(),
    )
}

/// An image's pages and the upright size of the one asked about.
fn image_size(
    bytes: Vec<u8>,
    kind: Kind,
    page: u32,
) -> Result<(Option<u32>, Option<PageSize>), PreviewError> {
    let (pages, bytes) = page_first(bytes, kind, page)?;
    let mut decoder = decoder(&bytes, kind)?;
    let (width, height) = decoder.dimensions();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = if swaps(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    Ok((
        Some(pages),
        Some(PageSize {
            width: width as f32,
            height: height as f32,
        }),
    ))
}

fn draw_image(
    bytes: Vec<u8>,
    kind: Kind,
    page: u32,
    width_px: u32,
    rotate: Rotation,
) -> Result<(Reply, Vec<u8>), PreviewError> {
    let (_, bytes) = page_first(bytes, kind, page)?;
    let mut decoder = decoder(&bytes, kind)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    let partial = kind == Kind::Jpeg && !jpeg_ends(&bytes);
    // Made small first and turned after: turning a large image would need its memory twice.
    let (width, height) = (image.width() as f32, image.height() as f32);
    let (width, height) = if swaps(orientation) {
        (height, width)
    } else {
        (width, height)
    };
    let (wide, high) = fit(width, height, width_px, rotate, 1.0);
    let (wide, high) = if swaps(orientation) {
        (high, wide)
    } else {
        (wide, high)
    };
    let mut small = shrink(image, wide, high);
    small.apply_orientation(orientation);
    Ok(pixels(&turned(on_white(small), rotate), partial))
}

/// Exactly `wide` by `high`. A plain average does the coarse part, because a good filter over a hundred megapixels takes
/// seconds and gigabytes; the good filter does the rest, so that small print stays sharp.
fn shrink(image: DynamicImage, wide: u32, high: u32) -> DynamicImage {
    let coarse = if image.width() > wide * 4 && image.height() > high * 4 {
        image.thumbnail_exact(wide * 2, high * 2)
    } else {
        image
    };
    if (coarse.width(), coarse.height()) == (wide, high) {
        return coarse;
    }
    coarse.resize_exact(wide, high, imageops::FilterType::CatmullRom)
}

fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0;
        let over = |c: u8| {
            ((u32::from(c) * u32::from(alpha) + 255 * (255 - u32::from(alpha)) + 127) / 255) as u8
        };
        image::Rgb([over(r), over(g), over(b)])
    })
}

fn swaps(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

/// A decoder whose header is read and whose size is within the limits.
fn decoder(bytes: &[u8], kind: Kind) -> Result<impl ImageDecoder + '_, PreviewError> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Webp => ImageFormat::WebP,
        Kind::Tiff => ImageFormat::Tiff,
        other => return Err(PreviewError::NotPreviewed(other)),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED);
    reader.limits(limits);
    let decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width.max(height) > MAX_SIDE || pixels > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED {
        return Err(PreviewError::ImageTooLarge { width, height });
    }
    Ok(decoder)
}

fn refusal(error: &ImageError) -> PreviewError {
    match error {
        ImageError::Limits(_) => PreviewError::Stopped,
        _ => PreviewError::Damaged,
    }
}

/// How many pages an image file has, and its bytes such that a decoder finds the wanted page first.
fn page_first(mut bytes: Vec<u8>, kind: Kind, page: u32) -> Result<(u32, Vec<u8>), PreviewError> {
    let directories = if kind == Kind::Tiff {
        tiff_directories(&bytes)
    } else {
        Vec::new()
    };
    let pages = u32::try_from(directories.len().max(1)).unwrap_or(u32::MAX);
    if page == 0 || page > pages {
        return Err(PreviewError::NoSuchPage { page, pages });
    }
    if page > MAX_TIFF_PAGES {
        return Err(PreviewError::PageNotShown {
            page,
            shown: MAX_TIFF_PAGES,
            pages,
        });
    }
    let wanted = usize::try_from(page - 1)
        .ok()
        .and_then(|at| directories.get(at));
    if let Some(wanted) = wanted {
        let layout = TiffLayout::of(&bytes).ok_or(PreviewError::Damaged)?;
        layout
            .point_at(&mut bytes, *wanted)
            .ok_or(PreviewError::Damaged)?;
    }
    Ok((pages, bytes))
}

/// Where the numbers of a TIFF stand: classic or big, in either byte order.
#[derive(Clone, Copy)]
struct TiffLayout {
    big: bool,
    little_endian: bool,
}

impl TiffLayout {
    fn of(bytes: &[u8]) -> Option<Self> {
        let (big, little_endian) = match bytes.first_chunk::<4>()? {
            b"II*\0" => (false, true),
            b"MM\0*" => (false, false),
            b"II+\0" => (true, true),
            b"MM\0+" => (true, false),
            _ => return None,
        };
        Some(Self { big, little_endian })
    }

    fn number(self, bytes: &[u8], at: u64, size: usize) -> Option<u64> {
        let at = usize::try_from(at).ok()?;
        let field = bytes.get(at..at.checked_add(size)?)?;
        let step = |number: u64, byte: &u8| (number << 8) | u64::from(*byte);
        Some(if self.little_endian {
            field.iter().rev().fold(0, step)
        } else {
            field.iter().fold(0, step)
        })
    }

    fn pointer_at(self) -> (u64, usize) {
        if self.big { (8, 8) } else { (4, 4) }
    }

    /// Where the directory after this one stands; 0 after the last.
    fn next(self, bytes: &[u8], directory: u64) -> Option<u64> {
        let (count_size, entry_size) = if self.big { (8, 20) } else { (2, 12) };
        let entries = self.number(bytes, directory, count_size)?;
        let link = directory
            .checked_add(count_size as u64)?
            .checked_add(entries.checked_mul(entry_size)?)?;
        self.number(bytes, link, self.pointer_at().1)
    }

    fn point_at(self, bytes: &mut [u8], directory: u64) -> Option<()> {
        let (at, size) = self.pointer_at();
        let at = usize::try_from(at).ok()?;
        let field = bytes.get_mut(at..at + size)?;
        let all = directory.to_le_bytes();
        field.copy_from_slice(all.get(..size)?);
        if !self.little_endian {
            field.reverse();
        }
        Some(())
    }
}

/// Where the pages' directories stand, in order; as far as the chain can be followed.
fn tiff_directories(bytes: &[u8]) -> Vec<u64> {
    let Some(layout) = TiffLayout::of(bytes) else {
        return Vec::new();
    };
    let (at, size) = layout.pointer_at();
    let mut directories = Vec::new();
    let mut next = layout.number(bytes, at, size);
    while let Some(directory) = next.filter(|directory| *directory != 0) {
        if directories.len() >= MAX_COUNTED || directories.contains(&directory) {
            break;
        }
        directories.push(directory);
        next = layout.next(bytes, directory);
    }
    directories
}

/// Whether an end marker follows the last scan's data, as it does in a whole JPEG; thumbnails inside the header do not
/// count.
fn jpeg_ends(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let (Some([0xff, marker]), Some([high, low])) =
        (bytes.get(at..at + 2), bytes.get(at + 2..at + 4))
    {
        at += 2 + (usize::from(*high) << 8 | usize::from(*low));
        if *marker == 0xda {
            break;
        }
    }
    bytes
        .get(at..)
        .unwrap_or_default()
        .windows(2)
        .any(|pair| pair == [0xff, 0xd9])
}
