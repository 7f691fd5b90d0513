import type { Reply } from '../http/reply.ts';
import { type EmulatorRequest, jsonOf } from '../http/request.ts';
import { matchRoute, type Route } from '../http/route.ts';
import type { World } from '../world.ts';
import { authenticateCaller } from './caller.ts';
import { graphError } from './errors.ts';
import { graphJson } from './graph-route.ts';

/** One step of a batch, as it was sent. */
interface BatchStep {
  readonly id: string;
  readonly method: string;
  /** Relative to the version, as in `/me?$select=id`. */
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: unknown;
  readonly dependsOn: readonly string[];
}

interface BatchAnswer {
  readonly id: string;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

const LARGEST_BATCH = 20;

/**
 * `$batch`: up to 20 requests in one, each answered as if it had come alone; a step whose dependency failed gets 424.
 *
 * @param routes Where the steps are looked up.
 * @see https://learn.microsoft.com/graph/json-batching
 */
export const batchRoute = (routes: () => readonly Route[]): Route => ({
  endpoint: 'graph.batch',
  methods: ['POST'],
  path: '/:version/$batch',
  handle: async (world, request, { version = '' }) => {
    const caller = await authenticateCaller(world, request);
    if ('status' in caller) return caller;
    const steps = readSteps(jsonOf(request));
    if (typeof steps === 'string')
      return graphError(world, request, 'BadRequest', { message: steps });
    const answers = new Map<string, BatchAnswer>();
    for (const step of steps) {
      const failed = step.dependsOn.some((id) => (answers.get(id)?.status ?? 424) >= 400);
      const answer = failed
        ? failedDependency(step)
        : await run(world, request, version, step, routes());
      answers.set(step.id, answer);
    }
    return graphJson({ responses: [...answers.values()] });
  },
});

/** The steps, or what is wrong with them. */
function readSteps(body: unknown): readonly BatchStep[] | string {
  const requests = member(body, 'requests');
  if (!Array.isArray(requests)) return 'Invalid batch payload format.';
  if (requests.length > LARGEST_BATCH) {
    return `Number of batch request steps exceeds the maximum value of ${LARGEST_BATCH}.`;
  }
  const steps = requests.map(readStep);
  const ids = steps.map(({ id }) => id);
  if (ids.includes('') || new Set(ids).size !== ids.length)
    return 'Request Id has to be unique and not empty.';
  const earlier = (step: BatchStep, index: number): boolean =>
    step.dependsOn.every((id) => ids.indexOf(id) >= 0 && ids.indexOf(id) < index);
  return steps.every(earlier) ? steps : 'A step depends on one that does not come before it.';
}

function readStep(value: unknown): BatchStep {
  const headers = member(value, 'headers');
  const dependsOn = member(value, 'dependsOn');
  return {
    id: text(member(value, 'id')),
    method: text(member(value, 'method')).toUpperCase(),
    url: text(member(value, 'url')),
    headers: Object.fromEntries(
      Object.entries(typeof headers === 'object' && headers !== null ? headers : {}).map(
        ([name, content]) => [name.toLowerCase(), text(content)],
      ),
    ),
    body: member(value, 'body'),
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(text) : [],
  };
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const failedDependency = ({ id }: BatchStep): BatchAnswer => ({
  id,
  status: 424,
  headers: { 'Content-Type': 'application/json' },
  body: {
    error: { code: 'FailedDependency', message: 'A request that this one depends on failed.' },
  },
});

async function run(
  world: World,
  outer: EmulatorRequest,
  version: string,
  step: BatchStep,
  routes: readonly Route[],
): Promise<BatchAnswer> {
  const request = stepRequest(outer, version, step);
  const match = matchRoute(routes, request.method, request.path);
  const found = match.kind === 'route' && match.route.endpoint !== 'graph.batch';
  const reply = found
    ? await match.route.handle(world, request, match.parameters)
    : graphError(world, request, 'BadRequest', { message: 'Resource not found for the segment.' });
  return toAnswer(step.id, reply);
}

/** The step as a request of its own, with the token of the batch. */
function stepRequest(outer: EmulatorRequest, version: string, step: BatchStep): EmulatorRequest {
  const target = `/${version}${step.url.startsWith('/') ? '' : '/'}${step.url}`;
  const [path = '/', ...query] = target.split('?');
  return {
    ...outer,
    method: step.method,
    target,
    path,
    query: new URLSearchParams(query.join('?')),
    headers: { authorization: outer.headers.authorization, ...step.headers },
    body: stepBody(step),
    notes: { ...outer.notes },
  };
}

/** The bytes of a step's body: JSON stands as it is, anything else as base64. */
function stepBody({ body, headers }: BatchStep): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  const json = headers['content-type']?.toLowerCase().includes('json') ?? true;
  return typeof body === 'string' && !json
    ? Buffer.from(body, 'base64')
    : Buffer.from(JSON.stringify(body));
}

/** JSON stays JSON; anything else is base64. */
function toAnswer(id: string, reply: Reply): BatchAnswer {
  const { 'Transfer-Encoding': _hop, ...kept } = reply.headers;
  const headers = Object.fromEntries(
    Object.entries(kept).map(([name, value]) => [name, String(value)]),
  );
  const { body, status } = reply;
  if (body.length === 0) return { id, status, headers };
  const json = headers['Content-Type']?.startsWith('application/json') === true;
  const content: unknown = json ? JSON.parse(String(body)) : Buffer.from(body).toString('base64');
  return { id, status, headers, body: content };
}
