//! PDF, inside the worker: how many pages, how large, what is active in it, and what a page looks like.

use crate::{
    marks::{self, Mark},
    protocol::{MAX_PDF_PAGES, PageSize, PreviewError},
};
use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::{InterpreterSettings, util::TransformExt},
    hayro_syntax::{
        DecryptionError, LoadPdfError, Pdf,
        object::{Name, Object},
        page::Page,
    },
    kurbo::Affine,
    vello_cpu::{
        Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit,
        color::palette::css::WHITE,
    },
};
use image::RgbImage;
use std::collections::BTreeSet;

/// Objects that are looked through for active content, and bytes they may unpack to: a scan, not an audit.
const MAX_SCANNED: usize = 200_000;
const MAX_UNPACKED: usize = 64 << 20;

/// An opened PDF that has at least one page.
pub(crate) struct Document(Pdf);

impl Document {
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, PreviewError> {
        let pdf = Pdf::new(bytes).map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
                PreviewError::NeedsPassword
            }
            LoadPdfError::Decryption(DecryptionError::UnsupportedAlgorithm) => {
                PreviewError::UnknownEncryption
            }
            LoadPdfError::Decryption(_) | LoadPdfError::Invalid => PreviewError::Damaged,
        })?;
        if pdf.pages().is_empty() {
            Err(PreviewError::Damaged)
        } else {
            Ok(Self(pdf))
        }
    }

    pub(crate) fn pages(&self) -> u32 {
        u32::try_from(self.0.pages().len()).unwrap_or(u32::MAX)
    }

    /// The size of a page, from 1, in points, turned as the page says.
    pub(crate) fn size(&self, page: u32) -> Option<PageSize> {
        let (width, height) = self.page(page)?.render_dimensions();
        Some(PageSize { width, height })
    }

    fn page(&self, page: u32) -> Option<&Page<'_>> {
        self.0
            .pages()
            .get(usize::try_from(page.checked_sub(1)?).ok()?)
    }

    /// Adds what stands in compressed object streams, which a look at the raw bytes does not see.
    pub(crate) fn hidden_marks(&self, found: &mut BTreeSet<Mark>) {
        let mut unpacked = 0;
        for object in self.0.objects().into_iter().take(MAX_SCANNED) {
            let Object::Stream(stream) = object else {
                continue;
            };
            let is_container = stream
                .dict()
                .get::<Name<'_>>(b"Type")
                .is_some_and(|name| &*name == b"ObjStm");
            if !is_container || unpacked > MAX_UNPACKED {
                continue;
            }
            if let Ok(content) = stream.decoded() {
                unpacked += content.len();
                marks::pdf_marks(&content, found);
            }
        }
    }

    /// A page, from 1, drawn on white; `fit` turns its size in points into pixels.
    pub(crate) fn draw(
        &self,
        page: u32,
        fit: impl FnOnce(f32, f32) -> (u32, u32),
    ) -> Result<RgbImage, PreviewError> {
        let pages = self.pages();
        let drawn = self
            .page(page)
            .ok_or(PreviewError::NoSuchPage { page, pages })?;
        if page > MAX_PDF_PAGES {
            return Err(PreviewError::PageNotShown {
                page,
                shown: MAX_PDF_PAGES,
                pages,
            });
        }
        let (points_wide, points_high) = drawn.render_dimensions();
        if !(points_wide.is_normal() && points_high.is_normal()) {
            return Err(PreviewError::Damaged);
        }
        let (width, height) = fit(points_wide, points_high);
        let (w, h) = (u16::try_from(width), u16::try_from(height));
        let (Ok(w), Ok(h)) = (w, h) else {
            return Err(PreviewError::Damaged);
        };
        let scale = Affine::scale_non_uniform(
            f64::from(w) / f64::from(points_wide),
            f64::from(h) / f64::from(points_high),
        );
        // On this thread only: the sandbox lets no other start, whatever features the whole program is built with.
        let settings = hayro::vello_cpu::RenderSettings {
            num_threads: 0,
            ..Default::default()
        };
        let mut context = RenderContext::new_with(w, h, settings);
        hayro::render_into(
            drawn,
            &RenderCache::new(),
            &InterpreterSettings::default(),
            &RenderSettings::default(),
            &mut context,
            scale * drawn.initial_transform(true).to_kurbo(),
        );
        context.flush();
        let mut pixmap = Pixmap::new(w, h);
        let on_white = RasterizerSettings {
            target_init: TargetInit::Clear(WHITE),
            ..Default::default()
        };
        context.render_with(&mut pixmap, &mut Resources::default(), on_white);
        let rgb = pixmap
            .data()
            .iter()
            .flat_map(|pixel| [pixel.r, pixel.g, pixel.b])
            .collect();
        RgbImage::from_raw(width, height, rgb).ok_or(PreviewError::Damaged)
    }
}

/// Whether the file says it is encrypted; one that opens without a password says so too.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let mut encrypted = false;
    marks::pdf_names(bytes, |name| encrypted |= name == b"Encrypt");
    encrypted
}
