#!/usr/bin/env node
'use strict';

const { run } = require('../lib/command-line');

const ended = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
});

run(process.argv.slice(2), { input: process.stdin, print: console.log, ended }).then(
  // exit(): a terminal that may still be typed into would keep the process alive.
  (code) => process.exit(code),
  (error) => {
    console.error(`node-agent-sdk-simulator: ${error.message}`);
    process.exit(1);
  },
);
