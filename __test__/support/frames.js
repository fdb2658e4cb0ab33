'use strict';

/** WebSocket frames of a server, byte by byte (RFC 6455 section 5.2). */

const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/**
 * @param {keyof OPCODES} kind
 * @param {string|Buffer} content
 * @param {{ fin?: boolean, rsv?: number, masked?: boolean }} [bits]
 * @returns {Buffer}
 */
function frame(kind, content = '', { fin = true, rsv = 0, masked = false } = {}) {
  const payload = Buffer.from(content);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | OPCODES[kind];
  const mask = masked ? 0x80 : 0;
  let head;
  if (payload.length < 126) {
    head = Buffer.from([first, mask | payload.length]);
  } else if (payload.length < 65536) {
    head = Buffer.from([first, mask | 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
  } else {
    head = Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, ...(masked ? [Buffer.alloc(4)] : []), payload]);
}

/** One text frame of a JSON value, or of a text as it is. */
const text = (item) => frame('text', typeof item === 'string' ? item : JSON.stringify(item));

module.exports = { frame, text };
