'use strict';

// Loads the addon for this platform: the one built in this folder if there is one (a checkout), else the one in the
// platform's own package, which npm installs as an optional dependency of ours.

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const SUPPORTED = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc',
];

/**
 * Throws an error with the code ERR_NODE_AGENT_SDK_NO_ADDON where none loads. Which C library a Linux has is not looked
 * up, which takes longer than all the rest (`process.report`): npm installs what fits, the other one does not load.
 */
function load() {
  const machine = `${process.platform}-${process.arch}`;
  const reasons = [];
  for (const target of SUPPORTED.filter((name) => name === machine || name.startsWith(`${machine}-`))) {
    const built = join(__dirname, `node-agent-sdk-rs.${target}.node`);
    try {
      return require(existsSync(built) ? built : `node-agent-sdk-rs-${target}`);
    } catch (error) {
      const isMissing = error.code === 'MODULE_NOT_FOUND';
      reasons.push(isMissing ? `node-agent-sdk-rs-${target} is not installed` : firstLine(error));
    }
  }
  throw noAddon(machine, reasons);
}

const firstLine = (error) => String(error.message).split('\n')[0];

/** Says all there is to say; without a stack, which would be that of this loader. */
function noAddon(machine, reasons) {
  const error = new Error(
    `node-agent-sdk-rs has no addon for ${machine} (Node-API ${process.versions.napi}, Node ${process.version})` +
      `${reasons.map((reason) => `; ${reason}`).join('')}.\n` +
      `Either run it on one of ${SUPPORTED.join(', ')}, and install it there with optional dependencies ` +
      '(npm install --include=optional);\n' +
      'or build it from source where cargo is installed: see "Platforms" in the README of node-agent-sdk-rs.',
  );
  error.code = 'ERR_NODE_AGENT_SDK_NO_ADDON';
  error.stack = String(error);
  return error;
}

module.exports = load();
