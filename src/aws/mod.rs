//! The one door to AWS: sessions, clients, the read-only guard, rate limits, and what errors
//! mean.

mod base;
pub mod clients;
pub mod error;
pub mod guard;
mod http;
pub mod limit;
pub mod retry;
pub mod session;
mod simulate;
mod stop;

pub use base::{Base, Role};
pub use clients::Clients;
pub use error::Failure;
pub use retry::Retries;
pub use session::{Options, Session, SessionError};
pub use simulate::{NotSimulated, Simulation};
pub use stop::Stop;
