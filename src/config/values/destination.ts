import { parsed, refused, type Parsed } from './parsed.ts';

/** Parses the URL of a named destination. It is secret: problems show nothing of it. */
export function parseDestination(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url?.protocol !== 'https:') return refused(() => 'The URL is not an https URL');
  if (url.username !== '' || url.password !== '') {
    return refused(() => 'The URL holds a username or a password', {
      next: 'Grant the password as a secret instead.',
    });
  }
  return url.hash === '' ? parsed(url.href) : refused(() => 'The URL holds a fragment (#…)');
}
