'use strict';

const WIDTH = 240;

/**
 * @param {object} entry of the log
 * @returns {string} one line for people to read; long texts are shortened
 */
function line(entry) {
  return `${new Date(entry.at).toISOString().slice(11, 23)} ${shorten(describe(entry))}`;
}

const DESCRIPTIONS = {
  http: (entry) => `${entry.step}: ${entry.method} ${entry.path} → ${entry.answer?.status ?? entry.outcome ?? '…'}`,
  upgrade: (entry) =>
    `#${entry.connection} upgrade ${entry.path.replace(/\/brand\/.*/, '/brand/…')} → ${entry.outcome}`,
  received: (entry) => `#${entry.connection} → ${summary(entry)}`,
  sent: (entry) => `#${entry.connection} ← ${summary(entry)}`,
  ping: (entry) => `#${entry.connection} → ping`,
  closed: (entry) => `#${entry.connection} closed ${entry.code} ${entry.reason}`,
};

const describe = (entry) => DESCRIPTIONS[entry.kind]?.(entry) ?? JSON.stringify(entry);

function summary({ frame, text }) {
  if (frame === null || typeof frame !== 'object') return text;
  const id = frame.id ?? frame.reqId;
  const words = [
    frame.kind,
    frame.type,
    id === undefined ? '' : `(${id})`,
    frame.code ?? '',
    JSON.stringify(frame.body),
  ];
  return words.filter(Boolean).join(' ');
}

const shorten = (text) => (text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text);

module.exports = { line };
