#!/usr/bin/env node
/** The command line. One file per command; this one only knows their names and how they end. */
import * as modules from 'node:module';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major !== 26) {
  process.stderr.write(
    `Entrada runs on Node.js 26; this is ${process.versions.node}. Its permission model is what keeps the network from extensions.\n  Install Node.js 26 and put it first on the PATH; in a clone, "npm ci" brings it along and "npm run entrada --" uses it.\n`,
  );
  process.exit(2);
}

modules.enableCompileCache();
const [{ run }, { bearUnread }] = await Promise.all([
  import('./program.ts'),
  import('./unread.ts'),
]);
bearUnread();
process.exitCode = (await run(process.argv)) || process.exitCode;
