import { viewFaults } from '../block-kit';
import { isBag } from '../block-kit-objects';
import { type Answer, type Args, fail, json, type Method, str } from '../method';
import type { OpenView, Workspace } from '../workspace';

/** A stack of views is three deep at most: one opened, two pushed. */
const MAX_DEPTH = 3;

function checkedView(args: Args): Readonly<Record<string, unknown>> | Answer {
  const view = json(args, 'view');
  if (!isBag(view)) return fail('invalid_arguments', ['[ERROR] view must be an object']);
  const faults = viewFaults(view);
  return faults.length > 0
    ? fail(
        'invalid_arguments',
        faults.map((fault) => `[ERROR] ${fault}`),
      )
    : view;
}

function isAnswer(value: unknown): value is Answer {
  return isBag(value) && typeof value.ok === 'boolean' && value.type === undefined;
}

/** Uses up a trigger: one view each, within three seconds. */
function spend(workspace: Workspace, trigger: string | undefined): string | Answer {
  const known = trigger === undefined ? undefined : workspace.triggers.get(trigger);
  if (!known) return fail('invalid_trigger_id');
  if (known.used) return fail('exchanged_trigger_id');
  if (workspace.now().getTime() > known.expires) return fail('expired_trigger_id');
  known.used = true;
  return known.user;
}

function shown(open: OpenView, workspace: Workspace) {
  const { id, hash, view } = open;
  return { ...view, id, hash, team_id: workspace.teamId, app_id: workspace.appId, bot_id: workspace.botId };
}

export const shownView = shown;

function put(workspace: Workspace, user: string, view: Readonly<Record<string, unknown>>): OpenView {
  const open: OpenView = { id: workspace.nextId('V'), user, hash: workspace.nextId('h'), view };
  workspace.views.set(open.id, open);
  return open;
}

const open =
  (push: boolean): Method =>
  (args, workspace) => {
    const view = checkedView(args);
    if (isAnswer(view)) return view;
    const user = spend(workspace, str(args, 'trigger_id'));
    if (typeof user !== 'string') return user;
    const depth = [...workspace.views.values()].filter((other) => other.user === user).length;
    if (push && depth >= MAX_DEPTH) return fail('push_limit_reached');
    if (!push)
      for (const other of [...workspace.views.values()]) if (other.user === user) workspace.views.delete(other.id);
    return { ok: true, view: shown(put(workspace, user, view), workspace) };
  };

const update: Method = (args, workspace) => {
  const view = checkedView(args);
  if (isAnswer(view)) return view;
  const external = str(args, 'external_id');
  const known = external
    ? [...workspace.views.values()].find((other) => other.view.external_id === external)
    : workspace.views.get(str(args, 'view_id') ?? '');
  if (!known) return fail('not_found');
  const hash = str(args, 'hash');
  if (hash && hash !== known.hash) return fail('hash_conflict');
  known.view = view;
  known.hash = workspace.nextId('h');
  return { ok: true, view: shown(known, workspace) };
};

const publish: Method = (args, workspace) => {
  const view = checkedView(args);
  if (isAnswer(view)) return view;
  const user = str(args, 'user_id');
  if (!user || !workspace.users.has(user)) return fail('user_not_found');
  workspace.homes.set(user, view);
  return { ok: true, view };
};

export const VIEWS: Readonly<Record<string, Method>> = {
  'views.open': open(false),
  'views.push': open(true),
  'views.update': update,
  'views.publish': publish,
};
