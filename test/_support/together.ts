/**
 * Folders of `test` whose files are small. When all tests are run, each folder is one process (test/in-one-process): most of
 * what such a file takes is the start of its own. Files that are named here take long, and stay apart.
 */
export const TOGETHER: Readonly<Record<string, readonly string[]>> = {
  authentication: [],
  config: [],
  emulator: ['keys', 'layout', 'pages-in-chromium', 'tampering'],
  entra: [],
  'extensions/broker': [],
  'extensions/replay': [],
  principal: [],
  server: [],
  session: [],
};
