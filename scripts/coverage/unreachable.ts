/** A place that refuses and that no test can reach, with its reason. */
export interface Unreachable {
  readonly file: string;
  /** The line that the place begins in. A line that stands there twice has two entries. */
  readonly text: string;
  readonly why: string;
}

export const UNREACHABLE: readonly Unreachable[] = [
  {
    file: 'src/emulator/graph/caller.ts',
    text: "if (tenant === undefined) return invalid(world, request, 'Access token validation failure.');",
    why: 'A token is signed for one of the tenants, and tenants stay as long as the emulator runs.',
  },
  {
    file: 'src/emulator/graph/drive/transfer-routes.ts',
    text: "graphError(world, request, 'invalidRequest')",
    why: 'The route lets no other method through than those of the table.',
  },
  {
    file: 'src/emulator/graph/groups.ts',
    text: 'if (group === undefined) return undefined;',
    why: 'Whoever is removed leaves their groups at the same time.',
  },
  {
    file: 'src/emulator/login/scopes.ts',
    text: "if (resource === undefined) throw new TypeError('A cloud has no Graph.');",
    why: 'The resources of every cloud begin with Graph; the type of a list does not say so.',
  },
  {
    file: 'src/emulator/login/sign-in/access.ts',
    text: 'if (signIn.person === null || account === undefined) return null;',
    why: 'The steps before it asked for an account; the type of a sign-in does not say so.',
  },
  {
    file: 'src/emulator/login/sign-in/access.ts',
    text: 'if (signIn.person === null || account === undefined) return null;',
    why: 'The page is answered only by whom the steps before it have picked and proved; the types do not say so.',
  },
  {
    file: 'src/emulator/login/sign-in/proceed.ts',
    text: "if (tenant === undefined) throw new TypeError('A sign-in needs a tenant.');",
    why: 'Every endpoint begins with a tenant; the type of a list does not say so.',
  },
  {
    file: 'src/emulator/login/sign-in/proceed.ts',
    text: "if (account === undefined || signIn.person === null) throw new TypeError('Nobody signed in.');",
    why: 'The steps end with an account; the type of a sign-in does not say so.',
  },
  {
    file: 'src/emulator/seed-file.ts',
    text: "code: 'EMULATOR_SEED_INVALID',",
    why: 'A file that is refused has a fault; the type of a list does not say so.',
  },
  {
    file: 'src/emulator/storage/service.ts',
    text: "if (located === undefined) return storageError(world, request, 'ResourceNotFound');",
    why: 'Requests come to this service at the host of an account, and accounts stay as long as the emulator runs.',
  },
  {
    file: 'src/emulator/variants.ts',
    text: "if (!areVariants(variants)) throw new TypeError('A variant has no default.');",
    why: 'Every variant of the table has a default; the type of an object made of entries does not say so.',
  },
  {
    file: 'src/entra/sign-in.ts',
    text: "if (front === null) throw refused('ENTRA_RESPONSE_INCOMPLETE', 'the answer lacks id_token');",
    why: 'The answer was refused before when it had neither; the types of the two do not say so.',
  },
  {
    file: 'src/extensions/bundle.ts',
    text: 'if (!(error instanceof Error)) return new Error(String(error));',
    why: 'The bundler throws errors alone; nothing says so of what is caught.',
  },
  {
    file: 'src/extensions/excerpt.ts',
    text: "if (systemCode(error) === '') throw error;",
    why: 'What Node.js throws for a file has a code.',
  },
  {
    file: 'src/extensions/import-advice.ts',
    text: "if (systemCode(error) === '') throw error;",
    why: 'What Node.js throws for a file has a code.',
  },
  {
    file: 'src/extensions/read-text.ts',
    text: "if (code === '') throw error;",
    why: 'What Node.js throws for a file has a code.',
  },
  {
    file: 'src/extensions/platform-assemble.ts',
    text: 'throw new Error(`the bundler made imports or exports in ${fileName} that are not understood`);',
    why: 'It holds for the pinned bundler; another one stops the build here.',
  },
  {
    file: 'src/extensions/platform-assemble.ts',
    text: "if (!local) throw new Error('the core of the platform has no default export');",
    why: 'It holds for the pinned bundler; another one stops the build here.',
  },
  {
    file: 'src/extensions/platform-assemble.ts',
    text: "if (!first || !facade || first.imports.length > 0) throw new Error('the platform has no core');",
    why: 'It holds for the pinned bundler; another one stops the build here.',
  },
  {
    file: 'src/extensions/platform-libraries.ts',
    text: 'throw new Error(`a correction no longer fits ${id}: ${from}`);',
    why: 'It holds for the pinned libraries; other ones stop the build here.',
  },
  {
    file: 'src/extensions/platform.ts',
    text: 'if (errors.length > 0) throw new Error(`the platform does not parse: ${errors[0]!.message}`);',
    why: 'It holds for the pinned bundler; another one stops the build here.',
  },
  {
    file: 'src/extensions/pool/process-memory.ts',
    text: "if (pid === undefined || process.platform !== 'linux') return undefined;",
    why: 'Tests run on Linux, and a process that started has an id.',
  },
  {
    file: 'src/extensions/runner/confine.ts',
    text: "throw Object.assign(new Error('a runner imports nothing more'), { code: 'ERR_ACCESS_DENIED' });",
    why: 'A runner imports nothing; the probe of doctor/examine.test.ts does, and cannot be counted: what counting needs is what it looks for.',
  },
  {
    file: 'src/extensions/runner/confine.ts',
    text: "if (typeof send !== 'function') throw new TypeError('this Node sends signals in another way');",
    why: 'It holds for the pinned Node.js; another one starts no runner.',
  },
  {
    file: 'src/extensions/runner/platform-ops/operations.ts',
    text: "if (!(error instanceof Error)) return { ok: false, error: { code: 'Error', message: 'failed' } };",
    why: 'Node.js and the operations throw errors alone.',
  },
  {
    file: 'src/gateway.ts',
    text: "if (!found) throw new TypeError('a sign-in by a method that is not configured');",
    why: 'Sign-ins are begun by methods of the configuration.',
  },
  {
    file: 'src/net/http-tunnel.ts',
    text: "if (socket.destroyed) callback(new Error('the connection was closed'), null);",
    why: 'The connection would have to end between the two microtasks in which it is handed over.',
  },
  {
    file: 'src/server/app.ts',
    text: "throw new TypeError('no route has a schema');",
    why: 'No route of ours has one: the first that had would not start.',
  },
  {
    file: 'src/server/problem.ts',
    text: 'throw new TypeError(`${code} belongs to no layer`);',
    why: 'The type of the code leaves no other layer.',
  },
  {
    file: 'src/session/by-password.ts',
    text: "if (!first) throw new TypeError('the server offers a form only where a method takes it');",
    why: 'The server offers the form only where a method takes it.',
  },
  {
    file: 'src/session/by-password.ts',
    text: "if (concluded instanceof OneMoreRound) throw new TypeError('there are no rounds without Entra');",
    why: 'A round begins at Entra alone; the type of a conclusion does not say so.',
  },
  {
    file: 'src/session/sign-in-flow.ts',
    text: "if (!found) throw new TypeError('the server offers only methods that exist');",
    why: 'The server offers only methods that exist.',
  },
  {
    file: 'src/session/sign-in-flow.ts',
    text: "if (!method) throw new TypeError('the server routes only answers to methods that exist');",
    why: 'The server routes only answers to methods that exist.',
  },
  {
    file: 'src/session/sign-in-flow.ts',
    text: "if (found?.type !== 'entra-id') throw new TypeError('a method without a configuration');",
    why: 'The methods were made of the configuration.',
  },
  {
    file: 'src/store/sqlite-queue.ts',
    text: 'if (!Array.isArray(row)) throw damaged();',
    why: 'Statements were set to give rows as lists; the types of Node.js do not say so.',
  },
  {
    file: 'src/store/sqlite-queue.ts',
    text: 'if (!Array.isArray(row)) throw damaged();',
    why: 'Statements were set to give rows as lists; the types of Node.js do not say so.',
  },
  {
    file: 'src/server/security-headers.ts',
    text: 'if (error !== undefined) throw error;',
    why: 'Helmet refuses content security policies alone, and is asked for none.',
  },
  {
    file: 'src/extensions/runner/cells.ts',
    text: 'if (this.#inspected) return false;',
    why: 'It runs in processes that debug, which are not counted: they have a debugger of their own.',
  },
];
