import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, type RequestInit, type Response, fetch } from 'undici';
import type { Emulator } from '../../src/emulator/index.ts';

/** `*.localhost` is this machine; everything else is looked up as usual. */
const loopbackLookup: LookupFunction = (hostname, options, callback) => {
  if (!/(?:^|\.)localhost$/.test(hostname)) return systemLookup(hostname, options, callback);
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }]);
  else callback(null, '127.0.0.1', 4);
  return undefined;
};

/** A dispatcher that trusts the emulator and knows where its names are. */
export const emulatorAgent = (emulator: Pick<Emulator, 'ca'>): Agent =>
  new Agent({ connect: { ca: emulator.ca, lookup: loopbackLookup }, allowH2: false });

/** A form of a page. */
export interface PageForm {
  readonly action: string;
  readonly method: string;
  readonly fields: ReadonlyMap<string, string>;
  /** Submit buttons: name and value. */
  readonly buttons: readonly (readonly [name: string, value: string])[];
}

/** A browser without scripts: keeps cookies, reads forms, follows redirects on the emulator alone. */
export class EmulatorBrowser {
  readonly #emulator: Pick<Emulator, 'login'>;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  constructor(emulator: Pick<Emulator, 'login' | 'ca'>) {
    this.#emulator = emulator;
    this.#agent = emulatorAgent(emulator);
  }

  get cookies(): ReadonlyMap<string, string> {
    return this.#cookies;
  }

  /** One request, no redirect followed. */
  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, this.#emulator.login), {
      dispatcher: this.#agent,
      redirect: 'manual',
      ...init,
      headers: { ...(cookie === '' ? {} : { cookie }), ...toRecord(init.headers) },
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Sends a form with one of its buttons. */
  submit(form: PageForm, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const body = new URLSearchParams({ ...Object.fromEntries(form.fields), ...more }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.send(form.action, { method: 'POST', body, headers });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    const equals = pair.indexOf('=');
    this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
}

const toRecord = (headers: RequestInit['headers']): Record<string, string> =>
  headers === undefined ? {} : Object.fromEntries(new Headers(headers as Record<string, string>));

const decodeEntities = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const attribute = (tag: string, name: string): string | undefined => {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
};

/** The forms of a page. */
export function formsOf(html: string): readonly PageForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(
    ([, tag = '', content = '']) => ({
      action: attribute(tag, 'action') ?? '',
      method: attribute(tag, 'method') ?? 'get',
      fields: new Map(
        [...content.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
          attribute(input, 'name') ?? '',
          attribute(input, 'value') ?? '',
        ]),
      ),
      buttons: [...content.matchAll(/<button\b[^>]*\sname="[^"]*"[^>]*>/g)].map(([button]) => [
        attribute(button, 'name') ?? '',
        attribute(button, 'value') ?? '',
      ]),
    }),
  );
}
