'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { describe, it } = require('node:test');
const { shapeOf } = require('../../lib/shapes');

/** What the core would tell of a message, and what JSON.parse makes of the same text. */
const CASES = [
  { skeleton: '{"kind":"notification","n":0,"body":{"a":1,"b":[{"c":2},{}]}}', values: [1, null, { x: [2] }] },
  { skeleton: '{"__proto__":0,"constructor":{"__proto__":1}}', values: [{ polluted: 1 }, 2] },
  { skeleton: '{"a":0,"b":1,"a":2}', values: ['first', 'other', 'last'] },
  { skeleton: '{"type":"\\u0022+alert()+\\u2028`${0}"}', values: [] },
  { skeleton: '{}', values: [] },
];

function expected({ skeleton, values }) {
  return JSON.parse(skeleton, (_, value) => (typeof value === 'number' ? values[value] : value));
}

describe('shapes', () => {
  for (const example of CASES) {
    it(`fills ${example.skeleton} as JSON.parse would`, () => {
      const { size, fill } = shapeOf([example.values.length, JSON.parse(example.skeleton)]);
      const message = fill(['before', ...example.values, 'after'], 1);
      assert.equal(size, example.values.length);
      assert.equal(JSON.stringify(message), JSON.stringify(expected(example)));
      assert.deepEqual(Reflect.ownKeys(message), Reflect.ownKeys(expected(example)));
      assert.equal(Object.getPrototypeOf(message), Object.prototype);
    });
  }

  it('makes a new message each time', () => {
    const { fill } = shapeOf([1, { body: { a: 0 } }]);
    const [one, other] = [fill([1], 0), fill([1], 0)];
    assert.notEqual(one, other);
    assert.notEqual(one.body, other.body);
  });

  it('works where code generation is not allowed', () => {
    const script = `
      const { shapeOf } = require(${JSON.stringify(require.resolve('../../lib/shapes'))});
      const { fill } = shapeOf([2, JSON.parse('{"a":0,"b":[{"__proto__":1,"type":"x"}]}')]);
      process.stdout.write(JSON.stringify(fill([7, 8, 9], 1)));`;
    const output = execFileSync(process.execPath, ['--disallow-code-generation-from-strings', '-e', script]);
    assert.equal(String(output), '{"a":8,"b":[{"__proto__":9,"type":"x"}]}');
  });
});
