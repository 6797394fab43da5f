import { describe, expect, it } from 'vitest';
import { document, file, gradloom, regression } from './command.ts';

describe('a function of the user’s own', () => {
  const withSource = (name: string, ret: string, value = 'x.mul(x)') =>
    file(
      `${name}.gradloom.json`,
      document(
        [
          ...regression,
          [
            'f',
            'CustomFunction',
            {
              source: `function forward(ctx, x) { ctx.saveForBackward(x); return ${value}; }
                function backward(ctx, g) { const [x] = ctx.savedTensors; return ${ret}; }`,
            },
          ],
        ],
        [
          ['x.output', 'linear1.input'],
          ['linear1.output', 'f.x'],
          ['f.output', 'loss.input'],
          ['x.output', 'loss.target'],
          ['loss.loss', 'sgd.loss'],
        ],
        { run: { mode: 'dynamic', seed: 0, steps: 2 } },
      ),
    );

  it('has its verdict in the check', () => {
    const { status, lines } = gradloom('check', withSource('right', 'g.mul(x).mul(2)'), '--json');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      diagnostics: [],
      shapes: { 'f.output': { shape: [4, 3], dtype: 'f32' } },
      functions: { f: { verdict: 'verified', checked: 12, elements: 12 } },
    });
    expect(status).toBe(0);
    expect(gradloom('check', 'custom-function').stdout).toContain('h_relu  verified: 64 of 6400 elements, ');
  });

  it('whose backward is wrong is told of, with what was expected, and trains only for those who insist', () => {
    const path = withSource('wrong', 'g.mul(x)');
    const { status, stderr } = gradloom('check', path);
    expect(stderr).toMatch(
      /error\[function-wrong\] f: .* at \[\d, \d\] of x: .* gives -?[\d.]+, backward gives -?[\d.]+/,
    );
    expect(status).toBe(2);
    expect(gradloom('train', path)).toMatchObject({
      status: 2,
      lines: [],
      stderr: expect.stringContaining('--insist'),
    });
    const insisting = gradloom('train', path, '--insist', '--json');
    expect(insisting).toMatchObject({ status: 0, stderr: expect.stringContaining('warning[function-wrong] f:') });
    expect(insisting.lines).toHaveLength(2);
  });

  it('that is finite nowhere is told of as not checked', () => {
    const path = withSource('nowhere', 'g.mul(x)', 'x.mul(x).add(1).neg().log()');
    expect(gradloom('check', path)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[function-unchecked] f: '),
    });
  });

  it('that cannot be traced is told of with its line, and does not train', () => {
    const path = withSource('broken', 'g.nope()');
    expect(gradloom('train', path, '--insist')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/^error\[function-failed\] f: Line 2: /),
    });
  });
});
