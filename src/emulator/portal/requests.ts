import { json, type Reply } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import type { JournalEntry } from '../journal.ts';
import { type Markup, markup } from '../pages/markup.ts';
import { page } from '../pages/page.ts';
import type { World } from '../world.ts';
import { navigation } from './navigation.ts';

/** Lines that the page shows. */
const SHOWN = 200;
/** A request for newer entries waits so long for one. Unit: milliseconds. */
const PATIENCE_MS = 20_000;

/** Asks for what is newer than the newest line, again and again, and puts it on top. */
const FOLLOW = `
const body = document.querySelector('tbody');
let newest = Number(body.dataset.newest);
const cell = (text) => Object.assign(document.createElement('td'), { textContent: text ?? '' });
const follow = async () => {
  for (;;) {
    try {
      const response = await fetch('/requests.json?after=' + newest);
      for (const entry of (await response.json()).entries) {
        const row = document.createElement('tr');
        row.append(...entry.cells.map(cell));
        body.prepend(row);
        newest = Math.max(newest, entry.number);
      }
      while (body.rows.length > ${SHOWN}) body.lastElementChild.remove();
    } catch { await new Promise((done) => setTimeout(done, 2000)); }
  }
};
follow();
`;

const COLUMNS = ['Time', 'Service', 'Request', 'Status', 'Error', 'What', 'Person', 'ms'] as const;

/** The page that shows requests as they come. */
export const requestsPage: Handler = (world): Reply => {
  const { entries } = world.journal;
  return page({
    title: 'Requests – Entra emulator',
    wide: true,
    script: FOLLOW,
    body: markup`${navigation('requests')}
<h1>Requests</h1>
<p class="soft">Newest first; new ones appear by themselves. Without scripts, load the page again.</p>
<div class="scroll"><table class="requests">
<thead><tr>${COLUMNS.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody data-newest="${entries.at(-1)?.number ?? 0}">${entries
      .slice(-SHOWN)
      .toReversed()
      .map((entry) => row(world, entry))}</tbody>
</table></div>`,
  });
};

const row = (world: World, entry: JournalEntry): Markup =>
  markup`<tr>${cells(world, entry).map((text) => markup`<td>${text}</td>`)}</tr>`;

/** What a line shows, in the order of the columns. */
function cells(world: World, entry: JournalEntry): readonly string[] {
  const query = entry.queryNames.length > 0 ? `?${entry.queryNames.join('&')}` : '';
  return [
    new Date(entry.at).toISOString().slice(11, 23),
    entry.service,
    `${entry.method} ${shorten(entry.path)}${query}`,
    entry.status === null ? 'no answer' : String(entry.status),
    [entry.error ?? '', ...entry.faults].filter((text) => text !== '').join(', '),
    entry.endpoint ?? 'nothing here',
    personName(world, entry),
    entry.ms === null ? '' : String(entry.ms),
  ];
}

const GUID = /([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

/** A path that can be read at a glance: of an id its beginning is enough here; the journal has all of it. */
const shorten = (path: string): string => path.replaceAll(GUID, '$1…');

const personName = (world: World, { tenant, person }: JournalEntry): string =>
  world.tenants.get(tenant ?? '')?.directory.person(person ?? '')?.displayName ?? '';

/** Entries that are newer than a number; waits for one when there is none. */
export const newerRequests: Handler = async (world, request) => {
  const after = Number(request.query.get('after') ?? '0');
  const newer = (): readonly JournalEntry[] =>
    world.journal.entries.filter(({ number, ms }) => number > after && ms !== null);
  if (newer().length === 0) await nextEntry(world);
  const entries = newer().map((entry) => ({ number: entry.number, cells: cells(world, entry) }));
  return json(200, { entries });
};

function nextEntry(world: World): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve();
    };
    const timer = setTimeout(finish, PATIENCE_MS).unref();
    const unsubscribe = world.journal.subscribe(finish);
  });
}
