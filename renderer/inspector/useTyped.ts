import { useState } from 'react';
import type { Setting, SettingValue } from '../../engine/nodes/settings.ts';
import { useRefusal } from '../stores/refusal.ts';
import { settingText } from '../text/problem.ts';
import { parseSetting, printSetting, typedProblem } from './parse.ts';
import { refusalText, useLanguage } from './words.ts';

interface Options {
  /** Whose field it is: `tab/node`, a tab, a dialog. */
  readonly place: string;
  readonly name: string;
  readonly label: string;
  readonly setting: Setting;
  readonly value: unknown;
  /** What an empty field stands for. */
  readonly placeholder?: string;
  /** Takes what is typed only as the field is left, by Enter or before a command: not every number on the way to it. */
  readonly late?: boolean;
  readonly onChange: (value: SettingValue) => void;
  readonly onDone?: () => void;
}

/**
 * The text of a field for numbers, lists or words. What is typed stays as typed until the field is left; only what fits
 * reaches the document. What does not is told while it is typed, and once more when the field goes back to its value.
 */
export function useTyped({
  place,
  name,
  label,
  setting,
  value,
  placeholder = '',
  late = false,
  onChange,
  onDone,
}: Options) {
  const language = useLanguage();
  const [typed, setTyped] = useState<string | null>(null);
  const { refuse, dismiss } = useRefusal.getState();
  const refusal = useRefusal((s) => (s.refusal?.place === place && s.refusal.name === name ? s.refusal : null));
  const kept = printSetting(value);
  const text = typed ?? kept;
  const problem = typedProblem(setting, text);
  const told = problem ? settingText(problem, language) : refusal ? refusalText(refusal, language) : undefined;
  const commit = () => {
    if (late && typed !== null && typed !== kept && problem === undefined) onChange(parseSetting(setting, typed));
  };
  return {
    text,
    /** What is wrong with the text, or was when the field was left. */
    told,
    wrong: problem !== undefined,
    /** What the text means; where it cannot be that, the value as it is. */
    meant: problem === undefined ? parseSetting(setting, text) : value,
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setTyped(event.target.value);
      if (late) return;
      if (typedProblem(setting, event.target.value) === undefined) onChange(parseSetting(setting, event.target.value));
    },
    onFocus: dismiss,
    onBlur: () => {
      if (typed !== null && problem !== undefined)
        refuse({ place, name, label, typed, problem, kept: kept || placeholder });
      commit();
      setTyped(null);
      onDone?.();
    },
    onKeyDown: (event: { readonly key: string; readonly currentTarget: HTMLElement }) => {
      if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      // F8 and the like are for the run, which is to have it.
      else if (/^F\d/.test(event.key)) commit();
    },
  };
}
