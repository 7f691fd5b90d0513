import { allow, type Extension } from 'entrada/extension';

/** The web platform that every isolate has. */
export default {
  async decide() {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode('text'));
    const form = new FormData();
    form.set('file', new File([new Uint8Array(digest)], 'digest.bin'));
    const request = new Request(new URL('/upload', 'https://api.example.com'), {
      method: 'POST',
      body: form,
      headers: new Headers({ accept: 'application/json' }),
      signal: AbortSignal.timeout(1000),
    });
    const response = await fetch(request);
    const query = new URLSearchParams({ q: atob(btoa('x')) });
    const stream = new Blob([await response.arrayBuffer()]).stream();
    console.log(structuredClone({ query: query.toString() }), performance.now(), stream.locked);
    queueMicrotask(() => clearTimeout(setTimeout(() => undefined, 1)));
    return allow();
  },
} satisfies Extension;
