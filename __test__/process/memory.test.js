'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { child } = require('../support/child');
const { text } = require('../support/frames');
const { start } = require('../support/kit');

const MB = 1024 * 1024;

/** Of 1,000 rounds. What V8 has reserved comes and goes, and is left out: `native` is the rest of the RSS. */
function assertNoGrowth(t, { before, after }) {
  const said = ({ native, heapUsed }) => `heap ${(heapUsed / MB).toFixed(2)} MB, native ${(native / MB).toFixed(1)} MB`;
  t.diagnostic(`${said(before)} → ${said(after)}`);
  assert.deepEqual(after.handles, before.handles);
  assert.ok(after.heapUsed - before.heapUsed < 1.5 * MB);
  // A connection takes some 24 KB: a leak of one a round would be 24 MB.
  assert.ok(after.native - before.native < 16 * MB);
}

test('1,000 cycles of connect and dispose leave no sockets, handles or memory behind', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    async ({ Agent, conf, say }) => {
      const cycle = () =>
        new Promise((resolve, reject) => {
          const agent = new Agent(conf);
          agent.on('error', reject);
          agent.on('connected', () => {
            agent.getClock({}, (error) => {
              agent.dispose();
              if (error) reject(error);
              else resolve();
            });
          });
        });
      const measure = () => {
        globalThis.gc();
        globalThis.gc();
        const handles = process.getActiveResourcesInfo().filter((one) => one !== 'PipeWrap' && one !== 'Immediate');
        const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
        return { native: rss - heapTotal - external, heapUsed, handles };
      };
      for (let n = 0; n < 200; n++) await cycle();
      const before = measure();
      for (let n = 0; n < 1000; n++) await cycle();
      say(JSON.stringify({ before, after: measure() }));
    },
    { conf: simulator.options(), node: ['--expose-gc'], deadline: 60_000 },
  );
  const { stdout, code, stderr } = await run.ended();
  assert.deepEqual([code, stderr], [0, '']);
  assertNoGrowth(t, JSON.parse(stdout));
  assert.equal(simulator.connections.length, 1200);
  await simulator.waits.until('all sockets to be gone', () => simulator.connections.every(({ isOpen }) => !isOpen));
});

test('1,000 reconnects of one agent leave nothing behind', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    async ({ Agent, conf, say }) => {
      const { once } = require('node:events');
      const agent = new Agent(conf);
      const measure = () => {
        globalThis.gc();
        globalThis.gc();
        const handles = process.getActiveResourcesInfo().filter((one) => one !== 'PipeWrap' && one !== 'Immediate');
        const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
        return { native: rss - heapTotal - external, heapUsed, handles };
      };
      await once(agent, 'connected');
      const cycle = async (n) => {
        agent.reconnect(n % 4 !== 0);
        await once(agent, 'connected');
      };
      for (let n = 0; n < 200; n++) await cycle(n);
      const before = measure();
      for (let n = 0; n < 1000; n++) await cycle(n);
      say(JSON.stringify({ before, after: measure() }));
      agent.dispose();
    },
    { conf: simulator.options(), node: ['--expose-gc'], deadline: 60_000 },
  );
  const { stdout, code, stderr } = await run.ended();
  assert.deepEqual([code, stderr], [0, '']);
  assertNoGrowth(t, JSON.parse(stdout));
});

test('memory stays bounded while 1,000,000 notifications meet a slow listener', async (t) => {
  const COUNT = 1_000_000;
  const BLOCK = 1000;
  const simulator = await start(t);
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent(conf);
      let expected = 0;
      let most = 0;
      let first = 0;
      agent.on('.N', (n) => {
        if (n !== expected++) throw new Error(`${n} came in place of ${expected - 1}`);
        if (n % 1000 !== 0) return;
        // Slow: a few ms for every thousand, so that the service is far ahead all the time.
        const until = performance.now() + 5;
        while (performance.now() < until);
        const { rss } = process.memoryUsage();
        if (n === 50_000) first = rss;
        most = Math.max(most, rss);
      });
      agent.on('connected', () => agent.getClock({}, () => {}));
      agent.on('.End', () => {
        say(JSON.stringify({ expected, most, first }));
        agent.dispose();
      });
    },
    { conf: simulator.options(), deadline: 60_000 },
  );
  const connection = await simulator.connection();
  const body = 'x'.repeat(40);
  let most = 0;
  for (let n = 0; n < COUNT; n += BLOCK) {
    const block = Array.from({ length: BLOCK }, (_, at) =>
      text(`{"kind":"notification","type":".N","body":${n + at},"x":"${body}"}`),
    );
    if (!connection.socket.write(Buffer.concat(block))) {
      most = Math.max(most, connection.socket.writableLength);
      await new Promise((resolve) => connection.socket.once('drain', resolve));
    }
  }
  connection.push({ kind: 'notification', type: '.End' });
  const { stdout, code, stderr } = await run.ended(60_000);
  assert.deepEqual([code, stderr], [0, '']);
  const seen = JSON.parse(stdout);
  t.diagnostic(`RSS ${(seen.first / MB).toFixed(1)} MB after 50,000, at most ${(seen.most / MB).toFixed(1)} MB`);
  assert.equal(seen.expected, COUNT);
  assert.ok(seen.most < 250 * MB);
  assert.ok(seen.most - seen.first < 100 * MB, 'less than the messages take');
});

test('notifications that nobody listens to take no memory either', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const agent = new Agent(conf);
      agent.on('.End', () => {
        say(String(process.memoryUsage().rss));
        agent.dispose();
      });
    },
    { conf: simulator.options(), deadline: 60_000 },
  );
  const connection = await simulator.connection();
  const one = text({ kind: 'notification', type: '.Nobody', body: { text: 'x'.repeat(400) } });
  const block = Buffer.concat(Array(1000).fill(one));
  for (let n = 0; n < 300; n++) {
    if (!connection.socket.write(block)) await new Promise((resolve) => connection.socket.once('drain', resolve));
  }
  connection.push({ kind: 'notification', type: '.End' });
  const { stdout, code } = await run.ended(60_000);
  assert.equal(code, 0);
  t.diagnostic(`RSS ${(Number(stdout) / MB).toFixed(1)} MB`);
  assert.ok(Number(stdout) < 200 * MB);
});

test('an agent whose socket has ended can be collected without dispose()', async (t) => {
  const simulator = await start(t);
  const owner = simulator.agent({ token: 'ready', userId: '1' });
  const run = child(
    t,
    ({ Agent, conf, say }) => {
      const refs = [];
      const make = (n) =>
        new Promise((resolve) => {
          const agent = new Agent(conf);
          refs.push(new WeakRef(agent));
          // Requests answered, timed out, refused; a look-up; promises nobody awaits: all that could hold on to it.
          agent.on('connected', () => {
            agent.getClock({}, () => agent.transport.ws.close());
            if (n % 2) agent.publishEvent({});
          });
          agent.on('closed', resolve);
          agent.on('error', resolve);
        });
      (async () => {
        for (let n = 0; n < 20; n++) await make(n);
        for (let round = 0; round < 50 && refs.some((ref) => ref.deref()); round++) {
          await new Promise(setImmediate);
          globalThis.gc();
        }
        say(`left ${refs.filter((ref) => ref.deref()).length}`);
      })();
    },
    { conf: owner.options(), node: ['--expose-gc'] },
  );
  const { stdout, code } = await run.ended();
  assert.equal(code, 0);
  const [, left] = stdout.match(/left (\d+)/);
  // The last may still stand on some stack.
  assert.ok(Number(left) <= 1, stdout);
  await simulator.waits.until('all sockets to be gone', () => simulator.connections.every(({ isOpen }) => !isOpen));
});
