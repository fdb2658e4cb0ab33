'use strict';

// All of the façade. What is published has it in this one file (scripts/bundle.mjs): Node takes a third of a millisecond for
// each file that is required.

const Agent = require('./agent');
const { SDKError, TransformError } = require('./errors');

module.exports = { Agent, SDKError, TransformError };
