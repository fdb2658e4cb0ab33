'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { SDKError, TransformError, fromCore, refused } = require('../../lib/errors');

it('an error of the core shows code, service and error, and nothing else', () => {
  const cause = { message: 'connect ECONNREFUSED 127.0.0.1:1', errno: -111, code: 'ECONNREFUSED', syscall: 'connect' };
  const error = fromCore({ service: 'domainNames', message: `Error on CSDS request: ${cause.message}`, cause });
  assert.ok(error instanceof SDKError && error instanceof Error);
  assert.equal(error.constructor.name, 'SDKError');
  assert.equal(error.name, 'Error');
  assert.deepEqual(Object.getOwnPropertyNames(error).sort(), ['code', 'error', 'message', 'service', 'stack']);
  assert.deepEqual(Object.keys(error), ['code', 'service', 'error']);
  assert.equal(error.code, null);
  assert.ok(error.stack.startsWith(String(error)));
  assert.deepEqual(Object.keys(error.error), ['errno', 'code', 'syscall']);
  assert.equal(error.error.message, cause.message);
  assert.equal(error.body, undefined);
});

it('an error of the core may carry a detail and the body of the answer', () => {
  const data = { service: 's', message: 'm: ', code: 0, detail: 'x', body: '{"error":"x"}' };
  const error = fromCore(data);
  assert.equal(error.message, 'm: "x"');
  assert.equal(error.body, data.body);
  assert.equal(JSON.stringify(error), '{"code":0,"service":"s","error":null}');
});

it('only a refused request is made an error', () => {
  const reason = new Error('x');
  assert.equal(refused(reason), reason);
  const error = refused({ kind: 'resp', code: 429, body: 'slow down' });
  assert.equal(error.message, 'Request was refused with code 429: slow down');
  assert.equal(error.body, 'slow down');
});

it('a TransformError says what its cause says', () => {
  const payload = { kind: 'notification' };
  const error = new TransformError(new TypeError('body is not an object'), payload);
  assert.equal(error.message, 'TypeError: body is not an object');
  assert.deepEqual(Object.keys(error), ['payload']);
  assert.equal(error.payload, payload);
});
