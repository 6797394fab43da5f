import { type ReactNode, useId } from 'react';
import { DEVICES, type DeviceChoice, judgeGpu, mayGain, type Need, WORTH_A_GPU } from '../../engine/graph/device.ts';
import type { Diagnostic } from '../../engine/graph/document.ts';
import type { Device, GpuReport } from '../../engine/protocol/messages.ts';
import { host } from '../host/host.ts';
import { usePreferences } from '../stores/preferences.ts';
import { phraseText, problemLine } from '../text/problem.ts';
import { useText } from '../text/text.ts';
import css from './Device.module.css';
import { detailsOf, formatOperations } from './words.ts';

interface Known {
  readonly report: GpuReport | null;
  readonly need: Need;
}

/** One of the devices, each with what it means and what this machine has. */
export function DeviceChoices({
  choice,
  cpu,
  ...known
}: Known & { readonly choice: DeviceChoice; readonly cpu: Device }) {
  const text = useText();
  const group = useId();
  const says: Readonly<Record<DeviceChoice, ReactNode>> = {
    auto: <AboutAuto {...known} />,
    cpu: <p>{detailsOf(cpu, text)}</p>,
    webgpu: <AboutGpu report={known.report} />,
  };
  return (
    <div role="radiogroup" aria-labelledby={group}>
      <h2 id={group} className={css.title}>
        {text.device.title}
      </h2>
      <p className={css.help}>{text.device.help}</p>
      {DEVICES.map((device) => (
        <div key={device} className={css.choice} data-choice={device}>
          <label>
            <input
              type="radio"
              name={group}
              checked={device === choice}
              aria-describedby={`${group}${device}`}
              onChange={() => usePreferences.getState().setDevice(device)}
            />
            <b>{text.device.name[device]}</b>
          </label>
          <div id={`${group}${device}`} className={css.about}>
            {says[device]}
          </div>
        </div>
      ))}
    </div>
  );
}

function AboutAuto({ report, need }: Known) {
  const { device: text } = useText();
  const language = usePreferences((state) => state.language);
  // Of a small network it is certain; of a large one, the GPU has to be looked at.
  const isKnown = report !== null || !mayGain(need);
  const adapter = report !== null && 'adapter' in report ? report.adapter : undefined;
  const verdict = text.verdict[judgeGpu(need, adapter)];
  return (
    <>
      <p>{text.auto}</p>
      <p className={css.verdict}>
        {isKnown
          ? verdict(formatOperations(need.flops, language), formatOperations(WORTH_A_GPU, language))
          : text.looking}
      </p>
    </>
  );
}

function AboutGpu({ report }: Pick<Known, 'report'>) {
  const { device: text } = useText();
  if (report === null) return <p>{text.looking}</p>;
  if ('absence' in report) return <Absence problem={report.absence} />;
  const { name, isSoftware, keepsNan } = report.adapter;
  return (
    <>
      <p>
        {name} {isSoftware && <span className={css.software}>{text.software}</span>}
      </p>
      <p>{isSoftware ? text.softwareHelp : text.gpuHelp}</p>
      <p>{keepsNan ? text.nan.kept : text.nan.lost}</p>
    </>
  );
}

/** Browsers on Linux that have WebGPU, and yet may hold back the GPU. */
const isHeldBack = () => host.kind === 'browser' && 'gpu' in navigator && /Linux.*Chrom/.test(navigator.userAgent);

/** Why there is none, and what helps. Nothing need be training: what a run does about it is told by the run. */
function Absence({ problem }: { readonly problem: Diagnostic }) {
  const { device: text } = useText();
  const language = usePreferences((state) => state.language);
  const { reason, remedy } = problem.values ?? {};
  const isTold = typeof reason === 'string' && typeof remedy === 'string';
  const phrase = (words: string) => phraseText(words, language).replace(/[.。]$/, '');
  return (
    <>
      <p className={css.absent}>{isTold ? text.absent(phrase(reason), phrase(remedy)) : problemLine(problem)}</p>
      {isHeldBack() && crossOriginIsolated && <p>{text.flags}</p>}
    </>
  );
}
