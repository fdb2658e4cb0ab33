import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { beforeEach, test } from 'node:test';
import { startProxy } from './connect-proxy.mjs';
import { connected, refused, startSimulator, withEnv } from './kit.mjs';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'];

// Each service under a name of its own, so that the proxy can tell them apart.
const HOSTS = { agentVep: 'vep.localhost', facadeMsg: 'ums.localhost' };

beforeEach(() => {
  for (const name of VARIABLES) delete process.env[name];
});

/** A simulator and a proxy; `paths()` says which services were reached through the proxy. */
async function surroundings(t, credentials) {
  const simulator = await startSimulator(t, { host: 'lp.localhost', hosts: HOSTS });
  const proxy = await startProxy(t, credentials);
  const services = { 'lp.localhost': 'look-up', 'vep.localhost': 'login', 'ums.localhost': 'socket' };
  const proxied = () => [...new Set(proxy.targets.map((target) => services[target.split(':')[0]]))];
  return { simulator, proxy, proxied, options: simulator.options() };
}

test('without a proxy nothing goes through one', async (t) => {
  const { options, proxied } = await surroundings(t);
  await connected(t, options);
  assert.deepEqual(proxied(), []);
});

test('proxy: HTTP calls and WebSocket go through it', async (t) => {
  const { simulator, options, proxy, proxied } = await surroundings(t);
  const agent = await connected(t, { ...options, proxy: proxy.url });
  assert.deepEqual(proxied(), ['look-up', 'login', 'socket']);
  assert.ok(
    proxy.targets.every((target) => target.endsWith(`:${simulator.port}`)),
    proxy.targets.join(),
  );
  const { currentTime } = await agent.getClock({});
  assert.equal(typeof currentTime, 'number');
  await agent.refreshSession();
});

for (const [form, make] of [
  ['a URL object', (url) => new URL(url)],
  ['a text without a scheme', (url) => url.replace('http://', '')],
]) {
  test(`proxy: ${form}`, async (t) => {
    const { options, proxy, proxied } = await surroundings(t);
    await connected(t, { ...options, proxy: make(proxy.url) });
    assert.deepEqual(proxied(), ['look-up', 'login', 'socket']);
  });
}

for (const [user, password] of [
  ['ada', 'secret'],
  ['a da@x', 'p:ä/ß%#?'],
  ['ada', ''],
]) {
  test(`credentials in its URL: ${user}:${password}`, async (t) => {
    const { options, proxy, proxied } = await surroundings(t, { user, password });
    const url = proxy.url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`);
    await connected(t, { ...options, proxy: url });
    assert.deepEqual(proxied(), ['look-up', 'login', 'socket']);
  });
}

test('wrong credentials are an error, which does not tell them', async (t) => {
  const { options, proxy } = await surroundings(t, { user: 'ada', password: 'right' });
  const error = await refused(t, { ...options, proxy: proxy.url.replace('//', '//ada:wr0ng@') });
  assert.deepEqual([error.service, error.code], ['domainNames', null]);
  assert.match(error.message, /^Error on CSDS request: .*proxy/i);
  assert.doesNotMatch(error.stack + JSON.stringify(error), /wr0ng/);
});

test('wrong credentials for the WebSocket alone', async (t) => {
  const { options, proxy } = await surroundings(t, { user: 'ada', password: 'right' });
  const error = await refused(t, { ...options, agent: { proxy: proxy.url.replace('//', '//ada:wr0ng@') } });
  assert.equal(error.service, 'messaging');
  assert.match(error.message, /^Error on WS connection: .*proxy/i);
  assert.doesNotMatch(error.stack + JSON.stringify(error), /wr0ng/);
});

test('a proxy that is not there is refused by its own address', async (t) => {
  const { options } = await surroundings(t);
  const gone = net.createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address();
  await new Promise((resolve) => gone.close(resolve));
  const url = `http://127.0.0.1:${port}`;
  for (const way of [{ proxy: url }, { agent: { proxy: url } }]) {
    const { error } = await refused(t, { ...options, ...way });
    assert.deepEqual([error.code, error.address, error.port], ['ECONNREFUSED', '127.0.0.1', port]);
  }
});

for (const proxy of ['::', 'http://', 'not a url']) {
  test(`a proxy that is no URL is an error: ${proxy}`, async (t) => {
    const { options } = await surroundings(t);
    const { error } = await refused(t, { ...options, proxy });
    assert.equal(error.code, 'ERR_INVALID_URL');
  });
}

test('a proxy that never answers meets the deadlines', async (t) => {
  const { options } = await surroundings(t);
  const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets = [];
  silent.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const url = `http://127.0.0.1:${silent.address().port}`;
  const onHttp = await refused(t, { ...options, proxy: url, httpTimeout: 200 });
  assert.deepEqual([onHttp.service, onHttp.error.code], ['domainNames', 'ETIMEDOUT']);
  const onSocket = await refused(t, { ...options, agent: { proxy: url }, handshakeTimeout: 200 });
  assert.equal(onSocket.message, 'Error on WS connection: Opening handshake has timed out');
});

for (const name of VARIABLES.slice(0, 4)) {
  test(`${name}: the HTTP calls only`, { skip: process.platform === 'win32' && /[a-z]/.test(name) }, async (t) => {
    const { options, proxy, proxied } = await surroundings(t);
    await withEnv({ [name]: proxy.url }, () => connected(t, options));
    assert.deepEqual(proxied(), ['look-up', 'login']);
  });
}

test('HTTPS_PROXY with credentials', async (t) => {
  const { options, proxy, proxied } = await surroundings(t, { user: 'ada', password: 'secret' });
  await withEnv({ HTTPS_PROXY: proxy.url.replace('//', '//ada:secret@') }, () => connected(t, options));
  assert.deepEqual(proxied(), ['look-up', 'login']);
});

test('HTTPS_PROXY comes before HTTP_PROXY, and the option before both', async (t) => {
  const { options, proxy, proxied } = await surroundings(t);
  const gone = 'http://127.0.0.1:1';
  await withEnv({ HTTPS_PROXY: proxy.url, HTTP_PROXY: gone }, () => connected(t, options));
  assert.deepEqual(proxied(), ['look-up', 'login']);
  await withEnv({ HTTPS_PROXY: gone, NO_PROXY: '*' }, () => connected(t, { ...options, proxy: proxy.url }));
  assert.deepEqual(proxied(), ['look-up', 'login', 'socket']);
});

for (const [exceptions, expected] of [
  ['*', []],
  ['vep.localhost', ['look-up']],
  ['VEP.localhost', ['look-up']],
  ['example.com, vep.localhost', ['look-up']],
  ['.localhost', []],
  ['localhost', []],
  ['ep.localhost', ['look-up', 'login']],
  ['vep.localhost.example.com', ['look-up', 'login']],
  ['vep.localhost:1', ['look-up', 'login']],
]) {
  test(`NO_PROXY=${exceptions}`, async (t) => {
    const { options, proxy, proxied } = await surroundings(t);
    await withEnv({ HTTPS_PROXY: proxy.url, NO_PROXY: exceptions }, () => connected(t, options));
    assert.deepEqual(proxied(), expected);
  });
}

for (const [form, make] of [
  ['a text', ({ url }) => url],
  ['a URL object', ({ url }) => new URL(url)],
  ['what url.parse makes of it', ({ url, port }) => ({ protocol: 'http:', href: `${url}/`, host: '127.0.0.1', port })],
  ['parts', ({ port }) => ({ host: '127.0.0.1', port })],
  [
    'parts with protocol and hostname',
    ({ port }) => ({ protocol: 'http:', hostname: '127.0.0.1', port: String(port) }),
  ],
]) {
  test(`agent.proxy, ${form}: the WebSocket only`, async (t) => {
    const { options, proxy, proxied } = await surroundings(t);
    await connected(t, { ...options, agent: { proxy: make(proxy) } });
    assert.deepEqual(proxied(), ['socket']);
  });
}

test('agent.proxy with credentials, in its URL or in parts', async (t) => {
  const { options, proxy, proxied } = await surroundings(t, { user: 'ada', password: 'p@s:s/#%' });
  const parts = { host: '127.0.0.1', port: proxy.port, auth: 'ada:p@s:s/#%' };
  for (const one of [proxy.url.replace('//', '//ada:p%40s%3As%2F%23%25@'), parts]) {
    proxy.targets.length = 0;
    await connected(t, { ...options, agent: { proxy: one } });
    assert.deepEqual(proxied(), ['socket']);
  }
});

test('agent.proxy for the WebSocket, HTTPS_PROXY for the calls', async (t) => {
  const { options, proxy, proxied } = await surroundings(t);
  await withEnv({ HTTPS_PROXY: proxy.url }, () => connected(t, { ...options, agent: { proxy: proxy.url } }));
  assert.deepEqual(proxied(), ['look-up', 'login', 'socket']);
});

test('an agent without a proxy is none', async (t) => {
  const { options, proxied } = await surroundings(t);
  await connected(t, { ...options, agent: { keepAlive: true } });
  assert.deepEqual(proxied(), []);
});

test('a new socket after a cut goes the same way', async (t) => {
  const { simulator, options, proxy, proxied } = await surroundings(t);
  const agent = await connected(t, { ...options, agent: { proxy: proxy.url } });
  const cut = once(agent, 'closed');
  (await simulator.connection()).cuts();
  await cut;
  agent.reconnect(true);
  await once(agent, 'connected', { signal: AbortSignal.timeout(10000) });
  assert.equal(proxy.targets.length, 2);
  assert.deepEqual(proxied(), ['socket']);
});
