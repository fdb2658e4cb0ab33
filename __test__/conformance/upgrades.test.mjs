// Contract §3, "Errors on the way": the WebSocket. After each of them reconnect works.

import { createHash } from 'node:crypto';
import { conforms } from './support/runner.mjs';
import { error, sdkError } from './support/show.mjs';
import { CONNECTED, LOGIN, LOOK_UP, success, upgrade } from './support/usual.mjs';

const messaging = (words, code = null) => sdkError(`Error on WS connection: ${words}`, code, 'messaging', error(words));
const HANG_UP = error('socket hang up', { code: 'ECONNRESET' });
const NOT_HTTP = 'Parse Error: Expected HTTP/, RTSP/ or ICE/';
const PARSE_ERROR = { bytesParsed: 0, code: 'HPE_INVALID_CONSTANT', reason: 'Expected HTTP/, RTSP/ or ICE/' };

const dials = (row, spec, failure, conf) => ({
  row: `WebSocket: ${row}`,
  service: { upgrade: spec },
  conf,
  async bot(k, agent) {
    await k.event('closed');
    k.note('connected', agent.connected);
    k.service.script.upgrade = undefined;
    agent.conf = k.conf();
    agent.reconnect(true);
    await k.event('connected');
  },
  client: [
    success('Connect#CSDS'),
    success('Connect#Login'),
    ['error', failure],
    ['closed', 1006],
    ['connected', false],
    CONNECTED,
  ],
  server: [LOOK_UP, LOGIN, upgrade('bearer-1'), upgrade('bearer-1')],
});

const text = (status) => `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
const accepts = (...headers) =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n`;
const accepted =
  (header) =>
  ({ 'sec-websocket-key': key }) =>
    accepts(
      `Sec-WebSocket-Accept: ${createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')}`,
      header,
    );

conforms('upgrades that fail', [
  dials('refused with 401', { raw: text('401 Unauthorized') }, messaging('Unexpected server response: 401', 401)),
  dials('refused with 403', { raw: text('403 Forbidden') }, messaging('Unexpected server response: 403')),
  dials(
    'a redirect',
    { raw: text('302 Found\r\nLocation: https://else.test/') },
    messaging('Unexpected server response: 302'),
  ),
  dials('200', { raw: text('200 OK') }, messaging('Unexpected server response: 200')),
  dials(
    '503 with "401" in its reason and body',
    { raw: 'HTTP/1.1 503 401\r\nContent-Length: 3\r\n\r\n401' },
    messaging('Unexpected server response: 503'),
  ),
  dials(
    'cut before the answer',
    { cut: true },
    sdkError('Error on WS connection: socket hang up', null, 'messaging', HANG_UP),
  ),
  dials(
    'an accept key that is not ours',
    { raw: accepts('Sec-WebSocket-Accept: bm90IHRoZSByaWdodCBvbmU=') },
    messaging('Invalid Sec-WebSocket-Accept header'),
  ),
  dials(
    'an upgrade to something else',
    { raw: accepts().replace('websocket', 'h2c') },
    messaging('Invalid Upgrade header'),
  ),
  dials(
    'a 101 that is no upgrade',
    { raw: accepts().replace('Connection: Upgrade', 'Connection: close') },
    messaging('Unexpected server response: 101'),
  ),
  dials(
    'a subprotocol that nobody asked for',
    { raw: accepted('Sec-WebSocket-Protocol: x') },
    messaging('Server sent a subprotocol but none was requested'),
  ),
  dials(
    'an extension that nobody asked for',
    { raw: accepted('Sec-WebSocket-Extensions: x') },
    messaging('Server indicated an extension that was not requested'),
  ),
  dials(
    'an answer that is no HTTP',
    { raw: 'hello\r\n\r\n' },
    sdkError(`Error on WS connection: ${NOT_HTTP}`, null, 'messaging', error(NOT_HTTP, PARSE_ERROR)),
  ),
  dials('no accept key', { raw: accepts() }, messaging('Invalid Sec-WebSocket-Accept header')),
  dials('a handshake that never ends', { hang: true }, messaging('Opening handshake has timed out'), {
    handshakeTimeout: 60,
  }),
  {
    row: 'WebSocket: nobody listens there; a port with 401 in it is no 401',
    service: { hosts: { facadeMsg: '127.0.0.1:4010' } },
    bot: (k) => k.event('closed'),
    client: [
      success('Connect#CSDS'),
      success('Connect#Login'),
      [
        'error',
        sdkError(
          'Error on WS connection: connect ECONNREFUSED 127.0.0.1:4010',
          null,
          'messaging',
          error('connect ECONNREFUSED 127.0.0.1:4010', {
            errno: -111,
            code: 'ECONNREFUSED',
            syscall: 'connect',
            address: '127.0.0.1',
            port: 4010,
          }),
        ),
      ],
      ['closed', 1006],
    ],
  },
]);

/** The service says no more after its answer, and hangs up. */
const opens = (row, change) => ({
  row: `WebSocket: ${row}`,
  service: { upgrade: { raw: (headers) => change(accepted('X-More: 1')(headers)) } },
  bot: (k) => k.event('closed'),
  client: [success('Connect#CSDS'), success('Connect#Login'), CONNECTED, ['closed', 1006]],
});

conforms('upgrades that succeed', [
  opens('among other things the connection is to be upgraded', (answer) =>
    answer.replace('Connection: Upgrade', 'Connection: keep-alive, upgrade'),
  ),
  opens('in a header of its own', (answer) =>
    answer.replace('Connection: Upgrade', 'Connection: keep-alive\r\nCONNECTION:  Upgrade'),
  ),
  opens('after what is informational', (answer) => `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${answer}`),
  opens('with letters beyond ASCII in the reason', (answer) => answer.replace('Switching Protocols', 'Gewährt')),
]);
