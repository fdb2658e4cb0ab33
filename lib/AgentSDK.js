'use strict';

// Bots require this path of node-agent-sdk for the class itself.
module.exports = require('.').Agent;
