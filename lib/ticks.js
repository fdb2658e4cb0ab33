'use strict';

const { setImmediate } = require('node:timers');

// Taken when the module is loaded: the false timers of a bot's tests must not stop frames and messages.
module.exports = { nextTick: process.nextTick.bind(process), setImmediate };
