/**
 * Entrada as a library: a gateway in your own process, started from a configuration as `entrada serve` does.
 *
 * The way of a sign-in, and where each step is written:
 *
 * 1. A page without a session sends the browser to the sign-in page (`server/gate.ts`, `server/sign-in.ts`).
 * 2. The link of a method begins a transaction: state, nonce, PKCE, two minutes (`entra/begin.ts`).
 * 3. The tenant's answer is matched with it, once, in the same browser (`entra/response.ts`).
 * 4. ID token, code, one token per API, groups from Graph (`entra/finish.ts`).
 * 5. Claims become a principal: username, groups, roles (`principal/principal.ts`).
 * 6. Every extension decides, each in an isolate of its own, in a child process (`extensions/host.ts`).
 * 7. Who is allowed is enriched: patches, applied whole or not at all (`session/apply-patches.ts`).
 * 8. The session is stored with its tokens, sealed; the cookie names it (`session/stored-sessions.ts`).
 *
 * ```ts
 * import { createLog, formatFaults, loadConfig, prepareExtensions, startGateway } from 'entrada';
 *
 * const loaded = loadConfig('entrada.yaml', { environment: process.env });
 * if (!loaded.ok) throw new Error(formatFaults(loaded.faults, { color: false }));
 * const { config, report } = loaded;
 * const { extensions, faults } = await prepareExtensions(config, report, false);
 * if (faults.some(({ severity }) => severity === 'error')) throw new Error(formatFaults(faults, { color: false }));
 *
 * await using gateway = await startGateway({ config, extensions, log: createLog({ pretty: false }) });
 * gateway.onSignIn(({ outcome, principal }) => console.log(outcome, principal?.username));
 * ```
 *
 * @module
 */
export { systemClock, type Clock } from './clock.ts';
export type { Config, Fault, Loaded } from './config/config.ts';
export { formatFaults } from './config/format-faults.ts';
export { configJsonSchema } from './config/json-schema.ts';
export { loadConfig, type LoadOptions } from './config/load.ts';
export {
  EntradaError,
  ERRORS,
  isEntradaError,
  type ErrorCode,
  type ErrorDetails,
  type Position,
} from './errors.ts';
export type { BuiltExtension } from './extensions/load.ts';
export { prepareExtensions, type PreparedExtensions } from './extensions/prepare.ts';
export { startGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { createLog, type Log, type LogOptions } from './log.ts';
export type { SignInRecord } from './session/record.ts';
export type { Sessions } from './session/sessions.ts';
