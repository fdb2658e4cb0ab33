import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import { test } from 'node:test';
import { connected, refused, startSimulator } from './kit.mjs';

// ---- names and addresses

test('a name under .localhost is the loopback; the address that listens is found', async (t) => {
  // The simulator listens on 127.0.0.1 only; ::1 is refused.
  const hosts = { agentVep: 'vep.localhost', facadeMsg: 'deep.down.LocalHost' };
  const simulator = await startSimulator(t, { host: 'lp.localhost', hosts });
  const agent = await connected(t, simulator.options({ rejectUnauthorized: false, ca: undefined }));
  assert.equal(typeof (await agent.getClock({})).currentTime, 'number');
});

const hasIPv6 = Object.values(os.networkInterfaces())
  .flat()
  .some(({ address }) => address === '::1');

test('where only the other address listens, that is found', { skip: !hasIPv6 && 'no ::1 here' }, async (t) => {
  const simulator = await startSimulator(t, { host: 'lp.localhost' });
  const host = `lp.localhost:${await listenOnIPv6Only(t, simulator)}`;
  await connected(t, simulator.options({ csdsDomain: host, domains: { agentVep: host, facadeMsg: host } }));
});

test('localhost itself, whatever address the system puts first', async (t) => {
  const simulator = await startSimulator(t, { host: 'localhost' });
  await connected(t, simulator.options());
  t.diagnostic(
    `localhost is ${(await dns.lookup('localhost', { all: true })).map(({ address }) => address).join(', ')}`,
  );
});

test('an address in place of a name', async (t) => {
  const simulator = await startSimulator(t, { host: '127.0.0.1' });
  await connected(t, simulator.options());
});

test('a name that does not exist', async (t) => {
  const simulator = await startSimulator(t, { hosts: { facadeMsg: 'no-such-name.invalid' } });
  const { message, error } = await refused(t, simulator.options());
  assert.match(message, /^Error on WS connection: getaddrinfo (ENOTFOUND|EAI_AGAIN) no-such-name\.invalid/);
  assert.deepEqual([error.syscall, error.hostname], ['getaddrinfo', 'no-such-name.invalid']);
});

/** Passes what comes to ::1 on to the simulator. @returns {Promise<number>} a port at which 127.0.0.1 refuses */
async function listenOnIPv6Only(t, simulator) {
  const sockets = new Set();
  const relay = net.createServer((client) => {
    const server = net.connect(simulator.port, '127.0.0.1');
    for (const socket of [client, server]) sockets.add(socket.on('error', () => {}));
    client.pipe(server).pipe(client);
  });
  relay.listen({ port: 0, host: '::1', ipv6Only: true });
  await once(relay, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    relay.close();
  });
  return relay.address().port;
}

// ---- headers

const upgradeOf = (simulator) => simulator.log.find(({ kind }) => kind === 'upgrade').headers;
const callsOf = (simulator) => simulator.log.filter(({ kind }) => kind === 'http');

test('headers and origin reach the upgrade, and nothing else', async (t) => {
  const simulator = await startSimulator(t);
  const headers = { 'X-Who': 'ada', 'x-number': 7, 'X-Many': ['one', 'two'], 'X-Not': undefined };
  await connected(t, simulator.options({ headers, origin: 'https://example.com' }));
  const upgrade = upgradeOf(simulator);
  assert.equal(upgrade['x-who'], 'ada');
  assert.equal(upgrade['x-number'], '7');
  assert.equal(upgrade['x-not'], undefined);
  assert.equal(upgrade.origin, 'https://example.com');
  assert.equal(callsOf(simulator).length, 2);
  for (const { headers } of callsOf(simulator)) {
    for (const name of ['x-who', 'x-number', 'x-many', 'origin']) assert.equal(headers[name], undefined);
  }
});

test('a header with several values', async (t) => {
  const simulator = await startSimulator(t);
  await connected(t, simulator.options({ headers: { 'X-Many': ['one', 'two'] } }));
  assert.equal(upgradeOf(simulator)['x-many'], 'one, two');
});

test('the upgrade stays an upgrade, and says no more than it must', async (t) => {
  const simulator = await startSimulator(t);
  const headers = { Host: 'brand.example.com', 'User-Agent': 'my bot' };
  await connected(t, simulator.options({ headers }));
  const upgrade = upgradeOf(simulator);
  assert.deepEqual([upgrade.host, upgrade['user-agent']], ['brand.example.com', 'my bot']);
  await connected(t, simulator.options());
  const { headers: plain } = simulator.log.findLast(({ kind }) => kind === 'upgrade');
  assert.deepEqual(
    Object.keys(plain)
      .filter((name) => name !== 'sec-websocket-extensions')
      .sort(),
    ['connection', 'host', 'sec-websocket-key', 'sec-websocket-version', 'upgrade'],
  );
});

for (const [headers, message] of [
  [{ 'X Y': '1' }, /Header name must be a valid HTTP token \["x y"\]/i],
  [{ 'X-A': 'a\r\nX-B: b' }, /Invalid character in header content \["x-a"\]/i],
]) {
  test(`a header that HTTP forbids is an error: ${JSON.stringify(headers)}`, async (t) => {
    const simulator = await startSimulator(t);
    assert.match((await refused(t, simulator.options({ headers }))).message, message);
  });
}
