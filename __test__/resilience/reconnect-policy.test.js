'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { delayOf, meaningOf, outagePause } = require('../../lib/reconnect-policy');

const cause = (step, { code = null, status = null } = {}) => ({ step, code, status, error: null });

test('what the end of an open connection means', () => {
  for (const code of [1000, 1001, 1004, 1005, 1006, 1012, 4410]) {
    assert.deepEqual(meaningOf(cause('socket', { code })), { action: 'keep' }, String(code));
  }
  for (const code of [1008, 1011]) assert.deepEqual(meaningOf(cause('socket', { code })), { action: 'renew' });
  for (const code of [4401, 4407]) {
    assert.deepEqual(meaningOf(cause('socket', { code })), { action: 'renew', isRefusal: true });
  }
});

test('what a failed attempt means', () => {
  const rows = [
    ['upgrade', undefined, { action: 'keep' }],
    ['domains', undefined, { action: 'renew' }],
    ['login', undefined, { action: 'renew' }],
    ['upgrade', 302, { action: 'keep' }],
    ['upgrade', 401, { action: 'renew', isRefusal: true }],
    ['upgrade', 404, { action: 'renew', isRefusal: true }],
    ['login', 401, { action: 'renew', isRefusal: true }],
    ['login', 400, { action: 'renew', isRefusal: true }],
    ['domains', 400, { action: 'renew', isRefusal: true }],
    ['upgrade', 429, { action: 'keep', floor: 1000 }],
    ['domains', 429, { action: 'renew', floor: 1000 }],
    ['login', 429, { action: 'renew', floor: 5000 }],
    ['upgrade', 502, { action: 'keep', isOutage: true }],
    ['domains', 500, { action: 'renew', isOutage: true }],
    ['login', 503, { action: 'renew', isOutage: true }],
    ['login', 451, { action: 'stop' }],
    ['upgrade', 451, { action: 'stop' }],
  ];
  for (const [step, status, means] of rows) {
    assert.deepEqual(meaningOf(cause(step, { status })), means, `${step} ${status}`);
  }
});

test('pauses grow by the factor up to the longest, plus some chance, and never below the floor', () => {
  const options = { initialDelay: 1000, maxDelay: 60000, factor: 2, jitter: 0.2 };
  const delays = [1, 2, 3, 6, 7, 500].map((attempt) => delayOf(options, attempt, 0, 0));
  assert.deepEqual(delays, [1000, 2000, 4000, 32000, 60000, 60000]);
  assert.equal(delayOf(options, 1, 0, 1), 1200);
  assert.equal(delayOf(options, 1, 5000, 0), 5000);
  assert.equal(delayOf(options, 5, 5000, 0.5), 17600);
});

test("pauses while the service is out are LivePerson's", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((outages) => outagePause(outages) / 1000);
  assert.deepEqual(pauses, [5, 10, 15, 120, 240, 480, 960, 1920, 1920, 1920]);
});
