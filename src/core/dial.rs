//! From a token to an open WebSocket: where to, and until when.

use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::cause;
use super::config::{Secret, Settings};
use super::domains::Places;
use super::network::Network;
use super::socket::{self, Socket};
use super::upgrade::NotOpened;

/// All that dialling needs.
pub struct Prepared {
    /// TLS and proxy.
    pub network: Arc<Network>,
    /// Where the services are.
    pub places: Places,
    /// The token that the path ends with.
    pub token: Secret,
}

/// Opens the brand socket within the handshake's deadline.
///
/// # Errors
/// [`NotOpened`], in the words of Node and ws.
pub async fn dial(to: Prepared, settings: Arc<Settings>) -> Result<Socket, NotOpened> {
    let host = to.places.messaging(&settings);
    let path = brand_path(&settings, &to.token);
    let _turn = to.network.dials.take().await;
    let opening = socket::open(&to.network, &settings, &host, &path);
    let socket = tokio::time::timeout(settings.handshake_deadline(), opening).await;
    socket.unwrap_or_else(|_| Err(cause::handshake_timed_out().into()))
}

/// What a path segment may not hold (RFC 3986 pchar), save the percent sign, which needs a look at what follows it.
const NOT_PCHAR: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a value in a query may not hold besides, lest it be taken for another field or for a space.
const NOT_VALUE: &AsciiSet = &NOT_PCHAR.add(b'&').add(b'+');

/// Path and query of the brand socket (LivePerson: Messaging Agent API; SDK: Transport).
fn brand_path(settings: &Settings, token: &Secret) -> String {
    let mut path = format!(
        "/ws_api/account/{}/messaging/brand/{}?v={}",
        escape(&settings.account, NOT_PCHAR),
        escape(token.reveal(), NOT_PCHAR),
        escape(&settings.api_version, NOT_VALUE)
    );
    if let Some(app_id) = &settings.app_id {
        path += &format!("&intid=na-sdk-js&intvn={}&appId={}", settings.version, escape(app_id, NOT_VALUE));
    }
    path
}

/// Escapes what must be; escapes that are there already stay.
fn escape(text: &str, set: &'static AsciiSet) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, part) in text.split('%').enumerate() {
        if n > 0 {
            let escape = part.len() >= 2 && part.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
            out.push_str(if escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(part, set));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_into_the_path_unchanged_as_far_as_it_may() {
        for (token, path) in [
            ("abc-._~!$&'()*+,;=:@", "abc-._~!$&'()*+,;=:@"),
            ("a%2Fb%2f", "a%2Fb%2f"),
            ("a/b?c#d e", "a%2Fb%3Fc%23d%20e"),
            ("100%", "100%25"),
            ("%zz%4", "%25zz%254"),
            ("%éa", "%25%C3%A9a"),
        ] {
            assert_eq!(escape(token, NOT_PCHAR), path, "{token}");
        }
    }

    #[test]
    fn the_app_id_is_one_value_of_the_query() {
        let settings = Settings::parse(r#"{"account":"1","appId":"my app&v=3","version":"9.8.7"}"#).unwrap();
        let path = brand_path(&settings, &"t".into());
        assert_eq!(path, "/ws_api/account/1/messaging/brand/t?v=2.1&intid=na-sdk-js&intvn=9.8.7&appId=my%20app%26v=3");
    }
}
