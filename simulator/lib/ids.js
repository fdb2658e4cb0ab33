'use strict';

const crypto = require('node:crypto');

/** @returns {string} a random UUID (v4), as conversations and subscriptions are named */
const uuid = () => crypto.randomUUID();

/** @returns {string} 22 base64url characters, as every dialog but the first of a conversation is named */
const shortId = () => crypto.randomBytes(16).toString('base64url');

/** @returns {string} 64 hex digits, as bearer and csrf tokens are written (LivePerson developer docs, Login Service API) */
const hexToken = () => crypto.randomBytes(32).toString('hex');

/**
 * A UUID v5 of a text, as the service names agents (`userPid`).
 * @param {string} text
 * @returns {string} the same UUID for the same text
 */
function nameUuid(text) {
  const bytes = crypto.createHash('sha1').update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * @param {string} text
 * @returns {string} ten digits, the same for the same text, as user ids look
 */
function digits(text) {
  const hash = crypto.createHash('sha256').update(text).digest();
  return String(1_000_000_000 + (hash.readUInt32BE(0) % 3_000_000_000));
}

module.exports = { uuid, shortId, hexToken, nameUuid, digits };
