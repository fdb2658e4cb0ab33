// Contract §4: what becomes of a request: its answer, its deadline, the end of its socket.

import { inspect } from 'node:util';
import { conforms } from './support/runner.mjs';
import { sdkError } from './support/show.mjs';

const answered = (row, answer, client, request = ['getClock', [{ a: 1 }]]) => ({
  row: `answer: ${row}`,
  service: { replies: { '*': answer } },
  connects: true,
  async bot(k, agent) {
    agent[request[0]](...request[1], k.cb('answer'));
    await k.called('answer');
    k.client.shift();
  },
  client,
});

const NOT_CONNECTED = sdkError('socket not connected');
const TIMED_OUT = sdkError('Request has timed out');

conforms('answers', [
  ...[200, 0, 399, undefined, null, '200', 'x', [200], {}].map((code) =>
    answered(`code ${inspect(code)} is a success`, { type: 'T', code, body: 'b' }, [
      ['T', 'b', '#1'],
      ['answer ←', null, 'b'],
    ]),
  ),
  ...[400, 401, 500, 399.5, '500', 1e9].map((code) =>
    answered(`code ${inspect(code)}: the whole frame is the error`, { type: 'T', code, body: { why: 1 } }, [
      ['T', { why: 1 }, '#1'],
      ['answer ←', { kind: 'resp', reqId: '#1', code, type: 'T', body: { why: 1 } }, { why: 1 }],
    ]),
  ),
  answered('without a body', { type: 'T', body: undefined }, [
    ['T', undefined, '#1'],
    ['answer ←', null, undefined],
  ]),
  ...[undefined, null, '', 0, false].map((type) =>
    answered(`a type of ${inspect(type)} makes no typed event`, { type, body: 'b' }, [['answer ←', null, 'b']]),
  ),
  ...['error', 'connected', 'closed', 'toString', '__proto__', 'constructor', 'newListener'].map((type) =>
    answered(`a type called ${type} imitates nothing`, { type, body: 'b' }, [['answer ←', null, 'b']]),
  ),
  answered('a type that is a number is taken as it is', { type: 7, body: 'b' }, [
    ['7', 'b', '#1'],
    ['answer ←', null, 'b'],
  ]),
  answered(
    'twice: the callback is called once, the event comes twice',
    [{ type: 'T' }, { type: 'T' }],
    [
      ['T', {}, '#1'],
      ['answer ←', null, {}],
      ['T', {}, '#1'],
    ],
  ),
  answered(
    'to something else is an event alone',
    [{ type: 'U', reqId: 'else' }, { type: 'V', reqId: 9 }, { type: 'T' }],
    [
      ['U', {}, 'else'],
      ['V', {}, 9],
      ['T', {}, '#1'],
      ['answer ←', null, {}],
    ],
  ),
  {
    row: 'no answer within requestTimeout: the callback is told, on time, with two arguments; a late answer is an event',
    service: { replies: { '*': null } },
    conf: { requestTimeout: '40', errorCheckInterval: 60_000 },
    connects: true,
    async bot(k, agent) {
      agent.getClock({}, (...args) => {
        k.note('arguments', args.length);
        k.cb('clock')(...args);
      });
      await k.called('clock');
      const { id } = JSON.parse(k.service.calls('frame')[0].text);
      k.service.push({ kind: 'resp', reqId: id, code: 200, type: 'late', body: 1 });
      await k.event('late');
      k.client.shift();
    },
    client: [
      ['arguments', 2],
      ['clock ←', TIMED_OUT, undefined],
      ['late', 1, '#1'],
    ],
  },
  {
    row: 'the socket closes with requests pending: each is told in order, connected being false, before closed',
    service: { replies: { '*': null } },
    connects: true,
    async bot(k, agent) {
      for (const n of [1, 2])
        agent.getClock({}, (...args) => {
          k.note('connected', agent.connected);
          k.cb(`clock ${n}`)(...args);
        });
      await k.arrived('frame', 2);
      k.client.length = 0;
      k.service.open.close(1011);
      await k.event('closed');
    },
    client: [
      ['connected', false],
      ['clock 1 ←', TIMED_OUT, undefined],
      ['connected', false],
      ['clock 2 ←', TIMED_OUT, undefined],
      ['closed', 1011],
    ],
  },
  {
    row: 'not connected: told before the call returns, with one argument; nothing is sent, nothing is emitted',
    service: { upgrade: { hang: true } },
    async bot(k, agent) {
      const cb = (...args) => {
        k.note('arguments', args.length);
        k.cb('clock')(...args);
      };
      k.call('early', () => agent.getClock({}, cb));
      await k.event('success', 2);
      k.call('later', () => agent.publishEvent({ b: 1n }, 1, 2, 3, cb));
      k.client.splice(3, 2);
    },
    client: [
      ['arguments', 1],
      ['clock ←', NOT_CONNECTED],
      ['early returns', undefined],
      ['arguments', 1],
      ['clock ←', NOT_CONNECTED],
      ['later returns', undefined],
    ],
  },
]);
