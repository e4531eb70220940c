//! Fetches the credential report, once for the users and the root user.

use crate::collect::Cx;
use crate::model::GapId;
use crate::model::iam::CredentialReport;
use aws_sdk_iam::types::ReportStateType;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use std::sync::Arc;
use std::time::Duration;

const GENERATE: &str = "iam:GenerateCredentialReport";
const GET: &str = "iam:GetCredentialReport";

/// How often IAM is asked whether the report is ready.
const ASKED: u32 = 40;
/// The pause before it is asked again; with [`ASKED`], the patience is two minutes.
const PAUSE: Duration = Duration::from_secs(3);

/// The report, fetched when the first of its readers waits for it.
pub(in crate::collect) type SharedReport =
    Shared<BoxFuture<'static, Result<Arc<CredentialReport>, GapId>>>;

/// The report that this run reads. Nothing is asked before somebody waits for it.
pub(in crate::collect) fn report(cx: &Cx) -> SharedReport {
    let cx = cx.clone();
    async move { fetch(&cx).await }.boxed().shared()
}

async fn fetch(cx: &Cx) -> Result<Arc<CredentialReport>, GapId> {
    let clients = cx.clients();
    let mut asked = 0;
    loop {
        let reply = cx
            .once(GENERATE, None, || {
                clients.iam().generate_credential_report().send()
            })
            .await?;
        if reply.state == Some(ReportStateType::Complete) {
            break;
        }
        asked += 1;
        if asked == ASKED {
            let message = "the credential report was not ready after two minutes".to_owned();
            return Err(cx.malformed(GENERATE, None, message));
        }
        // The first report of a small account is ready at once.
        let pause = if asked == 1 { PAUSE / 6 } else { PAUSE };
        cx.pause(pause).await;
    }
    let reply = cx
        .once(GET, None, || clients.iam().get_credential_report().send())
        .await?;
    let content = reply
        .content
        .map(|blob| blob.into_inner())
        .unwrap_or_default();
    CredentialReport::parse(&content)
        .map(Arc::new)
        .map_err(|message| cx.malformed(GET, None, message))
}
