//! Bodies of replies: whole, trickling, or cut off.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::Effect;

/// Time for the first half of a body that is cut off to leave.
const BEFORE_CUT: Duration = Duration::from_millis(5);

/// A reply's body.
pub(super) struct ReplyBody {
    left: Bytes,
    /// Bytes in a piece, and the pause before each.
    pieces: Option<(usize, Duration)>,
    pause: Option<Pin<Box<Sleep>>>,
    /// The body breaks when only this much is left.
    cut: Option<usize>,
}

impl ReplyBody {
    /// A body, sent as the effect says.
    pub(super) fn new(data: Vec<u8>, effect: Option<&Effect>) -> Self {
        let left = Bytes::from(data);
        let (mut pieces, mut cut) = (None, None);
        match effect {
            Some(Effect::SlowBody { bytes, ms }) => {
                pieces = Some(((*bytes).max(1), Duration::from_millis(*ms)));
            }
            Some(Effect::Truncate {}) => cut = Some(left.len().div_ceil(2)),
            _ => {}
        }
        Self {
            left,
            pieces,
            pause: None,
            cut,
        }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(cut) = self.cut {
            if self.left.len() <= cut {
                // What was sent so far leaves only while nothing more is ready.
                let pause = self
                    .pause
                    .get_or_insert_with(|| Box::pin(sleep(BEFORE_CUT)));
                if pause.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                return Poll::Ready(Some(Err(io::Error::other("cut off by a rule"))));
            }
            let first = self.left.len() - cut;
            let data = self.left.split_to(first);
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let Some((bytes, ms)) = self.pieces else {
            let data = std::mem::take(&mut self.left);
            return Poll::Ready(Some(Ok(Frame::data(data))));
        };
        let pause = self.pause.get_or_insert_with(|| Box::pin(sleep(ms)));
        if pause.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.pause = None;
        let first = bytes.min(self.left.len());
        let data = self.left.split_to(first);
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}
