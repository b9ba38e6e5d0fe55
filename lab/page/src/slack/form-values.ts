import { type Bag, bag, list, text } from './types';

export type FormValues = Record<string, Record<string, { type: string; [name: string]: unknown }>>;

/** What the fields of a form hold, in the shape of a view_submission's `state.values`. */
export function formValues(blocks: readonly Bag[], data: FormData): FormValues {
  const values: FormValues = {};
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'input') continue;
    const element = bag(block.element);
    const [id, action] = [text(block.block_id) || `b${index}`, text(element.action_id)];
    values[id] = { [action]: fieldValue(element, data.getAll(id).map(String)) };
  }
  return values;
}

function fieldValue(element: Bag, given: readonly string[]): { type: string; [name: string]: unknown } {
  const type = text(element.type);
  const chosen = list(element.options).filter((option) => given.includes(text(option.value)));
  switch (type) {
    case 'static_select':
    case 'radio_buttons':
      return { type, selected_option: chosen[0] ?? null };
    case 'checkboxes':
    case 'multi_static_select':
      return { type, selected_options: chosen };
    default:
      return { type, value: given[0] === '' ? null : (given[0] ?? null) };
  }
}
