import type { createServer as CreateServer } from 'node:http';

/**
 * Node's HTTP server. An `import` of `node:http` reads all that the module exports, and one of its getters loads everything
 * that `fetch` is made of, which the gateway has no use for: two thirds of what Node itself takes to start.
 */
export const createServer: typeof CreateServer = process.getBuiltinModule('node:http').createServer;
