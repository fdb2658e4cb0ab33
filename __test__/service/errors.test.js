'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { bot, called, connected, start, turns } = require('../support/kit');
const { closedPort, plain, rubbish, silent } = require('../support/servers');

/** What a bot sees of an error: [message, code, service, cause's message, cause's code, location]. */
const seen = ([error, context]) => [
  error.message,
  error.code,
  error.service,
  error.error && error.error.message,
  error.error && error.error.code,
  context && context.location,
];

const DETAIL = { time: 'now', message: 'refused', internalCode: 17, responseStatus: 'X' };

/** name, what goes wrong at a step, what is seen of it. `{step}` stands for what the step is called in messages. */
const AT_EACH_CALL = [
  [
    'a status beyond 299',
    { status: 503, statusText: 'Out to lunch', body: 'no JSON' },
    ['Error on {step}: Out to lunch', 503],
  ],
  ['a redirect', { status: 304, statusText: 'Not Modified' }, ['Error on {step}: Not Modified', 304]],
  [
    'a 200 whose body has an error',
    { status: 200, body: { error: DETAIL } },
    [`Error on {step}: ${JSON.stringify(DETAIL)}`, 17],
  ],
  [
    'a 200 whose error has no internalCode',
    { status: 200, body: { error: 'words' } },
    ['Error on {step}: "words"', null],
  ],
  ['a cut before the answer', { cut: true }, ['Error on {step}: socket hang up', null, 'socket hang up', 'ECONNRESET']],
  ['a cut within the answer', { truncate: true }, ['Error on {step}: aborted', null, 'aborted', 'ECONNRESET']],
];

for (const [step, words, service, location] of [
  ['csds', 'CSDS request', 'domainNames', 'Connect#CSDS'],
  ['login', 'AgentVEP login', 'authentication.login', 'Connect#Login'],
  ['refresh', 'AgentVEP RefreshSession', 'authentication.refreshSession', 'RefreshSession#REST'],
]) {
  for (const [name, fault, [message, code, cause = null, causeCode = null]] of AT_EACH_CALL) {
    test(`${step}: ${name}`, async (t) => {
      const simulator = await start(t);
      if (step !== 'refresh') simulator.fails(step, fault);
      const { agent, heard } = bot(t, simulator.options());
      let told;
      if (step === 'refresh') {
        await heard.the('connected');
        simulator.fails(step, fault);
        told = called((callback) => agent.refreshSession(callback));
      } else {
        told = called((callback) => agent.connect(callback));
      }
      const args = await heard.the('error');
      const expected = [message.replace('{step}', words), code, service, cause, causeCode];
      assert.deepEqual(seen(args), [...expected, location]);
      const [error] = await told;
      assert.equal(error, args[0]);
      assert.deepEqual(Object.keys(error), ['code', 'service', 'error']);
      assert.equal(error.name, 'Error');
      assert.deepEqual(Object.keys(JSON.parse(JSON.stringify(error))), ['code', 'service', 'error']);
      assert.ok(!JSON.stringify([error.body, error.message, error.stack]).includes('secret'));
      assert.equal(heard.all('error').length, 1);
      assert.equal(heard.all('closed').length, 0);
    });
  }
}

test('what the service said with a failed login can be read as err.body', async (t) => {
  const simulator = await start(t);
  simulator.fails('login', { status: 401, statusText: 'Unauthorized', body: { error: DETAIL } });
  const { heard } = bot(t, simulator.options());
  const [error] = await heard.the('error');
  assert.deepEqual([error.message, error.code], ['Error on AgentVEP login: Unauthorized', 401]);
  assert.deepEqual(JSON.parse(error.body), { error: DETAIL });
});

for (const [name, body] of [
  ['no JSON', 'Bad <html> gateway'],
  ['no agentVep', { baseURIs: [{ service: 'facadeMsg', baseURI: 'x' }] }],
  ['no domains at all', { baseURIs: [] }],
  ['odd entries', { baseURIs: [null, 4, { service: 'agentVep' }, { baseURI: 'x' }] }],
  ['a list', []],
  ['null', 'null'],
]) {
  test(`the look-up answers 200 with ${name}: a success, then could not fetch domains`, async (t) => {
    const simulator = await start(t);
    simulator.fails('csds', { body });
    const { agent, heard } = bot(t, simulator.options());
    const told = called((callback) => agent.connect(callback));
    const args = await heard.the('error');
    assert.deepEqual(seen(args), ['could not fetch domains', null, 'domainNames', null, null, 'Connect#Login']);
    assert.deepEqual(heard.all('success'), [[{ location: 'Connect#CSDS' }]]);
    assert.equal((await told)[0], args[0]);
  });
}

test('the look-up of a reconnect: without baseURIs it fails, with unusable ones the login does', async (t) => {
  const { simulator, agent, heard } = await connected(t, { conf: { stdTTL: 0.001 } });
  const without = simulator.fails('csds', { body: {} });
  agent.reconnect();
  const first = await heard.the('error');
  assert.deepEqual(seen(first), [
    'could not fetch domains on reconnect',
    null,
    'domainNames',
    null,
    null,
    'Reconnect#CSDS',
  ]);
  without.ends();
  simulator.fails('csds', { body: { baseURIs: [] } });
  agent.reconnect();
  const second = await heard.the('error', 2);
  assert.deepEqual(seen(second), ['could not fetch domains', null, 'domainNames', null, null, 'Reconnect#Relogin#WS']);
  assert.deepEqual(heard.all('success').at(-1), [{ location: 'Reconnect#CSDS' }]);
  assert.equal(agent.connected, true, 'the open socket stays');
});

for (const [name, body, message] of [
  ['no userId', (usual) => ({ ...usual, config: {} }), 'invalid login state, userId is undefined'],
  ['no config', (usual) => ({ ...usual, config: undefined }), 'invalid login state, userId is undefined'],
  ['no JSON', () => 'welcome', 'invalid login state, userId is undefined'],
  ['no bearer', (usual) => ({ ...usual, bearer: undefined }), 'could not generate token'],
]) {
  test(`the login answers 200 with ${name}`, async (t) => {
    const simulator = await start(t);
    simulator.fails('login', { body });
    const { heard } = bot(t, simulator.options());
    assert.deepEqual(seen(await heard.the('error')), [
      ...[message, null, 'authentication.login', null, null],
      'Connect#Login',
    ]);
  });
}

test('a refresh without a session: told before the call returns', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'ready', userId: '1' });
  const { agent, heard } = bot(t, owner.options());
  await heard.the('connected');
  let told;
  agent.refreshSession((error) => {
    told = error;
  });
  const message = 'CSRF and JAR are not defined for this agent. Please reconnect with bearer token.';
  assert.deepEqual(heard.all('error').map(seen), [
    [message, null, 'authentication.login', null, null, 'RefreshSession#Precheck'],
  ]);
  assert.equal(told, heard.all('error')[0][0]);
});

test('nobody listens at the port: ECONNREFUSED as Node words it', async (t) => {
  const port = await closedPort();
  const simulator = await start(t);
  const refused = `connect ECONNREFUSED 127.0.0.1:${port}`;
  const fields = { errno: -111, code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port };
  for (const [conf, words, service, location] of [
    [{ csdsDomain: `127.0.0.1:${port}` }, 'CSDS request', 'domainNames', 'Connect#CSDS'],
    [{ domains: { agentVep: `127.0.0.1:${port}` } }, 'AgentVEP login', 'authentication.login', 'Connect#Login'],
    [{ domains: { facadeMsg: `127.0.0.1:${port}` } }, 'WS connection', 'messaging', undefined],
  ]) {
    const { heard } = bot(t, simulator.options(conf));
    const args = await heard.the('error');
    assert.deepEqual(seen(args), [
      ...[`Error on ${words}: ${refused}`, null, service, refused, 'ECONNREFUSED'],
      location,
    ]);
    assert.equal(JSON.stringify({ ...args[0].error }), JSON.stringify(fields), service);
    assert.ok(args[0].error instanceof Error);
    if (service === 'messaging') assert.deepEqual(await heard.the('closed'), [1006]);
  }
});

test('a host name that does not exist: ENOTFOUND', async (t) => {
  const { heard } = bot(t, { accountId: '1', assertion: 'x', csdsDomain: 'no-such-host.invalid:1' });
  const args = await heard.the('error');
  const message = 'getaddrinfo ENOTFOUND no-such-host.invalid';
  // Where there is no name server at all, it is EAI_AGAIN, as in Node.
  if (args[0].error.code === 'EAI_AGAIN') return t.skip('no name server');
  assert.deepEqual(seen(args), [
    ...[`Error on CSDS request: ${message}`, null, 'domainNames', message, 'ENOTFOUND'],
    'Connect#CSDS',
  ]);
  return undefined;
});

for (const [name, server, bytes] of [
  ['plain HTTP where TLS should be', plain, 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ['rubbish where TLS should be', plain, Buffer.from([0, 1, 2, 3, 255, 254])],
  ['rubbish where HTTP should be', rubbish, 'hello, I am no HTTP server\n'],
  ['binary rubbish where HTTP should be', rubbish, Buffer.from([0, 159, 146, 150, 13, 10, 13, 10])],
  ['nothing at all', rubbish, ''],
]) {
  test(`a server that answers ${name}: a clear error at each step`, async (t) => {
    const port = await server(t, bytes);
    const simulator = await start(t);
    for (const [conf, prefix, service, location] of [
      [{ csdsDomain: `127.0.0.1:${port}` }, 'Error on CSDS request: ', 'domainNames', 'Connect#CSDS'],
      [
        { domains: { agentVep: `127.0.0.1:${port}` } },
        'Error on AgentVEP login: ',
        'authentication.login',
        'Connect#Login',
      ],
      [{ domains: { facadeMsg: `127.0.0.1:${port}` } }, 'Error on WS connection: ', 'messaging', undefined],
    ]) {
      const { agent, heard } = bot(t, simulator.options(conf));
      const [error, context] = await heard.the('error');
      assert.ok(error.message.startsWith(prefix) && error.message.length > prefix.length, error.message);
      assert.deepEqual([error.code, error.service, context && context.location], [null, service, location]);
      assert.ok(error.error instanceof Error, 'there is a cause');
      assert.equal(error.message, prefix + error.error.message);
      if (service === 'messaging') assert.deepEqual(await heard.the('closed'), [1006]);
      assert.equal(agent.connected, false);
      // Nothing is lost: the same agent connects once the address is right.
      agent.conf = simulator.options();
      agent.connect(() => {});
      await heard.the('connected');
    }
  });
}

for (const [status, code] of [
  [200, null],
  [302, null],
  [401, 401],
  [403, null],
  [500, null],
  [4010, null],
]) {
  test(`the upgrade is answered ${status}`, async (t) => {
    const simulator = await start(t);
    if (status === 4010) simulator.fails('upgrade', { raw: 'HTTP/1.1 401x nonsense\r\n\r\n' });
    else simulator.fails('upgrade', { status, headers: { location: 'https://localhost/' } });
    const { agent, heard } = bot(t, simulator.options());
    const args = await heard.the('error');
    assert.equal(args.length, 1, 'no location');
    if (status !== 4010) {
      const message = `Unexpected server response: ${status}`;
      assert.deepEqual(seen(args).slice(0, 4), [`Error on WS connection: ${message}`, code, 'messaging', message]);
    }
    assert.equal(args[0].code, code);
    assert.deepEqual(await heard.the('closed'), [1006]);
    assert.deepEqual(heard.names('error', 'closed', 'connected'), ['error', 'closed']);
    assert.ok(!JSON.stringify([args[0], args[0].stack]).includes(agent.token), 'no token in errors');
    simulator.recovers();
    agent.reconnect(true);
    await heard.the('connected');
  });
}

for (const [name, headers] of [
  ['a wrong key', 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong'],
  ['no upgrade header', 'Connection: Upgrade'],
  ['a subprotocol nobody asked for', 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: x'],
]) {
  test(`an invalid upgrade, ${name}: one error and closed 1006`, async (t) => {
    const simulator = await start(t);
    const invalid = simulator.fails('upgrade', { raw: `HTTP/1.1 101 Switching Protocols\r\n${headers}\r\n\r\n` });
    const { agent, heard } = bot(t, simulator.options());
    const [error] = await heard.the('error');
    assert.match(error.message, /^Error on WS connection: ./);
    assert.equal(error.code, null);
    assert.deepEqual(await heard.the('closed'), [1006]);
    invalid.ends();
    agent.reconnect(true);
    await heard.the('connected');
    assert.deepEqual(heard.names('error', 'closed', 'connected'), ['error', 'closed', 'connected']);
  });
}

test('an upgrade that is cut, and one that is never answered', async (t) => {
  const simulator = await start(t);
  simulator.fails('upgrade', { cut: true, times: 1 });
  const { agent, heard } = bot(t, simulator.options({ handshakeTimeout: 200 }));
  const first = await heard.the('error');
  assert.deepEqual(seen(first), [
    ...['Error on WS connection: socket hang up', null, 'messaging', 'socket hang up', 'ECONNRESET'],
    undefined,
  ]);
  await heard.the('closed');
  simulator.fails('upgrade', { hang: true, times: 1 });
  agent.reconnect(true);
  const [error] = await heard.the('error', 2);
  assert.equal(error.message, 'Error on WS connection: Opening handshake has timed out');
  assert.deepEqual(await heard.the('closed', 2), [1006]);
});

test('HTTP calls without an answer end', async (t) => {
  const simulator = await start(t);
  const port = await silent(t);
  for (const [step, location] of [
    ['csds', 'Connect#CSDS'],
    ['login', 'Connect#Login'],
  ]) {
    const hang = simulator.fails(step, { hang: true });
    const { heard } = bot(t, simulator.options({ httpTimeout: 200 }));
    const [error, context] = await heard.the('error');
    assert.deepEqual([error.code, error.error.code, context.location], [null, 'ETIMEDOUT', location]);
    hang.ends();
  }
  const { heard } = bot(t, simulator.options({ csdsDomain: `127.0.0.1:${port}`, httpTimeout: 200 }));
  const [error] = await heard.the('error');
  assert.equal(error.error.code, 'ETIMEDOUT');
});

test('a failed attempt emits one error, and the callback of each caller gets it', async (t) => {
  const simulator = await start(t);
  simulator.fails('login', { status: 500 });
  const { agent, heard } = bot(t, simulator.options());
  const told = await Promise.all([
    called((callback) => agent.connect(callback)),
    called((callback) => agent.connect(callback)),
    agent.connect().catch((error) => [error]),
  ]);
  await turns();
  const [[error]] = heard.all('error');
  assert.equal(heard.all('error').length, 1);
  for (const args of told) assert.deepEqual(args, [error]);
});

test('addresses that are none fail as errors, not as exceptions', async (t) => {
  const simulator = await start(t);
  for (const conf of [
    { csdsDomain: 'not a host' },
    { csdsDomain: 'http://[' },
    { domains: { agentVep: '::::' } },
    { domains: { facadeMsg: 'a b' } },
    { ca: 'no PEM' },
    { proxy: 'nonsense://' },
    { headers: { 'bad name': 'x' } },
    { headers: { good: 'bad\nvalue' } },
  ]) {
    const { agent, heard } = bot(t, simulator.options(conf));
    const [error] = await heard.the('error');
    assert.match(error.message, /^Error on (CSDS request|AgentVEP login|WS connection): ./, JSON.stringify(conf));
    assert.ok(error.error instanceof Error, JSON.stringify(conf));
    agent.dispose();
  }
});
