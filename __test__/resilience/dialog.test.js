'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');

const { Dialog } = require('../../lib/dialog');

test('what was seen, in whatever order', () => {
  const dialog = new Dialog(3, true);
  assert.equal(dialog.has(3), true);
  assert.equal(dialog.isGap(4), false);
  dialog.see(4);
  assert.equal(dialog.isGap(6), true);
  dialog.see(6);
  assert.deepEqual([dialog.last, dialog.has(5), dialog.has(6)], [4, false, true]);
  dialog.see(5);
  assert.deepEqual([dialog.last, dialog.has(7)], [6, false]);
});

test('the first message of a dialog that is not known exactly is no gap', () => {
  const dialog = new Dialog(-1, false);
  assert.equal(dialog.isGap(7), false);
  dialog.see(7);
  assert.deepEqual([dialog.last, dialog.isGap(8), dialog.isGap(9)], [7, false, true]);
});

test('an answer of the service is all there is up to its last message', () => {
  const dialog = new Dialog(1, true);
  dialog.see(5);
  dialog.seeAllUpTo(4);
  assert.equal(dialog.last, 5);
});

test('what it keeps in mind is bounded', () => {
  const dialog = new Dialog(0, true);
  for (let sequence = 2; sequence < 10_000; sequence += 2) dialog.see(sequence);
  assert.ok(dialog.last > 7000, String(dialog.last));
});
