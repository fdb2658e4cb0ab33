'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { FAST, calls, connected } = require('./kit');

describe('dead peers', () => {
  test('clockInterval: a service that does not tell the time is gone', async (t) => {
    const conf = { clockInterval: 5, clockTimeout: 30, reconnect: FAST };
    const { simulator, heard } = await connected(t, conf, { types: ['.GetClock$Response'] });
    const asked = () => simulator.requests('.GetClock').length >= 3;
    await simulator.waitFor('three questions', asked);
    assert.deepEqual(heard.names('closed', 'message:sent', '.GetClock$Response'), []);
    simulator.fails('request', { type: '.GetClock', hang: true, times: 1 });
    assert.deepEqual(await heard.the('closed'), [1006]);
    await heard.the('reconnected');
    assert.equal(calls(simulator, 'login'), 1);
  });

  test('clockInterval: one that does not take the token any more wants another', async (t) => {
    const { simulator, heard } = await connected(t, { clockInterval: 5, reconnect: FAST });
    simulator.fails('request', { type: '.GetClock', code: 401, times: 1 });
    await heard.the('reconnected');
    assert.equal(calls(simulator, 'login'), 2);
  });

  test('pongTimeout: one that gives no sign of life', async (t) => {
    const { connection, heard } = await connected(t, { pingInterval: 20, pongTimeout: 50, reconnect: FAST });
    connection.stalls();
    assert.deepEqual(await heard.the('closed'), [1006]);
    await heard.the('reconnected');
  });

  test('handshakeTimeout: one that does not answer the upgrade', async (t) => {
    const { connection, simulator, heard } = await connected(t, { handshakeTimeout: 200, reconnect: FAST });
    simulator.fails('upgrade', { hang: true, times: 1 });
    connection.cuts();
    assert.match((await heard.the('error'))[0].message, /Opening handshake has timed out/);
    assert.deepEqual(await heard.the('reconnected'), [{ attempts: 2 }]);
  });
});
