'use strict';

const assert = require('node:assert/strict');
const { execFile, execFileSync } = require('node:child_process');
const { once } = require('node:events');
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

  test('how much waits for the bot can be limited, in bytes and in messages', () => {
    // In a process of its own: the first agent of a thread decides.
    const script = `
      const native = require(${JSON.stringify(require.resolve('../../native'))});
      const asked = [];
      const { Inbox } = native;
      native.Inbox = class { constructor(wake, ...limits) { asked.push(limits); return new Inbox(wake, ...limits); } };
      const { Agent } = require(${JSON.stringify(require.resolve('../../index'))});
      const conf = { accountId: '1', token: 't', csdsDomain: '127.0.0.1:1', maxIncomingBytes: '4096', maxIncomingMessages: 3 };
      for (const options of [conf, { ...conf, maxIncomingBytes: 7 }]) new Agent(options).on('error', () => {});
      process.stdout.write(JSON.stringify(asked));`;
    const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8', timeout: 20_000 });
    assert.deepEqual(JSON.parse(output), [[4096, 3]]);
  });

  for (const limits of ['maxIncomingBytes: 1', 'maxIncomingMessages: 1', 'maxIncomingBytes: 300000000']) {
    test(`a flood arrives whole and in order with ${limits}`, async (t) => {
      const { simulator, connection } = await connected(t, {}, { types: [] });
      connection.closes(1000);
      const script = `
        const { Agent } = require(${JSON.stringify(require.resolve('../../index'))});
        const agent = new Agent({ ...${JSON.stringify(simulator.options({ username: 'other' }))}, ${limits} });
        agent.on('error', (error) => { throw error; });
        let next = 0;
        agent.on('flood', (body) => {
          if (body.n !== next++) throw new Error('expected ' + (next - 1) + ', got ' + body.n);
          if (next === 2000) { process.stdout.write('all'); agent.dispose(); }
        });`;
      const child = execFile(process.execPath, ['-e', script], { timeout: 30_000 });
      let printed = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
      const flood = await simulator.connection(2);
      for (let n = 0; n < 2000; n++)
        flood.push({ kind: 'notification', type: 'flood', body: { n, pad: 'x'.repeat(n % 500) } });
      const [code] = await once(child, 'close');
      assert.deepEqual([code, printed], [0, 'all']);
    });
  }

  test('bufferedAmount grows while the service does not read, and requests beyond the limit are refused', async (t) => {
    const { agent, connection } = await connected(t, { maxBufferedAmount: 1_000_000 });
    assert.equal(agent.bufferedAmount, 0);
    connection.stalls();
    const body = { dialogId: 'd', event: { message: 'x'.repeat(100_000) } };
    // The system takes some megabytes before it is full; until then a request may be refused that comes too fast.
    const outcomes = [];
    let refusedInARow = 0;
    for (let n = 0; refusedInARow < 20 && n < 1000; n++) {
      const before = outcomes.length;
      agent.publishEvent(body, (error) => outcomes.push(error));
      refusedInARow = outcomes.length > before ? refusedInARow + 1 : 0;
      await turns(20);
    }
    assert.equal(refusedInARow, 20);
    for (const { message } of outcomes) assert.match(message, /more than 1000000 bytes.*maxBufferedAmount/);
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
