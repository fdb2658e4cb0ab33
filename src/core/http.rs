//! HTTP calls to the domain service and to agentVep. The only file that names reqwest's client.

use std::cell::RefCell;
use std::time::Duration;

use ::http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;
use reqwest::header::{ACCEPT, CONTENT_TYPE, COOKIE, SET_COOKIE, USER_AGENT};
use reqwest::redirect::{Attempt, Policy};
use rustls::ClientConfig;

use super::cause;
use super::config::NetworkSettings;
use super::error::Cause;
use super::resolver::{Resolver, first_address};

/// An answer longer than this is refused; the longest real one, a login's, has some hundred kilobytes.
const MAX_BODY: usize = 32 * 1024 * 1024;

tokio::task_local! {
    /// Where the call of this task was last redirected to: reqwest's errors name the first address only.
    static TARGET: RefCell<Option<Url>>;
}

/// Shorter than the five seconds after which common servers drop an idle connection: a call should not be the one that
/// finds out.
const IDLE: Duration = Duration::from_secs(4);

/// A pool of connections.
pub struct Http {
    client: reqwest::Client,
    /// For the hosts that NO_PROXY names with a port, which reqwest does not know.
    direct: Option<reqwest::Client>,
    /// Those hosts and ports.
    exempt: Vec<(String, u16)>,
    /// Which proxy a call goes through, for errors to name; reqwest does not tell.
    proxy: Option<Matcher>,
}

/// One call.
pub struct Call<'a> {
    /// Where to.
    pub url: &'a Url,
    /// `None`: a GET. Else a POST of this JSON, with a User-Agent and perhaps cookies.
    pub post: Option<Post<'a>>,
    /// How long the whole call may take.
    pub deadline: Duration,
}

/// What a POST carries.
pub struct Post<'a> {
    /// JSON.
    pub body: &'a str,
    /// Who is calling.
    pub user_agent: String,
    /// `name=value; …`, empty for none.
    pub cookies: String,
}

/// What was answered, whatever the status.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The reason phrase that the server sent.
    pub reason: String,
    /// The `Set-Cookie` headers.
    pub cookies: Vec<String>,
    /// The body, with U+FFFD for what is no UTF-8.
    pub body: String,
}

impl Http {
    /// A pool for these settings.
    ///
    /// # Errors
    /// A proxy that is no URL.
    pub fn new(tls: ClientConfig, settings: &NetworkSettings) -> Result<Self, Cause> {
        let builder = || {
            reqwest::Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .dns_resolver(Resolver)
                .redirect(Policy::custom(follow))
                .pool_idle_timeout(IDLE)
                .no_proxy()
        };
        let bad = |_| Cause::new("the HTTP client could not be made from these options");
        let Some(url) = &settings.http_proxy else {
            let client = builder().build().map_err(bad)?;
            return Ok(Self { client, direct: None, exempt: Vec::new(), proxy: None });
        };
        let proxy = reqwest::Proxy::all(url.reveal()).map_err(|_| cause::invalid_url("proxy"))?;
        let except = settings.no_proxy.as_deref().unwrap_or_default();
        let proxied = builder().proxy(proxy.no_proxy(reqwest::NoProxy::from_string(except)));
        let exempt = with_port(except);
        Ok(Self {
            client: proxied.build().map_err(bad)?,
            direct: if exempt.is_empty() { None } else { Some(builder().build().map_err(bad)?) },
            exempt,
            proxy: Some(Matcher::builder().all(url.reveal()).no(except).build()),
        })
    }

    /// The pool for calls to `url`, where it is not the usual one.
    fn direct(&self, url: &Url) -> Option<&reqwest::Client> {
        let (host, port) = (bare_host(url), url.port_or_known_default()?);
        let named = |(name, at): &(String, u16)| *at == port && is_below(host, name);
        self.direct.as_ref().filter(|_| self.exempt.iter().any(named))
    }

    /// Whom a call to `url` connects to: its host, or the proxy.
    fn first_hop(&self, url: &Url) -> (String, u16) {
        let uri = url.as_str().parse::<Uri>().ok().filter(|_| self.direct(url).is_none());
        match uri.and_then(|uri| self.proxy.as_ref()?.intercept(&uri)) {
            Some(proxy) => {
                (bare(proxy.uri().host().unwrap_or_default()).to_owned(), proxy.uri().port_u16().unwrap_or(80))
            }
            None => (bare_host(url).to_owned(), url.port_or_known_default().unwrap_or(443)),
        }
    }

    /// Makes a call.
    ///
    /// # Errors
    /// What Node would have said of it.
    pub async fn call(&self, call: Call<'_>) -> Result<Answer, Cause> {
        let milliseconds = u64::try_from(call.deadline.as_millis()).unwrap_or(u64::MAX);
        match tokio::time::timeout(call.deadline, self.answer(&call)).await {
            Ok(result) => result,
            Err(_) => Err(cause::timed_out("no answer", milliseconds)),
        }
    }

    async fn answer(&self, call: &Call<'_>) -> Result<Answer, Cause> {
        let client = self.direct(call.url).unwrap_or(&self.client);
        let mut request = match &call.post {
            None => client.get(call.url.clone()),
            Some(post) => client
                .post(call.url.clone())
                .header(CONTENT_TYPE, "application/json")
                .header(USER_AGENT, &post.user_agent)
                .body(post.body.to_owned()),
        }
        .header(ACCEPT, "application/json");
        if let Some(post) = call.post.as_ref().filter(|post| !post.cookies.is_empty()) {
            request = request.header(COOKIE, &post.cookies);
        }
        let sending = async { request.send().await.map_err(|error| (error, TARGET.with(RefCell::take))) };
        let mut answer = match TARGET.scope(RefCell::default(), sending).await {
            Ok(answer) => answer,
            Err((error, redirected)) => {
                let target = redirected.as_ref().unwrap_or(call.url);
                let (hop, port) = self.first_hop(target);
                return Err(cause::of_http(&error, &first_address(&hop).await, bare_host(target), port));
            }
        };
        let status = answer.status();
        let reason = match answer.extensions().get::<hyper::ext::ReasonPhrase>() {
            Some(reason) => String::from_utf8_lossy(reason.as_bytes()).into_owned(),
            None => status.canonical_reason().unwrap_or_default().to_owned(),
        };
        let cookies = answer
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        let mut body = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => {
                    return Err(Cause::new(format!("the answer is longer than {MAX_BODY} bytes")));
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => return Err(cause::of_body(&error, bare_host(answer.url()))),
            }
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        Ok(Answer { status: status.as_u16(), reason, cookies, body })
    }
}

/// The entries of NO_PROXY that name a port: `host:port`, `.domain:port`.
fn with_port(no_proxy: &str) -> Vec<(String, u16)> {
    let entries = no_proxy.split(',').filter_map(|entry| entry.trim().rsplit_once(':'));
    let hosts = entries.filter(|(host, _)| !host.is_empty() && !host.contains(':'));
    hosts
        .filter_map(|(host, port)| Some((host.trim_start_matches('.').to_ascii_lowercase(), port.parse().ok()?)))
        .collect()
}

/// Whether `host` is `name` or lies below it.
fn is_below(host: &str, name: &str) -> bool {
    let rest = host.to_ascii_lowercase();
    rest.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// A host without the brackets of an IPv6 address.
fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

fn bare_host(url: &Url) -> &str {
    bare(url.host_str().unwrap_or_default())
}

/// `https://{host}{path}`.
///
/// # Errors
/// A host that is none.
pub fn url(host: &str, path: &str) -> Result<Url, Cause> {
    let text = format!("https://{host}{path}");
    // An empty host would make the first segment of the path the host.
    let is_host = !host.is_empty() && !host.starts_with(['/', '\\']);
    Url::parse(&text).ok().filter(|_| is_host).ok_or_else(|| cause::invalid_url(&text))
}

/// Only the domain look-up follows redirects, to https, and it carries nothing secret.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let is_lookup = attempt.previous().first().is_some_and(|first| first.path().ends_with("/baseURI.json"));
    if is_lookup && attempt.previous().len() <= 10 && attempt.url().scheme() == "https" {
        TARGET.with(|target| *target.borrow_mut() = Some(attempt.url().clone()));
        attempt.follow()
    } else {
        attempt.stop()
    }
}
