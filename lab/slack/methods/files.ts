import { fail, json, type Method, str } from '../method';
import { reachable } from './chat';

const getUploadUrl =
  (baseUrl: () => string): Method =>
  (args, workspace) => {
    const name = str(args, 'filename');
    const bytes = Number(str(args, 'length') ?? Number.NaN);
    if (!name || !Number.isInteger(bytes) || bytes <= 0) return fail('invalid_arguments');
    const id = workspace.nextId('F');
    workspace.files.set(id, { id, name, bytes });
    return { ok: true, file_id: id, upload_url: `${baseUrl()}upload/${id}` };
  };

const completeUpload: Method = (args, workspace) => {
  const files = json(args, 'files');
  const channel = str(args, 'channel_id');
  if (!Array.isArray(files) || files.length === 0) return fail('invalid_arguments');
  if (channel !== undefined) {
    const reached = reachable(workspace, channel);
    if (typeof reached !== 'string') return reached;
  }
  const thread = str(args, 'thread_ts');
  const done = [];
  for (const entry of files as readonly { id?: unknown; title?: unknown }[]) {
    const file = workspace.files.get(String(entry.id));
    if (!file) return fail('file_not_found');
    if (file.content === undefined) return fail('file_not_uploaded');
    if (channel) file.shared = { channel, ...(thread ? { thread_ts: thread } : {}) };
    done.push({ id: file.id, title: entry.title ?? file.name });
  }
  if (channel) {
    workspace.messages.push({
      channel,
      ts: workspace.nextTs(),
      author: workspace.botUserId,
      text: str(args, 'initial_comment') ?? '',
      blocks: [],
      edits: [],
      files: done.map((file) => file.id),
      ...(thread ? { thread_ts: thread } : {}),
    });
  }
  return { ok: true, files: done };
};

export const filesMethods = (baseUrl: () => string): Readonly<Record<string, Method>> => ({
  'files.getUploadURLExternal': getUploadUrl(baseUrl),
  'files.completeUploadExternal': completeUpload,
});
