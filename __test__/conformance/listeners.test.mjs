// Contract §3, §5: what reaches Node when a listener or a callback throws, or when nobody listens to an error. One after
// the other, since a process has only one way to say so.

import { conforms } from './support/runner.mjs';
import { notification } from './support/pushes.mjs';
import { error, sdkError } from './support/show.mjs';
import { success } from './support/usual.mjs';

const OOPS = error('oops');
const oops = () => {
  throw new Error('oops');
};

/** Writes down what reaches Node while the bot works, where else it would end the process. */
const catching = (bot) => async (k, agent) => {
  const others = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', k.cb('uncaught'));
  try {
    await bot(k, agent);
    await k.quiet();
  } finally {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other);
  }
};

conforms(
  'listeners that throw',
  [
    {
      row: 'a listener that throws: uncaughtException, and every later message is still delivered, in order',
      connects: true,
      bot: catching(async (k, agent) => {
        agent.on('a', oops);
        k.service.push(notification('a', 1), notification('b', 2), notification('a', 3), notification('c', 4));
        await k.event('c');
        await k.called('uncaught', 2);
        k.client = k.client.filter((line) => !line.startsWith('notification'));
      }),
      client: [
        ['a', 1],
        ['uncaught ←', OOPS, 'uncaughtException'],
        ['b', 2],
        ['a', 3],
        ['uncaught ←', OOPS, 'uncaughtException'],
        ['c', 4],
      ],
    },
    {
      row: 'a callback that throws does not keep the others from hearing',
      service: { replies: { '*': { type: 'T' } } },
      connects: true,
      bot: catching(async (k, agent) => {
        agent.getClock({}, oops);
        agent.getClock({}, k.cb('second'));
        await k.called('second');
        await k.called('uncaught');
        k.client = k.client.filter((line) => line.includes('←')).sort();
      }),
      client: [
        ['second ←', null, {}],
        ['uncaught ←', OOPS, 'uncaughtException'],
      ],
    },
    {
      row: 'callbacks that throw when the socket closes: each is told all the same, and closed comes',
      service: { replies: { '*': null } },
      connects: true,
      bot: catching(async (k, agent) => {
        agent.getClock({}, oops);
        agent.getClock({}, k.cb('second'));
        await k.arrived('frame', 2);
        k.client.length = 0;
        k.service.open.close(1011);
        await k.event('closed');
        await k.called('uncaught');
        k.client.sort();
      }),
      client: [
        ['closed', 1011],
        ['second ←', sdkError('Request has timed out'), undefined],
        ['uncaught ←', OOPS, 'uncaughtException'],
      ],
    },
    {
      row: 'listeners that throw in connected, success, message:sent: the socket works all the same',
      service: { replies: { '*': { type: 'T' } } },
      bot: catching(async (k, agent) => {
        agent.on('success', oops);
        agent.on('connected', oops);
        await k.event('connected');
        await k.called('uncaught', 3);
        agent.on('message:sent', oops);
        k.call('getClock', () => agent.getClock({}, k.cb('clock')));
        await k.called('clock');
        k.client = k.client.filter((line) => /^(getClock|clock)/.test(line));
      }),
      client: [
        ['getClock throws', OOPS],
        ['clock ←', null, {}],
      ],
    },
    {
      row: 'an error that nobody listens to throws',
      conf: null,
      service: { csds: { status: 500 } },
      bot: catching(async (k) => {
        k.agent({}, { isBare: true });
        await k.called('uncaught');
      }),
      client: [
        [
          'error',
          sdkError('Error on CSDS request: Internal Server Error', 500, 'domainNames'),
          { location: 'Connect#CSDS' },
        ],
        [
          'uncaught ←',
          sdkError('Error on CSDS request: Internal Server Error', 500, 'domainNames'),
          'uncaughtException',
        ],
      ],
    },
    {
      row: 'an error of the socket that nobody listens to throws, and closed comes all the same',
      conf: null,
      service: { upgrade: { raw: 'HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n' } },
      bot: catching(async (k) => {
        k.agent({}, { isBare: true });
        await k.event('closed');
        k.client = k.client.map((line) => line.split(' ').slice(0, 2).join(' '));
      }),
      client: [success('Connect#CSDS'), success('Connect#Login')]
        .map((line) => `${line[0]} ${JSON.stringify(line[1])}`)
        .concat(['error SDKError("Error', 'uncaught ←', 'closed 1006']),
    },
    {
      row: 'promises that nobody looks at: no unhandled rejection',
      service: { replies: { '*': { code: 500 } }, refresh: { status: 500 } },
      connects: true,
      bot: catching(async (k, agent) => {
        const unhandled = k.cb('unhandled');
        process.on('unhandledRejection', unhandled);
        agent.getClock({});
        agent.getClock({ n: 1n });
        agent.refreshSession();
        await k.event('error');
        agent.dispose();
        agent.getClock({});
        agent.csdsClient.getAll();
        await k.nothingFor(30);
        process.off('unhandledRejection', unhandled);
        k.client = k.client.filter((line) => line.includes('←'));
      }),
      client: [],
    },
  ],
  { concurrency: 1 },
);
