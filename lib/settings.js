'use strict';

const { version } = require('../package.json');

/** As in Node, the file is named when the process starts. */
const EXTRA_CA = process.env.NODE_EXTRA_CA_CERTS;

/** The longest time that a Node timer knows, in ms. */
const LONGEST = 2 ** 31 - 1;

/**
 * What the core is told for one operation, as JSON text: made anew each time, since bots write to their `conf` and
 * replace it. What is undefined here takes the core's default (src/core/config.rs). Nothing is written to `conf`.
 *
 * @param {object} conf the bot's options as they are now; numbers may be texts, any false value means the default
 * @param {object} about
 * @param {string|number} about.account
 * @param {string} [about.token] the token to use: no login
 * @param {string} [about.login] the body of the login
 * @param {string} [about.stale] with shareLogin: the token that is to be replaced
 * @param {boolean} [about.isBare] without `conf.domains`: the domains as the service lists them
 * @returns {string}
 */
function settings(conf, { account, token, login, stale, isBare = false }) {
  return JSON.stringify({
    account: String(account),
    csdsDomain: text(conf.csdsDomain),
    domainTtl: milliseconds(conf.stdTTL, 1000),
    domains: isBare ? undefined : texts(conf.domains),
    wsDomainType: text(conf.wsDomainType),
    host: text(conf.domain),
    apiVersion: text(conf.apiVersion),
    appId: text(conf.appId),
    version,
    token,
    login,
    shareLogin: conf.shareLogin ? true : undefined,
    staleToken: stale,
    headers: headers(conf),
    handshakeTimeout: milliseconds(conf.handshakeTimeout),
    httpTimeout: milliseconds(conf.httpTimeout),
    pingInterval: milliseconds(conf.pingInterval),
    pongTimeout: milliseconds(conf.pongTimeout),
    maxPayload: positive(conf.maxPayload),
    ...tls(conf),
    ...proxies(conf),
  });
}

/**
 * The body of the login, JSON: user and password before assertion before OAuth1.
 * Source: LivePerson, Login Service API.
 *
 * @param {object} conf
 * @returns {string}
 */
function loginBody(conf) {
  const { username, password, assertion, appKey, secret, accessToken, accessTokenSecret } = conf;
  if (username && password) return JSON.stringify({ username, password });
  if (assertion) return JSON.stringify({ jwt: 'dummy', assertion });
  return JSON.stringify({ username, appKey, secret, accessToken, accessTokenSecret });
}

/**
 * @param {object} conf
 * @throws {Error} `missing accountId param`; `missing token or …` where no kind of credentials is complete
 */
function checkOptions(conf) {
  if (!conf || !conf.accountId) throw new Error('missing accountId param');
  if (hasCredentials(conf)) return;
  throw new Error('missing token or user/password or assertion or appKey/secret/accessToken/accessTokenSecret params');
}

/** Whether one of the five kinds of credentials is complete. @param {object} conf @returns {boolean} */
function hasCredentials(conf) {
  const { token, username, password, assertion, appKey, secret, accessToken, accessTokenSecret, tokenProvider } = conf;
  const oauth1 = username && appKey && secret && accessToken && accessTokenSecret;
  return Boolean(token || typeof tokenProvider === 'function' || (username && password) || assertion || oauth1);
}

/**
 * @param {*} value a number, perhaps as text
 * @param {number} [unit] in ms
 * @returns {number|undefined} ms
 */
function milliseconds(value, unit = 1) {
  const number = positive(value, unit);
  return number && Math.min(number, LONGEST);
}

function positive(value, unit = 1) {
  const number = Number(value) * unit;
  return number > 0 ? Math.min(Math.ceil(number), Number.MAX_SAFE_INTEGER) : undefined;
}

/**
 * How much may wait for JavaScript before no socket is read.
 *
 * @param {object} conf
 * @returns {{ bytes: number|undefined, messages: number|undefined }} undefined: the core's default
 */
function incomingLimits({ maxIncomingBytes, maxIncomingMessages }) {
  const limit = (value) => positive(value) && Math.min(positive(value), 2 ** 32 - 1);
  return { bytes: limit(maxIncomingBytes), messages: limit(maxIncomingMessages) };
}

const text = (value) => (value ? String(value) : undefined);

function texts(object) {
  if (typeof object !== 'object' || object === null) return undefined;
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value)
      .map(([key, value]) => [key, String(value)]),
  );
}

/** For the WebSocket upgrade alone. `origin` is a name of its own among the options of the `ws` package. */
function headers(conf) {
  const object = typeof conf.headers === 'object' ? conf.headers : {};
  const given = Object.entries(object || {}).filter(([, value]) => value !== undefined && value !== null);
  const pairs = given.flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)]));
  if (!conf.origin) return pairs;
  return [...pairs.filter(([name]) => name.toLowerCase() !== 'origin'), ['Origin', String(conf.origin)]];
}

/** Source: Node, `tls.connect` and its environment variables; an explicit `rejectUnauthorized` wins. */
function tls({ ca, cert, key, rejectUnauthorized }) {
  const unset = rejectUnauthorized === undefined || rejectUnauthorized === null;
  return {
    ca: pems(ca),
    cert: pems(cert),
    key: pems(key),
    extraCa: EXTRA_CA || undefined,
    insecure: unset ? process.env.NODE_TLS_REJECT_UNAUTHORIZED === '0' : rejectUnauthorized === false,
  };
}

/** One PEM or a list of them, each a text, a Buffer or `{ pem }`. */
function pems(value) {
  if (!value) return undefined;
  return [value].flat().map((one) => (one && one.pem ? String(one.pem) : String(one)));
}

/**
 * `proxy` sends everything through a proxy. Otherwise the environment decides for the HTTP calls, and the option
 * `agent`, an HttpsProxyAgent, for the WebSocket, as bots that used the original are set up.
 */
function proxies(conf) {
  if (conf.proxy) return { httpProxy: proxyUrl(conf.proxy), wsProxy: proxyUrl(conf.proxy) };
  const { env } = process;
  // The order of the package `request`, with which the original calls.
  const httpProxy = env.HTTPS_PROXY || env.https_proxy || env.HTTP_PROXY || env.http_proxy;
  return {
    httpProxy: httpProxy ? proxyUrl(httpProxy) : undefined,
    noProxy: text(env.NO_PROXY || env.no_proxy),
    wsProxy: conf.agent && conf.agent.proxy ? proxyUrl(conf.agent.proxy) : undefined,
  };
}

/** A proxy as text, where the scheme may be left out, as URL, or in the parts that older HttpsProxyAgents keep. */
function proxyUrl(proxy) {
  if (typeof proxy === 'string') return proxy.includes('://') ? proxy : `http://${proxy}`;
  if (proxy.href) return String(proxy.href);
  const { protocol, auth, hostname, host, port } = proxy;
  return `${protocol || 'http:'}//${auth ? `${userInfo(auth)}@` : ''}${hostname || host}${port ? `:${port}` : ''}`;
}

/** `user:password` as a URL carries it. */
function userInfo(auth) {
  const [user, ...password] = auth.split(':');
  return `${encodeURIComponent(user)}:${encodeURIComponent(password.join(':'))}`;
}

module.exports = { checkOptions, hasCredentials, incomingLimits, loginBody, milliseconds, settings };
