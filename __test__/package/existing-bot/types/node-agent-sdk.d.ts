// The package has no types of its own.
declare module 'node-agent-sdk';
