import { html } from '../http/reply.ts';
import type { Handler } from '../http/route.ts';
import { neededPermissions } from '../login/consented.ts';
import { isRefusal } from '../login/refusal.ts';
import { readScopes } from '../login/scopes.ts';
import { type Markup, markup } from '../pages/markup.ts';
import { page } from '../pages/page.ts';
import type { Application } from '../tenant/application.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { World } from '../world.ts';
import { navigation } from './navigation.ts';

/** One setting of the real portal. */
type Setting = readonly [name: string, value: string];

interface Registration {
  readonly world: World;
  readonly tenant: Tenant;
  readonly app: Application;
}

/**
 * What to set in the real portal, section by section, for an application to be what it is here.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/quickstart-register-app
 */
export const registration: Handler = (world, _request, { id = '' }) => {
  const found = findRegistration(world, id);
  if (found === undefined)
    return html(404, '<!doctype html><title>Not found</title><p>No such application.');
  return page({
    title: `${found.app.displayName} – what to set in the real portal`,
    wide: true,
    body: markup`${navigation(null)}
<h1>${found.app.displayName}</h1>
<p>What to set at <b>entra.microsoft.com</b> for an application that behaves as this one does here.</p>
${SECTIONS.map(({ title, settings }) => section(title, settings(found)))}
${permissionTable(found)}`,
  });
};

function findRegistration(world: World, id: string): Registration | undefined {
  for (const tenant of world.tenants.values()) {
    const app = tenant.applications.get(id.toLowerCase());
    if (app !== undefined) return { world, tenant, app };
  }
  return undefined;
}

const section = (title: string, settings: readonly Setting[]): Markup | false =>
  settings.length > 0 &&
  markup`<h2>${title}</h2><dl>${settings.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const ticked = (on: boolean): string => (on ? 'tick' : 'leave empty');

const AUDIENCES = {
  AzureADMyOrg: 'Accounts in this organizational directory only',
  AzureADMultipleOrgs: 'Accounts in any organizational directory',
} as const;

const PLATFORMS = {
  web: 'Web',
  spa: 'Single-page application',
  public: 'Mobile and desktop applications',
} as const;

interface Section {
  readonly title: string;
  readonly settings: (registration: Registration) => readonly Setting[];
}

const SECTIONS: readonly Section[] = [
  {
    title: 'App registrations → New registration',
    settings: ({ app }) => [
      ['Name', app.displayName],
      ['Supported account types', AUDIENCES[app.signInAudience]],
    ],
  },
  {
    title: 'Authentication',
    settings: ({ app }) => [
      ...app.redirectUris.map(({ uri, platform }): Setting => [
        `${PLATFORMS[platform]}: redirect URI`,
        uri,
      ]),
      ...(app.logoutUrl === null ? [] : [['Front-channel logout URL', app.logoutUrl] as const]),
      ['Access tokens (used for implicit flows)', ticked(app.implicitAccessTokens)],
      ['ID tokens (used for implicit and hybrid flows)', ticked(app.implicitIdTokens)],
      ['Allow public client flows', app.publicClient ? 'Yes' : 'No'],
    ],
  },
  {
    title: 'Certificates & secrets',
    settings: ({ app }) => [
      ...app.secrets.map(({ displayName, expiresAt }): Setting => [
        'Client secret',
        `${displayName}, expires ${dayOf(expiresAt)}; copy the value, not the secret ID`,
      ]),
      ...app.certificates.map(({ expiresAt }): Setting => [
        'Certificate',
        `expires ${dayOf(expiresAt)}`,
      ]),
      ...app.federatedCredentials.map(({ issuer, subject, audience }): Setting => [
        'Federated credential',
        `issuer ${issuer}, subject ${subject}, audience ${audience}`,
      ]),
    ],
  },
  {
    title: 'Token configuration',
    settings: ({ app }) => [
      ...app.optionalIdTokenClaims.map((claim): Setting => ['Optional claim, ID', claim]),
      ...app.optionalAccessTokenClaims.map((claim): Setting => ['Optional claim, Access', claim]),
      ...(app.groupClaims === 'None' ? [] : [['Groups claim', app.groupClaims] as const]),
    ],
  },
  {
    title: 'Expose an API',
    settings: ({ app: { api } }) =>
      api === null
        ? []
        : [
            ...api.identifierUris.map((uri): Setting => ['Application ID URI', uri]),
            ...api.scopes.map(({ value, adminConsent }): Setting => [
              'Scope',
              `${value}, ${adminConsent ? 'admins only' : 'admins and users'}`,
            ]),
            ['requestedAccessTokenVersion (Manifest)', String(api.tokenVersion)],
          ],
  },
  {
    title: 'Enterprise applications → Properties',
    settings: ({ app, tenant }) => [
      ['Enabled for users to sign in', app.enabled ? 'Yes' : 'No'],
      ['Assignment required', app.assignmentRequired ? 'Yes' : 'No'],
      ...app.assigned.map((id): Setting => ['Users and groups', nameOf(tenant, id)]),
    ],
  },
  {
    title: 'For entrada.yaml',
    settings: ({ app, tenant }) => [
      ['directory_id', tenant.id],
      ['application_id', app.appId],
    ],
  },
];

const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

const nameOf = ({ directory }: Tenant, id: string): string =>
  directory.person(id)?.displayName ?? directory.group(id)?.displayName ?? id;

/** "API permissions", with who has to consent. */
function permissionTable({ world, tenant, app }: Registration): Markup | false {
  const scopes = readScopes(app.permissions.join(' '), { world, tenant, app });
  if (isRefusal(scopes)) return markup`<p class="error">AADSTS${scopes.aadsts}: ${scopes.text}</p>`;
  const needed = neededPermissions(world, tenant, app, scopes);
  if (needed.length + app.applicationPermissions.length === 0) return false;
  return markup`<h2>API permissions</h2><div class="scroll"><table>
<thead><tr><th scope="col">API</th><th scope="col">Permission</th><th scope="col">Type</th><th scope="col">Admin consent</th></tr></thead>
<tbody>${needed.map(
    ({ resource, scope, adminConsent }) =>
      markup`<tr><td>${resource.name}</td><th scope="row">${scope}</th><td>Delegated</td><td>${
        tenant.consents.has('everyone', app.appId, resource.appId, scope)
          ? `granted for ${tenant.name}`
          : adminConsent && 'required'
      }</td></tr>`,
  )}${app.applicationPermissions.map(
    (written) =>
      markup`<tr><td></td><th scope="row">${written}</th><td>Application</td><td>granted for ${tenant.name}</td></tr>`,
  )}</tbody></table></div>`;
}
