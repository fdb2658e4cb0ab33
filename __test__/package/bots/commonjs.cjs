'use strict';

const { Agent } = require('node-agent-sdk');

require('./conversation.cjs').run(Agent);
