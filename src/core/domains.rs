//! The domain service (LivePerson developer docs: Domain API): which host carries which service of an account.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use once_cell::sync::Lazy;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use tokio::time::Instant;

use super::config::{NetworkSettings, Settings};
use super::envelope::{as_text, fields, is_truthy};
use super::error::{Cause, Error, Service};
use super::http::{self, Answer, Call};
use super::network::Network;

/// The answer of the domain service.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Domains {
    /// Service → host, in the order of the answer.
    pub hosts: Vec<(String, String)>,
    /// False when the answer had no list at all.
    pub listed: bool,
}

/// As JSON it is the object `{service: host}`.
impl Serialize for Domains {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.hosts.iter().map(|(service, host)| (service, host)))
    }
}

/// Where the services of an account are, with the settings' own domains laid over the answer.
#[derive(Clone, Debug)]
pub struct Places {
    found: Arc<Domains>,
    own: BTreeMap<String, String>,
}

impl Places {
    /// Lays the settings' `domains` over what was found.
    pub fn new(found: Arc<Domains>, settings: &Settings) -> Self {
        Self { found, own: settings.domains.clone().unwrap_or_default() }
    }

    /// The host of a service; of those that are listed twice the last one.
    fn host(&self, service: &str) -> Option<&str> {
        let found = || self.found.hosts.iter().rev().find(|(name, _)| name == service).map(|(_, host)| host);
        self.own.get(service).or_else(found).map(String::as_str)
    }

    /// The host for login and refresh; without it nothing can be done.
    pub fn agent_vep(&self) -> Option<&str> {
        self.host("agentVep").filter(|host| !host.is_empty())
    }

    /// The host of the WebSocket. Like the original's, a missing one is the name "undefined", which no resolver knows.
    pub fn messaging(&self, settings: &Settings) -> String {
        let named = || self.host(&settings.ws_domain_type).or_else(|| self.host("facadeMsg"));
        settings.host.as_deref().or_else(named).unwrap_or("undefined").to_owned()
    }
}

type Key = (String, String, NetworkSettings);
type Lookup = Result<Arc<Domains>, Arc<LookupError>>;
type Asking = Shared<BoxFuture<'static, Lookup>>;

/// An error that all who shared a look-up are told; [`Error`] itself is made for one.
#[derive(Debug)]
pub(super) enum LookupError {
    Wire(Cause),
    Status(Answer),
    Service(Answer),
}

enum Entry {
    /// An answer, and until when whoever asked wants it kept.
    Known { domains: Arc<Domains>, since: Instant, until: Instant },
    /// A call under way. Weak: when all who wait for it are gone it ends, and the next one asks anew.
    Asking(WeakShared<BoxFuture<'static, Lookup>>),
}

static CACHE: Lazy<Mutex<HashMap<Key, Entry>>> = Lazy::new(Mutex::default);

fn key(settings: &Settings) -> Key {
    (settings.csds_domain.clone(), settings.account.clone(), settings.network.clone())
}

fn cache() -> MutexGuard<'static, HashMap<Key, Entry>> {
    CACHE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The answer that is still good, without a network.
pub fn cached(settings: &Settings) -> Option<Arc<Domains>> {
    known(&cache(), &key(settings), settings)
}

fn known(cache: &HashMap<Key, Entry>, key: &Key, settings: &Settings) -> Option<Arc<Domains>> {
    match cache.get(key) {
        Some(Entry::Known { domains, since, .. }) if since.elapsed() < settings.domain_ttl() => Some(domains.clone()),
        _ => None,
    }
}

/// Asks the domain service, unless a good answer is known. Agents that ask the same thing at the same time share one call.
///
/// # Errors
/// `Error on CSDS request: …` (SDK: CSDSClient).
pub async fn look_up(network: &Arc<Network>, settings: &Settings) -> Result<Arc<Domains>, Error> {
    let key = key(settings);
    let asking = {
        let mut cache = cache();
        if let Some(domains) = known(&cache, &key, settings) {
            return Ok(domains);
        }
        match under_way(&cache, &key) {
            Some(asking) => asking,
            None => {
                let asking = ask(network.clone(), settings).boxed().shared();
                if let Some(weak) = asking.downgrade() {
                    cache.insert(key.clone(), Entry::Asking(weak));
                }
                asking
            }
        }
    };
    let outcome = asking.clone().await;
    remember(key, settings, &asking, &outcome);
    outcome.map_err(|error| error.told())
}

fn under_way(cache: &HashMap<Key, Entry>, key: &Key) -> Option<Asking> {
    match cache.get(key) {
        Some(Entry::Asking(weak)) => weak.upgrade().filter(|asking| asking.peek().is_none()),
        _ => None,
    }
}

/// Keeps the outcome, if it is worth it. The first of those who shared the call does that for all of them.
fn remember(key: Key, settings: &Settings, asking: &Asking, outcome: &Lookup) {
    let mut cache = cache();
    match cache.get(&key) {
        Some(Entry::Asking(weak)) if weak.upgrade().is_some_and(|other| other.ptr_eq(asking)) => {}
        _ => return,
    }
    cache.remove(&key);
    let now = Instant::now();
    cache.retain(|_, entry| match entry {
        Entry::Known { until, .. } => *until > now,
        Entry::Asking(weak) => weak.upgrade().is_some(),
    });
    if let Ok(domains) = outcome.as_ref().map(Arc::clone)
        && !domains.hosts.is_empty()
    {
        cache.insert(key, Entry::Known { domains, since: now, until: now + settings.domain_ttl() });
    }
}

fn ask(network: Arc<Network>, settings: &Settings) -> impl Future<Output = Lookup> + Send + 'static {
    let path = format!("/api/account/{}/service/baseURI.json?version=1.0", settings.account);
    let url = http::url(&settings.csds_domain, &path);
    let deadline = settings.http_deadline();
    async move {
        let url = url.map_err(|cause| Arc::new(LookupError::Wire(cause)))?;
        let call = Call { url: &url, post: None, deadline };
        let answer = network.http.call(call).await.map_err(|cause| Arc::new(LookupError::Wire(cause)))?;
        read(answer).map(Arc::new).map_err(Arc::new)
    }
}

/// What an answer of the domain service means.
pub(super) fn read(answer: Answer) -> Result<Domains, LookupError> {
    if answer.status > 299 {
        return Err(LookupError::Status(answer));
    }
    let body = Body::of(&answer);
    if is_truthy(body.error) {
        return Err(LookupError::Service(answer));
    }
    Ok(body.domains())
}

const PREFIX: &str = "Error on CSDS request";

impl LookupError {
    pub(super) fn told(&self) -> Error {
        match self {
            Self::Wire(cause) => Error::wire(Service::DomainNames, PREFIX, cause.clone()),
            Self::Status(answer) => of_status(Service::DomainNames, PREFIX, answer),
            Self::Service(answer) => of_service(Service::DomainNames, PREFIX, answer),
        }
    }
}

/// `{prefix}: {status text}` with the status as the code.
pub(super) fn of_status(service: Service, prefix: &str, answer: &Answer) -> Error {
    let error = Error::new(service, format!("{prefix}: {}", answer.reason)).with_status(answer.status);
    Error { body: Some(answer.body.clone()), ..error }
}

/// `{prefix}: {the error object of the body}` with its `internalCode` as the code.
pub(super) fn of_service(service: Service, prefix: &str, answer: &Answer) -> Error {
    let detail = Body::of(answer).error;
    let code = detail.and_then(|detail| fields(detail.get()).remove("internalCode"));
    Error {
        code: code.map(ToOwned::to_owned),
        detail: detail.map(ToOwned::to_owned),
        body: Some(answer.body.clone()),
        ..Error::new(service, format!("{prefix}: "))
    }
}

/// The fields of an answer; one that is not JSON has none.
struct Body<'a> {
    error: Option<&'a RawValue>,
    list: Option<&'a RawValue>,
}

impl<'a> Body<'a> {
    fn of(answer: &'a Answer) -> Self {
        let mut found = fields(&answer.body);
        Self { error: found.remove("error"), list: found.remove("baseURIs") }
    }

    fn domains(&self) -> Domains {
        let items = self.list.and_then(|list| serde_json::from_str::<Vec<&RawValue>>(list.get()).ok());
        let hosts = items
            .unwrap_or_default()
            .into_iter()
            .map(|item| fields(item.get()))
            .filter_map(|item| Some((as_text(given(&item, "service")?), as_text(given(&item, "baseURI")?))))
            .collect();
        Domains { hosts, listed: is_truthy(self.list) }
    }
}

/// A field that is there and not null.
fn given<'a>(item: &BTreeMap<String, &'a RawValue>, name: &str) -> Option<&'a RawValue> {
    item.get(name).copied().filter(|value| value.get() != "null")
}

/// Whether the body of an answer has an `error` that JavaScript would call true.
pub(super) fn has_error(answer: &Answer) -> bool {
    is_truthy(Body::of(answer).error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains(body: &str) -> Domains {
        let answer = Answer { status: 200, reason: "OK".into(), cookies: vec![], body: body.into() };
        Body::of(&answer).domains()
    }

    #[test]
    fn reads_the_list_and_passes_over_what_is_none() {
        let found = domains(
            r#"{"baseURIs":[{"account":"1","service":"agentVep","baseURI":"a:1"},null,7,{"service":"x"},
            {"service":"facadeMsg","baseURI":"b"}]}"#,
        );
        assert_eq!(found.hosts, [("agentVep".into(), "a:1".into()), ("facadeMsg".into(), "b".into())]);
        assert!(found.listed);
    }

    #[test]
    fn an_answer_that_is_not_json_has_no_list() {
        for body in ["", "oops", "null", "{}", r#"{"baseURIs":null}"#] {
            assert_eq!(domains(body), Domains::default(), "{body}");
        }
        assert!(domains(r#"{"baseURIs":[]}"#).listed);
    }

    #[test]
    fn the_settings_domains_are_laid_over_the_answer() {
        let json = r#"{"account":"1","domains":{"facadeMsg":"mine"},"wsDomainType":"asyncMessagingEnt"}"#;
        let settings = Settings::parse(json).unwrap();
        let found = Domains { hosts: vec![("facadeMsg".into(), "theirs".into())], listed: true };
        let places = Places::new(found.into(), &settings);
        assert_eq!(places.messaging(&settings), "mine");
        assert_eq!(places.agent_vep(), None);
    }
}
