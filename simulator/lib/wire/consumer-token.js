'use strict';

const crypto = require('node:crypto');

const encoded = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');

/**
 * A token for the consumer's socket, as LivePerson's identity provider makes them: a JWT whose subject is the consumer's id
 * (LivePerson developer docs, Messaging Window API, Post Conversation Survey tutorial). Nobody can check the signature, and
 * the simulator need not: it knows the tokens it has made, and no others.
 * @param {Consumer} consumer
 * @param {{clock: Clock, settings: object}} simulator
 * @returns {string}
 */
function consumerToken({ id, accountId }, { clock, settings }) {
  const now = clock.now();
  const payload = {
    sub: id,
    aud: `acc:${accountId}`,
    iss: 'https://idp.liveperson.net',
    exp: Math.floor((now + settings.sessionLifetime) / 1000),
    iat: Math.floor(now / 1000),
  };
  const signature = crypto.randomBytes(256).toString('base64url');
  return [encoded({ alg: 'RS256', typ: 'JWT' }), encoded(payload), signature].join('.');
}

module.exports = { consumerToken };
