import type { RunnerLimits } from '../../../sandbox/contract.ts';

/** Code and sentence of a limit that is over. */
export type Over = readonly [code: string, sentence: string];

/** What crosses the boundary of one isolate, counted. */
export class Traffic {
  readonly #limits: RunnerLimits;
  #messages = 0;
  #sent = 0;
  #answered = 0;
  #lines = 0;

  constructor(limits: RunnerLimits) {
    this.#limits = limits;
  }

  /** Counts a message of the isolate; answers which limit is over now, if one is. */
  count(text: string): Over | undefined {
    const { messages, messageLength, sentLength } = this.#limits;
    if (++this.#messages > messages) return ['MESSAGES', `more than ${messages} messages`];
    if (text.length > messageLength)
      return ['MESSAGE_LENGTH', `a message of more than ${messageLength} characters`];
    this.#sent += text.length;
    if (this.#sent <= sentLength) return undefined;
    return ['SENT_LENGTH', `messages of more than ${sentLength} characters together`];
  }

  /** Counts an answer to a call of the isolate. */
  countAnswer(text: string): Over | undefined {
    const { answeredLength } = this.#limits;
    this.#answered += text.length;
    if (this.#answered <= answeredLength) return undefined;
    return ['ANSWERED_LENGTH', `answers of more than ${answeredLength} characters together`];
  }

  /** The line as it is logged; undefined when it is one too many. */
  line(text: string): string | undefined {
    const { logLines, logLineLength } = this.#limits;
    if (this.#lines >= logLines) return undefined;
    if (++this.#lines === logLines) return '… further lines are dropped';
    return text.slice(0, logLineLength);
  }
}
