/** The parts of Web Platform Tests that say something about the platform of an isolate. */
export interface Area {
  readonly name: string;
  /** Folders of the checkout. */
  readonly folders: readonly string[];
  /** Files that are left out, by a pattern of their paths. */
  readonly without?: RegExp;
}

const AREAS: readonly Area[] = [
  { name: 'url', folders: ['url'] },
  { name: 'urlpattern', folders: ['urlpattern'] },
  { name: 'encoding', folders: ['encoding'] },
  { name: 'fetch/api/headers', folders: ['fetch/api/headers'] },
  { name: 'fetch/api/request', folders: ['fetch/api/request'] },
  { name: 'fetch/api/response', folders: ['fetch/api/response'] },
  { name: 'fetch/api/body', folders: ['fetch/api/body'] },
  { name: 'fetch/api/abort', folders: ['fetch/api/abort'] },
  { name: 'fetch/data-urls', folders: ['fetch/data-urls'] },
  { name: 'FileAPI', folders: ['FileAPI'] },
  { name: 'xhr/formdata', folders: ['xhr/formdata'] },
  { name: 'streams', folders: ['streams'] },
  { name: 'dom/abort', folders: ['dom/abort'] },
  { name: 'dom/events', folders: ['dom/events'] },
  { name: 'html/webappapis/timers', folders: ['html/webappapis/timers'] },
  { name: 'html/webappapis/structured-clone', folders: ['html/webappapis/structured-clone'] },
  { name: 'html/webappapis/atob', folders: ['html/webappapis/atob'] },
  { name: 'html/webappapis/microtask-queuing', folders: ['html/webappapis/microtask-queuing'] },
  {
    name: 'html/webappapis/scripting',
    folders: ['html/webappapis/scripting'],
    without: /agent-formalism/,
  },
  { name: 'WebCryptoAPI', folders: ['WebCryptoAPI'] },
  { name: 'compression', folders: ['compression'] },
  { name: 'console', folders: ['console'] },
  { name: 'hr-time', folders: ['hr-time'] },
  { name: 'webidl', folders: ['webidl'] },
];

/** The areas that are named; all of them when none is. A name also means the areas below it. */
export function chooseAreas(names: readonly string[]): readonly Area[] {
  if (names.length === 0) return AREAS;
  return AREAS.filter(({ name }) =>
    names.some((given) => name === given || name.startsWith(`${given}/`)),
  );
}
