'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { TokenBucket } = require('../../lib/token-bucket');

/** How many requests go out in the ms from..to. */
function count(bucket, from, to) {
  let gone = 0;
  for (let now = from; now < to; now++) while (bucket.take(now)) gone += 1;
  return gone;
}

test('so many at once, then so many per period', () => {
  const bucket = new TokenBucket(10, 1000, 0);
  assert.equal(count(bucket, 0, 1), 10);
  assert.equal(bucket.wait(0), 100);
  assert.equal(count(bucket, 1, 1001), 10);
  assert.equal(count(bucket, 10_000, 10_001), 10);
});

test('a 429 is a pause, then half the pace, then slowly the old one', () => {
  const bucket = new TokenBucket(10, 1000, 0);
  bucket.slowDown(0);
  assert.equal(bucket.wait(0), 1000);
  assert.equal(count(bucket, 0, 1000), 0);
  const second = count(bucket, 1000, 2001);
  assert.ok(second >= 5 && second <= 7, String(second));
  count(bucket, 2001, 12_000);
  assert.equal(count(bucket, 12_000, 13_000), 10);
});

test('however many 429 there are, it goes on', () => {
  const bucket = new TokenBucket(32, 1000, 0);
  for (let n = 0; n < 100; n++) bucket.slowDown(n);
  count(bucket, 0, 1100);
  assert.ok(bucket.wait(1100) <= 1000, String(bucket.wait(1100)));
});
