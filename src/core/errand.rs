//! The HTTP calls of one operation: look-up, sign-in, refresh. Each step says how it ended.

use std::sync::Arc;

use super::config::{Secret, Settings};
use super::dial::Prepared;
use super::domains::{self, Domains, Places};
use super::error::{Error, Service};
use super::event::{Event, Listener, Op, Step};
use super::network::Network;
use super::session::{self, Jar, Refresh, SignIn};

/// One operation, before there is a socket or beside it.
pub struct Errand {
    /// The caller's number for it.
    pub op: Op,
    /// The settings as they were when it began.
    pub settings: Arc<Settings>,
    /// Who is told.
    pub listener: Arc<dyn Listener>,
    /// The session's cookies.
    pub jar: Arc<Jar>,
}

impl Errand {
    fn fail(&self, step: Step, error: Error) {
        self.listener.hear(Event::Failed { op: self.op, step, error });
    }

    /// Finds the domains, and says so unless they were `known`; `None` when that failed, which it has said too. `again`: a
    /// reconnect, for which an answer without a list of domains is no success.
    pub async fn look_up(&self, known: Option<Arc<Domains>>, again: bool) -> Option<(Arc<Network>, Arc<Domains>)> {
        let found = match (Network::of(&self.settings.network), known) {
            (Ok(network), Some(domains)) => return Some((network, domains)),
            (Ok(network), None) => domains::look_up(&network, &self.settings).await.map(|domains| (network, domains)),
            (Err(cause), _) => Err(Error::wire(Service::DomainNames, "Error on CSDS request", cause)),
        };
        match found {
            Ok((_, domains)) if again && !domains.listed && self.settings.domains.is_none() => {
                self.fail(Step::Domains, Error::new(Service::DomainNames, "could not fetch domains on reconnect"));
                None
            }
            Ok((network, domains)) => {
                self.listener.hear(Event::Domains { op: self.op, domains: domains.clone() });
                Some((network, domains))
            }
            Err(error) => {
                self.fail(Step::Domains, error);
                None
            }
        }
    }

    /// The way to a token. `again`: as for [`Errand::look_up`].
    pub async fn prepare(self, known: Option<Arc<Domains>>, again: bool) -> Option<Prepared> {
        let (network, found) = self.look_up(known, again).await?;
        let places = Places::new(found, &self.settings);
        let token = self.sign_in(&network, &places).await?;
        Some(Prepared { network, places, token })
    }

    /// Refreshes the session; after a 401 signs in anew. `body`: JSON with the csrf.
    pub async fn refresh(self, known: Option<Arc<Domains>>, body: Secret) {
        let Some((network, found)) = self.look_up(known, false).await else { return };
        let places = Places::new(found, &self.settings);
        match session::refresh(&network, &self.settings, &places, &self.jar, &body).await {
            Ok(Refresh::Done) => self.listener.hear(Event::Refreshed { op: self.op }),
            Ok(Refresh::Expired) => {
                self.sign_in(&network, &places).await;
            }
            Err(error) => self.fail(Step::Refresh, error),
        }
    }

    /// Ends the session at those places. `body`: JSON with the csrf.
    pub async fn log_out(self, session: Option<(Arc<Network>, Places)>, body: Secret) {
        let Some((network, places)) = session else { return self.listener.hear(Event::Refreshed { op: self.op }) };
        match session::log_out(&network, &self.settings, &places, &self.jar, &body).await {
            Ok(()) => self.listener.hear(Event::Refreshed { op: self.op }),
            Err(error) => self.fail(Step::Refresh, error),
        }
    }

    async fn sign_in(&self, network: &Arc<Network>, places: &Places) -> Option<Secret> {
        match session::sign_in(network, &self.settings, places, &self.jar).await {
            Ok(SignIn { token, answer }) => {
                self.listener.hear(Event::SignedIn { op: self.op, answer });
                Some(token)
            }
            Err(error) => {
                self.fail(Step::Login, error);
                None
            }
        }
    }
}
