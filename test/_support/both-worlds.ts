import type { Json } from '../../sandbox/contract.ts';
import type { PlatformIsolate } from './platform-isolate.ts';

/** What a function answered, or the name of what it threw. */
export type Answered = { readonly answer: unknown } | { readonly threw: string };

async function answeredBy(run: () => unknown): Promise<Answered> {
  try {
    return { answer: await run() };
  } catch (error) {
    return { threw: error instanceof Error ? error.name : String(error) };
  }
}

/**
 * Runs a function here, on Node's own classes, and in an isolate, on the platform's. It has to be complete in itself: in
 * the isolate there is only its text. What it answers has to be plain data.
 */
export async function inBoth<Given extends readonly Json[]>(
  isolate: PlatformIsolate,
  body: (...given: Given) => unknown,
  ...given: Given
): Promise<{ readonly node: Answered; readonly isolate: Answered }> {
  const guarded = `async (...given) => {
    try { return { answer: await (${String(body)})(...given) }; }
    catch (error) { return { threw: error instanceof Error ? error.name : String(error) }; }
  }`;
  const values = given.map((value) => JSON.stringify(value)).join(',');
  return {
    node: await answeredBy(() => body(...given)),
    isolate: await isolate.run<Answered>(`(${guarded})(${values})`),
  };
}
