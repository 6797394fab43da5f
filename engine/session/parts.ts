import type { Backend } from '../backends/backend.ts';
import type { TorchGenerator } from '../random/torch.ts';
import { Beginnings } from './beginnings.ts';
import { Execution, type ExecutionEvents } from './execution.ts';
import type { History } from './history.ts';
import type { Ingredients } from './ingredients.ts';
import { Reading } from './reading.ts';
import { Samples } from './samples.ts';
import { Copies } from './snapshot.ts';

/** What of a run belongs to one backend: made anew where the run goes on with another. */
export interface Parts {
  readonly backend: Backend;
  readonly generator: TorchGenerator;
  readonly execution: Execution;
  readonly copies: Copies;
  readonly beginnings: Beginnings;
  readonly reading: Reading;
  readonly samples: Samples;
}

/** What the parts ask of the run that they are of, and tell it. */
export interface PartsEvents extends ExecutionEvents {
  /** May the run be taken back and to this moment again, to find out where its parameters came from? */
  mayRecall(): boolean;
}

export function assemble(ingredients: Ingredients, history: History, events: PartsEvents): Parts {
  const { program, backend, generator } = ingredients;
  const execution = new Execution(ingredients, events);
  const beginnings = new Beginnings(execution, history);
  return {
    backend,
    generator,
    execution,
    copies: new Copies(backend),
    beginnings,
    reading: new Reading(backend, execution, beginnings, events.mayRecall),
    samples: new Samples(backend, program, execution.weights.parameters),
  };
}
