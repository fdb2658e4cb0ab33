'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

const { STEPS } = require('../lib/faults');
const { QUIRKS } = require('../lib/quirks');
const { scriptFrom } = require('../lib/script');
const { DEFAULTS } = require('../lib/settings');
const { conversing } = require('../test-support/setup');

const README = fs.readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');

const isPublic = (name) => !['constructor', 'record', 'changed', 'notify'].includes(name);

const verbsOf = (object) => Object.getOwnPropertyNames(Object.getPrototypeOf(object)).filter(isPublic);

test('the README names every option, step, fault, oddity and verb', async (t) => {
  const { simulator, consumer, conversation } = await conversing(t);
  const agent = simulator.agent();
  const part = await agent.joins(conversation);
  const names = [
    ...Object.keys(DEFAULTS),
    ...Object.keys(STEPS),
    ...Object.values(STEPS).flat(),
    ...Object.keys(QUIRKS),
    ...[simulator, consumer, conversation, agent, part].flatMap(verbsOf),
    ...verbsOf(Object.getPrototypeOf(part)),
    ...verbsOf(await simulator.connection()),
  ];
  const unnamed = [...new Set(names)].filter((name) => !new RegExp(`\\b${name}\\b`).test(README));
  // Ids and domainOf() serve the other parts and speak for themselves.
  assert.deepStrictEqual(
    unnamed.filter((name) => !['domainOf', 'pid'].includes(name)),
    [],
  );
});

test('the script of the README is one', () => {
  const [, json] = /```json\n([\s\S]*?)```/.exec(README);
  assert.strictEqual(scriptFrom(JSON.parse(json)).conversations.length, 1);
});
