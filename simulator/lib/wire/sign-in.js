'use strict';

const { hexToken } = require('../ids');

/**
 * Signing in, staying so and signing out: POST /api/account/{account}/login, /refresh, /logout (LivePerson developer docs,
 * Login Service API).
 */

const KINDS = {
  password: ['username', 'password'],
  assertion: ['assertion'],
  appKey: ['username', 'appKey', 'secret', 'accessToken', 'accessTokenSecret'],
};

const isText = (value) => typeof value === 'string' && value !== '';

/** @returns {object|undefined} the credentials of the first kind that is complete, with its name as `kind` */
function credentialsIn(body) {
  for (const [kind, fields] of Object.entries(KINDS)) {
    if (!fields.every((field) => isText(body?.[field]))) continue;
    return { kind, ...Object.fromEntries(fields.map((field) => [field, body[field]])) };
  }
  return undefined;
}

/**
 * @param {object} call account, body
 * @param {object} simulator
 * @returns {{status: number, headers?: object, body?: object}} 400: no complete credentials; 401: wrong ones
 */
function login({ account, body }, simulator) {
  const credentials = credentialsIn(body);
  if (credentials === undefined) return { status: 400 };
  const agent = agentWith(account, credentials, simulator);
  if (agent === undefined) return { status: 401 };
  const { service, settings } = simulator;
  const session = service.sessions.signIn(agent);
  const baseURIs = ['agentVep', 'smt'].map((name) => ({ account, baseURI: simulator.domainOf(name), service: name }));
  return {
    status: 200,
    headers: cookie(session),
    body: {
      csrf: session.csrf,
      wsuk: String(agent.userId),
      sessionId: hexToken(),
      config: {
        loginName: agent.loginName,
        userId: agent.userId,
        userPid: agent.pid,
        userPrivileges: agent.privileges,
        serverCurrentTime: service.clock.now(),
        timeDiff: 0,
        serverTimeZoneName: 'Europe/Athens',
        serverTimeGMTDiff: 10_800_000,
        isLPA: false,
        isAdmin: agent.role === 'MANAGER',
        accountTimeZoneId: 'Europe/Athens',
      },
      csdsCollectionResponse: { baseURIs },
      accountData: { agentGroupsData: { items: [{ id: -1, deleted: false, name: 'Main Group' }], revision: 1 } },
      // A text, and spelled so.
      sessionTTl: String(settings.sessionLifetime),
      bearer: session.bearer,
    },
  };
}

/**
 * The agent whose credentials these are. Whoever is not registered is invented, unless the simulator is strict.
 */
function agentWith(accountId, { kind, ...given }, simulator) {
  const { people } = simulator.service;
  const loginName = given.username ?? `saml-${given.assertion}`;
  const holds = (one) => one.accountId === accountId && one.credentials?.assertion === given.assertion;
  const holder = kind === 'assertion' ? people.agents.find(holds) : undefined;
  // Who was invented at the first login is found by name at the next.
  const registered = holder ?? people.agentNamed(accountId, loginName);
  if (registered !== undefined) {
    const known = registered.credentials ?? {};
    return Object.keys(given).every((field) => known[field] === undefined || known[field] === given[field])
      ? registered
      : undefined;
  }
  return simulator.settings.strict ? undefined : people.addAgent({ accountId, loginName });
}

/**
 * @param {object} call headers, body
 * @param {object} simulator
 * @returns {{status: number, headers?: object, body?: object}} 200 without a body; 401 when cookie and csrf do not belong
 *   together, or the session is over
 */
function refresh(call, simulator) {
  const session = sessionOf(call, simulator);
  if (session === undefined) return { status: 401, message: 'CSRF on request does not match CSRF on session' };
  simulator.service.sessions.refresh(session);
  return { status: 200, headers: cookie(session) };
}

/** As refresh, but ends the session. */
function logout(call, simulator) {
  const session = sessionOf(call, simulator);
  if (session === undefined) return { status: 401, message: 'CSRF on request does not match CSRF on session' };
  simulator.service.sessions.remove(session);
  return { status: 200 };
}

function sessionOf({ account, headers, body }, simulator) {
  // lp-messaging-sdk sends the name in small letters.
  const [, value] = /(?:^|;\s*)session_id=([^;]*)/i.exec(headers.cookie ?? '') ?? [];
  const session = simulator.service.sessions.ofCookie(value);
  return session?.person.accountId === account && session.csrf === body?.csrf ? session : undefined;
}

const cookie = (session) => ({ 'set-cookie': [`Session_id=${session.cookie}; Path=/; Secure; HttpOnly`] });

module.exports = { login, refresh, logout };
