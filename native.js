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

/** `process.report` knows the C library's version where it is glibc. */
function suffix() {
  if (process.platform === 'win32') return '-msvc';
  if (process.platform !== 'linux') return '';
  const { header } = process.report.getReport();
  return header.glibcVersionRuntime ? '-gnu' : '-musl';
}

function load() {
  const target = `${process.platform}-${process.arch}${suffix()}`;
  const built = join(__dirname, `node-agent-sdk-rs.${target}.node`);
  try {
    return require(existsSync(built) ? built : `node-agent-sdk-rs-${target}`);
  } catch (cause) {
    const error = new Error(
      `node-agent-sdk-rs has no addon that loads on ${target} (Node-API ${process.versions.napi}, ` +
        `Node ${process.version}): ${String(cause.message).split('\n')[0]}. Either install on one of ` +
        `${SUPPORTED.join(', ')} without --omit=optional, or build it from source where cargo is installed: ` +
        'see "Platforms" in the README.',
    );
    error.code = 'ERR_NODE_AGENT_SDK_NO_ADDON';
    error.cause = cause;
    throw error;
  }
}

module.exports = load();
