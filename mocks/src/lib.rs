//! An emulator of AWS's read APIs.
//!
//! It serves accounts over real HTTP on loopback to any AWS client. How a request is read and a
//! reply written comes from AWS's own service models (`models/`, extracted from botocore's data),
//! so that the wire form is AWS's and not our reading of it. What an account holds is a folder of
//! replies in the form in which the `aws` CLI prints them: see [`Account`].
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! use waterline_mocks::{Account, Controls, Effect, Emulator, Rule};
//!
//! let controls = Controls::default();
//! controls.add(Rule::new("s3:GetBucketAcl", Effect::Deny {}));
//! let running = Emulator::start(vec![Account::demo()?], controls).await?;
//! println!("{}", running.endpoint());
//! // … point a client at the endpoint …
//! for request in running.log() {
//!     println!("{} {}", request.service, request.operation);
//! }
//! running.stop().await;
//! # Ok(())
//! # }
//! ```

mod account;
mod answer;
mod controls;
mod faults;
mod generate;
mod glob;
mod log;
mod model;
mod protocol;
mod serve;

pub use account::{Account, Fault, LoadError};
pub use answer::derived::DEFAULT_REGIONS;
pub use controls::{Controls, Effect, Rule};
pub use generate::{Mix, Spec};
pub use log::{LogEntry, Outcome};
pub use serve::{Emulator, Running};
