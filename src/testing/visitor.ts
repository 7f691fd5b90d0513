import { headerValues, type HttpClient, type HttpResponse, header, text } from '../net/http.ts';

/** A page that a visitor looks at. */
export interface VisitedPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

/** A form of a page. */
export interface VisitedForm {
  readonly action: string;
  readonly method: 'GET' | 'POST';
  /** Hidden fields. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

interface Cookie {
  readonly value: string;
  readonly crossSite: boolean;
}

/** Pages and their answers are small. Unit: bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

const TIMEOUT_MS = 15_000;

/**
 * A browser without scripts: it keeps cookies by host, holds back those that are not `SameSite=None` from forms that come
 * from another host, follows no redirect by itself, and tells forms and links of a page. Enough to sign in without a
 * browser, over real HTTPS.
 */
export class Visitor {
  readonly #http: HttpClient;
  readonly #jar = new Map<string, Map<string, Cookie>>();

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /** Opens an address. Redirects are answers like any other: `location` tells where to. */
  async open(url: string): Promise<VisitedPage & { readonly location: string | null }> {
    return this.#send('GET', url, false);
  }

  /** Sends a form of a page, with the button that was pressed and what was typed in. */
  async submit(
    page: VisitedPage,
    form: VisitedForm,
    typed: { readonly [name: string]: string } = {},
  ): Promise<VisitedPage & { readonly location: string | null }> {
    const target = new URL(form.action, page.url);
    const crossSite = target.hostname !== new URL(page.url).hostname;
    const values = new URLSearchParams([
      ...form.fields.map((pair) => [...pair]),
      ...Object.entries(typed),
    ]);
    if (form.method === 'POST')
      return this.#send('POST', target.href, crossSite, values.toString());
    target.search = values.toString();
    return this.#send('GET', target.href, false);
  }

  async #send(
    method: 'GET' | 'POST',
    url: string,
    crossSitePost: boolean,
    body?: string,
  ): Promise<VisitedPage & { readonly location: string | null }> {
    const { hostname, origin } = new URL(url);
    const cookie = this.#cookiesFor(hostname, crossSitePost);
    const response = await this.#http({
      method,
      url,
      headers: {
        accept: 'text/html',
        'user-agent': 'Entrada-Visitor/1.0',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(body !== undefined && !crossSitePost ? { origin } : {}),
      },
      ...(body === undefined ? {} : { body }),
      maxBytes: MAX_BYTES,
      timeoutMs: TIMEOUT_MS,
    });
    this.#keep(hostname, response);
    const location = header(response, 'location');
    return {
      url,
      status: response.status,
      html: text(response),
      location: location === undefined ? null : new URL(location, url).href,
    };
  }

  #cookiesFor(hostname: string, crossSitePost: boolean): string {
    return [...(this.#jar.get(hostname) ?? [])]
      .filter(([, cookie]) => cookie.crossSite || !crossSitePost)
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  #keep(hostname: string, response: HttpResponse): void {
    const jar = this.#jar.get(hostname) ?? new Map<string, Cookie>();
    this.#jar.set(hostname, jar);
    for (const line of headerValues(response, 'set-cookie')) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      const name = pair.slice(0, equals);
      if (attributes.some((one) => /^max-age=0$/i.test(one))) jar.delete(name);
      else {
        const crossSite = attributes.some((one) => /^samesite=none$/i.test(one));
        jar.set(name, { value: pair.slice(equals + 1), crossSite });
      }
    }
  }
}

/** The forms of a page, in order. */
export function formsOf({ html }: Pick<VisitedPage, 'html'>): readonly VisitedForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, tag = '', content = '']) => ({
      action: attribute(tag, 'action') ?? '',
      method: attribute(tag, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET',
      fields: [...content.matchAll(/<input\b[^>]*type="hidden"[^>]*>/gi)].map(([input]) => [
        attribute(input, 'name') ?? '',
        attribute(input, 'value') ?? '',
      ]),
    }),
  );
}

/** Where the links of a page lead. */
export function linksOf({ html, url }: Pick<VisitedPage, 'html' | 'url'>): readonly string[] {
  return [...html.matchAll(/<a\b[^>]*>/gi)]
    .map(([tag]) => attribute(tag, 'href'))
    .filter((href) => href !== undefined)
    .map((href) => new URL(href, url).href);
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value === undefined ? undefined : decodeEntities(value);
}

const ENTITIES: { readonly [entity: string]: string } = {
  '&quot;': '"',
  '&#39;': "'",
  '&#x27;': "'",
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
};

function decodeEntities(value: string): string {
  return value.replaceAll(/&(?:quot|#39|#x27|lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}
