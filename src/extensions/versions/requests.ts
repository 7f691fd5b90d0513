import type { Manifest } from '../manifest.ts';

/** Everything that a manifest asks for, a line each, in words that an operator grants by. */
export function requestLines({ requests, schedule }: Manifest): readonly string[] {
  const { tokens, fetch, secrets, enrich, sessions, password } = requests;
  return [
    ...tokens.flatMap(({ resource, allow, expose }) => [
      ...allow.map((pattern) => `token ${resource}: ${pattern}`),
      ...(expose === 'raw' ? [`token ${resource}: the token itself (expose: raw)`] : []),
    ]),
    ...tokens.flatMap(({ resource, scopes }) =>
      scopes.map((scope) => `token ${resource}: scope ${scope}`),
    ),
    ...fetch.flatMap((one) => {
      const where = 'origin' in one ? one.origin : `entrada:${one.name}`;
      return one.allow.map((pattern) => `fetch ${where}: ${pattern}`);
    }),
    ...secrets.map((name) => `secret ${name}`),
    ...(password ? ['usernames and passwords of people who sign in'] : []),
    ...(['groups', 'roles', 'claims', 'headers'] as const).flatMap((power) =>
      enrich[power].map((name) => `enrich ${power}: ${name}`),
    ),
    ...(['username', 'home', 'session'] as const).flatMap((power) =>
      enrich[power] ? [`enrich ${power}`] : [],
    ),
    ...(sessions.end ? ['sessions: end those of people who are signed in'] : []),
    ...(schedule === null ? [] : [`run by itself: ${schedule.cron} (${schedule.timezone})`]),
  ];
}

/** What one manifest asks for and the other one does not. */
export function newRequests(before: Manifest, after: Manifest): readonly string[] {
  const known = new Set(requestLines(before));
  return requestLines(after).filter((line) => !known.has(line));
}
