'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');
const { Session } = require('../../lib/session');

const signedIn = (session, bearer) => session.adopt({ accountId: '1' }, { userId: '2', bearer });
const accessWith = (session, token) => session.access({ accountId: '1', conf: { token, assertion: 'x' } });

it('the tokens of the last logins are known for ours, those of long ago are forgotten', () => {
  const session = new Session();
  for (let login = 1; login <= 101; login++) signedIn(session, `bearer-${login}`);
  assert.equal(accessWith(session, 'bearer-101').token, undefined);
  assert.equal(accessWith(session, 'bearer-2').token, undefined);
  assert.equal(accessWith(session, 'bearer-1').token, 'bearer-1');
});
