import { CONTOSO_APPLICATION_ID, type TamperName } from '../../src/emulator/index.ts';
import { linksOf, type VisitedPage, type Visitor } from '../../src/testing/visitor.ts';
import { follow, JANE } from '../../test/_support/rounds.ts';
import type { Module } from './module.ts';
import { RESPONSE_TYPES, type Site } from './site.ts';

type Opened = VisitedPage & { readonly location: string | null };

/** The pages of the tenant's sign-out, with its hidden frames, to the page of the gateway at the end. */
async function leaveTenant(site: Site, visitor: Visitor, from: string): Promise<Opened> {
  const page = await follow(visitor, from);
  if (page.url.startsWith(site.world.origin)) return page;
  await loadFrames(site, page);
  const next = linksOf(page).find((href) => href.startsWith(site.world.origin));
  return next === undefined ? page : follow(visitor, next);
}

/** A browser that blocks cookies of third parties sends none with a frame. */
async function loadFrames(site: Site, { html }: VisitedPage): Promise<void> {
  const frames = [...html.matchAll(/<iframe[^>]*src="([^"]*)"/g)];
  await Promise.all(
    frames.map(([, src = '']) => site.world.visitor().open(src.replaceAll('&amp;', '&'))),
  );
}

async function twoSessions(site: Site): Promise<Visitor> {
  await site.fresh();
  const logoutUrl = `${site.world.origin}/__chsps__/logout`;
  site.world.emulator.tenant().applications.update(CONTOSO_APPLICATION_ID, { logoutUrl });
  const { visitor } = await site.signIn();
  await site.signIn(); // somewhere else, by the same session at the tenant or another one
  return visitor;
}

const left = async (site: Site): Promise<string> =>
  `${await site.world.gateway.sessions.count()} sessions are left`;

const byFrontChannel: readonly Module[] = RESPONSE_TYPES.flatMap((type) => [
  {
    plan: 'front-channel-logout-rp',
    type,
    name: 'rp-frontchannel-rpinitlogout',
    expected: 'ended here and by a frame, 1 sessions are left',
    run: async (site: Site) => {
      const visitor = await twoSessions(site);
      const { location } = await site.signOut(visitor);
      const page = await leaveTenant(site, visitor, location ?? '');
      const seen = page.url.endsWith('signedOut=everywhere')
        ? 'ended here and by a frame'
        : page.url;
      return `${seen}, ${await left(site)}`;
    },
  },
  {
    plan: 'logout',
    type,
    name: 'rp-frontchannel-opinitlogout',
    expected: '1 sessions are left',
    run: async (site: Site) => {
      const visitor = await twoSessions(site);
      const tenant = site.world.emulator.tenant();
      const end = `${site.world.emulator.login}/${tenant.id}/oauth2/v2.0/logout`;
      const picker = await visitor.open(end);
      await loadFrames(
        site,
        await visitor.open(`${picker.url}?account=${tenant.people.get(JANE).oid}`),
      );
      return left(site);
    },
  },
]);

const RETURNS: readonly (readonly [name: string, says: string, lie?: TamperName])[] = [
  ['rp-init-logout', 'everywhere'],
  ['rp-init-logout-other-state', 'nothing of there', 'logout-state-other'],
  ['rp-init-logout-no-state', 'nothing of there', 'logout-state-missing'],
];

const byRequest: readonly Module[] = RESPONSE_TYPES.flatMap((type) =>
  RETURNS.map(([name, says, lie]) => ({
    plan: 'rp-initiated-logout-rp',
    type,
    name,
    expected: `${says}, 0 sessions are left`,
    run: async (site: Site) => {
      await site.fresh();
      site.world.emulator.tenant().applications.update(CONTOSO_APPLICATION_ID, { logoutUrl: null });
      if (lie !== undefined) site.lie(lie);
      const { visitor } = await site.signIn();
      const { location } = await site.signOut(visitor);
      const page = await leaveTenant(site, visitor, location ?? '');
      const told = page.url.endsWith('signedOut=everywhere') ? 'everywhere' : 'nothing of there';
      return `${told}, ${await left(site)}`;
    },
  })),
);

/** Everything that is about signing out. */
export const LOGOUT_MODULES: readonly Module[] = [...byFrontChannel, ...byRequest];
