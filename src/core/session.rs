//! Login and refresh at agentVep (LivePerson developer docs: Login Service API), and what their answers mean.

use std::sync::{Arc, Mutex, PoisonError};

use cookie_store::{CookieStore, RawCookie};
use reqwest::Url;

use super::confidence::Confidence;
use super::config::{Secret, Settings};
use super::domains::{Places, has_error, of_service, of_status};
use super::envelope::{as_text, fields, is_truthy};
use super::error::{Cause, Error, Service};
use super::event::SignedIn;
use super::http::{self, Answer, Call, Post};
use super::logins;
use super::network::Network;

/// The cookies of a session. Belongs to one agent and never to a shared client.
#[derive(Default)]
pub struct Jar(Mutex<CookieStore>);

impl Jar {
    /// `name=value; …`: what a call to `url` would carry, the longest path first (RFC 6265 §5.4); empty for none, or for a
    /// text that is no URL.
    pub fn cookies(&self, url: &str) -> String {
        let Ok(url) = Url::parse(url) else { return String::new() };
        let store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cookies = store.matches(&url);
        // cookie_store hands secure ones to plain http on localhost too, which the RFC does not know.
        cookies.retain(|cookie| matches!(url.scheme(), "https" | "wss") || !cookie.secure().unwrap_or_default());
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<_> = cookies.iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
        pairs.join("; ")
    }

    /// Takes the cookies of an answer from `url`.
    pub(super) fn keep(&self, answer: &Answer, url: &Url) {
        let mut store = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in &answer.cookies {
            if let Ok(cookie) = RawCookie::parse(cookie.as_str()) {
                let _ = store.insert_raw(&cookie, url);
            }
        }
    }

    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The end of a sign-in.
pub struct SignIn {
    /// The token for the WebSocket.
    pub token: Secret,
    /// The login's answer; `None` for a ready token.
    pub answer: Option<SignedIn>,
}

/// The end of a refresh.
pub enum Refresh {
    /// The session lives on.
    Done,
    /// The service does not know the session any more (401): sign in anew.
    Expired,
}

/// Signs in: with the ready token, or by a login, whose cookies go into the jar (SDK: AgentSDK connect, Connect#Login).
///
/// # Errors
/// `could not fetch domains`, `Error on AgentVEP login: …`, `invalid login state, userId is undefined`, `could not generate
/// token`.
pub async fn sign_in(network: &Arc<Network>, settings: &Settings, places: &Places, jar: &Jar) -> Result<SignIn, Error> {
    let vep = places.agent_vep().ok_or_else(no_domains)?;
    if let Some(token) = &settings.token {
        return Ok(SignIn { token: token.clone(), answer: None });
    }
    let failed = |cause| Error::wire(Service::Login, LOGIN, cause);
    let host = settings.host.as_deref().unwrap_or(vep);
    let url = vep_url(host, &settings.account, "login").map_err(failed)?;
    let body = settings.login.as_ref().map_or("{}", Secret::reveal);
    let call = post(&url, body, String::new(), settings);
    let answer = if settings.share_login {
        logins::share(network, settings, &url, body, &user_agent(settings)).await
    } else {
        network.call(call).await.map(Arc::new)
    };
    let answer = answer.map_err(failed)?;
    let session = read_login(&answer, body)?;
    jar.clear();
    jar.keep(&answer, &url);
    Ok(session)
}

/// What the answer to a login with that body means.
pub(super) fn read_login(answer: &Answer, body: &str) -> Result<SignIn, Error> {
    if let Some(error) = fault_of(Service::Login, LOGIN, answer, body, "") {
        return Err(error);
    }

    let mut body = fields(&answer.body);
    let mut config = body.remove("config").map(|config| fields(config.get())).unwrap_or_default();
    let user_id = config.remove("userId");
    if !is_truthy(user_id) {
        return Err(Error::new(Service::Login, "invalid login state, userId is undefined"));
    }
    let Some(bearer) = body.remove("bearer").filter(|bearer| is_truthy(Some(bearer))) else {
        return Err(Error::new(Service::Login, "could not generate token"));
    };
    Ok(SignIn {
        token: Secret::from(as_text(bearer).as_str()),
        answer: Some(SignedIn {
            user_id: user_id.map(ToOwned::to_owned),
            user_pid: config.remove("userPid").map(ToOwned::to_owned),
            csrf: body.remove("csrf").map(ToOwned::to_owned),
            bearer: Some(bearer.to_owned()),
        }),
    })
}

/// Refreshes the session with the jar's cookies; `body` holds the csrf (SDK: AgentSDK.refreshSession).
///
/// # Errors
/// `could not fetch domains`, `Error on AgentVEP RefreshSession: …`; not for a 401.
pub async fn refresh(
    network: &Network,
    settings: &Settings,
    places: &Places,
    jar: &Jar,
    body: &Secret,
) -> Result<Refresh, Error> {
    let vep = places.agent_vep().ok_or_else(no_domains)?;
    let failed = |cause| Error::wire(Service::Refresh, REFRESH, cause);
    let url = vep_url(vep, &settings.account, "refresh").map_err(failed)?;
    let cookies = jar.cookies(url.as_str());
    let call = post(&url, body.reveal(), cookies.clone(), settings);
    let answer = network.call(call).await.map_err(failed)?;
    let refresh = read_refresh(&answer, body.reveal(), &cookies)?;
    if matches!(refresh, Refresh::Done) {
        jar.keep(&answer, &url);
    }
    Ok(refresh)
}

/// What the answer to a refresh with that body and those cookies means.
pub(super) fn read_refresh(answer: &Answer, body: &str, cookies: &str) -> Result<Refresh, Error> {
    if answer.status == 401 {
        return Ok(Refresh::Expired);
    }
    match fault_of(Service::Refresh, REFRESH, answer, body, cookies) {
        Some(error) => Err(error),
        None => Ok(Refresh::Done),
    }
}

/// Ends the session; `body` holds the csrf (LivePerson, Login Service API: logout).
///
/// # Errors
/// `could not fetch domains`, `Error on AgentVEP logout: …`.
pub async fn log_out(
    network: &Network,
    settings: &Settings,
    places: &Places,
    jar: &Jar,
    body: &Secret,
) -> Result<(), Error> {
    let vep = places.agent_vep().ok_or_else(no_domains)?;
    let failed = |cause| Error::wire(Service::Login, LOGOUT, cause);
    let url = vep_url(vep, &settings.account, "logout").map_err(failed)?;
    let cookies = jar.cookies(url.as_str());
    let answer = network.call(post(&url, body.reveal(), cookies.clone(), settings)).await.map_err(failed)?;
    fault_of(Service::Login, LOGOUT, &answer, body.reveal(), &cookies).map_or(Ok(()), Err)
}

const LOGOUT: &str = "Error on AgentVEP logout";
const LOGIN: &str = "Error on AgentVEP login";
const REFRESH: &str = "Error on AgentVEP RefreshSession";

/// Domains without agentVep.
fn no_domains() -> Error {
    Error::new(Service::DomainNames, "could not fetch domains")
}

fn vep_url(host: &str, account: &str, what: &str) -> Result<Url, Cause> {
    http::url(host, &format!("/api/account/{account}/{what}?v=1.3"))
}

fn user_agent(settings: &Settings) -> String {
    format!("NodeAgentSDK/{}", settings.version)
}

fn post<'a>(url: &'a Url, body: &'a str, cookies: String, settings: &Settings) -> Call<'a> {
    Call {
        url,
        post: Some(Post { body, user_agent: user_agent(settings), cookies }),
        deadline: settings.http_deadline(),
    }
}

/// What is wrong with an answer to a call with that body and those cookies, without what is secret in them.
fn fault_of(service: Service, prefix: &str, answer: &Answer, body: &str, cookies: &str) -> Option<Error> {
    let is_status = answer.status > 299;
    if !is_status && !has_error(answer) {
        return None;
    }
    let confidence = Confidence::of(body, cookies, &answer.body);
    let (reason, body) = (confidence.keep(&answer.reason), confidence.keep(&answer.body));
    let told = Answer { reason, body, cookies: Vec::new(), ..*answer };
    Some(if is_status { of_status(service, prefix, &told) } else { of_service(service, prefix, &told) })
}
