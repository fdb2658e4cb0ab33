'use strict';

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');

const { turns } = require('../support/kit');
const { connected } = require('./kit');

const MESSAGES = 'ms.MessagingEventNotification';

describe('back-pressure', () => {
  test('a bot that is blocked gets everything, in order, and the service waits meanwhile', async (t) => {
    const { heard, connection, agent } = await connected(t, {}, { types: [] });
    const count = 20_000;
    const sequences = [];
    agent.on(MESSAGES, ({ changes }) => {
      sequences.push(changes[0].sequence);
      if (sequences.length === 100) {
        const until = performance.now() + 500;
        while (performance.now() < until);
      }
    });
    const message = 'x'.repeat(1000);
    for (let sequence = 0; sequence < count; sequence++) {
      connection.push({
        kind: 'notification',
        type: '.ams.ms.OnlineEventDistribution',
        body: { dialogId: 'd', sequence, originatorPId: 'p', event: { type: 'ContentEvent', message } },
      });
    }
    await heard.until('all of them', () => sequences.length === count, 60_000);
    assert.ok(sequences.every((sequence, place) => sequence === place));
    assert.deepEqual(heard.names('closed'), []);
  });

  test('bufferedAmount grows while the service does not read, and requests beyond the limit are refused', async (t) => {
    const { agent, connection } = await connected(t, { maxBufferedAmount: 1_000_000 });
    assert.equal(agent.bufferedAmount, 0);
    connection.stalls();
    const body = { dialogId: 'd', event: { message: 'x'.repeat(100_000) } };
    const outcomes = [];
    while (outcomes.length === 0 && agent.bufferedAmount < 100_000_000) {
      agent.publishEvent(body, (error) => outcomes.push(error));
      await turns(1);
    }
    assert.match(outcomes[0].message, /more than 1000000 bytes.*maxBufferedAmount/);
    assert.ok(agent.bufferedAmount > 1_000_000 && agent.bufferedAmount < 1_200_000, String(agent.bufferedAmount));
    assert.equal(agent.stats().bufferedAmount, agent.bufferedAmount);
    connection.resumes();
    const begin = performance.now();
    while (agent.bufferedAmount > 0 && performance.now() - begin < 10_000) await turns(1);
    assert.equal(agent.bufferedAmount, 0);
  });

  test('the name belongs to the bot', async (t) => {
    const { agent } = await connected(t, {});
    agent.bufferedAmount = 'mine';
    assert.equal(agent.bufferedAmount, 'mine');
    assert.equal(agent.stats().bufferedAmount, 0);
  });
});
