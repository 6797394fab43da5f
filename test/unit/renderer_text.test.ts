import { describe, expect, it } from 'vitest';
import { checkDocument } from '../../engine/graph/check.ts';
import {
  type DiagnosticCode,
  diagnostic,
  diagnosticTable,
  invalidSetting,
  withLastBatch,
} from '../../engine/graph/diagnostics.ts';
import { emptyDocument } from '../../engine/graph/document.ts';
import { usePreferences } from '../../renderer/stores/preferences.ts';
import { diagnosticsZh } from '../../renderer/text/diagnostics_zh.ts';
import { en } from '../../renderer/text/en.ts';
import { problemLine, problemText, settingText } from '../../renderer/text/problem.ts';
import { zh } from '../../renderer/text/zh.ts';

const found = { reason: 'at-least', bound: 1 } as const;

/** Every sentence by its path; what takes an argument is given one. */
function sentences(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const here = `${path}${key}`;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') return [[here, String(value(3))]];
    return sentences(value, `${here}.`);
  });
}

const placeholders = (...texts: string[]) => new Set(texts.join(' ').match(/\{\w+\}/g));

describe('problems in Chinese', () => {
  it('name nothing that the diagnostic does not hold', () => {
    for (const [code, { message, hint }] of Object.entries(diagnosticTable)) {
      const chinese = diagnosticsZh[code as DiagnosticCode];
      const known = placeholders(message, hint);
      const strange = [...placeholders(chinese.message, chinese.hint)].filter((name) => !known.has(name));
      expect(strange, code).toEqual([]);
    }
  });

  it('give the values found, and the reason with its bound', () => {
    const problem = diagnostic(
      'invalid-setting',
      { node: 'linear1' },
      invalidSetting({ kind: 'Linear', setting: 'outFeatures', got: '0' }, found),
    );
    expect(problemText(problem, 'zh')).toEqual({
      message: 'Linear 的 outFeatures：应不小于 1，实际为 0',
      hint: '请在检查器中修改 outFeatures',
    });
    expect(problemText(problem, 'en')).toEqual({ message: problem.message, hint: problem.hint });
    const inLast = withLastBatch(problem, 4);
    expect(problemText(inLast, 'zh').message).toBe(`每轮最后一批（4 个样本）：${problemText(problem, 'zh').message}`);
    expect(problemText(inLast, 'en').message).toBe(`With the last batch of an epoch, of 4: ${problem.message}`);
    expect(settingText(found, 'zh')).toBe('应不小于 1');
    expect(settingText(found, 'en')).toBe('expected at least 1');
  });

  it('tell of iterations as the app counts them, from 1', () => {
    const lost = diagnostic('loss-not-finite', { node: 'loss' }, { value: 'NaN', step: 0 });
    expect(problemText(lost, 'en').message).toBe('The loss became NaN in iteration 1');
    expect(problemText(lost, 'zh').message).toBe('损失在第 1 次迭代变为 NaN');
    const failed = diagnostic('run-failed', {}, { step: 9, reason: 'at step 9 of it' });
    expect(problemText(failed, 'en').message).toBe('The run failed in iteration 10: at step 9 of it');
    expect(problemText(failed, 'zh').message).toBe('运行在第 10 次迭代失败：at step 9 of it');
  });

  it('join lists and phrases in Chinese too', () => {
    const owners = diagnostic('two-owners', { node: 'adam' }, { owned: 'linear1', owners: 'sgd and adam' });
    expect(problemText(owners, 'zh').message).toBe('linear1 的参数同时由 sgd 和 adam 更新');
    const both = checkDocument({ ...emptyDocument(), run: { mode: 'dynamic', seed: 0, steps: 1, epochs: 1 } });
    expect(both.diagnostics.map((d) => problemText(d, 'zh').message)).toContain('运行同时指定了步数和轮数；以步数为准');
  });

  it('are English where there are no other words, and one line in a message', () => {
    const english = { message: 'It is cut off', hint: 'Load it' };
    const data = { code: 'label-range', severity: 'error', node: 'idx', ...english } as const;
    expect(problemText(data, 'zh')).toEqual(english);
    expect(problemText({ ...data, code: 'of-tomorrow' }, 'zh')).toEqual(english);
    expect(problemText({ ...data, code: 'idx-truncated' }, 'zh')).toEqual({
      message: 'It is cut off',
      hint: '请重新下载文件；现有的副本不完整',
    });
    usePreferences.getState().setLanguage('zh');
    expect(problemLine(diagnostic('no-loss', {}))).toBe(
      '没有可以训练的损失。请添加损失节点，例如 MSELoss，并把预测和目标接上去。',
    );
    usePreferences.getState().setLanguage('en');
    expect(problemLine(data)).toBe('idx: It is cut off. Load it.');
  });
});

describe('text', () => {
  it('says the same things in both languages, and nothing is left empty', () => {
    const [english, chinese] = [sentences(en), sentences(zh)];
    expect(chinese.map(([path]) => path).sort()).toEqual(english.map(([path]) => path).sort());
    expect([...english, ...chinese].filter(([, sentence]) => sentence.trim() === '')).toEqual([]);
  });

  it('counts in the singular where there is one', () => {
    expect(en.problems.count(1)).toBe('1 problem');
    expect(en.problems.count(0)).toBe('0 problems');
  });
});
