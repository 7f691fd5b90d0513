import { SourceMap } from 'node:module';

import type { ExecutionContext } from 'ava';
import { WebSocket } from 'ws';

/** Parameters of an event or a result, as a test reads them. */
// oxlint-disable-next-line typescript/no-explicit-any -- the protocol is somebody else's; tests look at a few members
type Loose = any;

interface Waiting {
  readonly method: string;
  readonly resolve: (params: Loose) => void;
}

/** A place in a script: lines and columns count from 0, as in the protocol. */
export interface ScriptPlace {
  readonly scriptId: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/**
 * A debugger's frontend, as small as a test needs: it finds places in an author's TypeScript by the source map of the
 * script, as Chrome's DevTools do.
 */
export class DebugClient {
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Loose) => void>();
  readonly #waiting: Waiting[] = [];
  readonly #events: { readonly method: string; readonly params: Loose }[] = [];
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#take(JSON.parse(data.toString())));
  }

  /** Connects; the connection ends with the test. */
  static async open(t: ExecutionContext, url: string): Promise<DebugClient> {
    const socket = new WebSocket(url);
    t.teardown(() => socket.terminate());
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new DebugClient(socket);
  }

  /** Asks, and answers the result. */
  async ask(method: string, params: object = {}): Promise<Loose> {
    const id = ++this.#id;
    const answered = new Promise<Loose>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answered;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** The next event of a kind, or one that came before and nobody has taken. */
  next(method: string): Promise<Loose> {
    const index = this.#events.findIndex((event) => event.method === method);
    if (index !== -1) return Promise.resolve(this.#events.splice(index, 1)[0]?.params);
    return new Promise((resolve) => this.#waiting.push({ method, resolve }));
  }

  /** The script of the extension, which is the one with a source map. */
  async script(): Promise<Loose> {
    const script = await this.next('Debugger.scriptParsed');
    return script.sourceMapURL ? script : this.script();
  }

  /** Sets a breakpoint at a line of the author's file, from 1. */
  async breakAt(script: Loose, file: string, line: number): Promise<string> {
    const lineNumber = generatedLine(script, file, line);
    const { breakpointId } = await this.ask('Debugger.setBreakpointByUrl', {
      url: script.url,
      lineNumber,
    });
    return breakpointId;
  }

  close(): void {
    this.#socket.close();
  }

  #take(message: Loose): void {
    if (message.id !== undefined) return this.#answers.get(message.id)?.(message);
    const index = this.#waiting.findIndex(({ method }) => method === message.method);
    if (index === -1) this.#events.push(message);
    else this.#waiting.splice(index, 1)[0]?.resolve(message.params);
  }
}

function mapOf({ sourceMapURL }: Loose): Loose {
  return JSON.parse(Buffer.from(sourceMapURL.split(',')[1], 'base64').toString());
}

/** The first line of the script that comes of a line of the author's file. */
function generatedLine(script: Loose, file: string, line: number): number {
  for (let generated = 0; generated <= script.endLine; generated++) {
    for (let column = 0; column < 200; column += 2) {
      const place = placeOf(script, { scriptId: '', lineNumber: generated, columnNumber: column });
      if (place?.file.endsWith(file) && place.line === line) return generated;
    }
  }
  throw new Error(`nothing of the script comes of ${file}:${line}`);
}

/** Where the author wrote what is at a place of the script; lines from 1. */
export function placeOf(
  script: Loose,
  { lineNumber, columnNumber }: ScriptPlace,
): { readonly file: string; readonly line: number } | undefined {
  const entry = new SourceMap(mapOf(script)).findEntry(lineNumber, columnNumber);
  if (!('originalSource' in entry) || entry.originalSource === undefined) return undefined;
  return { file: entry.originalSource, line: entry.originalLine + 1 };
}
