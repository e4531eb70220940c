//! What comes after reading: judging, keeping the reports, telling who wants to know, publishing. An
//! invocation may be ended in the middle of it; the same event, sent again, finds the snapshot and does
//! what is left. So each step either gives the same bytes again or leaves a mark, and what a step needs
//! is kept before it.

use super::answer::{Answer, Compared, Counts, Done, Outcome, texts};
use super::audit::Work;
use super::error::{Failure, Kind};
use super::news::News;
use super::store::Store;
use crate::app::{self, Loaded, Publishing, Voice};
use crate::model::Snapshot;
use crate::report::{Judged, v1};
use crate::sink::s3::Address;
use crate::sink::sns::Topic;

/// Judges what was read, and delivers it. `again`: an earlier invocation of the run has kept the
/// snapshot.
pub(super) async fn report(
    work: &Work<'_>,
    snapshot: Snapshot,
    again: bool,
) -> Result<Answer, Failure> {
    let store = work.store();
    let deliver = &work.event.deliver;
    let mut reports = vec![match again {
        true => store.place_of_snapshot(),
        false => store.snapshot(&snapshot).await?,
    }];
    let Loaded {
        catalog, settings, ..
    } = &work.loaded;
    let judged = Judged::new(snapshot, catalog, settings);
    reports.extend(store.reports(&judged, &deliver.formats).await?);
    let document = judged.document();
    drop(judged);
    let compared = compared(work, &store, &document, &reports).await?;
    // Last, since it alone may be off, refuse, or take long.
    if deliver.security_hub && !published(work, &document).await? {
        return to_be_published(work, again);
    }
    let done = Done {
        started: document.run.started.clone(),
        score: document.score.whole,
        coverage: document.coverage,
        counts: Counts::of(&document),
        reports: texts(&reports),
        compared,
    };
    Ok(work.answer("done", Outcome::Done(Box::new(done))))
}

/// Compares with the run before, tells the topic what is new, and keeps that it was told: in this
/// order, so that news is told twice, by an invocation that ended between the two, rather than never.
async fn compared(
    work: &Work<'_>,
    store: &Store<'_>,
    document: &v1::Document,
    reports: &[Address],
) -> Result<Compared, Failure> {
    let deliver = &work.event.deliver;
    let listed = store.listed().await?;
    if let Some(kept) = store.kept_comparison(&listed).await? {
        return Ok(kept);
    }
    let news = match store.earlier(&listed).await? {
        Some(earlier) => Some(News::since(&earlier, document, deliver.severity)?),
        None => None,
    };
    let mut notified = false;
    if let (Some(news), Some(topic)) = (&news, &deliver.topic)
        && news.count() > 0
    {
        let subject = news.subject(&work.session.account, deliver.severity);
        let message = news.message(&work.run, document, deliver.severity, reports);
        let topic = Topic::new(&work.base, topic);
        topic.publish(&subject, &message).await?;
        notified = true;
    }
    let compared = Compared {
        compared_with: news.as_ref().map(|news| news.earlier().to_owned()),
        new_findings: news.as_ref().map_or(0, News::count),
        notified,
    };
    store.comparison(&compared).await?;
    Ok(compared)
}

/// Publishes, and tells whether that came to its end before the time was up.
async fn published(work: &Work<'_>, document: &v1::Document) -> Result<bool, Failure> {
    let timer = work.timer();
    let publishing = async {
        let publishing = Publishing {
            skip_disabled: true,
            hub_region: work.event.deliver.hub_region.clone(),
            ..Publishing::default()
        };
        let publisher = publishing.open(&work.session, Voice::Beside).await?;
        publisher.publish(document, &work.loaded.catalog).await
    };
    let result = publishing.await;
    timer.abort();
    let (kind, why) = match result {
        Ok(app::exit::DONE) => return Ok(true),
        _ if work.session.stop.is_stopped() => return Ok(false),
        Ok(_) => (
            Kind::Delivery,
            "Security Hub did not take all findings: the log tells which".to_owned(),
        ),
        Err(error) => {
            let failure = Failure::from(error);
            (failure.kind, failure.message)
        }
    };
    Err(Failure::new(
        kind,
        format!("the account was read, and its reports were kept. {why}"),
    ))
}

/// The next invocation publishes with all of its time. One that had all of it and came to no end
/// gives up, so that nothing goes round for ever.
fn to_be_published(work: &Work<'_>, again: bool) -> Result<Answer, Failure> {
    if again {
        return Err(Failure::new(
            Kind::Stalled,
            "the account was read, and its reports were kept. Publishing to Security Hub took all of the time that the function has: give it more, or send this event again, which goes on where this one stopped",
        ));
    }
    Ok(work.answer(
        "continue",
        Outcome::Publishing {
            snapshot: work.store().place_of_snapshot().to_string(),
            event: work.event.next(&work.run, None),
        },
    ))
}
