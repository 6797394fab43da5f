import { useText } from '../text/text.ts';
import { kernelsOf } from './plans.ts';
import { useCaptured } from './useCaptured.ts';

/** `1 plan, 34 kernels`, in static mode once something was captured. */
export function CapturedCount({ tab }: { readonly tab: string }) {
  const { captured: text } = useText();
  const plans = useCaptured(tab);
  if (plans.length === 0) return null;
  const kernels = plans.reduce((sum, plan) => sum + kernelsOf(plan), 0);
  return (
    <span data-captured-count="true">
      {text.plans(plans.length)}, {text.kernels(kernels)}
    </span>
  );
}
