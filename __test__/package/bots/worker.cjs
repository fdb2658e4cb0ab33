'use strict';

const { Worker, isMainThread } = require('node:worker_threads');

if (isMainThread) {
  new Worker(__filename).on('exit', (code) => {
    process.exitCode = code;
  });
} else {
  const { Agent } = require('node-agent-sdk');
  require('./conversation.cjs').run(Agent);
}
