'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const fc = require('fast-check');

const { frame, text } = require('../support/frames');
const { answering, called, connected } = require('../support/kit');

/** What a listener gets for a notification with this text as its body. */
async function received({ connection, heard }, body, send = (one) => connection.push(one)) {
  heard.clear();
  send(`{"kind":"notification","type":".X","body":${body}}`);
  const [value] = await heard.the('.X');
  return value;
}

/** Equal in keys, their order, values, -0 and NaN; `__proto__` keys are own ones. Not recursive: for deep values. */
function assertSame(actual, expected) {
  const stack = [[actual, expected]];
  while (stack.length > 0) {
    const [a, b] = stack.pop();
    if (typeof b !== 'object' || b === null) {
      assert.ok(Object.is(a, b), `${String(a)} is not ${String(b)}`);
      continue;
    }
    assert.equal(Array.isArray(a), Array.isArray(b));
    assert.equal(Object.getPrototypeOf(a), Object.getPrototypeOf(b));
    const keys = Object.keys(b);
    assert.deepEqual(Object.keys(a), keys);
    for (const key of keys) {
      stack.push([Object.getOwnPropertyDescriptor(a, key).value, Object.getOwnPropertyDescriptor(b, key).value]);
    }
  }
}

const BODIES = {
  'lone surrogates': String.raw`["\ud83d","\udc4b","a\udc4b\ud83db","\ud83d\udc4b"]`,
  'a lone surrogate as key': String.raw`{"\ud83d":1,"\udc4b":2}`,
  'integers beyond 2^53': '[9007199254740993,12345678901234567890,-9223372036854775809,1e24]',
  'numbers that are hard to read':
    '[1e400,-1e400,1e-400,-0,0.1,5e-324,2.2250738585072011e-308,1.7976931348623157e308,123e+2]',
  'duplicate keys': '{"a":1,"b":2,"a":3}',
  '__proto__ keys': '{"__proto__":{"polluted":true},"constructor":1,"a":{"__proto__":null}}',
  'integer-like keys': '{"b":1,"2":2,"1":3,"01":4,"-1":5,"4294967295":6}',
  'escapes of every kind': String.raw`"\"\\\/\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029\ufeff\uFFFF"`,
  'raw characters beyond ASCII': '"\u007f\u0080ÿĀ\u2028\ufeff\uffff日本 👋 \u{10ffff}"',
  'white space everywhere': ' \n\t\r{ "a" : [ 1 ,\n2 ] ,\t"b" : { } }\r\n ',
  scalars: '[true,false,null,"",0]',
  'empty keys': '{"":1,"a":{"":{"":2}}}',
};

for (const [name, body] of Object.entries(BODIES)) {
  test(`inbound: ${name}`, async (t) => {
    const made = await connected(t, { types: ['.X'] });
    assertSame(await received(made, body), JSON.parse(body));
    assertSame(
      await received(made, body, (one) => made.connection.push({ binary: Buffer.from(one) })),
      JSON.parse(body),
    );
    assert.equal({}.polluted, undefined);
  });
}

test('inbound: long lists of objects, of the same kinds again and again', async (t) => {
  const made = await connected(t, { types: ['.X'] });
  const kinds = [
    (value, n) => `{"n":${n},"value":${value}}`,
    (value) => `{"type":"kind","value":{"inner":${value}}}`,
    (value, n) => `{"__proto__":{"n":${n}},"value":${value}}`,
    (value, n) => `{ "blank" : ${n} , "value":${value}}`,
    (value) => `{"twice":1,"value":${value},"twice":2}`,
    (value, n) => `{"list":[{"n":${n}},{"n":${value}}],"long":[${`{"n":${n}},`.repeat(10)}{"n":0}]}`,
    () => '{}',
  ];
  const values = Object.values(BODIES);
  // Until the core has told all their shapes, and long enough after that.
  for (let round = 0; round < 60; round++) {
    const rows = values.flatMap((value, place) => kinds.map((kind) => kind(value, round * 100 + place)));
    const body = `{"before":${round},"rows":[${rows.join()}],"after":"${round} ä"}`;
    assertSame(await received(made, body), JSON.parse(body));
  }
  for (const rows of [
    '[]',
    '[ ]',
    '[{"n":1,"value":2}]',
    '[{"n":1,"value":2},3]',
    '{}',
    'null',
    `[${'[1],'.repeat(20)}2]`,
  ]) {
    const body = `{"before":0,"rows":${rows},"after":""}`;
    assertSame(await received(made, body), JSON.parse(body));
  }
});

test('inbound: what surrounds the envelope does not matter', async (t) => {
  const { connection, heard } = await connected(t, { types: ['.X', '.Y'] });
  for (const message of [
    '{"body":{"kind":"resp","type":"no","reqId":"x"},"type":".X","kind":"notification"}',
    ' {"kind" : "notification" , "type" : ".X", "body":1, "more":{"a":[1]}} ',
    String.raw`{"\u006bind":"notification","t\u0079pe":"\u002eX","body":1}`,
    '{"kind":"resp","type":".Y","kind":"notification","type":".X","body":1}',
    '{"kind":"notification","type":".X"}',
    '{"kind":"notification","type":".X","code":1e400,"reqId":{"a":1},"body":[]}',
    '{"__proto__":{"kind":"resp"},"kind":"notification","type":".X","body":2}',
    String.raw`{"kind":"notification","type":".X","body":"\ud83d","\ud83d":1}`,
  ]) {
    heard.clear();
    connection.push(message);
    const parsed = JSON.parse(message);
    const [body] = await heard.the('.X');
    const [whole] = await heard.the('notification');
    assert.deepEqual(body, parsed.body, message);
    assertSame(whole, parsed);
  }
});

test('inbound: reqIds of any kind', async (t) => {
  const { connection, heard } = await connected(t, { types: ['.X'] });
  for (const id of ['"a"', String.raw`"\u0061\ud83d"`, '1', 'null', '{"a":1}', '12345678901234567890']) {
    heard.clear();
    connection.push(`{"kind":"resp","reqId":${id},"type":".X","body":0,"code":200}`);
    assert.deepEqual(await heard.the('.X'), [0, JSON.parse(id)]);
  }
});

test('inbound: 10 MB in one frame, and in many fragments', async (t) => {
  const made = await connected(t, { types: ['.X'] });
  const value = { long: 'ü'.repeat(4 * 1024 * 1024), list: Array.from({ length: 200_000 }, (_, n) => n), end: '👋' };
  const body = JSON.stringify(value);
  assert.ok(Buffer.byteLength(body) > 9e6);
  assert.equal(JSON.stringify(await received(made, body)), body);
  const inFragments = (one) => {
    const bytes = Buffer.from(one);
    const size = 100_003; // cuts characters in two
    for (let at = 0; at < bytes.length; at += size) {
      const part = bytes.subarray(at, at + size);
      made.connection.writes(frame(at === 0 ? 'text' : 'continuation', part, { fin: at + size >= bytes.length }));
      if (at % 7 === 0) made.connection.writes(frame('ping', 'between'));
    }
  };
  assert.equal(JSON.stringify(await received(made, body, inFragments)), body);
});

test('inbound: 10,000 levels of nesting', async (t) => {
  const made = await connected(t, { types: ['.X'] });
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ]) {
    const body = `${open.repeat(10_000)}1${close.repeat(10_000)}`;
    assertSame(await received(made, body), JSON.parse(body));
  }
  assert.equal(await received(made, '"still there"'), 'still there');
});

test('inbound: fragments, with control frames between them, byte by byte', async (t) => {
  const { simulator, ...made } = await connected(t, { types: ['.X'] });
  const body = '"grüße 👋"';
  const byFragment = (one) => {
    for (const [at, byte] of [...Buffer.from(one)].entries()) {
      made.connection.writes(frame(at === 0 ? 'text' : 'continuation', Buffer.from([byte]), { fin: false }));
      made.connection.writes(frame(at % 2 ? 'ping' : 'pong', 'x'));
    }
    made.connection.writes(frame('continuation', ''));
  };
  assert.equal(await received(made, body, byFragment), 'grüße 👋');
  const byByte = (one) => {
    for (const byte of text(one)) made.connection.writes(Buffer.from([byte]));
  };
  assert.equal(await received(made, body, byByte), 'grüße 👋');
  assert.equal(made.agent.connected, true);
  assert.ok(simulator);
});

test('inbound: a ping is answered with its payload', async (t) => {
  const { connection } = await connected(t);
  const [payload] = await called((callback) => {
    connection.ws.on('pong', (data) => data.toString() === 'payload ü' && callback(data.toString()));
    connection.writes(frame('ping', 'payload ü'));
  });
  assert.equal(payload, 'payload ü');
});

test('binary frames that are no UTF-8 are read as Node reads them', async (t) => {
  const made = await connected(t, { types: ['.X'] });
  const bytes = Buffer.concat([
    Buffer.from('{"kind":"notification","type":".X","body":"'),
    Buffer.from([0xff, 0x61, 0xc3]),
    Buffer.from('"}'),
  ]);
  made.heard.clear();
  made.connection.push({ binary: bytes });
  const [body] = await made.heard.the('.X');
  assert.equal(body, JSON.parse(bytes.toString()).body);
});

test('outbound: the server gets what JSON.stringify gives', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, ({ id }) => ({ kind: 'resp', reqId: id, code: 200, type: '.A', body: 0 }));
  const values = [
    ...['\ud83d', '\udc4b\ud83d', 'ü日👋', '\u0000\u2028', [2 ** 53 + 2, Infinity, NaN, -0, 5e-324, 1e21]],
    ...[JSON.parse('{"__proto__":1,"b":2,"2":3,"1":4}'), { '': { '': [] } }, [[[[]]]], 'x'.repeat(3_000_000)],
  ];
  for (const value of values) {
    await called((callback) => agent.publishEvent({ value }, { value }, [value], value, callback));
    const { text: sent } = simulator.log.filter(({ kind }) => kind === 'received').at(-1);
    const { id } = JSON.parse(sent);
    const expected = { kind: 'req', id, type: '.ams.ms.PublishEvent', body: { value }, headers: { value } };
    assert.ok(sent === JSON.stringify({ ...expected, metadata: [value], encodedMetadata: value }), sent.slice(0, 200));
  }
});

/** JSON texts of any shape, escapes and numbers that no JSON.stringify would write among them. */
const jsonText = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '-0', '1e400', '-0.0e-0', '9007199254740993', String.raw`"\ud800"`),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    tie('string'),
    fc.array(tie('value'), { maxLength: 5 }).map((list) => `[${list.join(' , ')}]`),
    fc
      .array(fc.tuple(fc.oneof(tie('string'), fc.constantFrom('"__proto__"', '"1"', '"kind"', '"a"')), tie('value')), {
        maxLength: 5,
      })
      .map((entries) => `{${entries.map(([key, value]) => `${key}:\n${value}`).join(',')}}`),
  ),
  string: fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 3 }).map((one) => JSON.stringify(one).slice(1, -1)),
        fc.nat(0xffff).map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`),
        fc.constantFrom('\\/', '\\b', '\u2028', '\u007f', 'é'),
      ),
      { maxLength: 5 },
    )
    .map((parts) => `"${parts.join('')}"`),
})).value;

test('property: any JSON arrives as JSON.parse reads it', async (t) => {
  const made = await connected(t, { types: ['.X'] });
  await fc.assert(
    fc.asyncProperty(jsonText, async (body) => assertSame(await received(made, body), JSON.parse(body))),
    { numRuns: 500, interruptAfterTimeLimit: 10_000 },
  );
});

test('property: any value is sent as JSON.stringify writes it', async (t) => {
  const { simulator, agent } = await connected(t);
  answering(simulator, ({ id }) => ({ kind: 'resp', reqId: id, code: 200, type: '.A', body: 0 }));
  const value = fc.anything({
    withDate: true,
    withNullPrototype: true,
    withSparseArray: true,
    withUnicodeString: true,
  });
  await fc.assert(
    fc.asyncProperty(value, async (body) => {
      await called((callback) => agent.publishEvent({ body }, callback));
      const { text: sent } = simulator.log.filter(({ kind }) => kind === 'received').at(-1);
      assert.ok(sent.endsWith(`"body":${JSON.stringify({ body })}}`), sent);
    }),
    { numRuns: 500, interruptAfterTimeLimit: 10_000 },
  );
});
