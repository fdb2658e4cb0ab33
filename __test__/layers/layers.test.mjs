// The walls of ARCHITECTURE.md: who may use whom. A violation fails here, with the line that breaks through.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const read = (file) => readFileSync(path.join(ROOT, file), 'utf8');
const files = (folder, ending) =>
  readdirSync(path.join(ROOT, folder), { recursive: true })
    .filter((file) => ending.test(file) && !/(^|\/)(node_modules|test|test-support)\//.test(file))
    .map((file) => path.join(folder, file));

/** The modules of src/core, from the bottom up. A module may use those of its own layer and of the layers above it here. */
const LAYERS = {
  words: ['error', 'confidence', 'config', 'envelope', 'event'],
  pure: ['batch', 'ignored', 'json', 'keepalive', 'meter', 'pending', 'shapes', 'skeleton', 'template'],
  wires: [
    'cause',
    'frame_header',
    'frames',
    'gulp',
    'resolver',
    'tickets',
    'tls',
    'http',
    'upgrade',
    'socket',
    'network',
    'runtime',
  ],
  services: ['domains', 'logins', 'session'],
  machine: ['errand', 'dial', 'connection', 'client', 'fuzzing'],
};

/** Libraries that only some files may name. */
const WALLED = {
  napi: ['src/node/'],
  napi_derive: ['src/node/'],
  tokio_tungstenite: ['src/core/fuzzing.rs', 'src/core/socket.rs', 'src/core/upgrade.rs'],
  reqwest: [
    'http.rs',
    'network.rs',
    'resolver.rs',
    'domains.rs',
    'logins.rs',
    'session.rs',
    'cause.rs',
    'fuzzing.rs',
  ].map((f) => `src/core/${f}`),
  cookie_store: ['src/core/session.rs'],
  rustls: ['tickets.rs', 'tls.rs', 'network.rs', 'http.rs', 'socket.rs', 'cause.rs'].map((f) => `src/core/${f}`),
};

/** What the words and the pure layer must do without. */
const OUTSIDE = /\b(tokio|reqwest|hyper|hyper_util|rustls|tokio_rustls|std::(?:net|fs|thread))\b/;

/** A Rust file without its comments and its tests. */
const code = (file) =>
  read(file)
    .replace(/#\[cfg\(test\)\][\s\S]*$/, '')
    .replace(/\/\/.*$/gm, '');

test('every module of the core has a layer', () => {
  const known = Object.values(LAYERS).flat().sort();
  const found = [...read('src/core/mod.rs').matchAll(/^pub mod (\w+);/gm)].map(([, name]) => name);
  assert.deepEqual(found.sort(), known);
});

test('the core knows nothing of Node', () => {
  for (const file of files('src/core', /\.rs$/)) {
    assert.doesNotMatch(code(file), /\bnapi|crate::node|node_api\b/, file);
  }
});

test('a layer uses only itself and what lies below', () => {
  const order = Object.keys(LAYERS);
  const layerOf = (name) => order.findIndex((layer) => LAYERS[layer].includes(name));
  for (const file of files('src/core', /\.rs$/).filter((file) => !file.endsWith('mod.rs'))) {
    const own = path.relative('src/core', file).split(path.sep)[0].replace(/\.rs$/, '');
    for (const used of usedModules(code(file))) {
      // The vocabulary of events speaks of domains, which is data.
      if (own === 'event' && used === 'domains') continue;
      assert.ok(
        layerOf(used) <= layerOf(own),
        `${file} (${order[layerOf(own)]}) uses ${used} (${order[layerOf(used)]})`,
      );
    }
  }
});

/** `use super::a::B`, `use super::{a::B, c}`, `super::a::f()`, and the same with `crate::core`. */
function usedModules(text) {
  const names = Object.values(LAYERS).flat();
  const groups = [...text.matchAll(/(?:super|crate::core)::\{([\s\S]*?)\};/g)].flatMap(([, group]) => group.split(','));
  const singles = [...text.matchAll(/(?:super|crate::core)::(\w+)/g)].map(([, name]) => name);
  return new Set(
    [...groups.map((part) => part.trim().split('::')[0]), ...singles].filter((name) => names.includes(name)),
  );
}

test('words and pure modules do without clock, network and runtime', () => {
  for (const name of [...LAYERS.words, ...LAYERS.pure]) {
    // Events carry the text of a message as the socket gave it.
    const text = code(`src/core/${name}.rs`).replaceAll('tokio_tungstenite::tungstenite::Utf8Bytes', '');
    assert.doesNotMatch(text, OUTSIDE, `src/core/${name}.rs`);
  }
});

test('each library is named by its own files only', () => {
  for (const file of files('src', /\.rs$/)) {
    for (const [library, allowed] of Object.entries(WALLED)) {
      if (allowed.some((place) => file.startsWith(place))) continue;
      assert.doesNotMatch(code(file), new RegExp(`\\b${library}(::|\\s*=)`), `${file} names ${library}`);
    }
  }
});

test('the bridge uses the core through its machine and its words only', () => {
  const allowed = new Set([
    ...['config', 'envelope', 'error', 'event', 'batch', 'ignored', 'shapes'],
    ...['runtime', 'domains', 'connection', 'client'],
  ]);
  for (const file of files('src/node', /\.rs$/)) {
    for (const used of usedModules(code(file))) assert.ok(allowed.has(used), `${file} uses core::${used}`);
  }
});

const required = (file) =>
  [...read(file).matchAll(/(?:require\(|from |import\()\s*['"]([^'"]+)['"]/g)].map(([, what]) => what);

test('only lib/inbox.js loads the addon', () => {
  const loaders = files('lib', /\.js$/).filter((file) =>
    required(file).some((what) => /(^|\/)native(\.js)?$/.test(what)),
  );
  assert.deepEqual(loaders, ['lib/inbox.js']);
});

test('the façade requires nothing but itself and Node', () => {
  for (const file of ['index.js', ...files('lib', /\.js$/)]) {
    for (const what of required(file)) assert.match(what, /^(\.|node:)/, `${file} requires ${what}`);
  }
});

test('every emit stands in lib/dispatch.js', () => {
  for (const file of files('lib', /\.js$/).filter((file) => file !== 'lib/dispatch.js')) {
    const text = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    assert.doesNotMatch(text, /\.emit\(/, file);
  }
});

test('the simulator is an independent reading of the protocol', () => {
  for (const file of files('simulator', /\.js$/)) {
    for (const what of required(file).filter((what) => what.startsWith('.'))) {
      const target = path.normalize(path.join(path.dirname(file), what));
      assert.ok(target === 'simulator' || target.startsWith('simulator/'), `${file} requires ${what}`);
    }
    assert.doesNotMatch(required(file).join(' '), /node-agent-sdk(-rs)?(\s|$)/, file);
  }
});

test('nothing points outside of the project', () => {
  for (const file of ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']) {
    assert.ok(existsSync(path.join(ROOT, file)), `${file} is missing`);
    assert.doesNotMatch(read(file), /\.\.\/shared/, file);
  }
});
