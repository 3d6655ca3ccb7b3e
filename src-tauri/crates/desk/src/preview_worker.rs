//! Asking the keyless worker for previews (design, section 5).

use preview::{Answer, PreviewError, Request, Rotation, Worker};
use std::path::PathBuf;

/// The worker's program, where there is one.
pub(crate) struct PreviewWorker(Option<Worker>);

/// What an inspection found.
pub(crate) struct Found {
    pub(crate) pages: Option<u32>,
    pub(crate) text: Option<String>,
    pub(crate) marks: Vec<String>,
    pub(crate) no_preview: Option<String>,
}

impl PreviewWorker {
    pub(crate) fn new(exe: Option<PathBuf>) -> Self {
        Self(exe.map(Worker::new))
    }

    fn ask(&self, content: &[u8], request: Request) -> Result<Answer, PreviewError> {
        match &self.0 {
            Some(worker) => worker.ask(content, request),
            None => Err(PreviewError::NoWorker),
        }
    }

    /// Says what a document is, and its text where it is text.
    pub(crate) fn inspect(&self, content: &[u8]) -> Result<Found, PreviewError> {
        let Answer::Inspected(found) = self.ask(content, Request::Inspect { page: 1 })? else {
            return Err(PreviewError::NoWorker);
        };
        let mut text = None;
        if found.obstacle.is_none()
            && found.kind == preview::Kind::Text
            && let Answer::Text(excerpt) = self.ask(
                content,
                Request::Render {
                    page: 1,
                    width_px: 1,
                    rotate: Rotation::None,
                },
            )?
        {
            let rest = if excerpt.truncated {
                "\n… (the rest is not shown; save a copy to read it)"
            } else {
                ""
            };
            text = Some(format!("{}{rest}", excerpt.text));
        }
        Ok(Found {
            pages: found.pages,
            text,
            marks: found.marks.iter().map(ToString::to_string).collect(),
            no_preview: found.obstacle.map(|obstacle| obstacle.to_string()),
        })
    }

    /// Whether a picture stops before its end; what there is of it is shown.
    pub(crate) fn is_partial(&self, content: &[u8]) -> bool {
        let small = Request::Render {
            page: 1,
            width_px: 16,
            rotate: Rotation::None,
        };
        matches!(self.ask(content, small), Ok(Answer::Picture(picture)) if picture.partial)
    }

    /// One page as PNG.
    pub(crate) fn render(
        &self,
        content: &[u8],
        page: u32,
        width_px: u32,
        degrees: u32,
    ) -> Result<Vec<u8>, PreviewError> {
        let rotate = Rotation::from_degrees(degrees % 360).unwrap_or_default();
        match self.ask(
            content,
            Request::Render {
                page,
                width_px,
                rotate,
            },
        )? {
            Answer::Picture(picture) => Ok(picture.png),
            Answer::Inspected(_) | Answer::Text(_) => Err(PreviewError::NoWorker),
        }
    }
}
