import type { Finding } from '../document/finding.ts';
import type { SoundFile } from './check.ts';

/** @yields A session that may be idle for longer than it lives. */
export function* findSessionConflicts({ session }: SoundFile): Iterable<Finding> {
  const { idle, absolute } = session ?? {};
  if (idle === undefined || absolute === undefined || idle <= absolute) return;
  yield {
    code: 'CONFIG_CONFLICT',
    path: ['session', 'idle'],
    at: 'key',
    says: () => 'The time idle is longer than absolute, so that it never counts',
    next: 'Make idle (30m, when it is left out) at most as long as absolute (12h, when it is left out).',
  };
}
