'use strict';

// Whole sessions with secrets that can be recognised, through success and every kind of failure: nothing that an agent
// says, and nothing that the process prints, may hold one of them.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { child } = require('../support/child');
const { start } = require('../support/kit');
const { answering, closedPort, silent } = require('../support/servers');
const { certificateAuthority, serverCertificate } = require('../../simulator/lib/certificates');

const SECRETS = {
  password: 'pass"word \u00e4-7f3a',
  token: 'token-of-the-bot-7f3a',
  assertion: 'PHNhbWw+YXNzZXJ0aW9uLTdmM2E=',
  appKey: 'app-key-7f3a',
  secret: 'oauth-secret-7f3a',
  accessToken: 'access-token-7f3a',
  accessTokenSecret: 'access-token-secret-7f3a',
  proxy: 'proxy-password-7f3a',
  header: 'header-value-7f3a',
  key: 'private-key-7f3a',
};
const { password, token, assertion, appKey, secret, accessToken, accessTokenSecret } = SECRETS;

const PASSWORD = { username: 'robot', password };
const OAUTH = { username: 'robot', appKey, secret, accessToken, accessTokenSecret };

const RESILIENT = { reconnect: { initialDelay: 1, maxAttempts: 2 }, resubscribe: true, offlineQueue: true };

/** All that a call has said, in the forms in which an error page may repeat it. */
function echo({ body, headers, path }) {
  const said = JSON.stringify(body);
  const fields = Object.values(body || {}).join(' ');
  return `${said} ${JSON.stringify(said)} ${fields} ${encodeURIComponent(fields)} ${headers.cookie} ${path}`;
}

const echoing = (status) => (call) => ({ status, body: `<html>${echo(call)}</html>` });
const echoed = (call) => ({
  status: 200,
  body: { error: { message: echo(call), internalCode: 7 }, bearer: token, csrf: token },
});
const inReason = (call) => ({ status: 400, statusText: encodeURIComponent(call.body.password ?? ''), body: '' });

/** name → options of the bot, and what goes wrong for it: step → fault, or a function that decides it at each call. */
const SESSIONS = {
  'all goes well': { conf: PASSWORD },
  'all goes well with an assertion': { conf: { assertion } },
  'all goes well with OAuth 1': { conf: OAUTH },
  'a ready token': { conf: { token, userId: '1' }, hasToken: true },
  'a ready token that is refused': { conf: { token, userId: '1' }, faults: { upgrade: { status: 401, body: token } } },
  'a login refused by 401': { conf: PASSWORD, faults: { login: echoing(401) } },
  'a login failed by 500': { conf: PASSWORD, faults: { login: echoing(500) } },
  'a login answered by an error': { conf: PASSWORD, faults: { login: echoed } },
  'a login whose status line repeats it': { conf: PASSWORD, faults: { login: inReason } },
  'an assertion refused': { conf: { assertion }, faults: { login: echoing(401) } },
  'OAuth 1 refused': { conf: OAUTH, faults: { login: echoing(401) } },
  'a login without a userId': { conf: PASSWORD, faults: { login: { body: (usual) => ({ ...usual, config: {} }) } } },
  'a login without a bearer': { conf: PASSWORD, faults: { login: { body: (usual) => ({ ...usual, bearer: '' }) } } },
  'a login without an answer': { conf: { ...PASSWORD, httpTimeout: 200 }, faults: { login: { hang: true } } },
  'a login cut within its answer': { conf: PASSWORD, faults: { login: { truncate: true } } },
  'a look-up failed': { conf: PASSWORD, faults: { csds: echoing(500) } },
  'a refresh failed by 500': { conf: PASSWORD, faults: { refresh: echoing(500) } },
  'a refresh answered by an error': { conf: PASSWORD, faults: { refresh: echoed } },
  'a refresh refused by 401': { conf: PASSWORD, faults: { refresh: echoing(401) } },
  'a refresh without an answer': { conf: { ...PASSWORD, httpTimeout: 200 }, faults: { refresh: { hang: true } } },
  'an upgrade refused': {
    conf: PASSWORD,
    faults: { upgrade: ({ path }) => ({ status: 403, statusText: path.split('/').pop(), body: path }) },
  },
  'an upgrade redirected': {
    conf: PASSWORD,
    faults: { upgrade: ({ path }) => ({ status: 302, headers: { location: `https://localhost${path}` } }) },
  },
  'an upgrade that is none': { conf: PASSWORD, faults: { upgrade: { raw: 'HTTP/1.1 101 ok\r\n\r\n' } } },
  'an upgrade without an answer': { conf: { ...PASSWORD, handshakeTimeout: 200 }, faults: { upgrade: { hang: true } } },
  'a token that has expired': { conf: PASSWORD, faults: { upgrade: { closes: 4401, reason: 'expired' } } },
  'requests refused': { conf: PASSWORD, faults: { request: { code: 401 } } },
  'requests without an answer': { conf: { ...PASSWORD, requestTimeout: 100 }, faults: { request: { hang: true } } },
  'headers that are none': { conf: { ...PASSWORD, headers: { 'x-secret': `${SECRETS.header}\n` } } },
  'headers without a name': { conf: { ...PASSWORD, headers: { 'x secret': SECRETS.header } } },
  'headers that are sent': { conf: { ...PASSWORD, headers: { authorization: SECRETS.header } } },
  'a key that is none': { conf: { ...PASSWORD, cert: 'no certificate', key: SECRETS.key } },
  'a key in wrong PEM': {
    conf: { ...PASSWORD, key: `-----BEGIN PRIVATE KEY-----\n${SECRETS.key}\n-----END PRIVATE KEY-----` },
  },
  'a proxy that is no URL': { conf: { ...PASSWORD, proxy: `http://user:${SECRETS.proxy}@[::` } },
  'a proxy that is not there': { conf: { ...PASSWORD }, proxy: 'closed' },
  'a proxy that refuses': { conf: { ...PASSWORD }, proxy: 'refusing' },
  'a proxy that says nothing': { conf: { ...PASSWORD, httpTimeout: 200, handshakeTimeout: 200 }, proxy: 'silent' },
  'a token that is no path': { conf: { token: `${token}\r\n/?#`, userId: '1' } },
  'a host that is none': { conf: { ...PASSWORD, domains: { facadeMsg: 'no host' } } },
  'all goes well with everything on': { conf: { ...PASSWORD, ...RESILIENT, shareLogin: true } },
  'everything on, and a login refused': { conf: { ...PASSWORD, ...RESILIENT }, faults: { login: echoing(401) } },
  'everything on, and a token that has expired': {
    conf: { ...PASSWORD, ...RESILIENT },
    faults: { upgrade: { closes: 4401 } },
  },
  'a peer that nobody vouches for': { conf: PASSWORD, peer: 'stranger' },
};

/** Runs in the other process: what the agents are and say is printed in every way in which a bot may print it. */
async function bots({ Agent, conf: sessions, say }) {
  const { inspect } = require('node:util');
  const print = (value) => {
    say(inspect(value, { depth: 12, maxStringLength: null, maxArrayLength: null }));
    say(inspect(value, { depth: 12, showHidden: true, getters: true }));
    say(`${value}`);
    if (!(value instanceof Error)) return;
    say(
      `${value.stack} ${JSON.stringify(value)} ${inspect(value.body)} ${inspect(value.frame)} ${inspect(value.error)}`,
    );
  };
  class Loud extends Agent {
    emit(name, ...args) {
      print(name);
      for (const arg of args) print(arg);
      return super.emit(name, ...args);
    }
  }
  const told = (work) => new Promise((resolve) => work((...args) => resolve(args.forEach(print))));
  const logger = Object.fromEntries(
    ['error', 'warn', 'info', 'log', 'debug', 'trace'].map((name) => [name, (...args) => args.forEach(print)]),
  );
  for (const channel of ['connect', 'login', 'request', 'response', 'reconnect', 'close']) {
    require('node:diagnostics_channel').subscribe(`node-agent-sdk:${channel}`, print);
  }
  for (const [name, conf] of Object.entries(sessions)) {
    say(`--- ${name}`);
    const agent = new Loud({ ...conf, logger });
    const settled = new Promise((resolve) => {
      agent.on('connected', resolve);
      agent.on('error', resolve);
      agent.on('closed', resolve);
    });
    await settled;
    print(agent);
    console.log(agent);
    print(agent.transport);
    if (agent.connected) {
      await told((callback) => agent.setAgentState({ availability: 'ONLINE' }, callback));
      await agent.getClock({}).then(print, print);
      await told((callback) => agent.refreshSession(callback));
    }
    print(agent.stats && agent.stats());
    await agent.connect().then(print, print);
    print(agent);
    agent.dispose();
    print(agent);
  }
  say('--- done');
}

test('no secret reaches an error, an event, a log, or what is printed of an agent', async (t) => {
  const simulator = await start(t);
  const bearers = new Set();
  simulator.on('upgrade', ({ path }) => void bearers.add(decodeURIComponent(path.split('/').pop())));
  const proxies = {
    closed: await closedPort(),
    refusing: await refusingProxy(t),
    silent: await silent(t),
  };
  const stranger = await answering(t, await serverCertificate(await certificateAuthority(), ['localhost']));
  const confs = {};
  for (const [name, { conf, faults = {}, proxy, peer, hasToken }] of Object.entries(SESSIONS)) {
    const accountId = String(1000 + Object.keys(confs).length);
    if (hasToken) simulator.agent({ accountId, username: 'ready', token: conf.token, userId: conf.userId });
    for (const [step, fault] of Object.entries(faults)) afflict(simulator, accountId, step, fault);
    confs[name] = { ...simulator.options({ username: undefined, password: undefined }), ...conf, accountId };
    if (proxy) confs[name].proxy = `http://user:${SECRETS.proxy}@127.0.0.1:${proxies[proxy]}`;
    if (peer) confs[name].domains = { facadeMsg: `localhost:${stranger}` };
  }
  const env = { NODE_DEBUG: 'node-agent-sdk', RUST_BACKTRACE: '1', RUST_LOG: 'trace' };
  const run = child(t, bots, { conf: confs, env, deadline: 60_000 });
  await run.says(/^--- done$/m, 60_000);
  const { stdout, stderr, code } = await run.ended();
  assert.equal(code, 0, stderr);

  const given = simulator.log
    .filter(({ kind, answer }) => kind === 'http' && answer)
    .flatMap(({ answer }) => [answer.body?.csrf, answer.body?.sessionId, ...(answer.headers?.['set-cookie'] ?? [])])
    .filter((value) => typeof value === 'string')
    .map((value) => value.replace(/^Session_id=([^;]*).*$/, '$1'));
  const secrets = [...Object.values(SECRETS), ...bearers, ...given].filter((text) => text.length > 3);
  assert.ok(bearers.size > 10 && given.length > 20, 'the sessions had secrets');
  const leaks = [];
  for (const session of `${stdout}\n${stderr}`.split(/^--- /m)) {
    for (const text of secrets) {
      for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]) {
        const at = session.indexOf(form);
        if (at >= 0)
          leaks.push(`${session.split('\n')[0]}: …${session.slice(Math.max(0, at - 100), at + form.length)}`);
      }
    }
  }
  assert.deepEqual([...new Set(leaks)], []);
});

/** A fault for the bot of one account. */
function afflict(simulator, accountId, step, fault) {
  const isMine = ({ account, path = '', connection }) =>
    connection ? connection.agent.accountId === accountId : account === accountId || path.includes(`/${accountId}/`);
  simulator.on(step, (call) => {
    if (!isMine(call)) return undefined;
    return typeof fault === 'function' ? fault(call) : fault;
  });
}

/** A proxy that repeats what it was told. */
async function refusingProxy(t) {
  const net = require('node:net');
  const { once } = require('node:events');
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      const [, basic = ''] = /basic (\S+)/i.exec(bytes) ?? [];
      const said = Buffer.from(basic, 'base64').toString();
      socket.end(`HTTP/1.1 407 ${said}\r\nX-Said: ${said}\r\nContent-Length: ${said.length}\r\n\r\n${said}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return server.address().port;
}
