/**
 * Loaded by every test file before all else (`ava.config.js`). Node keeps compiled code beside its options, and V8 takes no
 * code of a process that started in another way: without a snapshot, as test files must for isolates. What tests start as
 * commands has a folder of its own, or each of both would drive out what the other one keeps.
 */
const { NODE_COMPILE_CACHE: compiled } = process.env;

if (compiled !== undefined) process.env['NODE_COMPILE_CACHE'] = `${compiled}-commands`;
