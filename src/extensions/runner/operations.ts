/**
 * What the runner does itself for the web platform in an isolate: cryptography, compression, random bytes, names in
 * Unicode. Made anew for each invocation, so that a key of one is unknown to another. Arguments and answers are JSON text;
 * an answer is a `HostAnswer`. None rejects.
 */
export interface Operations {
  /** An operation that takes its time; undefined when the runner does not know it: then it is the gateway's. */
  asynchronous(op: string): ((argument: string) => Promise<string>) | undefined;
  /** The answer of a short, pure operation; undefined when there is no such operation. */
  synchronous(op: string, argument: string): string | undefined;
}
