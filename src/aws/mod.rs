//! The one door to AWS: sessions, clients, the read-only guard, rate limits, and what errors
//! mean.

mod base;
pub mod clients;
pub mod error;
pub mod guard;
mod http;
pub mod limit;
mod organization;
mod regions;
pub mod retry;
mod role;
pub mod session;
mod sign;
mod simulate;
mod stop;

pub use base::{Base, Unopened};
pub use clients::Clients;
pub use error::Failure;
pub use organization::{Listed, ListedAccount, ListedUnit, NotListed};
pub use retry::Retries;
pub use role::{NotOpened, Role};
pub use session::{Options, Session, SessionError};
pub use sign::{KmsKey, SignError};
pub use simulate::{NotSimulated, Simulation};
pub use stop::Stop;
