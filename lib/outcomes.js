'use strict';

const { tellAll } = require('./callbacks');
const dispatch = require('./dispatch');
const errors = require('./errors');

/**
 * What the end of a step means to the bot: event of the core → what is to be done. A listener that throws does not keep
 * the callbacks from hearing.
 */
const OUTCOMES = {
  domains(port, operation, domains) {
    if (operation.name === 'LookUp') {
      port.end(operation);
      tellAll(operation.waiting, null, domains);
    } else {
      dispatch.succeeded(port.agent, operation.name, 'domains');
    }
  },

  signedIn(port, operation, answer) {
    const isRefresh = operation.name === 'RefreshSession';
    const waiting = operation.waiting.splice(0);
    operation.isSignedIn = true;
    if (isRefresh) port.end(operation);
    try {
      port.adopt(answer, operation);
      dispatch.succeeded(port.agent, operation.name, 'login');
    } finally {
      tellAll(waiting, null);
      port.resilience?.tokenUsed(port.tokenSince());
      if (isRefresh && !port.isOpen()) port.dial();
    }
  },

  refreshed(port, operation) {
    port.end(operation);
    try {
      if (operation.name !== 'LogOut') dispatch.succeeded(port.agent, operation.name, 'refresh');
    } finally {
      tellAll(operation.waiting, null);
    }
  },

  /** The failure is the core's, as data, or an error of our own. */
  failed(port, operation, step, failure) {
    const error = failure instanceof Error ? failure : errors.fromCore(failure);
    const isAttempt = port.isAttempt(operation);
    port.end(operation);
    try {
      if (operation.name !== 'LookUp' && operation.name !== 'LogOut') {
        dispatch.failed(port.agent, error, operation.name, step);
      }
    } finally {
      tellAll(operation.waiting, error);
      if (isAttempt) port.resilience?.failed(step, error);
    }
  },
};

module.exports = OUTCOMES;
