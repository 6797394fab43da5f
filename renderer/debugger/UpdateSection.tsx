import type { UpdateReport } from '../../engine/protocol/messages.ts';
import { formatSetting } from '../nodes/figures.ts';
import { useNames } from '../stores/names.ts';
import { usePreferences } from '../stores/preferences.ts';
import type { Standing } from '../stores/standing.ts';
import css from './Debugger.module.css';
import { Formula } from './Formula.tsx';
import { Name } from './Name.tsx';
import { Tensors } from './Tensors.tsx';
import { type Constants, constantsOf } from './update_constants.ts';
import { useWords } from './words.ts';

/** What an update did: the numbers that stand in its formula, and for each parameter the tensors. */
export function UpdateSection({
  tab,
  standing,
  update: { parameters },
  isDone,
}: {
  readonly tab: string;
  readonly standing: Standing;
  readonly update: UpdateReport;
  readonly isDone: boolean;
}) {
  const words = useWords();
  const names = useNames(tab);
  const { shared, own } = constantsOf(parameters);
  return (
    <div data-testid="update">
      <Numbers constants={shared} />
      {parameters.map(({ address, tensors }, i) =>
        tensors.length === 0 ? (
          <section key={address} className={css.tensors}>
            <h3>
              <span>
                <Name>{names.whole(address)}</Name>
              </span>
              <span className="dim">{words.leftAlone}</span>
            </h3>
          </section>
        ) : (
          <div key={address} className={css.parameter} data-parameter={address}>
            <Tensors
              title={<Name>{names.whole(address)}</Name>}
              tab={tab}
              standing={standing}
              tensors={tensors}
              isDone={isDone}
            />
            <Numbers constants={own[i] ?? []} />
          </div>
        ),
      )}
    </div>
  );
}

/** `η = 0.001`, one after another. */
function Numbers({ constants }: { readonly constants: Constants }) {
  const language = usePreferences((state) => state.language);
  if (constants.length === 0) return null;
  return (
    <dl className={css.constants}>
      {constants.map(([symbol, value]) => (
        <div key={symbol}>
          <dt>
            <Formula latex={symbol} tone="plain" />
          </dt>
          <dd className="num" data-constant={symbol}>
            {formatSetting(Number(value.toPrecision(6)), language)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
