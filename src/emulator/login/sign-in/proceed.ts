import { type Reply, withHeaders } from '../../http/reply.ts';
import { type EmulatorRequest, formOf } from '../../http/request.ts';
import { randomText } from '../../stable-id.ts';
import type { World } from '../../world.ts';
import { SESSION_COOKIE } from '../browser-sessions.ts';
import { refuse } from '../refusal.ts';
import { refusalPage } from '../refusal-reply.ts';
import {
  answerSecondFactor,
  askSecondFactor,
  refuseBlocked,
  refuseDisabled,
  refuseLoop,
  refuseUnassigned,
} from './access.ts';
import { chooseAccount } from './account.ts';
import { answerAccount } from './answer-account.ts';
import { answerConsent, askConsent } from './consent.ts';
import { accountOf, type SignIn, type SignInGoal, type Step } from './sign-in.ts';

/** What a sign-in goes through, in this order; each step is asked again after every page. */
const STEPS: readonly Step[] = [
  chooseAccount,
  refuseDisabled,
  askSecondFactor,
  refuseBlocked,
  refuseUnassigned,
  askConsent,
  refuseLoop,
];

/** Begins a sign-in for whichever endpoint wants one. */
export function beginSignIn(
  world: World,
  request: EmulatorRequest,
  goal: SignInGoal,
): Promise<Reply> {
  const [tenant] = goal.tenants;
  if (tenant === undefined) throw new TypeError('A sign-in needs a tenant.');
  const session = world.sessions.open(request);
  const ctx = randomText(24);
  const progress = { person: null, proved: null, interacted: false, consented: false };
  return proceed(world, request, { ctx, goal, session, tenant, ...progress });
}

/** Goes through the steps until one needs the person, or none is left. */
async function proceed(world: World, request: EmulatorRequest, signIn: SignIn): Promise<Reply> {
  for (const step of STEPS) {
    const reply = step(world, request, signIn);
    if (reply !== null) return pause(world, request, signIn, reply);
  }
  world.pending.forget(signIn);
  const account = accountOf(world, signIn);
  if (account === undefined || signIn.person === null) throw new TypeError('Nobody signed in.');
  account.applications.add(signIn.goal.app.appId);
  const { tenant, person } = signIn;
  note(request, signIn);
  const reply = await signIn.goal.finish(request, { tenant, person, account });
  return withSession(reply, signIn);
}

function pause(world: World, request: EmulatorRequest, signIn: SignIn, reply: Reply): Reply {
  world.pending.keep(signIn);
  note(request, signIn);
  return withSession(reply, signIn);
}

function note({ notes }: EmulatorRequest, { goal, tenant, person }: SignIn): void {
  notes.client = goal.app.appId;
  notes.tenant = tenant.id;
  notes.person = person?.oid ?? null;
}

const withSession = (reply: Reply, { session }: SignIn): Reply =>
  withHeaders(reply, {
    'Set-Cookie': `${SESSION_COOKIE}=${session.id}; path=/; secure; HttpOnly; SameSite=None`,
  });

/** What a page asks, and who takes its answer. */
interface Page {
  readonly step: Step;
  readonly answer: typeof answerAccount;
}

/** Pages by the last part of their address. */
const PAGES: { readonly [page: string]: Page } = {
  login: { step: chooseAccount, answer: answerAccount },
  secondfactor: { step: askSecondFactor, answer: answerSecondFactor },
  consent: { step: askConsent, answer: answerConsent },
};

/** What stands before a step still: the answer of a page counts only from whom it would have been shown to. */
function unmetBefore(
  step: Step,
  world: World,
  request: EmulatorRequest,
  signIn: SignIn,
): Reply | null {
  for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) {
    const reply = earlier(world, request, signIn);
    if (reply !== null) return reply;
  }
  return null;
}

/** Takes the answer of a page and goes on. */
export async function answerPage(
  world: World,
  request: EmulatorRequest,
  name: string,
): Promise<Reply> {
  const form = formOf(request);
  const signIn = world.pending.find(form.get('ctx') ?? '');
  const page = PAGES[name];
  if (signIn === undefined || page === undefined) {
    return refusalPage(world, request, refuse(90013));
  }
  signIn.interacted = true;
  const reply =
    unmetBefore(page.step, world, request, signIn) ?? page.answer(world, request, signIn, form);
  return reply === null ? proceed(world, request, signIn) : pause(world, request, signIn, reply);
}
