'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { child } = require('../support/child');
const { start } = require('../support/kit');

test('a bot in a worker: it connects, is disposed of, and the worker ends by itself', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    ({ conf, say, PACKAGE }) => {
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(
        `const { Agent } = require(${JSON.stringify(PACKAGE)});
         const { parentPort, workerData } = require('node:worker_threads');
         const agent = new Agent(workerData);
         agent.on('connected', () => agent.getClock({}, (error, body) => {
           parentPort.postMessage(typeof body.currentTime);
           agent.dispose();
         }));`,
        { eval: true, workerData: conf },
      );
      worker.on('message', (message) => say(message));
      worker.on('error', (error) => say(`error ${error.message}`));
      worker.on('exit', (code) => say(`exit ${code}`));
    },
    { conf: simulator.options() },
  );
  const { stdout, code, stderr } = await run.ended();
  assert.deepEqual([code, stdout, stderr], [0, 'number\nexit 0\n', '']);
});

test('worker.terminate() in the midst of everything, many times; the main thread is fine', async (t) => {
  const simulator = await start(t);
  simulator.on('login', ({ body }) => (body.username === 'hangs' ? { hang: true } : undefined));
  const run = child(
    t,
    async ({ Agent, conf, say, PACKAGE }) => {
      const { once } = require('node:events');
      const { Worker } = require('node:worker_threads');
      const main = new Agent({ ...conf, username: 'main' });
      await once(main, 'connected');
      const code = `
        const { Agent } = require(${JSON.stringify(PACKAGE)});
        const { parentPort, workerData } = require('node:worker_threads');
        const { when, ...conf } = workerData;
        const agent = new Agent(when === 'login' ? { ...conf, username: 'hangs' } : conf);
        agent.on('error', () => {});
        const tell = () => parentPort.postMessage('now');
        if (when === 'at once' || when === 'login') tell();
        agent.on('connected', () => {
          if (when === 'connected') tell();
          if (when === 'pending') { agent.getClock({}, () => {}); tell(); }
          if (when === 'busy') {
            const ask = () => agent.getClock({}, ask);
            for (let n = 0; n < 50; n++) ask();
            setTimeout(tell, 20);
          }
          if (when === 'exit') process.exit(3);
          if (when === 'throws') throw new Error('thrown in a worker');
        });`;
      const results = {};
      for (let round = 0; round < 5; round++) {
        for (const when of ['at once', 'login', 'connected', 'pending', 'busy', 'exit', 'throws']) {
          const worker = new Worker(code, {
            eval: true,
            workerData: { ...conf, username: `${when}${round}`, when },
          });
          worker.on('error', (error) => {
            results.error = error.message;
          });
          worker.once('message', () => worker.terminate());
          const [exit] = await new Promise((resolve) => worker.once('exit', (...args) => resolve(args)));
          results[when] = exit;
        }
      }
      say(JSON.stringify(results));
      main.getClock({}, (error) => {
        say(`main ${error} ${main.connected}`);
        main.dispose();
      });
    },
    { conf: simulator.options(), deadline: 60_000 },
  );
  const { stdout, code, stderr, signal } = await run.ended();
  assert.deepEqual([code, signal, stderr], [0, null, '']);
  const [results, main] = stdout.trim().split('\n');
  assert.deepEqual(JSON.parse(results), {
    ...{ 'at once': 1, login: 1, connected: 1, pending: 1, busy: 1, exit: 3, throws: 1 },
    error: 'thrown in a worker',
  });
  assert.equal(main, 'main null true');
  await simulator.waits.until('all sockets to be gone', () => simulator.connections.every(({ isOpen }) => !isOpen));
});

test('several workers and the main thread at once, each with several agents', async (t) => {
  const simulator = await start(t);
  const run = child(
    t,
    async ({ Agent, conf, say, PACKAGE }) => {
      const { Worker, isMainThread } = require('node:worker_threads');
      const work = `async ({ Agent, conf, name }) => {
        const one = (n) => new Promise((resolve, reject) => {
          const agent = new Agent({ ...conf, username: name + n });
          agent.on('error', reject);
          agent.on('connected', async () => {
            let sum = 0;
            for (let k = 0; k < 50; k++) sum += (await agent.getClock()).currentTime > 0;
            agent.dispose();
            resolve(sum);
          });
        });
        return (await Promise.all([0, 1, 2].map(one))).join();
      }`;
      const workers = ['a', 'b', 'c', 'd'].map(
        (name) =>
          new Promise((resolve, reject) => {
            const worker = new Worker(
              `const { Agent } = require(${JSON.stringify(PACKAGE)});
               const { parentPort, workerData } = require('node:worker_threads');
               (${work})({ Agent, ...workerData }).then((result) => parentPort.postMessage(result));`,
              { eval: true, workerData: { conf, name } },
            );
            let result;
            worker.on('message', (message) => (result = message));
            worker.on('error', reject);
            worker.on('exit', () => resolve(result));
          }),
      );
      const main = (0, eval)(work)({ Agent, conf, name: 'main' });
      say((await Promise.all([...workers, main])).join(' '));
      void isMainThread;
    },
    { conf: simulator.options(), deadline: 60_000 },
  );
  const { stdout, code, stderr } = await run.ended();
  assert.deepEqual([code, stderr, stdout], [0, '', `${Array(5).fill('50,50,50').join(' ')}\n`]);
  assert.equal(simulator.connections.length, 15);
});
