/** What every isolate starts with: the web platform and the runtime. The completion value of the built script is `boot`. */
export { boot as default } from './runtime.ts';
