'use strict';

const assert = require('node:assert');
const { test } = require('node:test');

const { setup } = require('../test-support/setup');

test('the look-up lists every service with its host and port, without authentication', async (t) => {
  const { simulator, client } = await setup(t, { hosts: { agentVep: 'vep.localhost' } });
  const { status, body } = await client.call('GET', client.account('service/baseURI.json?version=1.0'));
  assert.strictEqual(status, 200);
  const hosts = Object.fromEntries(body.baseURIs.map(({ service, baseURI }) => [service, baseURI]));
  assert.strictEqual(hosts.agentVep, `vep.localhost:${simulator.port}`);
  for (const name of ['facadeMsg', 'asyncMessagingEnt', 'swift', 'runtimeFormLogic']) {
    assert.strictEqual(hosts[name], `localhost:${simulator.port}`);
  }
  assert.deepStrictEqual(Object.keys(body.baseURIs[0]).sort(), ['account', 'baseURI', 'service']);
  assert.strictEqual(body.baseURIs[0].account, client.accountId);
});

test('one service can be looked up, its name being case sensitive; the older path works too', async (t) => {
  const { simulator, client } = await setup(t);
  const one = await client.call('GET', client.account('service/facadeMsg/baseURI.json?version=1.0'));
  assert.deepStrictEqual(one.body, { service: 'facadeMsg', account: client.accountId, baseURI: simulator.csdsDomain });
  const wrong = await client.call('GET', client.account('service/facademsg/baseURI.json?version=1.0'));
  assert.strictEqual(wrong.status, 404);
  const older = await client.call('GET', `/csdr/account/${client.accountId}/service/baseURI.json?version=1.0`);
  assert.ok(older.body.baseURIs.length > 10);
});

test('a bad query is 400; an unknown account is 401 where the simulator is strict', async (t) => {
  const { simulator, client } = await setup(t, { strict: true });
  assert.strictEqual((await client.call('GET', client.account('service/baseURI.json'))).status, 400);
  assert.strictEqual((await client.call('GET', client.account('service/baseURI.json?version=1.0'))).status, 401);
  simulator.agent({ username: 'bot' });
  assert.strictEqual((await client.call('GET', client.account('service/baseURI.json?version=1.0'))).status, 200);
});

test('a path that is no address of the service is 404, a wrong method 405', async (t) => {
  const { client } = await setup(t);
  assert.strictEqual((await client.call('GET', '/nothing')).status, 404);
  assert.strictEqual((await client.call('GET', client.account('login?v=1.3'))).status, 405);
});
