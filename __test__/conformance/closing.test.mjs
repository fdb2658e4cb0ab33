// Contract §6 and what RFC 6455 has to do with it: ends of sockets, and frames that break the rules.

import { createRequire } from 'node:module';
import { conforms } from './support/runner.mjs';
import { error, sdkError } from './support/show.mjs';
import { CONNECTED, upgrade } from './support/usual.mjs';

const { frame } = createRequire(import.meta.url)('../support/frames.js');

const failure = (words, code) => {
  const name = code === 'WS_ERR_INVALID_UTF8' ? 'Error' : 'RangeError';
  return sdkError(`Error on WS connection: ${words}`, null, 'messaging', error(words, { code }, name));
};
/** The close code with which the service is told, by what is wrong. */
const TOLD = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
};
const hex = (...frames) => ({ bytes: Buffer.concat(frames).toString('hex') });
const closeFrame = (code, reason = '') => {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame('close', Buffer.concat([head, Buffer.from(reason)]));
};
const NOTIFIES = [
  ['a', 1],
  ['notification', { kind: 'notification', type: 'a', body: 1 }],
];
const MESSAGE = '{"kind":"notification","type":"a","body":1}';
const LONG = MESSAGE.padEnd(81);

/** The service ends it: what the bot hears, and the close frame that comes back. */
const closes = (code, reason, closed = code, echo = code) => ({
  row: `closed carries the code, and the close frame is echoed: ${code} ${JSON.stringify(reason)}`,
  connects: true,
  async bot(k, agent) {
    agent.on('closed', (...args) => k.note('heard', args.length, agent.connected));
    k.service.open.close(code, reason);
    await k.event('closed');
    await k.arrived('close');
    k.note('echo', k.serverWith('close'));
  },
  client: [
    ['closed', closed],
    ['heard', 1, false],
    ['echo', [`CLOSE ${echo ?? 1005} ${JSON.stringify(reason ?? '')}`]],
  ],
});

/** A frame that breaks the protocol: one error, closed 1006, and a reconnect that works. */
const breaks = (row, bytes, words, code, conf) => ({
  row: `a frame that breaks RFC 6455: ${row}`,
  conf,
  connects: true,
  async bot(k, agent) {
    k.service.push(bytes);
    await k.event('closed');
    await k.arrived('close');
    k.note('told', k.service.calls('close')[0].code, agent.connected);
    agent.reconnect(true);
    await k.event('connected', 2);
  },
  client: [['error', failure(words, code)], ['closed', 1006], ['told', TOLD[code] ?? 1002, false], CONNECTED],
  server: [upgrade('bearer-1')],
});

const bare = (...bytes) => hex(Buffer.from(bytes));

conforms('closing', [
  ...[1000, 1001, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 4401, 4407, 4999].map((code) =>
    closes(code, `reason ${code}`),
  ),
  closes(1000, 'é'.repeat(61)),
  closes(undefined, undefined, 1005),
  {
    row: 'closed carries 1014 too, which RFC 6455 does not know yet',
    connects: true,
    async bot(k) {
      k.service.open.close(1014);
      await k.event('closed');
    },
    client: [['closed', 1014]],
  },
  {
    row: 'cut without a close frame: 1006, without an error',
    connects: true,
    async bot(k) {
      k.service.open.terminate();
      await k.event('closed');
    },
    client: [['closed', 1006]],
  },
  {
    row: 'nothing reconnects by itself',
    connects: true,
    async bot(k) {
      k.service.open.close(1001);
      await k.event('closed');
      await k.nothingFor(150);
    },
    client: [['closed', 1001]],
    server: [],
  },
  ...[
    [[], 1005, ''],
    [[1000], 1000, ''],
    [[4001, 'bye é'], 4001, 'bye é'],
  ].map(([args, code, reason]) => ({
    row: `transport.ws.close(${args}): the frame it sends; closed with the code that comes back`,
    connects: true,
    async bot(k, agent) {
      k.call('close', () => agent.transport.ws.close(...args));
      await k.event('closed');
      await k.arrived('close');
      k.note('sent', k.serverWith('close'));
    },
    client: [
      ['close returns', undefined],
      ['closed', code],
      ['sent', [`CLOSE ${code} ${JSON.stringify(reason)}`]],
    ],
  })),
  {
    row: 'transport.close() drops the socket: closed 1006',
    connects: true,
    async bot(k, agent) {
      k.call('close', () => agent.transport.close());
      await k.event('closed');
    },
    client: [
      ['close returns', undefined],
      ['closed', 1006],
    ],
  },
  {
    row: 'what was sent before the close frame is delivered before closed',
    connects: true,
    async bot(k) {
      k.service.push(hex(frame('text', MESSAGE), closeFrame(4401)));
      await k.event('closed');
    },
    client: [...NOTIFIES, ['closed', 4401]],
  },
  {
    row: 'frames of one message around a ping; the ping is answered with what it carried',
    connects: true,
    async bot(k) {
      const ponged = new Promise((resolve) =>
        k.service.open.once('pong', (data) => String(data) === 'beat' && resolve()),
      );
      k.service.push(
        hex(
          frame('text', MESSAGE.slice(0, 9), { fin: false }),
          frame('ping', 'beat'),
          frame('continuation', '', { fin: false }),
          frame('continuation', MESSAGE.slice(9)),
        ),
      );
      await k.settles('pong', ponged);
      await k.event('notification');
      k.client = [
        ...k.client.filter((line) => line.startsWith('pong')),
        ...k.client.filter((line) => !line.startsWith('pong')),
      ];
    },
    client: [['pong resolves', undefined], ...NOTIFIES],
  },
  {
    row: 'a character cut in two by fragments',
    connects: true,
    bot(k) {
      const bytes = Buffer.from('{"kind":"notification","type":"a","body":"é\u{1f600}"}');
      const cuts = [0, 43, 45, 47, bytes.length];
      const parts = cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
      k.service.push(
        hex(...parts.map((part, i) => frame(i === 0 ? 'text' : 'continuation', part, { fin: i === parts.length - 1 }))),
      );
    },
    client: [
      ['a', 'é\u{1f600}'],
      ['notification', { kind: 'notification', type: 'a', body: 'é\u{1f600}' }],
    ],
  },
  {
    row: 'a binary message that is no UTF-8 is text with U+FFFD in it',
    connects: true,
    bot(k) {
      const bytes = Buffer.concat([
        Buffer.from('{"kind":"notification","type":"a","body":"'),
        Buffer.from([0xff, 0xc3]),
        Buffer.from('"}'),
      ]);
      k.service.push(hex(frame('binary', bytes)));
    },
    client: [
      ['a', '\ufffd\ufffd'],
      ['notification', { kind: 'notification', type: 'a', body: '\ufffd\ufffd' }],
    ],
  },
  {
    row: 'pings and pongs nobody asked for are nothing',
    connects: true,
    bot(k) {
      k.service.push(hex(frame('pong', 'x'), frame('ping'), frame('pong'), frame('text', MESSAGE)));
    },
    client: NOTIFIES,
  },
  breaks(
    'text that is no UTF-8',
    hex(frame('text', Buffer.from([0x22, 0xff, 0x22]))),
    'Invalid WebSocket frame: invalid UTF-8 sequence',
    'WS_ERR_INVALID_UTF8',
  ),
  breaks(
    'masked',
    hex(frame('text', MESSAGE, { masked: true })),
    'Invalid WebSocket frame: MASK must be clear',
    'WS_ERR_UNEXPECTED_MASK',
  ),
  breaks(
    'RSV1',
    hex(frame('text', MESSAGE, { rsv: 4 })),
    'Invalid WebSocket frame: RSV1 must be clear',
    'WS_ERR_UNEXPECTED_RSV_1',
  ),
  breaks(
    'RSV2',
    hex(frame('text', MESSAGE, { rsv: 2 })),
    'Invalid WebSocket frame: RSV2 and RSV3 must be clear',
    'WS_ERR_UNEXPECTED_RSV_2_3',
  ),
  breaks(
    'RSV3',
    hex(frame('text', MESSAGE, { rsv: 1 })),
    'Invalid WebSocket frame: RSV2 and RSV3 must be clear',
    'WS_ERR_UNEXPECTED_RSV_2_3',
  ),
  breaks('opcode 3', bare(0x83, 0x01, 0x20), 'Invalid WebSocket frame: invalid opcode 3', 'WS_ERR_INVALID_OPCODE'),
  breaks('opcode 11', bare(0x8b, 0x00), 'Invalid WebSocket frame: invalid opcode 11', 'WS_ERR_INVALID_OPCODE'),
  breaks(
    'a continuation of nothing',
    hex(frame('continuation', 'x')),
    'Invalid WebSocket frame: invalid opcode 0',
    'WS_ERR_INVALID_OPCODE',
  ),
  breaks(
    'a message within a message',
    hex(frame('text', 'x', { fin: false }), frame('text', 'y')),
    'Invalid WebSocket frame: invalid opcode 1',
    'WS_ERR_INVALID_OPCODE',
  ),
  breaks('a ping in fragments', bare(0x09, 0x00), 'Invalid WebSocket frame: FIN must be set', 'WS_ERR_EXPECTED_FIN'),
  breaks(
    'a close frame in fragments',
    bare(0x08, 0x00),
    'Invalid WebSocket frame: FIN must be set',
    'WS_ERR_EXPECTED_FIN',
  ),
  breaks(
    'a ping of 126 bytes',
    hex(frame('ping', 'x'.repeat(126))),
    'Invalid WebSocket frame: invalid payload length 126',
    'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH',
  ),
  breaks(
    'a close frame of one byte',
    bare(0x88, 0x01, 0x03),
    'Invalid WebSocket frame: invalid payload length 1',
    'WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH',
  ),
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535].map((code) =>
    breaks(
      `close code ${code}`,
      hex(closeFrame(code)),
      `Invalid WebSocket frame: invalid status code ${code}`,
      'WS_ERR_INVALID_CLOSE_CODE',
    ),
  ),
  breaks(
    'a close reason that is no UTF-8',
    bare(0x88, 0x03, 0x03, 0xe8, 0xff),
    'Invalid WebSocket frame: invalid UTF-8 sequence',
    'WS_ERR_INVALID_UTF8',
  ),
  breaks(
    'a length beyond 2^53',
    bare(0x81, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
    'Unsupported WebSocket frame: payload length > 2^53 - 1',
    'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH',
  ),
  breaks('a frame beyond maxPayload', LONG, 'Max payload size exceeded', 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', {
    maxPayload: '80',
  }),
  breaks(
    'fragments beyond maxPayload together',
    { parts: [LONG.slice(0, 50), LONG.slice(50)] },
    'Max payload size exceeded',
    'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
    { maxPayload: 80 },
  ),
  {
    row: 'maxPayload is a limit that may be reached',
    conf: { maxPayload: MESSAGE.length },
    connects: true,
    async bot(k) {
      k.service.push(MESSAGE);
      await k.event('notification');
      k.service.open.close(1000);
      await k.event('closed');
    },
    client: [...NOTIFIES, ['closed', 1000]],
  },
  {
    row: 'a frame of 10 MB, and 10,000 levels of nesting',
    connects: true,
    async bot(k, agent) {
      agent.once('big', ({ pad }) => k.note('big', pad.length));
      agent.once('deep', (body) => {
        let depth = 0;
        for (let one = body; Array.isArray(one); one = one[0]) depth += 1;
        k.note('deep', depth);
      });
      k.write = (label, ...values) =>
        (label === 'big' || label === 'deep') &&
        typeof values[0] === 'number' &&
        k.client.push(`${label} ${values[0]}`);
      k.service.push(JSON.stringify({ kind: 'notification', type: 'big', body: { pad: 'é'.repeat(5e6) } }));
      k.service.push(`{"kind":"notification","type":"deep","body":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
      await k.event('notification', 2);
    },
    client: ['big 5000000', 'deep 10000'],
  },
]);
