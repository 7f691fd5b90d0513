import type { EndpointName } from '../endpoints.ts';
import type { World } from '../world.ts';
import type { Reply } from './reply.ts';
import type { EmulatorRequest } from './request.ts';

/** Values of the named parts of a path, decoded. */
export type PathParameters = { readonly [name: string]: string };

export type Handler = (
  world: World,
  request: EmulatorRequest,
  parameters: PathParameters,
) => Reply | Promise<Reply>;

/** One line of a service's table. */
export interface Route {
  readonly endpoint: EndpointName;
  /** Methods, upper case. */
  readonly methods: readonly string[];
  /** `:name` takes one segment, `*name` all that are left, perhaps none; the rest is literal. */
  readonly path: string;
  readonly handle: Handler;
}

/** What was found for a request: a route and its parameters, or only that the path is known. */
export type Match =
  | { readonly kind: 'route'; readonly route: Route; readonly parameters: PathParameters }
  | { readonly kind: 'method'; readonly allowed: readonly string[] }
  | { readonly kind: 'none' };

/** The first line of the table that fits the request. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match {
  const segments = decodeSegments(path);
  if (segments === null) return { kind: 'none' };
  const fitting = routes.flatMap((route) => {
    const parameters = matchPath(route.path, segments);
    return parameters === null ? [] : [{ route, parameters }];
  });
  const found = fitting.find(({ route }) => route.methods.includes(method));
  if (found !== undefined) return { kind: 'route', ...found };
  const allowed = fitting.flatMap(({ route }) => route.methods);
  return allowed.length > 0 ? { kind: 'method', allowed } : { kind: 'none' };
}

function decodeSegments(path: string): readonly string[] | null {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    // Malformed percent-encoding: no route has such a path.
    return null;
  }
}

function matchPath(pattern: string, segments: readonly string[]): PathParameters | null {
  const parts = pattern.split('/').slice(1);
  const rest = parts.at(-1)?.startsWith('*') ?? false;
  if (rest ? segments.length < parts.length - 1 : segments.length !== parts.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith('*')) parameters[part.slice(1)] = segments.slice(index).join('/');
    else if (!matchSegment(part, segments[index] ?? '', parameters)) return null;
  }
  return parameters;
}

function matchSegment(part: string, segment: string, parameters: Record<string, string>): boolean {
  if (!part.startsWith(':')) return part.toLowerCase() === segment.toLowerCase();
  parameters[part.slice(1)] = segment;
  return segment !== '';
}
