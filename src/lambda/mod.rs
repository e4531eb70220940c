//! The handler of a Lambda function: the same program, when Lambda starts it. Nothing is done
//! before the first event but what the runtime needs; everything else hangs on the event.

mod answer;
mod audit;
mod deadline;
mod error;
mod event;
mod fields;
mod news;
mod organization;
mod report;
mod store;
mod unread;

use deadline::Deadline;
use error::Failure;
use event::{Action, Event};
use lambda_runtime::{Context, LambdaEvent, service_fn};
use serde_json::Value;
use std::process::ExitCode;

/// Whether Lambda has started the program: it says where events come from, and gives no arguments.
pub fn is_meant() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() && std::env::args_os().len() <= 1
}

/// Answers events until Lambda ends the process.
pub fn main() -> ExitCode {
    let served = crate::app::runtime().map(|runtime| {
        runtime.block_on(lambda_runtime::run(service_fn(
            |event: LambdaEvent<Value>| async move {
                let (event, context) = event.into_parts();
                // A future of its own on the heap: it is large, and there is one at a time.
                let answer = Box::pin(handle(&event, &context)).await;
                if let Err(failure) = &answer {
                    eprintln!("error: {failure}");
                }
                answer
            },
        )))
    });
    match served {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => stopped(&error),
        Err(error) => stopped(&error),
    }
}

fn stopped(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(crate::app::exit::BUG)
}

async fn handle(event: &Value, context: &Context) -> Result<Value, Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let event = Event::read(event, &variable)?;
    let deadline = Deadline::of(context.deadline, event.reserve)?;
    match event.action {
        Action::Audit => audit::audit(&event, &context.request_id, deadline).await,
        Action::Accounts => organization::accounts(&event, &context.request_id).await,
        Action::Join => organization::join(&event).await,
    }
}
